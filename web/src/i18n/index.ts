// Words in the player's language: `t("lobby.people", {n: 3})`, with plurals by Intl.PluralRules.
// Reading `t` inside a component subscribes it to the language.
import { computed, effect, signal } from "@preact/signals";
import { settings } from "../settings";
import type { en } from "./en";
import { first } from "./en.first";

/** Forms by plural category; `other` is always there. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Words = Record<string, string | Plural>;
export type Key = keyof typeof en;
export type Vars = Record<string, string | number>;

interface Language {
  tag: string;
  /** Its own name for itself. */
  name: string;
  direction: "ltr" | "rtl";
  load: () => Promise<Words>;
}

export const LANGUAGES: readonly Language[] = [
  { tag: "en", name: "English", direction: "ltr", load: async () => (await import("./en")).en },
  { tag: "de", name: "Deutsch", direction: "ltr", load: async () => (await import("./de")).de },
];

function fromBrowser(): string {
  const wanted = typeof navigator === "undefined" ? [] : (navigator.languages ?? [navigator.language]);
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language.tag === tag.slice(0, 2).toLowerCase());
    if (found) return found.tag;
  }
  return "en";
}

const chosen = computed(() => settings.language.value || fromBrowser());
const loaded = signal<{ tag: string; words: Words }>({ tag: "en", words: first });
/** English as far as it is here: what is shown for a word that the chosen language does not have yet. */
const english = signal<Words>(first);

/** Takes all English words in; screens that are loaded later import en.ts, so that it is called before them. */
export function learn(words: Words): void {
  english.value = words;
}

/** The language that is shown now: a tag such as "de". */
export const language = computed(() => loaded.value.tag);
const plurals = computed(() => new Intl.PluralRules(loaded.value.tag));

effect(() => {
  const tag = chosen.value;
  const wanted = LANGUAGES.find((candidate) => candidate.tag === tag);
  if (!wanted) return;
  wanted.load().then(
    (words) => {
      if (chosen.peek() !== tag) return;
      loaded.value = { tag, words };
      if (typeof document === "undefined") return;
      document.documentElement.lang = tag;
      document.documentElement.dir = wanted.direction;
    },
    () => {}, // offline before it was ever loaded: what is shown stays
  );
});

function fill(text: string, vars: Vars | undefined): string {
  if (!vars) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(vars[name] ?? whole));
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

/** A game's own word (`say("trails", "option", "speed")`): from the dictionary, else `fallback` or the name. */
export function say(game: string, kind: string, name: string, fallback?: string): string {
  const words = loaded.value.words;
  const found = words[`${game}.${kind}.${name}`] ?? words[`any.${kind}.${name}`];
  return found === undefined ? (fallback ?? humanise(name)) : pick(found, undefined);
}

/** A number in the language's own way of writing. */
export function number(value: number): string {
  return value.toLocaleString(loaded.value.tag);
}
