// Pictures made of the page's own elements instead of a canvas, for games of words and buttons: they can
// be read out, enlarged and pressed by anything. Each is a file of its own, loaded when it is first shown.
import type { ComponentType } from "preact";
import type { Hud, MatchEvent } from "../sync/feed";
import type { Entity } from "../sync/state";
import type { Rider } from "./game_renderer";

/** What is to be seen of the match just now. */
export interface Sight {
  state: Entity;
  /** The newest tick that is known. */
  tick: number;
  /** Seats played at this device. */
  own: readonly number[];
  /** What only that seat sees, or null. */
  secretOf(seat: number): Entity | null;
  riders: readonly (Rider | undefined)[];
  /** The light is on: presses count. */
  alive: boolean;
  /** Whole seconds until a tick is due; 0 at least. */
  secondsTo(tick: number): number;
  /** For a room full of people to look at: large, and no buttons. */
  tv: boolean;
  calm: boolean;
  /** Shown from a record: no button can be pressed. */
  recorded?: boolean;
  /** A picture on something else, as on a game's tile: nothing is read aloud, and nothing takes the focus. */
  quiet?: boolean;
  /** Holds or lets go of a button of the first seat here. */
  hold(button: number, down: boolean): void;
}

export interface ElementRenderer {
  View: ComponentType<{ at: Sight }>;
  /** The tick from which presses count, as the game's `shown`; 0: none. */
  light(state: Entity): number;
  /** The light went on. */
  lit(state: Entity): void;
  /** Something happened, just now. */
  event(event: MatchEvent, own: readonly number[], state: Entity | null): void;
  /** What the screens show around the picture; `all`: everyone's points, for a screen that has the room. */
  hud(state: Entity, own: readonly number[], all: boolean): Hud;
}

const STAGES: Readonly<Record<string, () => Promise<{ renderer: ElementRenderer }>>> = {
  thumbs: () => import("./thumbs"),
};

/** Loads the picture of a game that has one of this kind; null for all others. */
export function stageOf(game: string): (() => Promise<ElementRenderer>) | null {
  const load = STAGES[game];
  return load ? async () => (await load()).renderer : null;
}
