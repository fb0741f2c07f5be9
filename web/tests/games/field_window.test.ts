import { describe, expect, it } from "vitest";
import { windowOf } from "../../src/games/trails.field";

describe("how much of Open Field is seen", () => {
  it.each([
    ["a desktop", 1440, 833],
    ["a television", 1420, 1017],
    ["a phone upright", 390, 702],
    ["a phone that lies down", 844, 390],
    ["a tablet", 768, 957],
  ])("leaves no dark beside a large world on %s", (_, width, height) => {
    expect(windowOf(4800, width, height)).toBe(760);
  });

  it("is less where the world is small, and no less than one can ride in", () => {
    const seen = windowOf(1300, 390, 738);
    expect(seen).toBeLessThan(760);
    expect((seen * 738) / 390).toBeCloseTo(1380);
    expect(windowOf(1300, 844, 300)).toBe(560);
    expect(windowOf(1300, 0, 0)).toBe(560 + 200);
  });
});
