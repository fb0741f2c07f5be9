// The inputs of the seats that are played at this device: from buttons held to messages for the server. Knows no
// keys and no socket.
import type { HeldButtons } from "../input/buttons";
import type { ControlState } from "../input/control_state";
import type { ServerClock } from "../net/clock";
import type { OnlinePrediction } from "../prediction/online";
import type { Change } from "../sync/control_changes";
import type { MatchFeed } from "../sync/feed";
import type { SeatAck } from "../sync/frame";
import { InputLead, InputQueue, MOST_INPUT_CHANGES } from "../sync/input_queue";
import { type Room, seatsOf } from "./room_state";

export interface SeatInputsNeeds {
  match: MatchFeed;
  clock: ServerClock;
  held: HeldButtons;
  controls: ControlState;
  /** Monotonic time, ms. */
  now(): number;
  send(message: Uint8Array): void;
  /** What predicts the match here, or null. */
  prediction(): OnlinePrediction | null;
}

const DEFAULT_INTERVAL_MS = 33;
/** What sticks and pointers that move may send, in bytes, for each seat. */
const STEADY_BYTES_PER_S = 60;
const STEADY_BURST_BYTES = 180;
/** What is being typed, and what a pen draws, is sent this often at most. */
const GATHER_MS = 100;

/** What of a seat's controls the server has been sent. */
interface SentControls {
  numbers: Map<number, number>;
  typing: Map<number, string>;
  /** Bytes that may be sent now for what moves. */
  tokens: number;
  at: number;
  gatheredAt: number;
}

const NONE: readonly Change[] = [];

export class SeatInputs {
  /** The inputs of each own seat. */
  readonly queues = new Map<number, InputQueue>();
  readonly lead = new InputLead();
  private readonly needs: SeatInputsNeeds;
  /** The seats of the first and the second player here; null: no seat. */
  private seats: readonly (number | null)[] = [];
  private live = false;
  /** The match that the inputs are numbered in: the room's code and the match's number in it. */
  private numberedMatch = "";
  private sent = new Map<number, SentControls>();

  constructor(needs: SeatInputsNeeds) {
    this.needs = needs;
  }

  /** Takes over who plays here from the room. Each match numbers its inputs from 1. */
  follow(room: Room | null, me: string | null): void {
    this.live = room?.phase === "live";
    this.seats = seatsOf(room, me);
    for (const seat of this.queues.keys()) {
      if (this.seats.includes(seat)) continue;
      this.queues.delete(seat);
      this.sent.delete(seat);
    }
    for (const seat of this.seats)
      if (seat !== null && !this.queues.has(seat)) this.queues.set(seat, new InputQueue(seat));
    const match = room?.match ? `${room.code} ${room.match.number}` : "";
    if (match === this.numberedMatch) return;
    this.numberedMatch = match;
    this.sent.clear();
    this.needs.controls.drop();
    for (const queue of this.queues.values()) queue.restart();
  }

  /** Forgets all inputs: what comes is another room, or none. */
  clear(): void {
    this.queues.clear();
    this.sent.clear();
    this.seats = [];
    this.live = false;
  }

  /** The server has these inputs. `keyframe`: all that it has are in the list, and what is held is sent again. */
  acknowledged(acks: readonly SeatAck[], keyframe: boolean): void {
    for (const queue of this.queues.values()) {
      const ack = acks.find(({ seat }) => seat === queue.seat);
      // A keyframe leaves out the seats of which the server has no input yet.
      if (ack || keyframe) queue.acknowledged(ack?.seq ?? 0, keyframe);
      if (ack && !keyframe) this.lead.margin(ack.margin);
    }
    if (keyframe) this.sendAll();
  }

  /**
   * Sends all that is held once more, at rest or not: the server may have let go of it while the connection was lost,
   * or may have lost with a worker what it had applied.
   */
  sendAll(): void {
    for (const sent of this.sent.values()) {
      sent.numbers.clear();
      sent.typing.clear();
    }
    this.sendHeld(true);
  }

  /** The tick that an input made now is meant for. */
  private inputTick(): number {
    const { match, clock, now, prediction } = this.needs;
    const predicted = prediction();
    if (predicted?.on) return predicted.inputTick(now());
    const hz = match.schema.value?.tickHz;
    const ahead = this.lead.ticks(clock.upLatency(), hz ? 1000 / hz : DEFAULT_INTERVAL_MS);
    return Math.max(0, Math.ceil(match.serverTick(clock.serverNow(now())) + ahead));
  }

  /** Sends the buttons held at each own seat if they changed. `again`: or if the server lacks an input. */
  sendHeld(again = false): void {
    const { match, held, controls, now, send, prediction } = this.needs;
    if (!this.live) return;
    for (const [player, seat] of this.seats.entries()) {
      const queue = seat === null ? undefined : this.queues.get(seat);
      if (!queue || !match.whole) continue;
      const mask = held.of(player);
      const tick = this.inputTick();
      const changes = controls.any ? this.changes(player, queue, mask !== queue.held) : NONE;
      const changed = queue.hold(mask, tick, mask ? (held.stamp?.() ?? 0) : 0, changes);
      if (changed || (again && queue.unacknowledged)) {
        const message = queue.message(now(), tick);
        const sent = this.sent.get(queue.seat);
        if (sent) sent.tokens -= message.length;
        send(message);
      }
      if (changed) prediction()?.pressed(now());
    }
  }

  /** What of the other controls is to be sent now. `urgent`: a button changed, and with it what is held must be true. */
  private changes(player: number, queue: InputQueue, urgent: boolean): readonly Change[] {
    const { controls, now } = this.needs;
    if (!queue.open) return NONE;
    const at = now();
    let sent = this.sent.get(queue.seat);
    if (!sent) {
      sent = { numbers: new Map(), typing: new Map(), tokens: STEADY_BURST_BYTES, at, gatheredAt: -Infinity };
      this.sent.set(queue.seat, sent);
      // Everything is at rest at the start: only what differs is sent.
      for (const [control, value] of controls.atRest()) sent.numbers.set(control, value);
    }
    sent.tokens = Math.min(STEADY_BURST_BYTES, sent.tokens + ((at - sent.at) * STEADY_BYTES_PER_S) / 1000);
    sent.at = at;
    const gather = at - sent.gatheredAt >= GATHER_MS;
    const local = controls.local(player);
    const found: Change[] = [];
    if (urgent || sent.tokens > 0)
      for (const [control, value] of local.numbers)
        if (sent.numbers.get(control) !== value && found.length < MOST_INPUT_CHANGES) {
          sent.numbers.set(control, value);
          found.push({ control, form: "number", value });
        }
    if (gather) {
      for (const [control, value] of local.typing)
        if ((sent.typing.get(control) ?? "") !== value && found.length < MOST_INPUT_CHANGES) {
          sent.typing.set(control, value);
          found.push({ control, form: "live", value });
        }
    }
    if (gather || controls.atOnce(player)) {
      const once = controls.takeSent(player, MOST_INPUT_CHANGES - found.length);
      for (const change of once) if (change.form === "text") sent.typing.delete(change.control);
      found.push(...once);
      sent.gatheredAt = at;
    }
    return found;
  }

  /** Repeats inputs whose acknowledgement is overdue; call it some times a second while a match runs. */
  repeat(): void {
    const at = this.needs.now();
    if (this.needs.controls.any) this.sendHeld();
    for (const queue of this.queues.values())
      if (this.needs.match.whole && queue.due(at)) this.needs.send(queue.message(at, this.inputTick()));
  }
}
