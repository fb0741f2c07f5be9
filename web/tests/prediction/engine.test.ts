import { describe, expect, it } from "vitest";
import { startEngine } from "./engines";

const CLASSIC = [0, 12, 90, 156, 0, 1, 2047, 0, 0];

describe("the engine", () => {
  it("plays a match of bots", async () => {
    const engine = await startEngine();
    engine.begin({ options: CLASSIC, seats: [0, 1, 2], teams: [0, 0, 0], seed: 4711 });
    for (const seat of [0, 1, 2]) engine.bot(seat, 3, seat, 99 + seat);
    engine.play(200, []);
    const picture = engine.look(195, 200);
    expect([...picture.slice(0, 4)]).toEqual([3, 200, 195, 200]);
    expect(engine.hash()).toBeGreaterThan(0);
  });
});
