// The canvases of a picture: their sizes, and how they are put together for a film.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GLOW_SHARE, Layers } from "../../src/arena/layers";
import { traceMark } from "../../src/arena/sprites";

/** As much of a canvas as the layers use; its context writes down what it is asked for. */
class FakeCanvas {
  width = 0;
  height = 0;
  style: Record<string, string> = {};
  attributes: Record<string, string> = {};
  removed = false;
  readonly asked: unknown[][] = [];
  readonly context = {
    canvas: this,
    setTransform: (...numbers: number[]) => this.asked.push(["setTransform", ...numbers]),
    clearRect: (...numbers: number[]) => this.asked.push(["clearRect", ...numbers]),
  };
  getContext(): unknown {
    return FakeCanvas.draws ? this.context : null;
  }
  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }
  remove(): void {
    this.removed = true;
  }
  static draws = true;
}

const made: FakeCanvas[] = [];
const box = { clientWidth: 300, clientHeight: 100.4, append: (canvas: FakeCanvas) => made.push(canvas) };

beforeEach(() => {
  made.length = 0;
  FakeCanvas.draws = true;
  vi.stubGlobal("document", { createElement: () => new FakeCanvas() });
  vi.stubGlobal("window", { devicePixelRatio: 3 });
});
afterEach(() => vi.unstubAllGlobals());

const layersIn = () => new Layers(box as unknown as HTMLElement);

test("there are four canvases that a screen reader does not see", () => {
  layersIn();
  expect(made.map((canvas) => canvas.attributes["aria-hidden"])).toEqual(["true", "true", "true", "true"]);
  expect(made.map((canvas) => canvas.style.opacity ?? "")).toEqual(["", "0.12", "", ""]);
});

test("a browser that cannot draw is named", () => {
  FakeCanvas.draws = false;
  expect(layersIn).toThrow("this browser draws no 2D canvas");
});

test("the layers have the size of the box, at a limited density, and the glow half of that size", () => {
  const layers = layersIn();
  expect(layers.resize(2)).toBe(true);
  expect([layers.width, layers.height, layers.dpr]).toEqual([600, 201, 2]);
  expect(made.map(({ width }) => width)).toEqual([600, 600 * GLOW_SHARE, 600, 600]);
  expect(made.map(({ height }) => height)).toEqual([201, 101, 201, 201]);
  expect(layers.resize(2)).toBe(false);
  expect(layers.resize(1)).toBe(true);
});

test("a layer is emptied whatever its transform is", () => {
  const layers = layersIn();
  layers.resize(1);
  layers.wipe(layers.ink);
  expect(made[2]?.asked).toEqual([
    ["setTransform", 1, 0, 0, 1, 0, 0],
    ["clearRect", 0, 0, 300, 100],
  ]);
});

test("a film gets all layers in their order, the glow faint, if it is shown", () => {
  const layers = layersIn();
  layers.showGlow(false);
  expect(made[1]?.style.display).toBe("none");
  layers.showGlow(true);
  expect(made[1]?.style.display).toBe("");
  const drawn: [number, unknown][] = [];
  const target = {
    globalAlpha: 1,
    drawImage: (canvas: FakeCanvas, ...at: number[]) =>
      drawn.push([target.globalAlpha, [made.indexOf(canvas), ...at]]),
  };
  layers.copyTo(target as unknown as CanvasRenderingContext2D, 1, 2, 30, 40);
  expect(drawn).toEqual([
    [1, [0, 1, 2, 30, 40]],
    [0.12, [1, 1, 2, 30, 40]],
    [1, [2, 1, 2, 30, 40]],
    [1, [3, 1, 2, 30, 40]],
  ]);
  expect(target.globalAlpha).toBe(1);
  layers.remove();
  expect(made.every(({ removed }) => removed)).toBe(true);
});

test("marks are outlines, circles and rings", () => {
  const asked: string[] = [];
  const context = new Proxy({}, { get: (_, name) => () => asked.push(String(name)) });
  const traced = (shape: Parameters<typeof traceMark>[1]) => {
    asked.length = 0;
    traceMark(context as CanvasRenderingContext2D, shape, 10);
    return asked.join(" ");
  };
  expect(traced("circle")).toBe("arc");
  expect(traced("ring")).toBe("arc moveTo arc");
  expect(traced("triangle")).toBe("moveTo lineTo lineTo closePath");
});
