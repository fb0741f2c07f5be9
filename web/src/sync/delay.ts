// How far behind the server's clock the match is shown, so that the next state is nearly always there
// when it is needed: as little as the network's jitter allows.

const SPAN_MS = 3000;
const KEPT = 128;
const LEAST_MS = 66;
const MOST_MS = 250;
const SHARE = 0.95;
const UP_MS_PER_S = 250;
const DOWN_MS_PER_S = 10;
/** After a start this many states only find out where to begin: the first is often late. */
const FIRST_SAMPLES = 10;

export class Delay {
  private late = new Float64Array(KEPT);
  private at = new Float64Array(KEPT).fill(-Infinity);
  private next = 0;
  private sorted: number[] = [];
  private target: number;
  private current: number;
  private movedAt = -Infinity;
  private samples = 0;

  /** `interval` is the time between two states, ms. */
  constructor(interval: number) {
    this.target = LEAST_MS + interval;
    this.current = this.target;
  }

  /** A state arrived `late` ms after its tick was due; `now` is any steady clock, ms. */
  arrived(late: number, interval: number, now: number): void {
    this.late[this.next] = late;
    this.at[this.next] = now;
    this.next = (this.next + 1) % KEPT;
    this.sorted.length = 0;
    for (let k = 0; k < KEPT; k++)
      if (now - (this.at[k] ?? -Infinity) <= SPAN_MS) this.sorted.push(this.late[k] ?? 0);
    this.sorted.sort((a, b) => a - b);
    const base = this.sorted[0] ?? 0;
    const slow = this.sorted[Math.min(this.sorted.length - 1, Math.floor(this.sorted.length * SHARE))] ?? 0;
    this.target = base + Math.max(LEAST_MS, Math.min(MOST_MS, interval + slow - base));
    this.samples++;
    if (this.samples <= FIRST_SAMPLES) this.current = this.target;
  }

  /** The lag behind the server's clock now, ms: up quickly, down gently. */
  lag(now: number): number {
    const passed = this.movedAt === -Infinity ? 0 : Math.max(0, now - this.movedAt) / 1000;
    this.movedAt = now;
    const error = this.target - this.current;
    if (error > 0) this.current += Math.min(error, UP_MS_PER_S * passed);
    else this.current += Math.max(error, -DOWN_MS_PER_S * passed);
    return this.current;
  }

  /** Forgets all samples: after a pause or a new connection the old ones say nothing. */
  restart(): void {
    this.at.fill(-Infinity);
    this.samples = 0;
    this.movedAt = -Infinity;
  }
}
