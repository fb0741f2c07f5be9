// Where the window of a camera begins in the world.
import { expect, test } from "vitest";
import { windowStart } from "../../src/games/drawn.camera";

test.each([
  ["in the middle", 500, 200, 1000, 400],
  ["at the left end", 20, 200, 1000, 0],
  ["at the right end", 990, 200, 1000, 800],
  ["of a world that is smaller than the window", 20, 1200, 1000, -100],
])("a window %s", (_, at, seen, whole, start) => {
  expect(windowStart(at, seen, whole)).toBe(start);
});
