// Runs through a match once, in a worker of its own and in short slices: it keeps snapshots, from which a replay can jump
// anywhere, and finds the marks. What is past its tick is not known yet, like the part of a video that is still to come.
import { type Signal, signal } from "@preact/signals";
import { type MatchReply, type Request, rowAt } from "../prediction/rpc";
import type { WorkerClient } from "../prediction/worker_client";
import type { Schema } from "../sync/schema";
import { type Mark, MarkCollector } from "./marks";
import type { Recording } from "./record";

export interface Snapshot {
  tick: number;
  /** null: the match as it begins. */
  packed: Uint8Array<ArrayBuffer> | null;
  /** How it was saved. */
  fast: boolean;
}

/** What of a worker's client is needed here. */
export type RulesWorker = Pick<WorkerClient, "post" | "poll" | "use">;

/** A slice takes about this long, so that the worker can answer something else soon. */
const SLICE_MS = 40;
/** Time to reach any tick between two snapshots, at most: snapshots are kept so close together. */
const APART_MS = 60;
const LEAST_APART_S = 1;
const MOST_APART_S = 8;
/** Snapshots that take more memory than this are thinned out. */
const MOST_BYTES = 64 << 20;
/** The survey gives up a match whose rules have used this much time. */
const MOST_WORK_MS = 300_000;

export class Survey {
  /** The match is known up to this tick. */
  readonly scanned: Signal<number>;
  readonly marks: Signal<readonly Mark[]> = signal([]);
  /** What ended it before the end of the match, if anything did. */
  readonly failed: Signal<"" | "slow" | "broken"> = signal("");
  /** Whether the final hash is that of the record; null: not known yet. */
  readonly right: Signal<boolean | null> = signal(null);
  /** Ticks between two snapshots now. */
  apart: number;
  /** What a tick takes the worker, ms. */
  tickMs = 1;
  private readonly recording: Recording;
  private readonly worker: RulesWorker;
  private readonly tickHz: number;
  private readonly collector: MarkCollector;
  private snapshots: Snapshot[];
  private bytes = 0;
  private tick: number;
  private lastSaved: number;
  private work = 0;
  private running = false;
  private paused = false;
  private ended = false;
  private orders: { tick: number; resolve: (packed: Uint8Array<ArrayBuffer> | null) => void }[] = [];
  /** The order that is being carried out. Afterwards the worker has another match than the survey's. */
  private order: { tick: number; resolve: (packed: Uint8Array<ArrayBuffer> | null) => void } | null = null;
  private astray = true;
  private generation = 0;
  /** The tick of the worker's match. */
  private at = 0;
  /** When the worker was asked for something that it has not answered; NaN: it has answered. */
  private askedAt = Number.NaN;

  constructor(recording: Recording, schema: Schema, worker: RulesWorker) {
    this.recording = recording;
    this.worker = worker;
    this.tickHz = schema.tickHz;
    this.collector = new MarkCollector(schema);
    this.tick = this.lastSaved = recording.first;
    this.scanned = signal(recording.first);
    this.snapshots = [{ tick: recording.first, packed: recording.snapshot, fast: false }];
    this.apart = Math.round(2 * this.tickHz);
  }

  /** Whether all is known, or nothing more will be. */
  get over(): boolean {
    return this.tick >= this.recording.last || this.failed.peek() !== "";
  }

  /** Bytes that the snapshots take. */
  get kept(): number {
    return this.bytes;
  }

  start(): void {
    this.paused = false;
    if (!this.running && !this.ended) this.next();
  }

  /** Rests until `start`. */
  pause(): void {
    this.paused = true;
  }

  end(): void {
    this.ended = true;
    for (const { resolve } of this.orders) resolve(null);
    this.orders = [];
  }

  /** The last snapshot at or before a tick. */
  nearest(tick: number): Snapshot {
    const { snapshots } = this;
    let low = 0;
    let high = snapshots.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((snapshots[middle]?.tick ?? 0) <= tick) low = middle;
      else high = middle - 1;
    }
    return snapshots[low] ?? { tick: this.recording.first, packed: this.recording.snapshot, fast: false };
  }

  /** The match at exactly that tick as bytes, or null if it cannot be had. */
  snapshotAt(tick: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return new Promise((resolve) => {
      this.orders.push({ tick, resolve });
      if (!this.running && !this.ended) this.next();
    });
  }

  private next(): void {
    if (this.ended) return;
    const order = this.orders.shift();
    if (order) {
      this.order = order;
      this.running = true;
      this.begin(this.nearest(order.tick));
      this.astray = true;
      this.run(order.tick);
      return;
    }
    this.running = !this.over && !this.paused;
    if (!this.running) return;
    if (this.astray) {
      const from = this.nearest(this.tick);
      this.begin(from);
      this.astray = false;
      this.tick = this.lastSaved = from.tick;
    }
    this.run(Math.min(this.recording.last, this.lastSaved + this.apart));
  }

  private begin(from: Snapshot): void {
    this.generation = this.worker.use((reply) => this.hear(reply));
    this.at = from.tick;
    beginIn(this.worker, this.recording, this.generation, from);
  }

  private post(request: Request): void {
    this.askedAt = performance.now();
    this.worker.post(request);
  }

  /** Whether the worker has not answered for `ms`. */
  silent(now: number, ms: number): boolean {
    return now - this.askedAt > ms;
  }

  private run(until: number): void {
    const { rows, last, finalHash } = this.recording;
    const hash = until === last && !this.order ? finalHash : -1;
    const due = rows.slice(rowAt(rows, this.at), rowAt(rows, until));
    this.post({ call: "run", until, rows: due, hash, budget: SLICE_MS });
  }

  private hear(reply: MatchReply): void {
    if (this.ended || reply.generation !== this.generation) return;
    this.askedAt = Number.NaN;
    switch (reply.reply) {
      case "ran":
        this.ran(reply.tick, reply.events, reply.ms);
        return;
      case "saved":
        this.saved(reply.packed);
        return;
      case "desync":
        this.right.value = false;
        return;
      case "lost":
        this.give(null);
        this.failed.value = "broken";
        console.warn(`The rules cannot run this match: ${reply.reason}`);
        this.running = false;
    }
  }

  private give(packed: Uint8Array<ArrayBuffer> | null): void {
    this.order?.resolve(packed);
    this.order = null;
  }

  private ran(tick: number, events: Int32Array, ms: number): void {
    const { order } = this;
    const steps = tick - this.at;
    if (steps > 0) this.tickMs += (ms / steps - this.tickMs) * 0.2;
    this.at = tick;
    if (order) {
      if (tick < order.tick) this.run(order.tick);
      else this.post({ call: "save", fast: false });
      return;
    }
    this.work += ms;
    // After an order the survey repeats a little: what was noted then is not noted again.
    if (tick > this.scanned.peek()) {
      if (this.collector.take(events)) this.marks.value = [...this.collector.marks];
      this.scanned.value = tick;
    }
    this.tick = tick;
    if (tick >= this.recording.last) {
      this.right.value ??= true;
      this.next();
    } else if (this.work > MOST_WORK_MS) {
      this.failed.value = "slow";
      this.next();
    } else if (tick >= this.lastSaved + this.apart) {
      const wanted = APART_MS / this.tickMs;
      this.apart = Math.round(
        Math.max(LEAST_APART_S * this.tickHz, Math.min(MOST_APART_S * this.tickHz, wanted)),
      );
      this.lastSaved = tick;
      this.post({ call: "save", fast: true });
    } else this.next();
  }

  private saved(packed: Uint8Array<ArrayBuffer>): void {
    if (this.order) this.give(packed);
    else {
      const last = this.snapshots.at(-1);
      if (last && last.tick < this.at) {
        this.snapshots.push({ tick: this.at, packed, fast: true });
        this.bytes += packed.length;
        if (this.bytes > MOST_BYTES) this.thin();
      }
    }
    this.next();
  }

  /** Lets go of every second snapshot but the first. */
  private thin(): void {
    this.snapshots = this.snapshots.filter((_, k) => k % 2 === 0);
    this.bytes = this.snapshots.reduce((sum, { packed }) => sum + (packed?.length ?? 0), 0);
  }
}

/** Has a worker begin the match, or take it over from a snapshot. */
export function beginIn(
  worker: RulesWorker,
  { setup }: Recording,
  generation: number,
  { tick, packed, fast }: Snapshot,
): void {
  if (packed && fast) worker.post({ call: "recall", generation, packed });
  else if (packed) worker.post({ call: "load", generation, packed, until: tick, rows: [], words: [] });
  else if (setup) worker.post({ call: "begin", generation, setup, bots: [] });
}
