import { expect, it } from "vitest";
import { clock, moveSpan, stretchAround, suggestSpan } from "../../src/screens/clip_span";

const HZ = 30;
const TICKS = 3000;

it("suggests what came just before a moment, and a little of what follows", () => {
  expect(suggestSpan(1000, TICKS, HZ)).toEqual({ first: 820, last: 1060 });
  expect(suggestSpan(0, TICKS, HZ)).toEqual({ first: 0, last: 240 });
  expect(suggestSpan(TICKS, TICKS, HZ)).toEqual({ first: 2760, last: 3000 });
  expect(suggestSpan(50, 90, HZ)).toEqual({ first: 0, last: 90 });
});

it("moves an end no nearer than five seconds, no farther than thirty, and not out of the match", () => {
  const span = { first: 600, last: 900 };
  expect(moveSpan(span, "first", 700, TICKS, HZ)).toEqual({ first: 700, last: 900 });
  expect(moveSpan(span, "first", 2000, TICKS, HZ)).toEqual({ first: 750, last: 900 });
  expect(moveSpan(span, "first", -50, TICKS, HZ)).toEqual({ first: 0, last: 900 });
  expect(moveSpan({ first: 1200, last: 1500 }, "first", 0, TICKS, HZ)).toEqual({ first: 600, last: 1500 });
  expect(moveSpan(span, "last", 0, TICKS, HZ)).toEqual({ first: 600, last: 750 });
  expect(moveSpan(span, "last", 9000, TICKS, HZ)).toEqual({ first: 600, last: 1500 });
  expect(moveSpan({ first: 2700, last: 2900 }, "last", 9000, TICKS, HZ)).toEqual({ first: 2700, last: 3000 });
});

it("moves all of it within the match", () => {
  const span = { first: 600, last: 900 };
  expect(moveSpan(span, "whole", 100, TICKS, HZ)).toEqual({ first: 100, last: 400 });
  expect(moveSpan(span, "whole", -100, TICKS, HZ)).toEqual({ first: 0, last: 300 });
  expect(moveSpan(span, "whole", 9000, TICKS, HZ)).toEqual({ first: 2700, last: 3000 });
});

it("leaves a match that is shorter than a clip whole", () => {
  const span = { first: 0, last: 80 };
  for (const part of ["first", "last", "whole"] as const)
    for (const tick of [-10, 0, 40, 200]) expect(moveSpan(span, part, tick, 80, HZ)).toEqual(span);
});

it("shows the span in the middle of its bar, and all of a short match", () => {
  expect(stretchAround({ first: 1500, last: 1800 }, 6000, HZ)).toEqual({ from: 750, to: 2550 });
  expect(stretchAround({ first: 0, last: 300 }, 6000, HZ)).toEqual({ from: 0, to: 1800 });
  expect(stretchAround({ first: 5800, last: 6000 }, 6000, HZ)).toEqual({ from: 4200, to: 6000 });
  expect(stretchAround({ first: 100, last: 400 }, 900, HZ)).toEqual({ from: 0, to: 900 });
});

it("writes times", () => {
  expect(clock(0)).toBe("0:00.0");
  expect(clock(65.24)).toBe("1:05.2");
  expect(clock(59.97)).toBe("1:00.0");
});
