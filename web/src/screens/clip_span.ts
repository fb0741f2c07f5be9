// The span of a replay that is a clip or is to become one, and how it may be changed. The component draws it.
import { CLIP_SECONDS, fitSpan, type Span } from "../replay/clip";

/** What a change moves: an end of the span, or all of it. */
export type SpanPart = "first" | "last" | "whole";

/** The part of the match that the editor's bar shows. */
export interface Stretch {
  from: number;
  to: number;
}

/** Seconds that the bar shows of a long match. */
const SHOWN_S = 60;
const SUGGESTED_S = { before: 6, after: 2 };

/** The span that is suggested at a tick: mostly what came before it. */
export function suggestSpan(tick: number, ticks: number, tickHz: number): Span {
  const last = Math.min(ticks, tick + SUGGESTED_S.after * tickHz);
  const length = (SUGGESTED_S.before + SUGGESTED_S.after) * tickHz;
  const first = Math.max(0, last - length);
  return fitSpan({ first, last: Math.max(last, first + length) }, ticks, tickHz);
}

/** Moves a part of the span to `tick`, as far as the lengths of clips and the match allow. */
export function moveSpan(span: Span, part: SpanPart, tick: number, ticks: number, tickHz: number): Span {
  const { first, last } = span;
  const least = Math.min(ticks, CLIP_SECONDS.least * tickHz);
  const most = CLIP_SECONDS.most * tickHz;
  const between = (value: number, low: number, high: number) =>
    Math.round(Math.max(low, Math.min(high, value)));
  switch (part) {
    case "first":
      return { first: between(tick, Math.max(0, last - most), Math.max(0, last - least)), last };
    case "last":
      return { first, last: between(tick, Math.min(ticks, first + least), Math.min(ticks, first + most)) };
    case "whole": {
      const to = between(tick, 0, ticks - (last - first));
      return { first: to, last: to + last - first };
    }
  }
}

/** What the bar shows: all of a short match, else the span with as much before it as after. */
export function stretchAround({ first, last }: Span, ticks: number, tickHz: number): Stretch {
  const length = Math.min(ticks, SHOWN_S * tickHz);
  const from = Math.max(0, Math.min(ticks - length, Math.round((first + last - length) / 2)));
  return { from, to: from + length };
}

/** "1:05.2": a time of the match. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const rest = String(whole % 60).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${rest}.${tenths % 10}`;
}
