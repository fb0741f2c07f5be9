// Runs a clip step by step, at the pace of whoever asks: for films and pictures, which need each frame and not the
// right time. It has a worker of its own, so that the page's goes on, and ends it.

import { SnapshotReader } from "../prediction/render_snapshot";
import type { MatchReply } from "../prediction/rpc";
import type { OpenedGame, WorkerClient } from "../prediction/worker_client";
import { MatchFeed, type Runner } from "../sync/feed";
import type { Entity } from "../sync/state";
import type { Clip } from "./clip";

/** Ticks that the worker runs at a time on the way to the clip's first one. */
const CHUNK = 256;
/** A chunk takes some ten milliseconds; rules that need this long do not end. */
const PATIENCE_MS = 10_000;
const ROW = 5;

export class ClipRun implements Runner {
  readonly feed: MatchFeed;
  readonly clip: Clip;
  private readonly worker: WorkerClient;
  private readonly reader: SnapshotReader;
  private readonly generation: number;
  private tick: number;
  private reached: number;
  /** How many numbers of the clip's rows the worker has. */
  private given = 0;
  private waiting: { done: (numbers: Int32Array) => void; failed: (error: Error) => void } | null = null;

  /** `game`: as `worker` has opened it. */
  constructor(clip: Clip, game: OpenedGame, worker: WorkerClient) {
    this.clip = clip;
    this.worker = worker;
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.reader = new SnapshotReader(this.feed.begin(game.schema));
    this.feed.runner = this;
    this.generation = worker.use((reply) => this.hear(reply));
    const { start } = clip;
    this.reached = "head" in start ? 0 : start.snapshot.tick;
    this.tick = this.reached;
    const { generation } = this;
    if ("head" in start) worker.post({ call: "begin", generation, setup: start.head, bots: [] });
    else {
      const { packed, tick } = start.snapshot;
      worker.post({ call: "load", generation, packed, until: tick, rows: [], words: [] });
    }
  }

  /** Goes to the clip's first tick. Raises if the rules do not get there; `goesOn` false stops it. */
  async begin(goesOn: () => boolean): Promise<void> {
    const { first } = this.clip;
    do {
      const until = Math.min(first, this.reached + CHUNK);
      this.reader.read(await this.confirm(until, until), until, performance.now());
    } while (this.reached < first && goesOn());
    this.tick = first;
  }

  /** Brings the match to `tick` (with its fraction), at the time `now` in ms of the film. Ticks rise. */
  async advance(tick: number, now: number): Promise<void> {
    const whole = Math.floor(tick);
    const until = Math.min(this.clip.last, whole + 1);
    if (until > this.reached) {
      const { events } = this.reader.read(await this.confirm(until, whole), tick, now);
      for (const event of events) this.feed.emit(event.slice(1));
    }
    this.tick = Math.min(tick, this.clip.last);
  }

  private confirm(until: number, first: number): Promise<Int32Array> {
    const { rows } = this.clip;
    const from = this.given;
    while (this.given < rows.length && (rows[this.given] ?? 0) < until) this.given += ROW;
    this.reached = until;
    const answer = new Promise<Int32Array>((done, failed) => {
      const timer = setTimeout(() => failed(new Error("the rules took too long")), PATIENCE_MS);
      this.waiting = {
        done: (numbers) => {
          clearTimeout(timer);
          done(numbers);
        },
        failed: (error) => {
          clearTimeout(timer);
          failed(error);
        },
      };
    });
    this.worker.post({ call: "confirm", until, rows: rows.slice(from, this.given), words: [], hash: -1 });
    this.worker.post({ call: "look", first, last: until, own: [], near: -1, stamp: 0 });
    return answer;
  }

  private hear(reply: MatchReply): void {
    const { waiting } = this;
    if (reply.generation !== this.generation || !waiting) return;
    if (reply.reply === "snapshot") waiting.done(reply.numbers);
    else if (reply.reply === "lost") waiting.failed(new Error(reply.reason));
  }

  end(): void {
    this.waiting?.failed(new Error("the clip was ended"));
    this.feed.runner = null;
    this.worker.end();
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
