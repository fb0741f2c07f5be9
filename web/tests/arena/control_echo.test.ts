import { expect, it } from "vitest";
import { Camera } from "../../src/arena/camera";
import { PenEcho } from "../../src/arena/control_echo";

it("shows a line until the server has it and the picture can show it", () => {
  const echo = new PenEcho();
  const numbers = { made: 4, acknowledged: 4 };
  const settle = (now: number) => {
    echo.settle(now, () => numbers);
    return echo.count;
  };
  echo.add(
    0,
    5,
    [
      [1, 1, 0],
      [5, 5, 1],
    ],
    0,
  );
  expect(settle(50)).toBe(1);
  numbers.made = 5; // sent
  expect(settle(200)).toBe(1);
  expect(settle(5000)).toBe(1); // a slow line: it stays
  numbers.acknowledged = 5;
  expect(settle(5010)).toBe(1);
  expect(settle(5200)).toBe(1);
  expect(settle(5300)).toBe(0);
});

it("shows a line for a moment where no server takes it", () => {
  const echo = new PenEcho();
  echo.add(0, 5, [[1, 1, 0]], 0);
  echo.settle(300, () => null);
  expect(echo.count).toBe(1);
  echo.settle(500, () => null);
  expect(echo.count).toBe(0);
});

it.each([false, true])(
  "a place on the screen is the place in the world that is drawn there; turned: %s",
  (turned) => {
    const camera = new Camera();
    if (turned) camera.fit(960, 600, 390, 800, 6, true);
    else camera.fit(960, 600, 1280, 700, 6, true);
    expect(camera.turned).toBe(turned);
    camera.look(30, -20);
    for (const [x, y] of [
      [0, 0],
      [960, 600],
      [123, 456],
    ] as const) {
      const [across, down] = camera.worldAt(camera.x(x, y), camera.y(x, y));
      expect(across).toBeCloseTo(x, 6);
      expect(down).toBeCloseTo(y, 6);
    }
  },
);
