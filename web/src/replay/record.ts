// What the server keeps of an ended match, as a replay needs it: the record, its journal, and the rules that it was
// played by. Everything is checked here, and what is wrong is a ReplayError whose code the page has a sentence for.
import { isObject } from "../net/messages";
import { type Bundle, isBundle } from "../prediction/engine";
import type { MatchAward, MatchInfo, MatchSeat } from "../protocol.gen";
import { JournalError, MOST_TICKS, readJournal } from "./journal";

/**
 * unknown: no record has this id; private: it is shown to nobody; off: the server keeps no records; gone: its journal or rules are not kept any more;
 * network: the server cannot be reached; busy: it cannot answer now; journal: the journal is damaged; long: the match
 * is too long to be shown; interpreter: its rules are for an interpreter that this page lacks; rules: they do not run in
 * this browser; broken: they refuse the journal; slow: they take too long.
 */
export type ProblemCode =
  | "unknown"
  | "private"
  | "off"
  | "gone"
  | "network"
  | "busy"
  | "journal"
  | "long"
  | "interpreter"
  | "rules"
  | "broken"
  | "slow";

export class ReplayError extends Error {
  override name = "ReplayError";
  readonly code: ProblemCode;

  /** `detail` is for developers: the page shows a sentence of its own. */
  constructor(code: ProblemCode, detail = "") {
    super(detail || code);
    this.code = code;
  }
}

/** What a replay runs: a whole match, or a part of one. */
export interface Recording {
  rules: Bundle;
  /** How the match began; not needed for a part with a snapshot. */
  setup: { options: number[]; seats: number[]; teams: number[]; seed: number } | null;
  /** The state at the first tick; null: the match begins by `setup` at tick 0. */
  snapshot: Uint8Array<ArrayBuffer> | null;
  /** The first and the last tick that can be shown. */
  first: number;
  last: number;
  /** Entries from `first` on, five numbers each: tick, kind, seat, a and b. */
  rows: Int32Array;
  /** The hash of the state at `last`; -1: not known. */
  finalHash: number;
}

/** The interpreters' versions that this page can run rules with. */
export const INTERPRETERS: readonly number[] = [1];
const ID = /^[0-9A-Za-z]{6,24}$/;
const HASH = /^[0-9a-f]{8,64}$/;
const MOST_SEATS = 256;

export const isMatchId = (id: string): boolean => ID.test(id);

const whole = (value: unknown): value is number => Number.isSafeInteger(value);
const text = (value: unknown): value is string => typeof value === "string";

function isAward(value: unknown): value is MatchAward {
  return isObject(value) && text(value.award) && whole(value.value);
}

function isSeat(value: unknown): value is MatchSeat {
  return (
    isObject(value) &&
    [value.seat, value.colour, value.shape, value.team, value.place, value.points].every(whole) &&
    text(value.name) &&
    Array.isArray(value.awards) &&
    value.awards.every(isAward)
  );
}

/** Why nobody may have won. */
const REASONS: readonly unknown[] = ["none_scored", "draw"] satisfies MatchInfo["nobody_won"][];

/** Whether fetched JSON is a match. */
export function isMatch(value: unknown): value is MatchInfo {
  return (
    isObject(value) &&
    [value.id, value.game, value.title, value.rules, value.outcome].every(text) &&
    [value.tick_hz, value.started_ms, value.ended_ms, value.ticks, value.final_hash].every(whole) &&
    Array.isArray(value.seats) &&
    value.seats.length <= MOST_SEATS &&
    value.seats.every(isSeat) &&
    (value.nobody_won === undefined || REASONS.includes(value.nobody_won))
  );
}

type Fetch = (path: string) => Promise<Response>;
const fetchHere: Fetch = (path) => fetch(path, { credentials: "same-origin" });

/** Fetches a path. Raises ReplayError; `missing` is its code for what the server does not have. */
async function get(path: string, missing: ProblemCode, fetchPath: Fetch): Promise<Response> {
  let response: Response;
  try {
    response = await fetchPath(path);
  } catch {
    throw new ReplayError("network", `${path} could not be fetched`);
  }
  if (response.ok) return response;
  const said = await errorCode(response);
  if (said === "not_kept") throw new ReplayError("off", path);
  if (said === "private") throw new ReplayError("private", path);
  if (response.status === 404 || response.status === 410 || response.status === 400)
    throw new ReplayError(missing, `${path} answered ${response.status}`);
  throw new ReplayError("busy", `${path} answered ${response.status}`);
}

async function errorCode(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    return isObject(body) && text(body.code) ? body.code : "";
  } catch {
    return "";
  }
}

async function getJson(path: string, missing: ProblemCode, fetchPath: Fetch): Promise<unknown> {
  const response = await get(path, missing, fetchPath);
  try {
    return await response.json();
  } catch {
    throw new ReplayError("busy", `${path} is no JSON`);
  }
}

/** The record of a match. Raises ReplayError. */
export async function fetchMatch(id: string, fetchPath = fetchHere): Promise<MatchInfo> {
  if (!isMatchId(id)) throw new ReplayError("unknown", "this is no match's id");
  const found = await getJson(`/api/v1/matches/${id}`, "unknown", fetchPath);
  if (!isMatch(found)) throw new ReplayError("busy", "the server's answer is no match");
  return found;
}

/** Where the server has the rules document of that hash. */
export const rulesPath = (hash: string): string => `/api/v1/rules/${hash}.json`;

/** The rules document of that hash. Raises ReplayError. */
export async function fetchRules(hash: string, fetchPath = fetchHere): Promise<Bundle> {
  if (!HASH.test(hash)) throw new ReplayError("gone", "this is no hash of rules");
  return checkRules(await getJson(rulesPath(hash), "gone", fetchPath));
}

/** The rules in a document. Raises ReplayError if it holds none that this page can run. */
export function checkRules(document: unknown): Bundle {
  if (!isBundle(document)) throw new ReplayError("rules", "the document holds no rules");
  if (!INTERPRETERS.includes(document.interpreter ?? 1))
    throw new ReplayError("interpreter", `the rules are for interpreter ${document.interpreter}`);
  return document;
}

/** All that is needed to replay a match. Raises ReplayError. */
export async function fetchRecording(match: MatchInfo, fetchPath = fetchHere): Promise<Recording> {
  if (match.ticks > MOST_TICKS || match.ticks < 0)
    throw new ReplayError("long", `the match has ${match.ticks} ticks`);
  const [rules, response] = await Promise.all([
    fetchRules(match.rules, fetchPath),
    get(`/api/v1/matches/${match.id}/journal`, "gone", fetchPath),
  ]);
  let packed: ArrayBuffer;
  try {
    packed = await response.arrayBuffer();
  } catch {
    throw new ReplayError("network", "the journal came only in part");
  }
  try {
    const { head, rows } = await readJournal(new Uint8Array(packed));
    return {
      rules,
      setup: head,
      snapshot: null,
      first: 0,
      last: match.ticks,
      rows: upTo(rows, match.ticks),
      finalHash: match.final_hash,
    };
  } catch (error) {
    if (error instanceof JournalError) throw new ReplayError("journal", error.message);
    throw error;
  }
}

/** Rows that a match of `ticks` ticks applied. */
function upTo(rows: Int32Array, ticks: number): Int32Array {
  let end = rows.length;
  while (end > 0 && (rows[end - 5] ?? 0) >= ticks) end -= 5;
  return rows.subarray(0, end);
}
