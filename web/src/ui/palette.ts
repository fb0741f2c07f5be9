// The eight marks of the players: a colour, a shape and a dash each, so that colour is never the only
// cue. Their values are those of the server, which draws players as well (palette.gen.ts).
import { INKS, type Ink, OUTLINES, SHAPES, type ShapeName } from "./palette.gen";

export * from "./palette.gen";

/** For all that is written into a picture. */
export const FONT = "Lexend, system-ui, sans-serif";

/** The ink of a colour index, any integer. */
export function inkOf(colour: number): Ink {
  return INKS[((colour % INKS.length) + INKS.length) % INKS.length] ?? INKS[0];
}

/** The shape of a shape index, any integer. */
export function shapeOf(shape: number): ShapeName {
  return SHAPES[((shape % SHAPES.length) + SHAPES.length) % SHAPES.length] ?? "circle";
}

/** A shape's outline about (0, 0) for radius 1; null for the round ones (circle, ring), which are arcs. */
export function outlineOf(shape: ShapeName): readonly number[] | null {
  return OUTLINES[shape] ?? null;
}
