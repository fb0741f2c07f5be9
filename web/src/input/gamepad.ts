// Gamepads into buttons: stick and cross for directions, the face buttons for the rest. With two people
// at the device the first pad is the first player's and the second the other's.
import type { HeldButtons } from "./buttons";
import { asSeen } from "./buttons";

const CROSS: Readonly<Record<string, number>> = { up: 12, down: 13, left: 14, right: 15 };
const STICK: Readonly<Record<string, readonly [number, number]>> = {
  left: [0, -1],
  right: [0, 1],
  up: [1, -1],
  down: [1, 1],
};
const DEAD_ZONE = 0.4;

/** The mask of a standard gamepad's state. Shoulders turn too where a game only has left and right. */
export function padMask(buttons: readonly string[], pad: Pick<Gamepad, "axes" | "buttons">): number {
  const pressed = (k: number) => pad.buttons[k]?.pressed ?? false;
  const steering = buttons.every((name) => name === "left" || name === "right");
  let mask = 0;
  let face = 0;
  for (const [k, name] of buttons.entries()) {
    const stick = STICK[name];
    let on: boolean;
    if (stick) {
      const [axis, sign] = stick;
      on = pressed(CROSS[name] ?? -1) || (pad.axes[axis] ?? 0) * sign > DEAD_ZONE;
      if (steering) on ||= pressed(name === "left" ? 4 : 5) || pressed(name === "left" ? 6 : 7);
    } else on = pressed(face++);
    if (on) mask |= 1 << k;
  }
  return mask;
}

/** Which of the two players each pad belongs to. A pad keeps its player when another one is lost. */
export class PadPlayers {
  /** Player, 0 or 1, by the pad's index. */
  private players = new Map<number, number>();

  /** The player of each connected pad, by its index; a new pad gets the first player without one. */
  assign(pads: readonly Pick<Gamepad, "index">[]): ReadonlyMap<number, number> {
    for (const index of this.players.keys())
      if (!pads.some((pad) => pad.index === index)) this.players.delete(index);
    for (const { index } of pads)
      if (!this.players.has(index)) this.players.set(index, [...this.players.values()].includes(0) ? 1 : 0);
    return this.players;
  }
}

const padPlayers = new PadPlayers();

/** Reads the pads; call it once an animation frame. `both`: a second player sits at this device. */
export function readPads(held: HeldButtons, buttons: readonly string[], both: boolean): void {
  if (!navigator.getGamepads) return;
  const pads = navigator.getGamepads().flatMap((pad) => (pad?.connected ? [pad] : []));
  const players = padPlayers.assign(pads);
  let [first, second] = [0, 0];
  for (const pad of pads) {
    const mask = asSeen(buttons, padMask(buttons, pad));
    if (both && players.get(pad.index) === 1) second |= mask;
    else first |= mask;
  }
  held.set(0, "pad", first);
  held.set(1, "pad", second);
}
