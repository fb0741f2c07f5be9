// The parts of a declared picture that are drawn each frame: one maker for each kind of game/rules/drawing.py.
import { stamp, traceMark } from "../arena/sprites";
import { isObject } from "../net/messages";
import type { PartInfo } from "../protocol.gen";
import type { Entity } from "../sync/state";
import { DANGER, FONT, MUTED, SHAPES, TEXT } from "../ui/palette";
import { nameTag } from "./common_drawing";
import { Ease, Fade, Glide, listOf, type Names, numberOf, textOf } from "./drawn.values";
import type { Scene } from "./game_renderer";

/** Draws a part of all its things. */
export type Draw = (scene: Scene, things: readonly Entity[], root: Entity, part: number) => void;
/** What a maker is given besides the part: the names that it may use, and ticks a second. */
export type Maker = (declared: PartInfo, names: Names, tickHz: number) => Draw;

const FAINT = 0.4;
const LEAST_MARK_PX = 6;
const TURN = (2 * Math.PI) / 4096;
const TOP = -Math.PI / 2;
const HURRY_S = 5;

export type DrawOne = (
  scene: Scene,
  thing: Entity,
  root: Entity,
  part: number,
  px: number,
  py: number,
) => void;

/** Calls `draw` for each thing that is to be seen, with its place in pixels and its opacity set. */
export function placed(declared: PartInfo, names: Names, draw: DrawOne): Draw {
  const x = names.amount(declared.x ?? 0);
  const y = names.amount(declared.y ?? 0);
  const opacity = declared.opacity === undefined ? null : names.amount(declared.opacity);
  const shown = names.condition(declared);
  const glide = new Glide(numberOf(declared.glide, 0));
  const fade = new Fade(numberOf(declared.fade, 0));
  // What is drawn about one's own thing, or names a player, is where that player is.
  const rider =
    declared.when === "mine" || /\{player\}/.test(textOf(declared.text)) ? names.rider(declared.seat) : null;
  return (scene, things, root, part) => {
    glide.prune(things);
    const { camera, top, now } = scene;
    for (const thing of things) {
      let seen = fade.follow(thing.id, shown(thing, root, scene), now);
      if (seen === 0 || (thing.known & names.needs) !== names.needs) continue;
      if (opacity) seen *= Math.max(0, Math.min(1, opacity(thing, root, part) / 100));
      if (seen === 0) continue;
      glide.follow(thing.id, x(thing, root, part), y(thing, root, part), now);
      if (seen < 1) top.globalAlpha = seen;
      const px = camera.x(glide.x, glide.y);
      const py = camera.y(glide.x, glide.y);
      const who = rider?.(thing, root, scene);
      if (who) scene.heads.put(who, px, py);
      draw(scene, thing, root, part, px, py);
      if (seen < 1) top.globalAlpha = 1;
    }
  };
}

/** Fills the path, or strokes it where `outline` units are not 0. */
function paint(scene: Scene, colour: string, outline: number): void {
  const { top, camera } = scene;
  if (outline > 0) {
    top.strokeStyle = colour;
    top.lineWidth = Math.max(1, outline * camera.scale);
    top.stroke();
  } else {
    top.fillStyle = colour;
    top.fill();
  }
}

const circle: Maker = (declared, names) => {
  const size = names.amount(declared.size);
  const outline = names.amount(declared.outline ?? 0);
  const tint = names.tint(declared.colour, declared.seat);
  const ease = new Ease(numberOf(declared.ease, 0));
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, now } = scene;
    top.beginPath();
    const radius = ease.follow(thing.id, size(thing, root, part), now) * camera.scale;
    top.arc(px, py, Math.max(1, radius), 0, 2 * Math.PI);
    paint(scene, tint(thing, root, scene), outline(thing, root, part));
  });
};

/** Traces a rectangle with rounded corners. */
export function traceRound(
  top: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  round: number,
): void {
  const r = Math.max(0, Math.min(round, width / 2, height / 2));
  top.beginPath();
  top.moveTo(x + r, y);
  top.arcTo(x + width, y, x + width, y + height, r);
  top.arcTo(x + width, y + height, x, y + height, r);
  top.arcTo(x, y + height, x, y, r);
  top.arcTo(x, y, x + width, y, r);
  top.closePath();
}

const box: Maker = (declared, names) => {
  const width = names.amount(declared.width);
  const height = names.amount(declared.height);
  const outline = names.amount(declared.outline ?? 0);
  const round = numberOf(declared.round, 0);
  const heading = declared.heading ? names.value(textOf(declared.heading)) : null;
  const tint = names.tint(declared.colour, declared.seat);
  const ease = new Ease(numberOf(declared.ease, 0));
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, now } = scene;
    const across = ease.follow(thing.id, width(thing, root, part), now) * camera.scale;
    const along = height(thing, root, part) * camera.scale;
    const w = camera.turned && !heading ? along : across;
    const h = camera.turned && !heading ? across : along;
    const edge = outline(thing, root, part);
    const colour = tint(thing, root, scene);
    if (!heading && !round && !edge) {
      top.fillStyle = colour;
      top.fillRect(px - w / 2, py - h / 2, w, h);
      return;
    }
    top.save();
    top.translate(px, py);
    if (heading) top.rotate(camera.angle(heading(thing, root, part) * TURN));
    traceRound(top, -w / 2, -h / 2, w, h, round * camera.scale);
    paint(scene, colour, edge);
    top.restore();
  });
};

const arc: Maker = (declared, names) => {
  const value = names.amount(declared.value);
  const most = names.amount(declared.most);
  const size = names.amount(declared.size);
  const width = names.amount(declared.width);
  const heading = declared.heading ? names.value(textOf(declared.heading)) : null;
  const tint = names.tint(declared.colour, declared.seat);
  const ease = new Ease(numberOf(declared.ease, 0));
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, now } = scene;
    const full = Math.max(1, most(thing, root, part));
    const now_ = ease.follow(thing.id, value(thing, root, part), now);
    const share = Math.max(0, Math.min(1, now_ / full));
    if (share === 0) return;
    const from = heading ? camera.angle(heading(thing, root, part) * TURN) : TOP;
    top.strokeStyle = tint(thing, root, scene);
    top.lineWidth = Math.max(1, width(thing, root, part) * camera.scale);
    top.lineCap = "round";
    top.beginPath();
    top.arc(px, py, Math.max(1, size(thing, root, part) * camera.scale), from, from + share * 2 * Math.PI);
    top.stroke();
  });
};

const bar: Maker = (declared, names) => {
  const value = names.amount(declared.value);
  const most = names.amount(declared.most);
  const width = names.amount(declared.width);
  const height = names.amount(declared.height);
  const tint = names.tint(declared.colour, declared.seat);
  const back = names.tint(declared.back, declared.seat);
  const ease = new Ease(numberOf(declared.ease, 0));
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, now } = scene;
    const w = width(thing, root, part) * camera.scale;
    const h = Math.max(3, height(thing, root, part) * camera.scale);
    const full = Math.max(1, most(thing, root, part));
    const drawn = ease.follow(thing.id, value(thing, root, part), now);
    const share = Math.max(0, Math.min(1, drawn / full));
    traceRound(top, px - w / 2, py - h / 2, w, h, h / 2);
    top.fillStyle = back(thing, root, scene);
    top.fill();
    if (share === 0) return;
    traceRound(top, px - w / 2, py - h / 2, Math.max(h, w * share), h, h / 2);
    top.fillStyle = tint(thing, root, scene);
    top.fill();
  });
};

const polygon: Maker = (declared, names) => {
  const points = listOf(declared.points).map((one) => numberOf(one, 0));
  const outline = names.amount(declared.outline ?? 0);
  const heading = declared.heading ? names.value(textOf(declared.heading)) : null;
  const tint = names.tint(declared.colour, declared.seat);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    top.save();
    top.translate(px, py);
    top.rotate(camera.angle(heading ? heading(thing, root, part) * TURN : 0));
    top.beginPath();
    for (let k = 0; k + 1 < points.length; k += 2)
      top.lineTo((points[k] ?? 0) * camera.scale, (points[k + 1] ?? 0) * camera.scale);
    top.closePath();
    paint(scene, tint(thing, root, scene), outline(thing, root, part));
    top.restore();
  });
};

const mark: Maker = (declared, names) => {
  const rider = names.rider(declared.seat);
  const alive = names.flag(declared.alive);
  const size = numberOf(declared.size, 0);
  const named = declared.named !== false;
  return placed(declared, names, (scene, thing, root, _part, px, py) => {
    const { top, camera, sprites, dpr } = scene;
    const who = rider(thing, root, scene);
    const seen = top.globalAlpha * (alive(thing, root, 1) === 0 ? FAINT : 1);
    sprites.setRadius(Math.max(LEAST_MARK_PX * dpr, size * camera.scale));
    top.globalAlpha = seen;
    stamp(top, sprites.mark(who?.shape ?? "circle", who?.ink.colour ?? MUTED), px, py);
    top.globalAlpha = 1;
    if (who && named) nameTag(scene, who, px, py, seen);
    else if (who) scene.heads.put(who, px, py);
  });
};

const shape: Maker = (declared, names) => {
  const size = names.amount(declared.size);
  const tint = names.tint(declared.colour, declared.seat);
  const heading = declared.heading ? names.value(textOf(declared.heading)) : null;
  const kind = names.shape(declared.shape);
  const ease = new Ease(numberOf(declared.ease, 0));
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, now } = scene;
    top.save();
    top.translate(px, py);
    if (heading) top.rotate(camera.angle(heading(thing, root, part) * TURN) + Math.PI / 2);
    top.fillStyle = tint(thing, root, scene);
    top.strokeStyle = scene.look.ground;
    top.lineWidth = 2 * scene.dpr;
    top.beginPath();
    const which = SHAPES[kind(thing, root, 1) % SHAPES.length] ?? "circle";
    const radius = ease.follow(thing.id, size(thing, root, part), now) * camera.scale;
    traceMark(top, which, Math.max(2, radius));
    top.stroke();
    top.fill("evenodd");
    top.restore();
  });
};

const line: Maker = (declared, names) => {
  const toX = names.amount(declared.to_x);
  const toY = names.amount(declared.to_y);
  const width = names.amount(declared.width);
  const tint = names.tint(declared.colour, declared.seat);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    const x = toX(thing, root, part);
    const y = toY(thing, root, part);
    top.strokeStyle = tint(thing, root, scene);
    top.lineWidth = Math.max(1, width(thing, root, part) * camera.scale);
    top.lineCap = "round";
    top.beginPath();
    top.moveTo(px, py);
    top.lineTo(camera.x(x, y), camera.y(x, y));
    top.stroke();
  });
};

const ALIGNED: Readonly<Record<string, CanvasTextAlign>> = { left: "left", right: "right" };

/** Sets the font for text `size` units high and returns its height in pixels. */
export function setFont({ top, camera, dpr, textScale, tv }: Scene, size: number, weight = 600): number {
  // A large screen shows the texts of the world as large as they are in it.
  const high = Math.max(10 * dpr * (tv ? 1 : textScale), size * camera.scale);
  top.font = `${weight} ${Math.round(high)}px ${FONT}`;
  return high;
}

/** Writes a line with a rim of the ground's colour. */
function write({ top, look }: Scene, words: string, px: number, py: number, high: number, colour: string) {
  top.lineJoin = "round";
  top.lineWidth = high * 0.25;
  top.strokeStyle = look.ground;
  top.strokeText(words, px, py);
  top.fillStyle = colour;
  top.fillText(words, px, py);
}

/** The lines of a text that is at most `most` pixels wide in the font that is set. */
export function wrapped(top: CanvasRenderingContext2D, text: string, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && top.measureText(longer).width > most) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}

/** A text that is at most `most` pixels wide in the font that is set: a longer one ends with "…". */
export function shortened(top: CanvasRenderingContext2D, text: string, most: number): string {
  if (top.measureText(text).width <= most) return text;
  const letters = [...text];
  let [fits, over] = [0, letters.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (top.measureText(`${letters.slice(0, middle).join("")}…`).width <= most) fits = middle;
    else over = middle;
  }
  return `${letters.slice(0, fits).join("").trimEnd()}…`;
}

/** Remembers the shortened text of each thing: measuring letter by letter is too much for every frame. */
class Shortened {
  private known = new Map<number, { text: string; font: string; most: number; out: string }>();

  // hot: once a frame and thing
  of(top: CanvasRenderingContext2D, id: number, text: string, most: number): string {
    const before = this.known.get(id);
    if (before && before.text === text && before.font === top.font && before.most === most) return before.out;
    const out = shortened(top, text, most);
    this.known.set(id, { text, font: top.font, most, out });
    return out;
  }
}

/** Whether an amount is this field, or is computed from it alone. */
const isOf = (field: string, declared: unknown): boolean =>
  declared === field || (isObject(declared) && declared.field === field);

/** Where a text stands, in pixels, as `upright` leaves it. */
const place = { x: 0, y: 0 };

/**
 * Finds the place of a text on a picture that is turned by a quarter, whose texts are not: below a thing stays below it,
 * and at a fixed height of the picture stays there. Without this a name would cover the mark beside it.
 */
function uprightPlace(declared: PartInfo, names: Names) {
  const fixed = typeof declared.y === "number";
  const follows = isOf("x", declared.x) && isOf("y", declared.y);
  const thingX = follows ? names.amount("x") : null;
  const thingY = follows ? names.amount("y") : null;
  return ({ camera }: Scene, thing: Entity, root: Entity, part: number, px: number, py: number) => {
    place.x = px;
    place.y = py;
    if (!camera.turned) return;
    if (fixed) {
      const [x, y] = camera.worldAt(px, py);
      place.x = camera.x(0, camera.height) + (x / camera.width) * camera.height * camera.scale;
      place.y = camera.y(0, 0) + y * camera.scale;
    } else if (thingX && thingY) {
      const x = thingX(thing, root, part);
      const y = thingY(thing, root, part);
      const [headX, headY] = [camera.x(x, y), camera.y(x, y)];
      place.x = headX + (py - headY);
      place.y = headY - (px - headX);
    }
  };
}

const label: Maker = (declared, names) => {
  const settle = uprightPlace(declared, names);
  const named = declared.text === "{player}" && !declared.align;
  const text = names.text(declared.text, declared.seat);
  const tint = names.tint(declared.colour, declared.seat);
  const size = numberOf(declared.size, 0);
  const align = ALIGNED[textOf(declared.align)] ?? "center";
  const wrap = numberOf(declared.wrap, 0);
  const width = declared.width ? names.amount(declared.width) : null;
  const kept = new Shortened();
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    const high = setFont(scene, size);
    top.textAlign = align;
    top.textBaseline = "middle";
    const whole = text(thing, root, scene);
    // A text has a least height: beside it things may be smaller than it was planned for.
    const words = width ? kept.of(top, thing.id, whole, width(thing, root, part) * camera.scale) : whole;
    const colour = tint(thing, root, scene);
    settle(scene, thing, root, part, px, py);
    if (wrap === 0) {
      if (named) place.y = scene.names.settle(place.x, place.y, top.measureText(words).width, high);
      write(scene, words, place.x, place.y, high, colour);
      return;
    }
    const lines = wrapped(top, words, wrap * camera.scale);
    for (const [k, one] of lines.entries())
      write(scene, one, place.x, place.y + (k - (lines.length - 1) / 2) * high * 1.25, high, colour);
  });
};

const clock: Maker = (declared, names, tickHz) => {
  const settle = uprightPlace(declared, names);
  const left = declared.left ? names.value(textOf(declared.left)) : null;
  const until = declared.until ? names.value(textOf(declared.until)) : null;
  const tint = names.tint(declared.colour, declared.seat);
  const size = numberOf(declared.size, 0);
  const bare = numberOf(declared.bare, 0);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const ticks = left ? left(thing, root, 1) : (until?.(thing, root, 1) ?? 0) - scene.tick;
    // Under a countdown there is one time to be read.
    if (ticks <= 0 || scene.opening) return;
    const seconds = Math.ceil(ticks / tickHz);
    const high = setFont(scene, size, 700);
    scene.top.textAlign = "center";
    scene.top.textBaseline = "middle";
    const words =
      seconds < bare
        ? String(seconds)
        : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    settle(scene, thing, root, part, px, py);
    write(scene, words, place.x, place.y, high, seconds <= HURRY_S ? DANGER : tint(thing, root, scene));
  });
};

const panel: Maker = (declared, names) => {
  const width = names.amount(declared.width);
  const height = names.amount(declared.height);
  const title = names.text(declared.title, declared.seat);
  const lines = listOf(declared.lines).map((one) => names.text(one, declared.seat));
  const size = numberOf(declared.size, 18);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    const w = width(thing, root, part) * camera.scale;
    const h = height(thing, root, part) * camera.scale;
    traceRound(top, px - w / 2, py - h / 2, w, h, 12 * camera.scale);
    top.fillStyle = scene.look.panel;
    top.fill();
    top.strokeStyle = scene.look.line;
    top.lineWidth = Math.max(1, 2 * camera.scale);
    top.stroke();
    top.textBaseline = "middle";
    top.textAlign = "center";
    top.fillStyle = TEXT;
    let at = py - h / 2 + size * 1.3 * camera.scale;
    const words = title(thing, root, scene);
    if (words) {
      const high = setFont(scene, size * 1.2, 700);
      top.fillText(words, px, at, w * 0.94);
      at += high * 1.5;
    }
    const high = setFont(scene, size, 500);
    for (const one of lines)
      for (const row of wrapped(top, one(thing, root, scene), w * 0.9)) {
        top.fillText(row, px, at, w * 0.94);
        at += high * 1.35;
      }
  });
};

export const MAKERS: Readonly<Record<string, Maker>> = {
  circle,
  box,
  arc,
  bar,
  polygon,
  mark,
  shape,
  line,
  label,
  clock,
  panel,
};
