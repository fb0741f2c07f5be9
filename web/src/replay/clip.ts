// A clip: some seconds of a match as a link that needs no record. Its fragment holds the start of the match (or the
// state where the clip begins), the inputs and the players' names; the rules come from the server or the cache by
// their hash, never from the link. A link may come from anybody: every number is bounded before
// anything is built from it, and the text and the bytes are bounded before they are read.
import { DecodeError, Reader, Writer } from "../sync/varint";

/** The shortest and the longest clip, seconds. */
export const CLIP_SECONDS = { least: 5, most: 30 } as const;
/** Characters that a clip's fragment may have; a longer one is shared by the match's id. */
export const MOST_CHARS = 8192;

/** How the match began, as in a journal's head. */
export interface ClipHead {
  options: readonly number[];
  seats: readonly number[];
  teams: readonly number[];
  seed: number;
}

/** A whole state of the match: what the worker's `save` returned. */
export interface ClipSnapshot {
  tick: number;
  packed: Uint8Array<ArrayBuffer>;
}

export interface ClipSeat {
  seat: number;
  name: string;
  colour: number;
  shape: number;
  team: number;
  bot: boolean;
}

export interface Clip {
  /** The hash of the rules document, 24 hexadecimal digits. */
  rules: string;
  /** The game's name in commands, and for people. */
  game: string;
  title: string;
  tickHz: number;
  seats: readonly ClipSeat[];
  start: { head: ClipHead } | { snapshot: ClipSnapshot };
  /** Tick, kind, seat, a and b of each entry since the start, in order. */
  rows: readonly number[];
  /** The ticks that are shown. */
  first: number;
  last: number;
}

/** A link that is no clip; the text says what was found. */
export class BadClip extends Error {
  override name = "BadClip";
}

const FORMAT = 1;
const KEY = "clip=";
/** Numbers of an entry in `Clip.rows`. */
const ROW = 5;
const HASH_BYTES = 12;
/** Eight kilobytes of text may inflate to a thousand times as much. */
const MOST_BYTES = 256 * 1024;
const MOST_SEATS = 128;
const MOST_OPTIONS = 256;
const MOST_CHARS_OF_TEXT = 64;
const MOST_BYTES_OF_TEXT = 4 * MOST_CHARS_OF_TEXT;
const MOST_ENTRIES = 32_768;
const MOST_HZ = 120;
/** A day at the highest rate: a match that goes on for longer has no clips. */
const MOST_TICK = 24 * 3600 * MOST_HZ;
/** The looks of a seat: drawing takes them modulo eight. */
const MOST_LOOK = 255;
/** Kinds of entries: game/rules/match.py. */
const LAST_KIND = 5;
const INT32 = 2 ** 31;

const isName = (text: string) => /^[a-z][a-z0-9_]{0,39}$/.test(text);
/** Control characters, and those that turn the direction of the text around them. */
const UNFIT = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

// --- between text and bytes

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new BadClip("the text has other characters than a clip's");
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  } catch {
    throw new BadClip("the text is cut off");
  }
}

/** Pumps bytes through a stream, and stops when more than `most` come out. */
async function pump(
  bytes: Uint8Array<ArrayBuffer>,
  through: GenericTransformStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader() as ReadableStreamDefaultReader<
    Uint8Array<ArrayBuffer>
  >;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw new BadClip(`it inflates to more than ${most} bytes`);
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// --- writing

function putText(out: Writer, text: string): void {
  const bytes = new TextEncoder().encode(text);
  out.varint(bytes.length).raw(bytes);
}

function putMany(out: Writer, numbers: readonly number[]): void {
  out.varint(numbers.length);
  for (const one of numbers) out.zigzag(one);
}

function putRows(out: Writer, { rows }: Clip): void {
  out.varint(rows.length / ROW);
  let before = 0;
  for (let k = 0; k < rows.length; k += ROW) {
    const tick = rows[k] ?? 0;
    out.varint(tick - before);
    for (let n = 1; n < ROW; n++) out.zigzag(rows[k + n] ?? 0);
    before = tick;
  }
}

function pack(clip: Clip): Uint8Array<ArrayBuffer> {
  const out = new Writer().byte(FORMAT);
  for (let k = 0; k < HASH_BYTES; k++) out.byte(Number.parseInt(clip.rules.slice(2 * k, 2 * k + 2), 16));
  putText(out, clip.game);
  putText(out, clip.title);
  out.varint(clip.tickHz).varint(clip.seats.length);
  for (const one of clip.seats) {
    out.varint(one.seat);
    putText(out, one.name);
    out
      .varint(one.colour)
      .varint(one.shape)
      .varint(one.team)
      .byte(one.bot ? 1 : 0);
  }
  out.varint(clip.first).varint(clip.last - clip.first);
  if ("head" in clip.start) {
    const { options, seats, teams, seed } = clip.start.head;
    out.byte(0);
    putMany(out, options);
    putMany(out, seats);
    putMany(out, teams);
    out.zigzag(seed);
  } else {
    const { tick, packed } = clip.start.snapshot;
    out.byte(1).varint(tick).varint(packed.length).raw(packed);
  }
  putRows(out, clip);
  return out.finish();
}

/** The fragment of a clip's link, without the "#". It may be longer than MOST_CHARS. */
export async function writeClip(clip: Clip): Promise<string> {
  // A clip that no page would open must not be given away.
  const bytes = pack(clip);
  parse(bytes);
  return KEY + toBase64Url(await pump(bytes, new CompressionStream("deflate"), MOST_BYTES));
}

/**
 * The shortest of the fragments of clips that show the same: one that starts with the match, and one that starts with a
 * state. It may be too long for a link; null if none can be written at all.
 */
export async function shortestClip(clips: readonly Clip[]): Promise<string | null> {
  let best: string | null = null;
  for (const clip of clips) {
    const text = await writeClip(clip).catch((error: unknown) => {
      if (error instanceof BadClip) return null;
      throw error;
    });
    if (text && (!best || text.length < best.length)) best = text;
  }
  return best;
}

// --- reading

function takeText(from: Reader, what: string): string {
  const bytes = from.raw(from.count(MOST_BYTES_OF_TEXT, `bytes of ${what}`));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  if (UNFIT.test(text) || [...text].length > MOST_CHARS_OF_TEXT) throw new BadClip(`${what} is no name`);
  return text;
}

function takeInt32(from: Reader, what: string): number {
  const value = from.zigzag();
  if (value < -INT32 || value >= INT32) throw new BadClip(`${what} is ${value}`);
  return value;
}

function takeMany(from: Reader, most: number, what: string): number[] {
  return Array.from({ length: from.count(most, what) }, () => takeInt32(from, what));
}

function takeSeats(from: Reader): ClipSeat[] {
  const seats: ClipSeat[] = [];
  const taken = new Set<number>();
  for (let n = from.count(MOST_SEATS, "seats"); n > 0; n--) {
    const seat = from.count(MOST_SEATS - 1, "as a seat");
    if (taken.has(seat)) throw new BadClip(`seat ${seat} is there twice`);
    taken.add(seat);
    seats.push({
      seat,
      name: takeText(from, "a player's name"),
      colour: from.count(MOST_LOOK, "as a colour"),
      shape: from.count(MOST_LOOK, "as a shape"),
      team: from.count(MOST_SEATS, "as a team"),
      bot: from.byte() === 1,
    });
  }
  return seats;
}

function takeHead(from: Reader): ClipHead {
  const options = takeMany(from, MOST_OPTIONS, "options");
  const seats = takeMany(from, MOST_SEATS, "seats");
  const teams = takeMany(from, MOST_SEATS, "teams");
  if (seats.some((seat) => seat < 0 || seat >= MOST_SEATS)) throw new BadClip("a seat that cannot be");
  return { options, seats, teams, seed: takeInt32(from, "the seed") };
}

function takeRows(from: Reader, first: number, end: number): number[] {
  const rows: number[] = [];
  let tick = 0;
  for (let n = from.count(MOST_ENTRIES, "inputs"); n > 0; n--) {
    tick += from.count(MOST_TICK, "ticks");
    const kind = from.zigzag();
    const seat = from.zigzag();
    if (tick < first || tick >= end) throw new BadClip(`an input at tick ${tick}`);
    if (kind < 0 || kind > LAST_KIND) throw new BadClip(`an input of kind ${kind}`);
    if (seat < 0 || seat >= MOST_SEATS) throw new BadClip(`an input of seat ${seat}`);
    rows.push(tick, kind, seat, takeInt32(from, "an input"), takeInt32(from, "an input"));
  }
  return rows;
}

function unpack(bytes: Uint8Array<ArrayBuffer>): Clip {
  const from = new Reader();
  from.open(bytes, 0, bytes.length);
  const format = from.byte();
  if (format !== FORMAT) throw new BadClip(`its format is ${format}, and this page knows ${FORMAT}`);
  const rules = Array.from(from.raw(HASH_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const game = takeText(from, "the game");
  if (!isName(game)) throw new BadClip("the game has no name");
  const title = takeText(from, "the game's title");
  const tickHz = from.count(MOST_HZ, "ticks a second");
  if (tickHz === 0) throw new BadClip("it has no ticks");
  const seats = takeSeats(from);
  const first = from.count(MOST_TICK, "as the first tick");
  const ticks = from.count(CLIP_SECONDS.most * tickHz, "ticks");
  if (ticks === 0) throw new BadClip("it shows nothing");
  const last = first + ticks;
  const form = from.byte();
  if (form > 1) throw new BadClip(`it starts in the unknown form ${form}`);
  let start: Clip["start"] = { head: { options: [], seats: [], teams: [], seed: 0 } };
  let begin = 0;
  if (form === 0) start = { head: takeHead(from) };
  else {
    begin = from.count(first, "as the tick of the state");
    start = { snapshot: { tick: begin, packed: from.raw(from.count(MOST_BYTES, "bytes")).slice() } };
  }
  const rows = takeRows(from, begin, last);
  if (!from.done) throw new BadClip("something follows its end");
  return { rules, game, title, tickHz, seats, start, rows, first, last };
}

/** The clip in inflated bytes. Raises BadClip if they are not a clip. */
function parse(bytes: Uint8Array<ArrayBuffer>): Clip {
  try {
    return unpack(bytes);
  } catch (error) {
    if (error instanceof BadClip) throw error;
    // What the browser says of bytes that are no UTF-8 is not for people.
    throw new BadClip(error instanceof DecodeError ? error.message : "its bytes are damaged");
  }
}

/** Whether the fragment of an address (with or without "#") means to be a clip. */
export function isClip(fragment: string): boolean {
  return fragment.replace(/^#/, "").startsWith(KEY);
}

/** The clip of a fragment. Raises BadClip for everything else, in bounded time and memory. */
export async function readClip(fragment: string): Promise<Clip> {
  const text = fragment.replace(/^#/, "");
  if (!text.startsWith(KEY)) throw new BadClip("the link holds no clip");
  if (text.length > MOST_CHARS) throw new BadClip(`it is longer than ${MOST_CHARS} characters`);
  const packed = fromBase64Url(text.slice(KEY.length));
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await pump(packed, new DecompressionStream("deflate"), MOST_BYTES);
  } catch (error) {
    throw error instanceof BadClip ? error : new BadClip("its bytes are damaged");
  }
  return parse(bytes);
}

// --- by id

export interface Span {
  /** Ticks. */
  first: number;
  last: number;
}

/** The nearest span to the wanted one that a clip may have in a match of `ticks`; shorter only in a shorter match. */
export function fitSpan({ first, last }: Span, ticks: number, tickHz: number): Span {
  const least = Math.min(ticks, CLIP_SECONDS.least * tickHz);
  const from = Math.round(Math.max(0, Math.min(first, ticks - least)));
  const length = Math.max(least, Math.min(Math.round(last) - from, CLIP_SECONDS.most * tickHz));
  return { first: from, last: Math.min(ticks, from + length) };
}

const secondsOf = (tick: number, tickHz: number) => String(Math.round((tick * 100) / tickHz) / 100);

/** The end of a link that shows a span of a kept match: "?from=12.5&to=20". */
export function writeSpan({ first, last }: Span, tickHz: number): string {
  return `?from=${secondsOf(first, tickHz)}&to=${secondsOf(last, tickHz)}`;
}

/** The span that an address asks for, or null. */
export function readSpan(search: string, ticks: number, tickHz: number): Span | null {
  const query = new URLSearchParams(search);
  const tick = (name: string) => {
    const text = query.get(name) ?? "";
    return /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Math.round(Number(text) * tickHz) : Number.NaN;
  };
  const first = tick("from");
  const last = tick("to");
  if (Number.isNaN(first) || Number.isNaN(last) || last <= first || first >= ticks) return null;
  return fitSpan({ first, last }, ticks, tickHz);
}
