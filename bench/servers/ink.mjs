// What touches what in Loose Ends: ink in a grid, and heads.

const CELL = 16;
/** A gap below this between a head and ink is a close shave; in units. */
export const SHAVE = 1.5;

/** Into how many pieces a step is cut so that no line has a hole and no head skips the thinnest. */
export const pieces = (pace, half) => 1 + Math.floor(pace / (half * 1.40625 + 1.4140625));

/** Where ink lies: discs (x, y, radius, owner, way run there) in the cells that they touch. */
export class Ink {
  nearestGap = 0;
  nearestOwner = 0;

  constructor(width, height) {
    this.stride = Math.floor(width / CELL) + 3;
    this.cells = Array.from({ length: this.stride * (Math.floor(height / CELL) + 3) }, () => []);
  }

  lay(x, y, radius, owner, run) {
    const left = Math.floor((x - radius) / CELL) + 1;
    const right = Math.floor((x + radius) / CELL) + 1;
    const bottom = Math.floor((y + radius) / CELL) + 1;
    for (let row = Math.floor((y - radius) / CELL) + 1; row <= bottom; row++) {
      for (let cell = row * this.stride + left; cell <= row * this.stride + right; cell++) {
        this.cells[cell].push(x, y, radius, owner, run);
      }
    }
  }

  /** Find the ink nearest to a head; true if it is at least a close shave. A gap below 0 is a hit. */
  nearest(seat, x, y, reach, run) {
    const around = reach + SHAVE;
    const left = Math.floor((x - around) / CELL) + 1;
    const right = Math.floor((x + around) / CELL) + 1;
    const bottom = Math.floor((y + around) / CELL) + 1;
    let best = SHAVE;
    for (let row = Math.floor((y - around) / CELL) + 1; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const discs = this.cells[row * this.stride + column];
        for (let k = 0; k < discs.length; k += 5) {
          const wide = discs[k + 2] + reach;
          // Your own ink cannot hurt you before you are two widths of it away.
          if (discs[k + 3] === seat && run - discs[k + 4] < 2 * wide) continue;
          const dx = discs[k] - x;
          const dy = discs[k + 1] - y;
          const gap = (dx * dx + dy * dy - wide * wide) / (2 * wide);
          if (gap < best) {
            best = gap;
            this.nearestOwner = discs[k + 3];
          }
        }
      }
    }
    this.nearestGap = best;
    return best < SHAVE;
  }
}

/** Whether two heads touch, at the end of the tick or half-way through it. */
export function meet(one, other) {
  const dx = one.x - other.x;
  const dy = one.y - other.y;
  const reach = one.half + other.half;
  const far = reach + one.pace + other.pace;
  if (Math.abs(dx) > far || Math.abs(dy) > far) return false;
  const halfwayX = dx - (Math.cos(one.heading) * one.pace) / 2 + (Math.cos(other.heading) * other.pace) / 2;
  const halfwayY = dy - (Math.sin(one.heading) * one.pace) / 2 + (Math.sin(other.heading) * other.pace) / 2;
  return Math.min(dx * dx + dy * dy, halfwayX * halfwayX + halfwayY * halfwayY) < reach * reach;
}
