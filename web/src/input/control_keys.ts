// Which keys belong to the controls of a game: those that it declares, second sets for a second player here, and what
// the person has bound instead. A key counts by its place, and a button that is called by its letter by that letter.
import type { ControlInfo } from "../protocol.gen";
import { bindKey, settings } from "../settings";
import { isLetter } from "./keyboard";

export type KeySet = "one" | "two";
/** The keys' codes by what they press: a button's name, or of a stick "move.up". */
export type Presses = ReadonlyMap<string, readonly string[]>;

export const DIRECTIONS = ["up", "left", "down", "right"] as const;
export type Direction = (typeof DIRECTIONS)[number];

const WASD = ["KeyW", "KeyA", "KeyS", "KeyD"] as const;
const ARROWS = ["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"] as const;
/** For sticks, up, left, down and right: what is free is taken in this order. */
const STICKS: readonly (readonly string[])[] = [
  WASD,
  ARROWS,
  ["KeyI", "KeyJ", "KeyK", "KeyL"],
  ["Numpad8", "Numpad4", "Numpad5", "Numpad6"],
];
/** For buttons of the first player, and of the second whose stick is on the left, and on the right. */
const BUTTONS = ["Space", "KeyE", "KeyQ", "KeyF", "KeyR", "KeyC", "KeyX", "KeyV", "ShiftLeft", "KeyZ"];
const LEFT_BUTTONS = ["KeyQ", "KeyE", "KeyF", "KeyR", "ShiftLeft", "KeyC", "KeyX", "KeyV", "KeyZ"];
const RIGHT_BUTTONS = [
  "Enter",
  "ShiftRight",
  "Period",
  "Comma",
  "Slash",
  "KeyM",
  "KeyN",
  "KeyO",
  "KeyP",
  "KeyU",
];
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => `Digit${digit}`);

/** What can be bound: a button, or one direction of a stick. */
export interface Binding {
  /** As in `Presses`. */
  name: string;
  control: ControlInfo;
  direction: Direction | null;
}

/** All that keys can press in a game, in the order of its controls. */
export function bindingsOf(controls: readonly ControlInfo[]): Binding[] {
  return controls.flatMap((control): Binding[] => {
    if (control.kind === "button") return [{ name: control.name, control, direction: null }];
    if (control.kind !== "stick") return [];
    return DIRECTIONS.map((direction) => ({ name: `${control.name}.${direction}`, control, direction }));
  });
}

function declaredKeys({ keys }: ControlInfo): readonly string[] | null {
  if (!keys) return null;
  const named = { wasd: WASD, arrows: ARROWS }[keys.toLowerCase()];
  if (named) return named;
  const codes = keys.split(" ").filter(Boolean);
  return codes.length === 4 ? codes : null;
}

class Defaults {
  readonly one = new Map<string, readonly string[]>();
  readonly two = new Map<string, readonly string[]>();
  private taken = new Set<string>();

  constructor(controls: readonly ControlInfo[]) {
    // T opens the chat. Enter sends what is typed or chosen, and digits choose.
    this.taken.add("KeyT").add("Escape");
    const kinds = new Set(controls.map(({ kind }) => kind));
    if (kinds.has("typed") || kinds.has("choose")) this.taken.add("Enter");
    if (kinds.has("choose")) for (const code of DIGITS) this.taken.add(code);
    const sticks = controls.filter(({ kind }) => kind === "stick");
    const buttons = controls.filter(({ kind }) => kind === "button");
    // What is declared comes first, so that nothing else takes it.
    for (const stick of sticks) this.setStick(this.one, stick, declaredKeys(stick));
    for (const { name, key } of buttons) if (key) this.set(this.one, name, key);
    for (const stick of sticks)
      if (!this.one.has(`${stick.name}.up`)) this.setStick(this.one, stick, this.free());
    for (const button of buttons)
      if (!this.one.has(button.name))
        this.setFirst(this.one, button.name, [
          ...BUTTONS.slice(0, 1),
          `Key${button.name.slice(0, 1).toUpperCase()}`,
          ...BUTTONS.slice(1),
        ]);
    for (const stick of sticks) this.setStick(this.two, stick, this.free());
    const [first] = sticks;
    const isLeft = first !== undefined && this.two.get(`${first.name}.up`)?.[0] === WASD[0];
    for (const { name } of buttons)
      this.setFirst(this.two, name, isLeft ? LEFT_BUTTONS : [...RIGHT_BUTTONS, ...LEFT_BUTTONS]);
  }

  private set(to: Map<string, readonly string[]>, name: string, code: string): void {
    to.set(name, [code]);
    this.taken.add(code);
  }

  private setFirst(to: Map<string, readonly string[]>, name: string, codes: readonly string[]): void {
    const code = codes.find((one) => !this.taken.has(one));
    if (code) this.set(to, name, code);
  }

  private setStick(
    to: Map<string, readonly string[]>,
    { name }: ControlInfo,
    codes: readonly string[] | null,
  ) {
    for (const [k, code] of (codes ?? []).entries()) this.set(to, `${name}.${DIRECTIONS[k] ?? "up"}`, code);
  }

  private free(): readonly string[] | null {
    return STICKS.find((codes) => codes.every((code) => !this.taken.has(code))) ?? null;
  }
}

/** The keys of a game's controls before anybody bound others. */
export function defaultKeys(controls: readonly ControlInfo[]): Record<KeySet, Presses> {
  return new Defaults(controls);
}

/** The keys of one game's controls, as they are bound on this device. */
export class GameKeys {
  readonly bindings: readonly Binding[];
  private readonly game: string;
  private readonly defaults: Record<KeySet, Presses>;

  constructor(game: string, controls: readonly ControlInfo[]) {
    this.game = game;
    this.bindings = bindingsOf(controls);
    this.defaults = defaultKeys(controls);
  }

  /** The codes that press a binding, by its name. */
  of(set: KeySet, name: string): readonly string[] {
    return settings.keys.value[set][`${this.game}/${name}`] ?? this.defaults[set].get(name) ?? [];
  }

  /** Whether any set has this key. */
  uses(code: string): boolean {
    return this.bindings.some(
      ({ name }) => this.of("one", name).includes(code) || this.of("two", name).includes(code),
    );
  }

  /** Binds a key, and takes it from what had it in this game. */
  bind(set: KeySet, name: string, code: string): void {
    // What has the key by default gives it up as well.
    const keys = settings.keys.value;
    const written = { one: { ...keys.one }, two: { ...keys.two } };
    for (const other of ["one", "two"] as const)
      for (const binding of this.bindings)
        written[other][`${this.game}/${binding.name}`] = [...this.of(other, binding.name)];
    settings.keys.value = written;
    bindKey(set, `${this.game}/${name}`, code);
  }

  /** Whether a key of a binding means the letter that it writes. */
  isLetter(name: string, code: string): boolean {
    return isLetter(name, code);
  }
}
