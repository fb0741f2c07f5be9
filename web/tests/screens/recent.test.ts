import { beforeEach, expect, it, vi } from "vitest";
import type { PlaceLine, Results } from "../../src/protocol.gen";

const kept = new Map<string, string>();

beforeEach(() => {
  vi.resetModules();
  kept.clear();
  vi.stubGlobal("location", { origin: "http://127.0.0.1", pathname: "/", search: "" });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

const line = (seat: number, place: number): PlaceLine => ({
  seat,
  player: `p${seat}`,
  place,
  points: 10 - place,
  name: `P${seat}`,
  colour: seat,
  shape: seat,
});

const ended = (record: string | undefined, ...places: PlaceLine[]): Results => ({
  places,
  awards: [],
  rounds: [],
  ticks: 900,
  ...(record ? { record } : {}),
});

const HERE = { game: "trails", title: "Loose Ends", seats: [1], now: 1_700_000_000_000 };

it("keeps a match that one played in, once, with the better place of two players at one device", async () => {
  const { recentMatches, rememberMatch } = await import("../../src/screens/recent");
  rememberMatch(ended("aaaaaaaaaa", line(0, 1), line(1, 3), line(2, 2)), { ...HERE, seats: [1, 2] });
  rememberMatch(ended("aaaaaaaaaa", line(0, 1), line(1, 3), line(2, 2)), HERE);
  expect(recentMatches.value).toEqual([
    { id: "aaaaaaaaaa", game: "trails", title: "Loose Ends", place: 2, players: 3, at: HERE.now },
  ]);
});

it("keeps no match that the server does not keep, or that one only watched", async () => {
  const { recentMatches, rememberMatch } = await import("../../src/screens/recent");
  rememberMatch(ended(undefined, line(1, 1)), HERE);
  rememberMatch(ended("bbbbbbbbbb", line(0, 1)), HERE);
  expect(recentMatches.value).toEqual([]);
  expect(kept.size).toBe(0);
});

it("keeps the last twenty, the newest first, and forgets all of them", async () => {
  const { forgetMatches, recentMatches, rememberMatch } = await import("../../src/screens/recent");
  for (let k = 0; k < 30; k++) rememberMatch(ended(`match${k}`, line(1, 1)), { ...HERE, now: k });
  expect(recentMatches.value).toHaveLength(20);
  expect(recentMatches.value[0]?.id).toBe("match29");
  expect(kept.size).toBe(1);
  forgetMatches();
  expect(recentMatches.value).toEqual([]);
  expect(kept.size).toBe(0);
});

it("reads what was kept, and nothing that is no match", async () => {
  const good = { id: "aaaaaaaaaa", game: "trails", title: "Loose Ends", place: 0, players: 2, at: 5 };
  kept.set(
    "rumpus.matches",
    JSON.stringify([good, null, 7, { ...good, id: "../../x" }, { ...good, place: "1" }, { ...good, at: -1 }]),
  );
  const { recentMatches } = await import("../../src/screens/recent");
  expect(recentMatches.value).toEqual([good]);
});

it("starts afresh where the storage holds something else", async () => {
  kept.set("rumpus.matches", "{not json");
  const { recentMatches } = await import("../../src/screens/recent");
  expect(recentMatches.value).toEqual([]);
});
