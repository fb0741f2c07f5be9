// The inputs of the seats that are played at this device: from buttons held to messages for the server. Knows no
// keys and no socket.
import type { HeldButtons } from "../input/buttons";
import type { ServerClock } from "../net/clock";
import type { OnlinePrediction } from "../prediction/online";
import type { MatchFeed } from "../sync/feed";
import type { SeatAck } from "../sync/frame";
import { InputLead, InputQueue } from "../sync/input_queue";
import { type Room, seatsOf } from "./room_state";

export interface SeatInputsNeeds {
  match: MatchFeed;
  clock: ServerClock;
  held: HeldButtons;
  /** Monotonic time, ms. */
  now(): number;
  send(message: Uint8Array): void;
  /** What predicts the match here, or null. */
  prediction(): OnlinePrediction | null;
}

const DEFAULT_INTERVAL_MS = 33;

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

  constructor(needs: SeatInputsNeeds) {
    this.needs = needs;
  }

  /** Takes over who plays here from the room. Each match numbers its inputs from 1. */
  follow(room: Room | null, me: string | null): void {
    this.live = room?.phase === "live";
    this.seats = seatsOf(room, me);
    for (const seat of this.queues.keys()) if (!this.seats.includes(seat)) this.queues.delete(seat);
    for (const seat of this.seats)
      if (seat !== null && !this.queues.has(seat)) this.queues.set(seat, new InputQueue(seat));
    const match = room?.match ? `${room.code} ${room.match.number}` : "";
    if (match === this.numberedMatch) return;
    this.numberedMatch = match;
    for (const queue of this.queues.values()) queue.restart();
  }

  /** Forgets all inputs: what comes is another room, or none. */
  clear(): void {
    this.queues.clear();
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
    if (keyframe) this.sendHeld(true);
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
    const { match, held, now, send, prediction } = this.needs;
    if (!this.live) return;
    for (const [player, seat] of this.seats.entries()) {
      const queue = seat === null ? undefined : this.queues.get(seat);
      if (!queue || !match.whole) continue;
      const mask = held.of(player);
      const tick = this.inputTick();
      const changed = queue.hold(mask, tick, mask ? (held.stamp?.() ?? 0) : 0);
      if (changed || (again && queue.unacknowledged)) send(queue.message(now(), tick));
      if (changed) prediction()?.pressed(now());
    }
  }

  /** Repeats inputs whose acknowledgement is overdue; call it some times a second while a match runs. */
  repeat(): void {
    const at = this.needs.now();
    for (const queue of this.queues.values())
      if (this.needs.match.whole && queue.due(at)) this.needs.send(queue.message(at, this.inputTick()));
  }
}
