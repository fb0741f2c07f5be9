// Whether the screens around the picture need to hear of a new score board.
import type { Hud } from "../sync/feed";

export function sameHud(one: Hud | null, other: Hud | null): boolean {
  if (one === null || other === null) return one === other;
  if (
    one.phase !== other.phase ||
    one.round !== other.round ||
    one.rounds !== other.rounds ||
    one.target !== other.target ||
    one.seconds !== other.seconds ||
    one.scores.length !== other.scores.length
  )
    return false;
  for (let k = 0; k < one.scores.length; k++) {
    const a = one.scores[k]!;
    const b = other.scores[k]!;
    if (a.seat !== b.seat || a.points !== b.points || a.alive !== b.alive) return false;
  }
  return true;
}
