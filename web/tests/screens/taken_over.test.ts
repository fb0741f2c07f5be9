import { describe, expect, it } from "vitest";
import type { ControlInfo } from "../../src/protocol.gen";
import { takenOverBy } from "../../src/screens/taken_over";

const control = (kind: ControlInfo["kind"]) => ({ name: kind, kind }) as ControlInfo;

describe("the hint at the match behind the home page", () => {
  it("names the steering keys only for a game that they steer", () => {
    expect(takenOverBy({ buttons: ["left", "right"] })).toEqual({ keys: true, touch: true });
    expect(takenOverBy({ buttons: ["a", "b", "c", "d"] })).toEqual({ keys: false, touch: true });
    expect(takenOverBy({ buttons: [], controls: [control("stick"), control("button")] })).toEqual({
      keys: false,
      touch: true,
    });
  });

  it("says nothing where a tap does not begin it", () => {
    expect(takenOverBy({ buttons: [], controls: [control("choose")] })).toEqual({
      keys: false,
      touch: false,
    });
  });

  it("is there before the games are known", () => {
    expect(takenOverBy(undefined)).toEqual({ keys: true, touch: true });
  });
});
