// The camera of a declared picture: it goes with the own thing through a world that is larger than the screen, and a
// small map shows where everybody is. On the screen for everybody the whole world is seen.
import type { PartInfo } from "../protocol.gen";
import type { Entity } from "../sync/state";
import { touch } from "../ui/hooks";
import { TEXT } from "../ui/palette";
import { type Amount, listOf, type Names, numberOf, textOf } from "./drawn.values";
import type { Bounds, Scene } from "./game_renderer";
import { notch, placeMap } from "./minimap";

/** What is left after a second of the way to a new place. */
const LEFT_AFTER_S = 0.002;
/** Farther than this part of the window the camera jumps. */
const FAR = 1.5;
const MAP_EDGE = "#5D6CA8";

/** Where a window of `seen` units begins in a world of `whole`, so that `at` is in its middle and nothing beyond is seen. */
export function windowStart(at: number, seen: number, whole: number): number {
  return seen >= whole ? (whole - seen) / 2 : Math.max(0, Math.min(whole - seen, at - seen / 2));
}

export class CameraPart {
  readonly list: string;
  private readonly declared: PartInfo;
  private readonly x: Amount;
  private readonly y: Amount;
  private readonly seat: Amount;
  private readonly alive: Amount;
  private readonly hasMap: boolean;
  private atX = Number.NaN;
  private atY = Number.NaN;
  private before = 0;
  private measured = -1;
  private notch = 0;

  constructor(declared: PartInfo, names: Names) {
    this.declared = declared;
    this.list = textOf(declared.of);
    this.x = names.amount(declared.x);
    this.y = names.amount(declared.y);
    this.seat = names.value(textOf(declared.seat) || "id");
    this.alive = names.flag(declared.alive);
    this.hasMap = declared.map === true;
  }

  /** Sets how much of the world is seen: all of it on the screen for everybody. `out` is the world. */
  bounds(out: Bounds, scene: Scene): void {
    if (scene.tv) return;
    const upright = listOf(this.declared.upright);
    const window = scene.upright && upright.length === 2 ? upright : listOf(this.declared.view);
    out.width = Math.min(out.width, numberOf(window[0], out.width));
    out.height = Math.min(out.height, numberOf(window[1], out.height));
  }

  // hot: once a frame
  /** Looks at the own things, else at the thing that is followed, else where it looked before. */
  look(scene: Scene, things: readonly Entity[], root: Entity, part: number, world: Bounds): void {
    const { camera } = scene;
    if (scene.tv) {
      camera.look(0, 0);
      return;
    }
    let [x, y, count] = [0, 0, 0];
    for (const mine of [true, false]) {
      for (const thing of things) {
        const seat = this.seat(thing, root, 1);
        const wanted = mine ? scene.riders[seat]?.mine : seat === scene.follow;
        if (!wanted || this.alive(thing, root, 1) === 0) continue;
        x += this.x(thing, root, part);
        y += this.y(thing, root, part);
        count++;
      }
      if (count > 0) break;
    }
    if (count > 0) this.glide(scene, x / count, y / count);
    else if (Number.isNaN(this.atX)) this.glide(scene, world.width / 2, world.height / 2);
    // Beside the window that was fitted more of the world may be seen: the screen has another shape.
    const { canvas } = scene.top;
    const left = (camera.x(0, 0) + camera.lookX * camera.scale) / camera.scale;
    const over = (camera.y(0, 0) + camera.lookY * camera.scale) / camera.scale;
    const fromX = windowStart(this.atX, canvas.width / camera.scale, world.width);
    const fromY = windowStart(this.atY, canvas.height / camera.scale, world.height);
    camera.look(fromX + left, fromY + over);
  }

  private glide(scene: Scene, x: number, y: number): void {
    const seconds = Math.max(0, Math.min(0.1, (scene.now - this.before) / 1000));
    this.before = scene.now;
    const far = Math.hypot(x - this.atX, y - this.atY) > FAR * scene.camera.width;
    if (Number.isNaN(this.atX) || far || scene.calm) {
      this.atX = x;
      this.atY = y;
      return;
    }
    const part = 1 - LEFT_AFTER_S ** seconds;
    this.atX += (x - this.atX) * part;
    this.atY += (y - this.atY) * part;
  }

  /** Draws the ground under everything: the layers below do not move. */
  ground({ top, camera, dpr, look }: Scene, world: Bounds, step: number): void {
    const [left, over] = [camera.x(0, 0), camera.y(0, 0)];
    const [right, under] = [camera.x(world.width, 0), camera.y(0, world.height)];
    const { width, height } = top.canvas;
    if (step > 0) {
      top.strokeStyle = look.grid;
      top.lineWidth = 1.5 * dpr;
      top.beginPath();
      for (let x = step * Math.max(1, Math.ceil(-left / camera.scale / step)); x < world.width; x += step) {
        const px = camera.x(x, 0);
        if (px > width) break;
        top.moveTo(px, Math.max(0, over));
        top.lineTo(px, Math.min(height, under));
      }
      for (let y = step * Math.max(1, Math.ceil(-over / camera.scale / step)); y < world.height; y += step) {
        const py = camera.y(0, y);
        if (py > height) break;
        top.moveTo(Math.max(0, left), py);
        top.lineTo(Math.min(width, right), py);
      }
      top.stroke();
    }
    top.strokeStyle = look.line;
    top.lineWidth = 2 * dpr;
    top.strokeRect(left, over, right - left, under - over);
  }

  /** Draws the map over everything: all things in their colours, the own ones larger, and what is seen. */
  map(scene: Scene, things: readonly Entity[], root: Entity, part: number, world: Bounds): void {
    if (!this.hasMap || scene.tv) return;
    const { top, dpr, camera } = scene;
    const { width, height } = top.canvas;
    if (this.measured !== width) {
      this.measured = width;
      this.notch = notch();
    }
    const place = placeMap(width / dpr, height / dpr, touch.value, this.notch);
    const [left, over, side] = place.map((pixels) => pixels * dpr) as typeof place;
    const scale = side / Math.max(world.width, world.height);
    const [across, down] = [world.width * scale, world.height * scale];
    top.globalAlpha = 0.82;
    top.fillStyle = scene.look.ground;
    top.fillRect(left, over, across, down);
    top.globalAlpha = 1;
    top.lineWidth = dpr;
    top.strokeStyle = MAP_EDGE;
    top.strokeRect(left, over, across, down);
    for (const thing of things) {
      const rider = scene.riders[this.seat(thing, root, 1)];
      if (this.alive(thing, root, 1) === 0) continue;
      top.fillStyle = rider?.ink.colour ?? TEXT;
      const size = (rider?.mine ? 7 : 4) * dpr;
      const x = left + this.x(thing, root, part) * scale;
      const y = over + this.y(thing, root, part) * scale;
      top.fillRect(x - size / 2, y - size / 2, size, size);
    }
    const fromX = Math.max(0, -camera.x(0, 0) / camera.scale);
    const fromY = Math.max(0, -camera.y(0, 0) / camera.scale);
    const toX = Math.min(world.width, fromX + width / camera.scale);
    const toY = Math.min(world.height, fromY + height / camera.scale);
    top.globalAlpha = 0.5;
    top.strokeStyle = TEXT;
    top.strokeRect(left + fromX * scale, over + fromY * scale, (toX - fromX) * scale, (toY - fromY) * scale);
    top.globalAlpha = 1;
  }
}
