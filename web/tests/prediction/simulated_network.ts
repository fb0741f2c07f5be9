// A match server in a child process, a line of known delay, and a client with a worker's desk of its own, in
// a time that passes only as fast as they compute.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { packStick, quantised, STICK } from "../../src/input/control_state";
import { Diagnostics } from "../../src/prediction/diagnostics";
import { Predictor } from "../../src/prediction/predictor";
import { type Reply, type Request, RulesServer } from "../../src/prediction/rpc";
import type { GameInfo, SchemaInfo } from "../../src/protocol.gen";
import type { Change } from "../../src/sync/control_changes";
import { InputLead, InputQueue } from "../../src/sync/input_queue";
import { Schema } from "../../src/sync/schema";
import { bundleOf } from "./engines";

const ROOT = join(import.meta.dirname, "../../..");
const PYTHON = join(ROOT, ".venv/bin/python");

/** The server's side: tests/netcond/match_server.py. */
export class MatchServer {
  private child: ChildProcess;
  private lines: Interface;
  private answers: ((line: string) => void)[] = [];

  constructor() {
    const python = existsSync(PYTHON) ? PYTHON : "python3";
    this.child = spawn(python, [join(ROOT, "tests/netcond/match_server.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.lines = createInterface({ input: this.child.stdout! });
    this.lines.on("line", (line) => this.answers.shift()?.(line));
    this.child.on("exit", () => {
      for (const answer of this.answers) answer('{"error": "the match server ended"}');
    });
  }

  async ask<T>(order: object): Promise<T> {
    const line = await new Promise<string>((resolve) => {
      this.answers.push(resolve);
      this.child.stdin!.write(`${JSON.stringify(order)}\n`);
    });
    const answer = JSON.parse(line) as T & { error?: string };
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  end(): void {
    this.child.stdin!.end();
  }
}

/** A generator of numbers 0..1 that a seed repeats (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One direction of the line: things arrive in order, each `delay` ± `jitter` ms after it was sent. */
class Way<T> {
  private under: { at: number; thing: T }[] = [];
  private last = 0;
  private delay: number;
  private jitter: number;
  private draw: () => number;

  constructor(delay: number, jitter: number, draw: () => number) {
    this.delay = delay;
    this.jitter = jitter;
    this.draw = draw;
  }

  send(thing: T, now: number): void {
    this.last = Math.max(this.last, now + this.delay + (this.draw() * 2 - 1) * this.jitter);
    this.under.push({ at: this.last, thing });
  }

  arrived(now: number): { at: number; thing: T }[] {
    let count = 0;
    while (count < this.under.length && this.under[count]!.at <= now) count++;
    return this.under.splice(0, count);
  }
}

export interface Conditions {
  rtt: number;
  jitter: number;
}

export interface MatchPlan {
  game: string;
  options?: Record<string, unknown>;
  /** By seat. */
  teams?: number[];
  seats: number;
  /** Seats of people, the first of whom is the client. */
  people: number[];
  seed: number;
  /** At most so many ticks are played. */
  ticks: number;
  /** After this tick the server's state is changed behind everybody's back. */
  spoilAt?: number;
}

/**
 * The worker of this process: a process can hold but one interpreter, since the package keeps its references
 * in globals.
 */
export class Worker {
  readonly answers: Reply[] = [];
  generation = 0;
  private server = new RulesServer({
    loadMicroPython,
    wasm: undefined,
    fetchJson: async (path) => {
      const [game, name] = path.split(":");
      return bundleOf(game!, name!);
    },
    reply: (reply) => this.answers.push(reply),
    now: () => performance.now(),
  });

  /** Loads a game's rules: its name and its class's. */
  async open(game: string, name: string): Promise<void> {
    await this.server.handle({ call: "open", url: `${game}:${name}`, mailbox: null });
    const answer = this.answers.pop();
    if (answer?.reply !== "opened") throw new Error(JSON.stringify(answer));
  }

  post(request: Request): void {
    void this.server.handle(request);
  }
}

const FRAME_MS = 1000 / 60;
/** An input for the step that is being shown has most of a tick's time more to arrive. */
const EARLY = 0.75;
const START_MS = 10_000;

/** Plays a match over the line; the client presses at random. Returns what the client measured. */
export async function playOver(
  server: MatchServer,
  worker: Worker,
  plan: MatchPlan,
  { rtt, jitter }: Conditions,
): Promise<{
  figures: Diagnostics;
  ticks: number;
  bytes: number;
  frames: number;
  over: boolean;
  healedMs: number;
}> {
  const draw = chance(plan.seed);
  const up = new Way<Uint8Array | "resync" | "desync">(rtt / 2, jitter / 2, draw);
  const down = new Way<Uint8Array>(rtt / 2, jitter / 2, draw);
  const begun = await server.ask<{ schema: SchemaInfo; info: GameInfo; seats: number; frames: string[] }>({
    do: "begin",
    at: START_MS,
    ...plan,
  });
  const ways = waysToPress(begun.info);
  const steer = (): Change[] =>
    [...(begun.info.controls ?? []).filter(({ kind }) => kind !== "button").entries()]
      .filter(([, { kind }]) => kind === "stick")
      .map(([control]) => {
        const [angle, length] = [draw() * 2 * Math.PI, draw() < 0.2 ? 0 : STICK];
        const [x, y] = quantised(Math.cos(angle) * length, Math.sin(angle) * length);
        return { control, form: "number", value: packStick(x, y) };
      });
  const schema = new Schema(begun.schema);
  const interval = 1000 / schema.tickHz;
  const own = new InputQueue(plan.people[0] ?? 0);
  const lead = new InputLead();
  const figures = new Diagnostics();
  let now = START_MS;
  let anchor = { tick: 0, at: START_MS };
  let spoiltAt = Number.NaN;
  let healedMs = Number.NaN;
  const serverTick = (at: number) => anchor.tick + (at - anchor.at) / interval;
  worker.answers.length = 0;
  const predictor = new Predictor(
    schema,
    begun.seats,
    {
      post: (request) => worker.post(request),
      poll: () => {},
      generation: () => ++worker.generation,
      own: () => {
        const out: number[] = [];
        own.pendingInto(out);
        return out;
      },
      isOwn: (seat) => seat === own.seat,
      applied: (seat, buttons) => {
        if (seat === own.seat) own.applied(buttons);
      },
      acks: (acks) => {
        for (const { seat, seq } of acks) if (seat === own.seat) own.acknowledged(seq, true);
        if (!Number.isNaN(spoiltAt) && Number.isNaN(healedMs)) healedMs = now - spoiltAt;
      },
      margin: (seat, margin) => {
        if (seat === own.seat) lead.margin(margin);
      },
      lead: () => lead.ticks(rtt / 2 + jitter / 2, interval) - EARLY,
      serverTick,
      anchor: (tick, at) => {
        anchor = { tick, at };
      },
      serverNow: (at) => at,
      event: () => {},
      resync: () => up.send("resync", now),
      failed: (reason) => {
        throw new Error(reason);
      },
      desync: () => {
        spoiltAt = now;
        up.send("desync", now);
      },
    },
    figures,
  );
  const hex = (frame: string) => Uint8Array.from(Buffer.from(frame, "hex"));
  for (const frame of begun.frames) down.send(hex(frame), now);

  let tick = 0;
  let bytes = 0;
  let frames = 0;
  let over = false;
  let inputs: string[] = [];
  let nextPress = START_MS + 3000;
  let nextFrame = START_MS;
  while (!over && tick < plan.ticks) {
    const due = START_MS + (tick + 1) * interval;
    now = Math.min(due, nextFrame);
    for (const { thing } of up.arrived(now)) {
      if (typeof thing === "string") {
        const { frames: sent } = await server.ask<{ frames: string[] }>({
          do: "checkpoint",
          anew: thing === "desync",
          at: Math.round(START_MS + tick * interval),
        });
        for (const frame of sent) down.send(hex(frame), now);
      } else inputs.push(Buffer.from(thing).toString("hex"));
    }
    for (const { thing } of down.arrived(now)) {
      bytes += thing.length + 2;
      frames++;
      predictor.take(thing, now);
    }
    for (let answer = worker.answers.shift(); answer; answer = worker.answers.shift())
      if ("generation" in answer) predictor.hear(answer, now);
    if (now === nextFrame) {
      nextFrame += FRAME_MS;
      if (plan.people.length > 0 && now >= nextPress) {
        nextPress = now + 80 + draw() * 700;
        const held = Math.floor(draw() * ways);
        if (own.hold(held, predictor.inputTick(now), 0, steer())) {
          up.send(own.message(now, predictor.inputTick(now)), now);
          predictor.pressed(now);
        }
      }
      if (own.due(now)) up.send(own.message(now, predictor.inputTick(now)), now);
      predictor.show(now);
    }
    if (now < due) continue;
    if (plan.spoilAt === tick) await server.ask({ do: "spoil" });
    const answer = await server.ask<{ frames: string[]; over: boolean }>({ do: "tick", inputs });
    inputs = [];
    tick++;
    over = answer.over;
    for (const frame of answer.frames) down.send(hex(frame), now);
  }
  return { figures, ticks: tick, bytes, frames, over, healedMs };
}

/** How many sets of buttons are held at random: any, but never both of two that steer. */
function waysToPress({ buttons, controls }: GameInfo): number {
  const count = controls ? controls.filter(({ kind }) => kind === "button").length : buttons.length;
  return count === 2 ? 3 : 2 ** count;
}
