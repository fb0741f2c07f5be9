// A match of bots on this device alone, without a server: the real game, run by the worker. A person may take a seat
// from its bot at any time. The feed shows it like any other match.
import { type Signal, signal } from "@preact/signals";
import { MatchFeed, type Runner } from "../sync/feed";
import type { Entity } from "../sync/state";
import { Diagnostics } from "./diagnostics";
import { SnapshotReader } from "./render_snapshot";
import { type BotSeat, INDEX, type MatchReply } from "./rpc";
import type { OpenedGame, WorkerClient } from "./worker_client";

export interface Bot {
  seat: number;
  /** What its style is called. */
  name: string;
  level: number;
  style: number;
}

export interface PracticeNeeds {
  worker: Pick<WorkerClient, "post" | "poll" | "use">;
  /** The buttons that the person here holds. */
  held(): number;
  /** The entries of other controls that changed since the last call: two numbers for each. */
  changes(): number[];
  /** 0 to 1. */
  random(): number;
}

const BOTS = 5;
const LEVEL = 3;
/** How long a decided match is shown before the next begins. */
const PAUSE_MS = 4000;
/** After a gap of this length between two frames the page was hidden: the match stood still. */
const GAP_MS = 500;
const WORD = 1 << 28;
/** The person's seat. */
export const OWN_SEAT = 0;

export class Practice implements Runner {
  readonly feed: MatchFeed;
  readonly figures = new Diagnostics();
  /** Whether a person plays, and not only bots. */
  readonly playing: Signal<boolean> = signal(false);
  readonly bots: readonly Bot[];
  readonly game: OpenedGame;
  private readonly needs: PracticeNeeds;
  private readonly reader: SnapshotReader;
  private readonly interval: number;
  private generation = 0;
  private ended = false;
  private overAt = Number.NaN;
  private waiting = false;
  /** The tick that is shown. */
  private tick = 0;
  /** The tick that is due by the clock. The worker may not have played it yet. */
  private due = 0;
  private at = 0;
  private stamp = 0;
  private seen = 0;
  private mask = 0;
  /** The last tick that was played. */
  private played = -1;
  /** How many ticks the worker was asked for. */
  private asked = 1;
  private pressedAt: { stamp: number; frame: number } | null = null;
  private frames = 0;
  private marked = false;
  /** How long the worker takes for a tick, ms: a moving average. */
  private workMs = 5;

  constructor(game: OpenedGame, needs: PracticeNeeds) {
    this.game = game;
    this.needs = needs;
    this.interval = 1000 / game.info.tick_hz;
    const count = Math.max(game.info.seats[0], Math.min(game.info.seats[1], BOTS));
    this.bots = Array.from({ length: count }, (_, seat) => {
      const styles = game.info.bot_styles;
      const style = seat % styles.length;
      const nth = Math.floor(seat / styles.length);
      const name = styles[style] ?? "";
      return { seat, name: nth > 0 ? `${name} ${nth + 1}` : name, level: LEVEL, style };
    });
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.reader = new SnapshotReader(this.feed.begin(game.schema));
    this.feed.runner = this;
    this.begin();
  }

  private word(): number {
    return Math.floor(this.needs.random() * WORD);
  }

  private seated({ seat, level, style }: Bot): BotSeat {
    return { seat, level, style, seed: this.word() };
  }

  private begin(): void {
    const { info } = this.game;
    this.generation = this.needs.worker.use((answer) => this.hear(answer));
    this.overAt = Number.NaN;
    this.waiting = false;
    this.tick = 0;
    this.due = 0;
    this.played = -1;
    const seats = this.bots.map(({ seat }) => seat);
    const bots = this.bots.filter(({ seat }) => !(this.playing.peek() && seat === OWN_SEAT));
    this.needs.worker.post({
      call: "begin",
      generation: this.generation,
      setup: {
        options: info.options.map((option) => option.default),
        seats,
        teams: new Array<number>(info.seats[1]).fill(0),
        seed: this.word(),
      },
      bots: bots.map((bot) => this.seated(bot)),
    });
    this.ask(0);
  }

  /** A person takes the first seat from its bot, in the middle of the match. */
  takeOver(): void {
    if (this.playing.peek()) return;
    this.playing.value = true;
    this.needs.worker.post({ call: "free", seat: OWN_SEAT });
  }

  /** The bot takes its seat back. */
  giveBack(): void {
    if (!this.playing.peek()) return;
    this.playing.value = false;
    const bot = this.bots[OWN_SEAT];
    if (bot) this.needs.worker.post({ call: "bot", bot: this.seated(bot) });
  }

  /** Nothing is shown any more. */
  end(): void {
    this.ended = true;
    this.feed.runner = null;
  }

  /** Has the worker play up to tick `wanted`, and one tick at least. */
  private ask(wanted: number): void {
    if (this.waiting || this.ended || !Number.isNaN(this.overAt)) return;
    this.waiting = true;
    // A worker that is slower than the clock shows every tick, in slow motion.
    this.asked = this.workMs < this.interval ? Math.max(1, wanted - this.played) : 1;
    const until = this.played + this.asked;
    const held = this.playing.peek() ? [this.needs.held()] : [];
    const mask = held[0] ?? 0;
    if (mask !== this.mask) {
      this.mask = mask;
      this.stamp++;
      this.pressedAt ??= { stamp: this.stamp, frame: this.frames };
    }
    const first = Math.max(0, Math.min(Math.floor(this.tick), this.played - 1));
    const entries = this.playing.peek() ? this.needs.changes() : [];
    const changes: number[] = [];
    for (let k = 0; k < entries.length; k += 2) changes.push(OWN_SEAT, entries[k] ?? 0, entries[k + 1] ?? 0);
    this.needs.worker.post({ call: "play", first, until, held, changes, stamp: this.stamp });
  }

  private hear(reply: MatchReply): void {
    if (reply.generation !== this.generation || this.ended || reply.reply === "desync") return;
    if (reply.reply === "lost") {
      console.warn(`Practice broke: ${reply.reason}`);
      this.begin();
      return;
    }
    if (reply.reply !== "snapshot") return;
    this.waiting = false;
    this.workMs += (reply.ms / this.asked - this.workMs) * 0.1;
    this.figures.workMs.add(reply.ms);
    const { events, over } = this.reader.read(reply.numbers, this.tick, this.at);
    this.seen = reply.stamp;
    this.played = this.reader.confirmed;
    for (const event of events) this.feed.emit(event.slice(1));
    if (over) this.overAt = this.at;
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

  /** Counts the matches. */
  get fresh(): number {
    return this.generation;
  }

  takes(): boolean {
    return false;
  }

  take(): void {}

  interrupted(): void {}

  show(now: number): { tick: number; part: number } {
    const passed = now - this.at;
    this.at = now;
    this.frames++;
    this.needs.worker.poll();
    if (now - this.overAt >= PAUSE_MS) this.begin();
    // What is shown is behind what is played by as much as the worker takes.
    const behind = Math.min(1, (this.workMs + 3) / this.interval);
    if (passed < GAP_MS) this.due += passed / this.interval;
    // Time that the worker cannot catch up on is skipped.
    this.due = this.played < 0 ? 0 : Math.min(this.due, this.played + GAP_MS / this.interval);
    this.tick = Math.max(0, Math.min(this.due, this.played));
    if (this.due + behind >= this.played) this.ask(Math.floor(this.due + behind) + 1);
    const part = this.reader.pose(this.tick, now);
    if (this.on && !this.marked) performance.mark("practice shown");
    this.marked ||= this.on;
    if (this.pressedAt && this.seen >= this.pressedAt.stamp && this.tick > this.played - 1) {
      this.figures.ownFrames.add(this.frames - this.pressedAt.frame);
      this.pressedAt = null;
    }
    return { tick: this.tick, part };
  }
}

/**
 * Practice of the server's first game, or null where rules do not run. `held` are the person's buttons, `changes` the
 * entries of other controls.
 */
export async function startPractice(
  worker: WorkerClient,
  held: () => number,
  changes: () => number[] = () => [],
): Promise<Practice | null> {
  if (!(await worker.open(INDEX)) || !worker.game) return null;
  return new Practice(worker.game, { worker, held, changes, random: Math.random });
}
