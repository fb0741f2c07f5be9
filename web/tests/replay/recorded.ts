// Journals of tests/data/journals as the server keeps them, and a replay's two workers in one process.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import type { Bundle, LoadMicroPython, MicroPython } from "../../src/prediction/engine";
import { type MatchReply, type Reply, type Request, RulesServer } from "../../src/prediction/rpc";
import type { Recording } from "../../src/replay/record";
import { type OwnedWorker, Replay } from "../../src/replay/replay";
import { type Entity, plain } from "../../src/sync/state";
import { Writer } from "../../src/sync/varint";
import { MatchServer } from "../prediction/simulated_network";

const FOLDER = join(import.meta.dirname, "../../../tests/data/journals");
export const HASHED_EVERY = 60;

export interface Recorded {
  game: string;
  chosen: number[];
  seats: number[];
  teams: number[];
  seed: number;
  ticks: number;
  entries: [number, [number, number, number, number][]][];
  /** At every 60th tick. */
  hashes: number[];
}

export function recorded(name: string, folder = FOLDER): Recorded {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Recorded;
}

/** The journal as `Journal.pack` of game/rooms/journal.py writes it. */
export function packed({ game, chosen, seats, teams, seed, entries }: Recorded): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  const name = new TextEncoder().encode(game);
  out.zigzag(1).zigzag(name.length).raw(name);
  for (const list of [chosen, seats, teams]) {
    out.zigzag(list.length);
    for (const value of list) out.zigzag(value);
  }
  out.zigzag(seed);
  let last = 0;
  for (const [tick, row] of entries) {
    out.zigzag(tick - last).zigzag(row.length);
    last = tick;
    for (const entry of row) {
      for (const value of entry) out.zigzag(value);
      if (entry[0] === 0) out.zigzag(0);
    }
  }
  return out.finish();
}

export const rowsOf = ({ entries }: Recorded): Int32Array =>
  Int32Array.from(entries.flatMap(([tick, row]) => row.flatMap((entry) => [tick, ...entry])));

/** The rules document of a game of this checkout. */
export async function documentOf(game: string): Promise<Bundle> {
  const server = new MatchServer();
  const { body } = await server.ask<{ body: string }>({ do: "document", game });
  server.end();
  return JSON.parse(body) as Bundle;
}

/** A recording of the first `ticks` ticks. */
export function recordingOf(from: Recorded, rules: Bundle, ticks = from.ticks): Recording {
  const rows = rowsOf(from);
  let end = rows.length;
  while (end > 0 && rows[end - 5]! >= ticks) end -= 5;
  return {
    rules,
    setup: { options: from.chosen, seats: from.seats, teams: from.teams, seed: from.seed },
    snapshot: null,
    first: 0,
    last: ticks,
    rows: rows.slice(0, end),
    finalHash: from.hashes[ticks / HASHED_EVERY] ?? -1,
  };
}

let interpreter: Promise<MicroPython> | null = null;
let forks = 0;

/**
 * A process can hold only one interpreter, and a replay has two workers: here each runs the glue in a namespace of
 * its own.
 */
const loadFork: LoadMicroPython = async (options) => {
  interpreter ??= loadMicroPython(options);
  const real = await interpreter;
  const name = `_fork${forks++}`;
  const quiet = (act: () => void) => {
    try {
      act();
    } catch {
      // the folder is there
    }
  };
  return {
    FS: {
      mkdir: (path) => quiet(() => real.FS.mkdir(path)),
      mkdev: (path, device) => real.FS.mkdev(path + name, device),
      makedev: (major, minor) => real.FS.makedev(major, minor + forks),
      registerDevice: (device, operations) => real.FS.registerDevice(device, operations),
      writeFile: (path, content) => real.FS.writeFile(path, content),
    },
    globals: {
      get: (wanted) => (real.globals.get(`${name}_get`) as (wanted: string) => unknown)(wanted),
    },
    runPython: (code) => {
      const text = JSON.stringify(code.replaceAll("/dev/arrays", `/dev/arrays${name}`));
      real.runPython(
        `${name} = {}\nexec(${text}, ${name})\ndef ${name}_get(one):\n    return ${name}[one]\n`,
      );
    },
  };
};

/** A worker that answers at the next `deliver`, as a real one does after the page has gone on. */
export class TestWorker implements OwnedWorker {
  ended = false;
  readonly requests: Request[] = [];
  private readonly answers: Reply[] = [];
  private user: ((reply: MatchReply) => void) | null = null;
  private generation = 0;
  private readonly server: RulesServer;

  constructor(rules: Bundle, now = () => performance.now()) {
    this.server = new RulesServer({
      loadMicroPython: loadFork,
      wasm: undefined,
      fetchJson: async () => rules,
      reply: (reply) => this.answers.push(reply),
      now,
    });
  }

  async open(): Promise<this> {
    await this.server.handle({ call: "open", url: "rules", mailbox: null });
    const answer = this.answers.pop();
    if (answer?.reply !== "opened") throw new Error(JSON.stringify(answer));
    return this;
  }

  post(request: Request): void {
    this.requests.push(request);
    if (!this.ended) void this.server.handle(request);
  }

  poll(): void {}

  use(user: (reply: MatchReply) => void): number {
    this.user = user;
    return ++this.generation;
  }

  end(): void {
    this.ended = true;
  }

  /** Whether anything was delivered. */
  deliver(): boolean {
    const { answers } = this;
    const due = answers.splice(0);
    for (const answer of due)
      if ("generation" in answer && answer.generation === this.generation) this.user?.(answer);
    return due.length > 0;
  }
}

const FRAME_MS = 1000 / 60;

/** A replay of which the test is the clock: workers answer between two frames. */
export async function start(recording: Recording, rules = recording.rules) {
  const player = await new TestWorker(rules).open();
  const surveyor = await new TestWorker(rules).open();
  let now = 1000;
  const replay = await Replay.open(recording, { player, surveyor, now: () => now });
  const happened: string[] = [];
  replay.feed.listen(({ name }) => happened.push(name));
  const frame = (ms = FRAME_MS) => {
    player.deliver();
    surveyor.deliver();
    now += ms;
    replay.beat(now);
    return replay.feed.show(now, now);
  };
  const frames = (count: number) => {
    for (let k = 0; k < count; k++) frame();
  };
  /** Shows frames until what was sought is there. */
  const arrive = () => {
    for (let k = 0; k < 5000 && replay.seeking.peek(); k++) frame();
    if (replay.seeking.peek()) throw new Error("it never arrived");
    frame();
  };
  const surveyed = () => {
    for (let k = 0; k < 20_000 && !replay.survey.over; k++) frame();
    if (!replay.survey.over) throw new Error("the survey never ended");
    frame();
  };
  const state = () => JSON.stringify(plain(replay.feed.latest as Entity));
  return {
    replay,
    player,
    surveyor,
    happened,
    frames,
    arrive,
    surveyed,
    state,
    wait: (ms: number) => {
      now += ms;
      replay.beat(now);
    },
  };
}
