import { expect, it } from "vitest";
import { bestMoment } from "../../src/replay/best_moment";

const HZ = 30;

it("is from six seconds before the last decisive event to two after it", () => {
  const marks = [
    { tick: 0, kind: "round" as const },
    { tick: 300, kind: "out" as const },
    { tick: 900, kind: "point" as const },
    { tick: 930, kind: "other" as const },
    { tick: 1300, kind: "end" as const },
  ];
  expect(bestMoment(marks, 1400, HZ)).toEqual({ first: 720, last: 960 });
  expect(bestMoment([...marks].reverse(), 1400, HZ)).toEqual({ first: 720, last: 960 });
});

it("ends with the match, and begins with it", () => {
  expect(bestMoment([{ tick: 1390, kind: "out" }], 1400, HZ)).toEqual({ first: 1210, last: 1400 });
  expect(bestMoment([{ tick: 60, kind: "out" }], 1400, HZ)).toEqual({ first: 0, last: 150 });
  expect(bestMoment([{ tick: 60, kind: "out" }], 100, HZ)).toEqual({ first: 0, last: 100 });
});

it("is the end of a match in which nothing is known to decide", () => {
  expect(bestMoment([{ tick: 500, kind: "round" }], 1400, HZ)).toEqual({ first: 320, last: 560 });
  expect(bestMoment([{ tick: 1390, kind: "end" }], 1400, HZ)).toEqual({ first: 1210, last: 1400 });
  expect(bestMoment([], 1400, HZ)).toEqual({ first: 1220, last: 1400 });
});
