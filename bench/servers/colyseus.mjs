// A Colyseus server with one kind of room, named "room", on either transport.

import { createServer } from "node:net";
import { Server } from "@colyseus/core";

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function transportOf(kind) {
  if (kind === "uws") {
    const { uWebSocketsTransport } = await import("@colyseus/uwebsockets-transport");
    return new uWebSocketsTransport({});
  }
  const { WebSocketTransport } = await import("@colyseus/ws-transport");
  return new WebSocketTransport({});
}

/** Serve rooms of this class on a free port, and print `ready PORT`. */
export async function serve(kind, RoomClass) {
  const server = new Server({ transport: await transportOf(kind), greet: false });
  server.define("room", RoomClass);
  const port = await freePort();
  await server.listen(port, "127.0.0.1", 1024);
  console.log(`ready ${port}`);
}
