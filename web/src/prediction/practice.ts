// A match of bots on this device alone, without a server: the real game, run by the worker. A person may take a seat
// from its bot at any time, and then sees what that seat may see. The feed shows it like any other match.
import { type Signal, signal } from "@preact/signals";
import { isObject } from "../net/messages";
import { MatchFeed, type Runner } from "../sync/feed";
import { teamsOf } from "../sync/options";
import { type Secrets, secretEntity } from "../sync/private_parts";
import type { Schema } from "../sync/schema";
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
  /** The rules break again and again: there is no practice. */
  failed?(reason: string): void;
}

export interface PracticeWishes {
  /** A person has the first seat from the start. */
  play: boolean;
  /** A match that nobody plays is first seen after this many seconds. */
  skippedS: number;
}

const SEATS = 5;
/** Of a game for a crowd, in which a few players would be lost. */
const SEATS_OF_CROWD = 8;
const CROWD = 32;
/** A match on the home page is first seen when it has run for this long: the first seconds are the dullest. */
const SKIPPED_S = 6;
/** That is played in pieces, between which the worker hears what else is wanted. */
const PIECE_TICKS = 30;
/** A person alone need not wait for others: a countdown is not shown, if it is no longer than this. */
const COUNTDOWN_S = 5;
const COUNTDOWN_PIECE_TICKS = 3;
/** A match that breaks this often is not begun again. */
const MOST_LOSSES = 3;
/** As the server numbers bots of one name: a digit would look like a level. */
const NUMERALS = ["II", "III", "IV", "V", "VI", "VII", "VIII"];
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
  /** What the person's seat may see besides what all see. */
  readonly secrets: Secrets;
  readonly schema: Schema;
  private readonly hasSecrets: boolean;
  private secret: Entity | null = null;
  /** Nothing is shown before this tick. */
  private from = 0;
  private losses = 0;
  private readonly skippedS: number;
  /** The numbers of the events with which a countdown counts and ends; -1: the game has no countdown to skip. */
  private readonly beatEvent: number;
  private readonly goEvent: number;
  /** The last second of the countdown is shown: the person has not seen yet where they are. */
  private showsBeat = false;

  constructor(game: OpenedGame, needs: PracticeNeeds, wishes: PracticeWishes = { play: false, skippedS: 0 }) {
    this.game = game;
    this.needs = needs;
    this.interval = 1000 / game.info.tick_hz;
    const [fewest, most] = game.info.seats;
    const wanted = most >= CROWD && !game.info.hosted ? SEATS_OF_CROWD : SEATS;
    const count = Math.max(fewest, Math.min(most, wanted));
    this.bots = Array.from({ length: count }, (_, seat) => {
      const styles = game.info.bot_styles;
      const style = seat % styles.length;
      const nth = Math.floor(seat / styles.length);
      const name = styles[style] ?? "";
      return { seat, name: nth > 0 ? `${name} ${NUMERALS[nth - 1] ?? nth + 1}` : name, level: LEVEL, style };
    });
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.schema = this.feed.begin(game.schema);
    this.hasSecrets = this.schema.ownerRoot !== null;
    this.secrets = { of: (seat) => this.secretOf(seat), host: null };
    this.reader = new SnapshotReader(this.schema);
    this.feed.runner = this;
    this.playing.value = wishes.play;
    this.skippedS = wishes.skippedS;
    const kinds = this.schema.events.map(({ name }) => name);
    this.beatEvent = kinds.indexOf("beat");
    this.goEvent = this.beatEvent >= 0 ? kinds.indexOf("go") : -1;
    this.begin();
  }

  /** What only `seat` sees, once a person has it; null: nothing. */
  secretOf(seat: number): Entity | null {
    return this.playing.peek() && seat === OWN_SEAT ? this.secret : null;
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
    const skipped = !this.playing.peek() ? this.skippedS : this.goEvent >= 0 ? COUNTDOWN_S : 0;
    this.from = Math.round(skipped * info.tick_hz);
    this.secret = null;
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
        teams: this.teams(),
        seed: this.word(),
      },
      bots: bots.map((bot) => this.seated(bot)),
    });
    this.ask(0);
  }

  /** The team of each seat, as a room gives them: always the smallest one. */
  private teams(): number[] {
    const { info } = this.game;
    const count = teamsOf(info, {});
    return Array.from({ length: info.seats[1] }, (_, seat) =>
      count > 0 && seat < this.bots.length ? (seat % count) + 1 : 0,
    );
  }

  /** A person takes the first seat from its bot: in a new match, or at once in a game without a countdown. */
  takeOver(): void {
    if (this.playing.peek() || !this.on) return;
    this.playing.value = true;
    if (this.goEvent < 0) {
      this.needs.worker.post({ call: "free", seat: OWN_SEAT });
      return;
    }
    this.showsBeat = true;
    this.begin();
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
    const piece = this.playing.peek() ? COUNTDOWN_PIECE_TICKS : PIECE_TICKS;
    const left = this.from - Math.max(0, this.played);
    if (left > 0) this.asked = Math.min(piece, left);
    else this.asked = this.workMs < this.interval ? Math.max(1, wanted - this.played) : 1;
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
    const secrets = this.hasSecrets && this.playing.peek();
    this.needs.worker.post({ call: "play", first, until, held, changes, stamp: this.stamp, secrets });
  }

  private hear(reply: MatchReply): void {
    if (reply.generation !== this.generation || this.ended || reply.reply === "desync") return;
    if (reply.reply === "lost") {
      console.warn(`Practice broke: ${reply.reason}`);
      if (++this.losses < MOST_LOSSES) this.begin();
      else this.needs.failed?.(reply.reason);
      return;
    }
    if (reply.reply === "secrets") {
      const found: unknown = JSON.parse(reply.text);
      const { ownerRoot } = this.schema;
      if (ownerRoot && isObject(found)) this.secret = secretEntity(ownerRoot, found);
      return;
    }
    if (reply.reply !== "snapshot") return;
    this.waiting = false;
    this.workMs += (reply.ms / this.asked - this.workMs) * 0.1;
    this.figures.workMs.add(reply.ms);
    const { events, over } = this.reader.read(reply.numbers, this.tick, this.at);
    this.seen = reply.stamp;
    this.played = this.reader.confirmed;
    const skipping = this.tick < this.from;
    const gone = this.playing.peek() && events.some((event) => this.endsSkipping(event));
    if (skipping && (over || gone)) this.from = this.played;
    if (this.played < this.from) {
      this.ask(0);
      return;
    }
    if (skipping) {
      // From here on it is shown.
      this.tick = this.due = this.played;
      return;
    }
    for (const event of events) this.feed.emit(event.slice(1));
    if (over) this.overAt = this.at;
  }

  private endsSkipping([, kind, left]: readonly number[]): boolean {
    if (this.showsBeat && kind === this.beatEvent) return left === 1;
    return this.goEvent >= 0 && kind === this.goEvent;
  }

  // --- as the runner of the feed

  get on(): boolean {
    return this.reader.state !== null && (this.from === 0 || this.played >= this.from);
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

/** The server's list of rules as it was last had. */
let index: unknown = null;

/** The path of a game's rules for practice; "": of the first game that runs here. Raises if there is none. */
async function rulesPath(game: string): Promise<string> {
  if (!game) return INDEX;
  try {
    const answer = await fetch(INDEX, { credentials: "same-origin", cache: "no-cache" });
    if (!answer.ok) throw new Error(`${INDEX} answered ${answer.status}`);
    index = await answer.json();
  } catch (error) {
    // The server is away: what it listed before may still be here.
    if (index === null) throw error;
  }
  const paths = isObject(index) && isObject(index.practice) ? index.practice : {};
  const path = paths[game];
  if (typeof path !== "string") throw new Error(`no rules of ${game} for practice`);
  return path;
}

/**
 * Practice of a game ("": the server's first), or null where rules do not run. `held` are the person's buttons, `changes`
 * the entries of other controls. Raises if the rules cannot be had.
 */
export async function startPractice(
  worker: WorkerClient,
  needs: Omit<PracticeNeeds, "worker" | "random">,
  game = "",
): Promise<Practice | null> {
  if (!(await worker.open(await rulesPath(game))) || !worker.game) return null;
  return new Practice(
    worker.game,
    { ...needs, worker, random: Math.random },
    { play: game !== "", skippedS: SKIPPED_S },
  );
}
