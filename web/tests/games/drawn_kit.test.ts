import { describe, expect, it } from "vitest";
import { Camera } from "../../src/arena/camera";
import { Particles } from "../../src/arena/particles";
import { makerOf } from "../../src/games/drawn";
import { cellName } from "../../src/games/drawn.cells";
import { Ease, Fade } from "../../src/games/drawn.values";
import { Choices, Heads, type Rider, type Scene } from "../../src/games/game_renderer";
import { language } from "../../src/i18n";
import type { PartInfo, SchemaInfo } from "../../src/protocol.gen";
import { sameHud } from "../../src/sync/hud";
import { mergeSecrets } from "../../src/sync/private_parts";
import { Schema } from "../../src/sync/schema";
import { blank, type Entity, plain } from "../../src/sync/state";
import { PAGE_LOOK } from "../../src/ui/look";
import { ACCENT, DANGER, inkOf, PANEL } from "../../src/ui/palette";

/** A renderer of a picture. */
async function rendererOf(schema: Schema) {
  return (await makerOf(schema))(schema);
}

const INFO: SchemaInfo = {
  version: 1,
  game: "test",
  tick_hz: 30,
  root: "Table",
  entities: {
    Table: [
      { name: "turn", kind: "int" },
      { name: "until", kind: "int" },
      { name: "phase", kind: "choice", names: ["deal", "play"] },
      { name: "players", kind: "entities", of: "Player" },
    ],
    Player: [
      { name: "x", kind: "int" },
      { name: "count", kind: "int" },
      { name: "team", kind: "int" },
    ],
  },
  private: {
    owner: {
      root: "Table_",
      entities: {
        Table_: [{ name: "players", kind: "entities", of: "Player_" }],
        Player_: [
          { name: "hand", kind: "ints" },
          { name: "can", kind: "ints" },
          { name: "role", kind: "text" },
        ],
      },
    },
    host: {
      root: "Table__",
      entities: { Table__: [{ name: "answer", kind: "text" }] },
    },
  },
  events: [{ name: "hit", args: ["seat"] }],
};

const FACES = {
  ranks: 10,
  back: "panel",
  colours: ["#111111", "#EEEEEE"],
  shapes: ["star", "cross"],
  letters: ["A", "B"],
  texts: ["0", "1", "2"],
  names: ["Dark", "Light"],
  pips: [],
};

const FACES_NAMED = { ...FACES, letters: ["D", "L"] };

/** A context that notes calls of some methods, with its colours, and takes all others. */
function paper() {
  const drawn: (string | number)[][] = [];
  const values: Record<string, unknown> = { globalAlpha: 1, canvas: { width: 1000, height: 600 } };
  const context = new Proxy(values, {
    get(_, name: string) {
      if (name in values) return values[name];
      return (...args: (string | number)[]) => {
        if (name === "measureText") return { width: String(args[0]).length * 10 };
        if (name === "fillText") drawn.push(["text", String(args[0])]);
        if (name === "strokeText") drawn.push(["rim", String(values.strokeStyle)]);
        if (name === "fill") drawn.push(["fill", String(values.fillStyle), Number(values.globalAlpha)]);
        if (name === "stroke") drawn.push(["stroke", String(values.strokeStyle)]);
        if (name === "fillRect") drawn.push(["rect", ...args]);
        return undefined;
      };
    },
    set(_, name: string, value) {
      values[name] = value;
      return true;
    },
  });
  return { context, drawn };
}

function table(...picture: PartInfo[]) {
  const schema = new Schema({ ...INFO, picture });
  const state = blank(schema.root, 0);
  const type = schema.root.lists[0]!.of!;
  const players = state.players as Entity[];
  for (const id of [0, 1, 2])
    players.push(Object.assign(blank(type, id), { x: 100 * id, count: 3, team: id }));
  const secret = blank(schema.ownerRoot!, 0);
  const own = blank(schema.ownerRoot!.lists[0]!.of!, 1);
  Object.assign(own, { hand: [2, 11, 1], can: [1], role: "spy" });
  (secret.players as Entity[]).push(own);
  const { context, drawn } = paper();
  const camera = new Camera();
  camera.fit(1000, 600, 1000, 600, 0, false);
  const riders: (Rider | undefined)[] = [0, 1, 2].map((k) => ({
    name: `P${k}`,
    ink: inkOf(k),
    colour: k,
    shape: "star",
    mine: k === 1,
  }));
  const scene = {
    top: context,
    grid: context,
    ink: context,
    camera,
    riders,
    dpr: 1,
    textScale: 1,
    now: 0,
    calm: true,
    follow: -1,
    tick: 0,
    upright: false,
    tv: false,
    chosen: null,
    choices: new Choices(),
    heads: new Heads(),
    particles: new Particles(),
    look: PAGE_LOOK,
    shake: () => {},
    sound: () => {},
  } as unknown as Scene;
  const see = (seat: number) => {
    mergeSecrets(state, schema, { of: (one) => (one === seat ? secret : null), host: null });
  };
  return { schema, state, players, scene, drawn, see, secret };
}

const shown = { state: null, part: 1, tick: 0, fresh: 0 };
const part = (name: string, of: string, told: object): PartInfo => ({ part: name, of, ...told });
const texts = (drawn: (string | number)[][]) =>
  drawn.filter(([kind]) => kind === "text").map(([, text]) => text);

describe("a text of the picture", () => {
  it("has a rim in the colour of the game's own ground", async () => {
    const { schema, state, scene, drawn } = table(part("label", "", { text: "hi", x: 0, y: 0, size: 20 }));
    scene.look = { ...PAGE_LOOK, ground: "#123456" };
    (await rendererOf(schema)).move(scene, state, shown);
    expect(drawn.filter(([kind]) => kind === "rim")).toEqual([["rim", "#123456"]]);
  });
});

describe("what only I see", () => {
  it("is merged into the state that all see, and taken away with the seat", async () => {
    const { state, players, see } = table();
    see(1);
    expect(players.map(({ known }) => known)).toEqual([0, 1, 0]);
    expect(players[1]?.hand).toEqual([2, 11, 1]);
    expect(players[0]?.hand).toBeUndefined();
    expect(JSON.stringify(plain(state))).not.toContain("spy");
    see(-1);
    expect(players.map(({ known }) => known)).toEqual([0, 0, 0]);
  });

  it("is drawn where a part names a private field, and nowhere else", async () => {
    const label = part("label", "players", { text: "{role}", x: "x", y: 0, size: 20, colour: "text" });
    const { schema, state, scene, drawn, see } = table(label);
    const renderer = await rendererOf(schema);
    see(-1);
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual([]);
    see(1);
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual(["spy"]);
  });

  it("draws the parts inside Only for their owner, the host's for nobody else", async () => {
    const told = { x: "x", y: 0, size: 20, colour: "text" };
    const { schema, state, scene, drawn, see } = table(
      part("label", "players", { ...told, text: "own {id}", only: "owner" }),
      part("label", "", { ...told, x: 0, text: "{answer}" }),
    );
    const renderer = await rendererOf(schema);
    see(1);
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual(["own 1"]);
    const host = Object.assign(blank(schema.hostRoot!, 0), { answer: "42" });
    mergeSecrets(state, schema, { of: () => null, host });
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual(["own 1", "42"]);
  });

  it("fans my hand along the lower edge, and finds the card under a point", async () => {
    const hand = part("hand", "players", {
      cards: "hand",
      faces: FACES,
      choose: "card",
      can: "can",
      turn: "turn",
    });
    const { schema, state, scene, see } = table(hand);
    const renderer = await rendererOf(schema);
    see(-1);
    expect(renderer.foot?.(scene, state)).toBe(0);
    renderer.move(scene, state, shown);
    expect(scene.choices.count).toBe(0);
    see(1);
    state.turn = 1;
    expect(renderer.foot?.(scene, state)).toBeGreaterThan(100);
    renderer.move(scene, state, shown);
    expect(scene.choices.all()).toEqual([
      { control: "card", index: 0, name: "Dark 2", can: false, columns: 0 },
      { control: "card", index: 1, name: "Light 1", can: true, columns: 0 },
      { control: "card", index: 2, name: "Dark 1", can: false, columns: 0 },
    ]);
    expect(scene.choices.at(500, 520)?.index).toBe(1);
    expect(scene.choices.at(500, 20)).toBeNull();
  });

  it("offers nobody else's cards in a replay, but shows them", async () => {
    const hand = part("hand", "players", { cards: "hand", faces: FACES, choose: "card", turn: "turn" });
    const { schema, state, scene, drawn, see } = table(hand);
    for (const rider of scene.riders) if (rider) rider.mine = false;
    state.turn = 1;
    see(1);
    (await rendererOf(schema)).move(scene, state, shown);
    expect(texts(drawn)).toContain("2");
    expect(scene.choices.count).toBe(0);
  });

  it("gives backs of other players' cards, and faces to those who see them", async () => {
    const fan = part("fan", "players", {
      faces: FACES,
      count: "count",
      cards: "hand",
      x: "x",
      y: 0,
      height: 50,
      width: 90,
    });
    const { schema, state, scene, drawn, see } = table(fan);
    const renderer = await rendererOf(schema);
    see(-1);
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual([]);
    expect(drawn.filter(([kind, colour]) => kind === "fill" && colour === PANEL)).toHaveLength(9);
    see(1);
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toContain("2");
  });
});

describe("the letters of cards", () => {
  const words = (pairs: string[]) => part("words", "", { language: language.value, words: pairs });
  const card = part("card", "", { x: 0, y: 0, height: 200, card: "turn", faces: FACES_NAMED });
  const cases: [string, string[], string[]][] = [
    ["as declared", [], ["D", "L"]],
    ["of the names that are shown", ["Dark", "Nacht", "Light", "Tag"], ["N", "T"]],
    ["as many as tell names apart", ["Dark", "Kor", "Light", "Kumul"], ["Ko", "Ku"]],
    ["that have words of their own", ["Dark", "Kor", "Light", "Kumul", "D", "X"], ["X", "Ku"]],
  ];
  it.each(cases)("are %s", async (_, pairs, wanted) => {
    const { schema, state, scene, drawn } = table(words(pairs), card);
    const renderer = await rendererOf(schema);
    for (const [suit, letter] of wanted.entries()) {
      state.turn = 10 * suit + 1;
      drawn.length = 0;
      renderer.move(scene, state, shown);
      expect(texts(drawn).filter((text) => text !== "1")).toEqual([letter, letter]);
    }
  });
});

describe("conditions", () => {
  const at = { x: 0, y: 0, size: 20, colour: "text" };
  const cases: [string, object, string[]][] = [
    ["a field", { when: "turn" }, ["0", "1", "2"]],
    ["mine", { when: ["mine", "!=", 0] }, ["1"]],
    ["not mine", { unless: ["mine", "!=", 0] }, ["0", "2"]],
    ["a Choice's name", { when: ["phase", "==", "play"] }, ["0", "1", "2"]],
    ["another of its names", { when: ["phase", "==", "deal"] }, []],
    ["a number", { when: ["team", ">=", 1] }, ["1", "2"]],
    ["another field", { when: ["id", "==", "turn"] }, ["2"]],
    ["two of them", { when: ["team", ">", 0, "team", "<", 2] }, ["1"]],
    ["the screen", { when: ["upright", "!=", 0] }, []],
    ["its other shape", { when: ["wide", "!=", 0] }, ["0", "1", "2"]],
    ["no television", { unless: ["tv", "!=", 0] }, ["0", "1", "2"]],
  ];
  it.each(cases)("compare %s", async (_, told, wanted) => {
    const { schema, state, scene, drawn } = table(part("label", "players", { ...at, text: "{id}", ...told }));
    state.turn = 2;
    state.phase = 1;
    (await rendererOf(schema)).move(scene, state, shown);
    expect(texts(drawn)).toEqual(wanted);
  });
});

describe("the parts of the kit", () => {
  it("fills a bar by its share, in the team's colour", async () => {
    const bar = part("bar", "players", {
      value: "team",
      most: 2,
      x: "x",
      y: 0,
      width: 40,
      height: 6,
      colour: "team",
      back: "line",
    });
    const { schema, state, scene, drawn } = table(bar);
    (await rendererOf(schema)).move(scene, state, shown);
    const fills = drawn.filter(([kind]) => kind === "fill").map(([, colour]) => colour);
    expect(fills).toEqual(["#2A3560", "#2A3560", inkOf(0).colour, "#2A3560", inkOf(1).colour]);
  });

  it("picks colours and spreads places by a field", async () => {
    const circle = part("circle", "players", {
      x: { field: "id", of: "count", length: 300, plus: 0 },
      y: 0,
      size: 5,
      colour: { field: "id", pick: ["accent", "danger"] },
      opacity: 50,
    });
    const { schema, state, scene, drawn } = table(circle);
    (await rendererOf(schema)).move(scene, state, shown);
    expect(drawn).toEqual([
      ["fill", ACCENT, 0.5],
      ["fill", DANGER, 0.5],
      ["fill", DANGER, 0.5],
    ]);
  });

  it("shows what is left until a tick, and nothing after it", async () => {
    const clock = part("clock", "", {
      x: 0,
      y: 0,
      left: "",
      until: "until",
      size: 20,
      colour: "text",
      bare: 10,
    });
    const { schema, state, scene, drawn } = table(clock);
    const renderer = await rendererOf(schema);
    state.until = 30 * 75;
    renderer.move(scene, state, shown);
    scene.tick = 30 * 70 + 1;
    renderer.move(scene, state, shown);
    scene.tick = 30 * 75;
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual(["1:15", "5"]);
  });

  it("ends a text with dots before it is wider than its label", async () => {
    const label = part("label", "players", {
      x: "x",
      y: 0,
      size: 18,
      colour: "text",
      align: "left",
      text: "{player}",
      width: 90,
    });
    const { schema, state, scene, drawn } = table(label);
    const names = ["Nora", "Cleopatra Wolken", "Anna Karenina"];
    for (const [k, name] of names.entries()) scene.riders[k]!.name = name;
    const renderer = await rendererOf(schema);
    renderer.move(scene, state, shown);
    // Ten pixels a letter, and no space before the dots.
    expect(texts(drawn)).toEqual(["Nora", "Cleopatr…", "Anna Kar…"]);
    scene.riders[1]!.name = "Cleo";
    drawn.length = 0;
    renderer.move(scene, state, shown);
    expect(texts(drawn)[1]).toBe("Cleo");
    scene.camera.fit(1000, 600, 500, 300, 0, false);
    drawn.length = 0;
    renderer.move(scene, state, shown);
    expect(texts(drawn)).toEqual(["Nora", "Cleo", "Ann…"]);
  });

  it("wraps texts and writes panels", async () => {
    const panel = part("panel", "", {
      x: 0,
      y: 0,
      width: 100,
      height: 80,
      title: "Hi",
      lines: ["one two three four"],
      size: 18,
    });
    const { schema, state, scene, drawn } = table(panel);
    (await rendererOf(schema)).move(scene, state, shown);
    expect(texts(drawn)).toEqual(["Hi", "one two", "three", "four"]);
  });

  it("offers the texts of a menu to whom it is meant for", async () => {
    const menu = part("menu", "players", {
      choose: "colour",
      texts: ["Red", "Blue"],
      x: 500,
      y: 300,
      width: 100,
      height: 50,
      columns: 2,
      colours: ["#ff0000", "#0000ff"],
      shapes: ["", "star"],
      when: ["mine", "!=", 0],
    });
    const { schema, state, scene } = table(menu);
    (await rendererOf(schema)).move(scene, state, shown);
    expect(scene.choices.all().map(({ name }) => name)).toEqual(["Red", "Blue"]);
    expect(scene.choices.at(556, 300)?.index).toBe(1);
  });

  it("lets sparks fly at an event, and keeps the board of teams", async () => {
    const { schema, state, scene } = table(
      part("on", "", {
        event: "hit",
        sound: "",
        say: "",
        burst: 9,
        at: "players",
        x: "x",
        y: 0,
        colour: "seat",
        reach: 10,
      }),
      part("teams", "players", { points: "count", team: "team" }),
    );
    const renderer = await rendererOf(schema);
    scene.calm = false;
    let flown = 0;
    scene.particles.burst = (_x, _y, count) => {
      flown += count;
    };
    renderer.event(scene, { name: "hit", args: { seat: 2 } }, state);
    expect(flown).toBe(9);
    const hud = renderer.hud(state, 0);
    expect(hud?.teams).toEqual([0, 1, 2].map((team) => ({ team, points: 3 })));
    const other = structuredClone(hud);
    expect(sameHud(hud, other)).toBe(true);
    other!.teams![1]!.points = 4;
    expect(sameHud(hud, other)).toBe(false);
  });

  /** A board of 3 x 2 of each player, and what its owner alone sees of it. */
  function boards(...picture: PartInfo[]) {
    const { state: _, ...rest } = table();
    const info: SchemaInfo = {
      ...INFO,
      entities: {
        Table: [
          { name: "turn", kind: "int" },
          { name: "players", kind: "entities", of: "Player" },
        ],
        Player: [
          { name: "x", kind: "int" },
          { name: "wide", kind: "int" },
          { name: "shots", kind: "grid", width: "wide" },
          { name: "open", kind: "ints" },
        ],
      },
      private: {
        owner: {
          root: "Table_",
          entities: {
            Table_: [{ name: "players", kind: "entities", of: "Player_" }],
            Player_: [{ name: "ships", kind: "grid", width: "wide" }],
          },
        },
      },
      picture,
    };
    const schema = new Schema(info);
    const state = blank(schema.root, 0);
    const type = schema.root.lists[0]!.of!;
    for (const id of [0, 1])
      (state.players as Entity[]).push(
        Object.assign(blank(type, id), {
          x: 400 * id,
          wide: 3,
          shots: Uint8Array.of(0, 1, 0, 0, 4, 0),
          open: [0, 2, 3],
        }),
      );
    const own = blank(schema.ownerRoot!, 0);
    const ships = Object.assign(blank(schema.ownerRoot!.lists[0]!.of!, 1), {
      ships: Uint8Array.of(0, 0, 1, 0, 0, 0),
    });
    (own.players as Entity[]).push(ships);
    mergeSecrets(state, schema, { of: (seat) => (seat === 1 ? own : null), host: null });
    return { ...rest, schema, state };
  }
  const PRESSED = {
    grid: "shots",
    size: 50,
    gap: 2,
    colours: ["panel", "#123456", "#654321"],
    x: "x",
    y: 100,
    choose: "shot",
    can: "open",
    turn: "turn",
    names: ["", "water"],
    unless: ["mine", "!=", 0],
  };

  it("offers the cells of a board, each at its place, to whose turn it is", async () => {
    const { schema, state, scene } = boards(part("cells", "players", PRESSED));
    const renderer = await rendererOf(schema);
    state.turn = 1;
    renderer.move(scene, state, shown);
    const all = scene.choices.all();
    expect(all.map(({ name, can }) => `${name}${can ? "!" : ""}`)).toEqual([
      "A1!",
      "B1 water",
      "C1!",
      "A2!",
      "B2 P1",
      "C2",
    ]);
    expect(all.map(({ columns }) => columns)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(scene.choices.at(125, 125)?.name).toBe("C1");
    expect(scene.choices.at(125, 175)?.name).toBe("C2");
    expect(scene.choices.at(425, 125)).toBeNull();
    scene.choices.count = 0;
    state.turn = 0;
    renderer.move(scene, state, shown);
    expect(scene.choices.all().some(({ can }) => can)).toBe(false);
  });

  it("draws a board that only its owner sees, at its owner's place alone", async () => {
    const { schema, state, scene, drawn } = boards(
      part("cells", "players", { grid: "ships", size: 50, gap: 2, colours: ["", "#abcdef"], x: "x" }),
    );
    (await rendererOf(schema)).move(scene, state, shown);
    expect(drawn.filter(([kind]) => kind === "rect")).toEqual([["rect", 400 + 100 + 1, 1, 48, 48]]);
    mergeSecrets(state, schema, { of: () => null, host: null });
    drawn.length = 0;
    (await rendererOf(schema)).move(scene, state, shown);
    expect(drawn.filter(([kind]) => kind === "rect")).toEqual([]);
  });

  it("names cells as people do", () => {
    expect([0, 25, 26, 51, 52].map((cell) => cellName(cell, 60))).toEqual(["A1", "Z1", "AA1", "AZ1", "BA1"]);
    expect(cellName(63, 8)).toBe("H8");
  });

  it("draws tiles that share their edges", async () => {
    const { schema, state, scene, drawn } = table();
    const cells = part("cells", "", { grid: "cells", size: 33.4, gap: 0, colours: ["#111111"] });
    const grid = new Schema({
      ...INFO,
      entities: {
        ...INFO.entities,
        Table: [
          { name: "width", kind: "int" },
          { name: "cells", kind: "grid", width: "width" },
          { name: "players", kind: "entities", of: "Player" },
        ],
      },
      picture: [cells],
    });
    const root = Object.assign(blank(grid.root, 0), { width: 3, cells: Uint8Array.of(0, 0, 0) });
    expect(schema.root).not.toBe(grid.root);
    expect(state.known).toBe(0);
    (await rendererOf(grid)).move(scene, root, shown);
    const rects = drawn.filter(([kind]) => kind === "rect") as [string, number, number, number, number][];
    for (const [k, [, x, , width]] of rects.entries())
      if (k + 1 < rects.length) expect(x + width).toBe(rects[k + 1]?.[1]);
  });

  it("eases numbers and fades things", async () => {
    const ease = new Ease(100);
    expect([
      ease.follow(1, 0, 0),
      ease.follow(1, 10, 0),
      ease.follow(1, 10, 50),
      ease.follow(1, 10, 200),
    ]).toEqual([0, 0, 5, 10]);
    const fade = new Fade(100);
    expect([
      fade.follow(1, true, 0),
      fade.follow(1, true, 50),
      fade.follow(1, true, 200),
      fade.follow(1, false, 275),
    ]).toEqual([0, 0.5, 1, 0.25]);
  });
});
