// Draws the picture that a game declares beside its rules (game/rules/drawing.py), so that a game needs no
// code in the browser to be seen.

import type { PartInfo } from "../protocol.gen";
import { isTone } from "../sound/tones";
import type { Hud, MatchEvent, Score, Shown } from "../sync/feed";
import type { EntityType, Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { LINE } from "../ui/palette";
import { Banner } from "./banner";
import { drawGrid } from "./common_drawing";
import { type Draw, MAKERS } from "./drawn.parts";
import { Trails } from "./drawn.trails";
import { type Amount, Names, numberOf, textOf } from "./drawn.values";
import type { Bounds, GameRenderer, RendererMaker, Scene } from "./game_renderer";

const WIDTH = 960;
const HEIGHT = 600;
const GROUND_STEP = 60;
const SAY_MS = 1600;

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
  private size: (state: Entity, out: Bounds) => void;
  private step: number;
  private board: ((state: Entity) => Hud) | null = null;
  private saying = new Map<string, PartInfo>();
  private banner = new Banner();
  private alone: Entity[] = [];

  /** Raises an Error that tells which part names what is not there. */
  constructor({ root, picture, tickHz }: Schema) {
    const world = picture.find(({ part }) => part === "world");
    this.turnable = world?.turnable === true;
    const board = picture.find(({ part }) => part === "cells");
    this.step = ((world?.grid ?? board?.size) as number | undefined) ?? GROUND_STEP;
    this.size = sizeOf(picture, world, new Names(root, root));
    // The first trails share the ink layer, as long as no other part stands between two of them.
    let isInked = true;
    for (const declared of picture) {
      if (declared.part === "world") continue;
      if (declared.part === "on") {
        this.saying.set(textOf(declared.event), declared);
        continue;
      }
      const type = typeOf(root, declared);
      const names = new Names(type, root);
      if (declared.part === "trail") {
        this.addTrail(new Trails(declared, type, names), isInked);
      } else if (declared.part === "scores") this.board = boardOf(declared, names, tickHz);
      else {
        const maker = MAKERS[textOf(declared.part)];
        // A part that is newer than this page is left out.
        if (!maker) continue;
        this.add(textOf(declared.of), maker(declared, names));
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

  bounds(state: Entity, out: Bounds): void {
    this.size(state, out);
  }

  ground(scene: Scene): void {
    const { width, height, scale } = scene.camera;
    drawGrid(scene, width, height, this.step > 0 ? this.step : Math.max(width, height));
    scene.grid.strokeStyle = LINE;
    scene.grid.lineWidth = (2 * scene.dpr) / scale;
    scene.grid.strokeRect(0, 0, width, height);
  }

  ink(scene: Scene, state: Entity, all: boolean): boolean {
    return this.inked.every((trail) =>
      trail.paint(scene, thingsOf(state, trail.list, this.alone), state, all),
    );
  }

  move(scene: Scene, state: Entity, { part }: Shown): void {
    for (const step of this.steps) step(scene, state, part);
    this.banner.draw(scene);
  }

  event(scene: Scene, { name, args }: MatchEvent): void {
    const declared = this.saying.get(name);
    if (!declared) return;
    const tone = textOf(declared.sound);
    if (isTone(tone)) scene.sound(tone);
    if (!declared.say) return;
    const words = String(declared.say).replace(/\{(\w+)\}/g, (_, argument: string) => {
      const value = args[argument] ?? 0;
      return argument === "seat" ? (scene.riders[value]?.name ?? "") : String(value);
    });
    this.banner.show("", words, scene.now, SAY_MS);
  }

  hud(state: Entity): Hud {
    return this.board?.(state) ?? { ...NOTHING, scores: [] };
  }
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
    return (state: Entity, out: Bounds) => {
      out.width = Math.max(1, width(state, state, 1));
      out.height = Math.max(1, height(state, state, 1));
    };
  }
  const board = picture.find(({ part, of }) => part === "cells" && of === "");
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

function boardOf(declared: PartInfo, names: Names, tickHz: number): (state: Entity) => Hud {
  const optional = (name: unknown): Amount | null => (name ? names.value(textOf(name)) : null);
  const points = names.value(textOf(declared.points));
  const seat = names.value(textOf(declared.seat));
  const alive = names.flag(declared.alive);
  const round = optional(declared.round);
  const left = optional(declared.left);
  const list = textOf(declared.of);
  const alone: Entity[] = [];
  return (state) => {
    const scores: Score[] = thingsOf(state, list, alone).map((thing) => ({
      seat: seat(thing, state, 1),
      points: points(thing, state, 1),
      alive: alive(thing, state, 1) !== 0,
    }));
    return {
      ...NOTHING,
      round: round?.(state, state, 1) ?? 0,
      seconds: left ? Math.ceil(left(state, state, 1) / tickHz) : null,
      scores,
    };
  };
}

export const makeRenderer: RendererMaker = (schema) => new DrawnRenderer(schema);
