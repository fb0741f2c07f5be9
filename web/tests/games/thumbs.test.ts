import { describe, expect, it } from "vitest";
import type { Sight } from "../../src/games/stage";
import { status } from "../../src/games/thumbs";
import { FRAMES, PLACES, STROKE } from "../../src/games/thumbs.parts";
import { touchHint } from "../../src/screens/HowToPlay";
import type { Hud } from "../../src/sync/feed";
import { reachableTarget } from "../../src/sync/hud";
import { outlineOf, SHAPES } from "../../src/ui/palette";

describe("a tile of Odd One", () => {
  it.each(SHAPES)("shows each %s whole, however many there are", (shape) => {
    const outline = outlineOf(shape) ?? [-1, -1, 1, -1, 1, 1, -1, 1]; // round ones within their square
    for (const [most, places] of PLACES.entries()) {
      const [left, top, width, height] = FRAMES[most]!.split(" ").map(Number) as [
        number,
        number,
        number,
        number,
      ];
      for (const [x, y] of places) {
        for (let k = 0; k < outline.length; k += 2) {
          expect(x + outline[k]! - STROKE / 2).toBeGreaterThanOrEqual(left);
          expect(x + outline[k]! + STROKE / 2).toBeLessThanOrEqual(left + width);
          expect(y + outline[k + 1]! - STROKE / 2).toBeGreaterThanOrEqual(top);
          expect(y + outline[k + 1]! + STROKE / 2).toBeLessThanOrEqual(top + height);
        }
      }
    }
  });
});

describe("a round of All Thumbs that has closed", () => {
  const LOCK = 3;
  const closed = (...players: { plays: number; locked: number }[]): Sight =>
    ({
      state: {
        phase: LOCK,
        kind: 1,
        answer: -1,
        host: -1,
        players: players.map((one, id) => ({ id, ...one })),
      },
      own: [0],
      secretOf: () => null,
      riders: [],
    }) as unknown as Sight;

  it("is not out of time when all have answered", () => {
    expect(status(closed({ plays: 1, locked: 1 }, { plays: 1, locked: 1 }, { plays: 0, locked: 0 }))).toBe(
      "All in!",
    );
  });

  it("is out of time when somebody has not", () => {
    expect(status(closed({ plays: 1, locked: 1 }, { plays: 1, locked: 0 }))).toBe("Time is up");
  });
});

describe("the answer of All Thumbs", () => {
  const REVEAL = 4;
  const told = (shown: number, gained: number, answer = 2): string =>
    status({
      state: {
        phase: REVEAL,
        kind: 6,
        answer,
        who: -1,
        players: [{ id: 0, plays: 1, shown, gained }],
      },
      own: [0],
      secretOf: () => null,
      riders: [],
    } as unknown as Sight);

  it("is told to who was wrong, and to who gave none in other words", () => {
    expect(told(1, 0)).toBe("Wrong. It was C");
    expect(told(-1, 0)).toBe("Too late. It was C");
    expect(told(2, 900)).toMatch(/^Right/);
    expect(told(-1, 0, -1)).toBe("No points this time");
  });
});

describe("the points to win", () => {
  const hud = (target: number, perRound?: number) => ({ target, perRound }) as Hud;

  it("are not shown where the rounds cannot bring them", () => {
    expect(reachableTarget(hud(100, 7), 3)).toBe(0);
    expect(reachableTarget(hud(9, 1), 3)).toBe(0);
  });

  it("are shown where they can be reached, or nobody knows", () => {
    expect(reachableTarget(hud(35, 7), 12)).toBe(35);
    expect(reachableTarget(hud(100, 7), 0)).toBe(100);
    expect(reachableTarget(hud(100), 3)).toBe(100);
  });
});

describe("what fingers are told to do", () => {
  it.each([
    [["left", "right"], false, "Hold the left or right half of the screen"],
    [
      ["left", "right", "up", "down", "bomb"],
      false,
      "One thumb steers with the stick, the other presses Bomb",
    ],
    [["left", "right", "up", "down"], false, "Steer with the stick, anywhere on the screen"],
    [["A", "B", "C", "D"], true, "Four big buttons: A, B, C and D"],
    [["jump"], false, "Press the marked parts of the screen"],
  ])("for %j is what the screen takes", async (buttons, hosted, hint) => {
    await import("../../src/i18n/en");
    expect(touchHint({ name: "own", buttons, hosted })).toBe(hint);
  });
});
