// S1 on Colyseus: either broadcast bytes (the least work that Colyseus can do for it), or schema state.
//
// Usage: node colyseus_s1.mjs ws|uws bytes|schema

import { Room } from "@colyseus/core";
import { schema, t } from "@colyseus/schema";
import { serve } from "./colyseus.mjs";
import { S1Room, SEATS, TICK_MS } from "./s1.mjs";

const [transport, variant] = process.argv.slice(2);

class BytesRoom extends Room {
  maxClients = SEATS;
  patchRate = null;

  onCreate() {
    const room = new S1Room();
    this.seats = new Map();
    this.onMessageBytes("i", (client, bytes) => {
      room.press(this.seats.get(client.sessionId), bytes[0] | (bytes[1] << 8), bytes[2]);
    });
    this.setSimulationInterval(() => {
      room.step();
      this.broadcast("s", room.packed());
    }, TICK_MS);
  }

  onJoin(client, { seat }) {
    this.seats.set(client.sessionId, seat);
  }
}

const Player = schema({ seq: t.uint16(), x: t.uint16(), y: t.uint16() }, "Player");
const State = schema({ tick: t.uint32(), players: t.map(Player) }, "State");

class SchemaRoom extends Room {
  maxClients = SEATS;
  patchRate = null;

  onCreate() {
    this.state = new State();
    this.state.tick = 0;
    this.buttons = new Map();
    this.onMessageBytes("i", (client, bytes) => {
      this.state.players.get(client.sessionId).seq = bytes[0] | (bytes[1] << 8);
      this.buttons.set(client.sessionId, bytes[2]);
    });
    this.setSimulationInterval(() => {
      const { state } = this;
      state.tick++;
      for (const [id, player] of state.players) {
        const buttons = this.buttons.get(id) ?? 0;
        player.x = (player.x + (buttons & 1 ? 3 : 1)) & 0xffff;
        player.y = (player.y + (buttons & 2 ? 3 : 1)) & 0xffff;
      }
      this.broadcastPatch();
    }, TICK_MS);
  }

  onJoin(client) {
    const player = new Player();
    player.seq = player.x = player.y = 0;
    this.state.players.set(client.sessionId, player);
  }
}

await serve(transport, variant === "bytes" ? BytesRoom : SchemaRoom);
