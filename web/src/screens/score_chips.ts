// The score board's chips: in how many lines they stand, and how much of the names they show.
import { FONT } from "../ui/palette";
import { type Chips, letterCount, lettersFor } from "./short_names";

/** Chips in a line of an upright phone, and lines at most. */
const PHONE_CHIPS = 3;
const PHONE_LINES = 4;
/** With fewer letters of a name there is another line, unless all names are shorter. */
const PHONE_LETTERS = 6;
/** With fewer letters than this the chips of a wide screen stand in two lines. */
const FEW_LETTERS = 3;

/** What a chip takes without its name, CSS pixels at normal text: mark, paddings and gaps; a digit; the crown. */
const AROUND = 56;
const AROUND_TIGHT = 46;
const DIGIT = 11.2;
const CROWN = 22;
const GAP = 6;
/** The names' text, CSS pixels. */
const NAME_PX = 16;
const NAME_PX_TIGHT = 13.6;

let ruler: CanvasRenderingContext2D | null | undefined;
/** How wide a text is drawn in letters of `px` CSS pixels. */
export function textWidth(text: string, px: number): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return letterCount(text) * px * 0.65;
  ruler.font = `${px}px ${FONT}`;
  return ruler.measureText(text).width;
}

export interface ScoreChip {
  seat: number;
  sitter: { name: string; kind: string } | undefined;
}

export interface Board {
  /** Digits of the longest score. */
  digits: number;
  /** The seat that bears the crown, or -1. */
  leader: number;
  /** Whether anybody may come to bear it. */
  crown: boolean;
  /** The sign of a bot, CSS pixels; 0: there is none. */
  bot: number;
  /** What a line has, CSS pixels. */
  width: number;
  /** It is a phone's that stands upright. */
  upright: boolean;
  /** The size of texts; 1: normal. */
  scale: number;
  measure: (text: string, px: number) => number;
}

export interface Fit {
  /** Lines of chips. */
  rows: number;
  /** Letters of each name at most. */
  most: number;
}

/**
 * How chips in this order fit. The lines are counted in the order of seats, as if the player with the longest
 * name led: no other leader or order adds a line, which would move the arena during play.
 */
export function fitChips(shown: readonly ScoreChip[], board: Board): Fit {
  if (shown.length === 0) return { rows: 0, most: 0 };
  const { leader, crown, bot, width, upright, scale, measure } = board;
  const chips = (lines: readonly ScoreChip[], crowned: number, tight: boolean): Chips => ({
    names: lines.map(({ sitter }) => sitter?.name ?? ""),
    around: lines.map(({ sitter }, k) => {
      const signs = (k === crowned ? CROWN : 0) + (bot > 0 && sitter?.kind === "bot" ? bot + GAP : 0);
      return ((tight ? AROUND_TIGHT : AROUND) + board.digits * DIGIT + signs) * scale;
    }),
    gap: GAP * scale,
    width,
    measure: (name) => measure(name, (tight ? NAME_PX_TIGHT : NAME_PX) * scale),
  });
  const crowned = shown.findIndex(({ seat }) => seat === leader);
  const seated = [...shown].sort((a, b) => a.seat - b.seat);
  const lengths = seated.map(({ sitter }) => letterCount(sitter?.name ?? ""));
  const longest = Math.max(0, ...lengths);
  const widest = crown ? lengths.indexOf(longest) : -1;
  if (!upright) {
    const two = width > 0 && lettersFor(chips(seated, widest, false), 1) < FEW_LETTERS;
    const rows = two ? 2 : 1;
    return { rows, most: width > 0 ? lettersFor(chips(shown, crowned, two), rows) : 0 };
  }
  const counted = chips(seated, widest, true);
  const wanted = Math.min(PHONE_LETTERS, longest);
  const lines = Math.min(PHONE_LINES, shown.length);
  let rows = Math.min(PHONE_LINES, Math.max(1, Math.ceil(shown.length / PHONE_CHIPS)));
  while (rows < lines && width > 0 && lettersFor(counted, rows) < wanted) rows++;
  return { rows, most: lettersFor(chips(shown, crowned, true), rows) };
}
