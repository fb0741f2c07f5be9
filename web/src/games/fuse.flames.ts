// Where it burns: the blasts that the state has, and those that must follow from fuses which have burnt down
// by the tick shown, though nothing confirms it yet. Allocates nothing while it draws.
import type { Camera } from "../arena/camera";
import { ACCENT, DANGER } from "../ui/palette";
import { type Blast, type Bomb, CELL, CRATE, FLAME_TICKS, PER_CELL, STONE } from "./fuse.state";
import type { Scene } from "./game_renderer";

const MOST = 64;
/** A man is scared of bombs that go off within this time. */
const FEAR_TICKS = 45;
const CORE = "#FFF6D6";
/** Numbers a flame: cell, left, right, up, down, its first tick. */
const SIZE = 6;

export class Flames {
  private flames = new Float64Array(MOST * SIZE);
  private count = 0;
  /** Bombs that are drawn as gone. */
  private gone = new Uint8Array(MOST);
  private waves = new Int32Array(MOST);
  private readonly fears: Bomb[] = [];
  private feared = 0;

  /** Works out what burns at `tick`. */
  foresee(
    blasts: readonly Blast[],
    bombs: readonly Bomb[],
    cells: Uint8Array,
    width: number,
    tick: number,
  ): void {
    this.count = 0;
    for (const { cell, left, right, up, down, until } of blasts) {
      if (this.count === MOST) break;
      this.put(cell, left, right, up, down, until - FLAME_TICKS);
    }
    this.feared = 0;
    for (const bomb of bombs)
      if (bomb.lands === 0 && bomb.explodes - tick < FEAR_TICKS) this.fears[this.feared++] = bomb;
    this.gone.fill(0);
    let waiting = 0;
    for (let k = 0; k < bombs.length && k < MOST; k++) {
      const bomb = bombs[k];
      if (!bomb || bomb.lands > 0 || bomb.explodes > tick) continue;
      this.gone[k] = 1;
      this.waves[waiting++] = k;
    }
    // Each sets off those that it reaches.
    for (let n = 0; n < waiting; n++) {
      const bomb = bombs[this.waves[n] ?? 0];
      if (!bomb) continue;
      const cell = cellOf(bomb, width);
      const first = Math.min(bomb.explodes, tick);
      const at = this.count * SIZE;
      if (this.count < MOST) this.put(cell, 0, 0, 0, 0, first);
      for (let way = 0; way < 4; way++) {
        const stride = way === 0 ? -1 : way === 1 ? 1 : way === 2 ? -width : width;
        let far = 0;
        let hit = -1;
        while (far < bomb.reach && hit < 0) {
          const what = cells[cell + (far + 1) * stride] ?? STONE;
          if (what === STONE) break;
          far++;
          hit = what === CRATE ? MOST : bombAt(bombs, cell + far * stride, width);
        }
        this.flames[at + 1 + way] = far;
        if (hit >= 0 && hit < MOST && !this.gone[hit]) {
          this.gone[hit] = 1;
          this.waves[waiting++] = hit;
        }
      }
    }
  }

  private put(cell: number, left: number, right: number, up: number, down: number, first: number): void {
    const at = this.count++ * SIZE;
    const { flames } = this;
    flames[at] = cell;
    flames[at + 1] = left;
    flames[at + 2] = right;
    flames[at + 3] = up;
    flames[at + 4] = down;
    flames[at + 5] = first;
  }

  // hot: once a frame and man
  /** Whether a bomb that goes off within FEAR_TICKS, or a flame, is in the row or column of a place. */
  near(x: number, y: number): boolean {
    const column = Math.floor(x / PER_CELL);
    const row = Math.floor(y / PER_CELL);
    for (let n = 0; n < this.feared; n++) {
      const bomb = this.fears[n];
      if (!bomb) continue;
      const dx = Math.abs(Math.floor(bomb.x / PER_CELL) - column);
      const dy = Math.abs(Math.floor(bomb.y / PER_CELL) - row);
      if ((dx === 0 && dy <= bomb.reach) || (dy === 0 && dx <= bomb.reach)) return true;
    }
    return false;
  }

  /** Whether the bomb at this place in the list is drawn as exploded. */
  took(k: number): boolean {
    return this.gone[k] === 1;
  }

  // hot: once a frame
  draw(scene: Scene, width: number, tick: number): void {
    const { top, camera } = scene;
    for (let pass = 0; pass < 3; pass++) {
      top.fillStyle = pass === 0 ? DANGER : pass === 1 ? ACCENT : CORE;
      const share = pass === 0 ? 0.84 : pass === 1 ? 0.62 : 0.32;
      for (let n = 0; n < this.count; n++) {
        const at = n * SIZE;
        const age = (tick - (this.flames[at + 5] ?? 0)) / FLAME_TICKS;
        if (age < 0 || age >= 1) continue;
        // Quickly out, slowly thinner.
        const out = scene.calm ? 1 : Math.min(1, 0.45 + age * 5);
        const wide = CELL * share * (age < 0.5 ? 1 : Math.sqrt(2 - 2 * age));
        const cell = this.flames[at] ?? 0;
        const x = ((cell % width) + 0.5) * CELL;
        const y = (Math.floor(cell / width) + 0.5) * CELL;
        const tip = CELL * 0.5 * share * 1.1;
        const left = (this.flames[at + 1] ?? 0) * CELL * out + tip;
        const right = (this.flames[at + 2] ?? 0) * CELL * out + tip;
        const up = (this.flames[at + 3] ?? 0) * CELL * out + tip;
        const down = (this.flames[at + 4] ?? 0) * CELL * out + tip;
        bar(top, camera, x - left, y - wide / 2, x + right, y + wide / 2);
        bar(top, camera, x - wide / 2, y - up, x + wide / 2, y + down);
      }
    }
  }
}

function bar(
  top: CanvasRenderingContext2D,
  camera: Camera,
  left: number,
  high: number,
  right: number,
  low: number,
): void {
  const x = camera.x(left, high);
  const y = camera.y(left, high);
  const acrossX = camera.x(right, low) - x;
  const alongY = camera.y(right, low) - y;
  top.beginPath();
  top.roundRect(
    Math.min(x, x + acrossX),
    Math.min(y, y + alongY),
    Math.abs(acrossX),
    Math.abs(alongY),
    Math.min(Math.abs(acrossX), Math.abs(alongY)) / 2,
  );
  top.fill();
}

function cellOf(bomb: Bomb, width: number): number {
  return Math.floor(bomb.y / PER_CELL) * width + Math.floor(bomb.x / PER_CELL);
}

function bombAt(bombs: readonly Bomb[], cell: number, width: number): number {
  for (let k = 0; k < bombs.length && k < MOST; k++) {
    const bomb = bombs[k];
    if (bomb?.lands === 0 && cellOf(bomb, width) === cell) return k;
  }
  return -1;
}
