// What fades where something happened: a ring that spreads, a word that rises.

import { FONT } from "../ui/palette";
import type { Scene } from "./game_renderer";

interface Note {
  x: number;
  y: number;
  /** "": a ring. */
  text: string;
  colour: string;
  at: number;
  lasts: number;
}

const MOST = 24;
const RING_MS = 350;
const WORD_MS = 900;
const SIZE = 15;

export class Notes {
  private notes: Note[] = [];

  /** A ring about a point in units. */
  ring(x: number, y: number, colour: string, at: number): void {
    this.add({ x, y, text: "", colour, at, lasts: RING_MS });
  }

  /** A word above a point in units. */
  word(x: number, y: number, text: string, colour: string, at: number): void {
    if (text) this.add({ x, y, text, colour, at, lasts: WORD_MS });
  }

  private add(note: Note): void {
    if (this.notes.length < MOST) this.notes.push(note);
  }

  draw(scene: Scene): void {
    const { top, camera, dpr, sprites } = scene;
    for (let k = this.notes.length - 1; k >= 0; k--) {
      const note = this.notes[k];
      if (!note) continue;
      const age = (scene.now - note.at) / note.lasts;
      if (age >= 1) {
        this.notes.splice(k, 1);
        continue;
      }
      const px = camera.x(note.x, note.y);
      const py = camera.y(note.x, note.y);
      const out = 1 - (1 - age) ** 3;
      top.globalAlpha = 1 - age * age;
      if (note.text) {
        const size = Math.round(SIZE * dpr * scene.textScale);
        const word = sprites.text(note.text, `700 ${size}px ${FONT}`, size, note.colour);
        const lift = (scene.calm ? 18 : 14 + 18 * out) * dpr;
        top.drawImage(word, Math.round(px - word.width / 2), Math.round(py - lift - word.height / 2));
      } else {
        top.strokeStyle = note.colour;
        top.lineWidth = 3 * dpr * (1 - age) + 0.5;
        top.beginPath();
        top.arc(px, py, (6 + 44 * out) * dpr, 0, 2 * Math.PI);
        top.stroke();
      }
    }
    top.globalAlpha = 1;
  }
}
