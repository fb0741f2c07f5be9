// One connection to the server, from opening to its end. It is never reused: link.ts opens the next.
import { io, type Socket } from "socket.io-client";
import { BARE, bareParser } from "./parser";
import type { Ack, OpenRoom, Welcome } from "./types";

export interface LineEvents {
  welcome(welcome: Welcome): void;
  /** Any other event of the namespace "/". */
  event(name: string, arg: unknown): void;
  frame(bytes: Uint8Array): void;
  /** The server refused with a code, or the connection never stood, or it broke ("" as code). */
  ended(code: string, message: string): void;
  lobby(rooms: OpenRoom[], online: number): void;
}

export interface Credentials {
  /** For the load balancer: the room's code or a random text. */
  hash: string;
  device: string | null;
  seat: string | null;
  /** Begin by long-polling, and go over to a WebSocket if one gets through. */
  polling: boolean;
}

/** In the place of a code: the server answers, but takes none of what was tried to connect by. */
export const NO_TRANSPORT = "no_transport";
const HTTP_BAD_REQUEST = 400;

const OPEN_TIMEOUT_MS = 5000;
const ANSWER_TIMEOUT_MS = 6000;

const timeout: Ack = {
  ok: false,
  code: "timeout",
  message: "The server did not answer. Check your connection and try again.",
};

interface Refusal {
  data?: { code?: string; message?: string };
  /** Of long-polling: the answer's HTTP status. */
  description?: unknown;
}

export class Line {
  /** When anything last arrived: `performance.now()`. */
  heardAt: number;
  private socket: Socket;
  private lobbySocket: Socket | null = null;
  private over = false;
  private on: LineEvents;

  constructor(url: string, who: Credentials, on: LineEvents) {
    this.on = on;
    this.heardAt = performance.now();
    const heard = (bytes: Uint8Array) => {
      this.heardAt = performance.now();
      if (!this.over) on.frame(bytes);
    };
    this.socket = io(url, {
      forceNew: true,
      reconnection: false,
      transports: who.polling ? ["polling", "websocket"] : ["websocket"],
      timeout: OPEN_TIMEOUT_MS,
      query: { h: who.hash },
      auth: {
        version: 1,
        framing: "bare",
        ...(who.device ? { device: who.device } : {}),
        ...(who.seat ? { seat: who.seat } : {}),
      },
      parser: bareParser(heard),
    });
    this.socket.on("connect_error", (error: Error) => {
      const { data, description } = error as Refusal;
      if (who.polling && description === HTTP_BAD_REQUEST) this.end(NO_TRANSPORT, "");
      else this.end(data?.code ?? "", data?.message ?? "");
    });
    this.socket.on("disconnect", () => this.end("", ""));
    this.socket.io.on("ping", () => {
      this.heardAt = performance.now();
    });
    this.socket.onAny((name: string, arg: unknown) => {
      this.heardAt = performance.now();
      if (this.over) return;
      if (name === "welcome") on.welcome(arg as Welcome);
      else on.event(name, arg);
    });
  }

  private end(code: string, message: string): void {
    if (this.over) return;
    this.close();
    this.on.ended(code, message);
  }

  /** Sends a command; the answer never fails, it tells. */
  async command(event: string, arg: object): Promise<Ack> {
    if (this.over) return timeout;
    try {
      const answer: unknown = await this.socket.timeout(ANSWER_TIMEOUT_MS).emitWithAck(event, arg);
      return typeof answer === "object" && answer !== null ? (answer as Ack) : timeout;
    } catch {
      return timeout;
    }
  }

  /** Sends a binary message with nothing around it. */
  send(bytes: Uint8Array): void {
    if (!this.over && this.socket.connected) this.socket.emit(BARE, bytes);
  }

  /** Listens to the list of open rooms, or stops. */
  watchLobby(on: boolean): void {
    if (on === (this.lobbySocket !== null)) return;
    if (!on) {
      this.lobbySocket?.disconnect();
      this.lobbySocket = null;
      return;
    }
    // The manager gives the same socket each time, and connects it by itself.
    this.lobbySocket = this.socket.io.socket("/lobby");
    this.lobbySocket.off("rooms");
    this.lobbySocket.on("rooms", (arg: { rooms: OpenRoom[]; online: number }) => {
      if (!this.over) this.on.lobby(arg.rooms, arg.online);
    });
  }

  /** Ends the connection without a word to its owner. */
  close(): void {
    if (this.over) return;
    this.over = true;
    this.socket.disconnect();
    this.lobbySocket?.disconnect();
    this.socket.io.engine?.close();
  }
}
