// Pick-ups of Loose Ends: whom they help or harm by their shape, which one it is by its letter.

import { ACCENT, DANGER, FONT, TEXT } from "../ui/palette";
import type { Scene } from "./game_renderer";

/** By kind, in the game's order. */
export const KINDS = [
  ...["zip", "crawl", "thin", "ghost", "square", "rush", "thick", "swap"],
  ...["eraser", "wrap", "gappy"],
];
/** By kind. */
const LETTERS = "ZCTGLRKSEWP";
const FIRST_FOR_OTHERS = 5;
const FIRST_FOR_ALL = 8;
const RADIUS = 15;

export function letterOf(kind: number): string {
  return LETTERS[kind] ?? "?";
}

function outline(context: CanvasRenderingContext2D, kind: number, r: number): void {
  context.beginPath();
  if (kind < FIRST_FOR_OTHERS) context.arc(0, 0, r, 0, 2 * Math.PI);
  else if (kind < FIRST_FOR_ALL) {
    // A triangle that warns.
    context.moveTo(0, -r * 1.2);
    context.lineTo(r * 1.16, r * 0.86);
    context.lineTo(-r * 1.16, r * 0.86);
    context.closePath();
  } else context.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8);
}

/** The sprite of a kind: a circle helps its taker, a triangle harms the others, a square is for all. */
export function pickupSprite(scene: Scene, kind: number): HTMLCanvasElement {
  const r = Math.max(RADIUS * scene.camera.scale, 9 * scene.dpr);
  return scene.sprites.custom(`pickup${kind}.${Math.round(r)}`, r * 3.4, (context) => {
    const colour = kind < FIRST_FOR_OTHERS ? ACCENT : kind < FIRST_FOR_ALL ? DANGER : TEXT;
    const halo = context.createRadialGradient(0, 0, r * 0.6, 0, 0, r * 1.7);
    halo.addColorStop(0, `${colour}44`);
    halo.addColorStop(1, `${colour}00`);
    context.fillStyle = halo;
    context.fillRect(-r * 1.7, -r * 1.7, r * 3.4, r * 3.4);
    context.lineJoin = "round";
    outline(context, kind, r);
    context.strokeStyle = scene.look.ground;
    context.lineWidth = r * 0.5;
    context.stroke();
    context.fillStyle = scene.look.panel;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = r * 0.2;
    context.stroke();
    context.fillStyle = colour;
    context.font = `700 ${Math.round(r * 1.15)}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const warns = kind >= FIRST_FOR_OTHERS && kind < FIRST_FOR_ALL;
    context.fillText(letterOf(kind), 0, warns ? r * 0.22 : r * 0.06);
  });
}
