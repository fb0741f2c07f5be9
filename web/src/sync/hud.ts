// Whether the screens around the picture need to hear of a new score board.
import type { Hud } from "./feed";

export function sameHud(one: Hud | null, other: Hud | null): boolean {
  if (one === null || other === null) return one === other;
  if (
    one.phase !== other.phase ||
    one.round !== other.round ||
    one.rounds !== other.rounds ||
    one.target !== other.target ||
    one.seconds !== other.seconds ||
    one.scores.length !== other.scores.length ||
    one.teams?.length !== other.teams?.length ||
    one.standing?.place !== other.standing?.place ||
    one.standing?.of !== other.standing?.of ||
    one.standing?.length !== other.standing?.length
  )
    return false;
  for (let k = 0; k < one.scores.length; k++) {
    const a = one.scores[k];
    const b = other.scores[k];
    if (a?.seat !== b?.seat || a?.points !== b?.points || a?.alive !== b?.alive) return false;
    if (a?.done !== b?.done || a?.waits !== b?.waits) return false;
  }
  for (const [k, { team, points }] of one.teams?.entries() ?? [])
    if (other.teams?.[k]?.team !== team || other.teams[k].points !== points) return false;
  return true;
}

/** The points to win, or 0 if the rounds cannot bring that many: such a match ends by its rounds. */
export function reachableTarget({ target, perRound = Infinity }: Hud, rounds: number): number {
  return rounds > 0 && target > rounds * perRound ? 0 : target;
}
