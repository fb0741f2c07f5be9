// The eight marks of the players: a colour, a shape and a dash each, so that colour is never the only
// cue. The colours keep apart in every kind of colour sight; the ground they were chosen for is GROUND.

export const GROUND = "#0B1020";
export const GRID = "#18203A";
export const PANEL = "#141B33";
export const LINE = "#2A3560";
export const TEXT = "#E8ECFF";
export const MUTED = "#9AA6D1";
export const ACCENT = "#FFC857";
export const DANGER = "#FF5D5D";

/** For all that is written into a picture. */
export const FONT = "Lexend, system-ui, sans-serif";

export type ShapeName = "circle" | "triangle" | "square" | "diamond" | "pentagon" | "star" | "cross" | "ring";

export const SHAPES: readonly ShapeName[] = [
  "circle",
  "triangle",
  "square",
  "diamond",
  "pentagon",
  "star",
  "cross",
  "ring",
];

export interface Ink {
  colour: string;
  /** Canvas dash pattern in units; empty: solid. */
  dash: readonly number[];
  /** The dash's colour: light on dark inks, dark on light ones. */
  dashColour: string;
}

const LIGHT = "#FFFFFF";

const FIRST_INK: Ink = { colour: "#83A7FF", dash: [], dashColour: LIGHT };

export const INKS: readonly Ink[] = [
  FIRST_INK,
  { colour: "#DA3202", dash: [10, 6], dashColour: LIGHT },
  { colour: "#F5FFDC", dash: [2, 7], dashColour: GROUND },
  { colour: "#D3C418", dash: [18, 5, 2, 5], dashColour: GROUND },
  { colour: "#F681A0", dash: [5, 5], dashColour: LIGHT },
  { colour: "#56F8FD", dash: [1, 4], dashColour: GROUND },
  { colour: "#178E67", dash: [14, 4], dashColour: LIGHT },
  { colour: "#8263BA", dash: [3, 3], dashColour: LIGHT },
];

/** The ink of a colour index, any integer. */
export function inkOf(colour: number): Ink {
  return INKS[((colour % INKS.length) + INKS.length) % INKS.length] ?? FIRST_INK;
}

/** The shape of a shape index, any integer. */
export function shapeOf(shape: number): ShapeName {
  return SHAPES[((shape % SHAPES.length) + SHAPES.length) % SHAPES.length] ?? "circle";
}

/**
 * A shape's outline about (0, 0) as [x, y, x, y, …] for radius 1, pointing up; null for the round ones
 * (circle, ring), which are arcs.
 */
export function outlineOf(shape: ShapeName): readonly number[] | null {
  return OUTLINES[shape] ?? null;
}

function turns(corners: number, radius: (k: number) => number): number[] {
  const points: number[] = [];
  for (let k = 0; k < corners; k++) {
    const angle = (2 * Math.PI * k) / corners - Math.PI / 2;
    points.push(Math.cos(angle) * radius(k), Math.sin(angle) * radius(k));
  }
  return points;
}

const ARM = 0.36;
const OUTLINES: Partial<Record<ShapeName, readonly number[]>> = {
  triangle: turns(3, () => 1.16),
  square: [-0.84, -0.84, 0.84, -0.84, 0.84, 0.84, -0.84, 0.84],
  diamond: turns(4, () => 1.12),
  pentagon: turns(5, () => 1.06),
  star: turns(10, (k) => (k % 2 === 0 ? 1.2 : 0.52)),
  cross: [
    ...[-ARM, -1.04, ARM, -1.04, ARM, -ARM, 1.04, -ARM, 1.04, ARM, ARM, ARM],
    ...[ARM, 1.04, -ARM, 1.04, -ARM, ARM, -1.04, ARM, -1.04, -ARM, -ARM, -ARM],
  ],
};

/** How thick the ring's band is, as a share of its radius. */
export const RING_BAND = 0.42;
