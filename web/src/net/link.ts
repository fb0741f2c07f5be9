// Keeps one connection alive: opens the next when one breaks, waits longer each time, opens a second
// beside one that fell silent and changes over when the second stands.
import { Backoff } from "./backoff";
import type { Credentials, Line, LineEvents } from "./line";
import type { Ack, OpenRoom, Welcome } from "./types";

export type Connection = "connecting" | "online" | "reconnecting" | "replaced" | "closed";

export interface LinkEvents {
  state(state: Connection): void;
  welcome(welcome: Welcome): void;
  event(name: string, arg: unknown): void;
  frame(bytes: Uint8Array): void;
  /** The server said why it closes, or refused. */
  bye(code: string, message: string): void;
  lobby(rooms: OpenRoom[], online: number): void;
}

/** Opens a line; in tests, one without a network. */
export type Opener = (who: Credentials, on: LineEvents) => Pick<Line, keyof Line>;

/** After these the player must decide to come back. */
const FINAL = new Set(["replaced", "strikes", "version", "origin"]);
/** After these the server wants us at once. */
const AT_ONCE = new Set(["kicked", "banned", "closed"]);
/** A silence so long while a match runs is looked into. */
const SILENCE_MS = 1500;

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
  private open: Opener;
  private who: () => Credentials;
  private on: LinkEvents;

  constructor(open: Opener, who: () => Credentials, on: LinkEvents) {
    this.open = open;
    this.who = who;
    this.on = on;
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
    const line: Pick<Line, keyof Line> = this.open(this.who(), {
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
      return;
    }
    if (line !== this.line) return;
    this.standing = false;
    this.line = null;
    if (code) {
      this.farewell = code;
      this.on.bye(code, message);
    }
    if (this.stopped) return;
    if (FINAL.has(this.farewell)) {
      this.stopped = true;
      this.on.state(this.farewell === "replaced" ? "replaced" : "closed");
      return;
    }
    this.on.state("reconnecting");
    if (this.probe) {
      // The second line is already under way: it becomes the first.
      this.line = this.probe;
      this.probe = null;
      return;
    }
    this.wait(AT_ONCE.has(this.farewell) ? 0 : this.backoff.next());
  }

  /** Opens a second line and changes over to it once it stands. */
  look(): void {
    if (!this.standing || this.probe) return;
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
    if (this.standing && this.line && now - this.line.heardAt > SILENCE_MS) this.look();
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
