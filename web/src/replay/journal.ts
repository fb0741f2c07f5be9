// Reads the journal of a match as a record keeps it: game/rooms/journal.py writes it. A journal may come from anywhere,
// so every bad byte is a JournalError, and time and memory are bounded by the constants below.
import { ROW } from "../prediction/rpc";
import { DecodeError, Reader } from "../sync/varint";

/** Bytes that are no journal, or one that is too large to be shown. */
export class JournalError extends Error {
  override name = "JournalError";
}

/** How a match began. */
export interface Head {
  game: string;
  options: number[];
  seats: number[];
  teams: number[];
  /** 28 bits. */
  seed: number;
}

export interface Journal {
  head: Head;
  /** Five numbers an entry, in order: the tick of its step, kind, seat, a and b. */
  rows: Int32Array;
}

/** Compressed bytes of a journal; a ten-minute match of a hundred riders has a tenth of it. */
export const MOST_PACKED_BYTES = 4 << 20;
export const MOST_BYTES = 24 << 20;
export const MOST_ENTRIES = 1 << 20;
/** Ticks of a match: nearly five hours at 60 ticks a second. */
export const MOST_TICKS = 1 << 20;
const FORMAT = 1;
const PRESS = 0;
const CONTROL = 5;
/** Entries of one tick. */
const MOST_IN_ROW = 4096;
const MOST_LIST = 1024;
const MOST_NAME_BYTES = 64;
const MOST_SEAT = 1023;
/** The rules' integers have 30 bits and a sign. */
const MOST_NUMBER = 2 ** 30;

/** Inflates zlib bytes. Raises JournalError if they are damaged, or if more than `most` come out. */
export async function inflate(packed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > most) {
        void reader.cancel().catch(() => {}); // nobody waits for the rest
        break;
      }
      pieces.push(value);
    }
  } catch {
    throw new JournalError("the journal's compressed bytes are damaged");
  }
  if (size > most) throw new JournalError(`the journal has more than ${most} bytes`);
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The journal in compressed bytes. Raises JournalError. */
export async function readJournal(packed: Uint8Array<ArrayBuffer>): Promise<Journal> {
  if (packed.length > MOST_PACKED_BYTES)
    throw new JournalError(`the journal has ${packed.length} compressed bytes, too many to be shown`);
  return parseJournal(await inflate(packed, MOST_BYTES));
}

/** The journal that `Journal.pack` wrote. Raises JournalError. */
export function parseJournal(bytes: Uint8Array): Journal {
  const reader = new Reader();
  reader.open(bytes, 0, bytes.length);
  try {
    return { head: readHead(reader), rows: readRows(reader) };
  } catch (error) {
    if (error instanceof DecodeError) throw new JournalError(error.message);
    throw error;
  }
}

function readHead(reader: Reader): Head {
  if (number(reader) !== FORMAT) throw new JournalError("this is no journal of a known format");
  const name = reader.raw(count(reader, MOST_NAME_BYTES, "bytes of the game's name"));
  const head: Head = {
    game: gameName(name),
    options: list(reader, "options"),
    seats: list(reader, "seats"),
    teams: list(reader, "teams"),
    seed: number(reader),
  };
  if (head.seats.some((seat) => seat < 0 || seat > MOST_SEAT)) throw new JournalError("a seat out of range");
  return head;
}

function gameName(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new JournalError("the game's name is no text");
  }
}

function readRows(reader: Reader): Int32Array {
  let rows = new Int32Array(1024 * ROW);
  let filled = 0;
  let tick = 0;
  while (!reader.done) {
    const ahead = number(reader);
    if (ahead < 0) throw new JournalError(`a row goes back by ${-ahead} ticks after tick ${tick}`);
    tick += ahead;
    if (tick > MOST_TICKS) throw new JournalError(`a row at tick ${tick}: the match is too long to be shown`);
    const entries = count(reader, MOST_IN_ROW, "entries in one tick");
    if (filled + entries * ROW > MOST_ENTRIES * ROW)
      throw new JournalError(`the journal has more than ${MOST_ENTRIES} entries`);
    if (filled + entries * ROW > rows.length) {
      const larger = new Int32Array(rows.length * 2 + entries * ROW);
      larger.set(rows);
      rows = larger;
    }
    for (let k = 0; k < entries; k++) {
      const kind = number(reader);
      const seat = number(reader);
      if (kind < PRESS || kind > CONTROL || seat < 0 || seat > MOST_SEAT)
        throw new JournalError(`an entry of kind ${kind} for seat ${seat}`);
      rows[filled++] = tick;
      rows[filled++] = kind;
      rows[filled++] = seat;
      rows[filled++] = number(reader);
      rows[filled++] = number(reader);
      if (kind === PRESS) number(reader); // the client's own number of a press: 0 in a record
    }
  }
  return rows.slice(0, filled);
}

function number(reader: Reader): number {
  const value = reader.zigzag();
  if (value >= MOST_NUMBER || value < -MOST_NUMBER) throw new JournalError(`a number of ${value}`);
  return value;
}

function count(reader: Reader, most: number, what: string): number {
  const value = number(reader);
  if (value < 0 || value > most) throw new JournalError(`${value} ${what}, at most ${most} can be`);
  return value;
}

function list(reader: Reader, what: string): number[] {
  return Array.from({ length: count(reader, MOST_LIST, what) }, () => number(reader));
}
