// Shows a recorded match: plays it at any speed, steps through it, and jumps anywhere in it. The rules worker computes
// what is shown; a survey in a second worker keeps snapshots to jump from. The feed shows it like any other match.
import { effect, type Signal, signal } from "@preact/signals";
import { HEAP_BYTES } from "../prediction/engine";
import { SnapshotReader } from "../prediction/render_snapshot";

import { type MatchReply, rowAt } from "../prediction/rpc";
import { openWorker, type PredictionStatus, WorkerClient } from "../prediction/worker_client";
import type { GameInfo } from "../protocol.gen";
import { MatchFeed, type Runner } from "../sync/feed";
import { secretEntity } from "../sync/private_parts";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import type { Mark } from "./marks";
import { type ProblemCode, type Recording, ReplayError } from "./record";
import { beginIn, type RulesWorker, Survey } from "./survey";

export const SPEEDS: readonly number[] = [0.5, 1, 2, 4, 8];
/** After a gap of this length between two frames the page was hidden: the match stood still. */
const GAP_MS = 500;
/** The longest time for one answer of the worker, so that the picture keeps moving. */
const MOST_ASKED_MS = 100;
/** An answer that is this many frames late is waited for; a later one holds the match up. */
const MOST_LATE_FRAMES = 2;
/** The worker looks up from a long way to a tick this often. */
const SEEK_BUDGET_MS = 250;
/** A worker that has not answered for this time is ended: its rules may never end. */
const PATIENCE_MS = 20_000;
/** A hundred riders and their lines need more than the 4 MB of a match that is predicted. */
const LARGE_HEAP_BYTES = 4 * HEAP_BYTES;
const LARGE_SEATS = 16;

/** A worker, which the replay may end. */
export interface OwnedWorker extends RulesWorker {
  end(): void;
}

export interface ReplayNeeds {
  player: OwnedWorker;
  surveyor: OwnedWorker;
  /** Monotonic time, ms. */
  now(): number;
}

/** Where the player is going: to `tick`; `jump`: not by playing on. */
interface Way {
  tick: number;
  jump: boolean;
}

export class Replay implements Runner {
  readonly feed: MatchFeed;
  readonly recording: Recording;
  readonly info: GameInfo;
  readonly schema: Schema;
  readonly survey: Survey;
  /** The whole tick that is shown, or that was asked for by `seek`. */
  readonly tick: Signal<number>;
  readonly playing: Signal<boolean> = signal(false);
  /** One of SPEEDS. */
  readonly speed: Signal<number> = signal(1);
  /** What was asked for by `seek` is not here yet. */
  readonly seeking: Signal<boolean> = signal(true);
  /** Why it cannot go on, or null. */
  readonly problem: Signal<ProblemCode | null> = signal(null);
  /** Counts the jumps: what a renderer remembers of before is wrong after one. */
  readonly jumps: Signal<number> = signal(0);
  /** What each seat alone saw, all seats' in one; null: the game has no such secrets. */
  secrets: Entity | null = null;
  /** What the host alone saw. */
  hostSecrets: Entity | null = null;
  /** The canvases that show it, the lowest first; those who draw it put them here. */
  canvases: readonly HTMLCanvasElement[] = [];
  private readonly needs: ReplayNeeds;
  private readonly reader: SnapshotReader;
  private readonly interval: number;
  private generation = -1;
  /** The tick that is shown, with its fraction. */
  private position: number;
  /** The tick that is due by the clock. */
  private due: number;
  /** The tick up to which the worker's match is known here; before `first`: none. */
  private played: number;
  /** The tick that the worker's match is at, or will be. */
  private workerTick: number;
  private at = 0;
  private waiting: Way | null = null;
  private wanted: number | null = null;
  private postedAt = 0;
  private askedAt = 0;
  /** What a tick and what an answer take, ms: moving averages of whole round trips. */
  private workMs = 8;
  private ended = false;
  private readonly endings: (() => void)[] = [];

  /**
   * Loads the rules of a recording into workers and shows its first tick. Raises ReplayError if they do not run.
   *
   * @param needs Of tests; else two workers of this page are started.
   */
  static async open(recording: Recording, needs?: ReplayNeeds): Promise<Replay> {
    return new Replay(recording, needs ?? (await startWorkers(recording)));
  }

  private constructor(recording: Recording, needs: ReplayNeeds) {
    this.recording = recording;
    this.needs = needs;
    this.info = recording.rules.info;
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.schema = this.feed.begin(recording.rules.schema);
    this.reader = new SnapshotReader(this.schema);
    this.interval = 1000 / this.schema.tickHz;
    this.feed.runner = this;
    this.position = this.due = recording.first;
    this.played = this.workerTick = recording.first - 1;
    this.tick = signal(recording.first);
    this.survey = new Survey(recording, this.schema, needs.surveyor);
    this.endings.push(
      effect(() => {
        this.survey.scanned.value;
        this.survey.failed.value;
        this.move();
      }),
    );
    this.seek(recording.first);
  }

  get marks(): Signal<readonly Mark[]> {
    return this.survey.marks;
  }

  /** The first and the last tick that can be shown. */
  get first(): number {
    return this.recording.first;
  }

  get ticks(): number {
    return this.recording.last;
  }

  /** The tick that is shown, with its fraction. */
  get exactTick(): number {
    return this.wanted ?? this.position;
  }

  /** Seconds of the match at a tick. */
  seconds(tick: number): number {
    return (tick * this.interval) / 1000;
  }

  play(): void {
    if (this.exactTick >= this.ticks) this.seek(this.first);
    this.playing.value = true;
  }

  pause(): void {
    this.playing.value = false;
  }

  toggle(): void {
    if (this.playing.peek()) this.pause();
    else this.play();
  }

  /** Shows `tick` as soon as it is computed; the last call counts. */
  seek(tick: number): void {
    const to = Math.max(this.first, Math.min(this.ticks, Math.round(tick)));
    this.wanted = to;
    this.tick.value = to;
    this.seeking.value = true;
    this.move();
  }

  /** Pauses, and shows the tick that is `by` ticks away. */
  step(by: number): void {
    this.pause();
    this.seek(Math.round(this.exactTick) + by);
  }

  /** The entries of ticks `from` to, not including, `to`: five numbers each. */
  rowsBetween(from: number, to: number): Int32Array {
    const { rows } = this.recording;
    return rows.slice(rowAt(rows, from), rowAt(rows, to));
  }

  /** The match at a tick as the bytes of `game.rules.snapshot.dump`; null: it cannot be had. */
  snapshotAt(tick: number): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.survey.snapshotAt(Math.max(this.first, Math.min(this.ticks, Math.round(tick))));
  }

  /** The recorded match has gone on to `last`; `rows` are what came since the last tick so far. */
  extend(last: number, rows: Int32Array): void {
    const { recording } = this;
    if (last <= recording.last) return;
    const all = new Int32Array(recording.rows.length + rows.length);
    all.set(recording.rows);
    all.set(rows, recording.rows.length);
    recording.rows = all;
    recording.last = last;
    if (!this.seeking.peek()) this.survey.start();
  }

  /** Ends the workers; nothing is shown any more. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const ending of this.endings) ending();
    this.survey.end();
    this.needs.player.end();
    this.needs.surveyor.end();
    this.feed.runner = null;
  }

  // --- the worker

  /** Goes on to the tick that is wanted, if the worker is free. */
  private move(): void {
    const { wanted } = this;
    if (wanted === null || this.waiting || this.ended || this.problem.peek()) return;
    if (wanted === this.played) {
      this.arrive();
      return;
    }
    const ahead =
      this.workerTick >= this.first && wanted > this.workerTick ? wanted - this.workerTick : Infinity;
    const from = this.survey.nearest(wanted);
    if (ahead > this.survey.apart && ahead > wanted - from.tick) {
      // What the survey does not know yet it will know sooner than this worker.
      if (wanted > this.survey.scanned.peek() && !this.survey.over && wanted > this.first) return;
      this.generation = this.needs.player.use((reply) => this.hear(reply));
      this.workerTick = from.tick;
      beginIn(this.needs.player, this.recording, this.generation, from);
    }
    this.watch({ tick: wanted, jump: true });
  }

  private watch(way: Way): void {
    const { rows, last, finalHash } = this.recording;
    const { tick, jump } = way;
    const due = rows.slice(rowAt(rows, this.workerTick), rowAt(rows, tick));
    const first = jump ? tick : Math.max(this.first, Math.min(Math.floor(this.position), tick - 1));
    this.waiting = way;
    this.postedAt = this.askedAt = this.needs.now();
    this.needs.player.post({
      call: "watch",
      first,
      until: tick,
      rows: due,
      quiet: jump,
      hash: tick === last ? finalHash : -1,
      budget: SEEK_BUDGET_MS,
      stamp: 0,
      secrets: this.schema.ownerRoot !== null || this.schema.hostRoot !== null,
    });
  }

  private hear(reply: MatchReply): void {
    if (this.ended || reply.generation !== this.generation) return;
    switch (reply.reply) {
      case "snapshot":
        this.onSnapshot(reply.numbers);
        return;
      case "ran":
        this.onPause(reply.tick);
        return;
      case "secrets": {
        const { ownerRoot, hostRoot } = this.schema;
        const found: unknown = JSON.parse(reply.text);
        this.secrets = ownerRoot && secretEntity(ownerRoot, found);
        this.hostSecrets = hostRoot && secretEntity(hostRoot, found);
        return;
      }
      case "desync":
        this.survey.right.value = false;
        return;
      case "lost":
        console.warn(`The rules cannot show this match: ${reply.reason}`);
        this.fail("broken");
    }
  }

  /** The worker looked up on its way: it goes on, or elsewhere if something else is wanted by now. */
  private onPause(tick: number): void {
    const way = this.waiting;
    this.waiting = null;
    this.workerTick = tick;
    if (way && this.wanted === way.tick) this.watch(way);
    else this.move();
  }

  private onSnapshot(numbers: Int32Array): void {
    const way = this.waiting;
    this.waiting = null;
    const { events } = this.reader.read(numbers, this.position, this.at);
    this.played = this.workerTick = this.reader.confirmed;
    if (!way?.jump) {
      this.workMs += (this.needs.now() - this.askedAt - this.workMs) * 0.1;
      for (const event of events) this.feed.emit(event.slice(1));
    }
    if (this.wanted !== null && way?.jump) {
      this.position = this.due = this.played;
      this.jumps.value++;
    }
    this.move();
  }

  private arrive(): void {
    this.position = this.due = this.played;
    this.wanted = null;
    this.seeking.value = false;
    this.survey.start();
  }

  private fail(code: ProblemCode): void {
    this.playing.value = false;
    this.seeking.value = false;
    this.problem.value = code;
    this.survey.end();
    this.needs.player.end();
    this.needs.surveyor.end();
  }

  /** Has the worker play on, if what is known will not last until it could answer. */
  private ask(): void {
    if (this.waiting || this.played < this.first) return;
    const lead = this.lead();
    if (this.due + lead < this.played) return;
    const most = Math.max(1, Math.floor(MOST_ASKED_MS / Math.max(0.5, this.survey.tickMs)));
    const until = Math.min(this.ticks, this.played + most, Math.floor(this.due + lead) + 1);
    if (until > this.played) this.watch({ tick: until, jump: false });
  }

  /** How many ticks pass until the worker has answered. */
  private lead(): number {
    return ((this.workMs + 8) / this.interval) * this.speed.peek();
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

  // hot: once an animation frame
  show(now: number): { tick: number; part: number } {
    const passed = now - this.at;
    this.at = now;
    this.beat(now);
    if (this.playing.peek() && this.wanted === null && this.problem.peek() === null) {
      if (passed < GAP_MS) this.due += (passed / this.interval) * this.speed.peek();
      // Time that the worker cannot catch up on is skipped.
      const most = Math.min(this.lead(), MOST_LATE_FRAMES * this.speed.peek());
      this.due = Math.min(this.due, this.played + 1 + most, this.ticks);
      this.position = Math.max(this.first, Math.min(this.due, this.played));
      this.ask();
      const whole = Math.floor(this.position);
      if (whole !== this.tick.peek()) this.tick.value = whole;
      if (this.position >= this.ticks) this.playing.value = false;
    }
    return { tick: this.position, part: this.reader.pose(this.position, now) };
  }

  /** Takes what has come from the workers; call it often, also where nothing is drawn. */
  beat(now: number): void {
    this.needs.player.poll();
    if (this.waiting && now - this.postedAt > PATIENCE_MS) this.fail("slow");
    if (this.survey.silent(now, PATIENCE_MS)) this.fail("slow");
  }
}

/** A worker of this page with the rules of a recording. The caller ends it. Raises ReplayError. */
export async function startWorker(recording: Recording): Promise<WorkerClient> {
  const [, seats] = recording.rules.info.seats;
  const document = {
    bundle: recording.rules,
    heap: seats > LARGE_SEATS ? LARGE_HEAP_BYTES : HEAP_BYTES,
  };
  const status: Signal<PredictionStatus> = signal("off");
  const client = new WorkerClient(openWorker, status);
  if (!(await client.open("the record's rules", document))) throw new ReplayError("rules", client.reason);
  return client;
}

/** Two workers with the rules of a recording. Raises ReplayError. */
async function startWorkers(recording: Recording): Promise<ReplayNeeds> {
  const [player, surveyor] = await Promise.all([startWorker(recording), startWorker(recording)]);
  return { player, surveyor, now: () => performance.now() };
}
