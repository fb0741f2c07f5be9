// Which buttons the people at this device hold: keyboard, touch and gamepads together, as bit masks of
// the game's buttons for the first and the second player here.

/** Sources that can hold a button; each keeps its own mask. */
type Source = "keys" | "touch" | "pad";

export class HeldButtons {
  /** In games of reaction: the ms from the light to this press, or 0. The picture sets it. */
  stamp: (() => number) | null = null;
  private masks = new Map<string, number>();
  private changed: () => void;

  /** `changed` is called whenever any mask does. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  set(player: number, source: Source, mask: number): void {
    const key = source + player;
    if ((this.masks.get(key) ?? 0) === mask) return;
    this.masks.set(key, mask);
    this.changed();
  }

  /** What a player holds, by whatever means. */
  of(player: number): number {
    return (
      (this.masks.get(`keys${player}`) ?? 0) |
      (this.masks.get(`touch${player}`) ?? 0) |
      (this.masks.get(`pad${player}`) ?? 0)
    );
  }

  /** Lets go of everything: the page is hidden or loses the keyboard. */
  release(): void {
    if (this.masks.size === 0) return;
    this.masks.clear();
    this.changed();
  }
}

/** What a direction on the screen is in a picture turned clockwise. */
const TURNED: Readonly<Record<string, string>> = { right: "up", down: "right", left: "down", up: "left" };

let turned = false;

/** Sets whether the arena is shown turned by a quarter. */
export function setTurned(on: boolean): void {
  turned = on;
}

/** What a direction on the screen is in the world: a stick's axes, which may be turned. */
export function axesAsSeen(x: number, y: number): [number, number] {
  return turned ? [y, -x + 0] : [x, y];
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
