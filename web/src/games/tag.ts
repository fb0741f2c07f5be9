// A player's name beside the head: in the text's colour, with a rim that keeps it legible on any ink.
import type { Rider, Scene } from "./face";
import { FONT, GROUND, TEXT } from "./palette";

const SIZE = 13;

// hot: once a frame and player
/** Writes the name at a head in pixels; near the right edge it goes to the left of the head. */
export function nameTag(scene: Scene, rider: Rider, px: number, py: number, alpha: number): void {
  if (!rider.name) return;
  const { top, sprites, dpr } = scene;
  const size = Math.round(SIZE * dpr * scene.textScale);
  const gap = sprites.radius * 1.5;
  const wide = rider.name.length * size * 0.62 + gap;
  const leftward = px + wide > top.canvas.width;
  top.font = `${rider.mine ? 700 : 500} ${size}px ${FONT}`;
  top.textAlign = leftward ? "right" : "left";
  top.textBaseline = "middle";
  top.globalAlpha = alpha;
  top.lineJoin = "round";
  top.lineWidth = 3.5 * dpr;
  top.strokeStyle = GROUND;
  const x = px + (leftward ? -gap : gap);
  const y = Math.max(size * 0.7, py - gap);
  top.strokeText(rider.name, x, y);
  top.fillStyle = TEXT;
  top.fillText(rider.name, x, y);
  top.globalAlpha = 1;
}
