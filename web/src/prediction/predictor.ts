// Predicts a match of a room: what the server accepted is confirmed, everything beyond is predicted up to the tick that
// is shown, with own inputs at once. Knows neither socket nor worker nor canvas.

import { isCheckpoint, isForRules, openCheckpoint, openEntries, PRESS } from "../sync/entries";
import type { Runner } from "../sync/feed";
import type { SeatAck } from "../sync/frame";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { DecodeError } from "../sync/varint";
import { Diagnostics } from "./diagnostics";
import { DisplayClock } from "./display_clock";
import { SnapshotReader } from "./render_snapshot";
import type { MatchReply, Request } from "./rpc";

/** Ticks computed beyond the next one, so that a late answer of the worker leaves no hole. */
const SPARE_TICKS = 2;
/** At this many ticks after the last confirmed one the match is shown no further. */
const MOST_AHEAD = 40;
/** After this many replies "lost" the match is shown as sent. */
const MOST_LOSSES = 4;
/** A snapshot that has not come after this time is given up. */
const LOST_MS = 3000;
/** A checkpoint is asked for again after this time. */
const ASK_AGAIN_MS = 1500;
/** When nothing has been drawn for this time, only what is confirmed is computed. */
const UNWATCHED_MS = 300;
/** How long `confirmedState` waits for the worker. */
const STATE_MS = 2000;

export interface PredictorNeeds {
  post(request: Request): void;
  /** Takes the snapshots that are ready. */
  poll(): void;
  /** The number that the replies to requests from now on carry. */
  generation(): number;
  /** Inputs of all own seats that are not acknowledged: seat, tick, buttons and value of each, in order. */
  own(): number[];
  /** Whether a seat is played here; only for figures. */
  isOwn(seat: number): boolean;
  /** The next input of this seat was applied, with these buttons. */
  applied(seat: number, buttons: number): void;
  /** The last input applied up to a checkpoint, by seat. */
  acks(acks: SeatAck[]): void;
  margin(seat: number, margin: number): void;
  /** How many ticks ahead of the server the match is shown. */
  lead(): number;
  /** The tick that the server is at, with its fraction. */
  serverTick(serverNow: number): number;
  anchor(tick: number, at: number): void;
  /** The server's time at a time here, ms. */
  serverNow(now: number): number;
  /** [tick, kind by the schema, …arguments] */
  event(event: number[]): void;
  resync(): void;
  /** The match cannot be predicted here. */
  failed(reason: string): void;
  desync(state: ConfirmedState): void;
}

/** The state that the server's inputs have led to here. */
export interface ConfirmedState {
  tick: number;
  hash: number;
  packed: Uint8Array<ArrayBuffer>;
}

/** What comes of a match in the room, in order. */
export interface ConfirmedListener {
  /** What comes next does not follow what came before: there is a gap, or another match. */
  restarted(tick: number, words: readonly number[]): void;
  /** The match went on to `until`; `rows` and `words` as in `Request` "confirm". */
  confirmed(until: number, rows: readonly number[], words: readonly number[]): void;
}

export class Predictor implements Runner {
  readonly figures: Diagnostics;
  private readonly needs: PredictorNeeds;
  private readonly seats: number;
  private readonly interval: number;
  private readonly reader: SnapshotReader;
  private readonly clock = new DisplayClock();
  private generation = -1;
  private epoch = 0;
  /** The tick up to which the server has sent everything; -1: nothing yet, or there is a gap. */
  private confirmedTick = -1;
  private asked = { tick: -1, last: -1, stamp: -1, at: -Infinity };
  private waiting = false;
  private stamp = 0;
  private watchedAt = -Infinity;
  private tick = 0;
  private presses: { stamp: number; frame: number; at: number; tick: number }[] = [];
  private seen = -1;
  private frames = 0;
  private askedAt = -Infinity;
  private losses = 0;
  private asking: ((state: ConfirmedState) => void)[] = [];
  private listener: ConfirmedListener | null = null;
  /** The newest entropy word: the tick that uses it, and the word. */
  private words: number[] = [];

  /** `seats`: the most seats of the game. */
  constructor(
    schema: Schema,
    seats: number,
    needs: PredictorNeeds,
    figures: Diagnostics = new Diagnostics(),
  ) {
    this.needs = needs;
    this.seats = seats;
    this.figures = figures;
    this.interval = 1000 / schema.tickHz;
    this.reader = new SnapshotReader(
      schema,
      (entity, units, snapped) => this.corrected(entity, units, snapped),
      (entity) => needs.isOwn(entity.id),
    );
  }

  /** Whether there is a match to show. */
  get on(): boolean {
    return this.reader.state !== null;
  }

  /** Whether everything up to the confirmed tick has arrived. */
  get whole(): boolean {
    return this.confirmedTick >= 0;
  }

  get state(): Entity | null {
    return this.reader.state;
  }

  /** Counts the states that were begun. */
  get fresh(): number {
    return this.reader.fresh;
  }

  /** The connection is a new one: a checkpoint comes next. Until then what is shown stays. */
  interrupted(): void {
    this.confirmedTick = -1;
  }

  takes(bytes: Uint8Array): boolean {
    return isForRules(bytes);
  }

  /** Takes a frame for clients that predict. Asks for a checkpoint if it does not decode. */
  take(bytes: Uint8Array, now: number): void {
    try {
      if (isCheckpoint(bytes)) this.checkpoint(bytes);
      else this.entries(bytes, now);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.ask(now);
      return;
    }
    this.pump(now);
  }

  private checkpoint(bytes: Uint8Array): void {
    const frame = openCheckpoint(bytes);
    if (frame.epoch < this.epoch) return;
    this.epoch = frame.epoch;
    this.figures.checkpoints++;
    this.generation = this.needs.generation();
    this.waiting = false;
    this.asked = { tick: -1, last: -1, stamp: -1, at: -Infinity };
    this.confirmedTick = frame.tick;
    this.askedAt = -Infinity;
    this.needs.anchor(frame.tick, frame.at);
    this.needs.acks(frame.acks);
    const { packed, tick: until, rows, entropy } = frame;
    const words = entropy ? [until + entropy.ahead, entropy.word] : [];
    this.words = words;
    this.needs.post({
      call: "load",
      generation: this.generation,
      packed: packed.slice(),
      until,
      rows,
      words,
    });
    this.listener?.restarted(until, words);
  }

  /** Has `listener` hear all that is confirmed from now on; null: nobody. */
  hearConfirmed(listener: ConfirmedListener | null): void {
    if (listener === this.listener) return;
    this.listener = listener;
    if (this.confirmedTick < 0) return;
    const due = (this.words[0] ?? -1) >= this.confirmedTick;
    listener?.restarted(this.confirmedTick, due ? this.words : []);
  }

  private entries(bytes: Uint8Array, now: number): void {
    if (this.confirmedTick < 0) {
      this.ask(now);
      return;
    }
    const { advance, hash, margins, entropy, rows } = openEntries(bytes, this.seats);
    this.confirmedTick += advance;
    const late = this.needs.serverTick(this.needs.serverNow(now)) - this.confirmedTick;
    this.figures.lateMs.add(late * this.interval);
    for (let k = 0; k < rows.length; k += 5) {
      rows[k] = this.confirmedTick + (rows[k] ?? 0);
      if (rows[k + 1] === PRESS) this.needs.applied(rows[k + 2] ?? 0, rows[k + 3] ?? 0);
    }
    for (const { seat, margin } of margins) {
      this.figures.margins.add(margin);
      this.needs.margin(seat, margin);
    }
    const words = entropy ? [this.confirmedTick + entropy.ahead, entropy.word] : [];
    if (entropy) this.words = words;
    this.needs.post({ call: "confirm", until: this.confirmedTick, rows, words, hash });
    this.listener?.confirmed(this.confirmedTick, rows, words);
  }

  /** The tick that an input made at `now` is meant for: the step that is being shown. */
  inputTick(now: number): number {
    return Math.max(0, Math.floor(this.tickAt(now)));
  }

  private tickAt(now: number): number {
    const goal = this.needs.serverTick(this.needs.serverNow(now)) + this.needs.lead();
    const most = (this.confirmedTick < 0 ? this.reader.confirmed : this.confirmedTick) + MOST_AHEAD;
    return Math.min(most, this.clock.advance(goal, now, this.interval));
  }

  /** Asks for a checkpoint. */
  private ask(now: number): void {
    this.confirmedTick = -1;
    if (now - this.askedAt < ASK_AGAIN_MS) return;
    this.askedAt = now;
    this.needs.resync();
  }

  /** The buttons held at an own seat changed: shows that as soon as possible. */
  pressed(now: number): void {
    this.stamp++;
    this.presses.push({ stamp: this.stamp, frame: this.frames, at: now, tick: this.inputTick(now) });
    if (this.presses.length > 16) this.presses.shift();
    this.waiting = false; // the snapshot that was asked for lacks this input
    this.pump(now);
  }

  /** Asks the worker for the ticks that are missing, one request at a time. */
  private pump(now: number): void {
    if (this.confirmedTick < 0) return;
    if (this.waiting && now - this.asked.at < LOST_MS) return;
    const watched = now - this.watchedAt < UNWATCHED_MS;
    const tick = watched ? Math.floor(this.tickAt(now)) : this.confirmedTick;
    const last = watched ? tick + 1 + SPARE_TICKS : this.confirmedTick;
    const { asked, confirmedTick, stamp } = this;
    if (asked.tick === confirmedTick && asked.stamp === stamp && asked.last >= (watched ? tick + 2 : last))
      return;
    this.asked = { tick: confirmedTick, last, stamp, at: now };
    this.waiting = true;
    this.figures.aheadTicks.add(Math.max(0, last - confirmedTick));
    // From the confirmed tick on, or from the one that is shown if that is earlier.
    const first = Math.min(confirmedTick, tick - 1);
    this.needs.post({ call: "look", first, last, own: this.needs.own(), near: tick, stamp });
  }

  /** The confirmed state; null when there is none, or when the worker does not answer soon. */
  confirmedState(): Promise<ConfirmedState | null> {
    if (this.confirmedTick < 0) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.asking.push(resolve);
      setTimeout(() => resolve(null), STATE_MS);
      this.needs.post({ call: "confirmed" });
    });
  }

  /** Takes a reply of the worker. */
  hear(reply: MatchReply, now: number): void {
    if (reply.generation !== this.generation) return;
    if (reply.reply === "desync") {
      this.figures.desyncs++;
      this.confirmedTick = -1;
      this.askedAt = now;
      this.needs.desync(reply);
      return;
    }
    if (reply.reply === "confirmed") {
      for (const resolve of this.asking) resolve(reply);
      this.asking = [];
      return;
    }
    if (reply.reply === "lost") {
      this.waiting = false;
      console.warn(`The rules cannot continue the match: ${reply.reason}`);
      if (++this.losses >= MOST_LOSSES) {
        this.needs.failed(reply.reason);
        return;
      }
      this.ask(now);
      return;
    }
    if (reply.reply !== "snapshot") return;
    this.waiting = false;
    this.figures.workMs.add(reply.ms);
    const { events } = this.reader.read(reply.numbers, this.tick, now);
    this.seen = reply.stamp;
    for (const event of events) this.needs.event(event);
    this.pump(now);
  }

  /** Moves everything to where it is shown now; call it once an animation frame. */
  show(now: number): { tick: number; part: number } {
    this.watchedAt = now;
    this.frames++;
    this.tick = this.tickAt(now);
    this.needs.poll();
    const part = this.reader.pose(this.tick, now);
    for (let press = this.presses[0]; press; press = this.presses[0]) {
      if (press.stamp > this.seen || this.tick <= press.tick) break;
      this.presses.shift();
      this.figures.ownFrames.add(this.frames - press.frame);
      this.figures.ownMs.add(now - press.at);
    }
    this.pump(now);
    return { tick: this.tick, part };
  }

  private corrected(entity: Entity, units: number, snapped: boolean): void {
    const own = this.needs.isOwn(entity.id);
    if (snapped) this.figures.snaps++;
    if (entity.type.tracks.length === 0) return;
    (own ? this.figures.ownCorrections : this.figures.corrections).add(units);
  }
}
