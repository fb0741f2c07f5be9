// Draws the picture that a game declares beside its rules (game/rules/drawing.py), so that a game needs no
// code in the browser to be seen.

import { language, say } from "../i18n";
import type { PartInfo } from "../protocol.gen";
import { isTone } from "../sound/tones";
import type { Hud, MatchEvent, Score, Shown, TeamScore } from "../sync/feed";
import type { EntityType, Schema } from "../sync/schema";
import { type Entity, find } from "../sync/state";
import { TEXT } from "../ui/palette";
import { Banner } from "./banner";
import { drawGrid } from "./common_drawing";
import type { CameraPart } from "./drawn.camera";
import type { HandPart } from "./drawn.cards";
import { cells } from "./drawn.cells";
import { type Draw, MAKERS, type Maker } from "./drawn.parts";
import { Trails } from "./drawn.trails";
import { type Amount, listOf, Names, numberOf, type Tint, type Translate, textOf } from "./drawn.values";
import type { Bounds, GameRenderer, RendererMaker, Scene } from "./game_renderer";

const WIDTH = 960;
const HEIGHT = 600;
const GROUND_STEP = 60;
const SAY_MS = 1600;
const SPARK_PX = 6;
/** Arguments of events that are seats: a text says the names of their players. */
const PLAYERS = ["seat", "by"];

/** A text of an event with its arguments filled in. */
export function saidOf(
  text: string,
  args: Record<string, number>,
  riders: readonly ({ name: string } | undefined)[],
): string {
  return text.replace(/\{(\w+)\}/g, (_, argument: string) => {
    const value = args[argument] ?? 0;
    return PLAYERS.includes(argument) ? (riders[value]?.name ?? "") : String(value);
  });
}

/** How the name of a sound of the game's own begins. */
const OWN = "own:";

/** Draws a part on the top layer. */
type Step = (scene: Scene, state: Entity, part: number) => void;

/** The root as a list of itself, so that parts of it are drawn like those of a list. */
function thingsOf(state: Entity, list: string, alone: Entity[]): readonly Entity[] {
  if (list) return state[list] as Entity[];
  alone[0] = state;
  return alone;
}

class DrawnRenderer implements GameRenderer {
  readonly turnable: boolean;
  /** The parts that are drawn, in the author's order. */
  private steps: Step[] = [];
  /** The trails whose certain rows stay on the ink layer. */
  private inked: Trails[] = [];
  private size: (state: Entity, out: Bounds, scene: Scene) => void;
  private hands: HandPart[] = [];
  private camera: CameraPart | null = null;
  /** The whole world, of which a camera shows a part. */
  private world: Bounds = { width: 0, height: 0 };
  private sparks = new Map<string, Sparks>();
  private teams: ((state: Entity) => TeamScore[]) | null = null;
  private tick = 0;
  private readonly files: Readonly<Record<string, string>>;
  private step: number;
  private board: ((state: Entity, tick: number) => Hud) | null = null;
  private saying = new Map<string, PartInfo>();
  private banner = new Banner();
  private alone: Entity[] = [];

  /** Raises an Error that tells which part names what is not there. */
  constructor(schema: Schema, { cards, camera: lens, images }: Loaded) {
    const { root, picture, tickHz } = schema;
    this.files = schema.files;
    const translate = translator(schema.game, picture);
    const world = picture.find(({ part }) => part === "world");
    const camera = picture.find(({ part }) => part === "camera");
    if (camera && lens) {
      const type = typeOf(root, camera);
      this.camera = new lens.CameraPart(camera, new Names(type, root, schema, textOf(camera.of), translate));
    }
    this.turnable = world?.turnable === true && !camera;
    const board = picture.find(({ part }) => part === "cells");
    this.step = ((world?.grid ?? board?.size) as number | undefined) ?? GROUND_STEP;
    this.size = sizeOf(picture, world, new Names(root, root));
    // The first trails share the ink layer, as long as no other part stands between two of them.
    const image = images?.imageMaker(schema.files);
    // What a camera moves over is drawn again in each frame.
    let isInked = this.camera === null;
    for (const declared of picture) {
      if (["world", "words", "camera"].includes(textOf(declared.part))) continue;
      if (declared.part === "on") {
        this.addEvent(declared, schema, translate);
        continue;
      }
      const type = typeOf(root, declared);
      const names = new Names(type, root, schema, textOf(declared.of), translate);
      if (declared.part === "trail") {
        this.addTrail(new Trails(declared, type, names), isInked);
      } else if (declared.part === "scores") this.board = boardOf(declared, names, tickHz);
      else if (declared.part === "teams") this.teams = teamsOf(declared, names);
      else if (declared.part === "hand") {
        if (!cards) continue;
        const hand = new cards.HandPart(declared, names);
        this.hands.push(hand);
        this.steps.push(hand.draw);
      } else {
        const maker: Maker | undefined =
          (declared.part === "image" ? image : declared.part === "cells" ? cells : undefined) ??
          MAKERS[textOf(declared.part)] ??
          cards?.CARD_MAKERS[textOf(declared.part)];
        // A part that is newer than this page is left out.
        if (!maker) continue;
        this.add(textOf(declared.of), maker(declared, names, tickHz));
        isInked &&= this.inked.length === 0;
      }
    }
  }

  private add(list: string, draw: Draw): void {
    this.steps.push((scene, state, part) => draw(scene, thingsOf(state, list, this.alone), state, part));
  }

  /** Adds a trail: on the ink layer, or stroked again in each frame. */
  private addTrail(trail: Trails, isInked: boolean): void {
    // The ink layer is under everything that moves; it is drawn again over parts that come before the trail.
    if (isInked && this.inked.length === 0 && this.steps.length > 0)
      this.steps.push(({ top, ink }) => top.drawImage(ink.canvas, 0, 0));
    if (isInked) this.inked.push(trail);
    this.add(trail.list, (scene, things, root, part) => trail.reach(scene, things, root, part, !isInked));
  }

  private addEvent(declared: PartInfo, schema: Schema, translate: Translate): void {
    const event = textOf(declared.event);
    this.saying.set(event, { ...declared, say: translate(textOf(declared.say)) });
    if (declared.burst === undefined) return;
    const at = textOf(declared.at);
    const args = schema.events.find(({ name }) => name === event)?.args ?? [];
    const names = at
      ? new Names(typeOf(schema.root, { of: at }), schema.root, schema, at)
      : new Names(schema.root, schema.root, schema);
    this.sparks.set(event, {
      at,
      first: args[0] ?? "",
      count: numberOf(declared.burst, 0),
      reach: numberOf(declared.reach, 0),
      x: at ? names.amount(declared.x) : null,
      y: at ? names.amount(declared.y) : null,
      argX: textOf(declared.x),
      argY: textOf(declared.y),
      tint: declared.colour === "seat" ? null : names.tint(declared.colour, "id"),
    });
  }

  bounds(state: Entity, out: Bounds, scene: Scene): void {
    this.size(state, out, scene);
    if (!this.camera) return;
    this.world.width = out.width;
    this.world.height = out.height;
    this.camera.bounds(out, scene);
  }

  foot(scene: Scene, state: Entity): number {
    let most = 0;
    for (const hand of this.hands) most = Math.max(most, hand.foot(scene, state));
    return most;
  }

  ground(scene: Scene): void {
    const { width, height, scale } = scene.camera;
    drawGrid(scene, width, height, this.step > 0 && !this.camera ? this.step : Math.max(width, height));
    if (this.step === 0 || this.camera) return;
    scene.grid.strokeStyle = scene.look.line;
    scene.grid.lineWidth = (2 * scene.dpr) / scale;
    scene.grid.strokeRect(0, 0, width, height);
  }

  ink(scene: Scene, state: Entity, all: boolean): boolean {
    return this.inked.every((trail) =>
      trail.paint(scene, thingsOf(state, trail.list, this.alone), state, all),
    );
  }

  move(scene: Scene, state: Entity, { part }: Shown): void {
    this.tick = scene.tick;
    const { camera, world } = this;
    if (camera) {
      camera.look(scene, thingsOf(state, camera.list, this.alone), state, part, world);
      camera.ground(scene, world, this.step);
    }
    for (const step of this.steps) step(scene, state, part);
    camera?.map(scene, thingsOf(state, camera.list, this.alone), state, part, world);
    scene.particles.draw(scene.top, SPARK_PX * scene.dpr, scene.now);
    this.banner.draw(scene);
  }

  event(scene: Scene, { name, args }: MatchEvent, state: Entity | null): void {
    const declared = this.saying.get(name);
    if (!declared) return;
    const tone = textOf(declared.sound);
    if (isTone(tone)) scene.sound(tone);
    else if (tone.startsWith(OWN)) scene.soundFile(this.files[tone.slice(OWN.length)] ?? "");
    const shake = numberOf(declared.shake, 0);
    if (shake > 0) scene.shake(shake / 100);
    this.burst(scene, name, args, state);
    if (!declared.say) return;
    this.banner.show("", saidOf(String(declared.say), args, scene.riders), scene.now, SAY_MS);
  }

  private burst(scene: Scene, name: string, args: Record<string, number>, state: Entity | null): void {
    const sparks = this.sparks.get(name);
    if (!sparks || !state || scene.calm) return;
    const first = args[sparks.first] ?? 0;
    const thing = sparks.at ? find(state[sparks.at] as Entity[], first) : state;
    if (!thing) return;
    const x = sparks.x?.(thing, state, 1) ?? args[sparks.argX] ?? 0;
    const y = sparks.y?.(thing, state, 1) ?? args[sparks.argY] ?? 0;
    const { camera } = scene;
    const colour = sparks.tint?.(thing, state, scene) ?? scene.riders[first]?.ink.colour ?? TEXT;
    const reach = sparks.reach * camera.scale;
    scene.particles.burst(camera.x(x, y), camera.y(x, y), sparks.count, reach, colour, scene.now);
  }

  hud(state: Entity): Hud {
    const found = this.board?.(state, this.tick) ?? { ...NOTHING, scores: [] };
    return this.teams ? { ...found, teams: this.teams(state) } : found;
  }
}

/** Where the sparks of an event fly, and how they look. */
interface Sparks {
  at: string;
  first: string;
  count: number;
  reach: number;
  x: Amount | null;
  y: Amount | null;
  argX: string;
  argY: string;
  /** null: the colour of the seat that is the event's first argument. */
  tint: Tint | null;
}

/** The picture's texts in the language of the page: as a dictionary says, else as the picture itself says. */
function translator(game: string, picture: readonly PartInfo[]): Translate {
  const words = new Map<string, string>();
  const declared = picture.find((one) => one.part === "words" && one.language === language.value);
  const pairs = listOf(declared?.words);
  for (let k = 0; k + 1 < pairs.length; k += 2) words.set(textOf(pairs[k]), textOf(pairs[k + 1]));
  const said = new Map<string, string>();
  return (text) => {
    let found = said.get(text);
    if (found === undefined) {
      found = words.get(text) ?? text;
      if (/\p{L}{2}/u.test(text.replace(/\{\w+\}|^:/g, ""))) found = say(game, "picture", text, found);
      said.set(text, found);
    }
    return found;
  };
}

const NOTHING = { phase: "live", round: 0, rounds: 0, target: 0, seconds: null };

function typeOf(root: EntityType, declared: PartInfo): EntityType {
  if (!declared.of) return root;
  const of = root.lists.find(({ name }) => name === declared.of)?.of;
  if (!of) throw new Error(`the picture draws ${declared.of}, which is no list of ${root.name}`);
  return of;
}

function sizeOf(picture: readonly PartInfo[], world: PartInfo | undefined, names: Names) {
  if (world) {
    const width = names.amount(world.width);
    const height = names.amount(world.height);
    const [uprightWidth, uprightHeight] = listOf(world.upright);
    return (state: Entity, out: Bounds, scene: Scene) => {
      if (scene.upright && uprightWidth && uprightHeight) {
        out.width = Number(uprightWidth);
        out.height = Number(uprightHeight);
        return;
      }
      out.width = Math.max(1, width(state, state, 1));
      out.height = Math.max(1, height(state, state, 1));
    };
  }
  const board = picture.find(
    (one) => one.part === "cells" && one.of === "" && names.shares(textOf(one.grid)),
  );
  if (!board)
    return (_: Entity, out: Bounds) => {
      out.width = WIDTH;
      out.height = HEIGHT;
    };
  const grid = textOf(board.grid);
  const side = numberOf(board.size, 0);
  return (state: Entity, out: Bounds) => {
    const field = state.type.fields.find(({ name }) => name === grid);
    const columns = Math.max(1, field ? (state[field.width] as number) : 1);
    out.width = columns * side;
    out.height = Math.max(1, Math.ceil((state[grid] as Uint8Array).length / columns)) * side;
  };
}

function boardOf(declared: PartInfo, names: Names, tickHz: number): (state: Entity, tick: number) => Hud {
  const optional = (name: unknown): Amount | null => (name ? names.value(textOf(name)) : null);
  const points = names.value(textOf(declared.points));
  const seat = names.value(textOf(declared.seat));
  const alive = names.flag(declared.alive);
  const round = optional(declared.round);
  const left = optional(declared.left);
  const until = optional(declared.until);
  const list = textOf(declared.of);
  const alone: Entity[] = [];
  return (state, tick) => {
    const end = until?.(state, state, 1) ?? 0;
    const ticks = left ? left(state, state, 1) : end > tick ? end - tick : null;
    const scores: Score[] = thingsOf(state, list, alone).map((thing) => ({
      seat: seat(thing, state, 1),
      points: points(thing, state, 1),
      alive: alive(thing, state, 1) !== 0,
    }));
    return {
      ...NOTHING,
      round: round?.(state, state, 1) ?? 0,
      seconds: ticks === null ? null : Math.ceil(ticks / tickHz),
      scores,
    };
  };
}

function teamsOf(declared: PartInfo, names: Names): (state: Entity) => TeamScore[] {
  const points = names.value(textOf(declared.points));
  const team = names.value(textOf(declared.team));
  const list = textOf(declared.of);
  return (state) =>
    (state[list] as Entity[]).map((thing) => ({
      team: team(thing, state, 1),
      points: points(thing, state, 1),
    }));
}

/** A file of its own: most pictures have no cards. */
type Cards = typeof import("./drawn.cards");

/** What only some pictures need; null: this one does not. */
interface Loaded {
  cards: Cards | null;
  images: typeof import("./drawn.images") | null;
  camera: typeof import("./drawn.camera") | null;
}

const OF_CARDS: readonly unknown[] = ["card", "fan", "hand", "menu"];

/** What makes renderers for pictures like this one, once all that it needs is loaded. */
export async function makerOf({ picture }: Schema): Promise<RendererMaker> {
  const cards = picture.some(({ part }) => OF_CARDS.includes(part)) ? await import("./drawn.cards") : null;
  const camera = picture.some(({ part }) => part === "camera") ? await import("./drawn.camera") : null;
  const images = picture.some(({ part }) => part === "image") ? await import("./drawn.images") : null;
  return (schema) => new DrawnRenderer(schema, { cards, camera, images });
}
