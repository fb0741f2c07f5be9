import { describe, expect, it } from "vitest";
import { deedOf } from "../../src/games/deeds";
import { type Board, fitChips } from "../../src/screens/score_chips";
import { lettersFor, shortNames } from "../../src/screens/short_names";
import { INKS, SHAPES } from "../../src/ui/palette";

describe("short names", () => {
  it("keep what fits, and the number that tells two apart", () => {
    expect(shortNames(["Ann", "Theodora", "Hunter", "Hunter 2", "Hunter 12"], 6)).toEqual([
      "Ann",
      "Theod…",
      "Hunter",
      "Hunte2",
      "Hunt12",
    ]);
  });

  it("end in a sign where a word is cut, but not after a whole word", () => {
    expect(shortNames(["Cleopatra Wong"], 12)).toEqual(["Cleopatra W…"]);
    expect(shortNames(["Cleopatra Wong"], 11)).toEqual(["Cleopatra"]);
    expect(shortNames(["Cleopatra Wong"], 10)).toEqual(["Cleopatra"]);
    expect(shortNames(["Cleopatra Wong"], 9)).toEqual(["Cleopatra"]);
    expect(shortNames(["Cleopatra Wong"], 8)).toEqual(["Cleopat…"]);
    expect(shortNames(["Cleopatra Wong"], 4), "too few letters for a sign").toEqual(["Cleo"]);
  });

  it("are never the same twice", () => {
    const names = ["Theodora", "Theodor", "Theo", "Theodolinde", "Theodosia"];
    expect(new Set(shortNames(names, 4)).size).toBe(5);
    expect(shortNames(["Zoë", "👩‍👩‍👧‍👦 family"], 3)).toEqual(["Zoë", "👩‍👩‍👧‍👦 f"]);
  });

  const chips = (names: readonly string[], width: number, around: number, letter: number) => ({
    names,
    around: names.map(() => around),
    gap: 6,
    width,
    measure: (name: string) => name.length * letter,
  });
  const long = (count: number) => Array.from({ length: count }, (_, k) => `Theodora von Ems ${k + 1}`);

  it("have at least two letters for 2 to 12 players at every size", () => {
    for (let count = 2; count <= 12; count++) {
      const phone = chips(long(count), 372, 70, 9);
      expect(lettersFor(phone, Math.ceil(count / 3))).toBeGreaterThanOrEqual(2);
      const desktop = chips(long(count), 1060, 68, 10.5);
      expect(lettersFor(desktop, 1)).toBeGreaterThanOrEqual(count > 10 ? 1 : 2);
    }
    expect(lettersFor(chips(long(2), 1060, 68, 10.5), 1)).toBe(12);
  });

  it("are whole where short names leave room to the long ones", () => {
    const names = ["Al", "Gambler", "Bo"];
    expect(lettersFor(chips(names, 300, 70, 7), 1)).toBe(7);
    expect(lettersFor(chips(["Gambler", "Hermit", "Cutter"], 300, 70, 7), 1)).toBe(3);
    expect(lettersFor(chips(["Gambler", "Hermit", "Cutter"], 300, 70, 7), 2)).toBe(7);
    expect(lettersFor(chips(names, 150, 70, 7), 1)).toBe(0);
  });
});

describe("score chips", () => {
  const names = ["Theodora", "Ann", "Hunter", "Farmer", "Coward", "Kim", "Maximilian", "Jo"];
  const lines = (count: number) =>
    names.slice(0, count).map((name, seat) => ({ seat, sitter: { name, kind: "human" } }));
  const board = (width: number, more: Partial<Board>): Board => ({
    digits: 2,
    leader: -1,
    crown: true,
    bot: 0,
    width,
    upright: true,
    scale: 1,
    measure: (text, px) => text.length * px * 0.55,
    ...more,
  });

  it("take the same number of lines for every leader and every order", () => {
    for (const upright of [true, false]) {
      for (let width = 300; width <= 900; width += 61) {
        for (const count of [2, 3, 5, 8]) {
          const seated = lines(count);
          const { rows } = fitChips(seated, board(width, { upright }));
          for (let leader = 0; leader < count; leader++) {
            const order = [...seated.slice(leader), ...seated.slice(0, leader)];
            const led = fitChips(order, board(width, { upright, leader }));
            expect(led.rows, `${width} px, ${count} players, seat ${leader} leads`).toBe(rows);
          }
        }
      }
    }
  });

  it("show six letters of every name before they take another line", () => {
    const fit = fitChips(lines(3), board(372, {}));
    expect(fit.rows).toBe(1 + Number(fit.most < 6));
    expect(fitChips(lines(2), board(372, {}))).toEqual({ rows: 1, most: 8 });
    expect(fitChips([], board(372, {})), "a game of teams has none").toEqual({ rows: 0, most: 0 });
  });
});

describe("deeds", () => {
  const of = (name: string, args: Record<string, number>) => deedOf({ name, args });
  it("tell what a player did to another from what he did to himself", () => {
    expect(of("crash", { seat: 1, by: 2 })).toEqual({ how: "line", seat: 1, by: 2 });
    expect(of("crash", { seat: 1, by: 1 })).toEqual({ how: "self", seat: 1, by: -1 });
    expect(of("crash", { seat: 1, by: -1 })?.how).toBe("wall");
    expect(of("out", { seat: 1, by: 3 })?.how).toBe("bomb");
    expect(of("out", { seat: 1, by: -1 })?.how).toBe("stone");
    expect(of("goal", { seat: 4, team: 1, mate: 2 })).toEqual({ how: "goal", seat: 4, by: -1 });
    expect(of("bounty", { seat: 4, of: 2 })).toEqual({ how: "bounty", seat: 2, by: 4 });
    expect(of("crown", { seat: -1 })).toBeNull();
    expect(of("take", { seat: 1 })).toBeNull();
  });
});

/** A colour as OKLab. */
function oklab(colour: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe("the 64 looks", () => {
  it("are eight colours that differ clearly, each with a dash of its own, times eight shapes", () => {
    expect(INKS.length * new Set(SHAPES).size).toBe(64);
    expect(new Set(INKS.map(({ dash }) => dash.join(","))).size).toBe(INKS.length);
    for (const [k, one] of INKS.entries())
      for (const other of INKS.slice(k + 1)) {
        const [a, b] = [oklab(one.colour), oklab(other.colour)];
        const far = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        expect(far, `${one.colour} and ${other.colour}`).toBeGreaterThan(0.13);
      }
  });
});
