// The column beside the picture of a film: the game, and its players with their marks and points.

import { traceMark } from "../arena/sprites";
import type { Rider } from "../games/game_renderer";
import { number } from "../i18n";
import type { Hud } from "../sync/feed";
import { ACCENT, FONT, LINE, MUTED, PANEL, TEXT } from "../ui/palette";
import type { Owner } from "./clip_recording";

/** Its width, pixels. */
export const SIDE = 300;

const PAD = 22;
const TITLE = 30;
const FOOT = 18;
const MOST_ROW = 44;
const LEAST_ROW = 24;

export interface ColumnNeeds {
  owner: Owner;
  riders: readonly (Rider | undefined)[];
  address: string;
}

interface Line {
  rider: Rider;
  points: number;
  alive: boolean;
}

/** The text as far as it fits into `width` pixels. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}

export function paintMark(
  context: CanvasRenderingContext2D,
  { shape, ink }: Pick<Rider, "shape" | "ink">,
  x: number,
  y: number,
  radius: number,
): void {
  context.save();
  context.translate(x, y);
  context.beginPath();
  traceMark(context, shape, radius);
  context.fillStyle = ink.colour;
  context.fill("evenodd");
  context.restore();
}

function linesOf({ owner, riders }: ColumnNeeds, hud: Hud | null): Line[] {
  const scores = new Map(hud?.scores.map((score) => [score.seat, score]));
  const lines: Line[] = [];
  for (const { seat } of owner.seats) {
    const rider = riders[seat];
    const score = scores.get(seat);
    if (rider) lines.push({ rider, points: score?.points ?? 0, alive: score?.alive ?? true });
  }
  return lines.sort((a, b) => b.points - a.points);
}

/** Paints it at `x`, down to `height`. */
export function paintColumn(
  context: CanvasRenderingContext2D,
  { x, height }: { x: number; height: number },
  needs: ColumnNeeds,
  hud: Hud | null,
): void {
  const width = SIDE - 2 * PAD;
  const left = x + PAD;
  context.fillStyle = PANEL;
  context.fillRect(x, 0, SIDE, height);
  context.fillStyle = LINE;
  context.fillRect(x, 0, 1, height);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `700 ${TITLE}px ${FONT}`;
  context.fillStyle = TEXT;
  context.fillText(fitted(context, needs.owner.title, width), left, PAD + TITLE / 2);
  const top = PAD + TITLE + PAD;
  const foot = height - PAD - FOOT;
  const lines = linesOf(needs, hud);
  const row = Math.max(LEAST_ROW, Math.min(MOST_ROW, (foot - PAD - top) / Math.max(1, lines.length)));
  const shown = Math.floor((foot - PAD - top) / row);
  const size = Math.round(row * 0.5);
  for (const [k, { rider, points, alive }] of lines.slice(0, shown).entries()) {
    const y = top + row * (k + 0.5);
    context.globalAlpha = alive ? 1 : 0.5;
    paintMark(context, rider, left + row * 0.3, y, row * 0.28);
    context.font = `600 ${size}px ${FONT}`;
    context.textAlign = "right";
    context.fillStyle = TEXT;
    const figure = number(points);
    context.fillText(figure, left + width, y);
    const room = width - row * 0.8 - context.measureText(figure).width - 10;
    context.textAlign = "left";
    context.fillText(fitted(context, rider.name, room), left + row * 0.8, y);
    context.globalAlpha = 1;
  }
  context.textAlign = "left";
  context.font = `600 ${FOOT}px ${FONT}`;
  context.fillStyle = ACCENT;
  context.fillText("Rumpus", left, height - PAD - FOOT / 2);
  const after = context.measureText("Rumpus ").width;
  context.fillStyle = MUTED;
  context.fillText(fitted(context, needs.address, width - after), left + after, height - PAD - FOOT / 2);
}
