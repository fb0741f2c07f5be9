// Watches how long frames take and says when the picture must become simpler. It never goes back up
// within a match: a picture that changes back and forth is worse than a plain one.

const SPAN_MS = 2000;
const KEPT = 240;
/** A frame's own work; above it at the 95th percentile the picture is too rich. */
const SLOW_MS = 14;
/** The time from frame to frame, which also shows work that is not ours (painting, other programs). */
const SPARSE_MS = 34;

export class Quality {
  /** Glow, particles and full resolution. */
  rich = true;
  private work = new Float64Array(KEPT);
  private gaps = new Float64Array(KEPT);
  private count = 0;
  private since = 0;
  private last = 0;

  /** A frame that began at `start` took `work` ms. True when the picture has just become plain. */
  frame(start: number, work: number): boolean {
    const gap = start - this.last;
    this.last = start;
    if (!this.rich) return false;
    if (gap > 500) {
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
    const place = Math.floor(n * 0.95);
    const slow = this.work.subarray(0, n).sort()[place]! > SLOW_MS;
    const sparse = this.gaps.subarray(0, n).sort()[place]! > SPARSE_MS;
    if (slow || sparse) this.rich = false;
    return !this.rich;
  }
}
