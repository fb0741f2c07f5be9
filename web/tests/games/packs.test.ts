import { describe, expect, it } from "vitest";
import { blank, type Pack, problemsOf, readPack, writeCsv, writeToml } from "../../src/packs/pack_text";

const PLANET = {
  category: "Space",
  ask: 'Which is the "largest", Mars or Jupiter?',
  right: "Jupiter",
  wrong: ["Mars", "", ""] as const,
  spoken: false,
};
const ALOUD = { ...blank(true), ask: "Who painted the Mona Lisa?", right: "Leonardo" };
const PACK: Pack = { title: "Pub night", questions: [PLANET, ALOUD] };

describe("a pack of questions as text", () => {
  it("is read as it was written, as TOML and as CSV", () => {
    expect(readPack(writeToml(PACK).text)).toEqual(PACK);
    expect(readPack(writeCsv(PACK), "Pub night.csv")).toEqual(PACK);
    expect(writeToml(PACK).lines).toEqual([3, 9]);
  });

  it("is taken from a spreadsheet, with headings and without", () => {
    const asked = [{ ...blank(), ask: "1 + 1?", right: "2", wrong: ["3", "4", ""] }];
    expect(readPack("1 + 1?\t2\t3\t4\n").questions).toEqual(asked);
    expect(readPack("Question\tCorrect answer\tWrong 1\tWrong 2\n1 + 1?\t2\t3\t4\n").questions).toEqual(
      asked,
    );
    expect(readPack("Falsch 1;Richtige Antwort;Frage;Falsch 2\r\n3;2;1 + 1?;4\r\n").questions).toEqual(asked);
  });

  it("puts a cell in quotes whose mark came with tidying", () => {
    const wide = { ...PLANET, ask: "Mars\uff0c or Jupiter\uff1b which?" };
    const read = readPack(writeCsv({ title: "", questions: [wide] })).questions;
    expect(read).toEqual([{ ...PLANET, ask: "Mars, or Jupiter; which?" }]);
  });

  it("is not looked for in more text than any pack has", () => {
    expect(readPack("1 + 1?\t2\t3\n".repeat(30_000)).questions).toEqual([]);
  });

  it("keeps commas of German numbers and of lists, quotes and breaks within cells", () => {
    const [one, two] = readPack(
      'Frage;Richtig;Falsch\nWie viel ist 7 / 2?;3,5;"4,5"\n"Was heißt ""Hi""?\nUnd?";Hallo, du;Nein\n',
    ).questions;
    expect([one?.right, one?.wrong[0]]).toEqual(["3,5", "4,5"]);
    expect([two?.ask, two?.right]).toEqual(['Was heißt "Hi"?\nUnd?', "Hallo, du"]);
  });

  it("reads a question and an answer alone as one to be read aloud", () => {
    expect(readPack("Question\tAnswer\nWho?\tLeonardo\n").questions).toEqual([
      { ...blank(true), ask: "Who?", right: "Leonardo" },
    ]);
  });

  it("says what is wrong, by field", () => {
    expect(problemsOf(PLANET)).toEqual([]);
    expect(problemsOf(blank()).map((one) => [one.field, one.what])).toEqual([
      ["ask", "missing"],
      ["right", "missing"],
      ["wrong0", "no_wrong"],
    ]);
    const bad = { ...PLANET, right: " jupiter ", wrong: ["Jupiter", "x".repeat(49), ""] as const };
    expect(problemsOf(bad)).toEqual([
      { field: "wrong0", what: "double", n: 0, most: 0 },
      { field: "wrong1", what: "long", n: 49, most: 48 },
    ]);
    expect(problemsOf({ ...ALOUD, right: "y".repeat(80) })).toEqual([]);
  });
});
