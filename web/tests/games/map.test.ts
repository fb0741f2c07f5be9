import { describe, expect, it } from "vitest";
import { placeMap } from "../../src/games/trails.map";

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

  it("lies between thumbs and buttons on a phone that lies down", () => {
    expect(placeMap(844, 390, true)).toEqual([380, 294, 84]);
  });
});
