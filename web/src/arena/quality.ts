// Watches how long frames take and says when the picture must become simpler. It never goes back up
// within a match: a picture that changes back and forth is worse than a plain one.

const SPAN_MS = 2000;
const KEPT = 240;
/** A frame's own work; above it at the 95th percentile the picture is too rich. */
const SLOW_MS = 14;
/** The usual time from frame to frame, which also shows the browser's own painting. */
const SPARSE_MS = 28;
/** While the page still loads its frames say nothing. */
const SETTLE_MS = 2500;

export class Quality {
  /** Glow, particles and full resolution. */
  rich = true;
  private work = new Float64Array(KEPT);
  private gaps = new Float64Array(KEPT);
  private count = 0;
  private since = 0;
  private last = 0;
  private begun = 0;

  /** A frame that began at `start` took `work` ms. True when the picture has just become plain. */
  frame(start: number, work: number): boolean {
    const gap = start - this.last;
    this.last = start;
    if (!this.rich) return false;
    if (this.begun === 0) this.begun = start;
    if (gap > 500 || start - this.begun < SETTLE_MS) {
      // The page was hidden or busy elsewhere: that says nothing about the picture.
      this.count = 0;
      this.since = start;
      return false;
    }
    if (this.count < KEPT) {
      this.work[this.count] = work;
      this.gaps[this.count] = gap;
      this.count++;
    }
    if (start - this.since < SPAN_MS) return false;
    const n = this.count;
    this.count = 0;
    this.since = start;
    if (n < 10) return false;
    const slow = (this.work.subarray(0, n).sort()[Math.floor(n * 0.95)] ?? 0) > SLOW_MS;
    const sparse = (this.gaps.subarray(0, n).sort()[n >> 1] ?? 0) > SPARSE_MS;
    if (slow || sparse) this.rich = false;
    return !this.rich;
  }
}
