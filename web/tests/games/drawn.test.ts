import { describe, expect, it } from "vitest";
import { Camera } from "../../src/arena/camera";
import { Particles } from "../../src/arena/particles";
import { makerOf, saidOf } from "../../src/games/drawn";
import { Trails } from "../../src/games/drawn.trails";
import { Glide, Names } from "../../src/games/drawn.values";
import { Choices, type Rider, type Scene } from "../../src/games/game_renderer";
import type { PartInfo, SchemaInfo } from "../../src/protocol.gen";
import { Schema } from "../../src/sync/schema";
import { blank, type Entity, type Series } from "../../src/sync/state";
import { PAGE_LOOK } from "../../src/ui/look";
import { ACCENT, DANGER, inkOf, MUTED } from "../../src/ui/palette";

/** What was drawn, as words and numbers. */
class Paper {
  fillStyle = "";
  strokeStyle = "";
  lineWidth = 0;
  lineCap = "";
  lineJoin = "";
  font = "";
  textAlign = "";
  textBaseline = "";
  globalAlpha = 1;
  canvas = { width: 960, height: 600, name: "ink" };
  drawn: (string | number)[][] = [];
  private points: number[] = [];
  save() {}
  restore() {}
  translate() {}
  rotate() {}
  setTransform() {}
  closePath() {}
  beginPath() {
    this.points = [];
  }
  moveTo(x: number, y: number) {
    this.points.push(x, y);
  }
  lineTo(x: number, y: number) {
    this.points.push(x, y);
  }
  arc(x: number, y: number, radius: number) {
    this.points.push(x, y, radius);
  }
  stroke() {
    this.drawn.push(["stroke", this.strokeStyle, ...this.points]);
  }
  fill() {
    this.drawn.push(["fill", this.fillStyle, ...this.points]);
  }
  fillRect(x: number, y: number, width: number, height: number) {
    this.drawn.push(["rect", this.fillStyle, x, y, width, height]);
  }
  strokeRect() {}
  drawImage(image: object) {
    this.drawn.push(["image", (image as { name: string }).name]);
  }
  fillText(text: string, x: number, y: number) {
    this.drawn.push(["text", text, x, y]);
  }
  strokeText() {}
}

/** A renderer of a picture. */
async function rendererOf(schema: Schema) {
  return (await makerOf(schema))(schema);
}

const INFO: SchemaInfo = {
  version: 1,
  game: "test",
  tick_hz: 30,
  root: "Field",
  entities: {
    Field: [
      { name: "width", kind: "int" },
      { name: "left", kind: "int" },
      { name: "phase", kind: "choice", names: ["ready", "steady"] },
      { name: "cells", kind: "grid", width: "width" },
      { name: "things", kind: "entities", of: "Thing" },
    ],
    Thing: [
      { name: "x", kind: "fixed", frac: 8, drop: 4 },
      { name: "y", kind: "fixed", frac: 8, drop: 4 },
      { name: "heading", kind: "angle", wraps: 4096, drop: 4 },
      { name: "column", kind: "int" },
      { name: "score", kind: "int" },
      { name: "there", kind: "flag" },
      { name: "trail", kind: "series", columns: ["x", "y"], drops: [4, 4] },
    ],
  },
  events: [{ name: "hit", args: ["seat", "force"] }],
};

function world(...picture: PartInfo[]) {
  const schema = new Schema({ ...INFO, picture });
  const state = blank(schema.root, 0);
  const thing = blank(schema.root.lists[0]!.of!, 3);
  (state.things as Entity[]).push(thing);
  Object.assign(thing, { x: 100 * 256, y: 50 * 256, column: 4, score: 7, there: 1 });
  Object.assign(thing.was, { x: 90 * 256, y: 50 * 256 });
  const top = new Paper();
  const ink = new Paper();
  const camera = new Camera();
  camera.fit(960, 600, 960, 600, 0, false);
  const riders: (Rider | undefined)[] = [];
  riders[3] = { name: "Cleo", ink: inkOf(5), colour: 5, shape: "star", mine: false };
  const said: string[] = [];
  const scene = {
    top,
    ink,
    grid: new Paper(),
    camera,
    riders,
    dpr: 1,
    textScale: 1,
    now: 1000,
    calm: true,
    follow: -1,
    tick: 0,
    upright: false,
    tv: false,
    chosen: null,
    choices: new Choices(),
    particles: new Particles(),
    look: PAGE_LOOK,
    shake: (strength: number) => said.push(`shake ${strength}`),
    sound: (tone: string) => said.push(tone),
  } as unknown as Scene;
  return { schema, state, thing, top, ink, scene, said };
}

const shown = (part: number) => ({ state: null, part, tick: 0, fresh: 0 });
const part = (name: string, of: string, told: object): PartInfo => ({ part: name, of, ...told });

describe("a declared picture", () => {
  it("draws a thing between two ticks, in its seat's colour", async () => {
    const circle = part("circle", "things", { x: "x", y: "y", size: 10, colour: "seat", seat: "id" });
    const { schema, state, scene, top } = world(circle);
    (await rendererOf(schema)).move(scene, state, shown(0.5));
    expect(top.drawn).toEqual([["fill", inkOf(5).colour, 95, 50, 10]]);
  });

  it("scales whole numbers, and leaves out what is not there", async () => {
    const at = { x: { field: "column", times: 40, plus: 20 }, y: { field: "id", times: 10, plus: 0 } };
    const box = part("box", "things", { ...at, width: 8, height: 4, colour: "accent", when: "there" });
    const { schema, state, thing, scene, top } = world(box);
    const renderer = await rendererOf(schema);
    renderer.move(scene, state, shown(1));
    expect(top.drawn).toEqual([["rect", ACCENT, 176, 28, 8, 4]]);
    thing.there = 0;
    renderer.move(scene, state, shown(1));
    expect(top.drawn).toHaveLength(1);
  });

  it("draws a board, with values beyond the colours as seats", async () => {
    const { schema, state, scene, top } = world(
      part("cells", "", { grid: "cells", size: 40, gap: 2, colours: ["", "#123456", 2] }),
    );
    state.width = 3;
    state.cells = Uint8Array.of(0, 1, 2, 6, 4, 0);
    const renderer = await rendererOf(schema);
    renderer.move(scene, state, shown(1));
    expect(top.drawn).toEqual([
      ["rect", "#123456", 41, 1, 38, 38],
      ["rect", inkOf(2).colour, 81, 1, 38, 38],
      ["rect", inkOf(5).colour, 1, 41, 38, 38],
      ["rect", MUTED, 41, 41, 38, 38],
    ]);
    const bounds = { width: 0, height: 0 };
    renderer.bounds(state, bounds, scene);
    expect(bounds).toEqual({ width: 120, height: 80 });
  });

  it("writes labels with the values and names of fields", async () => {
    const label = part("label", "things", {
      text: "{score} {phase} {id}",
      x: 5,
      y: 6,
      size: 20,
      colour: "text",
    });
    const { schema, state, scene, top } = world(label);
    state.phase = 1;
    (await rendererOf(schema)).move(scene, state, shown(1));
    expect(top.drawn).toEqual([["text", "7 steady 3", 5, 6]]);
  });

  it("draws parts of the root, and leaves parts alone that are newer than the page", async () => {
    const circle = part("circle", "", { x: 10, y: 20, size: 5, colour: "danger" });
    const { schema, state, scene, top } = world(circle, part("hologram", "things", { depth: 3 }));
    (await rendererOf(schema)).move(scene, state, shown(1));
    expect(top.drawn).toEqual([["fill", DANGER, 10, 20, 5]]);
  });

  it("keeps the board of scores, with the time left in seconds", async () => {
    const { schema, state } = world(
      part("scores", "things", { points: "score", seat: "id", alive: "there", round: "", left: "left" }),
    );
    state.left = 61;
    const hud = (await rendererOf(schema)).hud(state, 0);
    expect(hud?.seconds).toBe(3);
    expect(hud?.scores).toEqual([{ seat: 3, points: 7, alive: true }]);
  });

  it("makes a sound when something happens", async () => {
    const { schema, scene, said } = world(
      part("on", "", { event: "hit", sound: "crash", say: "{seat} {force}" }),
    );
    const renderer = await rendererOf(schema);
    renderer.event(scene, { name: "hit", args: { seat: 3, force: 2 } }, null);
    renderer.event(scene, { name: "other", args: {} }, null);
    expect(said).toEqual(["crash"]);
  });

  it("says who did it to whom, and how much", () => {
    const riders = [{ name: "Ann" }, undefined, { name: "Bo" }];
    expect(saidOf("{by} hit {seat}: {force}", { seat: 0, by: 2, force: 3 }, riders)).toBe("Bo hit Ann: 3");
    expect(saidOf("{by}{seat}", { seat: 1, by: -1 }, riders)).toBe("");
  });

  it("names the part that names what is not there", async () => {
    const circle = part("circle", "things", { x: "column", y: "row", size: 1, colour: "text" });
    await expect(rendererOf(world(circle).schema)).rejects.toThrow(
      "the picture names row, which Thing does not show",
    );
    await expect(rendererOf(world(part("mark", "nobody", {})).schema)).rejects.toThrow(
      "nobody, which is no list of Field",
    );
  });
});

describe("trails among other parts", () => {
  const trail = part("trail", "things", {
    rows: "trail",
    x: "x",
    y: "y",
    width: 4,
    colour: "seat",
    seat: "id",
  });
  const circle = part("circle", "", { x: 10, y: 20, size: 5, colour: "danger" });

  /** What a picture of these parts draws on the layer of what moves, after two rows of a trail. */
  async function order(...parts: PartInfo[]) {
    const { schema, state, thing, scene, top, ink } = world(...parts);
    const rows = thing.trail as Series;
    rows.data.set([0, 0], rows.grow());
    rows.data.set([10 * 256, 0], rows.grow());
    const renderer = await rendererOf(schema);
    renderer.ink(scene, state, true);
    renderer.move(scene, state, shown(1));
    const points = (stroke: (string | number)[]) => stroke.slice(2).length / 2;
    return {
      top: top.drawn.map((one) => (one[0] === "stroke" ? `trail of ${points(one)}` : one[0])),
      inked: ink.drawn.length,
    };
  }

  it("keeps a trail that comes first on the ink layer, below everything", async () => {
    expect(await order(trail, circle)).toEqual({ top: ["trail of 2", "fill"], inked: 1 });
  });

  it("draws a trail over the parts that stand before it, and below those behind it", async () => {
    expect(await order(circle, trail, circle)).toEqual({
      top: ["fill", "image", "trail of 2", "fill"],
      inked: 1,
    });
  });

  it("draws every trail in its place when parts stand between two of them", async () => {
    expect(await order(circle, trail, circle, trail)).toEqual({
      top: ["fill", "image", "trail of 2", "fill", "trail of 3"],
      inked: 1,
    });
    expect(await order(trail, trail, circle, trail, trail)).toEqual({
      top: ["trail of 2", "trail of 2", "fill", "trail of 3", "trail of 3"],
      inked: 2,
    });
  });
});

describe("the texts of a picture that is turned by a quarter", () => {
  /** Where a label is written on an upright phone, from the middle of the thing at (100, 50) and from above. */
  async function written(of: string, told: object) {
    const { schema, state, scene, top } = world(part("label", of, { text: "hi", size: 12, ...told }));
    const { camera } = scene;
    camera.fit(960, 600, 390, 844, 0, true);
    expect(camera.turned).toBe(true);
    (await rendererOf(schema)).move(scene, state, shown(1));
    const [, , x, y] = top.drawn.find(([what]) => what === "text") as [string, string, number, number];
    return { x, y, camera };
  }

  it("stand below a thing if they do so on one that is not turned", async () => {
    const { x, y, camera } = await written("things", { x: "x", y: { field: "y", plus: 27 } });
    expect(x).toBeCloseTo(camera.x(100, 50));
    expect(y).toBeCloseTo(camera.y(100, 50) + 27 * camera.scale);
  });

  it("stay at their height where that is fixed", async () => {
    const { x, y, camera } = await written("", { x: 480, y: 22 });
    expect(x).toBeCloseTo(195);
    expect(y).toBeCloseTo(camera.y(0, 0) + 22 * camera.scale);
  });
});

describe("trails", () => {
  it("paints only rows that are new, and asks for an empty layer when rows went", async () => {
    const { schema, state, thing, scene, ink } = world();
    const type = schema.root.lists[0]!.of!;
    const told = part("trail", "things", {
      rows: "trail",
      x: "x",
      y: "y",
      width: 4,
      colour: "seat",
      seat: "id",
    });
    const trails = new Trails(told, type, new Names(type, schema.root));
    const things = state.things as Entity[];
    const trail = thing.trail as Series;
    const row = (x: number, y: number) => trail.data.set([x * 256, y * 256], trail.grow());
    row(0, 0);
    row(10, 0);
    expect(trails.paint(scene, things, state, true)).toBe(true);
    row(10, 10);
    expect(trails.paint(scene, things, state, false)).toBe(true);
    expect(trails.paint(scene, things, state, false)).toBe(true);
    expect(ink.drawn.map((stroke) => stroke.slice(2))).toEqual([
      [0, 0, 10, 0],
      [10, 0, 10, 10],
    ]);
    trail.cut(0);
    expect(trails.paint(scene, things, state, false)).toBe(false);
    expect(trails.paint(scene, things, state, true)).toBe(true);
    things.length = 0;
    expect(trails.paint(scene, things, state, false)).toBe(false);
  });
});

describe("values", () => {
  it("turns angles the short way and jumps where something is put elsewhere", async () => {
    const { schema, state, thing } = world();
    const type = schema.root.lists[0]!.of!;
    const names = new Names(type, schema.root);
    thing.heading = 100;
    thing.was.heading = 4000;
    expect(names.value("heading")(thing, state, 0.5)).toBe(4098);
    thing.was.x = 0;
    expect(names.value("x")(thing, state, 0.5)).toBe(100);
  });

  it("glides to where a thing is within its time", async () => {
    const glide = new Glide(100);
    glide.follow(1, 0, 0, 1000);
    glide.follow(1, 40, 0, 1010);
    expect(glide.x).toBe(0);
    glide.follow(1, 40, 0, 1060);
    expect(glide.x).toBe(20);
    glide.follow(1, 40, 40, 1060);
    expect([glide.x, glide.y]).toEqual([20, 0]);
    glide.follow(1, 40, 40, 1200);
    expect([glide.x, glide.y]).toEqual([40, 40]);
    glide.follow(1, 400, 40, 1210);
    expect(glide.x).toBe(400);
  });
});
