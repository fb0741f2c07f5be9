import { expect, it } from "vitest";
import { BadClip, type Clip } from "../../src/replay/clip";
import { recordingOf } from "../../src/replay/clip_recording";
import { ReplayError } from "../../src/replay/record";

const CLIP: Clip = {
  rules: "0123456789abcdef01234567",
  game: "trails",
  title: "Loose Ends",
  tickHz: 30,
  seats: [{ seat: 1, name: "Ann", colour: 0, shape: 0, team: 0, bot: false }],
  start: { head: { options: [1], seats: [0, 1], teams: [], seed: 7 } },
  rows: [3, 0, 0, 1, 0],
  first: 30,
  last: 230,
};
const RULES = {
  game: "trails",
  module: "game.games.trails",
  class: "Trails",
  files: {},
  info: { tick_hz: 30, seats: [2, 8] },
  schema: {},
  interpreter: 1,
};
const answers =
  (rules: object, status = 200) =>
  async (path: string) => {
    expect(path).toBe(`/api/v1/rules/${CLIP.rules}.json`);
    return new Response(JSON.stringify(rules), { status });
  };

it("runs a clip that starts with the match from its first tick", async () => {
  const recording = await recordingOf(CLIP, answers(RULES));
  expect(recording).toMatchObject({ first: 0, last: 230, snapshot: null, finalHash: -1 });
  expect(recording.setup).toEqual({ options: [1], seats: [0, 1], teams: [], seed: 7 });
  expect([...recording.rows]).toEqual(CLIP.rows);
});

it("runs a clip that starts with a state from there", async () => {
  const packed = new Uint8Array([1, 2, 3]);
  const clip: Clip = { ...CLIP, start: { snapshot: { tick: 25, packed } }, rows: [] };
  const recording = await recordingOf(clip, answers(RULES));
  expect(recording).toMatchObject({ first: 25, last: 230, setup: null });
  expect(recording.snapshot).toEqual(packed);
});

it.each([
  ["of another game", { ...RULES, game: "fuse" }],
  ["of another pace", { ...RULES, info: { ...RULES.info, tick_hz: 60 } }],
  ["with fewer seats", { ...RULES, info: { ...RULES.info, seats: [1, 1] } }],
])("takes no rules %s", async (_, rules) => {
  await expect(recordingOf(CLIP, answers(rules))).rejects.toThrow(BadClip);
});

it("says so when the server has no such rules", async () => {
  await expect(recordingOf(CLIP, answers({ code: "unknown" }, 404))).rejects.toThrow(ReplayError);
});
