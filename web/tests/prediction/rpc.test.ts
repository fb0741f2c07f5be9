// In a file of its own: a process can hold but one interpreter.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { describe, expect, it } from "vitest";
import { INDEX, type Reply, RulesServer } from "../../src/prediction/rpc";
import { bundleOf } from "./engines";

const CLASSIC = [0, 12, 90, 156, 0, 1, 2047, 0, 0];

describe("the rules server", () => {
  it("starts one interpreter however many wishes come at once, and keeps a match going on", async () => {
    let starts = 0;
    const said: Reply[] = [];
    const server = new RulesServer({
      loadMicroPython: (options) => {
        starts++;
        return loadMicroPython(options);
      },
      wasm: undefined,
      fetchJson: async (path) =>
        path === INDEX ? { games: { trails: "/rules/trails.json" } } : bundleOf("trails", "Trails"),
      reply: (reply) => said.push(reply),
      now: () => performance.now(),
    });
    const first = server.handle({ call: "open", url: INDEX, mailbox: null });
    const second = server.handle({ call: "open", url: "/rules/trails.json", mailbox: null });
    await first;
    const setup = { options: CLASSIC, seats: [0, 1], teams: [0, 0], seed: 7 };
    await server.handle({ call: "begin", generation: 1, setup, bots: [] });
    await second;
    await server.handle({ call: "play", first: 0, until: 5, held: [], stamp: 0 });
    expect(starts).toBe(1);
    expect(said.map((message) => message.reply)).toEqual(["opened", "opened", "snapshot"]);
    const snapshot = said[2] as Extract<Reply, { reply: "snapshot" }>;
    expect([snapshot.generation, snapshot.numbers[1]]).toEqual([1, 5]);
  });
});
