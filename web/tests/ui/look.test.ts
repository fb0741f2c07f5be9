import { describe, expect, it } from "vitest";
import { lookOf, lookStyle, PAGE_LOOK } from "../../src/ui/look";

describe("the look of a game", () => {
  it("is made of its two colours, and is the same object for the same colours", () => {
    const look = lookOf({ accent: "#FF9A5C", ground: "#27110A" });
    expect(look.accent).toBe("#FF9A5C");
    expect(look.ground).toBe("#27110A");
    expect(lookOf({ accent: "#FF9A5C", ground: "#27110A" })).toBe(look);
    // Reddish as its ground, and each step lighter than the one before.
    const lightness = ([, r, g, b]: RegExpExecArray) => [r, g, b].map((part) => Number.parseInt(part!, 16));
    const steps = [look.ground, look.panel, look.grid, look.raised, look.line, look.edge].map((colour) =>
      lightness(/^#(..)(..)(..)$/.exec(colour)!),
    );
    for (const [k, [red, green, blue]] of steps.entries()) {
      expect(red).toBeGreaterThan(green!);
      expect(green).toBeGreaterThanOrEqual(blue!);
      if (k > 0) expect(red).toBeGreaterThan(steps[k - 1]![0]!);
    }
  });

  it("is the page's for a game of an older server, and where colours are none", () => {
    expect(lookOf(null)).toBe(PAGE_LOOK);
    expect(lookOf({})).toBe(PAGE_LOOK);
    expect(lookOf({ accent: "url(x)", ground: "red" })).toBe(PAGE_LOOK);
    expect(lookOf({ accent: "#ffc857", ground: "#0b1020" })).toBe(PAGE_LOOK);
  });

  it("leaves grounds to high contrast", () => {
    const look = lookOf({ accent: "#FF9A5C", ground: "#27110A" });
    expect(lookStyle(look, true)).toEqual({ "--accent": "#FF9A5C" });
    expect(lookStyle(look, false)["--panel"]).toBe(look.panel);
  });
});
