// Short Fuse's small pictures, each drawn once: items told apart by their symbol, and by their plate
// whether they help; bombs by their owner's colour and mark.
import { traceMark } from "../arena/sprites";
import { ACCENT, DANGER, MUTED, PANEL, TEXT } from "../ui/palette";
import { CELL, CURSE } from "./fuse.state";
import type { Rider, Scene } from "./game_renderer";

/** Up, right, down and left. */
const WAYS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;

/** Symbols within a circle of radius 1, as paths: bomb, range, boots, shield, kick, curse. */
const SYMBOLS: readonly ((context: CanvasRenderingContext2D) => void)[] = [
  (c) => {
    c.arc(-0.08, 0.14, 0.42, 0, 2 * Math.PI);
    c.moveTo(0.24, -0.2);
    c.quadraticCurveTo(0.4, -0.5, 0.62, -0.4);
  },
  (c) => {
    // Four arrows outwards.
    for (const [dx, dy] of WAYS) {
      c.moveTo(dx * 0.14, dy * 0.14);
      c.lineTo(dx * 0.66, dy * 0.66);
      c.moveTo(dx * 0.42 - dy * 0.22, dy * 0.42 + dx * 0.22);
      c.lineTo(dx * 0.66, dy * 0.66);
      c.lineTo(dx * 0.42 + dy * 0.22, dy * 0.42 - dx * 0.22);
    }
  },
  (c) => {
    for (const x of [-0.42, 0.08]) {
      c.moveTo(x, -0.42);
      c.lineTo(x + 0.38, 0);
      c.lineTo(x, 0.42);
    }
  },
  (c) => {
    c.moveTo(0, -0.58);
    c.lineTo(0.48, -0.38);
    c.quadraticCurveTo(0.48, 0.34, 0, 0.62);
    c.quadraticCurveTo(-0.48, 0.34, -0.48, -0.38);
    c.closePath();
  },
  (c) => {
    c.moveTo(-0.62, 0);
    c.lineTo(0, 0);
    c.moveTo(-0.24, -0.26);
    c.lineTo(0.02, 0);
    c.lineTo(-0.24, 0.26);
    c.moveTo(0.66, 0);
    c.arc(0.42, 0, 0.24, 0, 2 * Math.PI);
  },
  (c) => {
    c.moveTo(0, -0.34);
    c.lineTo(0, 0.14);
    c.moveTo(0, 0.42);
    c.lineTo(0, 0.44);
  },
];

/** Draws an item's symbol about (0, 0). */
export function traceSymbol(context: CanvasRenderingContext2D, kind: number, radius: number): void {
  context.save();
  context.scale(radius, radius);
  context.beginPath();
  SYMBOLS[kind]?.(context);
  context.restore();
}

/** An item, upright on the screen: a round plate helps, a triangle harms. */
export function drawItem(
  context: CanvasRenderingContext2D,
  kind: number,
  x: number,
  y: number,
  turned: boolean,
): void {
  const r = CELL * 0.36;
  const colour = kind === CURSE ? DANGER : ACCENT;
  context.save();
  context.translate(x, y);
  if (turned) context.rotate(-Math.PI / 2);
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  if (kind === CURSE) {
    context.moveTo(0, -r * 1.1);
    context.lineTo(r * 1.1, r * 0.85);
    context.lineTo(-r * 1.1, r * 0.85);
    context.closePath();
  } else context.arc(0, 0, r, 0, 2 * Math.PI);
  context.fillStyle = PANEL;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = r * 0.16;
  context.stroke();
  context.translate(0, kind === CURSE ? r * 0.14 : 0);
  traceSymbol(context, kind, r);
  context.strokeStyle = TEXT;
  context.lineWidth = r * 0.2;
  context.stroke();
  context.restore();
}

/** A symbol alone, for the strip of what one has: `side` in device pixels. */
export function symbolSprite(scene: Scene, kind: number, side: number): HTMLCanvasElement {
  return scene.sprites.custom(`symbol${kind}.${side}`, side, (context) => {
    context.lineJoin = context.lineCap = "round";
    context.strokeStyle = ACCENT;
    context.lineWidth = side * 0.1;
    traceSymbol(context, kind, side * 0.6);
    context.stroke();
  });
}

/** A bomb of somebody's, without what moves of it. */
export function bombSprite(scene: Scene, rider: Rider | undefined): HTMLCanvasElement {
  const r = scene.camera.scale * CELL * 0.34;
  const colour = rider?.ink.colour ?? MUTED;
  const shape = rider?.shape ?? "circle";
  return scene.sprites.custom(`bomb${colour}${shape}.${Math.round(r)}`, r * 3, (context) => {
    context.lineCap = "round";
    context.strokeStyle = TEXT;
    context.lineWidth = r * 0.18;
    context.beginPath();
    context.moveTo(r * 0.55, -r * 0.65);
    context.quadraticCurveTo(r * 0.8, -r * 1.15, r * 1.15, -r);
    context.stroke();
    context.fillStyle = scene.look.ground;
    context.beginPath();
    context.arc(0, 0, r, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = TEXT;
    context.lineWidth = r * 0.14;
    context.stroke();
    context.beginPath();
    traceMark(context, shape, r * 0.5);
    context.fillStyle = colour;
    context.fill("evenodd");
  });
}
