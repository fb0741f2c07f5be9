// Keys into buttons, by the player's own bindings; two players can share one keyboard.
import { keysOf } from "../settings";
import type { Held } from "./buttons";
import { asSeen } from "./turn";

/** Whether a key press is meant for a text or a control and not for the game. */
function elsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, dialog, [contenteditable]")) return true;
  // Space and Enter press the focused control; all else steers even then.
  return (event.code === "Space" || event.code === "Enter") && target.closest("button, a, summary") !== null;
}

/**
 * Listens to the keyboard. `buttons` are the game's; `both` says whether a second player sits here: if
 * not, either set of keys steers the first. Returns what ends it.
 */
export function listenToKeys(held: Held, buttons: () => readonly string[], both: () => boolean): () => void {
  const down = new Set<string>();

  const masks = () => {
    let one = 0;
    let two = 0;
    for (const [k, name] of buttons().entries()) {
      if (keysOf("one", name).some((code) => down.has(code))) one |= 1 << k;
      if (keysOf("two", name).some((code) => down.has(code))) two |= 1 << k;
    }
    held.set(0, "keys", asSeen(buttons(), both() ? one : one | two));
    held.set(1, "keys", asSeen(buttons(), both() ? two : 0));
  };
  const bound = (code: string) =>
    buttons().some((name) => keysOf("one", name).includes(code) || keysOf("two", name).includes(code));

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !bound(event.code) || elsewhere(event)) return;
    event.preventDefault(); // arrows would scroll the page
    if (event.repeat) return;
    down.add(event.code);
    masks();
  };
  const lift = (event: KeyboardEvent) => {
    if (down.delete(event.code)) masks();
  };
  const release = () => {
    down.clear();
    masks();
  };
  addEventListener("keydown", press);
  addEventListener("keyup", lift);
  addEventListener("blur", release);
  return () => {
    removeEventListener("keydown", press);
    removeEventListener("keyup", lift);
    removeEventListener("blur", release);
    release();
  };
}
