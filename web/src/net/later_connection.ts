// A connection whose code is fetched first: the page is shown before what it takes to connect is here.
import type { Commands } from "../protocol.gen";
import type { Answer, Argument } from "./commands";
import type { Connect, Connection, ConnectionEvents, Credentials } from "./connection";

/** A connection that is opened by what `load` brings; if that cannot be had, it has ended. */
class LaterConnection implements Connection {
  private readonly made: Promise<Connection | null>;
  private connection: Connection | null = null;
  private closed = false;
  private watched = false;
  private readonly begunAt: number;

  constructor(
    load: () => Promise<Connect>,
    now: number,
    credentials: Credentials,
    on: ConnectionEvents,
    failed: () => void,
  ) {
    this.begunAt = now;
    this.made = load().then(
      (connect) => {
        if (this.closed) return null;
        this.connection = connect(credentials, on);
        if (this.watched) this.connection.watchLobby(true);
        return this.connection;
      },
      () => {
        failed();
        if (!this.closed) on.ended("", "");
        return null;
      },
    );
  }

  get heardAt(): number {
    return this.connection?.heardAt ?? this.begunAt;
  }

  async command<N extends keyof Commands>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    const connection = await this.made;
    if (connection) return connection.command(name, argument);
    return { ok: false, code: "timeout", message: "There is no connection to the server at the moment." };
  }

  send(bytes: Uint8Array): void {
    this.connection?.send(bytes);
  }

  watchLobby(on: boolean): void {
    this.watched = on;
    this.connection?.watchLobby(on);
  }

  close(): void {
    this.closed = true;
    this.connection?.close();
  }
}

/**
 * What connects by a function that is loaded with the first call, and then by that function itself. `failed` is called
 * each time it cannot be had: a browser may not ask for it again as long as the page lives.
 */
export function connectLater(load: () => Promise<Connect>, now: () => number, failed: () => void): Connect {
  let loaded: Connect | null = null;
  const remember = async () => {
    loaded = await load();
    return loaded;
  };
  return (credentials, on) =>
    loaded ? loaded(credentials, on) : new LaterConnection(remember, now(), credentials, on, failed);
}
