// The images of a game's own in its declared picture: loaded once a match, and a box while they load or where they are
// missing, as in the replay of a game that is no longer installed.
import { MUTED } from "../ui/palette";
import type { Maker } from "./drawn.parts";
import { placed } from "./drawn.parts";
import { numberOf, textOf } from "./drawn.values";

const TURN = (2 * Math.PI) / 4096;

/** An image in each colour that it was asked for in. */
class Picture {
  private readonly image = new Image();
  private readonly tinted = new Map<string, HTMLCanvasElement>();

  constructor(path: string | undefined) {
    if (path) this.image.src = path;
  }

  get ready(): boolean {
    return this.image.complete && this.image.naturalWidth > 0;
  }

  get width(): number {
    return this.image.naturalWidth;
  }

  get height(): number {
    return this.image.naturalHeight;
  }

  /** `colour`: null is as it is. */
  source(colour: string | null): CanvasImageSource {
    if (colour === null) return this.image;
    let canvas = this.tinted.get(colour);
    if (!canvas) {
      canvas = document.createElement("canvas");
      canvas.width = this.width;
      canvas.height = this.height;
      const context = canvas.getContext("2d");
      if (!context) return this.image;
      context.drawImage(this.image, 0, 0, canvas.width, canvas.height);
      context.globalCompositeOperation = "multiply";
      context.fillStyle = colour;
      context.fillRect(0, 0, canvas.width, canvas.height);
      // Where the image is not, nothing is.
      context.globalCompositeOperation = "destination-in";
      context.drawImage(this.image, 0, 0, canvas.width, canvas.height);
      this.tinted.set(colour, canvas);
    }
    return canvas;
  }
}

/** The maker of the part `image`, for a game with these files. */
export function imageMaker(files: Readonly<Record<string, string>>): Maker {
  const pictures = new Map<string, Picture>();
  return (declared, names) => {
    const name = textOf(declared.name);
    const picture = pictures.get(name) ?? new Picture(files[name]);
    pictures.set(name, picture);
    const width = names.amount(declared.width);
    const height = names.amount(declared.height);
    const heading = declared.heading ? names.amount(declared.heading) : null;
    const frame = declared.frame ? names.value(textOf(declared.frame)) : null;
    const frames = Math.max(1, numberOf(declared.frames, 1));
    const tint = declared.tint === true ? names.tint("seat", declared.seat) : null;
    return placed(declared, names, (scene, thing, root, part, px, py) => {
      const { top, camera } = scene;
      const across = width(thing, root, part) * camera.scale;
      const down = height(thing, root, part) * camera.scale;
      const colour = tint?.(thing, root, scene) ?? null;
      top.save();
      top.translate(px, py);
      if (camera.turned || heading) top.rotate(camera.angle((heading?.(thing, root, part) ?? 0) * TURN));
      if (picture.ready) {
        const from = picture.source(colour);
        const one = picture.width / frames;
        const at = ((Math.round(frame?.(thing, root, 1) ?? 0) % frames) + frames) % frames;
        // An SVG without a size of its own has none to cut from: it is drawn as a whole.
        if (frames === 1) top.drawImage(from, -across / 2, -down / 2, across, down);
        else top.drawImage(from, at * one, 0, one, picture.height, -across / 2, -down / 2, across, down);
      } else {
        top.fillStyle = colour ?? MUTED;
        top.fillRect(-across / 2, -down / 2, across, down);
      }
      top.restore();
    });
  };
}
