// Has the matches of rooms run by the rules in this browser, where it can: loads them, agrees on it with the
// server, and lets the feed show what is predicted. Without it the feed decodes states as told.

import type { ServerClock } from "../net/clock";
import type { Ack, GameInfo } from "../net/types";
import type { MatchFeed } from "../sync/feed";
import type { Lead, Presses } from "../sync/input_queue";
import type { Schema } from "../sync/schema";
import { Diagnosis } from "./diagnostics";
import { host } from "./host";
import { Predictor } from "./predictor";
import { rulesStatus } from "./status";

export interface OnlineNeeds {
  feed: MatchFeed;
  clock: ServerClock;
  lead: Lead;
  /** The inputs of each own seat. */
  presses: ReadonlyMap<number, Presses>;
  tell(event: string, arg: object): Promise<Ack>;
  resync(): void;
  /** Says again what is held: the server may not know. */
  repress(): void;
}

/** An input for the step that is being shown has most of a tick's time more to arrive. */
const EARLY_TICKS = 0.75;
/** Who only watches sees what has arrived, with this much to spare. */
const WATCH_SPARE_TICKS = 0.5;
const STUCK_AGAIN_MS = 3000;

export class Online {
  readonly figures = new Diagnosis();
  private needs: OnlineNeeds;
  private predictor: Predictor | null = null;
  private schema: Schema | null = null;
  private turn = 0;
  private stuckAt = -Infinity;

  constructor(needs: OnlineNeeds) {
    this.needs = needs;
    rulesStatus.subscribe((status) => {
      if (status === "failed") this.giveUp();
    });
  }

  /** A room was entered, its game changed, or the connection is new: runs the rules if that is possible. */
  async consider(info: GameInfo | undefined): Promise<void> {
    const turn = ++this.turn;
    const { feed, tell } = this.needs;
    const schema = feed.schema.peek();
    if (!info?.rules || !schema || !(await host.open(info.rules)) || turn !== this.turn) return;
    // The same match over another connection: what is shown stays until the checkpoint is here.
    const running = this.schema === schema && feed.runner === this.predictor ? this.predictor : null;
    const predictor = running ?? this.makePredictor(info.seats[1]);
    this.schema = schema;
    feed.runner = predictor;
    const ack = await tell("predict", { on: true, game: info.name });
    if (turn !== this.turn || feed.schema.peek() !== schema) return;
    if (ack.ok) rulesStatus.value = "running";
    else if (feed.runner === predictor) feed.runner = null;
  }

  private makePredictor(seats: number): Predictor {
    const { feed, clock, lead, presses, tell, resync, repress } = this.needs;
    const schema = feed.schema.peek()!;
    const interval = 1000 / schema.tickHz;
    const predictor = new Predictor(
      schema,
      seats,
      {
        post: (order) => host.post(order),
        poll: () => host.poll(),
        generation: () => host.use((answer) => predictor.hear(answer, performance.now())),
        own: () => {
          const out: number[] = [];
          for (const one of presses.values()) one.waiting(out);
          return out;
        },
        applied: (seat, buttons) => presses.get(seat)?.applied(buttons),
        acks: (acks) => {
          for (const one of presses.values())
            one.acknowledged(acks.find(({ seat }) => seat === one.seat)?.seq ?? 0, true);
          repress();
        },
        margin: (seat, margin) => {
          if (presses.has(seat)) lead.margin(margin);
        },
        lead: () =>
          presses.size > 0
            ? lead.ticks(clock.upLatency(), interval) - EARLY_TICKS
            : WATCH_SPARE_TICKS - clock.upLatency() / interval,
        serverTick: (at) => feed.serverTick(at),
        anchor: (tick, at) => feed.anchor(tick, at),
        serverNow: (at) => clock.serverNow(at),
        event: (event) => feed.tell(event.slice(1)),
        resync,
        failed: (reason) => host.failed(reason),
        desync: (tick, hash) => void tell("desync", { tick, hash }),
      },
      this.figures,
    );
    predictor.isOwn = (seat) => presses.has(seat);
    this.predictor = predictor;
    return predictor;
  }

  /** Whether the match is predicted now. */
  get on(): boolean {
    return this.predictor !== null && this.needs.feed.runner === this.predictor && this.predictor.on;
  }

  /** The tick that an input pressed now is meant for, while `on`. */
  inputTick(now: number): number {
    return this.predictor?.inputTick(now) ?? 0;
  }

  /** What is held at one's own seats has changed. */
  pressed(now: number): void {
    if (this.on) this.predictor?.pressed(now);
  }

  /** Call it some times a second: an input that is never applied has all counted anew. */
  beat(now: number): void {
    if (!this.on || now - this.stuckAt < STUCK_AGAIN_MS) return;
    const tick = this.needs.feed.serverTick(this.needs.clock.serverNow(now));
    if (![...this.needs.presses.values()].some((one) => one.stuck(tick))) return;
    this.stuckAt = now;
    this.needs.resync();
  }

  private giveUp(): void {
    this.turn++;
    if (!this.predictor || this.needs.feed.runner !== this.predictor) return;
    this.needs.feed.runner = null;
    this.predictor = null;
    void this.needs.tell("predict", { on: false });
  }
}
