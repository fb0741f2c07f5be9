// Packs of questions as text: reads what a spreadsheet copies, a CSV file or the server's TOML, says what is wrong
// with each question before the server does, and writes them again. Pure functions, without the page.

/** A question as the form has it. With `spoken` it is for buzzers: the host reads it aloud and hears the answer. */
export interface Question {
  category: string;
  ask: string;
  right: string;
  wrong: readonly [string, string, string];
  spoken: boolean;
}

export interface Pack {
  title: string;
  questions: readonly Question[];
}

/** As in `game/questions.py`. */
export const MOST_QUESTIONS = 60;
export const MOST_CHARS = 14_000;
export const LENGTHS = { title: 40, category: 24, ask: 160, right: 48, wrong: 48, say: 80 } as const;

export type Field = "category" | "ask" | "right" | "wrong0" | "wrong1" | "wrong2";
/** What is wrong with a field: the name of a sentence, and the numbers in it. */
export interface Problem {
  field: Field;
  what: "missing" | "long" | "double" | "no_wrong";
  n: number;
  most: number;
}

export const blank = (spoken = false): Question => ({
  category: "",
  ask: "",
  right: "",
  wrong: ["", "", ""],
  spoken,
});

/** As the server counts: code points, with single spaces. */
const tidy = (text: string): string => text.normalize("NFKC").replace(/\s+/g, " ").trim();
const length = (text: string): number => [...tidy(text)].length;

/** What is wrong with a question; nothing if it can be asked. */
export function problemsOf(question: Question): Problem[] {
  const found: Problem[] = [];
  const check = (field: Field, text: string, most: number, needed: boolean) => {
    const n = length(text);
    if (needed && n === 0) found.push({ field, what: "missing", n, most });
    else if (n > most) found.push({ field, what: "long", n, most });
  };
  check("category", question.category, LENGTHS.category, false);
  check("ask", question.ask, LENGTHS.ask, true);
  check("right", question.right, question.spoken ? LENGTHS.say : LENGTHS.right, true);
  if (question.spoken) return found;
  const seen = new Set([tidy(question.right).toLowerCase()]);
  question.wrong.forEach((text, k) => {
    const field = `wrong${k}` as Field;
    check(field, text, LENGTHS.wrong, false);
    const plain = tidy(text).toLowerCase();
    if (plain && seen.has(plain)) found.push({ field, what: "double", n: 0, most: 0 });
    seen.add(plain);
  });
  if (question.wrong.every((text) => !tidy(text)))
    found.push({ field: "wrong0", what: "no_wrong", n: 0, most: 0 });
  return found;
}

// --- writing ---

const quoted = (text: string): string => JSON.stringify(tidy(text)).replace(/\u007f/g, "");

/** The pack as the server reads it, and the line on which each question begins. */
export function writeToml({ title, questions }: Pack): { text: string; lines: number[] } {
  const out: string[] = [];
  const lines: number[] = [];
  if (tidy(title)) out.push(`title = ${quoted(title)}`, "");
  for (const one of questions) {
    lines.push(out.length + 1);
    out.push("[[question]]");
    if (tidy(one.category)) out.push(`category = ${quoted(one.category)}`);
    out.push(`ask = ${quoted(one.ask)}`);
    if (one.spoken) out.push(`say = ${quoted(one.right)}`);
    else {
      const wrong = one.wrong.filter((text) => tidy(text)).map(quoted);
      out.push(`right = ${quoted(one.right)}`, `wrong = [${wrong.join(", ")}]`);
    }
    out.push("");
  }
  return { text: out.join("\n"), lines };
}

/** A tidied text may hold a mark that the text did not: U+FF0C becomes a comma. */
function cell(text: string): string {
  const tidied = tidy(text);
  return /[",;]/.test(tidied) ? `"${tidied.replace(/"/g, '""')}"` : tidied;
}

/** The pack as a file that any spreadsheet opens. */
export function writeCsv({ questions }: Pack): string {
  const rows = questions.map((one) =>
    one.spoken
      ? [one.category, one.ask, "", "", "", "", one.right]
      : [one.category, one.ask, one.right, ...one.wrong, ""],
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

// --- reading ---

const COLUMNS = ["category", "ask", "right", "wrong1", "wrong2", "wrong3", "say"];
type Column = "category" | "ask" | "right" | "wrong" | "say" | "";

/** How people name their columns, in English and German. */
const NAMES: readonly (readonly [Column, RegExp])[] = [
  ["wrong", /^(wrong|false|incorrect|falsch|distractor)/],
  ["category", /^(category|topic|subject|kategorie|thema|rubrik)/],
  ["say", /^(say|spoken|aloud|buzzer|host|vorlesen|gesprochen|ansage)/],
  ["right", /^(right|correct|richtig|korrekt|solution|lösung)/],
  ["ask", /^(ask|question|prompt|frage)/],
  ["right", /^(answer|antwort)/],
];

/** The cells of a table in which `mark` stands between them; quoted cells may hold it, and line breaks. */
function cellsOf(text: string, mark: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  let current = "";
  let inside = false;
  const put = () => {
    rows[rows.length - 1]?.push(current.trim());
    current = "";
  };
  while (at < text.length) {
    const sign = text[at++] ?? "";
    if (inside) {
      if (sign !== '"') current += sign;
      else if (text[at] === '"') current += text[at++];
      else inside = false;
    } else if (sign === '"' && current.trim() === "") {
      inside = true;
      current = "";
    } else if (sign === mark) put();
    else if (sign === "\n") {
      put();
      rows.push([]);
    } else current += sign;
  }
  put();
  return rows.filter((row) => row.some((one) => one !== ""));
}

/** What stands between the cells: whichever divides most rows into equally many. */
function markOf(text: string): string {
  let best = ",";
  let most = 0;
  for (const mark of ["\t", ";", ","]) {
    const rows = cellsOf(text, mark).slice(0, 20);
    const counts = rows.map((row) => row.length).filter((count) => count > 1);
    const usual = counts.filter((count) => count === counts[0]).length;
    // A tab is never part of a text, and a comma often is: 3,5 or "Hund, Katze".
    const named = columnsOf(rows[0] ?? []) ? 8 : 1;
    const worth = named * usual * (mark === "\t" ? 4 : mark === ";" ? 2 : 1);
    if (worth > most) [best, most] = [mark, worth];
  }
  return best;
}

function columnsOf(first: readonly string[]): Column[] | null {
  const found = first.map((name) => {
    const plain = name
      .toLowerCase()
      .replace(/[^\p{L}\d]+/gu, " ")
      .trim();
    // A question of the table itself is no heading.
    if (plain.split(" ").length > 3) return "" as Column;
    return NAMES.find(([, pattern]) => pattern.test(plain))?.[0] ?? ("" as Column);
  });
  const known = found.filter((one) => one !== "");
  return known.includes("ask") && known.length > 1 ? found : null;
}

/** Without headings: the question, the right answer, wrong ones; with a category before it if there are six. */
function usual(width: number): Column[] {
  const plain: Column[] = ["ask", "right", "wrong", "wrong", "wrong"];
  return width > plain.length ? ["category", ...plain, "say"] : plain;
}

function fromTable(text: string): Question[] {
  const rows = cellsOf(text, markOf(text)).filter((row) => !row[0]?.startsWith("#"));
  const named = columnsOf(rows[0] ?? []);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = named ?? usual(width);
  return rows.slice(named ? 1 : 0).map((row) => {
    const of = (column: Column) => row.filter((_, k) => columns[k] === column);
    const wrong = of("wrong").filter((one) => one !== "");
    const say = of("say").find((one) => one !== "") ?? "";
    const right = of("right").find((one) => one !== "") ?? "";
    // Only a question and an answer: to be read aloud.
    const spoken = say !== "" || (wrong.length === 0 && right !== "" && !columns.includes("wrong"));
    return {
      category: of("category")[0] ?? "",
      ask: of("ask")[0] ?? "",
      right: say || right,
      wrong: [wrong[0] ?? "", wrong[1] ?? "", wrong[2] ?? ""],
      spoken,
    };
  });
}

/** A text of TOML in quotes; a bare number or word as it stands. */
function unquoted(text: string): string {
  const found = text.trim();
  if (found.startsWith("'")) return found.slice(1, found.lastIndexOf("'"));
  if (!found.startsWith('"')) return found.replace(/\s+#.*$/, "");
  const body = /^"(?:[^"\\]|\\.)*"/.exec(found)?.[0] ?? `${found}"`;
  try {
    return String(JSON.parse(body));
  } catch {
    return body.slice(1, -1);
  }
}

function fromToml(text: string): Pack {
  let title = "";
  const questions: { -readonly [K in keyof Question]: Question[K] }[] = [];
  for (const line of text.split("\n")) {
    if (/^\s*\[\[\s*question\s*\]\]/.test(line)) questions.push(blank());
    const [, key = "", value = ""] = /^\s*(\w+)\s*=\s*(.+)$/.exec(line) ?? [];
    const last = questions[questions.length - 1];
    if (key === "title" && !last) title = unquoted(value);
    if (!last) continue;
    if (key === "ask" || key === "right" || key === "category") last[key] = unquoted(value);
    else if (key === "say") [last.right, last.spoken] = [unquoted(value), true];
    else if (key === "wrong") {
      const texts = value.match(/"(?:[^"\\]|\\.)*"|'[^']*'/g)?.map(unquoted) ?? [];
      last.wrong = [texts[0] ?? "", texts[1] ?? "", texts[2] ?? ""];
    }
  }
  return { title, questions };
}

/** More is no pack: it would only hold the page up. */
export const MOST_READ = 200_000;

/** The pack in a text of any of these kinds, without questions if there is too much of it. Without a title of its own it is called after its file. */
export function readPack(text: string, fileName = ""): Pack {
  if (text.length > MOST_READ) return { title: "", questions: [] };
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const title = fileName.replace(/\.\w+$/, "").slice(0, LENGTHS.title);
  if (/^\s*\[\[\s*question\s*\]\]/m.test(plain)) {
    const found = fromToml(plain);
    return { ...found, title: found.title || title };
  }
  return { title, questions: fromTable(plain) };
}
