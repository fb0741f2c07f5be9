// Sparks: short-lived squares in a pool of fixed size. Nothing is allocated while they fly.

const LONGEST_MS = 600;

export class Particles {
  /** How many may fly at once; 0 switches them off. */
  limit = 400;
  private size: number;
  private x: Float32Array;
  private y: Float32Array;
  private dx: Float32Array;
  private dy: Float32Array;
  private born: Float64Array;
  private lasts: Float32Array;
  private colour: string[];
  private used = 0;

  constructor(size = 400) {
    this.size = size;
    this.x = new Float32Array(size);
    this.y = new Float32Array(size);
    this.dx = new Float32Array(size);
    this.dy = new Float32Array(size);
    this.born = new Float64Array(size);
    this.lasts = new Float32Array(size);
    this.colour = new Array<string>(size).fill("");
  }

  /** `count` sparks from a point in pixels, each flying up to `reach` pixels. */
  burst(x: number, y: number, count: number, reach: number, colour: string, now: number): void {
    for (let n = 0; n < count && this.used < Math.min(this.size, this.limit); n++) {
      const k = this.used++;
      const angle = Math.random() * 2 * Math.PI;
      const far = reach * (0.25 + 0.75 * Math.random());
      this.x[k] = x;
      this.y[k] = y;
      this.dx[k] = Math.cos(angle) * far;
      this.dy[k] = Math.sin(angle) * far;
      this.born[k] = now;
      this.lasts[k] = LONGEST_MS * (0.5 + 0.5 * Math.random());
      this.colour[k] = colour;
    }
  }

  // hot: once a frame
  draw(context: CanvasRenderingContext2D, size: number, now: number): void {
    for (let k = 0; k < this.used; k++) {
      const age = (now - (this.born[k] ?? 0)) / (this.lasts[k] ?? 0);
      if (age >= 1) {
        this.take(k--);
        continue;
      }
      const out = 1 - (1 - age) ** 3;
      const side = size * (1 - age);
      context.globalAlpha = 1 - age;
      context.fillStyle = this.colour[k] ?? "";
      context.fillRect(
        (this.x[k] ?? 0) + (this.dx[k] ?? 0) * out - side / 2,
        (this.y[k] ?? 0) + (this.dy[k] ?? 0) * out - side / 2,
        side,
        side,
      );
    }
    context.globalAlpha = 1;
  }

  private take(k: number): void {
    const last = --this.used;
    this.x[k] = this.x[last] ?? 0;
    this.y[k] = this.y[last] ?? 0;
    this.dx[k] = this.dx[last] ?? 0;
    this.dy[k] = this.dy[last] ?? 0;
    this.born[k] = this.born[last] ?? 0;
    this.lasts[k] = this.lasts[last] ?? 0;
    this.colour[k] = this.colour[last] ?? "";
  }

  clear(): void {
    this.used = 0;
  }
}
