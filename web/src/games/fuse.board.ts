// Paints the board: stones, crates and items stay until their cell changes, and then only that cell is repainted.

import { drawItem } from "./fuse.sprites";
import { CELL, CRATE, FREE, ITEM, STONE } from "./fuse.state";
import type { Scene } from "./game_renderer";

const STONE_FILL = "#232D55";
const STONE_EDGE = "#3A4780";
const CRATE_FILL = "#171F3D";
const CRATE_EDGE = "#6675B5";

/** Called for a cell that changed: what it held, and what it holds. */
type OnChange = (cell: number, was: number, now: number) => void;

export class BoardPainter {
  private painted = new Uint8Array(0);

  /** Paints what is new of the cells; with `all` the layer is empty. */
  paint(scene: Scene, cells: Uint8Array, width: number, all: boolean, changed: OnChange): void {
    const whole = all || cells.length !== this.painted.length;
    if (whole) this.painted = new Uint8Array(cells.length).fill(FREE);
    for (let cell = 0; cell < cells.length; cell++) {
      const was = this.painted[cell] ?? 0;
      const now = cells[cell] ?? 0;
      if (was === now) continue;
      this.painted[cell] = now;
      const x = (cell % width) * CELL;
      const y = Math.floor(cell / width) * CELL;
      if (!whole) {
        scene.ink.clearRect(x, y, CELL, CELL);
        changed(cell, was, now);
      }
      if (now === STONE) stone(scene.ink, x, y);
      else if (now === CRATE) crate(scene.ink, x, y);
      else if (now >= ITEM) drawItem(scene.ink, now - ITEM, x + CELL / 2, y + CELL / 2, scene.camera.turned);
    }
  }
}

function stone(ink: CanvasRenderingContext2D, x: number, y: number): void {
  ink.fillStyle = STONE_FILL;
  ink.beginPath();
  ink.roundRect(x + 1, y + 1, CELL - 2, CELL - 2, 5);
  ink.fill();
  ink.strokeStyle = STONE_EDGE;
  ink.lineWidth = 2;
  ink.beginPath();
  ink.moveTo(x + 5, y + CELL - 6);
  ink.lineTo(x + 5, y + 5);
  ink.lineTo(x + CELL - 6, y + 5);
  ink.stroke();
}

function crate(ink: CanvasRenderingContext2D, x: number, y: number): void {
  ink.fillStyle = CRATE_FILL;
  ink.strokeStyle = CRATE_EDGE;
  ink.lineWidth = 2;
  ink.beginPath();
  ink.roundRect(x + 4, y + 4, CELL - 8, CELL - 8, 3);
  ink.fill();
  ink.stroke();
  ink.lineWidth = 1.5;
  ink.globalAlpha = 0.7;
  ink.beginPath();
  ink.moveTo(x + 9, y + CELL - 9);
  ink.lineTo(x + CELL - 9, y + 9);
  ink.moveTo(x + 4, y + CELL / 3);
  ink.lineTo(x + CELL / 3, y + 4);
  ink.moveTo(x + (CELL * 2) / 3, y + CELL - 4);
  ink.lineTo(x + CELL - 4, y + (CELL * 2) / 3);
  ink.stroke();
  ink.globalAlpha = 1;
}
