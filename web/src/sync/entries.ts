// The frames for clients that run the rules themselves: docs/protocol.md, section 7. Twin of
// game/sync/entries.py.
import { checked, type SeatAck } from "./frame";
import { DecodeError, Reader } from "./varint";

/** A word of chance, and in how many ticks after the frame's tick it is used. */
export interface Chance {
  ahead: number;
  word: number;
}

export interface Margin {
  seat: number;
  /** Ticks that the inputs waited at least; negative: one was late. */
  margin: number;
}

export interface EntriesFrame {
  advance: number;
  /** Of the state after the frame's tick; -1: not told. */
  hash: number;
  margins: Margin[];
  chance: Chance | null;
  /** Five numbers an entry: the tick of its step counted from the frame's tick (so -1 or less), kind, seat, a, b. */
  rows: number[];
}

export interface CheckpointFrame {
  epoch: number;
  tick: number;
  /** Server time, ms, at which `tick` was due. */
  at: number;
  acks: SeatAck[];
  chance: Chance | null;
  packed: Uint8Array;
  /** Five numbers an entry: the tick of its step, kind, seat, a, b. */
  rows: number[];
}

export const PRESS = 0;
const ENTRIES = 5;
const CHECKPOINT = 7;
const HASHED = 0x10;
const MARGINS = 0x20;
const SPREAD = 0x40;
const CHANCE_TOLD = 0x80;
const MOST_SEATS = 1024;
const MOST_PACKED = 4 << 20;
const KINDS = 5;

const reader = new Reader();

/** Whether a frame is one of those here. */
export function isForRules(bytes: Uint8Array): boolean {
  const kind = bytes.length > 0 ? bytes[0]! & 15 : 0;
  return kind === ENTRIES || kind === CHECKPOINT;
}

export function isCheckpoint(bytes: Uint8Array): boolean {
  return (bytes[0]! & 15) === CHECKPOINT;
}

function takeWord(): number {
  let word = 0;
  for (let shift = 0; shift < 32; shift += 8) word |= reader.byte() << shift;
  return word >>> 0;
}

/** How many bits a seat's number takes in a press. */
function seatBits(seats: number): number {
  return 32 - Math.clz32(Math.max(seats - 1, 1));
}

/** Reads an entries frame of a game with so many seats. Raises DecodeError. */
export function openEntries(bytes: Uint8Array, seats: number): EntriesFrame {
  reader.open(bytes, 0, bytes.length);
  const head = reader.byte();
  const frame: EntriesFrame = { advance: reader.varint(), hash: -1, margins: [], chance: null, rows: [] };
  if (head & HASHED) frame.hash = takeWord();
  if (head & MARGINS)
    for (let n = reader.count(MOST_SEATS, "margins"); n > 0; n--)
      frame.margins.push({ seat: reader.varint(), margin: reader.zigzag() });
  if (head & CHANCE_TOLD) frame.chance = { ahead: reader.varint(), word: takeWord() };
  const bits = seatBits(seats);
  while (!reader.done) {
    const back = head & SPREAD ? reader.varint() : 0;
    if (back >= frame.advance) throw new DecodeError(`an entry ${back} ticks back in ${frame.advance}`);
    const told = reader.varint();
    const rest = Math.floor(told / 2);
    frame.rows.push(-1 - back);
    if (told % 2 === 0) {
      frame.rows.push(PRESS, rest % 2 ** bits, Math.floor(rest / 2 ** bits), 0);
    } else {
      if (rest % 8 >= KINDS) throw new DecodeError(`an entry of unknown kind ${rest % 8}`);
      frame.rows.push(rest % 8, Math.floor(rest / 8), reader.zigzag(), reader.zigzag());
    }
  }
  return frame;
}

/** Reads a checkpoint. Raises DecodeError. */
export function openCheckpoint(bytes: Uint8Array): CheckpointFrame {
  if (!checked(bytes)) throw new DecodeError("a checkpoint's check fails");
  reader.open(bytes, 1, bytes.length - 2);
  const epoch = reader.varint();
  const tick = reader.varint();
  const at = reader.varint();
  const acks: SeatAck[] = [];
  for (let n = reader.count(MOST_SEATS, "acknowledgements"); n > 0; n--)
    acks.push({ seat: reader.varint(), seq: reader.varint(), margin: reader.zigzag() });
  const ahead = reader.varint();
  const chance = ahead > 0 ? { ahead: ahead - 1, word: takeWord() } : null;
  const packed = reader.raw(reader.count(MOST_PACKED, "bytes of a packed match"));
  const rows: number[] = [];
  let step = 0;
  while (!reader.done) {
    step += reader.zigzag();
    if (step >= tick) throw new DecodeError(`an entry for tick ${step} in a checkpoint of tick ${tick}`);
    for (let n = reader.zigzag(); n > 0; n--) {
      const kind = reader.zigzag();
      rows.push(step, kind, reader.zigzag(), reader.zigzag(), reader.zigzag());
      if (kind === PRESS) reader.zigzag();
    }
  }
  return { epoch, tick, at, acks, chance, packed, rows };
}
