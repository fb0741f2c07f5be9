import { describe, expect, it } from "vitest";
import { nextMark } from "../../src/replay/marks";
import { actionOf } from "../../src/screens/replay_keys";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  actionOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("a key of the player", () => {
  it.each([
    [" ", { do: "toggle" }],
    ["k", { do: "toggle" }],
    ["K", { do: "toggle" }],
    ["ArrowLeft", { do: "skip", seconds: -5 }],
    ["ArrowRight", { do: "skip", seconds: 5 }],
    ["j", { do: "skip", seconds: -10 }],
    ["l", { do: "skip", seconds: 10 }],
    [",", { do: "step", ticks: -1 }],
    [".", { do: "step", ticks: 1 }],
    ["ArrowUp", { do: "faster" }],
    ["ArrowDown", { do: "slower" }],
    ["7", { do: "part", part: 0.7 }],
    ["End", { do: "part", part: 1 }],
    ["f", { do: "follow" }],
    ["?", { do: "help" }],
    ["x", null],
    ["Enter", null],
  ])("%s", (key, action) => expect(press(key)).toEqual(action));

  it("with Shift goes to marks and back among players", () => {
    expect(press("ArrowRight", { shiftKey: true })).toEqual({ do: "mark", direction: 1 });
    expect(press("F", { shiftKey: true })).toEqual({ do: "unfollow" });
  });

  it("with Control is the browser's", () => {
    expect(press("f", { ctrlKey: true })).toBeNull();
    expect(press("l", { metaKey: true })).toBeNull();
  });
});

describe("the next mark", () => {
  const marks = [10, 20, 30].map((tick) => ({
    tick,
    kind: "out" as const,
    name: "crash",
    seat: 0,
    by: -1,
    round: 0,
  }));
  it.each([
    [0, 1, 10],
    [10, 1, 20],
    [29, 1, 30],
    [30, 1, undefined],
    [35, -1, 30],
    [31, -1, 20], // the one just passed is not meant
    [10, -1, undefined],
  ] as const)("from %d in direction %d is at %s", (tick, direction, found) =>
    expect(nextMark(marks, tick, direction, direction > 0 ? 0 : 2)?.tick).toBe(found),
  );
});
