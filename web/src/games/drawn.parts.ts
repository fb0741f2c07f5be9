// The parts of a declared picture that are drawn each frame: one maker for each kind of game/rules/drawing.py.
import { stamp, traceMark } from "../arena/sprites";
import type { PartInfo } from "../protocol.gen";
import type { Entity } from "../sync/state";
import { FONT, GROUND, inkOf, LINE, MUTED, SHAPES, type ShapeName, TEXT } from "../ui/palette";
import { nameTag } from "./common_drawing";
import { Glide, type Names, numberOf, textOf } from "./drawn.values";
import type { Scene } from "./game_renderer";

/** Draws a part of all its things. */
export type Draw = (scene: Scene, things: readonly Entity[], root: Entity, part: number) => void;
type Maker = (declared: PartInfo, names: Names) => Draw;

const FAINT = 0.4;
const LEAST_MARK_PX = 6;
const TURN = (2 * Math.PI) / 4096;

/** Calls `draw` for each thing that is there, with its place in pixels. */
function placed(
  declared: PartInfo,
  names: Names,
  draw: (scene: Scene, thing: Entity, root: Entity, part: number, px: number, py: number) => void,
): Draw {
  const x = names.amount(declared.x);
  const y = names.amount(declared.y);
  const when = names.flag(declared.when);
  const glide = new Glide(numberOf(declared.glide, 0));
  return (scene, things, root, part) => {
    glide.prune(things);
    for (const thing of things) {
      if (when(thing, root, 1) === 0) continue;
      glide.follow(thing.id, x(thing, root, part), y(thing, root, part), scene.now);
      const { camera } = scene;
      draw(scene, thing, root, part, camera.x(glide.x, glide.y), camera.y(glide.x, glide.y));
    }
  };
}

const circle: Maker = (declared, names) => {
  const size = names.amount(declared.size);
  const tint = names.tint(declared.colour, declared.seat);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    top.fillStyle = tint(thing, root, scene);
    top.beginPath();
    top.arc(px, py, Math.max(1, size(thing, root, part) * camera.scale), 0, 2 * Math.PI);
    top.fill();
  });
};

const box: Maker = (declared, names) => {
  const width = names.amount(declared.width);
  const height = names.amount(declared.height);
  const tint = names.tint(declared.colour, declared.seat);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    const across = width(thing, root, part) * camera.scale;
    const along = height(thing, root, part) * camera.scale;
    const w = camera.turned ? along : across;
    const h = camera.turned ? across : along;
    top.fillStyle = tint(thing, root, scene);
    top.fillRect(px - w / 2, py - h / 2, w, h);
  });
};

const mark: Maker = (declared, names) => {
  const rider = names.rider(declared.seat);
  const alive = names.flag(declared.alive);
  const size = numberOf(declared.size, 0);
  return placed(declared, names, (scene, thing, root, _part, px, py) => {
    const { top, camera, sprites, dpr } = scene;
    const who = rider(thing, root, scene);
    const faint = alive(thing, root, 1) === 0;
    sprites.setRadius(Math.max(LEAST_MARK_PX * dpr, size * camera.scale));
    top.globalAlpha = faint ? FAINT : 1;
    stamp(top, sprites.mark(who?.shape ?? "circle", who?.ink.colour ?? MUTED), px, py);
    top.globalAlpha = 1;
    if (who) nameTag(scene, who, px, py, faint ? FAINT : 1);
  });
};

const shape: Maker = (declared, names) => {
  const size = names.amount(declared.size);
  const tint = names.tint(declared.colour, declared.seat);
  const heading = declared.heading ? names.value(textOf(declared.heading)) : null;
  const known = SHAPES.indexOf(declared.shape as ShapeName);
  const kind = known >= 0 ? () => known : names.amount(declared.shape);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    top.save();
    top.translate(px, py);
    if (heading) top.rotate(camera.angle(heading(thing, root, part) * TURN) + Math.PI / 2);
    top.fillStyle = tint(thing, root, scene);
    top.strokeStyle = GROUND;
    top.lineWidth = 2 * scene.dpr;
    top.beginPath();
    const which = SHAPES[kind(thing, root, 1) % SHAPES.length] ?? "circle";
    traceMark(top, which, Math.max(2, size(thing, root, part) * camera.scale));
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

const label: Maker = (declared, names) => {
  const text = names.text(declared.text);
  const tint = names.tint(declared.colour, declared.seat);
  const size = numberOf(declared.size, 0);
  return placed(declared, names, (scene, thing, root, _part, px, py) => {
    const { top, camera, dpr, textScale } = scene;
    const high = Math.max(10 * dpr * textScale, size * camera.scale);
    top.font = `600 ${Math.round(high)}px ${FONT}`;
    top.textAlign = "center";
    top.textBaseline = "middle";
    top.lineJoin = "round";
    top.lineWidth = high * 0.25;
    top.strokeStyle = GROUND;
    const words = text(thing, root);
    top.strokeText(words, px, py);
    top.fillStyle = tint(thing, root, scene);
    top.fillText(words, px, py);
  });
};

/** A board of coloured cells. */
const cells: Maker = (declared) => {
  const { grid, size, gap, colours } = declared as unknown as {
    grid: string;
    size: number;
    gap: number;
    colours: (string | number)[];
  };
  const known: Record<string, string> = { line: LINE, text: TEXT, muted: MUTED };
  const paints = colours.map((colour) =>
    typeof colour === "number" ? inkOf(colour).colour : (known[colour] ?? colour),
  );
  return (scene, things) => {
    for (const thing of things) {
      const values = thing[grid] as Uint8Array;
      const field = thing.type.fields.find((one) => one.name === grid);
      const columns = Math.max(1, field ? (thing[field.width] as number) : 1);
      const { top, camera, riders } = scene;
      const side = Math.max(1, (size - gap) * camera.scale);
      for (let k = 0; k < values.length; k++) {
        const value = values[k] ?? 0;
        const paint = paints[value] ?? riders[value - paints.length]?.ink.colour ?? MUTED;
        if (paint === "") continue;
        const x = ((k % columns) + 0.5) * size;
        const y = (Math.floor(k / columns) + 0.5) * size;
        top.fillStyle = paint;
        top.fillRect(camera.x(x, y) - side / 2, camera.y(x, y) - side / 2, side, side);
      }
    }
  };
};

export const MAKERS: Readonly<Record<string, Maker>> = { cells, circle, box, mark, shape, line, label };
