// Memory that the worker and the page share, where the browser allows it: pictures lie there the moment they
// are made, while a browser may hold messages back until after a frame, most of all after a key press.
import type { FromWorker } from "./messages";

export type PictureAnswer = Extract<FromWorker, { is: "picture" }>;

const SLOTS = 8;
const HEAD = 5;
/** Numbers a picture may have here; larger ones go as messages. */
const MOST = 8192;
const SLOT = HEAD + MOST;

// A slot: its picture's number + 1, generation, stamp, work in microseconds, length, the picture.
/** Holds the latest few pictures, each with a running number. */
export class Mailbox {
  readonly buffer: SharedArrayBuffer;
  private cells: Int32Array<SharedArrayBuffer>;

  /** `buffer`: of the other side's, or none to make one. */
  constructor(buffer = new SharedArrayBuffer((1 + SLOTS * SLOT) * 4)) {
    this.buffer = buffer;
    this.cells = new Int32Array(buffer);
  }

  /** Whether this page may share memory with its workers. */
  static get possible(): boolean {
    return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function";
  }

  /** The worker puts picture `number` down; false if there is no room for it. */
  put(number: number, { generation, stamp, ms, numbers }: PictureAnswer): boolean {
    const { cells } = this;
    if (numbers.length > MOST || number - Atomics.load(cells, 0) >= SLOTS) return false;
    const at = 1 + (number % SLOTS) * SLOT;
    cells[at + 1] = generation;
    cells[at + 2] = stamp;
    cells[at + 3] = Math.round(ms * 1000);
    cells[at + 4] = numbers.length;
    cells.set(numbers, at + HEAD);
    Atomics.store(cells, at, number + 1);
    return true;
  }

  /** The page takes picture `number`, or null if it is not here (yet). */
  take(number: number): PictureAnswer | null {
    const { cells } = this;
    const at = 1 + (number % SLOTS) * SLOT;
    if (Atomics.load(cells, at) !== number + 1) return null;
    const picture: PictureAnswer = {
      is: "picture",
      number,
      generation: cells[at + 1]!,
      stamp: cells[at + 2]!,
      ms: cells[at + 3]! / 1000,
      numbers: new Int32Array(cells.subarray(at + HEAD, at + HEAD + cells[at + 4]!)),
    };
    Atomics.store(cells, 0, number + 1);
    return picture;
  }

  /** Picture `number` came as a message: its slot is free. */
  skip(number: number): void {
    Atomics.store(this.cells, 0, number + 1);
  }
}
