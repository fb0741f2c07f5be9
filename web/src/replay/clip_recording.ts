// Between clips and what a replay runs: opens a clip, and cuts one out of an open replay.
import { BadClip, type Clip, type ClipSeat, MOST_CHARS, type Span, shortestClip } from "./clip";
import { fetchRules, type Recording } from "./record";
import type { Replay } from "./replay";

type FetchPath = Parameters<typeof fetchRules>[1];

/**
 * What a replay runs to show a clip, with the rules from the server or the cache.
 *
 * Raises ReplayError if the rules cannot be had, and BadClip if they are those of another game.
 */
export async function recordingOf(clip: Clip, fetchPath?: FetchPath): Promise<Recording> {
  const rules = await fetchRules(clip.rules, fetchPath);
  if (rules.game !== clip.game || rules.info.tick_hz !== clip.tickHz)
    throw new BadClip(`its rules are those of ${rules.game}`);
  const most = rules.info.seats[1];
  const wrong = clip.seats.find(({ seat }) => seat >= most);
  if (wrong) throw new BadClip(`${rules.game} has no seat ${wrong.seat}`);
  const common = { rules, last: clip.last, rows: Int32Array.from(clip.rows), finalHash: -1 };
  if ("snapshot" in clip.start) {
    const { tick, packed } = clip.start.snapshot;
    return { ...common, setup: null, snapshot: packed, first: tick };
  }
  const { options, seats, teams, seed } = clip.start.head;
  const setup = { options: [...options], seats: [...seats], teams: [...teams], seed };
  return { ...common, setup, snapshot: null, first: 0 };
}

/** Whose match it is: of its record, or of the clip that is shown. */
export interface Owner {
  rules: string;
  title: string;
  seats: readonly ClipSeat[];
}

export interface Cut {
  /** The fragment of the clip's link; null: it does not fit into one. */
  fragment: string | null;
  /** Characters of the fragment, also of one that does not fit; Infinity: there is none. */
  chars: number;
}

/** On the way to a span that begins later than this, seconds, one would wait for a clip that starts with the match. */
const FAR_S = 45;
/** A clip that starts with the state is preferred then, unless its link is longer than this. */
const FAR_CHARS = 4096;

/** Cuts a span out of a replay. */
export async function cutClip(replay: Replay, { first, last }: Span, owner: Owner): Promise<Cut> {
  const { recording, schema } = replay;
  const common = { ...owner, game: schema.game, tickHz: schema.tickHz, first, last };
  const { setup } = recording;
  const whole: Clip[] = setup
    ? [{ ...common, start: { head: setup }, rows: [...replay.rowsBetween(0, last)] }]
    : [];
  const packed = await replay.snapshotAt(first);
  const part: Clip[] = packed
    ? [
        {
          ...common,
          start: { snapshot: { tick: first, packed } },
          rows: [...replay.rowsBetween(first, last)],
        },
      ]
    : [];
  const near = first < FAR_S * schema.tickHz ? null : await shortestClip(part);
  const best = near && near.length <= FAR_CHARS ? near : await shortestClip([...whole, ...part]);
  const chars = best?.length ?? Number.POSITIVE_INFINITY;
  return { fragment: chars <= MOST_CHARS ? best : null, chars };
}
