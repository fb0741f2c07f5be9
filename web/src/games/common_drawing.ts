// What the pictures of several games draw: the ground with its grid, and the names of players.

import { ACCENT, FONT, TEXT } from "../ui/palette";
import type { Rider, Scene } from "./game_renderer";

/** Paints ground and grid for a world of width × height units, a line every `step` units. */
export function drawGrid(scene: Scene, width: number, height: number, step: number): void {
  const { grid } = scene;
  const { canvas } = grid;
  grid.save();
  grid.setTransform(1, 0, 0, 1, 0, 0);
  grid.fillStyle = scene.look.ground;
  grid.fillRect(0, 0, canvas.width, canvas.height);
  grid.restore();
  grid.strokeStyle = scene.look.grid;
  grid.lineWidth = (1.5 * scene.dpr) / scene.camera.scale;
  grid.beginPath();
  for (let x = step; x < width; x += step) {
    grid.moveTo(x, 0);
    grid.lineTo(x, height);
  }
  for (let y = step; y < height; y += step) {
    grid.moveTo(0, y);
    grid.lineTo(width, y);
  }
  grid.stroke();
}

/**
 * Device pixels at the lower edge of an upright picture that are left to the thumbs, at most `most` CSS pixels: what lies
 * there would be under their buttons. `yields`: only as far as the world, as wide as the screen, does not need them.
 */
export function thumbRoom(
  { thumbs, upright, top, dpr }: Scene,
  most: number,
  yields?: { width: number; height: number },
): number {
  if (!thumbs || !upright) return 0;
  if (!yields) return most * dpr;
  const { width, height } = yields;
  const needed = (top.canvas.width * Math.max(width, height)) / Math.min(width, height);
  return Math.max(0, Math.min(most * dpr, top.canvas.height - needed));
}

const SIZE = 13;

// hot: once a frame and player
/** Writes the name at a head in pixels; near the right edge it goes to the left of the head. */
export function nameTag(scene: Scene, rider: Rider, px: number, py: number, alpha: number): void {
  scene.heads.put(rider, px, py);
  if (!rider.name) return;
  const { top, sprites, dpr } = scene;
  const size = Math.round(SIZE * dpr * scene.textScale);
  const tag = sprites.text(rider.name, `${rider.mine ? 700 : 500} ${size}px ${FONT}`, size, TEXT);
  const gap = sprites.radius * 1.3;
  const leftward = px + gap + tag.width > top.canvas.width;
  const x = leftward ? px - gap - tag.width : px + gap;
  const y = scene.names.settle(x + tag.width / 2, Math.max(tag.height / 2, py - gap), tag.width, size * 1.2);
  top.globalAlpha = alpha;
  // Whole pixels: between them the letters would blur.
  top.drawImage(tag, Math.round(x), Math.round(y - tag.height / 2));
  top.globalAlpha = 1;
}

/** A crown above the head of the one who leads, its middle at a pixel. */
export function crown(scene: Scene, px: number, py: number, radius: number): void {
  const side = Math.round(radius * 2.2);
  const sprite = scene.sprites.custom(`crown${side}`, side, (context) => {
    const r = side * 0.46;
    context.beginPath();
    context.moveTo(-r, -r * 0.5);
    context.lineTo(-r * 0.5, 0);
    context.lineTo(0, -r * 0.8);
    context.lineTo(r * 0.5, 0);
    context.lineTo(r, -r * 0.5);
    context.lineTo(r * 0.8, r * 0.6);
    context.lineTo(-r * 0.8, r * 0.6);
    context.closePath();
    context.lineJoin = "round";
    context.strokeStyle = scene.look.ground;
    context.lineWidth = r * 0.5;
    context.stroke();
    context.fillStyle = ACCENT;
    context.fill();
  });
  scene.top.drawImage(sprite, Math.round(px - side / 2), Math.round(py - side / 2));
}

// hot: once a frame
/** The seat of the only one with the most points, or -1. */
export function leading(players: readonly { id: number; score: number }[]): number {
  let best = 0;
  let leader = -1;
  for (const { id, score } of players) {
    if (score === best) leader = -1;
    if (score <= best) continue;
    best = score;
    leader = id;
  }
  return leader;
}
