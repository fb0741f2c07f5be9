// How the players of a record or of a clip are drawn.
import type { Rider } from "../games/game_renderer";
import { inkOf, shapeOf } from "../ui/palette";

interface Looks {
  seat: number;
  name: string;
  colour: number;
  shape: number;
}

/** By seat; a seat that nobody had is undefined. */
export function ridersOf(of: { seats: readonly Looks[] } | null): (Rider | undefined)[] {
  const riders: (Rider | undefined)[] = [];
  for (const { seat, name, colour, shape } of of?.seats ?? [])
    riders[seat] = { name, ink: inkOf(colour), colour, shape: shapeOf(shape), mine: false };
  return riders;
}
