// Keys into buttons, by the player's own bindings; two players can share one keyboard.
import { keysOf } from "../settings";
import type { HeldButtons } from "./buttons";
import { asSeen } from "./buttons";

const STEERING: readonly string[] = ["left", "right", "up", "down"];
/** Of a stick the part behind the dot says where: "move.left". */
export const isSteering = (button: string): boolean =>
  STEERING.includes(button.slice(button.indexOf(".") + 1));

/**
 * The letter that a key writes, as the code that this key has on an English keyboard ("KeyA"), or "".
 * Keyboards that write other letters than Latin ones count as English.
 */
export function letterOf({ key, code }: Pick<KeyboardEvent, "key" | "code">): string {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  return key.length === 1 && key > "~" && code.startsWith("Key") ? code : "";
}

/**
 * Whether a binding means the letter and not the place of the key: it is the letter that the button is
 * called by ("A", or "J" of "jump"), and the button does not steer.
 */
export function isLetter(button: string, code: string): boolean {
  return code === `Key${button[0]?.toUpperCase()}` && !isSteering(button);
}

/** Whether a key press is meant for a text or a control and not for the game. */
export function elsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, dialog, [contenteditable]")) return true;
  // Space and Enter press the focused control; all else steers even then.
  return (event.code === "Space" || event.code === "Enter") && target.closest("button, a, summary") !== null;
}

/** A control that was pressed by a pointer gives the keyboard back: Space would press it once more. */
export function giveBack(event: MouseEvent): void {
  const control = event.target instanceof Element && event.target.closest<HTMLElement>("button, a, summary");
  if (event.detail > 0 && control && !control.closest("dialog")) control.blur();
}

/** Which buttons are held, from what keys go down and up. Knows no page. */
export class KeyPresses {
  /** For each key that is down, by its place: the binding that it counts as. */
  private down = new Map<string, { code: string; letter: boolean }>();
  /** Keys whose release may go unnoticed, since Meta was pressed while they were held. */
  private doubtful = new Set<string>();
  private buttons: () => readonly string[];
  private both: () => boolean;
  private keys: (player: "one" | "two", button: string) => readonly string[];

  /** `keys` are those that press a button. */
  constructor(
    buttons: () => readonly string[],
    both: () => boolean,
    keys: (player: "one" | "two", button: string) => readonly string[] = keysOf,
  ) {
    this.buttons = buttons;
    this.both = both;
    this.keys = keys;
  }

  private bound(code: string, letter: boolean): boolean {
    return this.buttons().some((name) =>
      (["one", "two"] as const).some(
        (player) => this.keys(player, name).includes(code) && isLetter(name, code) === letter,
      ),
    );
  }

  /** A key goes down, or repeats; says whether it is one that the game uses. */
  press(event: Pick<KeyboardEvent, "key" | "code" | "repeat">): boolean {
    const letter = letterOf(event);
    const byLetter = letter !== "" && this.bound(letter, true);
    if (!byLetter && !this.bound(event.code, false)) return false;
    // A key that was held before Meta, and still is, says so by its repeats.
    if (!event.repeat || this.doubtful.delete(event.code))
      this.down.set(event.code, { code: byLetter ? letter : event.code, letter: byLetter });
    return true;
  }

  lift(code: string): void {
    this.doubtful.delete(code);
    this.down.delete(code);
  }

  /** Meta is pressed or let go: macOS tells of no key that is let go meanwhile. */
  meta(): void {
    for (const code of this.down.keys()) this.doubtful.add(code);
    this.down.clear();
  }

  release(): void {
    this.doubtful.clear();
    this.down.clear();
  }

  /** Whether a key of this set is down that presses a button. */
  private isDown(player: "one" | "two", name: string): boolean {
    const codes = this.keys(player, name);
    for (const { code, letter } of this.down.values())
      if (codes.includes(code) && isLetter(name, code) === letter) return true;
    return false;
  }

  /** Whether the first (0) or second (1) player holds a button. */
  holds(player: number, name: string): boolean {
    if (player === 1) return this.both() && this.isDown("two", name);
    return this.isDown("one", name) || (!this.both() && this.isDown("two", name));
  }

  /** The masks of the first and the second player. */
  masks(): [number, number] {
    const masks: [number, number] = [0, 0];
    for (const [k, name] of this.buttons().entries())
      for (const player of [0, 1] as const) if (this.holds(player, name)) masks[player] |= 1 << k;
    return masks;
  }
}

/**
 * Listens to the keyboard. `buttons` are the game's; `both` says whether a second player sits here: if
 * not, either set of keys steers the first. Returns what ends it.
 */
export function listenToKeys(
  held: HeldButtons,
  buttons: () => readonly string[],
  both: () => boolean,
): () => void {
  const keys = new KeyPresses(buttons, both);
  const tell = () => {
    const [one, two] = keys.masks();
    held.set(0, "keys", asSeen(buttons(), one));
    held.set(1, "keys", asSeen(buttons(), two));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Meta") keys.meta();
    else if (event.ctrlKey || event.metaKey || event.altKey || elsewhere(event)) return;
    else if (keys.press(event)) event.preventDefault(); // arrows would scroll the page
    tell();
  };
  const lift = (event: KeyboardEvent) => {
    if (event.key === "Meta") keys.meta();
    keys.lift(event.code);
    tell();
  };
  const release = () => {
    keys.release();
    tell();
  };
  addEventListener("keydown", press);
  addEventListener("keyup", lift);
  addEventListener("blur", release);
  addEventListener("click", giveBack);
  return () => {
    removeEventListener("keydown", press);
    removeEventListener("keyup", lift);
    removeEventListener("blur", release);
    removeEventListener("click", giveBack);
    release();
  };
}

type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** Whether a key press asks for the chat: the letter T, or Enter unless it is bound to one of `buttons`. */
export function isChatKey(event: Press, buttons: readonly string[]): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (letterOf(event) === "KeyT") return true;
  const bound = (name: string) =>
    (["one", "two"] as const).some((player) => keysOf(player, name).includes(event.code));
  return event.key === "Enter" && !buttons.some(bound);
}
