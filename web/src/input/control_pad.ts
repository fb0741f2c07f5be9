// A gamepad and the controls of a game: which buttons it holds, where its sticks are, and what its cross asks for.
import type { ControlInfo } from "../protocol.gen";
import type { Direction } from "./choosing";
import { STICK } from "./control_state";

/** Indices of the standard mapping. */
const BUTTONS: Readonly<Record<string, number>> = { A: 0, B: 1, X: 2, Y: 3, LB: 4, RB: 5, LT: 6, RT: 7 };
const CROSS = { up: 12, down: 13, left: 14, right: 15 } as const;
const ORDER = ["A", "B", "X", "Y", "RB", "LB", "RT", "LT"] as const;
/** Of the stick's way: nearer to the middle is rest. */
const DEAD = 0.18;
/** Worn sticks do not reach their edge. */
const FULL = 0.95;
/** How far a stick is pushed to count as a step in a list. */
const STEP = 0.6;
const PULLED = 0.4;

export type Pad = Pick<Gamepad, "axes" | "buttons">;
export type PadStick = "left" | "right";

/** The index of each button on a pad: what is declared, and for the rest what is free. -1: none is left. */
export function padButtons(controls: readonly ControlInfo[]): number[] {
  const buttons = controls.filter(({ kind }) => kind === "button");
  const taken = new Set(buttons.map(({ pad }) => pad ?? ""));
  return buttons.map(({ pad }) => {
    const name = pad && pad in BUTTONS ? pad : ORDER.find((one) => !taken.has(one));
    if (name) taken.add(name);
    return name ? (BUTTONS[name] ?? -1) : -1;
  });
}

/** What a button of a pad is called on the screen. */
export function padName(index: number): string {
  return Object.keys(BUTTONS).find((name) => BUTTONS[name] === index) ?? "";
}

/** Which stick of the pad moves each stick and pointer: by the index in `controls`; the right one is the second's. */
export function padSticks(controls: readonly ControlInfo[]): Map<number, PadStick> {
  const found = new Map<number, PadStick>();
  const free = new Set<PadStick>(["left", "right"]);
  for (const [k, { kind, pad }] of controls.entries()) {
    if (kind !== "stick" && kind !== "pointer") continue;
    const wanted = pad === "right" ? "right" : "left";
    const other = wanted === "left" ? "right" : "left";
    const side = free.has(wanted) ? wanted : free.has(other) ? other : null;
    if (!side) continue;
    free.delete(side);
    found.set(k, side);
  }
  return found;
}

/** The mask of the buttons that a pad holds; `without`: this index counts for something else now. */
export function padHeld(indices: readonly number[], pad: Pad, without = -1): number {
  let mask = 0;
  for (const [k, index] of indices.entries()) {
    const button = pad.buttons[index];
    if (index >= 0 && index !== without && button && (button.pressed || button.value > PULLED))
      mask |= 1 << k;
  }
  return mask;
}

/** Where a stick is, with its dead zone in a circle and the whole range behind it: -127 to 127. */
export function padAxes(pad: Pad, side: PadStick): [number, number] {
  const first = side === "left" ? 0 : 2;
  const x = pad.axes[first] ?? 0;
  const y = pad.axes[first + 1] ?? 0;
  const length = Math.hypot(x, y);
  if (length < DEAD) return [0, 0];
  const reach = Math.min(1, (length - DEAD) / (FULL - DEAD)) * STICK;
  return [(x / length) * reach, (y / length) * reach];
}

/** The direction of the pad's cross, each -1 to 1. */
export function padCross(pad: Pad): [number, number] {
  const pressed = (index: number) => (pad.buttons[index]?.pressed ? 1 : 0);
  return [pressed(CROSS.right) - pressed(CROSS.left), pressed(CROSS.down) - pressed(CROSS.up)];
}

/** Where steps through what can be chosen go; "" for nowhere. `free`: a stick that moves nothing else in this game. */
export function padStep(pad: Pad, free: PadStick | null): Direction | "" {
  const [x, y] = padCross(pad);
  if (x || y) return x ? across(x) : down(y);
  if (!free) return "";
  const [aside, along] = padAxes(pad, free);
  if (Math.max(Math.abs(aside), Math.abs(along)) <= STEP * STICK) return "";
  return Math.abs(aside) > Math.abs(along) ? across(aside) : down(along);
}

const across = (x: number): Direction => (x > 0 ? "right" : "left");
const down = (y: number): Direction => (y > 0 ? "down" : "up");
