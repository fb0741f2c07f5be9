// Reads the differences in a frame's body into a state. Twin of the server's codec.
//
// A body that does not decode leaves the state half changed, so the caller must then throw the
// state away until the next keyframe: Decoder does.
import { CHECK_BYTES, MOST_CELLS, MOST_INTS, MOST_TEXT_BYTES } from "../protocol.gen";
import type { Keyframe, PrivateFrame, StateFrame } from "./frame";
import type { EntityType, Field, Schema } from "./schema";
import { blank, type Entity, type Series, settle } from "./state";
import { DecodeError, Reader } from "./varint";

const MOST_ROWS = 1 << 20;
const LARGEST = 2 ** 31;

const reader = new Reader();
const words = new TextDecoder("utf-8", { fatal: true });

function fitting(value: number): number {
  if (value >= LARGEST || value < -LARGEST) throw new DecodeError(`a value of ${value} leaves 32 bits`);
  return value;
}

function takeScalar(field: Field, old: number): number {
  const scale = 2 ** field.drop;
  let value = Math.floor(old / scale) + reader.zigzag();
  if (field.modulus > 0) value = ((value % field.modulus) + field.modulus) % field.modulus;
  return fitting(value * scale);
}

function takeText(): string {
  const bytes = reader.raw(reader.count(MOST_TEXT_BYTES, "bytes of text"));
  try {
    return words.decode(bytes);
  } catch {
    throw new DecodeError("a text is no UTF-8");
  }
}

function takeInts(list: number[]): void {
  const length = reader.count(MOST_INTS, "integers in a list");
  while (list.length > length) list.pop();
  while (list.length < length) list.push(0);
  let index = -1;
  for (let n = reader.count(length, "changes of a list"); n > 0; n--) {
    index += reader.varint() + 1;
    if (index >= length) throw new DecodeError(`a list of ${length} has no place ${index}`);
    list[index] = fitting((list[index] ?? 0) + reader.zigzag());
  }
}

function takeRows(field: Field, series: Series): void {
  const cut = reader.varint();
  if (cut > 0) {
    if (cut - 1 > series.rows) throw new DecodeError(`keeps ${cut - 1} rows of ${series.rows}`);
    series.cut(cut - 1);
  }
  for (let n = reader.count(MOST_ROWS, "rows"); n > 0; n--) {
    const at = series.grow();
    const before = at - series.width;
    for (let k = 0; k < series.width; k++) {
      const scale = 2 ** (field.drops[k] ?? 0);
      const old = before < 0 ? 0 : Math.floor((series.data[before + k] ?? 0) / scale);
      series.data[at + k] = fitting((old + reader.zigzag()) * scale);
    }
  }
}

function takeGrid(old: Uint8Array): Uint8Array {
  const changes = reader.count(MOST_CELLS, "changed cells");
  if (changes === 0) {
    const cells = new Uint8Array(reader.count(MOST_CELLS, "cells"));
    let at = 0;
    while (at < cells.length) {
      const value = reader.byte();
      const run = reader.count(cells.length - at, "cells in a run");
      if (run === 0) throw new DecodeError("an empty run of cells");
      cells.fill(value, at, at + run);
      at += run;
    }
    return cells;
  }
  let index = -1;
  for (let n = changes; n > 0; n--) {
    index += reader.varint() + 1;
    if (index >= old.length) throw new DecodeError(`a grid of ${old.length} has no cell ${index}`);
    old[index] = reader.byte();
  }
  return old;
}

const ADD = 1;
const REMOVE = 2;
const AGAIN = 3;

function takeEntities(type: EntityType, list: Entity[]): void {
  let last = -1;
  let place = 0;
  for (let n = reader.count(MOST_INTS, "operations"); n > 0; n--) {
    const head = reader.varint();
    const op = head % 4;
    const id = last + 1 + Math.floor(head / 4);
    last = id;
    let entity = list[place];
    while (entity && entity.id < id) entity = list[++place];
    const there = entity?.id === id;
    if (op === ADD) {
      if (there) throw new DecodeError(`${type.name} ${id} is added twice`);
      const fresh = blank(type, id);
      takeWhole(fresh);
      settle(fresh);
      list.splice(place, 0, fresh);
      continue;
    }
    if (!entity || !there) throw new DecodeError(`there is no ${type.name} ${id}`);
    if (op === REMOVE) {
      list.splice(place, 1);
      continue;
    }
    if (op === AGAIN && entity.mask < 0) throw new DecodeError(`${type.name} ${id} has no update to repeat`);
    if (op !== AGAIN) entity.mask = takeMask(type);
    takeFields(entity, entity.mask);
  }
}

function takeMask(type: EntityType): number {
  const mask = reader.varint();
  if (mask >= 1 << type.fields.length)
    throw new DecodeError(`${type.name} has no field for the mask ${mask}`);
  return mask;
}

function takeField(entity: Entity, field: Field): void {
  switch (field.kind) {
    case "text":
      entity[field.name] = takeText();
      break;
    case "ints":
      takeInts(entity[field.name] as number[]);
      break;
    case "series":
    case "track":
      takeRows(field, entity[field.name] as Series);
      break;
    case "grid":
      entity[field.name] = takeGrid(entity[field.name] as Uint8Array);
      break;
    case "entities":
      if (field.of) takeEntities(field.of, entity[field.name] as Entity[]);
      break;
    default:
      entity[field.name] = takeScalar(field, entity[field.name] as number);
  }
}

function takeWhole(entity: Entity): void {
  for (const field of entity.type.fields) takeField(entity, field);
}

// hot: every entity that changes, every frame
function takeFields(entity: Entity, mask: number): void {
  const { fields, tracks } = entity.type;
  for (let k = 0, rest = mask; rest !== 0; k++, rest >>>= 1) {
    const field = fields[k];
    if (rest & 1 && field) takeField(entity, field);
  }
  for (let n = 0; n < tracks.length; n++) {
    const k = tracks[n] ?? 0;
    const track = fields[k];
    if (!track) continue;
    const series = entity[track.name] as Series;
    if (((mask >>> k) & 1) === 0 && entity[track.when] !== 0) {
      // Both ends know this row: it is what the entity's fields say now.
      const at = series.grow();
      for (let c = 0; c < series.width; c++) series.data[at + c] = entity[track.columns[c] ?? ""] as number;
    }
    if (track.last) series.slide(Math.max(1, entity[track.last] as number));
  }
}

// The root's empty mask says that nothing changed at all, its tracks included.
function takeRoot(root: Entity): void {
  const mask = takeMask(root.type);
  if (mask !== 0) takeFields(root, mask);
}

/** Holds one view's state and brings it forward, frame by frame. */
export class Decoder {
  readonly schema: Schema;
  /** The state, or null before the first keyframe and after a frame that did not decode. */
  state: Entity | null = null;
  /** What only my own seats see, by seat, and what only the host sees. */
  readonly owned = new Map<number, Entity>();
  hosted: Entity | null = null;
  /** The tick of the state. */
  tick = 0;
  /** The tick before the last frame: movements are drawn from there. */
  fromTick = 0;

  constructor(schema: Schema) {
    this.schema = schema;
  }

  /** Starts from a keyframe. Raises DecodeError. */
  keyframe(frame: Keyframe): void {
    this.state = null;
    this.owned.clear();
    this.hosted = null;
    const fresh = blank(this.schema.root, 0);
    this.read(frame.bytes, frame.body, () => takeWhole(fresh));
    settle(fresh);
    this.state = fresh;
    this.tick = frame.tick;
    this.fromTick = frame.tick;
  }

  /** Brings the state to the frame's tick. Raises DecodeError and drops the state if it cannot. */
  update(frame: StateFrame): void {
    const state = this.state;
    if (!state) throw new DecodeError("there is no keyframe to go on from");
    settle(state);
    this.state = null;
    this.read(frame.bytes, frame.body, () => takeRoot(state));
    this.state = state;
    this.fromTick = this.tick;
    this.tick += frame.advance;
  }

  /** Brings a private part up to the state that it follows. Raises DecodeError. */
  secret(frame: PrivateFrame): void {
    const type = frame.ofHost ? this.schema.hostRoot : this.schema.ownerRoot;
    if (!type) throw new DecodeError("a private part that the schema lacks");
    const old = (frame.ofHost ? this.hosted : this.owned.get(frame.seat)) ?? null;
    const part = frame.full ? blank(type, 0) : old;
    if (!part) throw new DecodeError("a private part without a beginning");
    if (frame.ofHost) this.hosted = null;
    else this.owned.delete(frame.seat);
    if (!frame.full) settle(part);
    this.read(frame.bytes, frame.body, () => (frame.full ? takeWhole(part) : takeRoot(part)));
    if (frame.ofHost) this.hosted = part;
    else this.owned.set(frame.seat, part);
  }

  private read(bytes: Uint8Array, start: number, take: () => void): void {
    reader.open(bytes, start, bytes.length - CHECK_BYTES);
    take();
    if (!reader.done) throw new DecodeError(`${bytes.length - CHECK_BYTES - reader.at} bytes too many`);
  }
}
