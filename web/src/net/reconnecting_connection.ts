// Keeps one connection alive: opens the next when one breaks, waits longer each time, opens a second
// beside one that fell silent and changes over when the second stands.
import { type Credentials, type Line, type LineEvents, NO_TRANSPORT } from "./connection";
import type { Ack, OpenRoom, Welcome } from "./types";

export type Connection = "connecting" | "online" | "reconnecting" | "replaced" | "closed";

/** "transport": the server is there, but a proxy lets no WebSocket through and it offers nothing else. */
export type Unreachable = "server" | "transport";

export interface LinkEvents {
  state(state: Connection): void;
  welcome(welcome: Welcome): void;
  event(name: string, arg: unknown): void;
  frame(bytes: Uint8Array): void;
  /** For some seconds there has been no connection, and why; null: it stands. */
  unreachable(why: Unreachable | null): void;
  /** The server said why it closes, or refused. */
  bye(code: string, message: string): void;
  lobby(rooms: OpenRoom[], online: number): void;
}

/** Opens a line; in tests, one without a network. */
export type Opener = (who: Credentials, on: LineEvents) => Pick<Line, keyof Line>;

/** After these the player must decide to come back. */
const FINAL = new Set(["replaced", "strikes", "version", "origin"]);
/** After these the server wants us at once. */
const AT_ONCE = new Set(["kicked", "banned", "closed", "failed"]);
/** A silence so long while a match runs is looked into. */
const SILENCE_MS = 1500;
/** A second line that does not stand by then is given up, and the next is placed elsewhere. */
const STAND_MS = 1000;
/** When the second line becomes the first before it stands, nobody need be told for so long. */
const QUIET_MS = 700;
/** Without a connection for so long, it is said that the server cannot be reached. */
const UNREACHABLE_MS = 4000;

const FIRST_MS = 250;
const LONGEST_MS = 5000;
const SPREAD = 0.3;

export class Backoff {
  private tries = 0;

  /** The next delay in ms: 250 doubling up to 5000, ± 30 %. `chance` is in 0..1. */
  next(chance = Math.random()): number {
    const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    return delay * (1 - SPREAD + 2 * SPREAD * chance);
  }

  /** A connection stood: the next delay is the shortest again. */
  reset(): void {
    this.tries = 0;
  }
}

export class Link {
  private line: Pick<Line, keyof Line> | null = null;
  private standing = false;
  private probe: Pick<Line, keyof Line> | null = null;
  private backoff = new Backoff();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private farewell = "";
  private stopped = true;
  private lobbyWatched = false;
  private ready: (() => void)[] = [];
  /** Whether the next line should be placed at another worker than usual: the usual one does not answer. */
  private astray = false;
  private probeAt = 0;
  private quiet: ReturnType<typeof setTimeout> | null = null;
  /** Whether the next line begins by long-polling, since a WebSocket did not get through. */
  private polling = false;
  /** Whether the server takes long-polling; unknown before the first welcome. */
  private offersPolling = true;
  private noTransport = false;
  private missing: ReturnType<typeof setTimeout> | null = null;
  private missed = false;
  private open: Opener;
  private who: (astray: boolean, polling: boolean) => Credentials;
  private on: LinkEvents;
  private offline: () => boolean;

  /** `offline`: whether the device knows that it has no network. */
  constructor(
    open: Opener,
    who: (astray: boolean, polling: boolean) => Credentials,
    on: LinkEvents,
    offline = () => false,
  ) {
    this.open = open;
    this.who = who;
    this.on = on;
    this.offline = offline;
  }

  get online(): boolean {
    return this.standing;
  }

  /** Connects, or tries again at once: at the start, after `online`, when the player says so. */
  start(): void {
    if (this.standing) return;
    this.wait(null);
    if (this.stopped) this.on.state("connecting");
    this.stopped = false;
    this.miss(true);
    if (!this.line) this.connect();
  }

  private wait(delay: number | null): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = delay === null ? null : setTimeout(() => this.connect(), delay);
  }

  private connect(): void {
    this.timer = null;
    this.farewell = "";
    this.line = this.dial(() => this.line);
  }

  /** A new line whose word counts as long as it is the one that `current` names. */
  private dial(current: () => Pick<Line, keyof Line> | null): Pick<Line, keyof Line> {
    const line: Pick<Line, keyof Line> = this.open(this.who(this.astray, this.polling), {
      welcome: (welcome) => {
        if (line === this.probe) this.changeOver(line);
        if (line === this.line) this.stand(welcome);
      },
      event: (name, arg) => {
        if (line !== this.line) return;
        if (name === "bye") this.bye(arg as { code: string; message: string });
        else this.on.event(name, arg);
      },
      frame: (bytes) => {
        if (line === this.line) this.on.frame(bytes);
      },
      ended: (code, message) => {
        if (line === current() || line === this.line) this.ended(line, code, message);
        else if (line === this.probe) this.probe = null;
      },
      lobby: (rooms, online) => {
        if (line === this.line) this.on.lobby(rooms, online);
      },
    });
    return line;
  }

  private stand(welcome: Welcome): void {
    this.standing = true;
    this.astray = false;
    this.offersPolling = welcome.transports?.includes("polling") ?? true;
    this.hush(false);
    this.miss(false);
    this.backoff.reset();
    if (this.lobbyWatched) this.line?.watchLobby(true);
    this.on.state("online");
    this.on.welcome(welcome);
    const ready = this.ready;
    this.ready = [];
    for (const go of ready) go();
  }

  private bye({ code, message }: { code: string; message: string }): void {
    // While a second line is being opened it is us who replace the first.
    if (code === "replaced" && this.probe) return;
    this.farewell = code;
    this.on.bye(code, message);
    if (code === "draining") this.look();
  }

  private ended(line: Pick<Line, keyof Line>, code: string, message: string): void {
    if (line === this.probe) {
      this.probe = null;
      this.astray = !this.astray;
      return;
    }
    if (line !== this.line) return;
    const stood = this.standing;
    this.standing = false;
    this.line = null;
    if (code === NO_TRANSPORT) {
      this.noTransport = true;
      this.offersPolling = false;
      if (this.missed) this.on.unreachable("transport");
    } else if (code) {
      this.farewell = code;
      this.on.bye(code, message);
    }
    if (this.stopped) return;
    if (FINAL.has(this.farewell)) {
      this.stopped = true;
      this.miss(false);
      this.on.state(this.farewell === "replaced" ? "replaced" : "closed");
      return;
    }
    if (this.probe) {
      // The second line is already under way: it becomes the first, mostly before anybody notices.
      this.line = this.probe;
      this.probe = null;
      this.hush(true);
      return;
    }
    this.hush(false);
    this.on.state("reconnecting");
    this.astray = !stood && !this.astray;
    if (!stood) this.polling = this.offersPolling && !this.polling;
    this.miss(true);
    this.wait(AT_ONCE.has(this.farewell) ? 0 : this.backoff.next());
  }

  /** Tells of the loss of the line only if it lasts. */
  private hush(on: boolean): void {
    if (this.quiet) clearTimeout(this.quiet);
    this.quiet = on ? setTimeout(() => this.on.state("reconnecting"), QUIET_MS) : null;
  }

  /** Says that there is no connection, if it lasts or there is no network; and at once when there is one. */
  private miss(on: boolean): void {
    if (on) {
      const say = () => {
        this.missed = true;
        this.on.unreachable(this.noTransport ? "transport" : "server");
      };
      if (!this.missed && this.offline()) say();
      this.missing ??= setTimeout(say, UNREACHABLE_MS);
      return;
    }
    if (this.missing) clearTimeout(this.missing);
    this.missing = null;
    this.missed = false;
    this.noTransport = false;
    this.on.unreachable(null);
  }

  /** Opens a second line and changes over to it once it stands. */
  look(now = performance.now()): void {
    if (!this.standing || this.probe) return;
    this.probeAt = now;
    this.probe = this.dial(() => this.probe);
  }

  private changeOver(line: Pick<Line, keyof Line>): void {
    const old = this.line;
    this.probe = null;
    this.line = line;
    this.farewell = "";
    old?.close();
  }

  /** Looks whether the server still talks; call it some times a second while a match runs. */
  watch(now: number): void {
    if (!this.standing || !this.line || now - this.line.heardAt <= SILENCE_MS) return;
    if (this.probe && now - this.probeAt > STAND_MS) {
      const late = this.probe;
      this.probe = null;
      this.astray = !this.astray;
      late.close();
    }
    this.look(now);
  }

  /** Waits until the connection stands, at most `ms`. */
  whenOnline(ms: number): Promise<boolean> {
    if (this.standing) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), ms);
      this.ready.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  async command(event: string, arg: object): Promise<Ack> {
    if (this.stopped || !(await this.whenOnline(8000)) || !this.line)
      return { ok: false, code: "timeout", message: "There is no connection to the server at the moment." };
    return this.line.command(event, arg);
  }

  send(bytes: Uint8Array): void {
    if (this.standing) this.line?.send(bytes);
  }

  watchLobby(on: boolean): void {
    this.lobbyWatched = on;
    if (this.standing) this.line?.watchLobby(on);
  }
}
