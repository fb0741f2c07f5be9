// What a key is called on the screen: its sign where it has one, else its place on the keyboard.
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

/** "KeyA" → "A", "ArrowLeft" → "◀". */
export function keyName(code: string): string {
  return SIGNS[code] ?? code.replace(/^(Key|Digit)/, "").replace(/^Numpad/, "Num ");
}
