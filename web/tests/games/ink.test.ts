import { describe, expect, it } from "vitest";
import type { Rider, Scene } from "../../src/games/game_renderer";
import { InkPainter } from "../../src/games/ink";
import { type Entity, Series } from "../../src/sync/state";
import { INKS, inkOf, outlineOf, SHAPES, shapeOf } from "../../src/ui/palette";

/** A canvas that only remembers the strokes: [colour, width, dash offset, points]. */
class Paper {
  strokeStyle = "";
  lineWidth = 0;
  lineDashOffset = 0;
  globalAlpha = 1;
  strokes: { colour: string; width: number; offset: number; dashed: boolean; points: number[] }[] = [];
  private dash: number[] = [];
  private points: number[] = [];
  setLineDash(dash: number[]) {
    this.dash = dash;
  }
  beginPath() {
    this.points = [];
  }
  moveTo(x: number, y: number) {
    this.points.push(x, y);
  }
  lineTo(x: number, y: number) {
    this.points.push(x, y);
  }
  stroke() {
    this.strokes.push({
      colour: this.strokeStyle,
      width: this.lineWidth,
      offset: this.lineDashOffset,
      dashed: this.dash.length > 0,
      points: [...this.points],
    });
  }
}

function setting(colour: number) {
  const ink = new Paper();
  const glow = new Paper();
  const rider: Rider = { name: "", ink: inkOf(colour), colour, shape: "circle", mine: false };
  const scene = { ink, glow, riders: [rider] } as unknown as Scene;
  const trail = new Series(3);
  const racer = { id: 0, trail, inking: 1 } as unknown as Entity;
  const row = (x: number, y: number, pen: number) => trail.data.set([x, y, pen], trail.grow());
  return { ink, glow, scene, trail, racer, row };
}

describe("ink", () => {
  it("is painted once, each row joined to the one before", () => {
    const { ink, scene, racer, row } = setting(0);
    const painter = new InkPainter();
    row(0, 0, 0);
    row(256, 0, 10);
    row(512, 0, 10);
    expect(painter.paint(scene, [racer], 256, true)).toBe(true);
    expect(ink.strokes).toMatchObject([{ colour: INKS[0]!.colour, width: 5, points: [0, 0, 1, 0, 2, 0] }]);
    painter.paint(scene, [racer], 256, false);
    expect(ink.strokes).toHaveLength(1);
    row(768, 0, 10);
    painter.paint(scene, [racer], 256, false);
    expect(ink.strokes[1]!.points).toEqual([2, 0, 3, 0]);
  });

  it("has gaps where the pen was up, and the width of the pen", () => {
    const { ink, scene, racer, row } = setting(0);
    row(0, 0, 0);
    row(256, 0, 10);
    row(2560, 0, 0);
    row(2816, 0, 20);
    new InkPainter().paint(scene, [racer], 256, true);
    expect(ink.strokes.map(({ width, points }) => [width, points])).toEqual([
      [5, [0, 0, 1, 0]],
      [10, [10, 0, 11, 0]],
    ]);
  });

  it("carries its dashes on from piece to piece, and ends them when the pen is lifted", () => {
    const { ink, scene, racer, row } = setting(1);
    const painter = new InkPainter();
    row(0, 0, 0);
    painter.paint(scene, [racer], 256, true);
    for (let x = 1; x <= 6; x++) {
      row(x * 256, 0, 10);
      painter.paint(scene, [racer], 256, false);
    }
    racer.inking = 0;
    painter.paint(scene, [racer], 256, false);
    const dashes = ink.strokes.filter((stroke) => stroke.dashed);
    expect(dashes.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
    expect(dashes.at(-1)!.points).toEqual([4, 0, 5, 0, 6, 0]);
  });

  it("asks for empty layers when lines were erased or a new state came", () => {
    const { scene, racer, trail, row } = setting(2);
    const painter = new InkPainter();
    row(0, 0, 0);
    row(256, 0, 10);
    painter.paint(scene, [racer], 256, true);
    trail.cut(0);
    expect(painter.paint(scene, [racer], 256, false)).toBe(false);
    expect(painter.paint(scene, [racer], 256, true)).toBe(true);
    expect(painter.paint(scene, [racer], 256, false)).toBe(true);
    row(0, 0, 0);
    painter.paint(scene, [racer], 256, false);
    const afresh = { ...racer, trail: new Series(3) } as unknown as Entity;
    expect(painter.paint(scene, [afresh], 256, false)).toBe(false);
    expect(painter.paint(scene, [], 256, false)).toBe(false);
  });
});

describe("the players' marks", () => {
  it("are eight colours, shapes and dashes, none twice", () => {
    expect(new Set(INKS.map((ink) => ink.colour)).size).toBe(8);
    expect(new Set(INKS.map((ink) => ink.dash.join())).size).toBe(8);
    expect(new Set(SHAPES).size).toBe(8);
    expect(inkOf(9)).toBe(INKS[1]);
    expect(inkOf(-1)).toBe(INKS[7]);
    expect(shapeOf(8)).toBe("circle");
    for (const shape of SHAPES) {
      const outline = outlineOf(shape);
      if (shape === "circle" || shape === "ring") expect(outline).toBeNull();
      else expect(outline!.length).toBeGreaterThanOrEqual(6);
    }
  });
});
