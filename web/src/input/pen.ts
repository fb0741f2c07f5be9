// A pen's way as few points: what lies on a straight line is left out, more so while the pen is fast, so that a stroke
// stays within what may be sent. Whole units of the sheet.
import type { Point } from "../sync/control_changes";

/** What points may cost at the usual tolerance, in bytes a second: the messages that hold them cost as much again. */
const BYTES_PER_S = 68;
const WINDOW_MS = 400;
const MOST_COARSE = 40;
/** Points that wait at most before one of them is kept. */
const MOST_WAITING = 24;
/** A line that is being drawn is sent up to here this often. */
const FLUSH_MS = 100;

/** Whether all of `points` lie within `tolerance` of the line from a to b. */
function straight(a: Point, b: Point, points: readonly Point[], tolerance: number): boolean {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  return points.every(([x, y]) => {
    const [px, py] = [x - a[0], y - a[1]];
    if (length === 0) return Math.hypot(px, py) <= tolerance;
    const along = (px * dx + py * dy) / length;
    // Back and forth on one line is not one line.
    if (along < -tolerance || along > length + tolerance) return false;
    return Math.abs(px * dy - py * dx) / length <= tolerance;
  });
}

export class Pen {
  private readonly width: number;
  private readonly height: number;
  private anchor: Point | null = null;
  private waiting: Point[] = [];
  private ready: Point[] = [];
  private flushedAt = 0;
  /** When points were kept, and what each costs. */
  private kept: { at: number; bytes: number }[] = [];
  private lastKept: Point = [0, 0, 0];

  /** A pen on a sheet of `width` × `height` units. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  /** Whether the pen is down. */
  get down(): boolean {
    return this.anchor !== null;
  }

  private point(x: number, y: number, down: 0 | 1): Point {
    const whole = (value: number, most: number) => Math.round(Math.max(0, Math.min(most, value)));
    return [whole(x, this.width), whole(y, this.height), down];
  }

  /** The pen touches the sheet. */
  begin(x: number, y: number, now: number): void {
    this.end(now);
    this.anchor = this.point(x, y, 0);
    this.keep(this.anchor, now);
    this.flushedAt = now;
  }

  /**
   * The pen moves on.
   *
   * @param tolerance how far a point may be from the line that replaces it, in units; such as a pixel.
   */
  move(x: number, y: number, now: number, tolerance: number): void {
    const { anchor } = this;
    if (!anchor) return;
    const next = this.point(x, y, 1);
    const last = this.waiting.at(-1) ?? anchor;
    if (next[0] === last[0] && next[1] === last[1]) return;
    while (this.kept[0] && this.kept[0].at < now - WINDOW_MS) this.kept.shift();
    // Twice as many bytes as may be sent: sixteen times as coarse.
    const spent = this.kept.reduce((sum, { bytes }) => sum + bytes, 0);
    const crowded = spent / ((BYTES_PER_S * WINDOW_MS) / 1000);
    const coarse = tolerance * Math.min(MOST_COARSE, Math.max(1, crowded ** 4));
    if (this.waiting.length >= MOST_WAITING || !straight(anchor, next, this.waiting, coarse))
      this.keepLast(now);
    this.waiting.push(next);
  }

  private keep(point: Point, now: number): void {
    this.ready.push(point);
    const [dx, dy] = [point[0] - this.lastKept[0], point[1] - this.lastKept[1]];
    this.kept.push({ at: now, bytes: (Math.abs(dx) < 32 ? 1 : 2) + (Math.abs(dy) < 64 ? 1 : 2) });
    this.lastKept = point;
    this.waiting = [];
  }

  private keepLast(now: number): void {
    const last = this.waiting.at(-1);
    if (!last) return;
    this.anchor = last;
    this.keep(last, now);
  }

  /** The pen leaves the sheet. */
  end(now: number): void {
    if (!this.anchor) return;
    this.keepLast(now);
    this.anchor = null;
  }

  /** The points to send now; call it once a frame. What is drawn so far is sent at the least ten times a second. */
  take(now: number): readonly Point[] {
    if (this.down && now - this.flushedAt >= FLUSH_MS) {
      this.keepLast(now);
      this.flushedAt = now;
    }
    if (this.ready.length === 0) return this.ready;
    const taken = this.ready;
    this.ready = [];
    return taken;
  }
}
