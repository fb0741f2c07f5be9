// Runs a game's Python files under MicroPython: in a worker of the page, or in Node for tests. It knows numbers and
// ticks, but neither the server nor the page.
import { isObject } from "../net/messages";
import type { GameInfo, SchemaInfo } from "../protocol.gen";
import glue from "./glue.py?raw";

/** What the package's `loadMicroPython` gives, as far as it is used here. */
export interface MicroPython {
  FS: FileSystem;
  globals: { get(name: string): unknown };
  runPython(code: string): unknown;
}

interface FileSystem {
  mkdir(path: string): void;
  mkdev(path: string, device: number): void;
  makedev(major: number, minor: number): number;
  registerDevice(device: number, operations: Record<string, unknown>): void;
  writeFile(path: string, content: string): void;
}

export type LoadMicroPython = (options: {
  heapsize: number;
  pystack?: number;
  url?: string;
  stdout?: (line: string) => void;
  stderr?: (line: string) => void;
}) => Promise<MicroPython>;

/** The rules of one game as the server serves them (GAME.rules). */
export interface Bundle {
  game: string;
  module: string;
  class: string;
  files: Record<string, string>;
  /** The game and its schema as docs/protocol.md has them. */
  info: GameInfo;
  schema: SchemaInfo;
  /** Of the rules document of a record: what it was made for, see `INTERPRETER` in game/rooms/rules_document.py. */
  interpreter?: number;
}

/** Whether fetched JSON is a bundle. Its `info` and `schema` are as the server built them. */
export function isBundle(value: unknown): value is Bundle {
  return (
    isObject(value) &&
    [value.game, value.module, value.class].every((name) => typeof name === "string") &&
    isObject(value.files) &&
    Object.values(value.files).every((file) => typeof file === "string")
  );
}

/** How a match of practice begins. */
export interface Setup {
  options: readonly number[];
  seats: readonly number[];
  teams: readonly number[];
  /** 28 bits. */
  seed: number;
}

export const HEAP_BYTES = 4 << 20;
const PLACE = "/rules";

type Call = (...args: (number | string | boolean)[]) => unknown;

/** The device through which arrays pass: Python reads what was put in before, and what it writes is kept. */
class ArrayDevice {
  private input: Uint8Array = new Uint8Array(0);
  private output: Int32Array<ArrayBuffer> = new Int32Array(0);

  constructor(fs: FileSystem) {
    const device = fs.makedev(64, 0);
    fs.registerDevice(device, {
      open: () => {},
      close: () => {},
      read: (_stream: unknown, heap: Int8Array, offset: number, length: number) => {
        const bytes = this.input.subarray(0, length);
        this.input = this.input.subarray(bytes.length);
        new Uint8Array(heap.buffer, heap.byteOffset, heap.byteLength).set(bytes, offset);
        return bytes.length;
      },
      write: (_stream: unknown, heap: Int8Array, offset: number, length: number) => {
        const start = heap.byteOffset + offset;
        this.output = new Int32Array(heap.buffer.slice(start, start + length) as ArrayBuffer);
        return length;
      },
    });
    fs.mkdev("/dev/arrays", device);
  }

  put(bytes: Uint8Array): void {
    this.input = bytes;
  }

  putNumbers(numbers: ArrayLike<number>): number {
    const all = Int32Array.from(numbers);
    this.input = new Uint8Array(all.buffer);
    return all.length;
  }

  take(): Int32Array<ArrayBuffer> {
    const { output } = this;
    this.output = new Int32Array(0);
    return output;
  }
}

export class Engine {
  private python: MicroPython;
  private arrays: ArrayDevice;
  private calls = new Map<string, Call>();
  private files = new Map<string, string>();
  private folders = new Set<string>();

  private constructor(python: MicroPython) {
    this.python = python;
    python.FS.mkdir(PLACE);
    this.arrays = new ArrayDevice(python.FS);
    python.runPython(glue);
  }

  /** Starts the interpreter. `url` is where its wasm is, if not beside the module. Raises if it cannot. */
  static async start(load: LoadMicroPython, url?: string, heapsize = HEAP_BYTES): Promise<Engine> {
    const log = (line: string) => console.warn(line);
    const options = { heapsize, stdout: log, stderr: log };
    return new Engine(await load(url === undefined ? options : { ...options, url }));
  }

  /** Whether no file of the bundle differs from one that is loaded: modules cannot be exchanged. */
  fits(bundle: Bundle): boolean {
    return Object.entries(bundle.files).every(([path, text]) => (this.files.get(path) ?? text) === text);
  }

  /** Loads a game. Raises what MicroPython says if the rules do not run. */
  open(bundle: Bundle): void {
    for (const [path, text] of Object.entries(bundle.files)) {
      if (this.files.has(path)) continue;
      this.folder(path.slice(0, path.lastIndexOf("/")));
      this.python.FS.writeFile(`${PLACE}/${path}`, text);
      this.files.set(path, text);
    }
    this.call("open_game", bundle.module, bundle.class);
  }

  private folder(path: string): void {
    if (path === "" || this.folders.has(path)) return;
    this.folder(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
    this.python.FS.mkdir(`${PLACE}/${path}`);
    this.folders.add(path);
  }

  private call(name: string, ...args: (number | string | boolean)[]): unknown {
    let found = this.calls.get(name);
    if (!found) {
      found = this.python.globals.get(name) as Call;
      this.calls.set(name, found);
    }
    return found(...args);
  }

  /** Takes over a packed match. */
  load(packed: Uint8Array): void {
    this.arrays.put(packed);
    this.call("load", packed.length);
  }

  /** Gives the entropy word that the step from `tick` uses. */
  entropy(tick: number, word: number): void {
    this.call("entropy", tick, word);
  }

  /** Goes on to tick `until`; `rows` are tick, kind, seat, a and b of each entry. */
  confirm(until: number, rows: ArrayLike<number>, quiet = false): void {
    this.call("confirm", until, this.arrays.putNumbers(rows), quiet);
  }

  /** The hash of the confirmed state, right after `confirm`. */
  hash(): number {
    return this.call("state_hash") as number;
  }

  /**
   * The render snapshot of ticks `first` to `last`. `own` are seat, tick, buttons and value of each own input; the
   * next one is likely to be for tick `near` or later.
   */
  look(first: number, last: number, own: ArrayLike<number> = [], near = -1): Int32Array<ArrayBuffer> {
    this.call("look", first, last, this.arrays.putNumbers(own), near);
    return this.arrays.take();
  }

  /** Begins a match of practice. */
  begin({ options, seats, teams, seed }: Setup): void {
    this.arrays.putNumbers([...options, ...seats, ...teams]);
    this.call("begin", options.length, seats.length, teams.length, seed);
  }

  bot(seat: number, level: number, style: number, seed: number): void {
    this.call("bot", seat, level, style, seed);
  }

  free(seat: number): void {
    this.call("free", seat);
  }

  /**
   * Plays up to tick `until` with bots, and with the buttons that people hold, by seat. `changes` are three numbers for
   * each entry of another control in the next step: its seat, and the entry's two numbers.
   */
  play(until: number, held: ArrayLike<number>, changes: ArrayLike<number> = []): void {
    const numbers = [...Array.from(held), ...Array.from(changes)];
    this.arrays.putNumbers(numbers);
    this.call("play", until, held.length, changes.length);
  }

  /** Seat, place and points of each in a match of practice that is over. */
  places(): Int32Array {
    this.call("places");
    return this.arrays.take();
  }

  /**
   * Goes on to tick `until` without a render snapshot: for replays. Returns what happened, as `run` in glue.py says:
   * each as its length, tick, kind and arguments.
   */
  run(until: number, rows: ArrayLike<number>): Int32Array<ArrayBuffer> {
    this.call("run", until, this.arrays.putNumbers(rows));
    return this.arrays.take();
  }

  /** The tick of the match, which no prediction has brought ahead. */
  tick(): number {
    return this.call("tick") as number;
  }

  /** The match as bytes that `load` reads. */
  save(): Uint8Array<ArrayBuffer> {
    const size = this.call("save") as number;
    return new Uint8Array(this.arrays.take().buffer, 0, size);
  }

  /** The match as bytes that only `unpack` reads, with the same rules; faster than `save`. */
  pack(): Uint8Array<ArrayBuffer> {
    const size = this.call("pack") as number;
    return new Uint8Array(this.arrays.take().buffer, 0, size);
  }

  unpack(packed: Uint8Array): void {
    this.arrays.put(packed);
    this.call("unpack", packed.length);
  }

  /** What only one seat, or only the host, could see of the match: JSON. */
  secrets(): string {
    const size = this.call("secrets") as number;
    return new TextDecoder().decode(new Uint8Array(this.arrays.take().buffer, 0, size));
  }

  /** Frees what is unused; returns the bytes in use. */
  collect(): number {
    return this.call("collect") as number;
  }
}
