// The stick under one thumb: where it rests, where it is held, and which directions that presses.
import { signal } from "@preact/signals";

/** Radius of the ring that is shown; the thumb need not stay within. CSS pixels. */
export const STICK_RADIUS = 58;
/** Nearer to the middle nothing is pressed. */
const DEAD = 11;
/** Farther out than this the stick follows the thumb, so that turning back is never far. */
const LEASH = 46;
/** A finger that lands this near to the resting stick takes it as it is; elsewhere the stick comes to the finger. */
const NEAR = STICK_RADIUS * 1.25;
/** The lesser of the two directions counts as well from this share of the greater one. */
const BOTH = 0.5;

export interface Stick {
  /** Middle of the ring, and the thumb; CSS pixels of the surface. */
  x: number;
  y: number;
  thumbX: number;
  thumbY: number;
}

/** The stick as it is held now; null: nobody touches it. */
export const heldStick = signal<Stick | null>(null);

/** Where the stick waits on a surface of this size. */
export function restingPlace(width: number, height: number, leftHanded: boolean): { x: number; y: number } {
  const aside = Math.max(STICK_RADIUS + 22, Math.min(width * 0.25, 110));
  const y = height - (height > width ? STICK_RADIUS + 46 : STICK_RADIUS + 78);
  return { x: leftHanded ? width - aside : aside, y };
}

/** The stick as a finger takes hold of it at (x, y). */
export function take(x: number, y: number, rest: { x: number; y: number }): Stick {
  const near = Math.hypot(x - rest.x, y - rest.y) < NEAR;
  return { x: near ? rest.x : x, y: near ? rest.y : y, thumbX: x, thumbY: y };
}

/** The stick after its finger went to (x, y). */
export function drag(stick: Stick, x: number, y: number): Stick {
  const far = Math.hypot(x - stick.x, y - stick.y);
  const follow = far > LEASH ? 1 - LEASH / far : 0;
  return {
    x: stick.x + (x - stick.x) * follow,
    y: stick.y + (y - stick.y) * follow,
    thumbX: x,
    thumbY: y,
  };
}

/** The mask of the directions that a stick presses. */
export function steered(buttons: readonly string[], stick: Stick): number {
  const dx = stick.thumbX - stick.x;
  const dy = stick.thumbY - stick.y;
  const [across, along] = [Math.abs(dx), Math.abs(dy)];
  if (Math.hypot(dx, dy) < DEAD) return 0;
  const bit = (name: string) => {
    const k = buttons.indexOf(name);
    return k < 0 ? 0 : 1 << k;
  };
  let mask = 0;
  if (across >= along * BOTH) mask |= bit(dx < 0 ? "left" : "right");
  if (along >= across * BOTH) mask |= bit(dy < 0 ? "up" : "down");
  return mask;
}
