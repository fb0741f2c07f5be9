// Short Fuse's small pictures, each drawn once: items told apart by their symbol, and by their plate
// whether they help; bombs by their owner's colour and mark.
import { traceMark } from "../arena/sprites";
import { ACCENT, DANGER, MUTED, PANEL, TEXT } from "../ui/palette";
import { CELL, CURSE } from "./fuse.state";
import type { Rider, Scene } from "./game_renderer";
import { FUSE_ICONS, strokeIcon } from "./pickup_icons";

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
  context.strokeStyle = kind === CURSE ? DANGER : TEXT;
  strokeIcon(context, FUSE_ICONS[kind]?.[1] ?? "", r * (kind === CURSE ? 0.62 : 0.76));
  context.restore();
}

/** A symbol alone, for the strip of what one has: `side` in device pixels. */
export function symbolSprite(scene: Scene, kind: number, side: number): HTMLCanvasElement {
  return scene.sprites.custom(`symbol${kind}.${side}`, side, (context) => {
    context.strokeStyle = ACCENT;
    strokeIcon(context, FUSE_ICONS[kind]?.[1] ?? "", side * 0.48);
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

/** Where the eyes of a face look, by the way: left, right, up, down. */
const LOOKS = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

/** A face for a mark, that looks where it goes; `way` on the screen, -1: straight out of it. `scared`: it burns soon. */
export function faceSprite(scene: Scene, way: number, scared: boolean): HTMLCanvasElement {
  const r = scene.sprites.radius;
  return scene.sprites.custom(`face${way}${scared}`, r * 2, (context) => {
    const [dx, dy] = LOOKS[way] ?? [0, 0];
    const eye = r * (scared ? 0.27 : 0.23);
    for (const side of [-1, 1]) {
      // Eyes close in on the side that is turned away.
      const x = side * r * 0.3 + dx * r * 0.22;
      const y = -r * 0.06 + dy * r * 0.2;
      context.fillStyle = "#FFFFFF";
      context.beginPath();
      context.ellipse(x, y, eye * (dx === 0 ? 1 : 0.85), eye * 1.2, 0, 0, 2 * Math.PI);
      context.fill();
      context.lineWidth = r * 0.07;
      context.strokeStyle = "#10131F";
      context.stroke();
      context.fillStyle = "#10131F";
      context.beginPath();
      context.arc(x + dx * eye * 0.45, y + dy * eye * 0.5, eye * (scared ? 0.38 : 0.52), 0, 2 * Math.PI);
      context.fill();
    }
  });
}
