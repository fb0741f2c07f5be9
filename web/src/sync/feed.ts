// The running match as it is shown: takes frames as they arrive, brings the state forward when their
// time to be seen has come, and tells what happened then. Knows no socket and no canvas.
import { type Signal, signal } from "@preact/signals";
import type { SchemaInfo } from "../protocol.gen";
import { Delay } from "./delay";
import { Decoder } from "./delta";
import { open, type PrivateFrame, type SeatAck, type StateFrame } from "./frame";
import { Schema } from "./schema";
import type { Entity } from "./state";
import { DecodeError } from "./varint";

/** Something that happened in the match: its name and arguments by name. */
export interface MatchEvent {
  name: string;
  args: Record<string, number>;
}

/** A line of the score board. */
export interface Score {
  seat: number;
  points: number;
  alive: boolean;
  /** They have done what everyone is asked to do, such as answering. */
  done?: boolean;
  /** They came too late for this round. */
  waits?: boolean;
}

/** A line of the score board of teams. */
export interface TeamScore {
  /** From 1. */
  team: number;
  points: number;
}

/** Where the people at this device are among many. */
export interface Standing {
  /** From 1. */
  place: number;
  of: number;
  /** How long their line is, in a game where that counts. */
  length?: number;
}

/** What a game tells the screens about its state, whenever it changes. */
export interface Hud {
  /** The game's own phase, such as "count", "live", "roundEnd". */
  phase: string;
  /** From 1; 0: the game has no rounds. */
  round: number;
  /** Rounds at most; 0: no limit. */
  rounds: number;
  /** Points to win; 0: none. */
  target: number;
  /** Most points that anybody can get in a round, where that is known. */
  perRound?: number;
  /** Whole seconds shown on the timer, or null. */
  seconds: number | null;
  /** Rising by seat. */
  scores: Score[];
  /** Of a game of teams: how many points each has. */
  teams?: TeamScore[];
  /** Set when the scores cannot show all players. */
  standing?: Standing;
}

/** What one animation frame shows. The same object each time. */
export interface Shown {
  /** null while there is nothing right to show. */
  state: Entity | null;
  /** Between two ticks: the state's smooth fields are at was + (now - was) * part. */
  part: number;
  /** The tick shown, with its fraction. */
  tick: number;
  /** Counts keyframes: what was painted before may be wrong now. */
  fresh: number;
}

type Listener = (event: MatchEvent) => void;

/** When nothing has been drawn for this time, frames are applied as they arrive. */
const UNWATCHED_MS = 300;
const MOST_WAITING = 120;
const ASK_AGAIN_MS = 1500;

export interface FeedNeeds {
  /** Asks the server for a keyframe. */
  resync(): void;
  /** The server took inputs. `whole`: the list comes from a keyframe. */
  acks(acks: SeatAck[], whole: boolean): void;
  /** An answer to a clock ping. */
  pong(id: number, serverNow: number): void;
}

/** Runs the match here, instead of decoding its states: prediction/predictor.ts and prediction/practice.ts. */
export interface Runner {
  /** Whether it has something to show. */
  readonly on: boolean;
  /** Whether the server's word comes without a gap. */
  readonly whole: boolean;
  readonly state: Entity | null;
  /** Counts the states that started again. */
  readonly fresh: number;
  /** Whether a frame is meant for it. */
  takes(bytes: Uint8Array): boolean;
  take(bytes: Uint8Array, now: number): void;
  interrupted(): void;
  /** Brings everything to what is to be seen now: a tick with its fraction, and the part as in `Shown`. */
  show(now: number): { tick: number; part: number };
}

export class MatchFeed {
  /** What runs the match here, if anything does; without it states are decoded. */
  runner: Runner | null = null;
  readonly schema: Signal<Schema | null> = signal(null);
  readonly hud: Signal<Hud | null> = signal(null);
  /** Frames that did not fit, since the page was opened. */
  readonly faults: Signal<number> = signal(0);
  /** How far behind the server's clock the match is shown, ms. */
  lag = 0;
  private decoder: Decoder | null = null;
  private queue: (StateFrame | PrivateFrame)[] = [];
  private delay = new Delay(33);
  private expected = -1;
  private newest = 0;
  private epoch = 0;
  private anchorTick = 0;
  private anchorAt = 0;
  private interval = 1000 / 30;
  private askedAt = -Infinity;
  private watchedAt = -Infinity;
  private listeners: Listener[] = [];
  private shown: Shown = { state: null, part: 1, tick: 0, fresh: 0 };
  private runnerFresh = -1;
  private needs: FeedNeeds;

  constructor(needs: FeedNeeds) {
    this.needs = needs;
  }

  /** Calls `listener` for each thing that happens, when it is seen; the answer ends that. */
  listen(listener: Listener): () => void {
    this.listeners.push(listener);
    return () => {
      this.listeners = this.listeners.filter((one) => one !== listener);
    };
  }

  /** A room was entered or its game changed. Raises DecodeError on a malformed schema. */
  begin(info: SchemaInfo): Schema;
  begin(info: SchemaInfo | null): Schema | null;
  begin(info: SchemaInfo | null): Schema | null {
    this.runner = null;
    this.decoder = null;
    this.queue = [];
    this.expected = -1;
    this.epoch = 0;
    this.hud.value = null;
    this.shown.state = null;
    this.shown.fresh++;
    const schema = info ? new Schema(info) : null;
    this.schema.value = schema;
    if (!schema) return null;
    this.decoder = new Decoder(schema);
    this.interval = 1000 / schema.tickHz;
    this.delay = new Delay(this.interval);
    return schema;
  }

  /** The connection is a new one: what comes next is a keyframe. */
  interrupted(): void {
    this.runner?.interrupted();
    this.expected = -1;
    this.queue = [];
    this.askedAt = -Infinity;
    this.delay.restart();
  }

  /** When tick `tick` is due, server time in ms. */
  due(tick: number): number {
    return this.anchorAt + (tick - this.anchorTick) * this.interval;
  }

  /** The tick that the server is at, with its fraction. */
  serverTick(serverNow: number): number {
    return this.anchorTick + (serverNow - this.anchorAt) / this.interval;
  }

  /** The newest tick that has arrived. */
  get newestTick(): number {
    return this.newest;
  }

  /** The state as far as it was brought, or null. */
  get latest(): Entity | null {
    return this.runner?.on ? this.runner.state : (this.decoder?.state ?? null);
  }

  /** What only my seat `seat` sees, or null. */
  secretOf(seat: number): Entity | null {
    return this.decoder?.owned.get(seat) ?? null;
  }

  /** What only the host sees, or null when I am not the host or there is nothing. */
  get hostSecret(): Entity | null {
    return this.decoder?.hosted ?? null;
  }

  /** Whether states follow each other without a gap. */
  get whole(): boolean {
    return this.runner?.whole || this.expected >= 0;
  }

  /** Takes a frame as it arrives. */
  take(bytes: Uint8Array, serverNow: number, now: number): void {
    if (this.runner?.takes(bytes)) {
      this.runner.take(bytes, now);
      return;
    }
    try {
      this.sort(bytes, serverNow, now);
      if (now - this.watchedAt > UNWATCHED_MS || this.queue.length > MOST_WAITING) this.apply(Infinity);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.broken(now);
    }
  }

  private sort(bytes: Uint8Array, serverNow: number, now: number): void {
    const frame = open(bytes, this.schema.value?.events ?? []);
    switch (frame.kind) {
      case "clock":
        this.needs.pong(frame.client, frame.now);
        return;
      case "shift":
        this.anchor(frame.tick, frame.at);
        this.delay.restart();
        return;
      case "private":
        if (this.expected < 0) return;
        // Right behind its keyframe it belongs to what is shown already.
        if (this.queue.length === 0) this.decoder?.secret(frame);
        else this.queue.push(frame);
        return;
      case "keyframe": {
        if (frame.epoch < this.epoch) return;
        if (!this.decoder) throw new DecodeError("a keyframe before its schema");
        this.epoch = frame.epoch;
        this.queue = [];
        this.expected = -1;
        this.anchor(frame.tick, frame.at);
        this.decoder.keyframe(frame);
        this.newest = frame.tick;
        this.expected = (frame.number + 1) & 255;
        this.askedAt = -Infinity;
        this.shown.fresh++;
        this.needs.acks(frame.acks, true);
        return;
      }
      case "state": {
        if (this.expected < 0) {
          this.ask(now);
          return;
        }
        if (frame.number !== this.expected) throw new DecodeError("a state is missing");
        this.expected = (frame.number + 1) & 255;
        this.newest += frame.advance;
        this.delay.arrived(serverNow - this.due(this.newest), frame.advance * this.interval, now);
        this.queue.push(frame);
        if (frame.acks.length > 0) this.needs.acks(frame.acks, false);
      }
    }
  }

  /** Tick `tick` was due at `at`, server time in ms. */
  anchor(tick: number, at: number): void {
    this.anchorTick = tick;
    this.anchorAt = at;
  }

  private broken(now: number): void {
    this.faults.value++;
    this.expected = -1;
    this.queue = [];
    this.ask(now);
  }

  private ask(now: number): void {
    if (now - this.askedAt < ASK_AGAIN_MS) return;
    this.askedAt = now;
    this.needs.resync();
  }

  private apply(upTo: number): void {
    const decoder = this.decoder;
    if (!decoder) return;
    for (let frame = this.queue[0]; frame; frame = this.queue[0]) {
      // A private part belongs to the state before it.
      if (frame.kind === "state" && decoder.tick >= upTo) return;
      this.queue.shift();
      if (frame.kind === "private") {
        decoder.secret(frame);
        continue;
      }
      decoder.update(frame);
      for (const event of frame.events) this.emit(event);
    }
  }

  /** Tells all listeners of something: its kind by the schema, then its arguments. */
  emit(event: readonly number[]): void {
    const kind = this.schema.value?.events[event[0] ?? -1];
    if (!kind) return;
    const args: Record<string, number> = {};
    for (const [k, name] of kind.args.entries()) args[name] = event[k + 1] ?? 0;
    for (const listener of this.listeners) listener({ name: kind.name, args });
  }

  /** Brings the match to what is to be seen now. Call it once an animation frame. */
  show(serverNow: number, now: number): Shown {
    const { shown, decoder, runner } = this;
    this.watchedAt = now;
    if (runner?.on) {
      const { tick, part } = runner.show(now);
      if (this.runnerFresh !== runner.fresh) shown.fresh++;
      this.runnerFresh = runner.fresh;
      shown.state = runner.state;
      shown.tick = tick;
      shown.part = part;
      return shown;
    }
    this.lag = this.delay.lag(now);
    const tick = this.serverTick(serverNow - this.lag);
    try {
      this.apply(tick);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.broken(now);
    }
    shown.state = decoder?.state ?? null;
    if (!decoder) return shown;
    const span = decoder.tick - decoder.fromTick;
    const part = span > 0 ? (tick - decoder.fromTick) / span : 1;
    shown.part = part < 0 ? 0 : part > 1 ? 1 : part;
    shown.tick = decoder.fromTick + span * shown.part;
    return shown;
  }
}
