// On upright phones the picture may lie turned by a quarter; then "up" on the screen is another direction in
// the game. Games that only turn left and right do not care.

/** What a direction on the screen is in a picture turned clockwise. */
const TURNED: Readonly<Record<string, string>> = { right: "up", down: "right", left: "down", up: "left" };

let turned = false;

/** The picture says how it lies. */
export function setTurned(on: boolean): void {
  turned = on;
}

/** The game's buttons for what was pressed as seen on the screen. */
export function asSeen(buttons: readonly string[], mask: number): number {
  if (!turned || mask === 0 || !Object.keys(TURNED).every((name) => buttons.includes(name))) return mask;
  let found = 0;
  for (const [k, name] of buttons.entries()) {
    if ((mask & (1 << k)) !== 0) found |= 1 << buttons.indexOf(TURNED[name] ?? name);
  }
  return found;
}
