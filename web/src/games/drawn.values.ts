// What a declared picture says of places, sizes and colours, made into functions of a thing. They are made
// once a match; calling them allocates nothing.
import { isObject } from "../net/messages";
import type { EntityType, Field } from "../sync/schema";
import type { Entity } from "../sync/state";
import { ACCENT, DANGER, GROUND, inkOf, LINE, MUTED, TEXT } from "../ui/palette";
import type { Rider, Scene } from "./game_renderer";

/** A number of a thing or of the root, `part` of the way from the last tick to this one. */
export type Amount = (thing: Entity, root: Entity, part: number) => number;
export type Tint = (thing: Entity, root: Entity, scene: Scene) => string;

/** A field that moved further between two ticks has jumped: units. */
const JUMP = 64;
const NAMED: Readonly<Record<string, string>> = {
  text: TEXT,
  muted: MUTED,
  accent: ACCENT,
  danger: DANGER,
  line: LINE,
  ground: GROUND,
};

/** A value of a part as a text; "" if it is not a text. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
/** A value of a part as a number, or `otherwise`. */
export const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

/** Knows which fields a part may name: those of its things, and those of the root. */
export class Names {
  private of: EntityType;
  private root: EntityType;

  constructor(of: EntityType, root: EntityType) {
    this.of = of;
    this.root = root;
  }

  /** A length as game/rules/drawing.py has it. Raises an Error that names what is wrong. */
  amount(declared: unknown): Amount {
    if (typeof declared === "number") return () => declared;
    if (!isObject(declared)) return this.value(textOf(declared));
    const value = this.value(textOf(declared.field));
    const times = numberOf(declared.times, 1);
    const plus = numberOf(declared.plus, 0);
    return (thing, root, part) => value(thing, root, part) * times + plus;
  }

  /** A field's value in units; "id" is the thing's own. */
  value(name: string): Amount {
    if (name === "id") return (thing) => thing.id;
    const own = find(this.of, name);
    if (own) return reader(own, (thing) => thing);
    const shared = find(this.root, name);
    if (shared) return reader(shared, (_, root) => root);
    throw new Error(`the picture names ${name}, which ${this.of.name} does not show`);
  }

  /** Whether something is to be drawn: always where no field is named. */
  flag(declared: unknown): Amount {
    return declared ? this.value(textOf(declared)) : () => 1;
  }

  tint(declared: unknown, seat: unknown): Tint {
    if (declared === "seat") {
      const rider = this.rider(seat);
      return (thing, root, scene) => rider(thing, root, scene)?.ink.colour ?? MUTED;
    }
    if (typeof declared === "number") {
      const { colour } = inkOf(declared);
      return () => colour;
    }
    const text = String(declared);
    const fixed = NAMED[text] ?? (text.startsWith("#") ? text : undefined);
    if (fixed !== undefined) return () => fixed;
    const value = this.value(text);
    return (thing, root) => inkOf(value(thing, root, 1)).colour;
  }

  /** The player of a thing. */
  rider(seat: unknown): (thing: Entity, root: Entity, scene: Scene) => Rider | undefined {
    const number = this.value(textOf(seat) || "id");
    return (thing, root, scene) => scene.riders[number(thing, root, 1)];
  }

  /** A text in which each {field} stands for its value. */
  text(declared: unknown): (thing: Entity, root: Entity) => string {
    const pieces = String(declared).split(/\{(\w+)\}/);
    const values = pieces.map((piece, k) => (k % 2 ? this.word(piece) : () => piece));
    return (thing, root) => values.map((value) => value(thing, root)).join("");
  }

  private word(name: string): (thing: Entity, root: Entity) => string {
    const own = find(this.of, name);
    const field = own ?? find(this.root, name);
    const holder = (thing: Entity, root: Entity) => (own ? thing : root);
    if (field?.kind === "text") return (thing, root) => holder(thing, root)[name] as string;
    if (field?.kind === "choice")
      return (thing, root) => field.names[holder(thing, root)[name] as number] ?? "";
    const value = this.value(name);
    return (thing, root) => String(Math.round(value(thing, root, 1) * 10) / 10);
  }
}

function find(type: EntityType, name: string): Field | null {
  return type.fields.find((field) => field.name === name) ?? null;
}

function reader(field: Field, holder: (thing: Entity, root: Entity) => Entity): Amount {
  const { name, smooth, kind } = field;
  if (!field.scalar) throw new Error(`the picture takes ${name} for a number`);
  const unit = 2 ** field.frac;
  if (!smooth) return (thing, root) => (holder(thing, root)[name] as number) / unit;
  const turn = kind === "angle" ? field.modulus * 2 ** field.drop : 0;
  return (thing, root, part) => {
    const entity = holder(thing, root);
    const now = entity[name] as number;
    const was = entity.was[name];
    if (was === undefined) return now / unit;
    let step = now - was;
    if (turn > 0) {
      if (step > turn / 2) step -= turn;
      if (step < -turn / 2) step += turn;
    } else if (step > JUMP * unit || step < -JUMP * unit) return now / unit;
    return (was + step * part) / unit;
  };
}

interface Way {
  x: number;
  y: number;
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  at: number;
}

/** Eases things from where they were drawn to where they are, within some ms; far ones jump. */
export class Glide {
  x = 0;
  y = 0;
  private ways = new Map<number, Way>();
  private ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  // hot: once a frame and thing
  /** Sets `x` and `y` to where the thing is drawn. */
  follow(id: number, x: number, y: number, now: number): void {
    this.x = x;
    this.y = y;
    if (this.ms === 0) return;
    let way = this.ways.get(id);
    if (!way || Math.abs(way.toX - x) > JUMP || Math.abs(way.toY - y) > JUMP) {
      way = { x, y, fromX: x, fromY: y, toX: x, toY: y, at: now };
      this.ways.set(id, way);
    } else if (way.toX !== x || way.toY !== y) {
      way.fromX = way.x;
      way.fromY = way.y;
      way.toX = x;
      way.toY = y;
      way.at = now;
    }
    const part = Math.min(1, (now - way.at) / this.ms);
    way.x = this.x = way.fromX + (way.toX - way.fromX) * part;
    way.y = this.y = way.fromY + (way.toY - way.fromY) * part;
  }

  /** Forgets things that are gone, when there are many more known than there are. */
  prune(things: readonly Entity[]): void {
    if (this.ways.size <= things.length * 2 + 8) return;
    const here = new Set(things.map(({ id }) => id));
    for (const id of this.ways.keys()) if (!here.has(id)) this.ways.delete(id);
  }
}
