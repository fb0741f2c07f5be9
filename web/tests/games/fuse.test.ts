import { describe, expect, it } from "vitest";
import { BoardPainter } from "../../src/games/fuse.board";
import { Flames } from "../../src/games/fuse.flames";
import { type Blast, type Bomb, between, CELL, CRATE, FREE, STONE } from "../../src/games/fuse.state";
import type { Scene } from "../../src/games/game_renderer";

const WIDTH = 9;
const HEIGHT = 7;

/** A board with a rim and no pillars. */
function board(...crates: [number, number][]): Uint8Array {
  const cells = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      if (x === 0 || y === 0 || x === WIDTH - 1 || y === HEIGHT - 1) cells[y * WIDTH + x] = STONE;
  for (const [x, y] of crates) cells[y * WIDTH + x] = CRATE;
  return cells;
}

const bomb = (x: number, y: number, explodes: number, reach = 2, lands = 0) =>
  ({ x: x * 256 + 128, y: y * 256 + 128, explodes, reach, lands, owner: 0 }) as unknown as Bomb;

/** The cells that a renderer would show in flames. */
function burning(flames: Flames, tick: number): string[] {
  const found = new Set<string>();
  const add = (left: number, high: number, right: number, low: number) => {
    for (let x = Math.floor(left / CELL); x < right / CELL; x++)
      for (let y = Math.floor(high / CELL); y < low / CELL; y++) found.add(`${x} ${y}`);
  };
  const top = {
    fillStyle: "",
    beginPath() {},
    fill() {},
    roundRect(x: number, y: number, width: number, height: number) {
      add(x, y, x + width, y + height);
    },
  };
  const camera = { scale: 1, x: (x: number) => x, y: (_: number, y: number) => y };
  flames.draw({ top, camera, calm: true } as unknown as Scene, WIDTH, tick);
  return [...found].sort();
}

describe("flames", () => {
  it("are those that are told, as long as they burn", () => {
    const flames = new Flames();
    const blast = { cell: 3 * WIDTH + 3, left: 1, right: 0, up: 0, down: 1, until: 115 } as unknown as Blast;
    flames.foresee([blast], [], board(), WIDTH, 105);
    expect(burning(flames, 105)).toEqual(["2 3", "3 3", "3 4"]);
    expect(burning(flames, 115)).toEqual([]);
    expect(burning(flames, 99)).toEqual([]);
  });

  it("are foreseen where a fuse has burnt down, up to stone and the first crate", () => {
    const flames = new Flames();
    const bombs = [bomb(2, 1, 100)];
    flames.foresee([], bombs, board([3, 1]), WIDTH, 99.9);
    expect(flames.took(0)).toBe(false);
    flames.foresee([], bombs, board([3, 1]), WIDTH, 100);
    expect(flames.took(0)).toBe(true);
    expect(burning(flames, 100)).toEqual(["1 1", "2 1", "2 2", "2 3", "3 1"]);
  });

  it("set off other bombs, which stop them, but none in the air", () => {
    const flames = new Flames();
    const bombs = [bomb(2, 1, 100), bomb(4, 1, 180, 1), bomb(2, 2, 180, 1, 130), bomb(6, 5, 180)];
    flames.foresee([], bombs, board(), WIDTH, 101);
    expect([0, 1, 2, 3].map((k) => flames.took(k))).toEqual([true, true, false, false]);
    const cells = burning(flames, 101);
    expect(cells).toContain("5 1");
    expect(cells).not.toContain("6 1");
    expect(cells).toContain("2 3");
  });
});

describe("the board", () => {
  /** A layer that counts what is wiped. */
  function layer() {
    const wiped: number[][] = [];
    const ink = new Proxy({} as Record<string, unknown>, {
      get: (_, name) => (name === "clearRect" ? (...box: number[]) => wiped.push(box) : () => {}),
      set: () => true,
    });
    return { scene: { ink, camera: { turned: false } } as unknown as Scene, wiped };
  }

  it("is painted cell by cell as it changes", () => {
    const { scene, wiped } = layer();
    const painter = new BoardPainter();
    const changes: number[][] = [];
    const note = (...change: number[]) => void changes.push(change);
    const cells = board([3, 1]);
    painter.paint(scene, cells, WIDTH, true, note);
    expect(changes).toEqual([]);
    painter.paint(scene, cells, WIDTH, false, note);
    expect(wiped).toEqual([]);
    cells[WIDTH + 3] = FREE;
    painter.paint(scene, cells, WIDTH, false, note);
    expect(changes).toEqual([[WIDTH + 3, CRATE, FREE]]);
    expect(wiped).toEqual([[3 * CELL, CELL, CELL, CELL]]);
  });
});

describe("positions", () => {
  it("go smoothly from one state to the next, unless somebody was put elsewhere", () => {
    expect(between(128, 384, 0.5)).toBe(CELL);
    expect(between(128, 2000, 0.5)).toBe((2000 * CELL) / 256);
  });
});
