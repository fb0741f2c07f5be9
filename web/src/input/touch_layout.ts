// Where the engine lays out sticks and buttons for fingers: sticks in the lower corners, buttons in rows about the other
// corner, all within reach of the thumbs and never smaller than a finger. Pure geometry in CSS pixels.
import type { ControlInfo } from "../protocol.gen";

/** No zone is narrower. */
export const LEAST = 44;
const STICK_ACROSS = 116;
const LARGE = 84;
const GAP = 10;
const EDGE = 14;

export type Side = "left" | "right";

/** A round place for a finger, by its middle. */
export interface Zone {
  kind: "stick" | "button";
  /** Of a stick its number, of a button its bit. */
  number: number;
  side: Side;
  x: number;
  y: number;
  radius: number;
}

export interface Insets {
  left: number;
  right: number;
  bottom: number;
}

const NO_INSETS: Insets = { left: 0, right: 0, bottom: 0 };

/** Which side each control is on: what is declared, mirrored for the left hand; the second stick and buttons are right. */
function sideOf({ kind, touch }: ControlInfo, nth: number, leftHanded: boolean): Side {
  const usual =
    touch === "left" || touch === "right" ? touch : kind === "stick" && nth === 0 ? "left" : "right";
  return leftHanded === (usual === "right") ? "left" : "right";
}

/**
 * The zones of a game on a surface.
 *
 * @param controls all of the game.
 * @param width, height of the surface.
 * @param leftHanded everything changes sides.
 * @param insets what the screen's edges keep free.
 */
export function layoutZones(
  controls: readonly ControlInfo[],
  width: number,
  height: number,
  leftHanded: boolean,
  insets: Insets = NO_INSETS,
): Zone[] {
  const zones: Zone[] = [];
  const sticks: Record<Side, { number: number }[]> = { left: [], right: [] };
  const buttons: Record<Side, { number: number }[]> = { left: [], right: [] };
  let [number, bit, nth] = [0, 0, 0];
  for (const control of controls) {
    if (control.kind === "button") {
      buttons[sideOf(control, 0, leftHanded)].push({ number: bit++ });
      continue;
    }
    if (control.kind === "stick") {
      const wanted = sideOf(control, nth++, leftHanded);
      // A thumb has one stick.
      const side = sticks[wanted].length === 0 ? wanted : wanted === "left" ? "right" : "left";
      if (sticks[side].length === 0) sticks[side].push({ number });
    }
    number++;
  }
  const floor = height - insets.bottom - EDGE;
  for (const side of ["left", "right"] as const) {
    const edge = side === "left" ? insets.left + EDGE : insets.right + EDGE;
    const room = width / 2 - edge - GAP / 2;
    const place = (across: number) => (side === "left" ? edge + across : width - edge - across);
    const [stick] = sticks[side];
    let top = floor;
    if (stick) {
      const across = Math.max(LEAST, Math.min(STICK_ACROSS, room, (floor - EDGE) * 0.6));
      const aside = Math.min(room - across, Math.max(0, width * 0.06 - EDGE)) + across / 2;
      const up = height > width ? 20 : 6;
      zones.push({
        kind: "stick",
        number: stick.number,
        side,
        x: place(aside),
        y: floor - across / 2 - up,
        radius: across / 2,
      });
      top -= across + up + GAP;
    }
    zones.push(...rows(buttons[side], side, room, top, place));
  }
  return zones;
}

/** Buttons in rows from the corner inwards, the first one nearest to the thumb. */
function rows(
  buttons: readonly { number: number }[],
  side: Side,
  room: number,
  floor: number,
  place: (across: number) => number,
): Zone[] {
  const count = buttons.length;
  if (count === 0) return [];
  // The largest that fit: as few columns as the height allows.
  let best = { size: LEAST, columns: Math.max(1, Math.floor((room + GAP) / (LEAST + GAP))) };
  for (let columns = 1; columns <= count; columns++) {
    const lines = Math.ceil(count / columns);
    const across = (room - (columns - 1) * GAP) / columns;
    const high = (floor - EDGE - (lines - 1) * GAP) / lines;
    const wanted = count === 1 ? LARGE : count < 4 ? LARGE - 10 : LARGE - 20;
    const size = Math.min(wanted, across, high);
    // Wide before high: the thumb's reach is an arc about the corner.
    if (size > best.size || (size === best.size && columns <= 2)) best = { size, columns };
  }
  const { size, columns } = best;
  return buttons.map(({ number }, k) => {
    const column = k % columns;
    const line = Math.floor(k / columns);
    return {
      kind: "button",
      number,
      side,
      x: place(size / 2 + column * (size + GAP)),
      // Columns farther in lie lower, as a thumb turns.
      y: floor - size / 2 - line * (size + GAP),
      radius: size / 2,
    };
  });
}

/** What else takes fingers on the picture. */
export interface Taken {
  /** A pointer, a pen or a choice: only the zones themselves are buttons. */
  picture: boolean;
}

const SLOP = 14;

/** The zone of a finger at (x, y): itself, or where nothing else takes fingers the one that this side of the screen is for. */
export function zoneAt(
  zones: readonly Zone[],
  x: number,
  y: number,
  width: number,
  { picture }: Taken,
): Zone | null {
  let best: Zone | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const zone of zones) {
    const far = Math.hypot(x - zone.x, y - zone.y) - zone.radius;
    if (far < nearest) [best, nearest] = [zone, far];
  }
  if (best && nearest <= SLOP) return best;
  if (picture) return null;
  const side: Side = x < width / 2 ? "left" : "right";
  const here = zones.filter((zone) => zone.side === side);
  const stick = here.find(({ kind }) => kind === "stick");
  if (stick) return stick;
  let found: Zone | null = null;
  nearest = Number.POSITIVE_INFINITY;
  for (const zone of here) {
    const far = Math.hypot(x - zone.x, y - zone.y);
    if (far < nearest) [found, nearest] = [zone, far];
  }
  return found;
}
