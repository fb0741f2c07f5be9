import { beforeAll, describe, expect, it } from "vitest";
import { OWN_SEAT, Practice } from "../../src/prediction/practice";
import type { MatchReply } from "../../src/prediction/rpc";
import type { GameInfo, SchemaInfo } from "../../src/protocol.gen";
import type { Entity } from "../../src/sync/state";
import { MatchServer, Worker } from "./simulated_network";

const FRAME_MS = 1000 / 60;

describe("practice", () => {
  const worker = new Worker();
  let opened: { info: GameInfo; schema: SchemaInfo };
  beforeAll(async () => {
    await worker.open("trails", "Trails");
    const server = new MatchServer();
    opened = await server.ask({ do: "describe", game: "trails" });
    server.end();
  });

  /** Practice on a device whose worker answers before the next frame, and says that each tick took `workMs`. */
  function start(options: Record<string, number> = {}, frameMs = FRAME_MS, workMs = 2) {
    let now = 1000;
    let hear: (reply: MatchReply) => void = () => {};
    let held = 0;
    let until = -1;
    let ticks = 1;
    let seed = 0.25;
    let teams: readonly number[] = [];
    const { info, schema } = opened;
    const game = {
      info: {
        ...info,
        options: info.options.map((one) => ({ ...one, default: options[one.name] ?? one.default })),
      },
      schema,
    };
    const practice = new Practice(game, {
      worker: {
        post: (request) => {
          if (request.call === "begin") teams = request.setup.teams;
          if (request.call === "play") {
            ticks = request.until - until;
            until = request.until;
          }
          worker.post(request);
        },
        poll: () => {},
        use: (user) => {
          hear = user;
          return ++worker.generation;
        },
      },
      held: () => held,
      changes: () => [],
      random: () => {
        seed = (seed * 997) % 1;
        return seed;
      },
    });
    /** Shows some frames; returns the tick that the last one showed. */
    const frames = (count: number): number => {
      let { tick } = practice.feed.show(now, now);
      for (let k = 0; k < count; k++) {
        for (let answer = worker.answers.shift(); answer; answer = worker.answers.shift())
          if (answer.reply === "snapshot") hear({ ...answer, ms: workMs * ticks });
        now += frameMs;
        tick = practice.feed.show(now, now).tick;
      }
      return tick;
    };
    const own = () => (practice.feed.latest!.racers as Entity[])[OWN_SEAT]!;
    return {
      practice,
      frames,
      own,
      teams: () => teams,
      hold: (buttons: number) => {
        held = buttons;
      },
      wait: (ms: number) => {
        now += ms;
      },
    };
  }

  it("seats bots in teams as a room does", () => {
    expect(start().teams().slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(start({ teams: 2 }).teams().slice(0, 6)).toEqual([1, 2, 1, 2, 1, 0]);
  });

  it("plays bots in real time", () => {
    const { practice, frames, own } = start();
    const happened: string[] = [];
    practice.feed.listen(({ name }) => happened.push(name));
    frames(60 * 6);
    const shown = practice.feed.show(0, 1000 + 6000 + FRAME_MS);
    expect(shown.tick).toBeGreaterThan(30 * 6 - 6);
    expect(happened.slice(0, 3)).toEqual(["beat", "beat", "go"]);
    expect(practice.bots.map(({ name }) => name)).toEqual([
      "Cutter",
      "Hermit",
      "Gambler",
      "Cutter II",
      "Hermit II",
    ]);
    expect((own().trail as { rows: number }).rows).toBeGreaterThan(10);
  });

  it.each([24, 10, 3])("plays in real time on a device that shows %d frames a second", (rate) => {
    const { practice, frames, own } = start({}, 1000 / rate);
    let told = 0;
    practice.feed.listen(({ name }) => {
      if (name === "beat" || name === "go") told++;
    });
    const tick = frames(rate * 6);
    // It took a frame to begin, and what is shown was asked for one frame ago.
    expect(tick).toBeGreaterThan(30 * 6 - 4 - (2 * 30) / rate);
    expect(tick).toBeLessThan(30 * 6 + 6);
    expect(told).toBe(3);
    expect((own().trail as { rows: number }).rows).toBeGreaterThan(10);
  });

  it("shows every tick, in slow motion, if the worker is slower than the clock", () => {
    const { frames } = start({}, 1000 / 10, 100);
    frames(40);
    const before = frames(1);
    expect(frames(1)).toBe(before + 1);
    expect(frames(1)).toBe(before + 2);
  });

  it("lets a person take a seat over in a new match, a second before it goes, and give it back", () => {
    const { practice, frames, own, hold } = start();
    frames(60 * 4);
    const fresh = practice.fresh;
    const happened: string[] = [];
    practice.feed.listen(({ name }) => happened.push(name));
    practice.takeOver();
    frames(10);
    expect(practice.fresh).toBe(fresh + 1);
    expect(practice.on).toBe(true);
    const straight = own().heading;
    hold(2);
    frames(30);
    expect(own().heading).toBe(straight); // it counts
    frames(40);
    expect(happened).toContain("go");
    expect(own().heading).not.toBe(straight);
    hold(0);
    frames(10);
    hold(1);
    frames(4);
    expect(practice.figures.ownFrames.quantile(0.5)).toBeLessThanOrEqual(3);
    hold(0);
    practice.giveBack();
    frames(120);
    expect(practice.playing.value).toBe(false);
  });

  it("stands still while nobody looks", () => {
    const { practice, frames, wait } = start();
    frames(60);
    const before = practice.feed.show(0, 0).tick;
    wait(60_000);
    frames(2);
    expect(practice.feed.show(0, 0).tick).toBeLessThan(before + 3);
  });

  it("begins anew some seconds after a match is decided", () => {
    const { practice, frames } = start({ target: 3, rounds: 3, speed: 150 });
    let over = 0;
    practice.feed.listen(({ name }) => {
      if (name === "matchEnd") over++;
    });
    for (let k = 0; k < 400 && over === 0; k++) frames(60);
    expect(over).toBe(1);
    const fresh = practice.fresh;
    frames(60 * 5);
    expect(practice.fresh).toBe(fresh + 1);
    expect(practice.feed.latest!.round).toBe(1);
  }, 60_000);
});
