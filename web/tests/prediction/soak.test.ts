import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Conditions, MatchServer, playOver, Worker } from "./simulated_network";

/** `TESTS_SOAK_MATCHES=200 npx vitest run tests/prediction/soak.test.ts` plays whole matches, as a release should. */
const MATCHES = Number(process.env.TESTS_SOAK_MATCHES ?? 2);
const TICKS = process.env.TESTS_SOAK_MATCHES ? 30_000 : 900;
const MINUTE = 60_000;
/** The games besides Loose Ends that a browser predicts, as short as their preset Quick makes them. */
const OTHERS = [
  { game: "fuse", rules: "Fuse", seats: 8, options: { target: 5, rounds: 3, crates: 50, sudden: 25 } },
  { game: "kick", rules: "Kick", seats: 8, options: { minutes: 1, goals: 3 } },
];

describe("prediction over a slow line", () => {
  let server: MatchServer;
  const worker = new Worker();
  beforeAll(async () => {
    server = new MatchServer();
    await worker.open("trails", "Trails");
  });
  afterAll(() => server.end());

  const short = { rounds: 3, target: 100, speed: 110, turn: 180 };
  const kinds = [{}, { walls: "wrap" }, { teams: 2 }, { size: "small" }, { gaps: false }, { pickups: [] }];
  const play = (seed: number, conditions: Conditions, seats = 8) => {
    const options = { ...short, ...kinds[seed % kinds.length] };
    const teams = "teams" in options ? [1, 2, 1, 2, 1, 2, 1, 2] : undefined;
    const plan = { game: "trails", options, seats, people: [0], seed, ticks: TICKS };
    return playOver(server, worker, teams ? { ...plan, teams } : plan, conditions);
  };

  it(
    "never differs from the server at 150 ms ± 20 ms",
    async () => {
      for (let k = 0; k < MATCHES; k++) {
        const { figures } = await play(1000 + k, { rtt: 150, jitter: 20 }, 2 + (k % 7));
        expect(figures.desyncs).toBe(0);
        expect(figures.checkpoints).toBe(1);
        expect(figures.ownFrames.quantile(0.99)).toBeLessThanOrEqual(2);
      }
    },
    MATCHES * MINUTE,
  );

  it(
    "shows others within 6 units of where they are at 80 ms, for less than 120 bytes a second",
    async () => {
      const plan = { game: "trails", seats: 8, people: [0], seed: 7, ticks: 900 };
      const { figures, bytes, ticks } = await playOver(server, worker, plan, { rtt: 80, jitter: 20 });
      expect(figures.corrections.count).toBeGreaterThan(50);
      // Not more often than somebody crashes, which nobody can predict, is a head shown farther away.
      expect(figures.corrections.quantile(0.85)).toBeLessThanOrEqual(6);
      // The checkpoint at the start is told once a match.
      expect(((bytes - 800) / ticks) * 30).toBeLessThan(120);
    },
    MINUTE,
  );

  it.each(OTHERS)(
    "never differs from the server in $game either",
    async ({ game, rules, seats, options }) => {
      await worker.open(game, rules);
      for (let k = 0; k < MATCHES; k++) {
        const plan = { game, options, seats: 2 + (k % (seats - 1)), people: [0], seed: 12 + k, ticks: TICKS };
        const teams = game === "kick" ? [1, 2, 1, 2, 1, 2, 1, 2] : undefined;
        const conditions = { rtt: 150, jitter: 20 };
        const { figures } = await playOver(server, worker, teams ? { ...plan, teams } : plan, conditions);
        expect(figures.desyncs).toBe(0);
        expect(figures.checkpoints).toBe(1);
        expect(figures.ownFrames.count).toBeGreaterThan(10);
        expect(figures.ownFrames.quantile(0.99)).toBeLessThanOrEqual(2);
      }
      await worker.open("trails", "Trails");
    },
    MATCHES * MINUTE,
  );

  it(
    "heals a state that went wrong within 300 ms of noticing",
    async () => {
      const plan = { game: "trails", seats: 4, people: [0], seed: 3, ticks: 600, spoilAt: 300 };
      const { figures, healedMs } = await playOver(server, worker, plan, { rtt: 80, jitter: 20 });
      expect(figures.desyncs).toBe(1);
      expect(figures.checkpoints).toBe(2);
      expect(healedMs).toBeLessThan(300);
    },
    MINUTE,
  );
});
