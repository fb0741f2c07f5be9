// What is worth a line beside the picture: who put whom out, who scored. Made of a match's own events by their
// names, so that it holds for every game that calls them so.
import type { MatchEvent } from "../sync/feed";

/** How it was done; the name of the sentence that says it, and of its icon. */
export const HOWS = [
  "line",
  "self",
  "wall",
  "bomb",
  "own_bomb",
  "stone",
  "goal",
  "own_goal",
  "crown",
  "bounty",
] as const;
export type How = (typeof HOWS)[number];

export interface Deed {
  how: How;
  /** To whom it happened, or who scored. */
  seat: number;
  /** The seat of the one who did it to them; -1: nobody else. */
  by: number;
}

/** The deed that an event is, or null. */
export function deedOf({ name, args }: MatchEvent): Deed | null {
  const seat = args.seat ?? -1;
  const by = args.by ?? -1;
  const other = by === seat ? -1 : by;
  if (seat < 0) return null;
  switch (name) {
    case "crash":
      return { how: by === seat ? "self" : by < 0 ? "wall" : "line", seat, by: other };
    case "out":
      return { how: by === seat ? "own_bomb" : by < 0 ? "stone" : "bomb", seat, by: other };
    case "goal":
      return { how: "goal", seat, by: -1 };
    case "ownGoal":
      return { how: "own_goal", seat, by: -1 };
    case "crown":
      return { how: "crown", seat, by: -1 };
    case "bounty":
      return { how: "bounty", seat: args.of ?? -1, by: seat };
  }
  return null;
}
