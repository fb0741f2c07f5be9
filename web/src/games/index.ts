// Finds the picture of a game: its own file beside this one, loaded when it is first shown, or else the one
// that the game declares in its rules, or else the generic one, which draws any state.
import type { Schema } from "../sync/schema";
import type { RendererMaker } from "./game_renderer";

const OWN: Readonly<Record<string, () => Promise<{ makeRenderer: RendererMaker }>>> = {
  trails: () => import("./trails"),
  fuse: () => import("./fuse"),
  field: () => import("./trails.field"),
};

/** What makes renderers for matches of this schema. Fails when the game's file cannot be loaded. */
export async function makerFor(schema: Schema): Promise<RendererMaker> {
  const own = OWN[schema.game];
  if (own) return (await own()).makeRenderer;
  const { renderer } = schema.files;
  const declared = await declaredMaker(schema);
  return renderer ? (await import("./own_renderer")).ownMaker(renderer, declared) : declared;
}

async function declaredMaker(schema: Schema): Promise<RendererMaker> {
  if (schema.picture.length > 0) return (await import("./drawn")).makerOf(schema);
  return (await import("./generic")).makeRenderer;
}
