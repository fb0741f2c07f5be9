// The moments of a match that are worth a mark on the time bar: rounds, knock-outs, points, the end. They come from the
// events that the game's schema declares, so that games by an author have marks as well.
import type { Schema } from "../sync/schema";

export type MarkKind = "round" | "out" | "point" | "end" | "other";

/** Something that happened at a tick. */
export interface Mark {
  tick: number;
  kind: MarkKind;
  /** The event's name in the schema; "round" for a round that begins. */
  name: string;
  /** Whom it concerns, and who did it; -1: nobody. */
  seat: number;
  by: number;
  /** The number of the round that begins; 0: it is no round. */
  round: number;
}

/** For the games in the box: which events have marks, and of which kind. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, MarkKind>>>> = {
  trails: { crash: "out", closing: "other", decider: "other", matchEnd: "end" },
  fuse: { out: "out", spiral: "other", matchEnd: "end" },
  kick: { goal: "point", ownGoal: "point", golden: "other", matchEnd: "end" },
  thumbs: { reveal: "point", matchEnd: "end" },
  lastcard: { call: "other", forgot: "other", roundEnd: "point", matchEnd: "end" },
  field: { crash: "out", matchEnd: "end" },
};
/** For all others: by words in the event's name. */
const WORDS: readonly (readonly [MarkKind, RegExp])[] = [
  ["end", /^(match|game)_?(end|over|won)$/i],
  ["out", /crash|death|dead|^dies?$|^out$|knock|kill|elimin|caught|tagged/i],
  ["point", /goal|score|point|capture|^win|^won|solved|right/i],
];
/** A kind of event that happens more often than this is no event to look for. */
const MOST_OF_A_KIND = 400;

export function kindOf(game: string, name: string): MarkKind | null {
  const known = KNOWN[game];
  if (known) return known[name] ?? null;
  return WORDS.find(([, words]) => words.test(name))?.[0] ?? null;
}

/** Makes marks of events as they are found. */
export class MarkCollector {
  readonly marks: Mark[] = [];
  private readonly schema: Schema;
  private readonly counts = new Map<string, number>();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  /** Takes events as `run` in glue.py writes them; true if any of them has a mark. */
  take(events: Int32Array): boolean {
    const before = this.marks.length;
    for (let at = 0; at < events.length; ) {
      const length = events[at] ?? 0;
      if (length < 2) break;
      this.note(events.subarray(at + 1, at + 1 + length));
      at += 1 + length;
    }
    return this.marks.length > before;
  }

  private note(event: Int32Array): void {
    const tick = event[0] ?? 0;
    const kind = event[1] ?? 0;
    if (kind < 0) {
      const round = -1 - kind;
      if (round > 0) this.marks.push({ tick, kind: "round", name: "round", seat: -1, by: -1, round });
      return;
    }
    const info = this.schema.events[kind];
    const mark = info && kindOf(this.schema.game, info.name);
    if (!info || !mark) return;
    const count = (this.counts.get(info.name) ?? 0) + 1;
    this.counts.set(info.name, count);
    if (count > MOST_OF_A_KIND) return;
    const arg = (name: string) => {
      const k = info.args.indexOf(name);
      return k < 0 ? -1 : (event[2 + k] ?? -1);
    };
    this.marks.push({
      tick,
      kind: mark,
      name: info.name,
      seat: Math.max(arg("seat"), arg("who")),
      by: arg("by"),
      round: 0,
    });
  }
}

/** The mark before or after a tick, or null; `margin` ticks around it do not count. */
export function nextMark(
  marks: readonly Mark[],
  tick: number,
  direction: 1 | -1,
  margin: number,
): Mark | null {
  if (direction > 0) return marks.find((mark) => mark.tick > tick + margin) ?? null;
  for (let k = marks.length - 1; k >= 0; k--) {
    const mark = marks[k];
    if (mark && mark.tick < tick - margin) return mark;
  }
  return null;
}
