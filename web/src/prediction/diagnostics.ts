// Figures of how well prediction works, kept in rings. Tests read them as `window.__rumpus`.

const KEPT = 2048;

/** The latest values of something. */
export class Ring {
  count = 0;
  private values = new Float64Array(KEPT);

  add(value: number): void {
    this.values[this.count++ % KEPT] = value;
  }

  /** The value that this share (0..1) of those kept does not exceed; 0 when there are none. */
  quantile(share: number): number {
    const sorted = this.values.slice(0, Math.min(this.count, KEPT)).sort();
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  }

  clear(): void {
    this.count = 0;
  }
}

export class Diagnostics {
  desyncs = 0;
  checkpoints = 0;
  /** How far others' heads, and one's own, were corrected, units; only where they were. */
  corrections = new Ring();
  ownCorrections = new Ring();
  /** Corrections too large to be smoothed. */
  snaps = 0;
  /** Animation frames, and ms, from a press to the first picture that shows it. */
  ownFrames = new Ring();
  ownMs = new Ring();
  /** What one picture took the worker, ms. */
  workMs = new Ring();
  /** How many ticks were predicted. */
  aheadTicks = new Ring();
  /** How long after its last tick was due word of it came, ms. */
  lateMs = new Ring();
  /** Ticks that inputs waited at the server. */
  margins = new Ring();

  clear(): void {
    for (const value of Object.values(this)) if (value instanceof Ring) value.clear();
    this.desyncs = this.checkpoints = this.snaps = 0;
  }

  summary(): Record<string, number> {
    const out: Record<string, number> = {};
    for (const [name, value] of Object.entries(this)) {
      if (typeof value === "number") out[name] = value;
      if (!(value instanceof Ring)) continue;
      out[`${name}.count`] = value.count;
      for (const share of [50, 95, 99, 100]) out[`${name}.p${share}`] = value.quantile(share / 100);
    }
    return out;
  }
}
