import { describe, expect, it } from "vitest";
import { Camera } from "../../src/arena/camera";
import { Particles } from "../../src/arena/particles";
import { Quality } from "../../src/arena/quality";
import { sameHud } from "../../src/sync/hud";

describe("the camera", () => {
  it("fits the whole world in the middle", () => {
    const camera = new Camera();
    expect(camera.fit(1000, 500, 1220, 620, 10, true)).toBe(true);
    expect(camera.scale).toBe(1.2);
    expect([camera.x(0, 0), camera.y(0, 0)]).toEqual([10, 10]);
    expect([camera.x(1000, 500), camera.y(1000, 500)]).toEqual([1210, 610]);
    expect(camera.fit(1000, 500, 1220, 620, 10, true)).toBe(false);
  });

  it("turns a wide world on an upright phone, never mirrors it", () => {
    const camera = new Camera();
    camera.fit(1120, 700, 390, 700, 0, true);
    expect(camera.turned).toBe(true);
    const corners = [
      [0, 0],
      [1120, 0],
      [1120, 700],
      [0, 700],
    ].map(([x, y]) => [camera.x(x!, y!), camera.y(x!, y!)]);
    let area = 0;
    for (let k = 0; k < 4; k++) {
      const [x, y] = corners[k]!;
      const [nextX, nextY] = corners[(k + 1) % 4]!;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(390);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(700);
      area += x! * nextY! - nextX! * y!;
    }
    // Clockwise stays clockwise: left is still left for whoever rides.
    expect(area).toBeGreaterThan(0);
    // The canvas transform agrees with the points.
    let matrix: number[] = [];
    camera.apply({ setTransform: (...m: number[]) => (matrix = m) } as unknown as CanvasRenderingContext2D);
    const [a, b, c, d, e, f] = matrix as [number, number, number, number, number, number];
    expect(a * 300 + c * 200 + e).toBeCloseTo(camera.x(300, 200));
    expect(b * 300 + d * 200 + f).toBeCloseTo(camera.y(300, 200));
    // So does the way that angles turn.
    const angle = camera.angle(0);
    expect(camera.x(301, 200) - camera.x(300, 200)).toBeCloseTo(Math.cos(angle) * camera.scale);
    expect(camera.y(301, 200) - camera.y(300, 200)).toBeCloseTo(Math.sin(angle) * camera.scale);
  });

  it("does not turn what must stay upright, or for a small gain", () => {
    const camera = new Camera();
    camera.fit(1120, 700, 390, 700, 0, false);
    expect(camera.turned).toBe(false);
    camera.fit(700, 690, 390, 395, 0, true);
    expect(camera.turned).toBe(false);
  });
});

describe("quality", () => {
  const run = (gap: number, work: number, ms: number) => {
    const quality = new Quality();
    let at = 1000;
    let changes = 0;
    for (; at < 1000 + ms; at += gap) if (quality.frame(at, work)) changes++;
    return { quality, changes };
  };

  it("stays rich while frames are quick, whatever the first seconds bring", () => {
    expect(run(16.7, 3, 10_000).quality.rich).toBe(true);
    expect(run(16.7, 30, 2000).quality.rich).toBe(true);
  });

  it("drops once when frames take long or come rarely", () => {
    expect(run(16.7, 15, 10_000)).toMatchObject({ changes: 1, quality: { rich: false } });
    expect(run(40, 2, 10_000)).toMatchObject({ changes: 1, quality: { rich: false } });
  });

  it("learns nothing from a page that was hidden", () => {
    expect(run(1000, 20, 20_000).quality.rich).toBe(true);
  });
});

describe("sparks", () => {
  it("never outnumber their limit and are gone after 600 ms", () => {
    let drawn = 0;
    const context = { fillRect: () => drawn++ } as unknown as CanvasRenderingContext2D;
    const particles = new Particles(400);
    particles.limit = 150;
    for (let k = 0; k < 10; k++) particles.burst(0, 0, 60, 50, "#fff", 0);
    particles.draw(context, 4, 1);
    expect(drawn).toBe(150);
    drawn = 0;
    particles.draw(context, 4, 601);
    particles.draw(context, 4, 602);
    expect(drawn).toBe(0);
  });
});

describe("the score board", () => {
  const hud = () => ({
    phase: "live",
    round: 1,
    rounds: 0,
    target: 5,
    seconds: 3,
    scores: [{ seat: 0, points: 1, alive: true }],
  });
  it("is news only when something on it changed", () => {
    expect(sameHud(hud(), hud())).toBe(true);
    expect(sameHud(null, null)).toBe(true);
    expect(sameHud(hud(), null)).toBe(false);
    expect(sameHud(hud(), { ...hud(), seconds: 4 })).toBe(false);
    expect(sameHud(hud(), { ...hud(), scores: [{ seat: 0, points: 2, alive: true }] })).toBe(false);
  });
});
