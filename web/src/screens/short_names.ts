// Names that fit where many stand side by side, still told apart.

/** The number at the end of a name that others bear too, such as "Hunter 2". */
const NUMBERED = /^(.*?)\s*(\d{1,3})$/u;
/** Browsers of 2023 and before may have none. */
const graphemes =
  typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

function letters(text: string): string[] {
  return graphemes ? Array.from(graphemes.segment(text), ({ segment }) => segment) : [...text];
}

/** With fewer letters than this a name has none to spare for the sign that it goes on. */
const LEAST_MARKED = 5;

/** How many letters a name has, as people count them. */
export const letterCount = (name: string): number => letters(name).length;

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
  const [short, less] = [most, most - 1].map((count) => all.slice(0, count).join("").trimEnd()) as [
    string,
    string,
  ];
  if (most < LEAST_MARKED || endsWord(short, name)) return short;
  return endsWord(less, name) ? less : `${less}…`;
}

/** Whether a name goes on with another word after its beginning. */
const endsWord = (start: string, name: string): boolean => /^\s/u.test(name.slice(start.length));

/** Each name in at most `most` letters, with “…” where a word is cut; of names that begin alike the later ones end in what tells them apart. */
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

const LONGEST = 12;

/** The chips of a score board, which stand side by side in lines. */
export interface Chips {
  names: readonly string[];
  /** What each takes without its name, CSS pixels. */
  around: readonly number[];
  /** CSS pixels between two of them. */
  gap: number;
  /** CSS pixels of a line. */
  width: number;
  /** How wide a name is, CSS pixels. */
  measure: (name: string) => number;
}

/** How many lines chips with these names take. */
function linesOf(names: readonly string[], { around, gap, width, measure }: Chips): number {
  let lines = 1;
  let used = 0;
  for (const [k, name] of names.entries()) {
    const wide = (around[k] ?? 0) + (name ? measure(name) : 0);
    if (used > 0 && used + gap + wide > width) {
      lines++;
      used = wide;
    } else used += (used > 0 ? gap : 0) + wide;
  }
  return lines;
}

/** How many letters each name may have so that the chips take at most `lines` lines; 0: they have no room for names. */
export function lettersFor(chips: Chips, lines: number): number {
  const longest = Math.max(0, ...chips.names.map(letterCount));
  for (let most = Math.min(LONGEST, longest); most > 0; most--)
    if (linesOf(shortNames(chips.names, most), chips) <= lines) return most;
  return 0;
}
