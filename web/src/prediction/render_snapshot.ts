// Reads the pictures that the rules tell (game/rules/render_snapshot.py is the writing side) into the same kind of
// state that the decoder makes, so that a game is drawn by one face however it came here.
//
// What is confirmed stays; positions are those predicted for the tick shown. Where a prediction turns out
// wrong, what moves is not put right at once but drawn over to the right place within SMOOTH_MS.
import type { EntityType, Field, Schema } from "../sync/schema";
import { blank, type Entity, type Series } from "../sync/state";

const CONFIRMED = 1;
const ANEW = 2;
const OVER = 4;
/** A correction is spread over so long. */
const SMOOTH_MS = 100;
/** A correction beyond so many units is made at once. */
const SNAP_UNITS = 24;

/** A growing line of something that moves. */
interface Line {
  series: Series;
  /** Rows that are predicted, as they were told. */
  newer: Int32Array;
  /** For each column the smooth field that it records, or -1. */
  fields: number[];
}

/** Something that moves: where its numbers lie in a tick's row, and how far it is drawn from them. */
interface Mover {
  entity: Entity;
  at: number;
  smooth: readonly Field[];
  lines: Line[];
  /** How often its lines were cut: then it begins anew, wherever it is. */
  cuts: number;
  /** By smooth field: how far from its path it was drawn when it was last corrected. */
  off: Float64Array;
  correctedAt: number;
}

/** Where the paths of one picture lie. */
interface Paths {
  numbers: Int32Array;
  at: number;
  /** Numbers a tick. */
  stride: number;
  first: number;
  last: number;
}

export interface Told {
  /** [tick, kind by the schema, …arguments] */
  events: number[][];
  /** The match is decided. */
  over: boolean;
}

/** A mover was put right by so many units; `snapped`: too many to be smoothed. */
export type OnCorrection = (entity: Entity, units: number, snapped: boolean) => void;

export class SnapshotReader {
  state: Entity | null = null;
  /** The tick up to which all is certain. */
  confirmed = -1;
  /** Counts the states begun anew. */
  fresh = 0;
  private schema: Schema;
  private onCorrection: OnCorrection;
  private numbers: Int32Array = new Int32Array(0);
  private at = 0;
  private paths: Paths = { numbers: this.numbers, at: 0, stride: 0, first: 0, last: -1 };
  private movers: Mover[] = [];
  private words = new TextDecoder();

  constructor(schema: Schema, onCorrection: OnCorrection = () => {}) {
    this.schema = schema;
    this.onCorrection = onCorrection;
  }

  /** The last tick whose positions are known. */
  get last(): number {
    return this.paths.last;
  }

  /** Takes a picture in; `tick` is what is shown at `now`, ms. */
  read(numbers: Int32Array, tick: number, now: number): Told {
    this.numbers = numbers;
    const flags = numbers[0]!;
    this.confirmed = numbers[1]!;
    const before = this.paths;
    const old = this.movers;
    this.paths = { numbers, at: 0, stride: 0, first: numbers[2]!, last: numbers[3]! };
    this.at = 4;
    const events = this.events();
    if (flags & ANEW || !this.state) {
      this.state = blank(this.schema.root, 0);
      this.movers = [];
      this.fresh++;
    }
    if (flags & CONFIRMED) {
      this.entity(this.state);
      this.gather();
    }
    this.readPaths();
    this.holdStarters();
    this.correct(old, before, tick, now);
    return { events, over: (flags & OVER) !== 0 };
  }

  private next(): number {
    return this.numbers[this.at++]!;
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
    for (let k = 0; k < fields.length; k++) {
      const field = fields[k]!;
      if (field.scalar) entity[field.name] = this.numbers[this.at++]!;
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
        this.entities(entity[field.name] as Entity[], field.of!);
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
      for (let k = 0; k < series.width; k++) series.data[row + k] = this.numbers[this.at++]!;
    }
  }

  private entities(list: Entity[], type: EntityType): void {
    const count = this.next();
    for (let k = 0; k < count; k++) {
      const id = this.next();
      while (k < list.length && list[k]!.id < id) list.splice(k, 1);
      if (list[k]?.id !== id) list.splice(k, 0, blank(type, id));
      this.entity(list[k]!);
    }
    list.length = count;
  }

  /** Finds what moves, in the order in which its numbers come. */
  private gather(): void {
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
    note(this.state!);
  }

  private readPaths(): void {
    const { paths } = this;
    paths.stride = this.next();
    paths.at = this.at;
    this.at += paths.stride * (paths.last - paths.first + 1);
    for (const { lines } of this.movers) {
      for (const line of lines) {
        const length = this.next() * line.series.width;
        line.newer = this.numbers.subarray(this.at, this.at + length);
        line.series.newer = line.newer.slice();
        this.at += length;
      }
    }
  }

  /** Who is put down elsewhere with new tables has begun anew, which is shown once it is confirmed. */
  private holdStarters(): void {
    const { numbers, at, stride, first, last } = this.paths;
    for (const mover of this.movers) {
      if (mover.lines.length === 0) continue;
      const size = mover.smooth.length;
      for (let tick = first + 1; tick <= last; tick++) {
        const here = at + (tick - first) * stride + mover.at;
        if (numbers[here + size]! >= 0) continue;
        const apart = away(mover.smooth, (k) => numbers[here + k]! - numbers[here - stride + k]!);
        if (apart > SNAP_UNITS) numbers.copyWithin(here, here - stride, here - stride + size);
      }
    }
  }

  /** Draws on from where things were drawn, if their paths turned out to be others. */
  private correct(old: readonly Mover[], before: Paths, tick: number, now: number): void {
    const { paths } = this;
    const from = Math.max(before.first, paths.first);
    const to = Math.min(before.last, paths.last);
    if (from > to) return;
    const when = Math.max(from, Math.min(to, tick));
    const known = new Map(old.map((mover) => [mover.entity, mover]));
    for (const mover of this.movers) {
      const were = known.get(mover.entity);
      if (!were) continue;
      const { smooth } = mover;
      const there = were.at;
      const change = (k: number) => along(before, when, there + k) - along(paths, when, mover.at + k);
      const wrong = away(smooth, change);
      if (wrong === 0) continue;
      const left = stillOff(mover, now);
      for (let k = 0; k < smooth.length; k++)
        mover.off[k] = smooth[k]!.kind === "fixed" ? mover.off[k]! * left + change(k) : 0;
      mover.correctedAt = now;
      const snapped = away(smooth, (k) => mover.off[k]!) > SNAP_UNITS;
      if (snapped) mover.off.fill(0);
      if (snapped && were.cuts !== mover.cuts) continue;
      this.onCorrection(mover.entity, wrong, snapped);
    }
  }

  // hot: once an animation frame
  /** Puts everything where it is at `tick` (with its fraction); returns the part of the way to the next tick. */
  pose(tick: number, now: number): number {
    const { numbers, at, stride, first, last } = this.paths;
    if (last < first) return 0;
    const shown = Math.max(first, Math.min(last, tick));
    const whole = Math.floor(shown);
    const here = at + (whole - first) * stride;
    const next = whole < last ? here + stride : here;
    for (let n = 0; n < this.movers.length; n++) {
      const mover = this.movers[n]!;
      const { entity, smooth, off, lines } = mover;
      const left = stillOff(mover, now);
      for (let k = 0; k < smooth.length; k++) {
        const { name } = smooth[k]!;
        entity.was[name] = numbers[here + mover.at + k]! + off[k]! * left;
        entity[name] = numbers[next + mover.at + k]! + off[k]! * left;
      }
      for (let j = 0; j < lines.length; j++) {
        const count = mover.at + smooth.length + j;
        poseLine(lines[j]!, numbers[here + count]!, numbers[next + count]!, off, left);
      }
    }
    return shown - whole;
  }
}

/** Rows up to `rows` are there, and up to `then` at the next tick; the newest are drawn as far off as the head. */
function poseLine(line: Line, rows: number, then: number, off: Float64Array, left: number): void {
  const { series, newer, fields } = line;
  const shown = Math.max(0, Math.min(rows - series.rows, newer.length / series.width));
  series.newerRows = shown;
  series.reaching = then > rows && rows >= series.rows;
  if (left === 0 && series.settled) return;
  series.settled = left === 0;
  for (let row = 0; row < shown; row++) {
    const share = (left * (row + 1)) / (shown + 1);
    for (let c = 0; c < fields.length; c++) {
      const k = row * series.width + c;
      series.newer[k] = newer[k]! + (fields[c]! < 0 ? 0 : off[fields[c]!]! * share);
    }
  }
}

/** What is left of a correction, 1 to 0. */
function stillOff(mover: Mover, now: number): number {
  return Math.max(0, 1 - (now - mover.correctedAt) / SMOOTH_MS);
}

/** The value number `k` of a tick's row, at a tick with its fraction. */
function along(paths: Paths, tick: number, k: number): number {
  const whole = Math.floor(tick);
  const here = paths.at + (whole - paths.first) * paths.stride + k;
  const value = paths.numbers[here]!;
  return whole < paths.last ? value + (paths.numbers[here + paths.stride]! - value) * (tick - whole) : value;
}

/** The length, in units, of a difference told by field. */
function away(smooth: readonly Field[], difference: (k: number) => number): number {
  let square = 0;
  for (let k = 0; k < smooth.length; k++)
    if (smooth[k]!.kind === "fixed") square += (difference(k) / 2 ** smooth[k]!.frac) ** 2;
  return Math.sqrt(square);
}

function newMover(entity: Entity, at: number, known: Mover | undefined): Mover {
  const { type } = entity;
  const { smooth } = type;
  const cuts = type.tracks.reduce((sum, k) => sum + (entity[type.fields[k]!.name] as Series).cuts, 0);
  return {
    entity,
    at,
    smooth,
    cuts,
    lines: type.tracks.map((k) => {
      const { name, columns } = type.fields[k]!;
      return {
        series: entity[name] as Series,
        newer: NOTHING,
        fields: columns.map((column) =>
          smooth.findIndex((field) => field.name === column && field.kind === "fixed"),
        ),
      };
    }),
    off: known?.off ?? new Float64Array(smooth.length),
    correctedAt: known?.correctedAt ?? -Infinity,
  };
}

const NOTHING = new Int32Array(0);
