// Playing cards of a declared picture: single ones, other players' fans, my own hand, and lists to choose from.
import { traceMark } from "../arena/sprites";
import { isObject } from "../net/messages";
import type { PartInfo } from "../protocol.gen";
import type { Entity } from "../sync/state";
import { FONT, GROUND, LINE, SHAPES, type ShapeName, TEXT } from "../ui/palette";
import { type Draw, type Maker, placed, setFont, traceRound } from "./drawn.parts";
import { fixedColour, Glide, listOf, type Names, numberOf, picked, textOf } from "./drawn.values";
import type { Scene } from "./game_renderer";

/** Width of a card for its height. */
const WIDE = 5 / 7;
const DIM = 0.45;
/** Of the screen's height, and of its width, that a card of the hand is high. */
const HAND_OF_HEIGHT = 0.25;
const HAND_OF_WIDTH = 0.3;
const HAND_MOST_PX = 200;
/** A card of the hand shows at least this much of its width, CSS pixels: a finger finds it. */
const LEAST_SHOWN_PX = 44;
/** In an upright picture there is height for a second row before cards overlap as much as that: of their width. */
const LEAST_UPRIGHT = 0.72;
/** How much of its height a row shows above the next one. */
const ROW = 0.5;
const ROW_UPRIGHT = 0.72;
const LIFT = 0.14;
const MOST_TURN = 0.035;
const MOVE_MS = 180;
const PILE_SHOWN = 4;
const LIGHT = "#FFFFFF";

/** Where the middles of pips are in a card, by their number: x, y from -1 to 1. */
const PIPS: readonly (readonly number[])[] = [
  [],
  [0, 0],
  [0, -1, 0, 1],
  [0, -1, 0, 0, 0, 1],
  [-1, -1, 1, -1, -1, 1, 1, 1],
  [-1, -1, 1, -1, 0, 0, -1, 1, 1, 1],
  [-1, -1, 1, -1, -1, 0, 1, 0, -1, 1, 1, 1],
  [-1, -1, 1, -1, 0, -0.5, -1, 0, 1, 0, -1, 1, 1, 1],
  [-1, -1, 1, -1, 0, -0.5, -1, 0, 1, 0, 0, 0.5, -1, 1, 1, 1],
  [-1, -1, 1, -1, -1, -0.33, 1, -0.33, 0, 0, -1, 0.33, 1, 0.33, -1, 1, 1, 1],
  [-1, -1, 1, -1, 0, -0.66, -1, -0.33, 1, -0.33, -1, 0.33, 1, 0.33, 0, 0.66, -1, 1, 1, 1],
];

interface Look {
  colour: string;
  shape: ShapeName | "";
  letter: string;
  text: string;
  pips: number;
  name: string;
}

/** The shortest beginnings by which names are told apart; those of "Ko" and "Kor" are their whole names. */
export function beginnings(names: readonly string[]): string[] {
  return names.map((name, at) => {
    const letters = [...name];
    for (let k = 1; k < letters.length; k++) {
      const begin = letters.slice(0, k).join("");
      if (!names.some((other, place) => place !== at && other.startsWith(begin))) return begin;
    }
    return name;
  });
}

/** How cards look, by their number. */
class Deck {
  /** The colour of a card's back; null: that of the game's panels. */
  readonly back: string | null;
  private looks = new Map<number, Look>();
  private declared: Record<string, unknown>;
  private names: Names;
  /** Colours of the suits that have a shape: those of a sign that stands for any suit. */
  readonly wheel: string[];
  /** What stands for each suit beside its colour. */
  private readonly letters: string[];

  constructor(declared: unknown, names: Names) {
    this.declared = isObject(declared) ? declared : {};
    this.names = names;
    this.back = fixedColour(this.declared.back) ?? null;
    const shapes = listOf(this.declared.shapes);
    this.wheel = listOf(this.declared.colours)
      .filter((_, k) => shapes[k])
      .map((colour) => fixedColour(colour) ?? LINE);
    this.letters = this.lettersOf();
  }

  /** The declared letters; those that begin the names of their suits are taken from the names that are shown. */
  private lettersOf(): string[] {
    const letters = listOf(this.declared.letters).map(textOf);
    const whole = listOf(this.declared.names).map(textOf);
    const shown = beginnings(whole.slice(0, letters.length).map((name) => this.names.translate(name)));
    return letters.map((letter, k) => {
      const translated = this.names.translate(letter);
      const follows = letter !== "" && translated === letter && whole[k]?.startsWith(letter);
      return (follows && shown[k]) || translated;
    });
  }

  look(card: number): Look {
    let found = this.looks.get(card);
    if (found) return found;
    const { ranks, colours, shapes, texts, names, pips } = this.declared;
    const each = Math.max(1, numberOf(ranks, 1));
    const suit = Math.floor(card / each);
    const rank = card % each;
    const all = listOf(texts);
    const text = textOf(all.length > each ? all[card] : all[rank]) || (all.length > 0 ? "" : String(rank));
    const spoken = text.startsWith(":") ? text.slice(1) : text;
    const suitName = this.names.translate(textOf(listOf(names)[suit]));
    found = {
      colour: fixedColour(picked(listOf(colours), suit) ?? "line") ?? LINE,
      shape: textOf(listOf(shapes)[suit]) as ShapeName | "",
      letter: this.letters[suit] ?? "",
      text,
      pips: numberOf(listOf(pips)[rank], 0),
      name: `${suitName} ${this.names.translate(spoken)}`.trim(),
    };
    this.looks.set(card, found);
    return found;
  }
}

/** Draws a card about (0, 0) of the context, `high` pixels high. */
function drawCard(scene: Scene, deck: Deck, card: number, high: number, edge: string): void {
  const { top } = scene;
  const w = high * WIDE;
  const round = high * 0.09;
  traceRound(top, -w / 2, -high / 2, w, high, round);
  top.fillStyle = scene.look.ground;
  top.fill();
  top.lineWidth = Math.max(1, high * 0.02);
  top.strokeStyle = edge;
  top.stroke();
  const rim = high * 0.045;
  traceRound(top, -w / 2 + rim, -high / 2 + rim, w - 2 * rim, high - 2 * rim, round * 0.7);
  if (card < 0) {
    top.fillStyle = deck.back ?? scene.look.panel;
    top.fill();
    top.lineWidth = Math.max(1, high * 0.025);
    top.strokeStyle = scene.look.line;
    for (const size of [0.26, 0.16]) {
      top.beginPath();
      traceMark(top, "diamond", high * size);
      top.stroke();
    }
    return;
  }
  const look = deck.look(card);
  top.fillStyle = look.colour;
  top.fill();
  const pale = isLight(look.colour);
  const ink = pale ? GROUND : LIGHT;
  if (look.pips > 0) drawPips(scene, look, high, ink);
  else drawMiddle(scene, deck, look, high, ink);
  drawCorner(scene, deck, look, high, ink);
  top.rotate(Math.PI);
  drawCorner(scene, deck, look, high, ink);
  top.rotate(Math.PI);
}

/** Whether a colour #rrggbb is light: what is written on it is dark. */
function isLight(colour: string): boolean {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((value >> 16) & 255) * 0.3 + ((value >> 8) & 255) * 0.59 + (value & 255) * 0.11 > 120;
}

function drawMiddle({ top }: Scene, deck: Deck, look: Look, high: number, ink: string): void {
  if (look.shape) {
    top.globalAlpha *= 0.22;
    top.fillStyle = ink;
    top.beginPath();
    traceMark(top, look.shape, high * 0.29);
    top.fill("evenodd");
    top.globalAlpha /= 0.22;
  }
  if (look.text.startsWith(":")) {
    drawSign(top, deck, look.text.slice(1), high * 0.2, ink);
    return;
  }
  top.fillStyle = ink;
  top.font = `800 ${Math.round(high * (look.text.length > 2 ? 0.24 : 0.36))}px ${FONT}`;
  top.textAlign = "center";
  top.textBaseline = "middle";
  top.fillText(look.text, 0, high * 0.02, high * WIDE * 0.8);
}

function drawPips({ top }: Scene, look: Look, high: number, ink: string): void {
  const places = picked(PIPS, look.pips) ?? [];
  top.fillStyle = ink;
  for (let k = 0; k + 1 < places.length; k += 2) {
    top.save();
    top.translate((places[k] ?? 0) * high * 0.12, (places[k + 1] ?? 0) * high * 0.26);
    top.beginPath();
    traceMark(top, look.shape || "circle", high * 0.06);
    top.fill("evenodd");
    top.restore();
  }
}

/** The text or the sign, with the suit's shape and letter beneath, in the upper left corner. */
function drawCorner({ top }: Scene, deck: Deck, look: Look, high: number, ink: string): void {
  const x = -high * WIDE * 0.335;
  const y = -high * 0.37;
  top.fillStyle = ink;
  top.textAlign = "center";
  top.textBaseline = "middle";
  top.save();
  top.translate(x, y);
  if (look.text.startsWith(":")) drawSign(top, deck, look.text.slice(1), high * 0.055, ink);
  else {
    top.font = `800 ${Math.round(high * (look.text.length > 1 ? 0.1 : 0.13))}px ${FONT}`;
    top.fillText(look.text, 0, 0, high * 0.15);
  }
  top.translate(0, high * 0.125);
  if (look.letter) {
    top.font = `700 ${Math.round(high * 0.1)}px ${FONT}`;
    top.fillText(look.letter, 0, 0, high * 0.15);
    top.translate(0, high * 0.105);
  }
  if (look.shape) {
    top.beginPath();
    traceMark(top, look.shape, high * 0.04);
    top.fill("evenodd");
  }
  top.restore();
}

/** A sign about (0, 0) of the context. */
function drawSign(top: CanvasRenderingContext2D, deck: Deck, sign: string, size: number, ink: string): void {
  top.strokeStyle = ink;
  top.fillStyle = ink;
  top.lineCap = "round";
  top.lineJoin = "round";
  top.lineWidth = size * 0.3;
  top.beginPath();
  if (sign === "skip") {
    top.arc(0, 0, size, 0, 2 * Math.PI);
    top.moveTo(-size * 0.7, size * 0.7);
    top.lineTo(size * 0.7, -size * 0.7);
  } else if (sign === "turn" || sign === "swap") {
    for (const side of [1, -1]) {
      top.moveTo(-size * 0.9 * side, size * 0.42 * side);
      top.lineTo(size * 0.9 * side, size * 0.42 * side);
      top.moveTo(size * 0.45 * side, size * 0.85 * side);
      top.lineTo(size * 0.9 * side, size * 0.42 * side);
      if (sign === "swap") top.lineTo(size * 0.45 * side, 0);
    }
  } else if (sign === "wheel") {
    const step = (2 * Math.PI) / Math.max(1, deck.wheel.length);
    for (const [k, colour] of deck.wheel.entries()) {
      top.beginPath();
      top.moveTo(0, 0);
      top.arc(0, 0, size * 1.15, k * step, (k + 1) * step);
      top.closePath();
      top.fillStyle = colour;
      top.fill();
    }
    top.beginPath();
    top.arc(0, 0, size * 1.15, 0, 2 * Math.PI);
    top.lineWidth = size * 0.12;
  }
  top.stroke();
}

const EMPTY: readonly number[] = [];

const card: Maker = (declared, names) => {
  const deck = new Deck(declared.faces, names);
  const number = declared.card ? names.value(textOf(declared.card)) : () => -1;
  const height = names.amount(declared.height);
  const pile = declared.pile ? names.value(textOf(declared.pile)) : null;
  const control = textOf(declared.choose);
  const index = numberOf(declared.index, 0);
  const name = names.translate(textOf(declared.name)) || control;
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera, choices, chosen } = scene;
    const high = height(thing, root, part) * camera.scale;
    const under = pile ? pile(thing, root, 1) : 1;
    const lit = control !== "" && chosen?.control === control && chosen.index === index;
    top.save();
    top.translate(px, py);
    if (under <= 0) {
      traceRound(top, -(high * WIDE) / 2, -high / 2, high * WIDE, high, high * 0.09);
      top.setLineDash([high * 0.06, high * 0.06]);
      top.strokeStyle = scene.look.line;
      top.lineWidth = Math.max(1, high * 0.02);
      top.stroke();
      top.setLineDash([]);
    } else {
      for (let k = Math.min(PILE_SHOWN, under) - 1; k >= 0; k--) {
        const off = -k * high * 0.018;
        top.translate(off, off);
        drawCard(
          scene,
          deck,
          k === 0 ? number(thing, root, 1) : -1,
          high,
          k === 0 && lit ? scene.look.accent : scene.look.line,
        );
        top.translate(-off, -off);
      }
    }
    top.restore();
    if (control) choices.put(control, index, name, true, px, py, high * WIDE, high, 0);
  });
};

const fan: Maker = (declared, names) => {
  const deck = new Deck(declared.faces, names);
  const count = declared.count ? names.value(textOf(declared.count)) : null;
  const height = names.amount(declared.height);
  const width = names.amount(declared.width);
  // Those who do not see the cards see backs: the part does not depend on them.
  const field = textOf(declared.cards);
  return placed(declared, names, (scene, thing, root, part, px, py) => {
    const { top, camera } = scene;
    const cards = (field ? (thing[field] as number[] | undefined) : undefined) ?? EMPTY;
    const many = count ? count(thing, root, 1) : cards.length;
    const shown = Math.min(many, 12);
    const high = height(thing, root, part) * camera.scale;
    const room = width(thing, root, part) * camera.scale - high * WIDE;
    const step = shown > 1 ? Math.min(high * WIDE * 0.6, room / (shown - 1)) : 0;
    for (let k = 0; k < shown; k++) {
      const at = k - (shown - 1) / 2;
      top.save();
      top.translate(px + at * step, py + Math.abs(at) * high * 0.01);
      top.rotate(at * 0.03);
      drawCard(scene, deck, cards[k] ?? -1, high, scene.look.line);
      top.restore();
    }
  });
};

/** How high a card of the hand is, in pixels. */
function handHeight({ top, dpr }: Scene): number {
  const { width, height } = top.canvas;
  return Math.min(height * HAND_OF_HEIGHT, width * HAND_OF_WIDTH, HAND_MOST_PX * dpr);
}

/** My own cards along the lower edge, and how much of it they take. */
export class HandPart {
  private deck: Deck;
  private list: string;
  private cards: string;
  private can: string;
  private control: string;
  private turn: ((thing: Entity, root: Entity, part: number) => number) | null;
  private shown: (thing: Entity, root: Entity, scene: Scene) => boolean;
  private glide = new Glide(MOVE_MS, 4000);
  /** How often each number has come so far in this frame: two cards of one number are told apart. */
  private times = new Map<number, number>();

  constructor(declared: PartInfo, names: Names) {
    this.deck = new Deck(declared.faces, names);
    this.list = textOf(declared.of);
    this.cards = textOf(declared.cards);
    this.can = textOf(declared.can);
    this.control = textOf(declared.choose);
    names.ints(this.cards);
    if (this.can) names.ints(this.can);
    this.turn = declared.turn ? names.value(textOf(declared.turn)) : null;
    this.shown = names.condition(declared);
  }

  /** The player whose hand is shown here, or null. */
  private holder(scene: Scene, state: Entity): Entity | null {
    let found: Entity | null = null;
    const turn = this.turn?.(state, state, 1) ?? -1;
    const things = state[this.list] as Entity[];
    for (const thing of things) {
      if (!this.shown(thing, state, scene)) continue;
      const mine = scene.riders[thing.id]?.mine === true;
      if (mine || scene.follow === thing.id) return thing;
      if (scene.follow < 0 && (thing.id === turn || !found)) found = thing;
    }
    return found;
  }

  /** Pixels that it takes of the lower edge. */
  foot(scene: Scene, state: Entity): number {
    if (!this.holder(scene, state)) return 0;
    // An upright picture has the height: it keeps room for two rows, so that a card more or less moves nothing.
    if (scene.upright) return handHeight(scene) * (1.12 + ROW_UPRIGHT);
    return handHeight(scene) * (this.rows(scene, state) > 1 ? 1.12 + ROW : 1.12);
  }
  private rows(scene: Scene, state: Entity): number {
    const count = ((this.holder(scene, state)?.[this.cards] as number[] | undefined) ?? EMPTY).length;
    const wide = handHeight(scene) * WIDE;
    const room = scene.top.canvas.width * 0.96 - wide;
    const least = scene.upright ? wide * LEAST_UPRIGHT : LEAST_SHOWN_PX * scene.dpr;
    return count > 1 && room / (count - 1) < least ? 2 : 1;
  }

  draw: (scene: Scene, root: Entity) => void = (scene, root) => {
    const thing = this.holder(scene, root);
    if (!thing) return;
    const cards = thing[this.cards] as number[];
    const can = this.can ? (thing[this.can] as number[]) : null;
    const active =
      scene.riders[thing.id]?.mine === true && (!this.turn || this.turn(thing, root, 1) === thing.id);
    const high = handHeight(scene);
    const { width, height } = scene.top.canvas;
    const rows = this.rows(scene, root);
    const perRow = Math.ceil(cards.length / rows);
    this.times.clear();
    for (let row = 0; row < rows; row++) {
      const from = row * perRow;
      const count = Math.min(perRow, cards.length - from);
      const room = width * 0.96 - high * WIDE;
      const step = count > 1 ? Math.min(high * WIDE * 1.04, room / (count - 1)) : 0;
      const base = height - high * 0.53 - (rows - 1 - row) * high * (scene.upright ? ROW_UPRIGHT : ROW);
      for (let k = 0; k < count; k++) {
        const index = from + k;
        const number = cards[index] ?? 0;
        const playable = active && (!can || can.includes(index));
        this.one(
          scene,
          number,
          index,
          playable,
          active,
          width / 2 + (k - (count - 1) / 2) * step,
          base,
          high,
          k - (count - 1) / 2,
        );
      }
    }
  };

  private one(
    scene: Scene,
    number: number,
    index: number,
    playable: boolean,
    active: boolean,
    x: number,
    base: number,
    high: number,
    off: number,
  ): void {
    const { top, choices, chosen, now, calm } = scene;
    const lit = chosen?.control === this.control && chosen.index === index && this.control !== "";
    const y =
      base + Math.abs(off) * high * 0.006 - (playable ? high * LIFT * 0.5 : 0) - (lit ? high * LIFT : 0);
    const nth = this.times.get(number) ?? 0;
    this.times.set(number, nth + 1);
    if (calm) {
      this.glide.x = x;
      this.glide.y = y;
    } else this.glide.follow(number * 128 + nth, x, y, now);
    const angle = off * Math.min(MOST_TURN, 0.2 / Math.max(1, Math.abs(off)));
    top.save();
    top.translate(this.glide.x, this.glide.y);
    top.rotate(angle);
    drawCard(scene, this.deck, number, high, lit ? scene.look.accent : playable ? TEXT : scene.look.line);
    if (!playable && active) {
      traceRound(top, -(high * WIDE) / 2, -high / 2, high * WIDE, high, high * 0.09);
      top.globalAlpha = DIM;
      top.fillStyle = scene.look.ground;
      top.fill();
      top.globalAlpha = 1;
    }
    top.restore();
    if (this.control && scene.riders.some((rider) => rider?.mine))
      choices.put(this.control, index, this.deck.look(number).name, playable, x, y, high * WIDE, high, angle);
  }
}

const menu: Maker = (declared, names): Draw => {
  const control = textOf(declared.choose);
  const texts = listOf(declared.texts).map((one) => names.text(one, declared.seat));
  const width = numberOf(declared.width, 160);
  const height = numberOf(declared.height, 56);
  const columns = Math.max(1, numberOf(declared.columns, 1));
  const first = numberOf(declared.first, 0);
  const colours = listOf(declared.colours).map((one) => fixedColour(one));
  const shapes = listOf(declared.shapes).map((one) => textOf(one) as ShapeName | "");
  return placed(declared, names, (scene, thing, root, _part, px, py) => {
    const { top, camera, choices, chosen, dpr } = scene;
    // Never too small for a finger.
    const scale = Math.max(camera.scale, (44 * dpr) / height);
    const w = width * scale;
    const h = height * scale;
    const gap = 10 * scale;
    const rows = Math.ceil(texts.length / columns);
    for (const [k, text] of texts.entries()) {
      const x = px + ((k % columns) - (Math.min(columns, texts.length) - 1) / 2) * (w + gap);
      const y = py + (Math.floor(k / columns) - (rows - 1) / 2) * (h + gap);
      const lit = chosen?.control === control && chosen.index === first + k;
      const colour = colours[k] ?? scene.look.panel;
      const ink = isLight(colour) ? GROUND : LIGHT;
      traceRound(top, x - w / 2, y - h / 2, w, h, h * 0.25);
      top.fillStyle = colour;
      top.fill();
      top.strokeStyle = lit ? scene.look.accent : TEXT;
      top.lineWidth = (lit ? 4 : 1.5) * dpr;
      top.stroke();
      const mark = shapes[k];
      top.fillStyle = ink;
      if (mark && SHAPES.includes(mark)) {
        top.save();
        top.translate(x - w / 2 + h * 0.5, y);
        top.beginPath();
        traceMark(top, mark, h * 0.2);
        top.fill("evenodd");
        top.restore();
      }
      const high = setFont(scene, Math.min(height * 0.42, 24), 700);
      top.textAlign = "center";
      top.textBaseline = "middle";
      const words = text(thing, root, scene);
      top.fillText(words, x + (mark ? h * 0.2 : 0), y + high * 0.04, w - h * (mark ? 1.1 : 0.3));
      choices.put(control, first + k, words, true, x, y, w, h, 0);
    }
  });
};

export const CARD_MAKERS: Readonly<Record<string, Maker>> = { card, fan, menu };
