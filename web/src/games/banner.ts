// Large words over the arena: the countdown's numbers, who took the round, what is about to happen.

import { FONT, MUTED, TEXT } from "../ui/palette";
import type { Scene } from "./game_renderer";

const IN_MS = 160;
const OUT_MS = 300;
/** How far above the lower edge a line stands, CSS pixels: alone, and above the buttons of thumbs. */
const EDGE_PX = 30;
const THUMBS_PX = 118;
/** Words are never smaller, CSS pixels: they are read in passing. */
const SMALLEST_PX = 14;

export class Banner {
  private title = "";
  private small = "";
  private at = 0;
  private lasts = 0;

  /** Shows a title, or only a small line under the top edge, for this many ms. */
  show(title: string, small: string, at: number, lasts: number): void {
    this.title = title;
    this.small = small;
    this.at = at;
    this.lasts = lasts;
  }

  draw(scene: Scene): void {
    const age = scene.now - this.at;
    if (age >= this.lasts) return;
    const entering = Math.min(1, age / IN_MS);
    const leaving = Math.min(1, (this.lasts - age) / OUT_MS);
    const { top } = scene;
    const { width, height } = top.canvas;
    const eased = scene.calm ? 1 : 1 - (1 - entering) ** 3;
    top.globalAlpha = Math.min(entering, leaving);
    if (this.title)
      write(scene, this.title, width / 2, height * 0.36 + (1 - eased) * 16 * scene.dpr, 40, TEXT);
    if (this.small) write(scene, this.small, width / 2, height * 0.14, 20, TEXT);
    top.globalAlpha = 1;
  }

  /** A small line above the lower edge, as long as it is called; above the thumbs where they have the corners. */
  foot(scene: Scene, text: string): void {
    const { width, height } = scene.top.canvas;
    const above = scene.thumbs && scene.upright ? THUMBS_PX : EDGE_PX;
    write(scene, text, width / 2, height - above * scene.dpr, 17, TEXT);
  }

  /** A number of the countdown under a line of text, `part` (0..1) into its second. */
  number(scene: Scene, line: string, text: string, part: number): void {
    if (scene.opening) return;
    const { top } = scene;
    const grown = scene.calm ? 1 : 1.25 - 0.25 * (1 - (1 - Math.min(1, part * 3)) ** 3);
    write(scene, line, top.canvas.width / 2, top.canvas.height * 0.26, 24, MUTED);
    top.globalAlpha = part > 0.8 ? (1 - part) * 5 : 1;
    write(scene, text, top.canvas.width / 2, top.canvas.height * 0.4, 96 * grown, part > 0.8 ? MUTED : TEXT);
    top.globalAlpha = 1;
  }
}

function write(scene: Scene, text: string, x: number, y: number, size: number, colour: string): void {
  const { top, dpr } = scene;
  const most = top.canvas.width * 0.9;
  const fitted = size * Math.min(1, Math.max(0.6, top.canvas.width / dpr / 700));
  const px = Math.max(SMALLEST_PX, fitted) * dpr * Math.min(1.3, scene.textScale);
  top.font = `700 ${Math.round(px)}px ${FONT}`;
  top.textAlign = "center";
  top.textBaseline = "middle";
  top.lineJoin = "round";
  top.lineWidth = px * 0.2;
  top.strokeStyle = scene.look.ground;
  top.strokeText(text, x, y, most);
  top.fillStyle = colour;
  top.fillText(text, x, y, most);
}
