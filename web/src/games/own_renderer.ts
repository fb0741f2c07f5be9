// A renderer that a game brings itself: an ES module beside its rules, loaded by the path that the schema names. It is
// trusted as the game's Python is: the operator installed both. If it does not load, or fails while it draws, the picture
// that the game declares is shown instead.
import { t } from "../i18n";
import type { MatchEvent, Shown } from "../sync/feed";
import type { Schema } from "../sync/schema";
import type { Entity } from "../sync/state";
import { announce } from "../ui/say";
import type { Bounds, GameRenderer, RendererMaker, Scene } from "./game_renderer";

/** The version of the interface; a module says with `export const version` which one it was written for. */
export const RENDERER_VERSION = 1;

interface OwnModule {
  version: number;
  makeRenderer: RendererMaker;
}

function isOwnModule(value: unknown): value is OwnModule {
  return (
    typeof value === "object" &&
    value !== null &&
    "makeRenderer" in value &&
    typeof value.makeRenderer === "function" &&
    "version" in value &&
    value.version === RENDERER_VERSION
  );
}

/** Draws by a module's renderer until it fails, then by the declared picture. */
class GuardedRenderer implements GameRenderer {
  private shown: GameRenderer;
  private readonly otherwise: () => GameRenderer;
  private failed = false;

  constructor(own: GameRenderer, otherwise: () => GameRenderer) {
    this.shown = own;
    this.otherwise = otherwise;
  }

  get turnable(): boolean {
    return this.shown.turnable === true;
  }

  private guarded<T>(draw: (renderer: GameRenderer) => T): T {
    if (this.failed) return draw(this.shown);
    try {
      return draw(this.shown);
    } catch (error) {
      console.warn("The game's own renderer failed:", error);
      this.failed = true;
      this.shown = this.otherwise();
      announce(t("picture.own_failed"));
      return draw(this.shown);
    }
  }

  bounds(state: Entity, out: Bounds, scene: Scene): void {
    this.guarded((renderer) => renderer.bounds(state, out, scene));
  }

  foot(scene: Scene, state: Entity): number {
    return this.guarded((renderer) => renderer.foot?.(scene, state) ?? 0);
  }

  ground(scene: Scene, state: Entity): void {
    this.guarded((renderer) => renderer.ground(scene, state));
  }

  ink(scene: Scene, state: Entity, all: boolean): boolean {
    return this.guarded((renderer) => renderer.ink(scene, state, all));
  }

  move(scene: Scene, state: Entity, shown: Shown): void {
    this.guarded((renderer) => renderer.move(scene, state, shown));
  }

  event(scene: Scene, event: MatchEvent, state: Entity | null): void {
    this.guarded((renderer) => renderer.event(scene, event, state));
  }

  hud(state: Entity, tick: number) {
    return this.guarded((renderer) => renderer.hud(state, tick));
  }
}

/** What makes the renderers of a game's own module; `declared` makes those of its declared picture. */
export async function ownMaker(path: string, declared: RendererMaker): Promise<RendererMaker> {
  try {
    const loaded: unknown = await import(/* @vite-ignore */ path);
    if (!isOwnModule(loaded))
      throw new Error(`${path} exports no makeRenderer for version ${RENDERER_VERSION}`);
    return (schema: Schema) => {
      const otherwise = () => declared(schema);
      try {
        return new GuardedRenderer(loaded.makeRenderer(schema), otherwise);
      } catch (error) {
        console.warn("The game's own renderer failed:", error);
        return otherwise();
      }
    };
  } catch (error) {
    console.warn("The game's own renderer does not load:", error);
    return declared;
  }
}
