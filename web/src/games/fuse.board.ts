// Paints the board: stones, crates and items stay until their cell changes, and then only that cell is repainted.

import { drawItem } from "./fuse.sprites";
import { CELL, CRATE, FREE, ITEM, STONE } from "./fuse.state";
import type { Scene } from "./game_renderer";

const STONE_FILL = "#4A5578";
const STONE_EDGE = "#75829F";
const STONE_DARK = "#232A44";
const CRATE_FILL = "#8A5A2B";
const CRATE_EDGE = "#B9824A";
const CRATE_DARK = "#4C2E12";

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

/** Stone: cold, flat and bevelled. Nothing breaks it. */
function stone(ink: CanvasRenderingContext2D, x: number, y: number): void {
  ink.fillStyle = STONE_DARK;
  ink.fillRect(x, y, CELL, CELL);
  ink.fillStyle = STONE_FILL;
  ink.beginPath();
  ink.roundRect(x + 2, y + 2, CELL - 4, CELL - 7, 6);
  ink.fill();
  ink.strokeStyle = STONE_EDGE;
  ink.lineWidth = 2.5;
  ink.beginPath();
  ink.moveTo(x + 5, y + CELL - 12);
  ink.lineTo(x + 5, y + 6);
  ink.lineTo(x + CELL - 7, y + 6);
  ink.stroke();
}

/** A crate: warm, of boards with nails. Bombs break it. */
function crate(ink: CanvasRenderingContext2D, x: number, y: number): void {
  const [left, high, side] = [x + 4, y + 4, CELL - 8];
  ink.fillStyle = CRATE_FILL;
  ink.beginPath();
  ink.roundRect(left, high, side, side, 3);
  ink.fill();
  ink.strokeStyle = CRATE_DARK;
  ink.lineWidth = 1.5;
  ink.beginPath();
  for (const share of [0.36, 0.64]) {
    ink.moveTo(left, high + side * share);
    ink.lineTo(left + side, high + side * share);
  }
  ink.stroke();
  ink.strokeStyle = CRATE_EDGE;
  ink.lineWidth = 5;
  ink.strokeRect(left + 2.5, high + 2.5, side - 5, side - 5);
  ink.beginPath();
  ink.moveTo(left + 4, high + side - 4);
  ink.lineTo(left + side - 4, high + 4);
  ink.stroke();
  ink.fillStyle = CRATE_DARK;
  for (const dx of [3.5, side - 3.5])
    for (const dy of [3.5, side - 3.5]) {
      ink.beginPath();
      ink.arc(left + dx, high + dy, 1.4, 0, 2 * Math.PI);
      ink.fill();
    }
}
