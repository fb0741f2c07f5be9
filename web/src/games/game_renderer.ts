// What a game's picture is: reads the decoded state and draws it. One is made for each match shown.
import type { Camera } from "../arena/camera";
import type { Particles } from "../arena/particles";
import type { Sprites } from "../arena/sprites";
import type { ToneName } from "../sound/tones";
import type { Hud, MatchEvent, Shown } from "../sync/feed";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
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
  riders: readonly (Rider | undefined)[];
  /** Filled while a renderer draws. */
  heads: Heads;
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
  haptic(ms: number): void;
}

export interface GameRenderer {
  /** Whether the picture may be turned by a quarter on upright phones. */
  readonly turnable: boolean;
  /** Size of the world in units. */
  bounds(state: Entity, out: Bounds): void;
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
