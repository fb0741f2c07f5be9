// What a decoded state is made of: entities with plain values, and tables that grow.
import type { EntityType, Field } from "./schema";

const NOTHING = new Int32Array(0);

/** A table of integers, row after row; it grows at its end and may be cut. */
export class Series {
  readonly width: number;
  rows = 0;
  /** Row k begins at k * width. Longer than what is used. */
  data: Int32Array;
  /** How often existing rows were cut: code that has drawn them must draw again. */
  cuts = 0;
  /** Rows that are predicted, not confirmed: the first `predictedRows` of them exist at the tick that is shown. */
  predicted: Int32Array = NOTHING;
  predictedRows = 0;
  /** The line continues to where its entity is now. */
  reaching = false;
  /** Whether `predicted` is as it was received, without a correction. */
  settled = false;

  constructor(width: number) {
    this.width = width;
    this.data = new Int32Array(32 * width);
  }

  /** Keeps the first `rows` rows. */
  cut(rows: number): void {
    if (rows < this.rows) this.cuts++;
    this.rows = rows;
  }

  /** Lets go of the rows before the last `rows`. */
  slide(rows: number): void {
    const gone = this.rows - rows;
    if (gone <= 0) return;
    this.data.copyWithin(0, gone * this.width, this.rows * this.width);
    this.rows = rows;
  }

  /** Makes room for one more row and returns where it begins. */
  grow(): number {
    const at = this.rows * this.width;
    if (at + this.width > this.data.length) {
      const larger = new Int32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    this.rows++;
    return at;
  }
}

export type Value = number | string | number[] | Series | Uint8Array | Entity[];

/**
 * A thing with an id and its type's fields as properties: `racer.x`. `was` holds the smooth fields'
 * values before the last frame; `mask` what the last update changed (-1: none yet).
 */
export interface Entity {
  readonly id: number;
  readonly type: EntityType;
  readonly was: Record<string, number>;
  mask: number;
  /** Whose private fields it holds besides those that all see: OWNERS, HOSTS (private_parts.ts). */
  known: number;
  [field: string]: Value | EntityType | Record<string, number>;
}

function nothing(field: Field): Value {
  switch (field.kind) {
    case "text":
      return "";
    case "ints":
      return [];
    case "series":
    case "track":
      return new Series(field.columns.length);
    case "grid":
      return new Uint8Array(0);
    case "entities":
      return [];
    default:
      return 0;
  }
}

/** An entity whose fields are all zero or empty. */
export function blank(type: EntityType, id: number): Entity {
  const was: Record<string, number> = {};
  for (const field of type.smooth) was[field.name] = 0;
  const entity: Entity = { id, type, was, mask: -1, known: 0 };
  for (const field of type.fields) entity[field.name] = nothing(field);
  return entity;
}

// hot: once a frame and entity
/** Remembers where everything is, so that what comes next can be drawn as a movement from here. */
export function settle(entity: Entity): void {
  const { type, was } = entity;
  for (const { name } of type.smooth) was[name] = entity[name] as number;
  for (const { name } of type.lists) for (const one of entity[name] as Entity[]) settle(one);
}

/** The entity of that id, or null. */
export function find(list: readonly Entity[], id: number): Entity | null {
  for (const entity of list) if (entity.id === id) return entity;
  return null;
}

/** The state as JSON has it in docs/protocol.md, section 5. */
export function plain(entity: Entity): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of entity.type.fields) {
    const value = entity[field.name] as Value;
    if (value instanceof Series) {
      const rows: number[][] = [];
      for (let k = 0; k < value.rows; k++)
        rows.push(Array.from(value.data.subarray(k * value.width, (k + 1) * value.width)));
      out[field.name] = rows;
    } else if (value instanceof Uint8Array) {
      out[field.name] = Array.from(value);
    } else if (field.kind === "entities") {
      const things = value as Entity[];
      out[field.name] = Object.fromEntries(things.map((thing) => [String(thing.id), plain(thing)]));
    } else {
      out[field.name] = Array.isArray(value) ? [...value] : value;
    }
  }
  return out;
}
