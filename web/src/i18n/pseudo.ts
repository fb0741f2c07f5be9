// A made-up language for tests, at `?lang=en-XB`: each English text in brackets, a good deal longer than it is, and
// written from right to left. A text without brackets was never in a dictionary; one without its end is cut.
import en from "./en";
import type { Plural, Words } from "./index";

const LETTERS = "אבגד הוזחט יכלמ נסעפצ קרשת ";
/** Short texts grow more than long ones when they are translated. */
const SHORT = 12;

function longer(text: string): string {
  const more = Math.max(3, Math.round(text.length * (text.length <= SHORT ? 0.6 : 0.35)));
  return `[${text} ${LETTERS.repeat(Math.ceil(more / LETTERS.length))
    .slice(0, more)
    .trim()}]`;
}

const disguised = (entry: string | Plural): string | Plural =>
  typeof entry === "string"
    ? longer(entry)
    : (Object.fromEntries(Object.entries(entry).map(([form, text]) => [form, longer(text)])) as Plural);

/** All words, and how a text is shown that only a game or the server has: as the word `pseudo`. */
export function words(): Words {
  const all = Object.entries<string | Plural>(en).map(([key, entry]) => [key, disguised(entry)] as const);
  return Object.fromEntries([...all, ["pseudo", longer("{text}")]]);
}
