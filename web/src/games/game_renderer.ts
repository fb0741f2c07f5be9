// What a game's picture is: reads the decoded state and draws it. One is made for each match shown.
import type { Camera } from "../arena/camera";
import type { Particles } from "../arena/particles";
import type { Sprites } from "../arena/sprites";
import type { ToneName } from "../sound/tones";
import type { Hud, MatchEvent, Shown, TeamScore } from "../sync/feed";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import type { Look } from "../ui/look";
import type { Ink, ShapeName } from "../ui/palette";

/** How a seat is drawn. */
export interface Rider {
  name: string;
  ink: Ink;
  /** Palette index of the ink. */
  colour: number;
  shape: ShapeName;
  /** Played at this device. */
  mine: boolean;
}

export interface Bounds {
  width: number;
  height: number;
}

/** Where names were written in this frame: one that would lie over another goes below it. */
export class NamePlaces {
  count = 0;
  private readonly boxes: number[] = [];

  // hot: once a frame and name
  /** The y for a name of this size that wants its middle at (x, y), pixels: at most two lines lower. */
  settle(x: number, y: number, width: number, high: number): number {
    const { boxes } = this;
    const most = y + 2 * high;
    let free = y;
    for (let k = 0; k < 4 * this.count; k += 4) {
      const reach = (high + (boxes[k + 3] ?? 0)) / 2;
      const other = boxes[k + 1] ?? 0;
      if (Math.abs((boxes[k] ?? 0) - x) >= (width + (boxes[k + 2] ?? 0)) / 2) continue;
      if (Math.abs(other - free) < reach * 0.9) free = Math.min(most, Math.max(free, other + reach));
    }
    const at = 4 * this.count++;
    boxes[at] = x;
    boxes[at + 1] = free;
    boxes[at + 2] = width;
    boxes[at + 3] = high;
    return free;
  }
}

/** Where the players were drawn in the last frame, so that a press on the picture can find one. */
export class Heads {
  count = 0;
  readonly riders: Rider[] = [];
  private readonly places: number[] = [];

  // hot: once a frame and player
  /** A player is drawn at this pixel. */
  put(rider: Rider, px: number, py: number): void {
    this.riders[this.count] = rider;
    this.places[2 * this.count] = px;
    this.places[2 * this.count + 1] = py;
    this.count++;
  }

  /** Where the `k`-th of them was drawn, in pixels. */
  x(k: number): number {
    return this.places[2 * k] ?? 0;
  }

  y(k: number): number {
    return this.places[2 * k + 1] ?? 0;
  }

  /** The player who is nearest to a pixel and not farther than `most` from it, or null. */
  near(px: number, py: number, most: number): Rider | null {
    let found: Rider | null = null;
    let best = most * most;
    for (let k = 0; k < this.count; k++) {
      const dx = (this.places[2 * k] ?? 0) - px;
      const dy = (this.places[2 * k + 1] ?? 0) - py;
      if (dx * dx + dy * dy > best) continue;
      best = dx * dx + dy * dy;
      found = this.riders[k] ?? null;
    }
    return found;
  }
}

/** Something in the picture that can be chosen by a Choose control. */
export interface Choice {
  control: string;
  /** What is chosen by it. */
  index: number;
  /** In words. */
  name: string;
  /** The game would take it now. */
  can: boolean;
  /** Of a cell: how many stand in a row of its board. 0: it is in a list. */
  columns: number;
}

/** What could be chosen in the last frame, so that a press on the picture can find it. */
export class Choices {
  count = 0;
  private readonly known: Choice[] = [];
  /** Six numbers each: the middle, half the sizes, and the cosine and sine of the turn. */
  private readonly boxes: number[] = [];

  // hot: once a frame and choice
  /**
   * A choice is drawn with its middle at a pixel, turned by `angle`; later ones lie above. `columns` of a board are in a
   * row.
   */
  put(
    control: string,
    index: number,
    name: string,
    can: boolean,
    px: number,
    py: number,
    width: number,
    height: number,
    angle: number,
    columns = 0,
  ): void {
    const known = this.known[this.count];
    if (known) {
      known.control = control;
      known.index = index;
      known.name = name;
      known.can = can;
      known.columns = columns;
    } else this.known.push({ control, index, name, can, columns });
    const at = this.count * 6;
    const { boxes } = this;
    boxes[at] = px;
    boxes[at + 1] = py;
    boxes[at + 2] = width / 2;
    boxes[at + 3] = height / 2;
    boxes[at + 4] = Math.cos(angle);
    boxes[at + 5] = Math.sin(angle);
    this.count++;
  }

  /** The topmost choice at a pixel, or null. */
  at(px: number, py: number): Choice | null {
    for (let k = this.count - 1; k >= 0; k--) {
      const [x = 0, y = 0, w = 0, h = 0, cos = 1, sin = 0] = this.boxes.slice(k * 6, k * 6 + 6);
      const dx = px - x;
      const dy = py - y;
      if (Math.abs(dx * cos + dy * sin) <= w && Math.abs(dy * cos - dx * sin) <= h)
        return { ...(this.known[k] as Choice) };
    }
    return null;
  }

  /** All of them, in the order of their drawing. */
  all(): readonly Choice[] {
    return this.known.slice(0, this.count).map((one) => ({ ...one }));
  }
}

/** What a renderer draws on, and what it may ask for. Lengths on `top` are device pixels. */
export interface Scene {
  /** In units, under what is permanent; painted once. */
  grid: CanvasRenderingContext2D;
  /** In units; shown at a tenth of its strength, so it may overlap itself. */
  glow: CanvasRenderingContext2D;
  /** In units; what was painted stays until the renderer has to paint all. */
  ink: CanvasRenderingContext2D;
  /** In device pixels; empty at the start of each frame. */
  top: CanvasRenderingContext2D;
  camera: Camera;
  sprites: Sprites;
  particles: Particles;
  /** The game's colours. */
  look: Look;
  riders: readonly (Rider | undefined)[];
  /** Filled while a renderer draws. */
  heads: Heads;
  names: NamePlaces;
  /** Filled while a renderer draws. */
  choices: Choices;
  /** The choice that a pointer or the keys are on, or null. */
  chosen: Choice | null;
  /** The screen is higher than wide. */
  upright: boolean;
  /** It is the screen for everybody in the room. */
  tv: boolean;
  /** Thumbs play on the picture: its lower corners are theirs. */
  thumbs: boolean;
  /** A countdown stands over the picture: it draws no number of its own. */
  opening: boolean;
  /** The tick that is shown, with its fraction. */
  tick: number;
  /** The seat that a spectator follows, or -1. */
  follow: number;
  /** Nothing shakes, flies or flashes. */
  calm: boolean;
  /** Device pixels of a CSS pixel. */
  dpr: number;
  /** Size of text relative to normal. */
  textScale: number;
  /** Time of this animation frame, ms. */
  now: number;
  /** A short shake; 0..1. */
  shake(strength: number): void;
  /** Plays a tone; `x` in units places it left or right. */
  sound(tone: ToneName, x?: number, volume?: number): void;
  /** Plays a sound of the game's own, by its path. */
  soundFile(path: string): void;
  haptic(ms: number): void;
}

/** The points of each team, from players with a team and the points of their side; absent without teams. */
export function teamScores(
  players: readonly Entity[],
  points: (player: Entity) => number,
): TeamScore[] | undefined {
  const found: TeamScore[] = [];
  for (const player of players) {
    const team = (player.team as number | undefined) ?? 0;
    if (team > 0 && !found.some((one) => one.team === team)) found.push({ team, points: points(player) });
  }
  return found.length > 1 ? found.sort((a, b) => a.team - b.team) : undefined;
}

export interface GameRenderer {
  /** Whether the picture may be turned by a quarter on upright phones. */
  readonly turnable: boolean;
  /** Size of the world in units. */
  bounds(state: Entity, out: Bounds, scene: Scene): void;
  /** Device pixels at the lower edge that the world leaves free, such as for a hand of cards. */
  foot?(scene: Scene, state: Entity): number;
  /** Paints the ground, grid and all that is fixed; the layer is empty. */
  ground(scene: Scene, state: Entity): void;
  /** Paints what is permanent and new; `all`: the layers are empty, paint everything. False: wipe them. */
  ink(scene: Scene, state: Entity, all: boolean): boolean;
  /** Draws what moves. */
  move(scene: Scene, state: Entity, shown: Shown): void;
  /** Something happened, just now. */
  event(scene: Scene, event: MatchEvent, state: Entity | null): void;
  /** What the screens show around the picture. */
  hud(state: Entity, tick: number): Hud | null;
}

export type RendererMaker = (schema: Schema) => GameRenderer;
