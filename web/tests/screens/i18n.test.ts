import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  choose,
  humanise,
  LANGUAGES,
  learnGames,
  nameOf,
  type Plural,
  say,
  sentence,
  t,
  type Words,
} from "../../src/i18n";
import en from "../../src/i18n/en";
import { words as pseudo } from "../../src/i18n/pseudo";
import { settings } from "../../src/settings";

/** Numbers that people meet; Spanish and its relatives have a form of their own for millions. */
const NUMBERS = Array.from({ length: 1000 }, (_, n) => n);

const forms = (entry: string | Plural): string[] =>
  typeof entry === "string" ? [entry] : Object.values(entry);
const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

async function speak(tag: string): Promise<void> {
  settings.language.value = tag;
  await vi.waitFor(() => expect(t("app.cancel")).toBe(tag === "de" ? "Abbrechen" : "Cancel"));
}

/** What is wrong with the texts of a language, a line each. */
function faults(tag: string, words: Words): string[] {
  const found: string[] = [];
  const rules = new Intl.PluralRules(tag);
  const known = new Set<string>(rules.resolvedOptions().pluralCategories);
  const needed = new Set<string>([...NUMBERS.map((n) => rules.select(n)), "other"]);
  for (const [key, entry] of Object.entries<string | Plural>(en)) {
    const own = words[key];
    if (own === undefined) {
      found.push(`${key} is missing: ${JSON.stringify(entry)}`);
      continue;
    }
    const wanted = [...new Set(forms(entry).flatMap(blanks))].sort();
    for (const text of forms(own))
      for (const blank of blanks(text))
        if (!wanted.includes(blank)) found.push(`${key} has {${blank}}, which nobody fills: ${text}`);
    // A plural's "one" may leave the number out; the form for most numbers shows all that it is given.
    const whole = blanks(typeof own === "string" ? own : own.other);
    for (const blank of wanted) if (!whole.includes(blank)) found.push(`${key} lacks {${blank}}`);
    if (typeof entry !== "string" && typeof own === "string") found.push(`${key} has no plural forms`);
  }
  for (const [key, entry] of Object.entries(words)) {
    for (const text of forms(entry)) {
      if (text.trim() === "" || text !== text.trim()) found.push(`${key} is blank or has blanks around it`);
      if (key.startsWith("server."))
        for (const blank of blanks(text))
          if (!blanks(key).includes(blank)) found.push(`${key} has {${blank}}, which nobody fills`);
    }
    if (typeof entry === "string") continue;
    for (const form of Object.keys(entry))
      if (!known.has(form)) found.push(`${key} has the form ${form}, which ${tag} does not have`);
    for (const form of needed) if (!(form in entry)) found.push(`${key} lacks the form ${form}`);
  }
  return found;
}

afterEach(() => speak("en"));

describe.each(LANGUAGES.map((language) => [language.tag, language] as const))(
  "language %s",
  (tag, language) => {
    it("has every text, with the blanks and plural forms that it needs", async () => {
      expect(faults(tag, await language.load())).toEqual([]);
    });

    it("is named in itself", () => {
      expect(nameOf(tag)).not.toBe(tag);
    });
  },
);

it("finds what is wrong with a language", () => {
  const { "app.home": _, ...words } = en as Words;
  const broken: Words = {
    ...words,
    "home.bots": { one: "{n} bot", few: "{n} boty", other: "{m} boty" },
    "gate.title": "Pokój",
  };
  const found = faults("pl", broken);
  expect(found).toContain('app.home is missing: "Home"');
  expect(found).toContain("home.bots lacks the form many");
  expect(found).toContain("home.bots has {m}, which nobody fills: {m} boty");
  expect(found).toContain("gate.title lacks {code}");
  expect(faults("de", broken)).toContain("home.bots has the form few, which de does not have");
});

it("has no text that nothing shows", () => {
  const folder = join(import.meta.dirname, "../../src");
  const source = (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => /\.tsx?$/.test(path) && (!path.startsWith("i18n") || path.endsWith("index.ts")))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const beginnings = [...source.matchAll(/`([\w.]+[._])\$\{/g)].map((found) => found[1]!);
  const games = ["field", "fuse", "kick", "lastcard", "thumbs", "trails"]; // their texts are named by their rules
  const dead = Object.keys(en).filter(
    (key) =>
      !source.includes(`"${key}"`) &&
      !beginnings.some((beginning) => key.startsWith(beginning)) &&
      !games.includes(key.split(".")[0]!),
  );
  expect(dead).toEqual([]);
});

it("brackets and lengthens every text of the made-up language", () => {
  for (const [key, entry] of Object.entries(pseudo()))
    for (const text of forms(entry)) expect(text, key).toMatch(/^\[.+[א-ת]\]$/);
});

it("takes the language that the browser asks for, or its nearest", () => {
  expect(choose(["xx", "de-AT", "en"])).toBe("de");
  expect(choose(["EN-us"])).toBe("en");
  expect(choose(["xx"])).toBe("en");
});

describe("t", () => {
  it("has the words of the first page before any other is loaded", async () => {
    vi.resetModules();
    const fresh = await import("../../src/i18n");
    expect(fresh.t("home.title")).toBe(t("home.title"));
    await vi.waitFor(() => expect(fresh.t("lobby.title")).toBe("Lobby"));
  });

  it("fills blanks and chooses the plural by n", () => {
    expect(t("lobby.free", { n: 1 })).toBe("1 free seat");
    expect(t("lobby.free", { n: 5 })).toBe("5 free seats");
    expect(t("gate.title", { code: "KX4P7M" })).toBe("Room KX4P7M");
  });

  it("leaves a blank that nobody fills as it is", () => {
    expect(t("gate.title")).toBe("Room {code}");
  });

  it("follows the chosen language, also in its numbers", async () => {
    expect(t("match.points", { n: 4627 })).toBe("4,627 points");
    await speak("de");
    expect(t("match.points", { n: 4627 })).toBe("4.627 Punkte");
    expect(t("lobby.free", { n: 1 })).toBe("1 Platz frei");
    expect(t("lobby.free", { n: 3 })).toBe("3 Plätze frei");
  });
});

describe("say", () => {
  it("takes a game's own word where no dictionary has one", () => {
    expect(say("chess", "option", "en_passant")).toBe("En passant");
    expect(say("chess", "preset", "Blitz", "Blitz")).toBe("Blitz");
  });

  it("prefers the dictionary of the language", async () => {
    await speak("de");
    expect(say("trails", "option", "speed")).toBe("Tempo");
  });

  it("takes what a game brings along in the language, or in it elsewhere", async () => {
    learnGames([
      {
        name: "tanks",
        words: {
          de: { "Round time": "Rundenzeit", Skirmish: "Scharmützel" },
          pt: { Skirmish: "Escaramuça" },
        },
      },
      { name: "chess" },
    ]);
    expect(say("tanks", "option", "round_time")).toBe("Round time");
    await speak("de");
    expect(say("tanks", "option", "round_time")).toBe("Rundenzeit");
    expect(say("tanks", "preset", "Skirmish", "Skirmish")).toBe("Scharmützel");
    expect(say("tanks", "option", "fog")).toBe("Fog");
    expect(say("chess", "option", "round_time")).toBe("Round time");
    settings.language.value = "pt-BR";
    await vi.waitFor(() => expect(say("tanks", "preset", "Skirmish", "Skirmish")).toBe("Escaramuça"));
    learnGames([]);
    expect(say("tanks", "preset", "Skirmish", "Skirmish")).toBe("Skirmish");
  });

  it("makes words of names", () => {
    expect(humanise("closest_shave")).toBe("Closest shave");
    expect(humanise("powerUps")).toBe("Power ups");
  });
});

describe("sentence", () => {
  it("is the server's own in English", () => {
    expect(sentence("full", "Every seat is taken.")).toBe("Every seat is taken.");
  });

  it("is the same sentence in another language, or at least what its code means", async () => {
    await speak("de");
    expect(sentence("wrong_phase", "The match is running already.")).toBe("Das Spiel läuft schon.");
    expect(sentence("bad_request", "Ann is not connected.")).toBe("Ann ist nicht verbunden.");
    expect(sentence("wrong_phase", "Something new.")).toBe("Das geht gerade nicht.");
    expect(sentence("new_code", "Something new.")).toBe("Something new.");
  });
});
