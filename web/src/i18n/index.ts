// Words in the person's language: `t("lobby.people", {n: 3})`, with plurals by Intl.PluralRules.
// Reading `t` inside a component subscribes it to the language. A language is one file beside this one, named by
// its tag: `de.ts`, `pt-BR.ts`. docs/languages.md says how to add one.
import { computed, effect, signal } from "@preact/signals";
import type { ErrorCode } from "../protocol.gen";
import { settings } from "../settings";
import type { English } from "./en";
import { first } from "./en.first";

/** Forms by plural category; `other` is always there. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Words = Readonly<Record<string, string | Plural>>;
export type Key = keyof English;
export type Vars = Readonly<Record<string, string | number>>;

/** What the server tells people with codes of their own, beside those of refusals. */
type NoticeCode =
  | ("bad_input" | "bot_seat" | "game_failed" | "match_lost" | "not_kept" | "room_lost" | "too_long")
  | ("crowded" | "timeout" | "unsaved");
/** Where a game's own texts stand in a dictionary: `trails.option.speed`. */
type GamePart =
  | ("game" | "option" | "hint" | "choice" | "kind" | "preset" | "style" | "award")
  | ("button" | "control" | "event" | "picture");

/**
 * A language whose plurals have these categories: texts for the English keys, for the codes of refusals, and for what
 * games and the server say, by their English. English is shown for what is missing; tests list that.
 */
export type Translation<Form extends Intl.LDMLPluralRule> = {
  [K in Key]?: English[K] extends string ? string | Record<Form, string> : Record<Form, string>;
} & { [K in `any.error.${ErrorCode | NoticeCode}`]?: string } & {
  [K in `${string}.${GamePart}.${string}`]?: string | Record<Form, string>;
} & { [K in `server.${string}`]?: string };

interface Language {
  tag: string;
  load: () => Promise<Words>;
}

const files = import.meta.glob<{ default: Words }>(["./??.ts", "./??-??.ts"]);

/** All languages but the ones for tests, English first. */
export const LANGUAGES: readonly Language[] = Object.entries(files)
  .map(([path, load]) => ({ tag: path.slice(2, -3), load: async () => (await load()).default }))
  .sort((a, b) => Number(b.tag === "en") - Number(a.tag === "en") || (a.tag < b.tag ? -1 : 1));
/** A made-up language that shows cut and untranslated texts, written from right to left. */
const PSEUDO: Language = { tag: "en-XB", load: async () => (await import("./pseudo")).words() };

/** A language's own name for itself. */
export function nameOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** `rtl` for languages that are written from right to left. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return tag === PSEUDO.tag || /^(ar|fa|he|ur)\b/.test(tag) ? "rtl" : "ltr";
}

/** The first language that is here of those wanted: the same one, else one of another region. */
export function choose(wanted: readonly string[]): string {
  const base = (tag: string) => tag.split("-")[0]?.toLowerCase();
  for (const tag of wanted) {
    const exact = LANGUAGES.find((one) => one.tag.toLowerCase() === tag.toLowerCase());
    const found = exact ?? LANGUAGES.find((one) => base(one.tag) === base(tag));
    if (found) return found.tag;
  }
  return "en";
}

function fromBrowser(): string {
  return choose(typeof navigator === "undefined" ? [] : (navigator.languages ?? [navigator.language]));
}

/** `?lang=de` shows this page in a language, whatever is set; the only way to the made-up one. */
const asked = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("lang");
const chosen = computed(() => {
  if (asked === PSEUDO.tag) return PSEUDO.tag;
  const wanted = asked || settings.language.value;
  return wanted ? choose([wanted]) : fromBrowser();
});
const loaded = signal<{ tag: string; words: Words }>({ tag: "en", words: first });
/** English as far as it is here: what is shown for a word that the chosen language does not have yet. */
const english = signal<Words>(first);

/** Takes all English words in; screens that are loaded later import en.ts, so that it is called before them. */
export function learn(words: Words): void {
  english.value = words;
}

/** Translations that games bring along: by language, and by the English text. */
type OwnWords = Readonly<Record<string, Readonly<Record<string, string>>>>;
const ofGames = signal<ReadonlyMap<string, OwnWords>>(new Map());

/** Takes in what games say of themselves in other languages. */
export function learnGames(games: readonly { name: string; words?: OwnWords }[]): void {
  ofGames.value = new Map(games.flatMap(({ name, words }) => (words ? [[name, words]] : [])));
}

/** The language that is shown now: a tag such as "de". */
export const language = computed(() => loaded.value.tag);
const plurals = computed(() => new Intl.PluralRules(loaded.value.tag));
const numbers = computed(() => new Intl.NumberFormat(loaded.value.tag));

effect(() => {
  const tag = chosen.value;
  const wanted = tag === PSEUDO.tag ? PSEUDO : LANGUAGES.find((candidate) => candidate.tag === tag);
  if (!wanted) return;
  wanted.load().then(
    (words) => {
      if (chosen.peek() !== tag) return;
      loaded.value = { tag, words };
      if (typeof document === "undefined") return;
      document.documentElement.lang = tag;
      document.documentElement.dir = directionOf(tag);
    },
    () => {}, // offline before it was ever loaded: what is shown stays
  );
});

function fill(text: string, vars: Vars | undefined): string {
  if (!vars) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = vars[name] ?? whole;
    return typeof value === "number" ? number(value) : value;
  });
}

function pick(entry: string | Plural, vars: Vars | undefined): string {
  if (typeof entry === "string") return entry;
  return entry[plurals.value.select(Number(vars?.n ?? 0))] ?? entry.other;
}

/** The text of `key`; `{name}` in it is replaced from `vars`, and `vars.n` chooses the plural. */
export function t(key: Key, vars?: Vars): string {
  return fill(pick(loaded.value.words[key] ?? english.value[key] ?? "", vars), vars);
}

/** "closest_shave" → "Closest shave": what is shown for a name that no dictionary holds. */
export function humanise(name: string): string {
  const spaced = name
    .replace(/[-_]+/g, " ")
    .replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A game's own word (`say("trails", "option", "speed")`): from the dictionary, else what the game itself has for it. */
export function say(game: string, kind: string, name: string, fallback?: string): string {
  const { words } = loaded.value;
  const key = `${game}.${kind}.${name}`;
  const common = `any.${kind}.${name}`;
  const text = fallback ?? humanise(name);
  const brought = ofGames.value.get(game);
  const { tag } = loaded.value;
  const own = (brought?.[tag] ?? brought?.[tag.split("-")[0] ?? ""])?.[text];
  const found = words[key] ?? words[common] ?? own ?? english.value[key] ?? english.value[common];
  if (found !== undefined) return pick(found, undefined);
  return tag === PSEUDO.tag ? fill(pick(words.pseudo ?? "{text}", undefined), { text }) : text;
}

/** The texts of a dictionary for sentences of the server that hold names or numbers, each with its pattern. */
const patterns = computed(() =>
  Object.entries(loaded.value.words).flatMap(([key, text]) => {
    if (!key.startsWith("server.") || !key.includes("{") || typeof text !== "string") return [];
    const parts = key.slice("server.".length).replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    return [{ text, pattern: new RegExp(`^${parts.replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`) }];
  }),
);

/** What the server says, in the person's language: this very sentence, else what its code means. */
export function sentence(code: string, message: string): string {
  const exact = loaded.value.words[`server.${message}`];
  if (typeof exact === "string") return exact;
  for (const { text, pattern } of patterns.value) {
    const found = pattern.exec(message);
    if (found) return fill(text, found.groups);
  }
  return say("any", "error", code, message || code);
}

const ordinals = computed(() => new Intl.PluralRules(loaded.value.tag, { type: "ordinal" }));
const NTH: Partial<Record<Intl.LDMLPluralRule, Key>> = { one: "nth.one", two: "nth.two", few: "nth.few" };

/** A place in words: 1st, 2nd, 3rd, 4th. */
export function nth(place: number): string {
  return t(NTH[ordinals.value.select(place)] ?? "nth.other", { n: place });
}

/** A number in the language's own way of writing. */
export function number(value: number): string {
  return numbers.value.format(value);
}

const lists = computed(() => new Intl.ListFormat(loaded.value.tag, { type: "conjunction" }));

/** "Ann, Bob and Cyd" in the language's own way. */
export function list(parts: readonly string[]): string {
  return lists.value.format(parts);
}
