import { describe, expect, it } from "vitest";
import { NamePlaces } from "../../src/games/game_renderer";

describe("names beneath players who stand close together", () => {
  it("go below each other instead of lying over each other", () => {
    const places = new NamePlaces();
    expect(places.settle(100, 50, 60, 12)).toBe(50);
    expect(places.settle(120, 54, 60, 12)).toBe(62);
    expect(places.settle(110, 52, 60, 12)).toBe(74);
  });

  it("stay where they are beside each other, and never go more than two lines down", () => {
    const places = new NamePlaces();
    expect(places.settle(100, 50, 60, 12)).toBe(50);
    expect(places.settle(161, 50, 60, 12)).toBe(50);
    for (let k = 0; k < 6; k++) expect(places.settle(100, 50, 60, 12)).toBeLessThanOrEqual(74);
  });

  it("begin again with each frame", () => {
    const places = new NamePlaces();
    places.settle(100, 50, 60, 12);
    places.count = 0;
    expect(places.settle(100, 50, 60, 12)).toBe(50);
  });
});
