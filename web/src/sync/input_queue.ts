// One seat's inputs on their way up: numbered, stamped with the tick they are meant for, repeated until
// the server has acknowledged them. Knows no keys and no socket.
import { INPUT, MOST_INPUTS } from "../protocol.gen";
import { Writer } from "./varint";

interface Press {
  seq: number;
  tick: number;
  buttons: number;
  /** What the game asks to be sent along, or 0. */
  value: number;
}

const STUCK_TICKS = 75;
const HEARTBEAT_MS = 1000;
/** A repeat goes out when an acknowledgement is overdue for so long. */
const OVERDUE_MS = 400;

export class InputQueue {
  readonly seat: number;
  private pending: Press[] = [];
  private seq = 0;
  private buttons = 0;
  private lastTick = 0;
  private sentAt = -Infinity;

  constructor(seat: number) {
    this.seat = seat;
  }

  get held(): number {
    return this.buttons;
  }

  /** Whether the server has not acknowledged everything yet. */
  get unacknowledged(): boolean {
    return this.pending.length > 0;
  }

  /** A match begins: counting starts over, with what is held as its first input. */
  restart(): void {
    this.pending = [];
    this.seq = 0;
    this.lastTick = 0;
    this.sentAt = -Infinity;
    this.buttons = 0;
  }

  /** The buttons held from tick `tick` on; true if that is news to be sent now. */
  hold(buttons: number, tick: number, value = 0): boolean {
    if (buttons === this.buttons) return false;
    this.buttons = buttons;
    this.lastTick = Math.max(this.lastTick, tick);
    const last = this.pending.at(-1);
    if (last && this.pending.length > MOST_INPUTS) {
      // Never sent so far: the server has been silent for long, and only the latest still matters.
      last.tick = this.lastTick;
      last.buttons = buttons;
      last.value = value;
      return false;
    }
    this.seq++;
    this.pending.push({ seq: this.seq, tick: this.lastTick, buttons, value });
    return this.pending.length <= MOST_INPUTS;
  }

  /** The server has all up to `seq`. `whole`: after a reload it may know more of us than we do. */
  acknowledged(seq: number, whole: boolean): void {
    if (seq > this.seq) {
      // InputQueue of an earlier page: what is held now must be said again under a new number.
      this.seq = seq;
      this.pending = [];
      if (whole) this.buttons = -1;
    }
    if (this.pending.length > MOST_INPUTS && this.pending[0]!.seq <= seq) this.sentAt = -Infinity;
    while (this.pending.length > 0 && this.pending[0]!.seq <= seq) this.pending.shift();
    if (whole) this.follow(seq);
  }

  /** Whatever we took for applied beyond `seq` was not: our next input is the one that the server waits for. */
  private follow(seq: number): void {
    const ahead = (this.pending[0]?.seq ?? this.seq + 1) - seq - 1;
    if (ahead <= 0) return;
    for (const press of this.pending) press.seq -= ahead;
    this.seq -= ahead;
    // Applied, and lost with a worker: what is held must be said again.
    if (this.pending.length === 0) this.buttons = -1;
  }

  /** The server applied an input of this seat, with these buttons: the next one of ours, if it fits. */
  applied(buttons: number): void {
    if (this.pending[0]?.buttons === buttons) this.acknowledged(this.pending[0].seq, false);
  }

  /** Whether the oldest input has been waiting for longer than any line takes: the count may be wrong. */
  stuck(tick: number): boolean {
    return this.pending.length > 0 && tick - this.pending[0]!.tick > STUCK_TICKS;
  }

  /** Appends what the server has not applied yet: seat, tick, buttons and value of each. */
  pendingInto(out: number[]): void {
    for (const { tick, buttons, value } of this.pending) out.push(this.seat, tick, buttons, value);
  }

  /** Whether the heartbeat or an overdue repeat should go out now. */
  due(now: number): boolean {
    if (this.seq === 0) return false;
    return now - this.sentAt >= (this.pending.length > 0 ? OVERDUE_MS : HEARTBEAT_MS);
  }

  /** The message to send now: what is unacknowledged, else the last input once more. */
  message(now: number, tick: number): Uint8Array {
    this.sentAt = now;
    const last = { seq: this.seq, tick, buttons: Math.max(0, this.buttons), value: 0 };
    const list = this.pending.length > 0 ? this.pending.slice(0, MOST_INPUTS) : [last];
    const out = new Writer().byte(INPUT).varint(this.seat).varint(list.length).varint(list[0]!.seq);
    let before = 0;
    for (const press of list) {
      out.zigzag(press.tick - before).varint(press.buttons * 2 + (press.value ? 1 : 0));
      if (press.value) out.zigzag(press.value);
      before = press.tick;
    }
    return out.finish();
  }
}

/** Ticks of margin that are enough. */
const ENOUGH = 1;
const MOST_EXTRA = 6;
const LEAST_EXTRA = -12;

/**
 * Up-latency is guessed from pings, and one slow ping makes it too large for long; what the server tells of
 * the margin corrects it, in ticks: at once when inputs come late, bit by bit when they wait for nothing.
 */
export class InputLead {
  private extra = 0;

  /** An input waited `margin` ticks for its tick; negative: it was late. */
  margin(margin: number): void {
    if (margin < 0) this.extra = Math.min(MOST_EXTRA, this.extra + Math.min(2, -margin) * 0.5);
    else if (margin > ENOUGH) this.extra = Math.max(LEAST_EXTRA, this.extra - (margin - ENOUGH) * 0.5);
  }

  /** How far ahead of the server's tick an input is stamped, in ticks. */
  ticks(upLatencyMs: number, intervalMs: number): number {
    return Math.max(1, upLatencyMs / intervalMs + 1 + this.extra);
  }
}
