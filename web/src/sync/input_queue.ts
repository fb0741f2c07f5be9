// One seat's inputs on their way to the server: numbered, with the tick that they are meant for, repeated until the
// server has acknowledged them. Knows no keys and no socket.

import { CONTROLS, INPUT, MOST_CHANGES, MOST_INPUTS } from "../protocol.gen";
import { type Change, entriesOf, rawOf } from "./control_changes";
import { Writer } from "./varint";

interface Input {
  seq: number;
  tick: number;
  buttons: number;
  /** What the game wants to be sent with it, or 0. */
  value: number;
  /** Changes of other controls. */
  changes: readonly Change[];
  /** When it was sent last, ms; NaN: not yet. */
  sentAt: number;
}

const FORMS = { number: 0, text: 1, live: 2, points: 3 } as const;
const NONE: readonly Change[] = [];

const STUCK_TICKS = 75;
const HEARTBEAT_MS = 1000;
/** Inputs are sent again when an acknowledgement has been missing for this time. */
const OVERDUE_MS = 400;

export class InputQueue {
  readonly seat: number;
  private pending: Input[] = [];
  private seq = 0;
  private buttons = 0;
  private lastTick = 0;
  private sentAt = -Infinity;
  /** The game has other controls than buttons: an input is sent once, and again when it is overdue. */
  private once = false;

  constructor(seat: number) {
    this.seat = seat;
  }

  get held(): number {
    return this.buttons;
  }

  /** The numbers of the last input that was made, and of the last one that is acknowledged. */
  get numbers(): { made: number; acknowledged: number } {
    return { made: this.seq, acknowledged: (this.pending[0]?.seq ?? this.seq + 1) - 1 };
  }

  /** Whether an input is not acknowledged yet. */
  get unacknowledged(): boolean {
    return this.pending.length > 0;
  }

  /** A match begins: numbers start at 1, and what is held is the first input. */
  restart(): void {
    this.pending = [];
    this.seq = 0;
    this.lastTick = 0;
    this.sentAt = -Infinity;
    this.buttons = 0;
  }

  /** Whether an input can be made now that is sent at once. */
  get open(): boolean {
    return this.pending.length < MOST_INPUTS;
  }

  /** The buttons held from tick `tick` on; true if that changed and is to be sent now. */
  hold(buttons: number, tick: number, value = 0, changes: readonly Change[] = NONE): boolean {
    if (buttons === this.buttons && changes.length === 0) return false;
    this.once ||= changes.length > 0;
    this.buttons = buttons;
    this.lastTick = Math.max(this.lastTick, tick);
    const last = this.pending.at(-1);
    if (last && this.pending.length > MOST_INPUTS && changes.length === 0) {
      // Not sent so far: the server has been silent for long, and only the latest input still matters.
      last.tick = this.lastTick;
      last.buttons = buttons;
      last.value = value;
      return false;
    }
    this.seq++;
    this.pending.push({ seq: this.seq, tick: this.lastTick, buttons, value, changes, sentAt: Number.NaN });
    return this.pending.length <= MOST_INPUTS;
  }

  /**
   * The server has all inputs up to `seq`.
   *
   * @param keyframe `seq` is all that it has; after a reload it may have more than this page has sent.
   */
  acknowledged(seq: number, keyframe: boolean): void {
    if (seq > this.seq) {
      // Inputs of an earlier page: what is held now must be sent again under a new number.
      this.seq = seq;
      this.pending = [];
      if (keyframe) this.buttons = -1;
    }
    const overdue = this.pending.length > MOST_INPUTS;
    let oldest = this.pending[0];
    if (overdue && oldest && oldest.seq <= seq) this.sentAt = -Infinity;
    while (oldest && oldest.seq <= seq) {
      this.pending.shift();
      oldest = this.pending[0];
    }
    if (keyframe) this.renumber(seq);
  }

  /** What counted here as applied beyond `seq` was not: the next input gets the number that the server expects. */
  private renumber(seq: number): void {
    const ahead = (this.pending[0]?.seq ?? this.seq + 1) - seq - 1;
    if (ahead <= 0) return;
    for (const input of this.pending) input.seq -= ahead;
    this.seq -= ahead;
    // Applied, and lost with a worker: what is held must be sent again.
    if (this.pending.length === 0) this.buttons = -1;
  }

  /** The server applied an input of this seat with these buttons: the oldest one here, if it is the same. */
  applied(buttons: number): void {
    if (this.pending[0]?.buttons === buttons) this.acknowledged(this.pending[0].seq, false);
  }

  /** Whether the oldest input has waited for longer than any connection takes: the numbers may be wrong. */
  stuck(tick: number): boolean {
    const oldest = this.pending[0];
    return oldest !== undefined && tick - oldest.tick > STUCK_TICKS;
  }

  /**
   * Appends what the server has not applied yet: seat, tick, buttons and value of each input, and after it for each
   * entry of another control seat, -1 and the entry's two numbers.
   */
  pendingInto(out: number[]): void {
    for (const { tick, buttons, value, changes } of this.pending) {
      out.push(this.seat, tick, buttons, value);
      for (const change of changes) {
        const entries = entriesOf(change);
        for (let k = 0; k < entries.length; k += 2)
          out.push(this.seat, -1, entries[k] ?? 0, entries[k + 1] ?? 0);
      }
    }
  }

  /** Whether a heartbeat or an overdue repeat is due. */
  due(now: number): boolean {
    if (this.seq === 0) return false;
    return now - this.sentAt >= (this.pending.length > 0 ? OVERDUE_MS : HEARTBEAT_MS);
  }

  /** The message to send now: what is not acknowledged, else the last input once more. */
  message(now: number, tick: number): Uint8Array {
    this.sentAt = now;
    const { seq, buttons } = this;
    const pending = this.pending.slice(0, MOST_INPUTS);
    // The server takes none of the later ones before the oldest, so all are sent again with it.
    const overdue = now - (pending[0]?.sentAt ?? now) >= OVERDUE_MS;
    const fresh = this.once && !overdue ? pending.filter((input) => Number.isNaN(input.sentAt)) : pending;
    const inputs =
      fresh.length > 0
        ? fresh
        : [{ seq, tick, buttons: Math.max(0, buttons), value: 0, changes: NONE, sentAt: now }];
    for (const input of inputs) input.sentAt = now;
    if (inputs.some(({ changes }) => changes.length > 0)) return this.withChanges(inputs);
    const out = new Writer()
      .byte(INPUT)
      .varint(this.seat)
      .varint(inputs.length)
      .varint(inputs[0]?.seq ?? seq);
    let before = 0;
    for (const input of inputs) {
      out.zigzag(input.tick - before).varint(input.buttons * 2 + (input.value ? 1 : 0));
      if (input.value) out.zigzag(input.value);
      before = input.tick;
    }
    return out.finish();
  }

  private withChanges(inputs: readonly Input[]): Uint8Array {
    const out = new Writer()
      .byte(CONTROLS)
      .varint(this.seat)
      .varint(inputs.length)
      .varint(inputs[0]?.seq ?? this.seq);
    let before = 0;
    for (const { tick, buttons, changes } of inputs) {
      out
        .zigzag(tick - before)
        .varint(buttons)
        .varint(changes.length);
      before = tick;
      for (const change of changes) {
        out.varint(change.control * 4 + FORMS[change.form]);
        const raw = rawOf(change);
        if (change.form === "number") out.varint(change.value);
        else {
          out.varint(raw?.length ?? 0);
          for (const byte of raw ?? []) out.byte(byte);
        }
      }
    }
    return out.finish();
  }
}

/** How many changes of other controls an input may hold. */
export const MOST_INPUT_CHANGES = MOST_CHANGES;

/** A margin of this many ticks is enough. */
const ENOUGH = 1;
const MOST_EXTRA = 6;
const LEAST_EXTRA = -12;

/**
 * How far ahead of the server inputs are stamped. Pings give the latency, but one slow ping makes it too large for
 * long. The margins that the server reports correct it: at once when inputs are late, gradually when they are early.
 */
export class InputLead {
  private extra = 0;

  /** An input arrived `margin` ticks before its tick; negative: it was late. */
  margin(margin: number): void {
    if (margin < 0) this.extra = Math.min(MOST_EXTRA, this.extra + Math.min(2, -margin) * 0.5);
    else if (margin > ENOUGH) this.extra = Math.max(LEAST_EXTRA, this.extra - (margin - ENOUGH) * 0.5);
  }

  /** How far ahead of the server's tick an input is stamped, in ticks. */
  ticks(upLatencyMs: number, intervalMs: number): number {
    return Math.max(1, upLatencyMs / intervalMs + 1 + this.extra);
  }
}
