// The board of a declared picture: coloured cells, which can be pressed and gone through by keys.
import type { PartInfo } from "../protocol.gen";
import type { Entity } from "../sync/state";
import { MUTED, TEXT } from "../ui/palette";
import { type Maker, placed } from "./drawn.parts";
import { fixedColour, listOf, type Names, numberOf, textOf } from "./drawn.values";
import type { Scene } from "./game_renderer";

const LETTERS = 26;
/** How thick the edge of a cell is that can be chosen, and of the one that is pointed at: CSS pixels. */
const CAN_PX = 1.5;
const CHOSEN_PX = 3;
const CAN_STRENGTH = 0.5;

/** A cell by its column and its row, as people say it: A1 is at the upper left, AA1 is right of Z1. */
export function cellName(cell: number, columns: number): string {
  let letters = "";
  for (let left = (cell % columns) + 1; left > 0; left = Math.floor((left - 1) / LETTERS))
    letters = String.fromCharCode(65 + ((left - 1) % LETTERS)) + letters;
  return `${letters}${Math.floor(cell / columns) + 1}`;
}

/** By whom and how the cells of a board can be chosen. */
class CellChoice {
  private readonly control: string;
  private readonly called: readonly string[];
  private readonly able: ((thing: Entity, root: Entity) => readonly number[]) | null;
  private readonly turn: ((thing: Entity, root: Entity, part: number) => number) | null;

  /** The cells' names, made once for each width of the board. */
  private places: string[] = [];
  private columns = 0;

  constructor(declared: PartInfo, names: Names) {
    this.control = textOf(declared.choose);
    this.called = listOf(declared.names).map((name) => names.translate(textOf(name)));
    this.able = declared.can ? names.ints(textOf(declared.can)) : null;
    this.turn = declared.turn ? names.value(textOf(declared.turn)) : null;
  }

  /** Whether somebody at this device may choose now. */
  isOpen(scene: Scene, thing: Entity, root: Entity): boolean {
    const { riders } = scene;
    if (this.turn) return riders[this.turn(thing, root, 1)]?.mine === true;
    return riders.some((rider) => rider?.mine);
  }

  /** The places of the cells that can be chosen; null: all. */
  cells(thing: Entity, root: Entity): readonly number[] | null {
    return this.able?.(thing, root) ?? null;
  }

  /** Offers a cell that is drawn with its middle at a pixel; marks it. */
  offer(
    scene: Scene,
    cell: number,
    columns: number,
    who: string,
    can: boolean,
    px: number,
    py: number,
    side: number,
  ): void {
    const { top, dpr, chosen, choices, look } = scene;
    const { control } = this;
    const isChosen = chosen?.control === control && chosen.index === cell;
    if (isChosen || (can && this.able)) {
      const line = (isChosen ? CHOSEN_PX : CAN_PX) * dpr;
      top.strokeStyle = isChosen ? TEXT : look.accent;
      top.lineWidth = line;
      const strength = top.globalAlpha;
      // A whole board that can be pressed is not louder than what lies on it.
      if (!isChosen) top.globalAlpha = strength * CAN_STRENGTH;
      top.strokeRect(px - side / 2 + line, py - side / 2 + line, side - 2 * line, side - 2 * line);
      top.globalAlpha = strength;
    }
    const place = this.place(cell, columns);
    choices.put(control, cell, who ? `${place} ${who}` : place, can, px, py, side, side, 0, columns);
  }

  private place(cell: number, columns: number): string {
    if (columns !== this.columns) this.places = [];
    this.columns = columns;
    this.places[cell] ??= cellName(cell, columns);
    return this.places[cell];
  }

  /** What a value of a cell is called; "" for nothing. */
  valueName(value: number): string {
    return this.called[value] ?? "";
  }
}

/** A board of coloured cells. */
export const cells: Maker = (declared, names) => {
  const grid = textOf(declared.grid);
  const size = numberOf(declared.size, 0);
  const gap = numberOf(declared.gap, 0);
  const paints = listOf(declared.colours).map((colour) => fixedColour(colour) ?? String(colour));
  const field = names.find(grid)?.field;
  if (field?.kind !== "grid") throw new Error(`the picture takes ${grid} for a board`);
  const width = names.value(field.width);
  const choice = declared.choose ? new CellChoice(declared, names) : null;
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const values = thing[grid] as Uint8Array;
    const columns = Math.max(1, width(thing, root, part));
    const { top, camera, riders } = scene;
    const side = Math.max(1, (size - gap) * camera.scale);
    const left = px - camera.x(0, 0);
    const above = py - camera.y(0, 0);
    const isOpen = choice?.isOpen(scene, thing, root) ?? false;
    const able = choice?.cells(thing, root) ?? null;
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? 0;
      const x = (k % columns) * size;
      const y = Math.floor(k / columns) * size;
      const rider = value >= paints.length ? riders[value - paints.length] : undefined;
      const paint = paints[value] ?? rider?.ink.colour ?? MUTED;
      const middleX = left + camera.x(x + size / 2, y + size / 2);
      const middleY = above + camera.y(x + size / 2, y + size / 2);
      if (paint !== "") {
        top.fillStyle = paint;
        if (gap > 0) top.fillRect(middleX - side / 2, middleY - side / 2, side, side);
        else fillSeamless(scene, left, above, x, y, size);
      }
      if (choice) {
        const can = isOpen && (!able || able.includes(k));
        choice.offer(scene, k, columns, rider?.name ?? choice.valueName(value), can, middleX, middleY, side);
      }
    }
  });
};

/** Fills whole pixels that neighbours share, so that no seam of the ground shows between them. */
function fillSeamless(
  { top, camera }: Scene,
  left: number,
  above: number,
  x: number,
  y: number,
  size: number,
): void {
  const { width, height } = top.canvas;
  const x0 = Math.round(left + camera.x(x, y));
  const y0 = Math.round(above + camera.y(x, y));
  const x1 = Math.round(left + camera.x(x + size, y + size));
  const y1 = Math.round(above + camera.y(x + size, y + size));
  if (Math.max(x0, x1) < 0 || Math.max(y0, y1) < 0 || Math.min(x0, x1) > width || Math.min(y0, y1) > height)
    return;
  top.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
}
