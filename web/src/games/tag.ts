// A player's name beside the head: in the text's colour, with a rim that keeps it legible on any ink.
import type { Rider, Scene } from "./face";
import { FONT, TEXT } from "./palette";

const SIZE = 13;

// hot: once a frame and player
/** Writes the name at a head in pixels; near the right edge it goes to the left of the head. */
export function nameTag(scene: Scene, rider: Rider, px: number, py: number, alpha: number): void {
  if (!rider.name) return;
  const { top, sprites, dpr } = scene;
  const size = Math.round(SIZE * dpr * scene.textScale);
  const tag = sprites.text(rider.name, `${rider.mine ? 700 : 500} ${size}px ${FONT}`, size, TEXT);
  const gap = sprites.radius * 1.3;
  const leftward = px + gap + tag.width > top.canvas.width;
  const y = Math.max(tag.height / 2, py - gap);
  top.globalAlpha = alpha;
  // Whole pixels: between them the letters would blur.
  top.drawImage(tag, Math.round(leftward ? px - gap - tag.width : px + gap), Math.round(y - tag.height / 2));
  top.globalAlpha = 1;
}
