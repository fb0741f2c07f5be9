// Predicts the matches of rooms in this browser, where it can: loads the rules, agrees on it with the server, and lets
// the match feed show what is predicted. Without it the feed decodes states as they are sent.
import type { ServerClock } from "../net/clock";
import type { SendCommand } from "../net/commands";
import type { GameInfo } from "../protocol.gen";
import type { MatchFeed } from "../sync/feed";
import type { InputLead, InputQueue } from "../sync/input_queue";
import type { Schema } from "../sync/schema";
import { type DescribedState, describeState } from "./described_state";
import { Diagnostics } from "./diagnostics";
import { type ConfirmedListener, type ConfirmedState, Predictor } from "./predictor";
import type { WorkerClient } from "./worker_client";

export interface OnlineNeeds {
  feed: MatchFeed;
  clock: ServerClock;
  lead: InputLead;
  /** The inputs of each own seat. */
  inputs: ReadonlyMap<number, InputQueue>;
  command: SendCommand;
  resync(): void;
  /** Sends again what is held: the server may not know it. */
  sendHeld(): void;
  /** How long a packed state in a message may be. */
  mostStateChars(): number;
}

/** An input for the step that is being shown has most of a tick's time more to arrive. */
const EARLY_TICKS = 0.75;
/** A spectator sees what has arrived, with this much to spare. */
const WATCH_SPARE_TICKS = 0.5;
const STUCK_AGAIN_MS = 3000;

export class OnlinePrediction {
  readonly figures = new Diagnostics();
  private readonly worker: WorkerClient;
  private readonly needs: OnlineNeeds;
  private predictor: Predictor | null = null;
  private listener: ConfirmedListener | null = null;
  private schema: Schema | null = null;
  /** Counts the calls of `consider`: only the latest may change anything. */
  private calls = 0;
  private stuckAt = -Infinity;

  constructor(worker: WorkerClient, needs: OnlineNeeds) {
    this.worker = worker;
    this.needs = needs;
    worker.status.subscribe((status) => {
      if (status === "failed") this.stop();
    });
  }

  /** Predicts the match if possible; call it when a room was entered, its game changed, or the connection is new. */
  async consider(info: GameInfo | undefined): Promise<void> {
    const call = ++this.calls;
    const { feed, command } = this.needs;
    const schema = feed.schema.peek();
    if (!info?.rules || !schema || !(await this.worker.open(info.rules)) || call !== this.calls) return;
    // The same match over another connection: what is shown stays until the checkpoint is here.
    const running = this.schema === schema && feed.runner === this.predictor ? this.predictor : null;
    const predictor = running ?? this.makePredictor(schema, info.seats[1]);
    this.schema = schema;
    feed.runner = predictor;
    const ack = await command("predict", { on: true, game: info.name });
    if (call !== this.calls || feed.schema.peek() !== schema) return;
    if (ack.ok) this.worker.status.value = "running";
    else if (feed.runner === predictor) feed.runner = null;
  }

  private makePredictor(schema: Schema, seats: number): Predictor {
    const { worker } = this;
    const { feed, clock, lead, inputs, command, resync, sendHeld, mostStateChars } = this.needs;
    const interval = 1000 / schema.tickHz;
    const predictor = new Predictor(
      schema,
      seats,
      {
        post: (request) => worker.post(request),
        poll: () => worker.poll(),
        generation: () => worker.use((reply) => predictor.hear(reply, performance.now())),
        own: () => {
          const out: number[] = [];
          for (const queue of inputs.values()) queue.pendingInto(out);
          return out;
        },
        isOwn: (seat) => inputs.has(seat),
        applied: (seat, buttons) => inputs.get(seat)?.applied(buttons),
        acks: (acks) => {
          for (const queue of inputs.values())
            queue.acknowledged(acks.find(({ seat }) => seat === queue.seat)?.seq ?? 0, true);
          sendHeld();
        },
        margin: (seat, margin) => {
          if (inputs.has(seat)) lead.margin(margin);
        },
        lead: () =>
          inputs.size > 0
            ? lead.ticks(clock.upLatency(), interval) - EARLY_TICKS
            : WATCH_SPARE_TICKS - clock.upLatency() / interval,
        serverTick: (at) => feed.serverTick(at),
        anchor: (tick, at) => feed.anchor(tick, at),
        serverNow: (at) => clock.serverNow(at),
        event: (event) => feed.emit(event.slice(1)),
        resync,
        failed: (reason) => worker.fail(reason),
        desync: (state) =>
          void describeState(state, mostStateChars()).then((told) => command("desync", told)),
      },
      this.figures,
    );
    this.predictor = predictor;
    predictor.hearConfirmed(this.listener);
    return predictor;
  }

  /** Whether the match is predicted now. */
  get on(): boolean {
    return this.predictor !== null && this.needs.feed.runner === this.predictor && this.predictor.on;
  }

  /** The tick that an input made now is meant for, while `on`. */
  inputTick(now: number): number {
    return this.predictor?.inputTick(now) ?? 0;
  }

  /** Has `listener` hear what the server confirms of matches from now on; null: nobody. */
  hearConfirmed(listener: ConfirmedListener | null): void {
    this.listener = listener;
    this.predictor?.hearConfirmed(listener);
  }

  /** The state that was confirmed last; null: there is none. */
  confirmedState(): Promise<ConfirmedState | null> {
    return this.on && this.predictor ? this.predictor.confirmedState() : Promise.resolve(null);
  }

  /** What a report says of the state that this browser has; null: it does not run the rules. */
  async describe(): Promise<DescribedState | null> {
    const state = this.on ? await this.predictor?.confirmedState() : null;
    return state ? describeState(state, this.needs.mostStateChars()) : null;
  }

  /** The buttons held at an own seat have changed. */
  pressed(now: number): void {
    if (this.on) this.predictor?.pressed(now);
  }

  /** Asks for a checkpoint where an input is never applied, which numbers the inputs again; call it often. */
  beat(now: number): void {
    if (!this.on || now - this.stuckAt < STUCK_AGAIN_MS) return;
    const tick = this.needs.feed.serverTick(this.needs.clock.serverNow(now));
    if (![...this.needs.inputs.values()].some((queue) => queue.stuck(tick))) return;
    this.stuckAt = now;
    this.needs.resync();
  }

  private stop(): void {
    this.calls++;
    if (!this.predictor || this.needs.feed.runner !== this.predictor) return;
    this.needs.feed.runner = null;
    this.predictor = null;
    void this.needs.command("predict", { on: false });
  }
}
