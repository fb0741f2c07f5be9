// In a file of its own: a process can hold but one interpreter.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { describe, expect, it } from "vitest";
import { describeState } from "../../src/prediction/described_state";
import { INDEX, type Reply, RulesServer } from "../../src/prediction/rpc";
import { MOST_STATE_BYTES, MOST_STATE_CHARS } from "../../src/protocol.gen";
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
    await server.handle({ call: "play", first: 0, until: 5, held: [], changes: [], stamp: 0 });
    expect(starts).toBe(1);
    expect(said.map((message) => message.reply)).toEqual(["opened", "opened", "snapshot"]);
    const snapshot = said[2] as Extract<Reply, { reply: "snapshot" }>;
    expect([snapshot.generation, snapshot.numbers[1]]).toEqual([1, 5]);

    // A state that differs is sent along, and can be loaded; so is the confirmed one when it is asked for.
    await server.handle({ call: "save" });
    const { packed } = said.at(-1) as Extract<Reply, { reply: "saved" }>;
    await server.handle({
      call: "load",
      generation: 2,
      packed: packed.slice(),
      until: 5,
      rows: [],
      words: [],
    });
    await server.handle({ call: "look", first: 5, last: 9, own: [0, 6, 1, 0], near: 6, stamp: 1 }); // predicts
    await server.handle({ call: "confirmed" });
    const confirmed = said.at(-1) as Extract<Reply, { reply: "confirmed" }>;
    expect([confirmed.reply, confirmed.generation, confirmed.tick]).toEqual(["confirmed", 2, 5]);
    expect(confirmed.packed).toEqual(packed);
    await server.handle({ call: "confirm", until: 8, rows: [6, 0, 1, 1, 0], words: [], hash: 1 });
    const desync = said.at(-1) as Extract<Reply, { reply: "desync" }>;
    expect([desync.reply, desync.tick]).toEqual(["desync", 8]);

    const told = await describeState(desync, MOST_STATE_CHARS);
    expect([told.tick, told.hash]).toEqual([8, desync.hash]);
    const bytes = Uint8Array.from(atob(told.state), (sign) => sign.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    expect(new Uint8Array(await new Response(inflated).arrayBuffer())).toEqual(desync.packed);
    expect((await describeState(desync, 20)).state).toBe("");
    expect(
      (await describeState({ ...desync, packed: new Uint8Array(MOST_STATE_BYTES + 1) }, 1e6)).state,
    ).toBe("");
  });
});
