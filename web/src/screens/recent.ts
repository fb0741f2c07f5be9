// The matches that were played on this device: the last ones, in its storage alone, until the person forgets them.
import { signal } from "@preact/signals";
import type { Results } from "../protocol.gen";
import { storage } from "../session/page";

/** A match that was played here. */
export interface RecentMatch {
  /** Its page is `/m/ID`. */
  id: string;
  game: string;
  title: string;
  /** One's own place; 0: none. */
  place: number;
  /** How many played. */
  players: number;
  /** When it ended, ms since 1970. */
  at: number;
}

const KEY = "matches";
const MOST = 20;
const MOST_CHARS = 80;

const isText = (value: unknown) => typeof value === "string" && value.length <= MOST_CHARS;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function isMatch(value: unknown): value is RecentMatch {
  const match = value as Partial<RecentMatch> | null;
  return (
    /^[0-9A-Za-z]{4,32}$/.test(String(match?.id)) &&
    [match?.game, match?.title].every(isText) &&
    [match?.place, match?.players, match?.at].every(isCount)
  );
}

function read(): RecentMatch[] {
  try {
    const found: unknown = JSON.parse(storage.recall("device", KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isMatch).slice(0, MOST) : [];
  } catch {
    return []; // somebody else wrote there
  }
}

/** The newest first. */
export const recentMatches = signal<readonly RecentMatch[]>(read());

function keep(matches: readonly RecentMatch[]): void {
  recentMatches.value = matches;
  storage.remember("device", KEY, matches.length > 0 ? JSON.stringify(matches) : null);
}

/** Keeps a match that ended just now, if the server does and one of `seats` is among its players. */
export function rememberMatch(
  { record, places }: Results,
  { game, title, seats, now }: { game: string; title: string; seats: readonly number[]; now: number },
): void {
  const own = places.filter((line) => seats.includes(line.seat));
  const others = read(); // another tab may have kept one
  if (!record || own.length === 0 || others.some(({ id }) => id === record)) return;
  const place = Math.min(...own.map((line) => line.place));
  const match = {
    id: record,
    game,
    title: title.slice(0, MOST_CHARS),
    place,
    players: places.length,
    at: now,
  };
  keep([match, ...others].slice(0, MOST));
}

export function forgetMatches(): void {
  keep([]);
}
