// What sounds for whom: changes of the room, music by the part of the evening, music beside a screen for all.
import { describe, expect, it, test } from "vitest";
import { floating, MOST, place } from "../../src/screens/Reactions";
import { verbOf } from "../../src/screens/Remote";
import type { Sitting } from "../../src/screens/room";
import { musicFor, musicVolume, tonesOf } from "../../src/screens/room_sounds";
import { linesOf } from "../../src/screens/TvMatch";
import { stageOfStep } from "../../src/screens/TvResults";
import type { Room } from "../../src/session/room_state";

const person = (name: string, seat: number | null = null) => ({ name, seat, connected: true });
const seat = (more: object) => ({ kind: "human", ready: false, team: 0, playing: true, ...more });
const roomOf = (more: object): Room =>
  ({ phase: "lobby", people: { a: person("Ann", 0) }, seats: {}, rematch: [], ...more }) as unknown as Room;

describe("a change of the room", () => {
  test.each([
    ["somebody joins", {}, { people: { a: person("Ann", 0), b: person("Bob", 1) } }, ["join"]],
    ["I join", {}, { people: { a: person("Ann", 0), me: person("Me", 1) } }, []],
    ["a screen for all joins", {}, { people: { a: person("Ann", 0), t: person("TV") } }, []],
    ["somebody leaves", {}, { people: {} }, ["leave"]],
    ["somebody is ready", { seats: { 0: seat({}) } }, { seats: { 0: seat({ ready: true }) } }, ["ready"]],
    ["a bot comes", {}, { seats: { 1: seat({ kind: "bot", ready: true }) } }, []],
    ["somebody votes", { phase: "results" }, { phase: "results", rematch: ["a"] }, ["vote"]],
    ["nothing", {}, {}, []],
  ])("%s", (_, before, now, tones) => {
    expect(tonesOf(roomOf(before), roomOf(now), "me")).toEqual(tones);
  });
});

describe("music", () => {
  const live = (phase: string, seconds: number | null, most: number) =>
    musicFor({ phase: "live", hud: { phase, seconds }, most, fanfare: false });

  it("is the lobby's around matches and the game's in them", () => {
    const at = (phase: string | null) => musicFor({ phase, hud: null, most: 0, fanfare: false });
    expect(["lobby", "countdown", "live", "paused", "results", null].map((phase) => at(phase).song)).toEqual([
      "lobby",
      "lobby",
      "game",
      "game",
      "lobby",
      null,
    ]);
  });

  it("gives way to the countdown, to pauses, to the end of a round and to the fanfare", () => {
    const ducked = (phase: string, fanfare = false) => musicFor({ phase, hud: null, most: 0, fanfare }).duck;
    expect([ducked("lobby"), ducked("countdown"), ducked("paused")]).toEqual([false, true, true]);
    expect([ducked("results"), ducked("results", true)]).toEqual([false, true]);
    expect(["count", "live", "roundEnd", "reveal", "open"].map((phase) => live(phase, 5, 5).duck)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it("hurries in the last seconds of a long clock only", () => {
    expect(live("live", 10, 120).hurry).toBe(true);
    expect(live("live", 11, 120).hurry).toBe(false);
    expect(live("live", 4, 20).hurry).toBe(false);
    expect(live("live", null, 0).hurry).toBe(false);
    expect(live("roundEnd", 4, 120).hurry).toBe(false);
  });

  test.each([
    [null, { tv: false, phone: true, tvHere: true }, 0],
    [null, { tv: false, phone: true, tvHere: false }, 0.35],
    [null, { tv: false, phone: false, tvHere: true }, 0.35],
    [null, { tv: true, phone: true, tvHere: true }, 0.35],
    [0.8, { tv: false, phone: true, tvHere: true }, 0.8],
    [0, { tv: true, phone: false, tvHere: true }, 0],
  ])("volume %s at %o is %s", (chosen, at, volume) => {
    expect(musicVolume(chosen, at)).toBe(volume);
  });
});

test("a presenter's keys lead a game; the arrows only for who does not answer with them", () => {
  expect(verbOf("PageDown", false, false)).toBe("next");
  expect(verbOf("ArrowRight", true, false)).toBe("next");
  expect(verbOf("ArrowRight", false, false)).toBeNull();
  expect([verbOf("ArrowUp", true, true), verbOf("ArrowDown", true, true)]).toEqual(["right", "wrong"]);
  expect(verbOf("ArrowUp", true, false)).toBeNull();
});

describe("the screen for all", () => {
  const at = (number: number, more = {}): Sitting =>
    ({ number, person: null, seat: seat({ name: `P${number}`, ...more }) }) as unknown as Sitting;
  const hud = (points: readonly number[]) => ({
    phase: "live",
    round: 1,
    rounds: 3,
    target: 0,
    seconds: null,
    scores: points.map((one, k) => ({ seat: k, points: one, alive: k !== 1 })),
  });

  it("ranks everyone by points and crowns whoever leads", () => {
    const lines = linesOf(hud([3, 7, 7]), [at(0), at(1), at(2), at(3, { playing: false })]);
    expect(lines.map(({ number, rank }) => [number, rank])).toEqual([
      [0, 2],
      [1, 0],
      [2, 1],
    ]);
    expect(lines.map(({ leads }) => leads)).toEqual([false, true, true]);
    expect(lines.map(({ alive }) => alive)).toEqual([true, false, true]);
    expect(linesOf(hud([0, 0]), [at(0), at(1)]).some(({ leads }) => leads)).toBe(false);
  });

  it("lists the players by team where they have no points of their own", () => {
    const lines = linesOf(hud([]), [at(0, { team: 2 }), at(1, { team: 1 }), at(2, { team: 2 })]);
    expect([...lines].sort((a, b) => a.rank - b.rank).map(({ number }) => number)).toEqual([1, 0, 2]);
    expect(lines.every(({ points }) => points === null)).toBe(true);
  });

  it("brings the third up before the second, and the first last", () => {
    expect([0, 1, 2].map((k) => stageOfStep(k, 3))).toEqual([3, 2, 1]);
    expect([0, 1].map((k) => stageOfStep(k, 2))).toEqual([3, 2]);
    expect(stageOfStep(0, 1)).toBe(3);
  });

  it("lets a bounded number of emotes float, each at a place of its own that it keeps", () => {
    const emotes = Array.from({ length: 20 }, (_, k) => ({
      player: `p${k}`,
      seat: null,
      emote: "wave",
      shownAt: k,
    }));
    const shown = floating(emotes, 100, ({ player }) => player !== "p19");
    expect(shown).toHaveLength(MOST);
    expect(shown.at(-1)?.player).toBe("p18");
    expect(floating(emotes, 10_000, () => true)).toEqual([]);
    const first = place(new Map(), ["a", "b", "c"]);
    expect(new Set(first.values()).size).toBe(3);
    const next = place(first, ["b", "c", "d"]);
    expect(next.get("b")).toBe(first.get("b"));
    expect(new Set(next.values()).size).toBe(3);
    expect(
      place(
        new Map(),
        emotes.map(({ player }) => player),
      ).size,
    ).toBe(20);
  });
});
