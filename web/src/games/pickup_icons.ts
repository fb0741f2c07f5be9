// The icons of what lies about in Loose Ends, Open Field and Short Fuse, as paths on a grid of 24 units: the same ones
// in the picture and in its legend.

/** Whom a pick-up of Loose Ends works on, by its place in KINDS. */
export type Works = "self" | "others" | "all";

/** By kind, in the order of the rules. */
export const TRAIL_ICONS: readonly (readonly [name: string, path: string])[] = [
  ["zip", "M5 5l7 7-7 7M12.5 5l7 7-7 7"],
  ["crawl", "M3 18h13a4 4 0 0 0 4-4V9M20 9l-2-2.5M20 9l2-2.5M5 18a5.5 5.5 0 1 1 9-4 3 3 0 1 1-5-2"],
  ["thin", "M3 12h18M12 2v6M9.5 5.5L12 8l2.5-2.5M12 22v-6M9.5 18.5L12 16l2.5 2.5"],
  ["ghost", "M6 20v-9a6 6 0 0 1 12 0v9l-3-2.5-3 2.5-3-2.5zM9.5 11v1M14.5 11v1"],
  ["square", "M4 19h7v-8h7M15 8l3 3-3 3"],
  ["rush", "M4 5l6 7-6 7M10.5 5l6 7-6 7M20.5 5v9M20.5 18.5v.1"],
  ["thick", "M3 9.5h18v5H3zM12 6V2M9.5 4L12 1.5 14.5 4M12 18v4M9.5 20l2.5 2.5 2.5-2.5"],
  ["swap", "M4 8h14M14.5 4.5L18 8l-3.5 3.5M20 16H6M9.5 12.5L6 16l3.5 3.5"],
  ["eraser", "M9 19l-5-5L14 4l6 6-9 9zM9 9l6 6M8 19.5h12"],
  ["wrap", "M5 3v5M5 16v5M19 3v5M19 16v5M2 12h8M7 9l3 3-3 3M14 12h8M19 9l3 3-3 3"],
  ["gappy", "M2 12h4M10 12h4M18 12h4"],
];

const FIRST_FOR_OTHERS = 5;
const FIRST_FOR_ALL = 8;

export function worksOn(kind: number): Works {
  return kind < FIRST_FOR_OTHERS ? "self" : kind < FIRST_FOR_ALL ? "others" : "all";
}

/** By kind, in the order of the rules; the last one is the curse. */
export const FUSE_ICONS: readonly (readonly [name: string, path: string])[] = [
  ["bomb", "M10.5 9a6 6 0 1 0 .01 0M14 10l2.5-3M16.5 7c1-2.5 3-1.5 3.5-3.5M4 6h5M6.5 3.5v5"],
  [
    "range",
    "M12 10V3M9.5 5.5L12 3l2.5 2.5M12 14v7M9.5 18.5L12 21l2.5-2.5M10 12H3M5.5 9.5L3 12l2.5 2.5M14 12h7M18.5 9.5L21 12l-2.5 2.5",
  ],
  ["boots", "M9 4v8l-3 4v3h14v-1.5c0-2.5-2-3-4.5-3.5L14 12V4zM2 7h4M2 11h3"],
  ["shield", "M12 3l7 3c0 7-2 11.5-7 15-5-3.5-7-8-7-15zM12 7v9"],
  ["kick", "M6 3v8l-3 4v3h11v-1.5c0-2-1.5-2.5-3.5-3V3zM19 13.5a3 3 0 1 0 .01 0"],
  ["curse", "M6 12a6 6 0 1 1 12 0v3l-2 1v3H8v-3l-2-1zM9.5 11.5v1M14.5 11.5v1M11 19v-2M13 19v-2"],
];

const paths = new Map<string, Path2D>();

/** Strokes an icon about (0, 0) with half its size `radius`; the caller has set the colour. */
export function strokeIcon(
  context: CanvasRenderingContext2D,
  path: string,
  radius: number,
  weight = 2.2,
): void {
  let shape = paths.get(path);
  if (!shape) {
    shape = new Path2D(path);
    paths.set(path, shape);
  }
  context.save();
  context.scale(radius / 12, radius / 12);
  context.translate(-12, -12);
  context.lineWidth = weight;
  context.lineCap = context.lineJoin = "round";
  context.stroke(shape);
  context.restore();
}
