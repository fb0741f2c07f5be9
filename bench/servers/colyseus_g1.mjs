// G1 on Colyseus: Loose Ends with schema state, one patch a tick, presses as messages.
//
// Usage: node colyseus_g1.mjs ws|uws

import { Room } from "@colyseus/core";
import { Arena } from "./arena.mjs";
import { serve } from "./colyseus.mjs";
import { HZ, LooseEnds } from "./loose_ends.mjs";

const SEATS = 8;

class TrailsRoom extends Room {
  maxClients = SEATS;
  patchRate = null;

  onCreate() {
    this.state = new Arena();
    this.game = new LooseEnds(this.state, { rounds: 30, target: 100 }, (name, values) =>
      this.broadcast(name, values, { afterNextPatch: true }),
    );
    this.seats = new Map();
    this.onMessageBytes("i", (client, bytes) => {
      const racer = this.seats.get(client.sessionId);
      racer.seq = bytes[0] | (bytes[1] << 8);
      racer.buttons = bytes[2];
    });
  }

  onJoin(client) {
    this.seats.set(client.sessionId, this.game.join(client.sessionId));
    if (this.seats.size < SEATS) return;
    this.game.start();
    this.setSimulationInterval(() => {
      if (!this.game.over) this.game.step();
      this.broadcastPatch();
    }, 1000 / HZ);
  }
}

await serve(process.argv[2], TrailsRoom);
