// The picture's canvases, one above the other: grid, glow (at half resolution and a tenth of its
// strength, so that strokes may overlap), permanent ink, and what moves.

export const GLOW_SHARE = 0.5;
const GLOW_OPACITY = 0.12;
const NAMES = ["grid", "glow", "ink", "top"] as const;
type LayerName = (typeof NAMES)[number];

export class Layers {
  readonly grid: CanvasRenderingContext2D;
  readonly glow: CanvasRenderingContext2D;
  readonly ink: CanvasRenderingContext2D;
  readonly top: CanvasRenderingContext2D;
  /** Device pixels. */
  width = 0;
  height = 0;
  dpr = 1;
  private box: HTMLElement;
  readonly canvases: HTMLCanvasElement[] = [];

  /** Puts the canvases into `box`. Raises if the browser has no 2D canvas. */
  constructor(box: HTMLElement) {
    this.box = box;
    const made = {} as Record<LayerName, CanvasRenderingContext2D>;
    for (const name of NAMES) {
      const canvas = document.createElement("canvas");
      const context = canvas.getContext("2d");
      if (!context) throw new Error("this browser draws no 2D canvas");
      Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
      canvas.setAttribute("aria-hidden", "true");
      if (name === "glow") canvas.style.opacity = String(GLOW_OPACITY);
      box.append(canvas);
      this.canvases.push(canvas);
      made[name] = context;
    }
    this.grid = made.grid;
    this.glow = made.glow;
    this.ink = made.ink;
    this.top = made.top;
  }

  /** Follows the box's size at most at `most` device pixels a pixel; true if that emptied the layers. */
  resize(most: number): boolean {
    const dpr = Math.min(most, window.devicePixelRatio || 1);
    const width = Math.max(1, Math.round(this.box.clientWidth * dpr));
    const height = Math.max(1, Math.round(this.box.clientHeight * dpr));
    if (width === this.width && height === this.height && dpr === this.dpr) return false;
    this.width = width;
    this.height = height;
    this.dpr = dpr;
    for (const [k, canvas] of this.canvases.entries()) {
      const share = NAMES[k] === "glow" ? GLOW_SHARE : 1;
      canvas.width = Math.ceil(width * share);
      canvas.height = Math.ceil(height * share);
    }
    return true;
  }

  /** Empties a layer, whatever its transform. */
  wipe(context: CanvasRenderingContext2D): void {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }

  showGlow(on: boolean): void {
    this.glow.canvas.style.display = on ? "" : "none";
  }

  /** Draws all layers, one upon the other as the page shows them, into a rectangle of another canvas. */
  copyTo(target: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
    for (const [k, canvas] of this.canvases.entries()) {
      target.globalAlpha = NAMES[k] === "glow" ? GLOW_OPACITY : 1;
      target.drawImage(canvas, x, y, width, height);
    }
    target.globalAlpha = 1;
  }

  remove(): void {
    for (const canvas of this.canvases) canvas.remove();
  }
}
