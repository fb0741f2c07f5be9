// The result of a match as a picture to save or to send: the server's, which links show too, or one of the same size
// drawn here when the server cannot be reached or does not have the match any more.
import { number } from "../i18n";
import { ACCENT, FONT, GRID, GROUND, inkOf, LINE, MUTED, PANEL, shapeOf, TEXT } from "../ui/palette";
import { fitted, paintMark } from "./film_column";

export interface PictureLine {
  name: string;
  colour: number;
  shape: number;
  place: number;
  points: number;
}

export interface PictureNeeds {
  /** The winner, as a sentence. */
  headline: string;
  /** The game and the day. */
  subtitle: string;
  lines: readonly PictureLine[];
  address: string;
}

const WIDTH = 1200;
const HEIGHT = 630;
const PAD = 64;
const GRID_STEP = 30;
const ROWS = 4;
const ROW = 74;
const SERVER_MS = 6000;

/** The server's picture of a kept match, or null. */
export async function fetchPicture(id: string): Promise<Blob | null> {
  try {
    const answer = await fetch(`/m/${id}.png`, { signal: AbortSignal.timeout(SERVER_MS) });
    const kind = answer.headers.get("Content-Type") ?? "";
    return answer.ok && kind.startsWith("image/png") ? await answer.blob() : null;
  } catch {
    return null; // no network, or too slow
  }
}

function ground(context: CanvasRenderingContext2D): void {
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = GRID;
  for (let x = GRID_STEP; x < WIDTH; x += GRID_STEP) context.fillRect(x, 0, 1, HEIGHT);
  for (let y = GRID_STEP; y < HEIGHT; y += GRID_STEP) context.fillRect(0, y, WIDTH, 1);
}

function row(context: CanvasRenderingContext2D, line: PictureLine, y: number): void {
  const middle = y + ROW / 2 - 5;
  context.fillStyle = PANEL;
  context.strokeStyle = line.place === 1 ? ACCENT : LINE;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(PAD, y, WIDTH - 2 * PAD, ROW - 10, 14);
  context.fill();
  context.stroke();
  context.textBaseline = "middle";
  context.font = `700 30px ${FONT}`;
  context.textAlign = "center";
  context.fillStyle = line.place === 1 ? ACCENT : MUTED;
  context.fillText(line.place > 0 ? String(line.place) : "–", PAD + 40, middle);
  paintMark(context, { shape: shapeOf(line.shape), ink: inkOf(line.colour) }, PAD + 104, middle, 20);
  context.fillStyle = TEXT;
  context.textAlign = "right";
  context.fillText(number(line.points), WIDTH - PAD - 28, middle);
  context.textAlign = "left";
  context.font = `600 30px ${FONT}`;
  context.fillText(fitted(context, line.name, WIDTH - 2 * PAD - 320), PAD + 146, middle);
}

/** Draws the picture into a canvas. Raises if the browser cannot draw. */
export function drawPicture({ headline, subtitle, lines, address }: PictureNeeds): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("this browser draws no 2D canvas");
  ground(context);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = TEXT;
  context.font = `750 60px ${FONT}`;
  context.fillText(fitted(context, headline, WIDTH - 2 * PAD), PAD, 96);
  context.fillStyle = MUTED;
  context.font = `500 30px ${FONT}`;
  context.fillText(fitted(context, subtitle, WIDTH - 2 * PAD), PAD, 164);
  const ordered = [...lines].sort((a, b) => (a.place || 99) - (b.place || 99) || b.points - a.points);
  const shown = ordered.slice(0, ROWS);
  for (const [k, line] of shown.entries()) row(context, line, 216 + k * ROW);
  const foot = HEIGHT - 62;
  context.textAlign = "left";
  context.font = `700 28px ${FONT}`;
  context.fillStyle = ACCENT;
  context.fillText("Rumpus", PAD, foot);
  const after = context.measureText("Rumpus  ").width;
  context.fillStyle = MUTED;
  context.font = `500 26px ${FONT}`;
  context.fillText(fitted(context, address, 640), PAD + after, foot);
  const more = ordered.length - shown.length;
  context.textAlign = "right";
  if (more > 0) context.fillText(`+ ${more}`, WIDTH - PAD, foot);
  return canvas;
}

/** The content of a canvas as a PNG. */
export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the browser gave no picture"))),
      "image/png",
    );
  });
}
