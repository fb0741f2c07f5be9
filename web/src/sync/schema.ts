// A schema as it comes on joining, made ready for decoding: every field knows its numbers.
import {
  type FieldInfo,
  type FieldKind,
  MOST_FIELDS,
  type PartInfo,
  type SchemaInfo,
  type TreeInfo,
} from "../protocol.gen";
import { DecodeError } from "./varint";

const KINDS: readonly string[] = "int fixed angle flag choice text ints series track grid entities".split(
  " ",
);

export class Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly names: readonly string[];
  /** A value is drawn as value / 2**frac. */
  readonly frac: number;
  /** Low bits that the wire leaves out. */
  readonly drop: number;
  /** The modulus of a cyclic value on the wire (after the drop); 0: none. */
  readonly modulus: number;
  readonly columns: readonly string[];
  readonly drops: readonly number[];
  readonly when: string;
  readonly last: string;
  readonly width: string;
  readonly scalar: boolean;
  /** Whether the value moves on smoothly between two ticks. */
  readonly smooth: boolean;
  /** Of entities: their type, set once all types are there. */
  of: EntityType | null = null;

  constructor(info: FieldInfo) {
    if (!KINDS.includes(info.kind))
      throw new DecodeError(`field ${info.name} is of unknown kind ${info.kind}`);
    this.name = info.name;
    this.kind = info.kind;
    this.names = info.names ?? [];
    this.frac = info.frac ?? 0;
    this.drop = info.drop ?? 0;
    this.modulus = Math.floor((info.wraps ?? 0) / 2 ** this.drop);
    this.columns = info.columns ?? [];
    this.drops = info.drops ?? this.columns.map(() => 0);
    this.when = info.when ?? "";
    this.last = info.last ?? "";
    this.width = info.width ?? "";
    this.scalar = KINDS.indexOf(info.kind) < 5;
    this.smooth = info.kind === "fixed" || info.kind === "angle";
  }
}

export class EntityType {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly smooth: readonly Field[];
  readonly tracks: readonly number[];
  readonly lists: readonly Field[];

  constructor(name: string, infos: FieldInfo[]) {
    this.name = name;
    this.fields = infos.map((info) => new Field(info));
    this.smooth = this.fields.filter((field) => field.smooth);
    this.lists = this.fields.filter((field) => field.kind === "entities");
    this.tracks = this.fields.flatMap((field, k) => (field.kind === "track" ? [k] : []));
    if (infos.length > MOST_FIELDS)
      throw new DecodeError(`${name} has ${infos.length} fields, too many for a mask`);
    const names = new Set(this.fields.map((field) => field.name));
    for (const field of this.fields) {
      if (field.kind !== "track") continue;
      for (const column of [...field.columns, field.when, field.last])
        if (column && !names.has(column))
          throw new DecodeError(`track ${name}.${field.name} lacks its field ${column}`);
    }
  }
}

/** The types of one tree; the answer is its root. Raises DecodeError when it contradicts itself. */
function rootOf(info: TreeInfo): EntityType {
  const types = new Map<string, EntityType>();
  for (const [name, fields] of Object.entries(info.entities)) types.set(name, new EntityType(name, fields));
  for (const type of types.values()) {
    for (const field of type.lists) {
      const held = info.entities[type.name]?.find(({ name }) => name === field.name)?.of ?? "";
      const of = types.get(held);
      if (!of) throw new DecodeError(`${type.name}.${field.name} holds ${held}, which the schema lacks`);
      field.of = of;
    }
  }
  const root = types.get(info.root);
  if (!root) throw new DecodeError(`the schema lacks its root ${info.root}`);
  return root;
}

export class Schema {
  readonly game: string;
  readonly tickHz: number;
  readonly root: EntityType;
  /** The root of what only a seat sees, and of what only the host sees; null: nothing. */
  readonly ownerRoot: EntityType | null;
  readonly hostRoot: EntityType | null;
  readonly events: readonly { name: string; args: readonly string[] }[];
  /** The picture that the game declares; empty: none. */
  readonly picture: readonly PartInfo[];
  /** Paths of the game's own images and sounds by name, and of its renderer as `renderer`. */
  readonly files: Readonly<Record<string, string>>;

  /** Raises DecodeError when the schema contradicts itself. */
  constructor(info: SchemaInfo) {
    this.game = info.game;
    this.tickHz = info.tick_hz;
    this.events = info.events;
    this.picture = info.picture ?? [];
    this.files = info.files ?? {};
    this.root = rootOf(info);
    this.ownerRoot = info.private?.owner ? rootOf(info.private.owner) : null;
    this.hostRoot = info.private?.host ? rootOf(info.private.host) : null;
  }
}
