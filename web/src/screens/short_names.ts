// Names that fit where many stand side by side, still told apart.

/** The number at the end of a name that others bear too, such as "Hunter 2". */
const NUMBERED = /^(.*?)\s*(\d{1,3})$/u;
/** Browsers of 2023 and before may have none. */
const graphemes =
  typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

function letters(text: string): string[] {
  return graphemes ? Array.from(graphemes.segment(text), ({ segment }) => segment) : [...text];
}

function cut(name: string, most: number): string {
  const all = letters(name);
  if (all.length <= most) return name;
  const [, head, number] = NUMBERED.exec(name) ?? [];
  if (head !== undefined && number !== undefined && number.length < most)
    return (
      letters(head)
        .slice(0, most - number.length)
        .join("")
        .trimEnd() + number
    );
  return all.slice(0, most).join("").trimEnd();
}

/** Each name in at most `most` letters; of names that begin alike the later ones end in what tells them apart. */
export function shortNames(names: readonly string[], most: number): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let short = cut(name, most);
    for (let k = 2; taken.has(short) && k < 100 && most > 1; k++)
      short = `${letters(name)
        .slice(0, Math.max(1, most - String(k).length))
        .join("")}${k}`;
    taken.add(short);
    return short;
  });
}

/** Room around a name in a chip, CSS pixels: mark and paddings; what a letter and a digit take; the crown of one. */
const AROUND = 54;
const AROUND_TIGHT = 46;
const LETTER = 8.6;
const LETTER_TIGHT = 7.8;
const DIGIT = 11.5;
const CROWN = 22;
const GAP = 6;
const LONGEST = 12;

/** Where the chips of a score board stand. */
export interface Room {
  /** CSS pixels. */
  width: number;
  lines: number;
  /** The size of text relative to normal. */
  scale: number;
  /** The chips are those of a phone. */
  tight: boolean;
}

/** How many letters of a name fit into each of `count` chips with points of `digits` digits. */
export function lettersFor(count: number, digits: number, { width, lines, scale, tight }: Room): number {
  const inLine = Math.max(1, Math.ceil(count / lines));
  const each = (width - CROWN * scale) / inLine - GAP;
  const room = each - ((tight ? AROUND_TIGHT : AROUND) + digits * DIGIT) * scale;
  return Math.max(0, Math.min(LONGEST, Math.floor(room / ((tight ? LETTER_TIGHT : LETTER) * scale))));
}
