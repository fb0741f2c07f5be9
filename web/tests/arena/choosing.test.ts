import { describe, expect, it } from "vitest";
import { nextChoice, numberOf } from "../../src/arena/choosing";
import type { Choice } from "../../src/games/game_renderer";
import type { ControlInfo } from "../../src/protocol.gen";

const choice = (index: number, can: boolean): Choice => ({
  control: "card",
  index,
  name: String(index),
  can,
});

describe("choosing by keys", () => {
  it("goes around those that can be taken", () => {
    const choices = [choice(0, true), choice(1, false), choice(2, true)];
    expect(nextChoice(choices, null, 1)?.index).toBe(0);
    expect(nextChoice(choices, null, -1)?.index).toBe(2);
    expect(nextChoice(choices, choice(0, true), 1)?.index).toBe(2);
    expect(nextChoice(choices, choice(2, true), 1)?.index).toBe(0);
    expect(nextChoice(choices, choice(1, false), 1)?.index).toBe(0);
  });

  it("goes through all where none can be taken, so that the reason can be asked for", () => {
    expect(nextChoice([choice(0, false), choice(1, false)], choice(0, false), 1)?.index).toBe(1);
    expect(nextChoice([], null, 1)).toBeNull();
  });
});

it("counts Choose controls among those that are not buttons", () => {
  const controls = [
    { kind: "button", name: "draw", label: "" },
    { kind: "stick", name: "move", label: "" },
    { kind: "choose", name: "card", label: "" },
  ] as ControlInfo[];
  expect([numberOf(controls, "card"), numberOf(controls, "draw"), numberOf(controls, "move")]).toEqual([
    1, -1, -1,
  ]);
});
