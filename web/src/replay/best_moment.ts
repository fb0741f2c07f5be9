// The best moment of a match: the seconds around the last thing that decided something.
import { CLIP_SECONDS, fitSpan, type Span } from "./clip";
import type { Mark, MarkKind } from "./marks";

const BEFORE_S = 6;
const AFTER_S = 2;
/** Somebody is out, or has won or lost points. */
const DECISIVE: readonly MarkKind[] = ["out", "point"];
const ENDINGS: readonly MarkKind[] = ["end", "round"];

type Happened = Pick<Mark, "tick" | "kind">;

function last(marks: readonly Happened[], kinds: readonly MarkKind[]): Happened | null {
  let found: Happened | null = null;
  for (const mark of marks)
    if (kinds.includes(mark.kind) && (!found || mark.tick >= found.tick)) found = mark;
  return found;
}

/** The tick of the last decisive event; without one, of the last round that began or the end; without that, the match's end. */
export function decisiveTick(marks: readonly Happened[], ticks: number): number {
  return (last(marks, DECISIVE) ?? last(marks, ENDINGS))?.tick ?? ticks;
}

/** The span from six seconds before the decisive tick to two after it; the clip never begins before the match. */
export function bestMoment(marks: readonly Happened[], ticks: number, tickHz: number): Span {
  const tick = decisiveTick(marks, ticks);
  // At the end of a match there are no two seconds left: they are shown before.
  const end = Math.min(ticks, tick + AFTER_S * tickHz);
  const first = Math.max(0, Math.min(tick - BEFORE_S * tickHz, end - CLIP_SECONDS.least * tickHz));
  return fitSpan({ first, last: end }, ticks, tickHz);
}
