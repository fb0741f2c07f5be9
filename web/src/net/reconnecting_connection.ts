// Keeps one connection to the server: opens the next when one breaks, with a longer wait each time, and opens a
// second one beside a silent one, to change over when the second is welcomed. Knows no rooms and no matches.
import type { Bye, Commands, OpenRooms, Welcome } from "../protocol.gen";
import type { Timer, Timers } from "./clock";
import type { Answer, Argument } from "./commands";
import type { Connect, Connection, Credentials } from "./connection";
import type { ServerEvent } from "./messages";

export type ConnectionState = "connecting" | "online" | "reconnecting" | "replaced" | "closed";

/** "transport": the server is there, but a proxy lets no WebSocket through and it offers nothing else. */
export type Unreachable = "server" | "transport";

export interface ReconnectingEvents {
  state(state: ConnectionState): void;
  welcome(welcome: Welcome): void;
  /** Any other event but `bye`. */
  event(event: ServerEvent): void;
  frame(bytes: Uint8Array): void;
  /** There has been no connection for some seconds, and why; null: there is one again. */
  unreachable(why: Unreachable | null): void;
  /** The server said why it closes the connection, or refused it. */
  bye(bye: Bye): void;
  lobby(lobby: OpenRooms): void;
}

/** What a reconnecting connection uses of its surroundings. */
export interface ReconnectingNeeds {
  connect: Connect;
  /**
   * The function that connects. `elsewhere`: ask the load balancer for another worker than usual. `polling`: begin by
   * long-polling.
   */
  credentials(elsewhere: boolean, polling: boolean): Credentials;
  /** Monotonic time, ms. */
  now(): number;
  timers: Timers;
  /** 0 to 1. */
  random(): number;
  /** Whether the device knows that it has no network. */
  offline(): boolean;
}

/** In the place of a code: the server answers, but accepts none of the transports that were tried. */
export const NO_TRANSPORT = "no_transport";
/** After these codes the player decides whether to come back. */
const FINAL = new Set(["replaced", "strikes", "version", "origin"]);
/** After these codes the server expects the client back at once. */
const AT_ONCE = new Set(["kicked", "banned", "closed", "failed"]);
/** A silence of this length while a match runs opens a second connection. */
const SILENCE_MS = 1500;
/** A second connection that is not welcomed by then is given up, and the next one is placed elsewhere. */
const SECOND_MS = 1000;
/** When the second connection replaces the first before it is welcomed, the loss is not reported for this time. */
const QUIET_MS = 700;
/** After this time without a connection the server counts as unreachable. */
const UNREACHABLE_MS = 4000;
/** A command waits this long for a connection. */
const COMMAND_MS = 8000;

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
const SPREAD = 0.3;

/** How long to wait before the next attempt: longer each time, and spread so that clients do not come together. */
export class Backoff {
  private tries = 0;

  /** The next delay in ms: 250 doubling up to 5000, ± 30 %. `chance` is 0 to 1. */
  next(chance: number): number {
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.tries);
    this.tries = Math.min(this.tries + 1, 10);
    return delay * (1 - SPREAD + 2 * SPREAD * chance);
  }

  /** A connection was welcomed: the next delay is the shortest again. */
  reset(): void {
    this.tries = 0;
  }
}

export class ReconnectingConnection {
  private readonly needs: ReconnectingNeeds;
  private readonly on: ReconnectingEvents;
  private first: Connection | null = null;
  /** Opened beside the first, which may be dead. */
  private second: Connection | null = null;
  private secondAt = 0;
  private welcomed = false;
  private stopped = true;
  /** The code with which the server closes the first connection, or "". */
  private byeCode = "";
  private backoff = new Backoff();
  private lobbyWatched = false;
  private waiters: (() => void)[] = [];
  /** The next connection asks for another worker than usual, since the usual one does not answer. */
  private elsewhere = false;
  /** The next connection begins by long-polling, since a WebSocket did not get through. */
  private polling = false;
  /** Whether the server accepts long-polling; assumed before the first welcome. */
  private offersPolling = true;
  private noTransport = false;
  private reportedUnreachable = false;
  private retryTimer: Timer | null = null;
  private quietTimer: Timer | null = null;
  private unreachableTimer: Timer | null = null;

  constructor(needs: ReconnectingNeeds, on: ReconnectingEvents) {
    this.needs = needs;
    this.on = on;
  }

  /** Whether the server has welcomed the current connection. */
  get online(): boolean {
    return this.welcomed;
  }

  /** Connects now: at the start, when the network is back, when the player asks for it. */
  start(): void {
    if (this.welcomed) return;
    this.retryTimer = this.stop(this.retryTimer);
    if (this.stopped) this.on.state("connecting");
    this.stopped = false;
    this.expectWelcome();
    if (!this.first) this.openFirst();
  }

  private stop(timer: Timer | null): null {
    if (timer !== null) this.needs.timers.stop(timer);
    return null;
  }

  private openFirst(): void {
    this.retryTimer = null;
    this.byeCode = "";
    this.first = this.open();
  }

  /** Opens a connection; its events count as long as it is the first or the second one. */
  private open(): Connection {
    const connection = this.needs.connect(this.needs.credentials(this.elsewhere, this.polling), {
      event: (event) => {
        if (event.name === "welcome" && connection === this.second) this.changeOver(connection);
        if (connection !== this.first) return;
        if (event.name === "welcome") this.onWelcome(event.argument);
        else if (event.name === "bye") this.onBye(event.argument);
        else this.on.event(event);
      },
      frame: (bytes) => {
        if (connection === this.first) this.on.frame(bytes);
      },
      ended: (code, message) => {
        if (connection === this.second) this.onSecondEnded();
        else if (connection === this.first) this.onFirstEnded(code, message);
      },
      lobby: (lobby) => {
        if (connection === this.first) this.on.lobby(lobby);
      },
    });
    return connection;
  }

  private onWelcome(welcome: Welcome): void {
    this.welcomed = true;
    this.elsewhere = false;
    this.offersPolling = welcome.transports.includes("polling");
    this.quietTimer = this.stop(this.quietTimer);
    this.endUnreachable();
    this.backoff.reset();
    if (this.lobbyWatched) this.first?.watchLobby(true);
    this.on.state("online");
    this.on.welcome(welcome);
    const waiters = this.waiters;
    this.waiters = [];
    for (const resume of waiters) resume();
  }

  private onBye(bye: Bye): void {
    // While a second connection is being opened it is this client that replaces the first one.
    if (bye.code === "replaced" && this.second) return;
    this.byeCode = bye.code;
    this.on.bye(bye);
    if (bye.code === "draining") this.openSecond();
  }

  private onSecondEnded(): void {
    this.second = null;
    this.elsewhere = !this.elsewhere;
  }

  private onFirstEnded(code: string, message: string): void {
    const wasWelcomed = this.welcomed;
    this.welcomed = false;
    this.first = null;
    if (code === NO_TRANSPORT) {
      this.noTransport = true;
      this.offersPolling = false;
      if (this.reportedUnreachable) this.on.unreachable("transport");
    } else if (code) {
      this.byeCode = code;
      this.on.bye({ code, message });
    }
    if (this.stopped) return;
    if (FINAL.has(this.byeCode)) {
      this.stopped = true;
      this.endUnreachable();
      this.on.state(this.byeCode === "replaced" ? "replaced" : "closed");
    } else if (this.second) this.promoteSecond();
    else this.retry(wasWelcomed);
  }

  /** The second connection, which is being opened, becomes the first; mostly before a player notices. */
  private promoteSecond(): void {
    this.first = this.second;
    this.second = null;
    this.stop(this.quietTimer);
    this.quietTimer = this.needs.timers.start(() => this.on.state("reconnecting"), QUIET_MS);
  }

  private retry(wasWelcomed: boolean): void {
    this.quietTimer = this.stop(this.quietTimer);
    this.on.state("reconnecting");
    this.elsewhere = !wasWelcomed && !this.elsewhere;
    if (!wasWelcomed) this.polling = this.offersPolling && !this.polling;
    this.expectWelcome();
    const delay = AT_ONCE.has(this.byeCode) ? 0 : this.backoff.next(this.needs.random());
    this.stop(this.retryTimer);
    this.retryTimer = this.needs.timers.start(() => this.openFirst(), delay);
  }

  /** Reports the server as unreachable if no welcome comes in time, or at once if there is no network. */
  private expectWelcome(): void {
    if (!this.reportedUnreachable && this.needs.offline()) this.reportUnreachable();
    this.unreachableTimer ??= this.needs.timers.start(() => this.reportUnreachable(), UNREACHABLE_MS);
  }

  private reportUnreachable(): void {
    this.reportedUnreachable = true;
    this.on.unreachable(this.noTransport ? "transport" : "server");
  }

  private endUnreachable(): void {
    this.unreachableTimer = this.stop(this.unreachableTimer);
    this.reportedUnreachable = false;
    this.noTransport = false;
    this.on.unreachable(null);
  }

  /** Opens a second connection, and changes over to it once it is welcomed. */
  openSecond(now = this.needs.now()): void {
    if (!this.welcomed || this.second) return;
    this.secondAt = now;
    this.second = this.open();
  }

  private changeOver(connection: Connection): void {
    const old = this.first;
    this.second = null;
    this.first = connection;
    this.byeCode = "";
    old?.close();
  }

  /** Opens a second connection when the first has been silent for too long; call it while a match runs. */
  checkSilence(now: number): void {
    if (!this.welcomed || !this.first || now - this.first.heardAt <= SILENCE_MS) return;
    if (this.second && now - this.secondAt > SECOND_MS) {
      const late = this.second;
      this.second = null;
      this.elsewhere = !this.elsewhere;
      late.close();
    }
    this.openSecond(now);
  }

  /** Waits for a welcomed connection, at most `ms`; the answer is whether there is one. */
  whenOnline(ms: number): Promise<boolean> {
    if (this.welcomed) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = this.needs.timers.start(() => resolve(false), ms);
      this.waiters.push(() => {
        this.needs.timers.stop(timer);
        resolve(true);
      });
    });
  }

  /** Sends a command as soon as there is a connection. The promise never rejects: a failure is an answer. */
  async command<N extends keyof Commands>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    if (this.stopped || !(await this.whenOnline(COMMAND_MS)) || !this.first)
      return { ok: false, code: "timeout", message: "There is no connection to the server at the moment." };
    return this.first.command(name, argument);
  }

  /** Sends a binary message, or drops it while there is no connection. */
  send(bytes: Uint8Array): void {
    if (this.welcomed) this.first?.send(bytes);
  }

  /** Subscribes to the list of open rooms, now and after each reconnect, or ends that. */
  watchLobby(on: boolean): void {
    this.lobbyWatched = on;
    if (this.welcomed) this.first?.watchLobby(on);
  }
}
