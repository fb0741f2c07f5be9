import { afterEach, describe, expect, it, vi } from "vitest";
import { humanise, LANGUAGES, type Plural, say, t, type Words } from "../../src/i18n";
import { en } from "../../src/i18n/en";
import { settings } from "../../src/settings";

const forms = (entry: string | Plural): string[] =>
  typeof entry === "string" ? [entry] : Object.values(entry);
const blanks = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!).sort();

async function speak(tag: string): Promise<void> {
  settings.language.value = tag;
  await vi.waitFor(() => expect(t("app.cancel")).toBe(tag === "de" ? "Abbrechen" : "Cancel"));
}

afterEach(() => speak("en"));

describe.each(LANGUAGES.map((language) => [language.tag, language] as const))(
  "language %s",
  (tag, language) => {
    it("has words for every key, with the same blanks to fill", async () => {
      const words: Words = await language.load();
      for (const [key, entry] of Object.entries(en)) {
        const own = words[key];
        expect(own, key).toBeDefined();
        const wanted = new Set(forms(entry).flatMap(blanks));
        for (const form of forms(own!)) {
          for (const blank of blanks(form)) expect(wanted, `${key}: ${form}`).toContain(blank);
        }
        // A plural's "one" may leave the number out; everything else must show all that it is given.
        const longest = forms(own!).at(-1)!;
        expect(blanks(longest), key).toEqual([...wanted].sort());
      }
    });

    it("has every plural form that its numbers ask for", async () => {
      const words = await language.load();
      const rules = new Intl.PluralRules(tag);
      const needed = new Set(Array.from({ length: 200 }, (_, n) => rules.select(n)));
      for (const [key, entry] of Object.entries(words)) {
        if (typeof entry !== "string")
          for (const form of needed) expect(entry[form], `${key}.${form}`).toBeTruthy();
      }
    });
  },
);

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

  it("follows the chosen language", async () => {
    await speak("de");
    expect(t("lobby.waiting", { n: 1 })).toBe("Eine Person fehlt noch");
    expect(t("lobby.waiting", { n: 3 })).toBe("3 Personen fehlen noch");
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
    expect(say("any", "error", "full", "Every seat is taken.")).toBe("Alle Plätze sind besetzt.");
  });

  it("makes words of names", () => {
    expect(humanise("closest_shave")).toBe("Closest shave");
    expect(humanise("powerUps")).toBe("Power ups");
  });
});
