// How long to wait before the next try to connect: longer each time, and never all at once.

const FIRST_MS = 250;
const LONGEST_MS = 5000;
const SPREAD = 0.3;

export class Backoff {
  private tries = 0;

  /** The next delay in ms: 250 doubling up to 5000, ± 30 %. `chance` is in 0..1. */
  next(chance = Math.random()): number {
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    return delay * (1 - SPREAD + 2 * SPREAD * chance);
  }

  /** A connection stood: the next delay is the shortest again. */
  reset(): void {
    this.tries = 0;
  }
}
