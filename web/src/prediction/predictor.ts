// A match of a room that the rules run here: what the server accepted is confirmed, everything beyond is
// predicted up to the tick shown, one's own presses at once. Knows neither socket nor worker nor canvas.

import { isCheckpoint, isForRules, openCheckpoint, openEntries, PRESS } from "../sync/entries";
import type { Runner } from "../sync/feed";
import type { SeatAck } from "../sync/frame";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { DecodeError } from "../sync/varint";
import { type Diagnosis, Diagnosis as Figures } from "./diagnostics";
import { Pace } from "./display_clock";
import type { Answer } from "./host";
import type { ToWorker } from "./messages";
import { Mirror } from "./render_snapshot";

/** Ticks computed beyond the next one, so that a late answer of the worker leaves no hole. */
const SPARE_TICKS = 2;
/** Beyond so many ticks without word from the server everything stands still. */
const MOST_AHEAD = 40;
/** A match that the rules cannot follow so often is shown as told. */
const MOST_LOSSES = 4;
/** A picture that does not come for so long is given up. */
const LOST_MS = 3000;
/** A checkpoint that was asked for is not asked for again before. */
const ASK_AGAIN_MS = 1500;
/** Nobody looks for so long: only what is confirmed matters. */
const UNWATCHED_MS = 300;

export interface PredictorNeeds {
  post(order: ToWorker): void;
  /** Hears at once what the worker has ready. */
  poll(): void;
  /** A number for the answers to what is posted from now on. */
  generation(): number;
  /** Inputs that no server has acknowledged, of all own seats: seat, tick, buttons, value, in order. */
  own(): number[];
  /** The next input of this seat was applied, with these buttons. */
  applied(seat: number, buttons: number): void;
  /** All that was applied up to a checkpoint, by seat. */
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
  /** It is no use to go on. */
  failed(reason: string): void;
  desync(tick: number, hash: number): void;
}

export class Predictor implements Runner {
  readonly figures: Diagnosis;
  private needs: PredictorNeeds;
  private seats: number;
  private interval: number;
  private mirror: Mirror;
  private pace = new Pace();
  private generation = -1;
  private epoch = 0;
  /** The tick up to which the server told everything; -1: nothing yet. */
  private told = -1;
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

  /** `seats`: the most that the game has. */
  constructor(schema: Schema, seats: number, needs: PredictorNeeds, figures: Diagnosis = new Figures()) {
    this.needs = needs;
    this.seats = seats;
    this.figures = figures;
    this.interval = 1000 / schema.tickHz;
    this.mirror = new Mirror(schema, (entity, units, snapped) => this.corrected(entity, units, snapped));
  }

  /** Whether there is a match to show. */
  get on(): boolean {
    return this.mirror.state !== null;
  }

  /** Whether the server's word comes without a gap. */
  get whole(): boolean {
    return this.told >= 0;
  }

  get state(): Entity | null {
    return this.mirror.state;
  }

  /** Counts the states begun anew. */
  get fresh(): number {
    return this.mirror.fresh;
  }

  /** The connection is a new one: what comes next is a checkpoint. What is shown stays till then. */
  interrupted(): void {
    this.told = -1;
  }

  takes(bytes: Uint8Array): boolean {
    return isForRules(bytes);
  }

  /** Takes a frame of section 7; what does not decode has a checkpoint sent. */
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
    this.told = frame.tick;
    this.askedAt = -Infinity;
    this.needs.anchor(frame.tick, frame.at);
    this.needs.acks(frame.acks);
    const { packed, tick: until, rows, chance } = frame;
    const words = chance ? [until + chance.ahead, chance.word] : [];
    this.needs.post({
      do: "load",
      generation: this.generation,
      packed: packed.slice(),
      until,
      rows,
      words,
    });
  }

  private entries(bytes: Uint8Array, now: number): void {
    if (this.told < 0) {
      this.ask(now);
      return;
    }
    const { advance, hash, margins, chance, rows } = openEntries(bytes, this.seats);
    this.told += advance;
    const late = this.needs.serverTick(this.needs.serverNow(now)) - this.told;
    this.figures.lateMs.add(late * this.interval);
    for (let k = 0; k < rows.length; k += 5) {
      rows[k] = this.told + rows[k]!;
      if (rows[k + 1] === PRESS) this.needs.applied(rows[k + 2]!, rows[k + 3]!);
    }
    for (const { seat, margin } of margins) {
      this.figures.margins.add(margin);
      this.needs.margin(seat, margin);
    }
    const words = chance ? [this.told + chance.ahead, chance.word] : [];
    this.needs.post({ do: "confirm", until: this.told, rows, words, hash });
  }

  /** The tick that an input pressed at `now` is meant for: the step that is being shown. */
  inputTick(now: number): number {
    return Math.max(0, Math.floor(this.tickAt(now)));
  }

  private tickAt(now: number): number {
    const goal = this.needs.serverTick(this.needs.serverNow(now)) + this.needs.lead();
    const most = (this.told < 0 ? this.mirror.confirmed : this.told) + MOST_AHEAD;
    return Math.min(most, this.pace.to(goal, now, this.interval));
  }

  /** Only a checkpoint helps. */
  private ask(now: number): void {
    this.told = -1;
    if (now - this.askedAt < ASK_AGAIN_MS) return;
    this.askedAt = now;
    this.needs.resync();
  }

  /** Something was pressed at one's own seats: shows it as soon as may be. */
  pressed(now: number): void {
    this.stamp++;
    this.presses.push({ stamp: this.stamp, frame: this.frames, at: now, tick: this.inputTick(now) });
    if (this.presses.length > 16) this.presses.shift();
    this.waiting = false; // whatever is asked already knows nothing of it
    this.pump(now);
  }

  /** Asks the worker for what is missing, one question at a time. */
  private pump(now: number): void {
    if (this.told < 0) return;
    if (this.waiting && now - this.asked.at < LOST_MS) return;
    const watched = now - this.watchedAt < UNWATCHED_MS;
    const tick = watched ? Math.floor(this.tickAt(now)) : this.told;
    const last = watched ? tick + 1 + SPARE_TICKS : this.told;
    const { asked, told, stamp } = this;
    if (asked.tick === told && asked.stamp === stamp && asked.last >= (watched ? tick + 2 : last)) return;
    this.asked = { tick: told, last, stamp, at: now };
    this.waiting = true;
    this.figures.aheadTicks.add(Math.max(0, last - told));
    // From the confirmed tick on, or from the one that is shown if that lies before it.
    const first = Math.min(told, tick - 1);
    this.needs.post({ do: "look", first, last, own: this.needs.own(), near: tick, stamp });
  }

  /** Hears what the worker says. */
  hear(answer: Answer, now: number): void {
    if (answer.generation !== this.generation) return;
    if (answer.is === "desync") {
      this.figures.desyncs++;
      this.told = -1;
      this.askedAt = now;
      this.needs.desync(answer.tick, answer.hash);
      return;
    }
    if (answer.is === "lost") {
      this.waiting = false;
      console.warn(`The rules lost the thread: ${answer.reason}`);
      if (++this.losses >= MOST_LOSSES) {
        this.needs.failed(answer.reason);
        return;
      }
      this.ask(now);
      return;
    }
    this.waiting = false;
    this.figures.workMs.add(answer.ms);
    const { events } = this.mirror.read(answer.numbers, this.tick, now);
    this.seen = answer.stamp;
    for (const event of events) this.needs.event(event);
    this.pump(now);
  }

  /** Brings everything to what is to be seen now; call it once an animation frame. */
  show(now: number): { tick: number; part: number } {
    this.watchedAt = now;
    this.frames++;
    this.tick = this.tickAt(now);
    this.needs.poll();
    const part = this.mirror.pose(this.tick, now);
    while (
      this.presses.length > 0 &&
      this.presses[0]!.stamp <= this.seen &&
      this.tick > this.presses[0]!.tick
    ) {
      const { frame, at } = this.presses.shift()!;
      this.figures.ownFrames.add(this.frames - frame);
      this.figures.ownMs.add(now - at);
    }
    this.pump(now);
    return { tick: this.tick, part };
  }

  private corrected(entity: Entity, units: number, snapped: boolean): void {
    const own = this.isOwn(entity.id);
    if (snapped) this.figures.snaps++;
    if (entity.type.tracks.length === 0) return;
    (own ? this.figures.ownCorrections : this.figures.corrections).add(units);
  }

  /** Seats played here; only for figures. */
  isOwn: (seat: number) => boolean = () => false;
}
