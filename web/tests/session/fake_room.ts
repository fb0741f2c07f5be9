// A room of a server, without a network: the seats, matches and input counters that a session depends on.
// It follows docs/protocol.md, and `Tab` is a browser tab that connects a session to it.
import { vi } from "vitest";
import type { SendCommand } from "../../src/net/commands";
import type { Connection, ConnectionEvents, Credentials } from "../../src/net/connection";
import { readAnswer, readEvent } from "../../src/net/messages";
import {
  type Joined,
  type PersonInfo,
  type Phase,
  type RoomInfo,
  SAMPLES,
  type SchemaInfo,
  type SeatInfo,
} from "../../src/protocol.gen";
import { Session } from "../../src/session/session";
import { BrowserStorage } from "../../src/session/storage";
import { crc32 } from "../../src/sync/frame";
import { Reader, Writer } from "../../src/sync/varint";

export const CODE = "KX4P7M";

const schemaOf = (game: string): SchemaInfo => ({
  version: 1,
  game,
  tick_hz: 30,
  root: "Root",
  entities: { Root: [{ name: "x", kind: "fixed", frac: 0 }] },
  events: [],
});

function sealed(out: Writer): Uint8Array {
  const bytes = out.finish();
  const check = crc32(bytes) & 0xffff;
  return Uint8Array.from([...bytes, check & 255, check >> 8]);
}

/** The inputs of a message of a client: seat, and seq and buttons of each. */
function readInputs(bytes: Uint8Array): { seat: number; presses: { seq: number; buttons: number }[] } {
  const reader = new Reader();
  reader.open(bytes, 1, bytes.length);
  const seat = reader.varint();
  const count = reader.varint();
  const first = reader.varint();
  const presses = [];
  for (let k = 0; k < count; k++) {
    reader.zigzag();
    const packed = reader.varint();
    if (packed & 1) reader.zigzag();
    presses.push({ seq: first + k, buttons: packed >> 1 });
  }
  return { seat, presses };
}

/** One room with one person in it, on seat 0, and on seat 1 if they play in pairs. */
export class FakeRoom {
  /** The server is away: connections end as soon as they are opened. */
  down = false;
  /** Buttons of each seat as the server applied them, in order. */
  readonly applied: { seat: number; buttons: number }[] = [];
  /** The server is full: connections are refused. */
  full = false;
  publicUrl = "";
  private counts = new Map<number, number>();
  private matches = 0;
  private version = 1;
  private game = "dot";
  private phase: Phase = "lobby";
  private second: number | null = null;
  private epoch = 1;
  private line: FakeConnection | null = null;

  get state(): RoomInfo {
    const seat = (ready: boolean): SeatInfo => ({
      kind: "human",
      player: "p1",
      name: "Ann",
      colour: 0,
      shape: 0,
      team: 0,
      ready,
      held: false,
      playing: this.phase === "live",
    });
    const ann: Partial<PersonInfo> = { name: "Ann", colour: 0, shape: 0, seat: 0, connected: true };
    if (this.second !== null) ann.second = this.second;
    return {
      ...SAMPLES.room,
      version: this.version,
      code: CODE,
      rematch: [],
      phase: this.phase,
      game: this.game,
      host: "p1",
      people: { p1: ann as PersonInfo },
      seats: { 0: seat(true), ...(this.second === null ? {} : { [this.second]: seat(true) }) },
      ...(this.phase === "live" ? { match: { number: this.matches } } : {}),
    };
  }

  get joined(): Joined {
    return {
      code: CODE,
      player: "p1",
      seat_token: "seat-token",
      room: this.state,
      schema: schemaOf(this.game),
      chat: [],
      chat_n: 0,
    };
  }

  /** A connection was opened: it replaces the one before. */
  connect(line: FakeConnection): void {
    if (this.down) {
      line.on.ended("", "");
      return;
    }
    if (this.full) {
      line.on.ended("crowded", "There are 256 players from your network already.");
      return;
    }
    const resumed = line.who.seat === "seat-token";
    if (resumed && this.line && !this.line.closed) {
      this.line.emit("bye", { code: "replaced", message: "You connected elsewhere." });
      this.line.on.ended("", "");
    }
    if (resumed) this.line = line;
    line.emit("welcome", {
      version: 1,
      device: "device-token",
      now: 1000,
      games: [{ name: "dot", buttons: ["left", "right"], seats: [1, 8], options: [], presets: [] }],
      resumed: resumed ? this.joined : null,
      limits: { chat_chars: 200, name_chars: 16, input_hz: 40, payload_bytes: 16384 },
      emotes: [],
      shapes: 8,
      public_url: this.publicUrl,
    });
    if (resumed && this.phase === "live") this.keyframe();
  }

  enter(line: FakeConnection): object {
    this.line = line;
    return { ok: true, ...this.joined };
  }

  private tell(patch: object): void {
    this.version++;
    this.line?.emit("room", { version: this.version, ...patch });
  }

  /** A match begins: the keyframe comes before the room says so, as the server sends them. */
  start(): void {
    this.phase = "live";
    this.matches++;
    this.counts.clear();
    this.keyframe();
    this.tell({ phase: "live", match: { number: this.matches } });
  }

  decide(): void {
    this.phase = "results";
    this.tell({ phase: "results", match: null, results: { places: [], awards: [], rounds: [], ticks: 1 } });
  }

  choose(game: string): void {
    this.game = game;
    this.line?.emit("schema", schemaOf(game));
    this.tell({ game, phase: "lobby", results: null });
  }

  /** The second player of the same keyboard takes a seat, or leaves it (null); a new one counts from 1. */
  sitSecond(seat: number | null): void {
    if (seat !== null) this.counts.delete(seat);
    const before = this.second;
    this.second = seat;
    this.tell({
      people: { p1: { second: seat } },
      seats: seat === null ? { [before!]: null } : { [seat]: this.state.seats[seat] },
    });
  }

  /** Another worker goes on with the match, and has not seen the last `lost` inputs of seat 0. */
  moveAndLose(lost: number): void {
    this.epoch++;
    this.counts.set(0, (this.counts.get(0) ?? 0) - lost);
    this.line?.emit("joined", this.joined);
    this.keyframe();
  }

  keyframe(): void {
    const acks = [...this.counts].filter(([, seq]) => seq > 0);
    const out = new Writer().byte(2).byte(0).varint(this.epoch).varint(10).varint(1000).varint(acks.length);
    for (const [seat, seq] of acks) out.varint(seat).varint(seq).zigzag(1);
    this.line?.on.frame(sealed(out.zigzag(0)));
  }

  /** As the server does: one that does not follow the last is not taken. */
  take(bytes: Uint8Array): void {
    if (bytes[0] !== 1) return;
    const { seat, presses } = readInputs(bytes);
    for (const { seq, buttons } of presses) {
      if (seq !== (this.counts.get(seat) ?? 0) + 1) continue;
      this.counts.set(seat, seq);
      this.applied.push({ seat, buttons });
    }
  }
}

export class FakeConnection implements Connection {
  heardAt = performance.now();
  closed = false;
  readonly who: Credentials;
  readonly on: ConnectionEvents;
  private room: FakeRoom;

  constructor(room: FakeRoom, who: Credentials, on: ConnectionEvents) {
    this.room = room;
    this.who = who;
    this.on = on;
  }

  /** The server emits an event on this connection. */
  emit(name: string, argument: unknown): void {
    const event = readEvent(name, argument);
    if (!event) throw new Error(`the client does not know the event ${name} as it was sent`);
    this.on.event(event);
  }

  command: SendCommand = async (name) => {
    const answer = name === "join" || name === "create" ? this.room.enter(this) : { ok: true };
    return readAnswer(name, answer) ?? { ok: false, code: "internal", message: "" };
  };

  send(bytes: Uint8Array): void {
    if (!this.closed) this.room.take(bytes);
  }

  watchLobby(): void {}

  close(): void {
    this.closed = true;
  }
}

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

/** A browser: what all its tabs remember. */
export class Browser {
  readonly storage = memory();
}

/** A tab that shows `path`, and the session in it; `reload` makes another in its place. */
export class Tab {
  readonly lines: FakeConnection[] = [];
  readonly session: Session;
  private room: FakeRoom;
  private browser: Browser;
  private storage: Storage;

  constructor(room: FakeRoom, browser = new Browser(), path = "/", storage = memory()) {
    this.room = room;
    this.browser = browser;
    this.storage = storage;
    this.session = new Session({
      connect: (credentials, on) => {
        const line = new FakeConnection(room, credentials, on);
        this.lines.push(line);
        queueMicrotask(() => room.connect(line));
        return line;
      },
      now: () => performance.now(),
      timers: { start: (run, ms) => setTimeout(run, ms), stop: (timer) => clearTimeout(timer) },
      random: Math.random,
      storage: new BrowserStorage((area) => (area === "tab" ? storage : browser.storage)),
      page: {
        path,
        hidden: () => false,
        offline: () => false,
        isPhone: () => false,
        watch: () => {},
        reload: () => {},
        serverBuild: () => {},
      },
      loadPrediction: null,
    });
    this.session.open();
  }

  async join(): Promise<void> {
    await vi.advanceTimersByTimeAsync(50);
    const ack = await this.session.join({ code: CODE, name: "Ann" });
    if (!ack.ok) throw new Error(ack.message);
  }

  /** The page is gone and comes back, with what its tab and its browser remember. */
  async reload(path = `/r/${CODE}`): Promise<Tab> {
    for (const line of this.lines) line.close();
    const next = new Tab(this.room, this.browser, path, this.storage);
    await vi.advanceTimersByTimeAsync(50);
    return next;
  }

  /** Holds buttons for a moment and lets go. */
  press(mask: number, player = 0): void {
    this.session.held.set(player, "keys", mask);
    this.session.held.set(player, "keys", 0);
  }
}
