import { expect, it } from "vitest";
import { bestMoment } from "../../src/replay/best_moment";

const HZ = 30;

it("is from six seconds before the last decisive event to two after it", () => {
  const events = [
    { tick: 300, name: "crash" },
    { tick: 900, name: "crash" },
    { tick: 930, name: "shave" },
    { tick: 940, name: "roundEnd" },
    { tick: 1300, name: "matchEnd" },
  ];
  expect(bestMoment(events, 1400, HZ)).toEqual({ first: 720, last: 960 });
  expect(bestMoment([...events].reverse(), 1400, HZ)).toEqual({ first: 720, last: 960 });
});

it("ends with the match, and begins with it", () => {
  expect(bestMoment([{ tick: 1390, name: "out" }], 1400, HZ)).toEqual({ first: 1210, last: 1400 });
  expect(bestMoment([{ tick: 60, name: "out" }], 1400, HZ)).toEqual({ first: 0, last: 150 });
  expect(bestMoment([{ tick: 60, name: "out" }], 100, HZ)).toEqual({ first: 0, last: 100 });
});

it("is the last end of a round where no event is known to decide, else the end of the match", () => {
  const unknown = [
    { tick: 500, name: "roundEnd" },
    { tick: 700, name: "bananaSplit" },
  ];
  expect(bestMoment(unknown, 1400, HZ)).toEqual({ first: 320, last: 560 });
  expect(bestMoment([], 1400, HZ)).toEqual({ first: 1220, last: 1400 });
});
