// Paints trails that stay: each new row once, its dashes two rows later, because the round end of the
// next piece of line would cover them.
import type { Entity, Series } from "../sync/state";
import type { Scene } from "./game_renderer";

const GLOW_WIDTH = 14;
const DASH_LAG = 2;
const DASH_WIDTH = 0.26;
const DASH_STRENGTH = 0.8;

interface Line {
  /** The table last painted; another object means a new state. */
  series: Series;
  cuts: number;
  /** Rows whose line is painted, and rows whose dashes are. */
  rows: number;
  dashed: number;
  /** Length of the dashed way, units: where in its pattern the next dash begins. */
  way: number;
}

/** A trail's rows: x and y in the field's fraction of a unit, then the pen's half-width in quarters; 0: a start. */
export class InkPainter {
  private lines = new Map<number, Line>();

  /**
   * Paints what is new of every racer's `trail`. With `all` the layers are empty. Returns false, having
   * painted nothing, when ink has gone and the layers must be emptied first.
   */
  paint(scene: Scene, racers: readonly Entity[], unit: number, all: boolean): boolean {
    if (all) this.lines.clear();
    for (const { id, trail } of racers) {
      const series = trail as Series;
      const line = this.lines.get(id);
      if (line && line.rows > 0 && (line.series !== series || line.cuts !== series.cuts)) return false;
    }
    if (this.lines.size > racers.length) return false;
    for (const racer of racers) this.racer(scene, racer, unit);
    return true;
  }

  private racer(scene: Scene, racer: Entity, unit: number): void {
    const series = racer.trail as Series;
    let line = this.lines.get(racer.id);
    if (!line || line.series !== series || line.cuts !== series.cuts) {
      line = { series, cuts: series.cuts, rows: 0, dashed: 0, way: 0 };
      this.lines.set(racer.id, line);
    }
    const rider = scene.riders[racer.id];
    if (!rider || line.dashed === series.rows) return;
    const { ink, glow } = scene;
    if (line.rows < series.rows) {
      glow.strokeStyle = rider.ink.colour;
      glow.lineCap = "round";
      glow.lineJoin = "round";
      trace(glow, series, line.rows, series.rows, unit, GLOW_WIDTH, 1);
      ink.strokeStyle = rider.ink.colour;
      ink.lineCap = "round";
      ink.lineJoin = "round";
      ink.setLineDash(SOLID);
      trace(ink, series, line.rows, series.rows, unit, 0, 1);
      line.rows = series.rows;
    }
    const until = racer.inking ? series.rows - DASH_LAG : series.rows;
    if (until <= line.dashed) return;
    if (rider.ink.dash.length > 0) {
      ink.strokeStyle = rider.ink.dashColour;
      ink.lineCap = "butt";
      ink.setLineDash(rider.ink.dash as number[]);
      ink.lineDashOffset = line.way;
      ink.globalAlpha = DASH_STRENGTH;
      line.way = (line.way + trace(ink, series, line.dashed, until, unit, 0, DASH_WIDTH)) % 3600;
      ink.setLineDash(SOLID);
      ink.globalAlpha = 1;
    }
    line.dashed = until;
  }
}

const SOLID: number[] = [];

/**
 * Strokes rows from..to, each joined to the one before it, in runs of equal width: `width` units, or if 0
 * the pen's width times `share`. Returns the length of what was stroked.
 */
function trace(
  context: CanvasRenderingContext2D,
  series: Series,
  from: number,
  to: number,
  unit: number,
  width: number,
  share: number,
): number {
  const { data, width: columns } = series;
  const dashedBefore = context.lineDashOffset;
  let way = 0;
  let pen = 0;
  let x = 0;
  let y = 0;
  for (let k = from; k < to; k++) {
    const at = k * columns;
    const next = data[at + 2] ?? 0;
    if (next === 0 || k === 0) {
      if (pen > 0) context.stroke();
      pen = 0;
      continue;
    }
    if (next !== pen) {
      if (pen > 0) {
        context.stroke();
        context.lineDashOffset = dashedBefore + way;
      }
      x = (data[at - columns] ?? 0) / unit;
      y = (data[at - columns + 1] ?? 0) / unit;
      context.lineWidth = width > 0 ? width : (next / 2) * share;
      context.beginPath();
      context.moveTo(x, y);
      pen = next;
    }
    const toX = (data[at] ?? 0) / unit;
    const toY = (data[at + 1] ?? 0) / unit;
    context.lineTo(toX, toY);
    way += Math.hypot(toX - x, toY - y);
    x = toX;
    y = toY;
  }
  if (pen > 0) context.stroke();
  return way;
}
