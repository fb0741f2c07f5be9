// The calls between the page and its worker, which runs the rules: the messages, the memory that both share, and the
// worker's end. worker_client.ts is the page's end. Messages and not promises, because a call a tick must allocate
// little and its answer must arrive before the next frame (docs/decisions/0022).
import { isObject } from "../net/messages";
import type { GameInfo, SchemaInfo } from "../protocol.gen";
import { type Bundle, Engine, isBundle, type LoadMicroPython, type Setup } from "./engine";

/** Where the server lists the rules that a browser can run: `{"games": {name: path}}`. */
export const INDEX = "/rules/index.json";

export interface BotSeat {
  seat: number;
  level: number;
  style: number;
  /** 28 bits. */
  seed: number;
}

/** What the page asks of the worker. Arrays are transferred, not copied. */
export type Request =
  /** Load the rules at `url`, or of the first game listed there; answered by `opened`, `outdated` or `failed`. */
  | { call: "open"; url: string; mailbox: SharedArrayBuffer | null; document?: RulesDocument }
  /** Take over a packed match and go on to `until`. Answers from now on carry `generation`. */
  | { call: "load"; generation: number; packed: Uint8Array; until: number; rows: number[]; words: number[] }
  /** Go on to `until`; `hash` is the state's there, or -1. `words` are tick and entropy word, in turn. */
  | { call: "confirm"; until: number; rows: number[]; words: number[]; hash: number }
  /** Answered by `snapshot`. The next own input is likely for tick `near` or later; `stamp` is returned. */
  | { call: "look"; first: number; last: number; own: number[]; near: number; stamp: number }
  /** Begin a match of practice. */
  | { call: "begin"; generation: number; setup: Setup; bots: BotSeat[] }
  /** A person takes the seat from its bot. */
  | { call: "free"; seat: number }
  | { call: "bot"; bot: BotSeat }
  /** Play up to tick `until`; answered by `snapshot`, before which `secrets` are sent if they are wanted. */
  | {
      call: "play";
      first: number;
      until: number;
      held: number[];
      changes: number[];
      stamp: number;
      secrets?: boolean;
    }
  /**
   * Replay up to tick `until`, the last tick with events unless `quiet`; answered by `snapshot`, or by `ran` if the
   * rules take longer than `budget` ms. `hash` as in `confirm`.
   */
  | {
      call: "watch";
      first: number;
      until: number;
      rows: Int32Array;
      quiet: boolean;
      hash: number;
      budget: number;
      stamp: number;
      /** Send `secrets` first. */
      secrets?: boolean;
    }
  /** Replay to tick `until` at most, for about `budget` ms, without a render snapshot; answered by `ran`. */
  | { call: "run"; until: number; rows: Int32Array; hash: number; budget: number }
  /** Answered by `saved`; `fast`: only for `recall`. */
  | { call: "save"; fast?: boolean }
  /** Take over a match that was saved fast. Answers from now on carry `generation`. */
  | { call: "recall"; generation: number; packed: Uint8Array }
  /** The confirmed state of a match of a room; answered by `confirmed`. */
  | { call: "confirmed" };

/** Rules that the page has fetched itself. `heap`: the bytes that the interpreter may use. */
export interface RulesDocument {
  bundle: Bundle;
  heap: number;
}

/** A render snapshot with its running number, from 0; `ms` is how long the worker took for it. */
export interface SnapshotReply {
  reply: "snapshot";
  number: number;
  generation: number;
  stamp: number;
  numbers: Int32Array<ArrayBuffer>;
  ms: number;
}

/** What concerns a match: its `generation` is that of the request that began it. */
export type MatchReply =
  | SnapshotReply
  /** The state after `tick` is not the server's; `packed` is what `save` makes of it. */
  | { reply: "desync"; generation: number; tick: number; hash: number; packed: Uint8Array<ArrayBuffer> }
  | { reply: "confirmed"; generation: number; tick: number; hash: number; packed: Uint8Array<ArrayBuffer> }
  /** The match is at `tick`; `events` as `run` in glue.py writes them. */
  | { reply: "ran"; generation: number; tick: number; events: Int32Array<ArrayBuffer>; ms: number }
  /** What only some could see at `tick`, as `secrets` in glue.py writes it. */
  | { reply: "secrets"; generation: number; tick: number; text: string }
  | { reply: "saved"; generation: number; packed: Uint8Array<ArrayBuffer>; ms: number }
  /** A request does not fit the match that the worker has. */
  | { reply: "lost"; generation: number; reason: string };

export type Reply =
  | MatchReply
  | { reply: "opened"; url: string; info: GameInfo; schema: SchemaInfo; ms: number }
  /** The rules at `url` differ from those in use, and modules cannot be exchanged: use a new worker. */
  | { reply: "outdated"; url: string }
  /** The rules do not run in this browser. */
  | { reply: "failed"; reason: string }
  /** A snapshot is in the mailbox. */
  | { reply: "mail" };

const SLOTS = 8;
const HEAD = 5;
/** Numbers that a snapshot in the mailbox may have; larger ones are sent as messages. */
const MOST = 8192;
const SLOT = HEAD + MOST;

/**
 * Memory that the worker and the page share, where the browser allows it: a snapshot is there as soon as it is made,
 * while a browser may delay messages until after a frame, above all after a key press.
 *
 * A slot holds the snapshot's number + 1, generation, stamp, work in microseconds, length, and the snapshot.
 */
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

  /** Puts a snapshot in; false if there is no room for it. For the worker. */
  put({ number, generation, stamp, ms, numbers }: SnapshotReply): boolean {
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

  /** Takes snapshot `number` out, or null if it is not here (yet). For the page. */
  take(number: number): SnapshotReply | null {
    const { cells } = this;
    const at = 1 + (number % SLOTS) * SLOT;
    if (Atomics.load(cells, at) !== number + 1) return null;
    const snapshot: SnapshotReply = {
      reply: "snapshot",
      number,
      generation: cells[at + 1] ?? 0,
      stamp: cells[at + 2] ?? 0,
      ms: (cells[at + 3] ?? 0) / 1000,
      numbers: new Int32Array(cells.subarray(at + HEAD, at + HEAD + (cells[at + 4] ?? 0))),
    };
    Atomics.store(cells, 0, number + 1);
    return snapshot;
  }

  /** Snapshot `number` came as a message: its slot is free. */
  skip(number: number): void {
    Atomics.store(this.cells, 0, number + 1);
  }
}

export interface RulesServerNeeds {
  loadMicroPython: LoadMicroPython;
  /** Where the interpreter's wasm is; undefined: beside its module. */
  wasm: string | undefined;
  /** Fetches JSON from a path of the server. */
  fetchJson(path: string): Promise<unknown>;
  reply(reply: Reply, transfer: Transferable[]): void;
  /** Monotonic time, ms. */
  now(): number;
}

/** The path of the first game in the list of rules. Raises if it names none. */
function firstPath(index: unknown): string {
  const [path] = isObject(index) && isObject(index.games) ? Object.values(index.games) : [];
  if (typeof path !== "string") throw new Error("no game of this server can be run in a browser");
  return path;
}

const MOST_BUNDLES = 12;
/** Ticks of the first piece of a run, before it is known how long a tick takes. */
const FIRST_PIECE = 4;
/** A run looks at the clock this often. */
const PIECE_MS = 10;
/** Numbers of a row: tick, kind, seat, a and b. */
export const ROW = 5;

/** Where in `rows`, which rise by tick, the first row of `tick` or later begins. */
export function rowAt(rows: Int32Array, tick: number): number {
  let low = 0;
  let high = rows.length / ROW;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle * ROW] ?? 0) < tick) low = middle + 1;
    else high = middle;
  }
  return low * ROW;
}

const rowsFrom = (rows: Int32Array, tick: number) => rows.subarray(rowAt(rows, tick));

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The worker's end: carries requests out in turn. Knows no `self`, so that tests run it as it is. */
export class RulesServer {
  private engine: Engine | null = null;
  private starting: Promise<Engine> | null = null;
  /** Rules are opened one after the other, in the order of the requests. */
  private opened: Promise<void> = Promise.resolve();
  private path = "";
  /** Rules that were fetched, by path: a path names what is in it. */
  private readonly bundles = new Map<string, Bundle>();
  private generation = 0;
  /** The confirmed tick of a match of a room. */
  private until = 0;
  private mailbox: Mailbox | null = null;
  private snapshots = 0;
  private readonly needs: RulesServerNeeds;

  constructor(needs: RulesServerNeeds) {
    this.needs = needs;
  }

  async handle(request: Request): Promise<void> {
    if (request.call === "open") {
      if (request.mailbox) this.mailbox ??= new Mailbox(request.mailbox);
      this.opened = this.opened.then(() => this.open(request.url, request.document));
      await this.opened;
      return;
    }
    if (!this.engine) return;
    try {
      this.carryOut(request, this.engine);
    } catch (error) {
      this.needs.reply({ reply: "lost", generation: this.generation, reason: messageOf(error) }, []);
    }
  }

  private async open(url: string, document?: RulesDocument): Promise<void> {
    const { loadMicroPython, wasm, reply, now } = this.needs;
    const began = now();
    try {
      // A worker can hold only one interpreter: the package keeps its references in globals.
      this.starting ??= Engine.start(loadMicroPython, wasm, document?.heap);
      const found = document ? { bundle: document.bundle, path: url } : this.fetch(url);
      const [{ bundle, path }, engine] = await Promise.all([found, this.starting]);
      if (!engine.fits(bundle)) {
        reply({ reply: "outdated", url }, []);
        return;
      }
      // A match that these rules run already continues.
      if (path !== this.path) engine.open(bundle);
      this.path = path;
      this.engine = engine;
      const { info, schema } = bundle;
      reply({ reply: "opened", url: path, info, schema, ms: now() - began }, []);
    } catch (error) {
      reply({ reply: "failed", reason: messageOf(error) }, []);
    }
  }

  private async fetch(url: string): Promise<{ bundle: Bundle; path: string }> {
    const { fetchJson } = this.needs;
    const path = url === INDEX ? firstPath(await fetchJson(url)) : url;
    const kept = this.bundles.get(path);
    if (kept) return { bundle: kept, path };
    const bundle = await fetchJson(path);
    if (!isBundle(bundle)) throw new Error(`${path} holds no rules`);
    // A person who tries one game after the other comes back to some.
    if (this.bundles.size >= MOST_BUNDLES) this.bundles.clear();
    this.bundles.set(path, bundle);
    return { bundle, path };
  }

  private carryOut(request: Exclude<Request, { call: "open" }>, engine: Engine): void {
    switch (request.call) {
      case "load":
        this.generation = request.generation;
        engine.load(request.packed);
        this.giveWords(engine, request.words);
        engine.confirm(request.until, request.rows, true);
        this.until = request.until;
        return;
      case "confirm": {
        this.giveWords(engine, request.words);
        engine.confirm(request.until, request.rows);
        this.until = request.until;
        if (request.hash < 0) return;
        this.compare(engine, request.until, request.hash);
        return;
      }
      case "begin":
        this.generation = request.generation;
        engine.begin(request.setup);
        for (const { seat, level, style, seed } of request.bots) engine.bot(seat, level, style, seed);
        return;
      case "free":
        engine.free(request.seat);
        return;
      case "bot":
        engine.bot(request.bot.seat, request.bot.level, request.bot.style, request.bot.seed);
        return;
      case "look": {
        const began = this.needs.now();
        this.show(engine.look(request.first, request.last, request.own, request.near), request.stamp, began);
        return;
      }
      case "play": {
        const began = this.needs.now();
        engine.play(request.until, request.held, request.changes);
        if (request.secrets) this.tellSecrets(engine, request.until);
        this.show(engine.look(request.first, request.until), request.stamp, began);
        return;
      }
      case "watch":
        this.watch(request, engine);
        return;
      case "run": {
        const began = this.needs.now();
        const { tick, events } = this.run(engine, request, request.until, began);
        if (tick === request.until && request.hash >= 0) this.compare(engine, tick, request.hash);
        this.ran(tick, events, began);
        return;
      }
      case "save": {
        const began = this.needs.now();
        const packed = request.fast ? engine.pack() : engine.save();
        const { generation } = this;
        const ms = this.needs.now() - began;
        this.needs.reply({ reply: "saved", generation, packed, ms }, [packed.buffer]);
        return;
      }
      case "confirmed": {
        engine.confirm(this.until, []); // back from what is predicted
        const { generation, until: tick } = this;
        const hash = engine.hash();
        const packed = engine.save();
        this.needs.reply({ reply: "confirmed", generation, tick, hash, packed }, [packed.buffer]);
        return;
      }
      case "recall":
        this.generation = request.generation;
        engine.unpack(request.packed);
    }
  }

  /** Tells the page if the state at `tick` has another hash. */
  private compare(engine: Engine, tick: number, wanted: number): void {
    const hash = engine.hash();
    const { generation } = this;
    if (hash === wanted) return;
    const packed = engine.save();
    this.needs.reply({ reply: "desync", generation, tick, hash, packed }, [packed.buffer]);
  }

  private watch(request: Extract<Request, { call: "watch" }>, engine: Engine): void {
    const began = this.needs.now();
    const { first, until, rows, quiet, hash, stamp } = request;
    if (quiet) {
      const { tick, events } = this.run(engine, request, until - 1, began);
      if (tick < until - 1) {
        this.ran(tick, events, began);
        return;
      }
    }
    engine.confirm(until, quiet ? rowsFrom(rows, until - 1) : rows, quiet);
    if (hash >= 0) this.compare(engine, until, hash);
    if (request.secrets) this.tellSecrets(engine, until);
    this.show(engine.look(first, until), stamp, began);
  }

  private tellSecrets(engine: Engine, tick: number): void {
    const { generation } = this;
    this.needs.reply({ reply: "secrets", generation, tick, text: engine.secrets() }, []);
  }

  /** Goes on to `until`, in pieces that take about `PIECE_MS`, until the budget is used up. */
  private run(
    engine: Engine,
    { rows, budget }: { rows: Int32Array; budget: number },
    until: number,
    began: number,
  ): { tick: number; events: Int32Array<ArrayBuffer> } {
    const { now } = this.needs;
    const pieces: Int32Array[] = [];
    let tick = engine.tick();
    let count = FIRST_PIECE;
    let at = 0;
    let length = 0;
    for (let start = began; tick < until && start - began < budget; ) {
      const to = Math.min(until, tick + count);
      const end = rowAt(rows, to);
      const events = engine.run(to, rows.subarray(at, end));
      at = end;
      if (events.length > 0) pieces.push(events);
      length += events.length;
      const ended = now();
      const ms = Math.max(0.1, ended - start);
      count = Math.max(1, Math.min(count * 2, Math.floor(((to - tick) * PIECE_MS) / ms)));
      start = ended;
      tick = to;
    }
    const all = new Int32Array(length);
    let filled = 0;
    for (const piece of pieces) {
      all.set(piece, filled);
      filled += piece.length;
    }
    return { tick, events: all };
  }

  private ran(tick: number, events: Int32Array<ArrayBuffer>, began: number): void {
    const { generation } = this;
    const ms = this.needs.now() - began;
    this.needs.reply({ reply: "ran", generation, tick, events, ms }, [events.buffer]);
  }

  private show(numbers: Int32Array<ArrayBuffer>, stamp: number, began: number): void {
    const { generation } = this;
    const number = this.snapshots++;
    const ms = this.needs.now() - began;
    const snapshot: SnapshotReply = { reply: "snapshot", number, generation, stamp, numbers, ms };
    if (this.mailbox?.put(snapshot)) this.needs.reply({ reply: "mail" }, []);
    else this.needs.reply(snapshot, [numbers.buffer]);
  }

  private giveWords(engine: Engine, words: readonly number[]): void {
    for (let k = 0; k + 1 < words.length; k += 2) engine.entropy(words[k] ?? 0, words[k + 1] ?? 0);
  }
}
