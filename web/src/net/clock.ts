// The server's clock as seen from here. Pings measure the offset; the fastest of a window counts,
// since its answer waited least. Small errors are slewed away, large ones stepped over.

const WINDOW = 15;
const FIRST_PINGS = 8;
const FIRST_GAP_MS = 60;
const LATER_GAP_MS = 2000;
const SLEW_PER_MS = 0.005;
const STEP_MS = 250;
/** A ping without an answer for so long is forgotten. */
const LOST_MS = 10_000;

interface Sample {
  rtt: number;
  offset: number;
}

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
  /** The first pings are through: from now on the clock must run smoothly. */
  private settled = false;
  private slewedAt = 0;

  /** Starts over on a new connection: quick pings first. What was known stays in use till then. */
  restart(now: number): void {
    this.samples = [];
    this.waiting.clear();
    this.sent = 0;
    this.nextAt = now;
  }

  /** The server's word on its clock, as it arrives; good to half a round trip. */
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
    let fastest = this.samples[0]!;
    for (const sample of this.samples) if (sample.rtt < fastest.rtt) fastest = sample;
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

  /** The time up that 95 % of messages stay below, ms: half the round trip that 95 % stay below. */
  upLatency(): number {
    if (this.samples.length === 0) return 50;
    const sorted = this.samples.map((sample) => sample.rtt).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * 0.95)]! / 2;
  }

  /** How much the round trips of the window differ, ms: median above the fastest. */
  jitter(): number | null {
    if (this.samples.length < 3) return null;
    const sorted = this.samples.map((sample) => sample.rtt).sort((a, b) => a - b);
    return sorted[sorted.length >> 1]! - sorted[0]!;
  }
}
