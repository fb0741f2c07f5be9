// Pictures that are drawn once and then only copied: the players' marks and their glow.
import { GROUND, outlineOf, RING_BAND, type ShapeName } from "../ui/palette";

/** Traces a mark about (0, 0); fill it with "evenodd". */
export function traceMark(context: CanvasRenderingContext2D, shape: ShapeName, radius: number): void {
  const outline = outlineOf(shape);
  if (outline) {
    context.moveTo((outline[0] ?? 0) * radius, (outline[1] ?? 0) * radius);
    for (let k = 2; k < outline.length; k += 2)
      context.lineTo((outline[k] ?? 0) * radius, (outline[k + 1] ?? 0) * radius);
    context.closePath();
    return;
  }
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  if (shape !== "ring") return;
  context.moveTo(radius * (1 - RING_BAND), 0);
  context.arc(0, 0, radius * (1 - RING_BAND), 0, 2 * Math.PI, true);
}

/** The context of a canvas. Raises if the browser cannot draw. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser gives no 2D context");
  return context;
}

function canvasOf(side: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = contextOf(canvas);
  context.translate(side / 2, side / 2);
  return [canvas, context];
}

export class Sprites {
  private made = new Map<string, HTMLCanvasElement>();
  private size = 0;
  private ground = GROUND;

  /** Sprites are made for a radius in device pixels; another one empties the store. */
  setRadius(radius: number): void {
    if (radius === this.size) return;
    this.size = radius;
    this.made.clear();
  }

  /** The colour of the rims; another one empties the store. */
  setGround(ground: string): void {
    this.ground = ground;
    this.made.clear();
  }

  /** Forgets all: the fonts they were drawn with have been replaced by better ones. */
  clear(): void {
    this.made.clear();
  }

  get radius(): number {
    return this.size;
  }

  /** A player's mark with a rim of the ground's colour. */
  mark(shape: ShapeName, colour: string): HTMLCanvasElement {
    return this.keep(`${shape}${colour}`, () => {
      const [canvas, context] = canvasOf(Math.ceil(this.size * 3.2));
      context.beginPath();
      traceMark(context, shape, this.size);
      context.lineJoin = "round";
      context.strokeStyle = this.ground;
      context.lineWidth = this.size * 0.5;
      context.stroke();
      context.fillStyle = colour;
      context.fill("evenodd");
      return canvas;
    });
  }

  /** A soft light of the colour, six radii wide. */
  light(colour: string): HTMLCanvasElement {
    return this.keep(`light${colour}`, () => {
      const [canvas, context] = canvasOf(Math.ceil(this.size * 6));
      const gradient = context.createRadialGradient(0, 0, this.size * 0.4, 0, 0, this.size * 3);
      gradient.addColorStop(0, `${colour}66`);
      gradient.addColorStop(1, `${colour}00`);
      context.fillStyle = gradient;
      context.fillRect(-canvas.width / 2, -canvas.height / 2, canvas.width, canvas.height);
      return canvas;
    });
  }

  /** Anything else, made once by `make`, drawn about the middle of a square of `side` pixels. */
  custom(key: string, side: number, make: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
    return this.keep(`custom${key}`, () => {
      const [canvas, context] = canvasOf(Math.ceil(side));
      make(context);
      return canvas;
    });
  }

  /** A line of text with a rim of the ground's colour; its middle is the text's. */
  text(text: string, font: string, size: number, colour: string): HTMLCanvasElement {
    return this.keep(`text${font}${colour}${text}`, () => {
      const canvas = document.createElement("canvas");
      const context = contextOf(canvas);
      context.font = font;
      canvas.width = Math.ceil(context.measureText(text).width + size * 0.6);
      canvas.height = Math.ceil(size * 1.7);
      context.font = font; // a new size resets the context
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = size * 0.27;
      context.strokeStyle = this.ground;
      context.strokeText(text, canvas.width / 2, canvas.height / 2);
      context.fillStyle = colour;
      context.fillText(text, canvas.width / 2, canvas.height / 2);
      return canvas;
    });
  }

  private keep(key: string, make: () => HTMLCanvasElement): HTMLCanvasElement {
    let found = this.made.get(key);
    if (!found) {
      found = make();
      this.made.set(key, found);
    }
    return found;
  }
}

/** Draws a sprite with its middle at (x, y). */
export function stamp(
  context: CanvasRenderingContext2D,
  sprite: HTMLCanvasElement,
  x: number,
  y: number,
): void {
  context.drawImage(sprite, x - sprite.width / 2, y - sprite.height / 2);
}
