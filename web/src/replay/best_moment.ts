// The best moment of a match: the seconds around the last thing that decided something.
import { CLIP_SECONDS, fitSpan, type Span } from "./clip";

/** Something that happened in the match: the event's name in the game's rules. */
export interface Happened {
  tick: number;
  name: string;
}

const BEFORE_S = 6;
const AFTER_S = 2;
/** Events after which somebody is out, or has won or lost points, in the games of the box. */
const DECISIVE = ["crash", "out", "judged", "reveal", "goal", "score"];
/** Events that end a part of the match: what games of other authors share with ours. */
const ENDINGS = ["matchEnd", "roundEnd"];

function last(events: readonly Happened[], names: readonly string[]): Happened | null {
  let found: Happened | null = null;
  for (const event of events)
    if (names.includes(event.name) && (!found || event.tick >= found.tick)) found = event;
  return found;
}

/** The tick of the last decisive event; without one, of the last end of a round; without that, the match's end. */
export function decisiveTick(events: readonly Happened[], ticks: number): number {
  return (last(events, DECISIVE) ?? last(events, ENDINGS))?.tick ?? ticks;
}

/** The span from six seconds before the decisive tick to two after it; the clip never begins before the match. */
export function bestMoment(events: readonly Happened[], ticks: number, tickHz: number): Span {
  const tick = decisiveTick(events, ticks);
  // At the end of a match there are no two seconds left: they are shown before.
  const end = Math.min(ticks, tick + AFTER_S * tickHz);
  const first = Math.max(0, Math.min(tick - BEFORE_S * tickHz, end - CLIP_SECONDS.least * tickHz));
  return fitSpan({ first, last: end }, ticks, tickHz);
}
