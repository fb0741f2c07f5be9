// Runs a span of a recording frame by frame, at the pace of the caller: for films and pictures, which need each frame
// and not the right time. It has a worker of its own, so that the page's goes on, and ends it.
import { SnapshotReader } from "../prediction/render_snapshot";
import { type MatchReply, rowAt } from "../prediction/rpc";
import { MatchFeed, type Runner } from "../sync/feed";
import type { Entity } from "../sync/state";
import type { Span } from "./clip";
import type { Recording } from "./record";
import type { OwnedWorker } from "./replay";
import { beginIn, type Snapshot } from "./survey";

/** The worker looks up on its way to the first tick this often, ms. */
const BUDGET_MS = 250;
/** Rules that need this long for one answer do not end. */
const PATIENCE_MS = 20_000;

export interface SpanNeeds {
  recording: Recording;
  span: Span;
  /** The match at the span's first tick or before it. */
  from: Snapshot;
  /** Has the recording's rules open. */
  worker: OwnedWorker;
}

type Answer = { reached: number; numbers: Int32Array | null };

export class SpanRun implements Runner {
  readonly feed: MatchFeed;
  private readonly needs: SpanNeeds;
  private readonly reader: SnapshotReader;
  private readonly generation: number;
  /** The tick that is shown, with its fraction. */
  private tick: number;
  /** The tick of the worker's match. */
  private reached: number;
  private waiting: ((answer: Answer | Error) => void) | null = null;

  constructor(needs: SpanNeeds) {
    this.needs = needs;
    const { recording, from, worker } = needs;
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.reader = new SnapshotReader(this.feed.begin(recording.rules.schema));
    this.feed.runner = this;
    this.generation = worker.use((reply) => this.hear(reply));
    this.tick = this.reached = from.tick;
    beginIn(worker, recording, this.generation, from);
  }

  /** Goes to the span's first tick. Raises if the rules do not get there; `goesOn` false stops it. */
  async begin(goesOn: () => boolean): Promise<void> {
    const { first } = this.needs.span;
    for (;;) {
      const { reached, numbers } = await this.watch(first, first, true);
      this.reached = reached;
      if (numbers) this.reader.read(numbers, first, performance.now());
      if (numbers || !goesOn()) break;
    }
    this.tick = first;
  }

  /** Brings the match to `tick` (with its fraction), at the time `now` in ms of the film. Ticks rise. */
  async advance(tick: number, now: number): Promise<void> {
    const { last } = this.needs.span;
    const whole = Math.floor(tick);
    const until = Math.min(last, whole + 1);
    while (until > this.reached) {
      const { reached, numbers } = await this.watch(whole, until, false);
      this.reached = reached;
      if (!numbers) continue;
      const { events } = this.reader.read(numbers, tick, now);
      for (const event of events) this.feed.emit(event.slice(1));
    }
    this.tick = Math.min(tick, last);
  }

  private async watch(first: number, until: number, quiet: boolean): Promise<Answer> {
    const { recording, worker } = this.needs;
    const rows = recording.rows.slice(rowAt(recording.rows, this.reached), rowAt(recording.rows, until));
    const answer = new Promise<Answer | Error>((resolve) => {
      this.waiting = resolve;
    });
    worker.post({ call: "watch", first, until, rows, quiet, hash: -1, budget: BUDGET_MS, stamp: 0 });
    const timer = setTimeout(() => this.settle(new Error("the rules took too long")), PATIENCE_MS);
    const found = await answer;
    clearTimeout(timer);
    if (found instanceof Error) throw found;
    return found;
  }

  private settle(answer: Answer | Error): void {
    this.waiting?.(answer);
    this.waiting = null;
  }

  private hear(reply: MatchReply): void {
    if (reply.generation !== this.generation) return;
    if (reply.reply === "snapshot") this.settle({ reached: reply.numbers[1] ?? 0, numbers: reply.numbers });
    else if (reply.reply === "ran") this.settle({ reached: reply.tick, numbers: null });
    else if (reply.reply === "lost") this.settle(new Error(reply.reason));
  }

  end(): void {
    this.settle(new Error("the film was ended"));
    this.feed.runner = null;
    this.needs.worker.end();
  }

  // --- as the runner of the feed

  get on(): boolean {
    return this.reader.state !== null;
  }

  get whole(): boolean {
    return true;
  }

  get state(): Entity | null {
    return this.reader.state;
  }

  get fresh(): number {
    return this.reader.fresh;
  }

  takes(): boolean {
    return false;
  }

  take(): void {}

  interrupted(): void {}

  show(now: number): { tick: number; part: number } {
    return { tick: this.tick, part: this.reader.pose(this.tick, now) };
  }
}
