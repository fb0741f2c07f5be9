import { describe, expect, it } from "vitest";
import { Pen } from "../../src/input/pen";
import { bytesOf, type Point } from "../../src/sync/control_changes";

/** Draws `way` at 120 points a second, and takes what is to be sent once a frame. */
function drawn(way: (seconds: number) => [number, number], seconds: number): Point[] {
  const pen = new Pen(2048, 2048);
  const found: Point[] = [];
  pen.begin(...way(0), 0);
  for (let k = 1; k <= seconds * 120; k++) {
    pen.move(...way(k / 120), (k * 1000) / 120, 2);
    if (k % 2 === 0) found.push(...pen.take((k * 1000) / 120));
  }
  pen.end(seconds * 1000);
  found.push(...pen.take(seconds * 1000));
  return found;
}

const circle =
  (turns: number) =>
  (s: number): [number, number] => [
    1000 + 400 * Math.cos(s * turns * 2 * Math.PI),
    1000 + 400 * Math.sin(s * turns * 2 * Math.PI),
  ];

/** How far a point is from a line of points. */
function apart(x: number, y: number, line: readonly Point[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let k = 1; k < line.length; k++) {
    const [ax, ay] = line[k - 1]!;
    const [bx, by] = line[k]!;
    const [dx, dy] = [bx - ax, by - ay];
    const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(x - ax - part * dx, y - ay - part * dy));
  }
  return best;
}

describe("a pen", () => {
  it("begins a stroke with down 0, and each other point draws", () => {
    const points = drawn(circle(0.3), 1);
    expect(points.map(([, , down]) => down)).toEqual([0, ...points.slice(1).map(() => 1)]);
  });

  it("leaves out what lies on a straight line, but for what shows how far it is", () => {
    const points = drawn((s) => [100 + 300 * s, 200 + 150 * s], 2);
    expect(points.length).toBeLessThanOrEqual(22);
    expect(points.at(-1)).toEqual([700, 500, 1]);
  });

  it("follows a curve closely", () => {
    const points = drawn(circle(0.25), 4);
    for (let k = 0; k < 200; k++) expect(apart(...circle(0.25)(k / 50), points)).toBeLessThan(5);
  });

  it("shows where it turned back on its own line", () => {
    const points = drawn((s) => [s < 0.5 ? 100 + 800 * s : 900 - 800 * s, 300], 1);
    expect(Math.max(...points.map(([x]) => x))).toBeGreaterThan(480);
  });

  it.each([
    ["slow curves", circle(0.3)],
    ["fast curves", circle(2)],
    [
      "a scribble",
      (s: number): [number, number] => [900 + 500 * Math.sin(s * 17), 900 + 420 * Math.sin(s * 23)],
    ],
  ])("draws %s within 250 bytes a second", (_, way) => {
    const points = drawn(way, 4);
    // Ten messages a second of twelve bytes besides their points.
    expect(bytesOf(points).length / 4 + 10 * 12).toBeLessThanOrEqual(250);
    expect(points.length / 4).toBeGreaterThan(9);
    for (let k = 0; k < 400; k++) expect(apart(...way(k / 100), points)).toBeLessThan(90);
  });

  it("stays on the sheet, and a dot is a stroke", () => {
    const pen = new Pen(100, 50);
    pen.begin(-20, 70, 0);
    pen.move(400, 20.4, 10, 1);
    pen.end(20);
    expect(pen.take(20)).toEqual([
      [0, 50, 0],
      [100, 20, 1],
    ]);
    pen.begin(7, 7, 30);
    pen.end(31);
    expect(pen.take(31)).toEqual([[7, 7, 0]]);
    pen.move(9, 9, 40, 1);
    expect(pen.take(40)).toEqual([]);
  });
});
