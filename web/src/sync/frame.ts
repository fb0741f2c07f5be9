// A frame's head: which kind it is, where it belongs in the order, what it acknowledges. The state in
// it is left for delta.ts, which reads it when its time has come.
import {
  ACKS,
  ADVANCE,
  CHECK_BYTES,
  CLOCK,
  EVENTS,
  FULL,
  KEYFRAME,
  OF_HOST,
  PRIVATE,
  SHIFT,
  STATE,
} from "../protocol.gen";
import { DecodeError, Reader } from "./varint";

export interface SeatAck {
  seat: number;
  seq: number;
  /** Ticks the input waited for its tick; negative: it was late. */
  margin: number;
}

export interface StateFrame {
  kind: "state";
  number: number;
  /** Ticks since the frame before. */
  advance: number;
  acks: SeatAck[];
  /** [index in the schema's events, …arguments] */
  events: number[][];
  bytes: Uint8Array;
  body: number;
}
export interface Keyframe {
  kind: "keyframe";
  number: number;
  epoch: number;
  tick: number;
  /** Server time, ms, at which `tick` was due. */
  at: number;
  acks: SeatAck[];
  bytes: Uint8Array;
  body: number;
}
export interface PrivateFrame {
  kind: "private";
  seat: number;
  full: boolean;
  /** It is the host's part and no seat's. */
  ofHost: boolean;
  bytes: Uint8Array;
  body: number;
}
export interface ClockFrame {
  kind: "clock";
  client: number;
  now: number;
}
export interface ShiftFrame {
  kind: "shift";
  tick: number;
  at: number;
}
export type Frame = StateFrame | Keyframe | PrivateFrame | ClockFrame | ShiftFrame;

const MOST_SEATS = 1024;
const MOST_EVENTS = 4096;

const reader = new Reader();

function takeAcks(): SeatAck[] {
  const acks: SeatAck[] = [];
  for (let n = reader.count(MOST_SEATS, "acknowledgements"); n > 0; n--)
    acks.push({ seat: reader.varint(), seq: reader.varint(), margin: reader.zigzag() });
  return acks;
}

function takeEvents(events: readonly { args: readonly string[] }[]): number[][] {
  const found: number[][] = [];
  for (let n = reader.count(MOST_EVENTS, "events"); n > 0; n--) {
    const kind = reader.count(events.length - 1, "as the kind of an event");
    const event = [kind];
    for (let k = events[kind]?.args.length ?? 0; k > 0; k--) event.push(reader.zigzag());
    found.push(event);
  }
  return found;
}

const TABLE = new Int32Array(256);
for (let n = 0; n < 256; n++) {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLE[n] = value;
}

/** The CRC-32 of the first `length` bytes, as an unsigned number. */
export function crc32(bytes: Uint8Array, length = bytes.length): number {
  let crc = -1;
  for (let k = 0; k < length; k++) crc = (TABLE[(crc ^ (bytes[k] ?? 0)) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** Whether the last two bytes fit the rest. */
export function checked(bytes: Uint8Array): boolean {
  const end = bytes.length - CHECK_BYTES;
  if (end < 1) return false;
  return (crc32(bytes, end) & 0xffff) === ((bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8));
}

/** Reads a frame's head. Raises DecodeError when it is cut short, garbled or of no known kind. */
export function open(bytes: Uint8Array, events: readonly { args: readonly string[] }[]): Frame {
  if (!checked(bytes)) throw new DecodeError("a frame's check fails");
  reader.open(bytes, 0, bytes.length - CHECK_BYTES);
  const first = reader.byte();
  const flags = first & 0xf0;
  switch (first & 15) {
    case STATE: {
      const number = reader.byte();
      const advance = flags & ADVANCE ? reader.varint() : 1;
      const acks = flags & ACKS ? takeAcks() : [];
      const happened = flags & EVENTS ? takeEvents(events) : [];
      return { kind: "state", number, advance, acks, events: happened, bytes, body: reader.at };
    }
    case KEYFRAME: {
      const number = reader.byte();
      const epoch = reader.varint();
      const tick = reader.varint();
      const at = reader.varint();
      const acks = takeAcks();
      return { kind: "keyframe", number, epoch, tick, at, acks, bytes, body: reader.at };
    }
    case PRIVATE:
      return {
        kind: "private",
        seat: reader.varint(),
        full: (flags & FULL) !== 0,
        ofHost: (flags & OF_HOST) !== 0,
        bytes,
        body: reader.at,
      };
    case CLOCK:
      return { kind: "clock", client: reader.varint(), now: reader.varint() };
    case SHIFT:
      return { kind: "shift", tick: reader.varint(), at: reader.varint() };
    default:
      throw new DecodeError(`a frame of unknown kind ${first}`);
  }
}
