// Reads render snapshots (game/rules/render_snapshot.py writes them) into the same kind of state that the decoder makes,
// so that a game is drawn by one renderer wherever its state comes from.
//
// What is confirmed stays. Positions are those predicted for the tick that is shown. Where a prediction was wrong, a
// thing moves to its right place within SMOOTH_MS and not at once.
//
// The heads of other players' lines are shown a little in the past: the less of their way is predicted, the less of it
// has to be corrected (decision 44). Far from one's own head they are shown where they are known to have been, near to
// it only some ticks late, because there it matters where they really are.
import type { EntityType, Field, Schema } from "../sync/schema";
import { blank, type Entity, type Series } from "../sync/state";

const CONFIRMED = 1;
const RESET = 2;
const OVER = 4;
/** A correction takes this long. */
const SMOOTH_MS = 100;
/** A correction of more units than this is made at once. */
const SNAP_UNITS = 24;
/** Others' heads are near to one's own up to this many units, and far away from this many on. */
const NEAR_UNITS = 60;
const FAR_UNITS = 160;
/** The part of the predicted ticks by which heads nearby are late. */
const NEAR_LAG = 0.4;
/** Heads are late by at most this many ticks. */
const MOST_LAG = 5;
/** How many ticks later or less late a head becomes within a tick: so much slower or faster it seems. */
const LAG_RATE = 0.15;
/** Weight of the newest measurement of how many ticks are predicted. */
const NEWEST = 0.1;

/** A track: the growing line of something that moves. */
interface Track {
  series: Series;
  /** The predicted rows, without corrections. */
  predicted: Int32Array;
  /** For each column the index of the smooth field that it records, or -1. */
  fields: number[];
}

/** Something that moves: where its numbers are in a tick's row, and how far from them it is drawn. */
interface Mover {
  entity: Entity;
  at: number;
  smooth: readonly Field[];
  tracks: Track[];
  /** How often its tracks were cut: after a cut it begins again, at any place. */
  cuts: number;
  /** By smooth field: how far from its path it was drawn when it was last corrected. */
  offset: Float64Array;
  correctedAt: number;
  /** How many ticks late it is shown. */
  lag: number;
}

/** Where the paths of one snapshot are. */
interface Paths {
  numbers: Int32Array;
  at: number;
  /** Numbers for each tick. */
  stride: number;
  first: number;
  last: number;
}

export interface SnapshotContent {
  /** [tick, kind by the schema, …arguments] */
  events: number[][];
  /** The match is decided. */
  over: boolean;
}

/** Something that moves was corrected by `units`; `snapped`: too many to be smoothed. */
export type OnCorrection = (entity: Entity, units: number, snapped: boolean) => void;

export class SnapshotReader {
  state: Entity | null = null;
  /** The confirmed tick. */
  confirmed = -1;
  /** Counts the states that were begun. */
  fresh = 0;
  private schema: Schema;
  private onCorrection: OnCorrection;
  private isOwn: ((entity: Entity) => boolean) | null;
  /** How many ticks beyond the confirmed one are shown when word of it has just come; below 0: not known yet. */
  private predicted = -1;
  private posedTick = -Infinity;
  private numbers: Int32Array = new Int32Array(0);
  private at = 0;
  private paths: Paths = { numbers: this.numbers, at: 0, stride: 0, first: 0, last: -1 };
  private movers: Mover[] = [];
  private words = new TextDecoder();

  /** `isOwn`: whether something is steered here; without it everything is shown at the same tick. */
  constructor(
    schema: Schema,
    onCorrection: OnCorrection = () => {},
    isOwn: ((entity: Entity) => boolean) | null = null,
  ) {
    this.schema = schema;
    this.onCorrection = onCorrection;
    this.isOwn = isOwn;
  }

  /** The last tick whose positions are known. */
  get last(): number {
    return this.paths.last;
  }

  /** Reads a snapshot; `tick` is shown at `now`, ms. */
  read(numbers: Int32Array, tick: number, now: number): SnapshotContent {
    this.numbers = numbers;
    this.at = 0;
    const flags = this.next();
    const confirmed = this.confirmed;
    this.confirmed = this.next();
    if (this.confirmed > confirmed) this.measure(tick - this.confirmed);
    const before = this.paths;
    const old = this.movers;
    this.paths = { numbers, at: 0, stride: 0, first: this.next(), last: this.next() };
    const events = this.events();
    if (flags & RESET || !this.state) {
      this.state = blank(this.schema.root, 0);
      this.movers = [];
      this.fresh++;
    }
    if (flags & CONFIRMED) {
      this.entity(this.state);
      this.gather(this.state);
    }
    this.readPaths();
    this.holdStarters();
    this.correct(old, before, tick, now);
    return { events, over: (flags & OVER) !== 0 };
  }

  private next(): number {
    return this.numbers[this.at++] ?? 0;
  }

  private measure(ticks: number): void {
    this.predicted = this.predicted < 0 ? ticks : this.predicted + (ticks - this.predicted) * NEWEST;
  }

  private events(): number[][] {
    const found: number[][] = [];
    for (let n = this.next(); n > 0; n--) {
      const length = this.next();
      found.push(Array.from(this.numbers.subarray(this.at, this.at + length)));
      this.at += length;
    }
    return found;
  }

  // hot: once a tick, for everything
  private entity(entity: Entity): void {
    const { fields } = entity.type;
    for (const field of fields) {
      if (field.scalar) entity[field.name] = this.numbers[this.at++] ?? 0;
      else this.table(entity, field);
    }
  }

  private table(entity: Entity, field: Field): void {
    switch (field.kind) {
      case "series":
      case "track":
        this.rows(entity[field.name] as Series);
        break;
      case "entities":
        if (field.of) this.entities(entity[field.name] as Entity[], field.of);
        break;
      case "ints": {
        const list = entity[field.name] as number[];
        list.length = this.next();
        for (let k = 0; k < list.length; k++) list[k] = this.next();
        break;
      }
      case "text":
        entity[field.name] = this.words.decode(this.bytes(this.next()));
        break;
      case "grid": {
        const count = this.next();
        if (count >= 0) entity[field.name] = this.bytes(count);
      }
    }
  }

  private bytes(count: number): Uint8Array {
    const start = this.numbers.byteOffset + this.at * 4;
    this.at += (count + 3) >> 2;
    return new Uint8Array(this.numbers.buffer, start, count).slice();
  }

  private rows(series: Series): void {
    const kept = this.next();
    if (kept !== series.rows) series.cut(kept);
    for (let n = this.next(); n > 0; n--) {
      const row = series.grow();
      for (let k = 0; k < series.width; k++) series.data[row + k] = this.numbers[this.at++] ?? 0;
    }
  }

  private entities(list: Entity[], type: EntityType): void {
    const count = this.next();
    for (let k = 0; k < count; k++) {
      const id = this.next();
      let entity = list[k];
      while (entity && entity.id < id) {
        list.splice(k, 1);
        entity = list[k];
      }
      if (entity?.id !== id) {
        entity = blank(type, id);
        list.splice(k, 0, entity);
      }
      this.entity(entity);
    }
    list.length = count;
  }

  /** Finds what moves, in the order in which its numbers come. */
  private gather(state: Entity): void {
    const known = new Map(this.movers.map((mover) => [mover.entity, mover]));
    this.movers = [];
    let at = 0;
    const note = (entity: Entity): void => {
      const { type } = entity;
      const size = type.smooth.length + type.tracks.length;
      if (size > 0) this.movers.push(newMover(entity, at, known.get(entity)));
      at += size;
      for (const field of type.lists) for (const one of entity[field.name] as Entity[]) note(one);
    };
    note(state);
  }

  private readPaths(): void {
    const { paths } = this;
    paths.stride = this.next();
    paths.at = this.at;
    this.at += paths.stride * (paths.last - paths.first + 1);
    for (const { tracks } of this.movers) {
      for (const track of tracks) {
        const length = this.next() * track.series.width;
        track.predicted = this.numbers.subarray(this.at, this.at + length);
        track.series.predicted = track.predicted.slice();
        this.at += length;
      }
    }
  }

  /** A thing that is placed elsewhere with empty tracks begins again, which is shown once it is confirmed. */
  private holdStarters(): void {
    const { numbers, at, stride, first, last } = this.paths;
    for (const mover of this.movers) {
      if (mover.tracks.length === 0) continue;
      const size = mover.smooth.length;
      for (let tick = first + 1; tick <= last; tick++) {
        const here = at + (tick - first) * stride + mover.at;
        if ((numbers[here + size] ?? 0) >= 0) continue;
        const apart = away(mover.smooth, (k) => (numbers[here + k] ?? 0) - (numbers[here - stride + k] ?? 0));
        if (apart > SNAP_UNITS) numbers.copyWithin(here, here - stride, here - stride + size);
      }
    }
  }

  /** Continues from where things were drawn, if their paths have changed. */
  private correct(old: readonly Mover[], before: Paths, tick: number, now: number): void {
    const { paths } = this;
    const from = Math.max(before.first, paths.first);
    const to = Math.min(before.last, paths.last);
    if (from > to) return;
    const known = new Map(old.map((mover) => [mover.entity, mover]));
    for (const mover of this.movers) {
      const were = known.get(mover.entity);
      if (!were) continue;
      const { smooth } = mover;
      const there = were.at;
      const when = Math.max(from, Math.min(to, tick - mover.lag));
      const change = (k: number) => along(before, when, there + k) - along(paths, when, mover.at + k);
      const wrong = away(smooth, change);
      if (wrong === 0) continue;
      const left = correctionLeft(mover, now);
      const { offset } = mover;
      for (let k = 0; k < smooth.length; k++)
        offset[k] = smooth[k]?.kind === "fixed" ? (offset[k] ?? 0) * left + change(k) : 0;
      mover.correctedAt = now;
      const snapped = away(smooth, (k) => offset[k] ?? 0) > SNAP_UNITS;
      if (snapped) offset.fill(0);
      if (snapped && were.cuts !== mover.cuts) continue;
      this.onCorrection(mover.entity, wrong, snapped);
    }
  }

  // hot: once an animation frame
  /** Moves everything to where it is at `tick` (with its fraction); returns the part of the way to the next tick. */
  pose(tick: number, now: number): number {
    const { numbers, at, stride, first, last } = this.paths;
    if (last < first) return 0;
    const shown = Math.max(first, Math.min(last, tick));
    const whole = Math.floor(shown);
    const here = at + (whole - first) * stride;
    const next = whole < last ? here + stride : here;
    this.letLag(shown);
    for (const mover of this.movers) {
      const { entity, smooth, offset, tracks } = mover;
      const left = correctionLeft(mover, now);
      let [from, to] = [here, next];
      if (mover.lag > 0) {
        const late = Math.max(first, this.confirmed, shown - mover.lag);
        from = at + (Math.floor(late) - first) * stride;
        to = Math.floor(late) < last ? from + stride : from;
        this.poseBetween(mover, from, to, late - Math.floor(late), left);
      } else {
        for (let k = 0; k < smooth.length; k++) {
          const name = smooth[k]?.name ?? "";
          const off = (offset[k] ?? 0) * left;
          entity.was[name] = (numbers[from + mover.at + k] ?? 0) + off;
          entity[name] = (numbers[to + mover.at + k] ?? 0) + off;
        }
      }
      let count = mover.at + smooth.length;
      for (const track of tracks) {
        poseTrack(track, numbers[from + count] ?? 0, numbers[to + count] ?? 0, offset, left);
        count++;
      }
    }
    return shown - whole;
  }

  /** Puts something where it is at `part` of the way between two ticks, for any part of the others' way. */
  private poseBetween(mover: Mover, from: number, to: number, part: number, left: number): void {
    const { numbers } = this.paths;
    const { entity, smooth, offset, at } = mover;
    const jumps =
      away(smooth, (k) => (numbers[to + at + k] ?? 0) - (numbers[from + at + k] ?? 0)) > SNAP_UNITS;
    for (let k = 0; k < smooth.length; k++) {
      const field = smooth[k];
      if (!field) continue;
      const start = numbers[from + at + k] ?? 0;
      let way = (numbers[to + at + k] ?? 0) - start;
      if (field.kind === "angle") way = shorterTurn(way, field.modulus * 2 ** field.drop);
      const value = jumps ? start : start + way * part;
      entity[field.name] = entity.was[field.name] = value + (offset[k] ?? 0) * left;
    }
  }

  // hot: once an animation frame
  /** Lets the heads of others be as late as their distance to one's own asks for. */
  private letLag(tick: number): void {
    const { isOwn } = this;
    if (isOwn === null || this.predicted < 0) return;
    const passed = tick - this.posedTick;
    this.posedTick = tick;
    const rate = LAG_RATE * Math.max(0, Math.min(1, passed));
    const most = Math.max(0, Math.min(MOST_LAG, this.predicted - 0.5));
    const near = Math.min(most, this.predicted * NEAR_LAG);
    const own = this.movers.filter(({ entity, tracks }) => tracks.length > 0 && isOwn(entity));
    for (const mover of this.movers) {
      if (mover.tracks.length === 0) continue;
      if (own.includes(mover)) {
        mover.lag = 0; // it was another's until now, if a seat was taken in the middle of the match
        continue;
      }
      let apart = own.length > 0 ? Infinity : FAR_UNITS;
      for (const one of own) apart = Math.min(apart, this.apart(mover, one));
      const share = Math.max(0, Math.min(1, (apart - NEAR_UNITS) / (FAR_UNITS - NEAR_UNITS)));
      const wanted = near + (most - near) * share;
      mover.lag += Math.max(-rate, Math.min(rate, wanted - mover.lag));
    }
  }

  /** How far apart two things of one type are drawn, in units. */
  private apart(one: Mover, other: Mover): number {
    return away(one.smooth, (k) => {
      const name = one.smooth[k]?.name ?? "";
      return (one.entity[name] as number) - ((other.entity[name] as number | undefined) ?? 0);
    });
  }
}

/** The track has `rows` rows, and `then` at the next tick; the newest are drawn with the offset of the head. */
function poseTrack(track: Track, rows: number, then: number, offset: Float64Array, left: number): void {
  const { series, predicted, fields } = track;
  const shown = Math.max(0, Math.min(rows - series.rows, predicted.length / series.width));
  series.predictedRows = shown;
  series.reaching = then > rows && rows >= series.rows;
  if (left === 0 && series.settled) return;
  series.settled = left === 0;
  for (let row = 0; row < shown; row++) {
    const share = (left * (row + 1)) / (shown + 1);
    for (let c = 0; c < fields.length; c++) {
      const k = row * series.width + c;
      const field = fields[c] ?? -1;
      series.predicted[k] = (predicted[k] ?? 0) + (field < 0 ? 0 : (offset[field] ?? 0) * share);
    }
  }
}

/** The part of a correction that is still to be made, 1 to 0. */
function correctionLeft(mover: Mover, now: number): number {
  return Math.max(0, 1 - (now - mover.correctedAt) / SMOOTH_MS);
}

/** The difference between two angles by the shorter way around; `full`: a whole turn. */
function shorterTurn(way: number, full: number): number {
  return full > 0 ? way - Math.round(way / full) * full : way;
}

/** The value number `k` of a tick's row, at a tick with its fraction. */
function along(paths: Paths, tick: number, k: number): number {
  const whole = Math.floor(tick);
  const here = paths.at + (whole - paths.first) * paths.stride + k;
  const value = paths.numbers[here] ?? 0;
  const next = paths.numbers[here + paths.stride] ?? value;
  return whole < paths.last ? value + (next - value) * (tick - whole) : value;
}

/** The length, in units, of a difference that is given by field. */
function away(smooth: readonly Field[], difference: (k: number) => number): number {
  let square = 0;
  for (let k = 0; k < smooth.length; k++) {
    const field = smooth[k];
    if (field?.kind === "fixed") square += (difference(k) / 2 ** field.frac) ** 2;
  }
  return Math.sqrt(square);
}

function newMover(entity: Entity, at: number, known: Mover | undefined): Mover {
  const { type } = entity;
  const { smooth } = type;
  const fields = type.tracks.flatMap((k) => type.fields[k] ?? []);
  return {
    entity,
    at,
    smooth,
    cuts: fields.reduce((sum, { name }) => sum + (entity[name] as Series).cuts, 0),
    tracks: fields.map(({ name, columns }) => ({
      series: entity[name] as Series,
      predicted: NOTHING,
      fields: columns.map((column) =>
        smooth.findIndex((field) => field.name === column && field.kind === "fixed"),
      ),
    })),
    offset: known?.offset ?? new Float64Array(smooth.length),
    correctedAt: known?.correctedAt ?? -Infinity,
    lag: known?.lag ?? 0,
  };
}

const NOTHING = new Int32Array(0);
