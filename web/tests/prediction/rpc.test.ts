// In a file of its own: a process can hold but one interpreter.
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";
import { describe, expect, it } from "vitest";
import { Desk } from "../../src/prediction/desk";
import type { FromWorker } from "../../src/prediction/messages";
import { INDEX } from "../../src/prediction/messages";
import { bundleOf } from "./engines";

const CLASSIC = [0, 12, 90, 156, 0, 1, 2047, 0, 0];

describe("the desk", () => {
  it("starts one interpreter however many wishes come at once, and keeps a match going on", async () => {
    let starts = 0;
    const said: FromWorker[] = [];
    const desk = new Desk({
      loadMicroPython: (options) => {
        starts++;
        return loadMicroPython(options);
      },
      wasm: undefined,
      fetchJson: async (path) =>
        path === INDEX ? { games: { trails: "/rules/trails.json" } } : bundleOf("trails", "Trails"),
      answer: (message) => said.push(message),
      now: () => performance.now(),
    });
    const first = desk.take({ do: "open", url: INDEX, mailbox: null });
    const second = desk.take({ do: "open", url: "/rules/trails.json", mailbox: null });
    await first;
    const setup = { options: CLASSIC, seats: [0, 1], teams: [0, 0], seed: 7 };
    await desk.take({ do: "begin", generation: 1, setup, bots: [] });
    await second;
    await desk.take({ do: "play", first: 0, until: 5, held: [], stamp: 0 });
    expect(starts).toBe(1);
    expect(said.map((message) => message.is)).toEqual(["opened", "opened", "picture"]);
    const picture = said[2] as Extract<FromWorker, { is: "picture" }>;
    expect([picture.generation, picture.numbers[1]]).toEqual([1, 5]);
  });
});
