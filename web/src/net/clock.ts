// The server's clock as this device knows it, and the timers that the network code is given.

export type Timer = ReturnType<typeof setTimeout>;

/** Timers of the page; tests run others without waiting. */
export interface Timers {
  start(run: () => void, ms: number): Timer;
  stop(timer: Timer): void;
}

const WINDOW = 15;
const FIRST_PINGS = 8;
const FIRST_GAP_MS = 60;
const LATER_GAP_MS = 2000;
const SLEW_PER_MS = 0.005;
const STEP_MS = 250;
const UNKNOWN_LATENCY_MS = 50;
/** A ping without an answer for this time is forgotten. */
const LOST_MS = 10_000;

interface Sample {
  rtt: number;
  offset: number;
}

/**
 * Estimates the server's clock from pings. The fastest ping of a window counts, since its answer waited least.
 * Small errors are corrected gradually, large ones at once.
 */
export class ServerClock {
  /** Round trip of the latest ping, ms; null while unknown. */
  rtt: number | null = null;
  private samples: Sample[] = [];
  private waiting = new Map<number, number>();
  private id = 0;
  private sent = 0;
  private nextAt = 0;
  private offset: number | null = null;
  private target = 0;
  /** The first pings are answered: from now on the clock must run smoothly. */
  private settled = false;
  private slewedAt = 0;

  /** Starts again on a new connection, with quick pings first. Until they are answered the old offset is used. */
  restart(now: number): void {
    this.samples = [];
    this.waiting.clear();
    this.sent = 0;
    this.nextAt = now;
  }

  /** Takes the server's time from its welcome, exact to half a round trip, where no ping is answered yet. */
  hint(serverNow: number, now: number): void {
    if (this.samples.length > 0) return;
    this.target = serverNow - now;
    if (this.offset === null || Math.abs(this.target - this.offset) > STEP_MS) this.offset = this.target;
    this.slewedAt = now;
  }

  /** The id of the ping to send now, or null when none is due. Call it every few 10 ms. */
  due(now: number): number | null {
    if (now < this.nextAt) return null;
    this.sent++;
    this.nextAt = now + (this.sent < FIRST_PINGS ? FIRST_GAP_MS : LATER_GAP_MS);
    this.id++;
    for (const [id, at] of this.waiting) if (now - at > LOST_MS) this.waiting.delete(id);
    this.waiting.set(this.id, now);
    return this.id;
  }

  /** Whether the quick first pings are still going out. */
  get eager(): boolean {
    return this.sent < FIRST_PINGS;
  }

  /** The answer to ping `id`: the server's time when it answered. */
  pong(id: number, serverNow: number, now: number): void {
    const at = this.waiting.get(id);
    if (at === undefined) return;
    this.waiting.delete(id);
    const rtt = now - at;
    this.rtt = rtt;
    this.samples.push({ rtt, offset: serverNow - (at + now) / 2 });
    if (this.samples.length > WINDOW) this.samples.shift();
    const fastest = this.samples.reduce((best, sample) => (sample.rtt < best.rtt ? sample : best));
    this.slew(now);
    this.target = fastest.offset;
    if (!this.settled || this.offset === null || Math.abs(this.target - this.offset) > STEP_MS)
      this.offset = this.target;
    if (this.samples.length >= FIRST_PINGS) this.settled = true;
  }

  private slew(now: number): void {
    if (this.offset === null) return;
    const most = Math.max(0, now - this.slewedAt) * SLEW_PER_MS;
    const error = this.target - this.offset;
    this.offset += Math.max(-most, Math.min(most, error));
    this.slewedAt = now;
  }

  /** The server's time now, ms. */
  serverNow(now: number): number {
    this.slew(now);
    return now + (this.offset ?? 0);
  }

  /** Latency to the server, ms: half the 95th percentile of the round trips. 50 while there are no round trips. */
  upLatency(): number {
    const sorted = this.samples.map((sample) => sample.rtt).sort((a, b) => a - b);
    return (sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 2 * UNKNOWN_LATENCY_MS) / 2;
  }

  /** Median round trip minus the fastest of the window, ms; null while there are fewer than three. */
  jitter(): number | null {
    const sorted = this.samples.map((sample) => sample.rtt).sort((a, b) => a - b);
    const [fastest, , third] = sorted;
    if (fastest === undefined || third === undefined) return null;
    return (sorted[sorted.length >> 1] ?? third) - fastest;
  }
}
