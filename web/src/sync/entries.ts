// The frames for clients that run the rules themselves (docs/protocol.md, section 7). The server's twin is
// game/sync/entries.py.
import { CHECKPOINT, ENTRIES, ENTROPY, HASHED, MARGINS, SPREAD } from "../protocol.gen";
import { checked, type SeatAck } from "./frame";
import { DecodeError, Reader } from "./varint";

/** A word of the match's entropy, and in how many ticks after the frame's tick it is used. */
export interface EntropyWord {
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
  /** Hash of the state after the frame's tick; -1: not sent. */
  hash: number;
  margins: Margin[];
  entropy: EntropyWord | null;
  /** Five numbers an entry: the tick of its step counted from the frame's tick (so -1 or less), kind, seat, a, b. */
  rows: number[];
}

export interface CheckpointFrame {
  epoch: number;
  tick: number;
  /** Server time, ms, at which `tick` was due. */
  at: number;
  acks: SeatAck[];
  entropy: EntropyWord | null;
  packed: Uint8Array;
  /** Five numbers an entry: the tick of its step, kind, seat, a, b. */
  rows: number[];
}

export const PRESS = 0;
const MOST_SEATS = 1024;
const MOST_PACKED = 4 << 20;
const KINDS = 6;

const reader = new Reader();

/** Whether a frame is one of these. */
export function isForRules(bytes: Uint8Array): boolean {
  const kind = (bytes[0] ?? 0) & 15;
  return kind === ENTRIES || kind === CHECKPOINT;
}

export function isCheckpoint(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 15) === CHECKPOINT;
}

function takeWord(): number {
  let word = 0;
  for (let shift = 0; shift < 32; shift += 8) word |= reader.byte() << shift;
  return word >>> 0;
}

/** How many bits a seat's number has in a press. */
function seatBits(seats: number): number {
  return 32 - Math.clz32(Math.max(seats - 1, 1));
}

/** Reads an entries frame; `seats` is the most seats of the game. Raises DecodeError. */
export function openEntries(bytes: Uint8Array, seats: number): EntriesFrame {
  reader.open(bytes, 0, bytes.length);
  const head = reader.byte();
  const frame: EntriesFrame = { advance: reader.varint(), hash: -1, margins: [], entropy: null, rows: [] };
  if (head & HASHED) frame.hash = takeWord();
  if (head & MARGINS)
    for (let n = reader.count(MOST_SEATS, "margins"); n > 0; n--)
      frame.margins.push({ seat: reader.varint(), margin: reader.zigzag() });
  if (head & ENTROPY) frame.entropy = { ahead: reader.varint(), word: takeWord() };
  const bits = seatBits(seats);
  while (!reader.done) {
    const back = head & SPREAD ? reader.varint() : 0;
    if (back >= frame.advance) throw new DecodeError(`an entry ${back} ticks back in ${frame.advance}`);
    const entry = reader.varint();
    const rest = Math.floor(entry / 2);
    frame.rows.push(-1 - back);
    if (entry % 2 === 0) {
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
  const entropy = ahead > 0 ? { ahead: ahead - 1, word: takeWord() } : null;
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
  return { epoch, tick, at, acks, entropy, packed, rows };
}
