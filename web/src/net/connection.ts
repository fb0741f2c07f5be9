// One connection to the server, from opening to its end. It is never reused: reconnecting_connection.ts opens the
// next one.
import { io, type Socket } from "socket.io-client";
import { type Auth, type Commands, type OpenRooms, VERSION } from "../protocol.gen";
import type { Answer, Argument, Refusal, SendCommand } from "./commands";
import { readAnswer, readEvent, readLobby, type ServerEvent } from "./messages";
import { BARE, bareParser } from "./parser";
import { NO_TRANSPORT } from "./reconnecting_connection";

export interface ConnectionEvents {
  event(event: ServerEvent): void;
  frame(bytes: Uint8Array): void;
  /** The server refused with a code, or the connection never came about, or it broke (the code is ""). */
  ended(code: string, message: string): void;
  lobby(lobby: OpenRooms): void;
}

export interface Credentials {
  /** For the load balancer: the room's code or a random text. */
  hash: string;
  device: string | null;
  seat: string | null;
  /** Begin by long-polling, and change to a WebSocket if one gets through. */
  polling: boolean;
}

/** A connection as its owner uses it; `SocketConnection` is one, tests have others. */
export interface Connection {
  /** When anything last arrived, in the owner's monotonic time, ms. */
  readonly heardAt: number;
  command: SendCommand;
  /** Sends a binary message without a Socket.IO header. */
  send(bytes: Uint8Array): void;
  /** Subscribes to the list of open rooms, or ends that. */
  watchLobby(on: boolean): void;
  /** Ends the connection; its owner hears no event any more. */
  close(): void;
}

/** Opens a connection. */
export type Connect = (credentials: Credentials, on: ConnectionEvents) => Connection;

const HTTP_BAD_REQUEST = 400;

const OPEN_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 6000;

const TIMEOUT: Refusal = {
  ok: false,
  code: "timeout",
  message: "The server did not answer. Check your connection and try again.",
};

/** Why Socket.IO could not connect: the server's refusal, or the HTTP status of a long-polling request. */
interface ConnectError extends Error {
  data?: { code?: unknown; message?: unknown };
  description?: unknown;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export class SocketConnection implements Connection {
  heardAt: number;
  private socket: Socket;
  private lobbySocket: Socket | null = null;
  private over = false;
  private on: ConnectionEvents;

  /** Opens a connection to the server at `url`. */
  constructor(url: string, { hash, device, seat, polling }: Credentials, on: ConnectionEvents) {
    this.on = on;
    this.heardAt = performance.now();
    const auth: Auth = { version: VERSION, framing: "bare" };
    if (device) auth.device = device;
    if (seat) auth.seat = seat;
    this.socket = io(url, {
      forceNew: true,
      reconnection: false,
      transports: polling ? ["polling", "websocket"] : ["websocket"],
      timeout: OPEN_TIMEOUT_MS,
      query: { h: hash },
      auth,
      parser: bareParser((bytes) => {
        this.heardAt = performance.now();
        if (!this.over) on.frame(bytes);
      }),
    });
    this.socket.on("connect_error", ({ data, description }: ConnectError) => {
      if (polling && description === HTTP_BAD_REQUEST) this.end(NO_TRANSPORT, "");
      else this.end(text(data?.code), text(data?.message));
    });
    this.socket.on("disconnect", () => this.end("", ""));
    this.socket.io.on("ping", () => {
      this.heardAt = performance.now();
    });
    this.socket.onAny((name: string, argument: unknown) => {
      this.heardAt = performance.now();
      const event = readEvent(name, argument);
      if (event && !this.over) on.event(event);
    });
  }

  private end(code: string, message: string): void {
    if (this.over) return;
    this.close();
    this.on.ended(code, message);
  }

  async command<N extends keyof Commands>(name: N, argument: Argument<N>): Promise<Answer<N>> {
    if (this.over) return TIMEOUT;
    try {
      const answer: unknown = await this.socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(name, argument);
      return readAnswer(name, answer) ?? TIMEOUT;
    } catch {
      return TIMEOUT;
    }
  }

  send(bytes: Uint8Array): void {
    if (!this.over && this.socket.connected) this.socket.emit(BARE, bytes);
  }

  watchLobby(on: boolean): void {
    if (on === (this.lobbySocket !== null)) return;
    if (!on) {
      this.lobbySocket?.disconnect();
      this.lobbySocket = null;
      return;
    }
    // The manager returns the same socket each time, and connects it.
    this.lobbySocket = this.socket.io.socket("/lobby");
    this.lobbySocket.off("rooms");
    this.lobbySocket.on("rooms", (argument: unknown) => {
      const lobby = readLobby(argument);
      if (lobby && !this.over) this.on.lobby(lobby);
    });
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.socket.disconnect();
    this.lobbySocket?.disconnect();
    this.socket.io.engine?.close();
  }
}
