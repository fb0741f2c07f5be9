// What a declared picture says of places, sizes and colours, made into functions of a thing. They are made
// once a match; calling them allocates nothing.
import { number } from "../i18n";
import { isObject } from "../net/messages";
import type { PartInfo } from "../protocol.gen";
import { HOSTS, OWNERS } from "../sync/private_parts";
import type { EntityType, Field, Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import type { Look } from "../ui/look";
import {
  ACCENT,
  DANGER,
  GROUND,
  inkOf,
  LINE,
  MUTED,
  PANEL,
  SHAPES,
  type ShapeName,
  TEXT,
} from "../ui/palette";
import type { Rider, Scene } from "./game_renderer";

/** A number of a thing or of the root, `part` of the way from the last tick to this one. */
export type Amount = (thing: Entity, root: Entity, part: number) => number;
export type Condition = (thing: Entity, root: Entity, scene: Scene) => boolean;
/** The texts of a picture in the language of the page. */
export type Translate = (text: string) => string;
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
  panel: PANEL,
};
/** Those that each game has as it declares them. */
const GAMES_OWN: Readonly<Record<string, keyof Look>> = {
  muted: "muted",
  accent: "accent",
  line: "line",
  ground: "ground",
  panel: "panel",
};
const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** A value of a part as a text; "" if it is not a text. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
/** A value of a part as a number, or `otherwise`. */
export const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

/** A value of a part as a list; empty for anything else. */
export const listOf = (value: unknown): readonly (string | number)[] => (Array.isArray(value) ? value : []);
/** One of a list by a number; beyond them the last. */
export function picked<T>(list: readonly T[], at: number): T | undefined {
  return list[Math.max(0, Math.min(list.length - 1, Math.round(at)))];
}
/** A colour that is the same for all things, or undefined. */
export function fixedColour(declared: unknown): string | undefined {
  if (typeof declared === "number") return inkOf(declared).colour;
  const text = String(declared);
  return NAMED[text] ?? (text.startsWith("#") ? text : undefined);
}

/** Where the private fields of a list's things are declared. */
interface Private {
  thing: EntityType | null;
  root: EntityType | null;
  whose: number;
}

/** Knows which fields a part may name: those of its things, and those of the root, private ones as well. */
export class Names {
  /** Whose private fields of the thing, and of the root, the part has named: bits of `Entity.known`. */
  needs = 0;
  rootNeeds = 0;
  readonly translate: Translate;
  private of: EntityType;
  private root: EntityType;
  private hidden: Private[] = [];

  constructor(
    of: EntityType,
    root: EntityType,
    schema?: Schema,
    list = "",
    translate: Translate = (text) => text,
  ) {
    this.of = of;
    this.root = root;
    this.translate = translate;
    if (schema?.ownerRoot) this.hide(schema.ownerRoot, list, OWNERS);
    if (schema?.hostRoot) this.hide(schema.hostRoot, list, HOSTS);
  }

  private hide(root: EntityType, list: string, whose: number): void {
    const thing = list ? (root.lists.find(({ name }) => name === list)?.of ?? null) : root;
    this.hidden.push({ thing, root, whose });
  }

  /** Whether things of this part have fields that only these see. */
  private keeps(whose: number): boolean {
    return this.hidden.some((one) => one.whose === whose && one.thing);
  }

  /** Finds a field, and notes whom it is private to. */
  find(name: string): { field: Field; own: boolean } | null {
    const own = find(this.of, name);
    if (own) return { field: own, own: true };
    for (const { thing, whose } of this.hidden) {
      const field = thing && find(thing, name);
      if (!field) continue;
      this.needs |= whose;
      return { field, own: true };
    }
    const shared = find(this.root, name);
    if (shared) return { field: shared, own: false };
    for (const { root, whose } of this.hidden) {
      const field = root && find(root, name);
      if (!field) continue;
      this.rootNeeds |= whose;
      return { field, own: false };
    }
    return null;
  }

  /** Whether everybody sees this field of the thing. */
  shares(name: string): boolean {
    return find(this.of, name) !== null;
  }

  /** A field with many numbers, of the thing or of the root. Raises an Error if there is none. */
  ints(name: string): (thing: Entity, root: Entity) => readonly number[] {
    const found = this.find(name);
    if (found?.field.kind !== "ints") throw new Error(`the picture takes ${name} for a list of numbers`);
    return found.own ? (thing) => thing[name] as number[] : (_, root) => root[name] as number[];
  }

  /** Whether a part is to be drawn for a thing. Call it after all its fields were named. */
  condition(declared: PartInfo): Condition {
    const { when, unless, only, seat } = declared;
    const holds = this.all(when, seat);
    const not = Array.isArray(unless) || unless ? this.all(unless, seat) : null;
    const mine = this.mine(seat);
    const whose = only === "owner" ? OWNERS : only === "host" ? HOSTS : 0;
    const isMine = whose === OWNERS && !this.keeps(OWNERS);
    if (whose && !isMine) this.needs |= whose;
    const { needs, rootNeeds } = this;
    return (thing, root, scene) =>
      (thing.known & needs) === needs &&
      (root.known & rootNeeds) === rootNeeds &&
      (!isMine || mine(thing, root, scene)) &&
      holds(thing, root, scene) &&
      !not?.(thing, root, scene);
  }

  private mine(seat: unknown): Condition {
    const number = this.value(textOf(seat) || "id");
    return (thing, root, scene) => {
      const at = number(thing, root, 1);
      return scene.riders[at]?.mine === true || scene.follow === at;
    };
  }

  /** Whether all comparisons hold: name, sign, right side, and so on. */
  private all(declared: unknown, seat: unknown): Condition {
    const list = typeof declared === "string" && declared ? [declared, "!=", 0] : listOf(declared);
    const found: Condition[] = [];
    for (let k = 0; k + 2 < list.length; k += 3)
      found.push(this.compare(textOf(list[k]), textOf(list[k + 1]), list[k + 2], seat));
    return (thing, root, scene) => {
      for (const one of found) if (!one(thing, root, scene)) return false;
      return true;
    };
  }

  private compare(name: string, sign: string, right: unknown, seat: unknown): Condition {
    const holds = COMPARE[sign];
    if (!holds) throw new Error(`the picture compares ${name} by ${sign}`);
    const special = this.special(name, seat);
    if (special) {
      const wanted = holds(1, numberOf(right, 0));
      return (thing, root, scene) => special(thing, root, scene) === wanted;
    }
    const left = this.value(name);
    let other: Amount;
    if (typeof right === "number") other = () => right;
    else {
      const at = this.find(name)?.field.names.indexOf(textOf(right)) ?? -1;
      other = at >= 0 ? () => at : this.value(textOf(right));
    }
    return (thing, root) => holds(left(thing, root, 1), other(thing, root, 1));
  }

  private special(name: string, seat: unknown): Condition | null {
    if (this.find(name)) return null;
    switch (name) {
      case "mine":
        return this.mine(seat);
      case "tv":
        return (_thing, _root, scene) => scene.tv;
      case "upright":
        return (_thing, _root, scene) => scene.upright;
      case "wide":
        return (_thing, _root, scene) => !scene.upright;
      default:
        return null;
    }
  }

  /** A length as game/rules/drawing.py has it. Raises an Error that names what is wrong. */
  amount(declared: unknown): Amount {
    if (typeof declared === "number") return () => declared;
    if (!isObject(declared)) return this.value(textOf(declared));
    const value = this.value(textOf(declared.field));
    const plus = numberOf(declared.plus, 0);
    if (declared.length !== undefined) {
      const of = this.value(textOf(declared.of));
      const length = numberOf(declared.length, 0);
      return (thing, root, part) =>
        ((2 * value(thing, root, part) + 1) * length) / (2 * Math.max(1, of(thing, root, part))) + plus;
    }
    if (Array.isArray(declared.pick)) {
      const values = declared.pick.map((one) => numberOf(one, 0));
      return (thing, root, part) => picked(values, value(thing, root, part)) ?? 0;
    }
    const times = numberOf(declared.times, 1);
    return (thing, root, part) => value(thing, root, part) * times + plus;
  }

  /** The number of a shape in SHAPES. */
  shape(declared: unknown): Amount {
    const known = SHAPES.indexOf(declared as ShapeName);
    if (known >= 0) return () => known;
    if (isObject(declared) && Array.isArray(declared.pick)) {
      const value = this.value(textOf(declared.field));
      const shapes = declared.pick.map((one) => SHAPES.indexOf(one as ShapeName));
      return (thing, root, part) => picked(shapes, value(thing, root, part)) ?? 0;
    }
    return this.amount(declared);
  }

  /** A field's value in units; "id" is the thing's own. */
  value(name: string): Amount {
    if (name === "id") return (thing) => thing.id;
    const found = this.find(name);
    if (found) return reader(found.field, found.own ? (thing) => thing : (_, root) => root);
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
    const own = GAMES_OWN[String(declared)];
    if (own) return (_thing, _root, scene) => scene.look[own];
    const fixed = isObject(declared) ? undefined : fixedColour(declared);
    if (fixed !== undefined) return () => fixed;
    if (isObject(declared)) {
      const at = this.value(textOf(declared.field));
      const tints = listOf(declared.pick).map((one) => this.tint(one, seat));
      return (thing, root, scene) => picked(tints, at(thing, root, 1))?.(thing, root, scene) ?? MUTED;
    }
    if (declared === "team" || declared === undefined) {
      const team = this.find("team") ? this.value("team") : () => 0;
      return (thing, root) => teamColour(team(thing, root, 1));
    }
    const value = this.value(String(declared));
    return (thing, root) => inkOf(value(thing, root, 1)).colour;
  }

  /** The player of a thing. */
  rider(seat: unknown): (thing: Entity, root: Entity, scene: Scene) => Rider | undefined {
    const number = this.value(textOf(seat) || "id");
    return (thing, root, scene) => scene.riders[number(thing, root, 1)];
  }

  /** A text in which each {field} stands for its value. */
  text(declared: unknown, seat?: unknown): (thing: Entity, root: Entity, scene: Scene) => string {
    const pieces = this.translate(String(declared)).split(/\{(\w+)\}/);
    const values = pieces.map((piece, k) => (k % 2 ? this.word(piece, seat) : () => piece));
    return (thing, root, scene) => {
      let out = "";
      for (const value of values) out += value(thing, root, scene);
      return out;
    };
  }

  private word(name: string, seat: unknown): (thing: Entity, root: Entity, scene: Scene) => string {
    const found = this.find(name);
    if (!found && name === "player") {
      const rider = this.rider(seat);
      return (thing, root, scene) => rider(thing, root, scene)?.name ?? "";
    }
    const field = found?.field;
    const own = found?.own;
    const holder = (thing: Entity, root: Entity) => (own ? thing : root);
    if (field?.kind === "text") return (thing, root) => holder(thing, root)[name] as string;
    if (field?.kind === "choice")
      return (thing, root) => this.translate(field.names[holder(thing, root)[name] as number] ?? "");
    if (field?.kind === "ints") return (thing, root) => (holder(thing, root)[name] as number[]).join(", ");
    const value = this.value(name);
    return (thing, root) => written(Math.round(value(thing, root, 1) * 10) / 10);
  }
}

/** Small numbers are the same in every language, and most are small. */
const written = (value: number): string => (value < 1000 ? String(value) : number(value));

/** The colour of a team, from 1; 0: no team. */
export const teamColour = (team: number): string => (team > 0 ? inkOf(team - 1).colour : MUTED);

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

/** Eases a thing's number from the old to the new value within some ms. */
export class Ease {
  private steps = new Map<number, { from: number; to: number; at: number }>();
  private ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  // hot: once a frame and thing
  /** The number that is drawn for a thing whose number is `value`. */
  follow(id: number, value: number, now: number): number {
    if (this.ms === 0) return value;
    const step = this.steps.get(id);
    if (!step) {
      this.steps.set(id, { from: value, to: value, at: now });
      return value;
    }
    const drawn = step.from + (step.to - step.from) * Math.min(1, (now - step.at) / this.ms);
    if (step.to === value) return drawn;
    step.from = drawn;
    step.to = value;
    step.at = now;
    return drawn;
  }
}

/** Lets things appear, and disappear, within some ms. */
export class Fade {
  private levels = new Map<number, { level: number; at: number }>();
  private ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  // hot: once a frame and thing
  /** How visible a thing is, 0 to 1; `on`: it is to be seen. */
  follow(id: number, on: boolean, now: number): number {
    if (this.ms === 0) return on ? 1 : 0;
    const known = this.levels.get(id);
    if (!known) {
      this.levels.set(id, { level: 0, at: now });
      return 0;
    }
    const step = (now - known.at) / this.ms;
    known.level = Math.max(0, Math.min(1, known.level + (on ? step : -step)));
    known.at = now;
    return known.level;
  }
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
  private jump: number;

  /** Things that move farther than `jump` at once jump. */
  constructor(ms: number, jump = JUMP) {
    this.ms = ms;
    this.jump = jump;
  }

  // hot: once a frame and thing
  /** Sets `x` and `y` to where the thing is drawn. */
  follow(id: number, x: number, y: number, now: number): void {
    this.x = x;
    this.y = y;
    if (this.ms === 0) return;
    let way = this.ways.get(id);
    if (!way || Math.abs(way.toX - x) > this.jump || Math.abs(way.toY - y) > this.jump) {
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
