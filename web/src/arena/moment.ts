// A recorded moment of a match of bots (game/edge/moments.py), shown again and again like any other match.
import { isObject } from "../net/messages";
import { SnapshotReader } from "../prediction/render_snapshot";
import type { GameInfo, SchemaInfo } from "../protocol.gen";
import { MatchFeed, type Runner } from "../sync/feed";
import type { Entity } from "../sync/state";

export interface Moment {
  info: GameInfo;
  schema: SchemaInfo;
  /** The tick that is shown first. */
  first: number;
  /** Ticks from one frame to the next. */
  step: number;
  /** Render snapshots. */
  frames: readonly (readonly number[])[];
  /** The styles of the bots, by seat. */
  bots: readonly number[];
}

/** Whether fetched JSON is a moment. Its `info` and `schema` are as the server built them. */
export function isMoment(value: unknown): value is Moment {
  return (
    isObject(value) &&
    isObject(value.info) &&
    isObject(value.schema) &&
    typeof value.first === "number" &&
    typeof value.step === "number" &&
    value.step > 0 &&
    Array.isArray(value.bots) &&
    Array.isArray(value.frames) &&
    value.frames.length > 1
  );
}

/** After a gap of this length between two frames the page was hidden: the moment stood still. */
const GAP_MS = 250;

export class MomentRunner implements Runner {
  readonly feed: MatchFeed;
  private readonly moment: Moment;
  private readonly reader: SnapshotReader;
  private readonly interval: number;
  private next = 0;
  private tick: number;
  private at = 0;

  /** Raises DecodeError on a malformed schema. */
  constructor(moment: Moment) {
    this.moment = moment;
    this.interval = 1000 / moment.info.tick_hz;
    this.tick = moment.first - 1;
    this.feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    this.reader = new SnapshotReader(this.feed.begin(moment.schema));
    this.feed.runner = this;
    this.read();
  }

  /** Reads the next frame; after the last comes the first, which begins the moment again. */
  private read(): void {
    const frame = this.moment.frames[this.next] ?? [];
    this.next++;
    this.reader.read(Int32Array.from(frame), this.tick, this.at);
  }

  get on(): boolean {
    return true;
  }

  get whole(): boolean {
    return true;
  }

  get state(): Entity | null {
    return this.reader.state;
  }

  get fresh(): number {
    return this.reader.fresh;
  }

  takes(): boolean {
    return false;
  }

  take(): void {}

  interrupted(): void {}

  // hot: once a frame and tile
  show(now: number): { tick: number; part: number } {
    const passed = now - this.at;
    this.at = now;
    if (passed < GAP_MS) this.tick += passed / this.interval;
    if (this.tick > this.reader.last) {
      if (this.next >= this.moment.frames.length) {
        this.next = 0;
        this.tick = this.moment.first - 1;
      }
      this.read();
    }
    const shown = Math.min(this.tick, this.reader.last);
    return { tick: shown, part: this.reader.pose(shown, now) };
  }
}
