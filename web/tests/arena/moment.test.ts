// What a game's tile shows: a recorded moment of bots, again and again.
import { beforeAll, describe, expect, it } from "vitest";
import { isMoment, type Moment, MomentRunner } from "../../src/arena/moment";
import type { GameInfo, SchemaInfo } from "../../src/protocol.gen";
import { startEngine } from "../prediction/engines";
import { MatchServer } from "../prediction/simulated_network";

const FIRST = 100;
const STEP = 2;
const FRAMES = 20;

describe("a moment", () => {
  let moment: Moment;
  beforeAll(async () => {
    const server = new MatchServer();
    const { info, schema } = await server.ask<{ info: GameInfo; schema: SchemaInfo }>({
      do: "describe",
      game: "trails",
    });
    server.end();
    const engine = await startEngine();
    const options = info.options.map((one) => one.default);
    engine.begin({ options, seats: [0, 1, 2], teams: [0, 0, 0], seed: 4711 });
    for (const seat of [0, 1, 2]) engine.bot(seat, 3, seat, 99 + seat);
    engine.play(FIRST, []);
    const frames = [];
    for (let tick = FIRST; tick < FIRST + STEP * FRAMES; tick += STEP) {
      engine.play(tick, []);
      frames.push([...engine.look(tick, tick)]);
    }
    moment = JSON.parse(JSON.stringify({ info, schema, first: FIRST, step: STEP, frames, bots: [0, 1, 2] }));
  });

  it("is told from what is none", () => {
    expect(isMoment(moment)).toBe(true);
    expect(isMoment(null)).toBe(false);
    for (const wrong of [{ frames: [[]] }, { step: 0 }, { bots: 3 }, { info: null }])
      expect(isMoment({ ...moment, ...wrong })).toBe(false);
  });

  it("runs at the pace of the game, and begins again after its last frame", () => {
    const runner = new MomentRunner(moment);
    expect(runner.state).not.toBeNull();
    let now = 5000;
    runner.show(now);
    const ticks: number[] = [];
    // 3 seconds at 60 pictures a second: twice the moment and more.
    for (let picture = 0; picture < 180; picture++) {
      now += 1000 / 60;
      ticks.push(runner.show(now).tick);
    }
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(FIRST - 1);
    expect(Math.max(...ticks)).toBeLessThan(FIRST + STEP * FRAMES);
    const restarts = ticks.filter((tick, k) => k > 0 && tick < (ticks[k - 1] ?? 0)).length;
    expect(restarts).toBe(2);
    const [one = 0, two = 0] = ticks.slice(10);
    expect(two - one).toBeCloseTo(moment.info.tick_hz / 60, 3);
  });

  it("stands still while the page is hidden, and takes no input", () => {
    const runner = new MomentRunner(moment);
    runner.show(5000);
    const { tick } = runner.show(5016);
    expect(runner.show(65_016).tick).toBe(tick);
    expect([runner.on, runner.whole, runner.takes()]).toEqual([true, true, false]);
  });
});
