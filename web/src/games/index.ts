// Finds the picture of a game: its own file beside this one, loaded when it is first shown, or else the one
// that the game declares in its rules, or else the generic one, which draws any state.
import type { Schema } from "../sync/schema";
import type { Face, FaceMaker } from "./face";

const OWN: Readonly<Record<string, () => Promise<{ makeFace: FaceMaker }>>> = {
  trails: () => import("./trails"),
  fuse: () => import("./fuse"),
  field: () => import("./trails.field"),
};

/** The face for a match of this schema. Fails when the game's file cannot be loaded. */
export async function faceFor(schema: Schema): Promise<Face> {
  const load =
    OWN[schema.game] ?? (schema.picture.length > 0 ? () => import("./drawn") : () => import("./generic"));
  const { makeFace } = await load();
  return makeFace(schema);
}
