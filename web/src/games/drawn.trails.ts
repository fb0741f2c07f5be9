// The trails of a declared picture: confirmed rows stay on the ink layer, newer ones are drawn in each frame.
import type { PartInfo } from "../protocol.gen";
import type { EntityType } from "../sync/schema";
import type { Entity, Series } from "../sync/state";
import { type Amount, type Names, numberOf, type Tint, textOf } from "./drawn.values";
import type { Scene } from "./game_renderer";

interface Painted {
  series: Series;
  rows: number;
  cuts: number;
}

export class Trails {
  readonly list: string;
  private rows: string;
  private atX: number;
  private atY: number;
  private unit: number;
  private width: number;
  private tint: Tint;
  private headX: Amount;
  private headY: Amount;
  private painted = new Map<number, Painted>();

  /** Raises an Error when the things have no such rows. */
  constructor(declared: PartInfo, type: EntityType, names: Names) {
    this.list = textOf(declared.of);
    this.rows = textOf(declared.rows);
    const field = type.fields.find(({ name }) => name === this.rows);
    if (!field || field.columns.length === 0)
      throw new Error(`the picture draws ${this.rows} of ${type.name}, which is no series`);
    this.atX = field.columns.indexOf(textOf(declared.x));
    this.atY = field.columns.indexOf(textOf(declared.y));
    if (this.atX < 0 || this.atY < 0)
      throw new Error(`${this.rows} has no columns ${declared.x} and ${declared.y}`);
    this.unit = 2 ** (type.fields.find(({ name }) => name === declared.x)?.frac ?? 0);
    this.width = numberOf(declared.width, 0);
    this.tint = names.tint(declared.colour, declared.seat);
    this.headX = names.value(textOf(declared.x));
    this.headY = names.value(textOf(declared.y));
  }

  /** Paints the rows that are new; `all`: the layer is empty. False: it must be emptied first. */
  paint(scene: Scene, things: readonly Entity[], root: Entity, all: boolean): boolean {
    if (all) this.painted.clear();
    else if (this.painted.size > things.length) return false;
    for (const thing of things) {
      const series = thing[this.rows] as Series;
      let known = this.painted.get(thing.id);
      if (known && (known.series !== series || known.cuts !== series.cuts)) return false;
      if (!known) {
        known = { series, rows: 0, cuts: series.cuts };
        this.painted.set(thing.id, known);
      }
      if (series.rows > known.rows) this.stroke(scene, thing, root, series, known.rows);
      known.rows = series.rows;
    }
    return true;
  }

  private stroke(scene: Scene, thing: Entity, root: Entity, series: Series, from: number): void {
    const { ink } = scene;
    this.style(ink, scene, thing, root, this.width);
    ink.beginPath();
    for (let row = Math.max(0, from - 1); row < series.rows; row++) {
      const at = row * series.width;
      ink.lineTo(
        (series.data[at + this.atX] ?? 0) / this.unit,
        (series.data[at + this.atY] ?? 0) / this.unit,
      );
    }
    ink.stroke();
  }

  private style(
    on: CanvasRenderingContext2D,
    scene: Scene,
    thing: Entity,
    root: Entity,
    width: number,
  ): void {
    on.strokeStyle = this.tint(thing, root, scene);
    on.lineWidth = width;
    on.lineCap = "round";
    on.lineJoin = "round";
  }

  // hot: once a frame
  /** Draws on from the last certain row to where each thing is; with `whole`, from the first row. */
  reach(scene: Scene, things: readonly Entity[], root: Entity, part: number, whole = false): void {
    const { top, camera } = scene;
    for (const thing of things) {
      const { data, rows, width, predicted, predictedRows } = thing[this.rows] as Series;
      if (rows === 0) continue;
      this.style(top, scene, thing, root, this.width * camera.scale);
      top.beginPath();
      for (let row = whole ? 0 : rows - 1; row < rows; row++) this.to(top, scene, data, row * width);
      for (let row = 0; row < predictedRows; row++) this.to(top, scene, predicted, row * width);
      const x = this.headX(thing, root, part);
      const y = this.headY(thing, root, part);
      top.lineTo(camera.x(x, y), camera.y(x, y));
      top.stroke();
    }
  }

  private to(top: CanvasRenderingContext2D, { camera }: Scene, data: Int32Array, at: number): void {
    const x = (data[at + this.atX] ?? 0) / this.unit;
    const y = (data[at + this.atY] ?? 0) / this.unit;
    top.lineTo(camera.x(x, y), camera.y(x, y));
  }
}
