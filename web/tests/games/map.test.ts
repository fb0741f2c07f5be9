import { describe, expect, it } from "vitest";
import { placeMap } from "../../src/games/minimap";

const HUD = 67;

describe("the map of Open Field", () => {
  it.each([
    ["a window of 1280 × 762", 1280, 762 - HUD, false],
    ["a small window", 800, 600 - HUD, false],
    ["a large window", 1920, 1080 - HUD, false],
    ["a tablet", 1024, 768 - HUD, true],
    ["a phone upright", 390, 844 - 110, true],
  ])("lies in a corner of %s, out of the way of what is played in the middle", (_, width, height, touch) => {
    const [left, over, side] = placeMap(width, height, touch);
    expect(left + side).toBe(width - 12);
    expect(touch ? over : height - over - side).toBe(12);
    expect(left).toBeGreaterThan(width / 2);
    expect(touch ? height / 2 - over - side : over - height / 2).toBeGreaterThan(0);
  });

  it.each([
    [844, 390, 0],
    [667, 375, 0],
    [844, 390, 47],
  ])(
    "covers neither play nor buttons on a phone of %i × %i that lies down, notch %i",
    (width, height, notch) => {
      const [left, over, side] = placeMap(width, height, true, notch);
      const right = left + side;
      const under = over + side;
      // The match's buttons are a column on the right edge, the thumbs' marks and the clock are below.
      expect(right).toBeLessThanOrEqual(width - notch - 72);
      expect(over).toBeGreaterThanOrEqual(0);
      expect(under).toBeLessThan(height - 156);
      // One's own head is in the middle, and what it meets next is around it.
      expect(under).toBeLessThan(height / 2 - 60);
      expect(left).toBeGreaterThan(width / 2 + 60);
    },
  );
});
