// Draws any state whose entities have x and y: a game without a picture of its own can be followed, and
// played, from the day its rules exist.
import { stamp } from "../arena/sprites";
import type { Hud, MatchEvent, Score, Shown } from "../sync/feed";
import type { EntityType, Field, Schema } from "../sync/schema";
import type { Entity, Series } from "../sync/state";
import { ACCENT, inkOf, LINE, MUTED, TEXT } from "../ui/palette";
import { Banner } from "./banner";
import { drawGrid, nameTag } from "./common_drawing";
import type { Bounds, GameRenderer, RendererMaker, Scene } from "./game_renderer";

/** A grid's cells are drawn so large. */
const CELL_UNITS = 48;
const HEAD = 10;

function has(type: EntityType, name: string): Field | null {
  return type.fields.find((field) => field.name === name) ?? null;
}

/** A list of entities that can be drawn. */
interface Drawn {
  list: string;
  type: EntityType;
  /** Divide by this to get units. */
  scaleX: number;
  scaleY: number;
  /** Its ids are seats. */
  players: boolean;
}

class GenericRenderer implements GameRenderer {
  readonly turnable = false;
  private drawn: Drawn[];
  private grid: Field | null;
  private banner = new Banner();

  constructor(schema: Schema) {
    const { root } = schema;
    this.grid = root.fields.find((field) => field.kind === "grid") ?? null;
    this.drawn = root.lists.flatMap((field) => {
      const type = field.of;
      const x = type && has(type, "x");
      const y = type && has(type, "y");
      if (!x || !y) return [];
      const cells = this.grid ? CELL_UNITS : 1;
      const players = has(type, "score") !== null || has(type, "alive") !== null;
      return [{ list: field.name, type, scaleX: 2 ** x.frac / cells, scaleY: 2 ** y.frac / cells, players }];
    });
  }

  bounds(state: Entity, out: Bounds): void {
    if (this.grid) {
      const cells = state[this.grid.name] as Uint8Array;
      const columns = Math.max(1, state[this.grid.width] as number);
      out.width = columns * CELL_UNITS;
      out.height = Math.max(1, Math.ceil(cells.length / columns)) * CELL_UNITS;
      return;
    }
    if (typeof state.width === "number" && typeof state.height === "number" && state.width > 0) {
      out.width = state.width;
      out.height = state.height as number;
      return;
    }
    for (const { list, scaleX, scaleY } of this.drawn) {
      for (const thing of state[list] as Entity[]) {
        out.width = Math.max(out.width, 100, Math.ceil((thing.x as number) / scaleX / 100) * 100);
        out.height = Math.max(out.height, 100, Math.ceil((thing.y as number) / scaleY / 100) * 100);
      }
    }
    if (out.width === 0) out.width = out.height = 100;
  }

  ground(scene: Scene): void {
    drawGrid(scene, scene.camera.width, scene.camera.height, CELL_UNITS);
    scene.grid.strokeStyle = scene.look.line;
    scene.grid.lineWidth = 2;
    scene.grid.strokeRect(0, 0, scene.camera.width, scene.camera.height);
  }

  ink(): boolean {
    return true;
  }

  move(scene: Scene, state: Entity, shown: Shown): void {
    const { top, camera, sprites } = scene;
    sprites.setRadius(Math.max(6 * scene.dpr, HEAD * camera.scale));
    if (this.grid) this.cells(scene, state, this.grid);
    for (const drawn of this.drawn) {
      const things = state[drawn.list] as Entity[];
      for (const thing of things) this.tracks(scene, drawn, thing);
      for (const thing of things) this.thing(scene, drawn, thing, shown.part);
    }
    scene.particles.draw(top, 4 * scene.dpr, scene.now);
    this.banner.draw(scene);
  }

  private cells(scene: Scene, state: Entity, grid: Field): void {
    const { top, camera } = scene;
    const cells = state[grid.name] as Uint8Array;
    const columns = Math.max(1, state[grid.width] as number);
    const side = CELL_UNITS * camera.scale;
    for (let k = 0; k < cells.length; k++) {
      const value = cells[k] ?? 0;
      if (value === 0) continue;
      top.globalAlpha = value === 1 ? 0.35 : 0.55;
      top.fillStyle = value < 3 ? LINE : inkOf(value).colour;
      const x = (k % columns) * CELL_UNITS;
      const y = Math.floor(k / columns) * CELL_UNITS;
      top.fillRect(camera.x(x, y) + 1, camera.y(x, y) + 1, side - 2, side - 2);
    }
    top.globalAlpha = 1;
  }

  private tracks(scene: Scene, drawn: Drawn, thing: Entity): void {
    const { top, camera } = scene;
    for (const k of drawn.type.tracks) {
      const field = drawn.type.fields[k];
      const atX = field?.columns.indexOf("x") ?? -1;
      const atY = field?.columns.indexOf("y") ?? -1;
      if (!field || atX < 0 || atY < 0) continue;
      const { data, rows, width } = thing[field.name] as Series;
      top.strokeStyle = scene.riders[thing.id]?.ink.colour ?? MUTED;
      top.lineWidth = Math.max(1, 3 * camera.scale);
      top.beginPath();
      for (let row = 0; row < rows; row++) {
        const x = (data[row * width + atX] ?? 0) / drawn.scaleX;
        const y = (data[row * width + atY] ?? 0) / drawn.scaleY;
        if (row === 0) top.moveTo(camera.x(x, y), camera.y(x, y));
        else top.lineTo(camera.x(x, y), camera.y(x, y));
      }
      top.stroke();
    }
  }

  private thing(scene: Scene, drawn: Drawn, thing: Entity, part: number): void {
    const { top, camera, sprites } = scene;
    const x = at(thing, "x", part) / drawn.scaleX;
    const y = at(thing, "y", part) / drawn.scaleY;
    const px = camera.x(x, y);
    const py = camera.y(x, y);
    const rider = drawn.players ? scene.riders[thing.id] : undefined;
    if (rider) {
      const dead = thing.alive === 0;
      stamp(top, sprites.mark(rider.shape, dead ? MUTED : rider.ink.colour), px, py);
      nameTag(scene, rider, px, py, dead ? 0.5 : 1);
      return;
    }
    stamp(top, sprites.mark("diamond", ACCENT), px, py);
    top.fillStyle = TEXT;
    top.textAlign = "center";
    top.font = `${Math.round(11 * scene.dpr)}px system-ui, sans-serif`;
    top.fillText(drawn.type.name, px, py - sprites.radius * 1.6);
  }

  event(scene: Scene, { name, args }: MatchEvent): void {
    const own = scene.riders[args.seat ?? -1]?.mine ?? false;
    scene.sound(own ? "take" : "offer");
    if (own) this.banner.show("", name, scene.now, 700);
  }

  hud(state: Entity): Hud {
    const scores: Score[] = [];
    for (const { list, players } of this.drawn) {
      if (!players) continue;
      for (const thing of state[list] as Entity[]) {
        const points = typeof thing.score === "number" ? thing.score : 0;
        scores.push({ seat: thing.id, points, alive: thing.alive !== 0 });
      }
    }
    const round = typeof state.round === "number" ? state.round : 0;
    return { phase: "live", round, rounds: 0, target: 0, seconds: null, scores };
  }
}

/** A smooth field's value between the last two states. */
function at(thing: Entity, name: string, part: number): number {
  const now = thing[name] as number;
  const was = thing.was[name];
  return was === undefined ? now : was + (now - was) * part;
}

export const makeRenderer: RendererMaker = (schema) => new GenericRenderer(schema);
