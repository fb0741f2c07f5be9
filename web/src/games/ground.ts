// The night map: the ground's colour everywhere, a faint grid within the arena.
import type { Scene } from "./face";
import { GRID, GROUND } from "./palette";

/** Paints ground and grid for a world of width × height units, a line every `step` units. */
export function drawGrid(scene: Scene, width: number, height: number, step: number): void {
  const { grid } = scene;
  const { canvas } = grid;
  grid.save();
  grid.setTransform(1, 0, 0, 1, 0, 0);
  grid.fillStyle = GROUND;
  grid.fillRect(0, 0, canvas.width, canvas.height);
  grid.restore();
  grid.strokeStyle = GRID;
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
