// What a key is called on the screen: its sign where it has one, else what stands on it.
import { signal } from "@preact/signals";

const SIGNS: Record<string, string> = {
  ArrowLeft: "◀",
  ArrowRight: "▶",
  ArrowUp: "▲",
  ArrowDown: "▼",
  Space: "␣",
  Enter: "⏎",
  ShiftLeft: "⇧",
  ShiftRight: "⇧ R",
  ControlLeft: "Ctrl",
  ControlRight: "Ctrl R",
  AltLeft: "Alt",
  Tab: "⇥",
  Backspace: "⌫",
};

/** On an English keyboard. */
const MARKS: Record<string, string> = {
  Period: ".",
  Comma: ",",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
  Backquote: "`",
  Backslash: "\\",
};

/** What this keyboard's keys write, by their places; empty where the browser does not tell. */
const layout = signal<ReadonlyMap<string, string>>(new Map());

interface Keyboard {
  getLayoutMap?(): Promise<ReadonlyMap<string, string>>;
}
if (typeof navigator !== "undefined")
  (navigator as { keyboard?: Keyboard }).keyboard?.getLayoutMap?.().then(
    (found) => {
      layout.value = found;
    },
    () => {}, // unknown in frames of other sites: the names of an English keyboard are used
  );

/** "KeyA" → "A", "ArrowLeft" → "◀". A `letter` is what is written and not the place of a key. */
export function keyName(code: string, letter = false): string {
  // Digits are called by their place: what they write takes another key on some keyboards.
  const known = (code.startsWith("Key") || code in MARKS) && !letter;
  const written = known ? layout.value.get(code)?.toUpperCase() : undefined;
  return SIGNS[code] ?? written ?? MARKS[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "Num ");
}
