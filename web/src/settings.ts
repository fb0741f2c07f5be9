// What a player has chosen on this device: kept in localStorage, read everywhere as signals.
// This file knows nothing of rooms or drawing.
import { computed, effect, type Signal, signal } from "@preact/signals";

export type Motion = "system" | "on" | "off";
export type TextSize = "small" | "normal" | "large" | "huge";
/** Key codes (`KeyboardEvent.code`) by button name; several keys may press one button. */
export type Bindings = Record<string, string[]>;
export interface Keys {
  one: Bindings;
  two: Bindings;
}

export interface Settings {
  name: string;
  /** Palette index 0..7. */
  colour: number;
  /** Palette index 0..7. */
  shape: number;
  /** Of what happens in a match, 0..1. */
  volume: number;
  /** 0..1; null: what suits the device and the room. */
  music: number | null;
  /** Of what happens around matches, such as people who join; 0..1. */
  lobbySounds: number;
  mute: boolean;
  reducedMotion: Motion;
  highContrast: boolean;
  textSize: TextSize;
  leftHanded: boolean;
  /** Whether the screen for everybody shows decisive moments again. */
  instantReplay: boolean;
  keys: Keys;
  haptics: boolean;
  /** A language tag that i18n knows, or "" to follow the browser. */
  language: string;
  /** Names of people whose chat and emotes are not shown. */
  mutedPlayers: string[];
}

export const DEFAULT_KEYS: Keys = {
  one: {
    left: ["ArrowLeft"],
    right: ["ArrowRight"],
    up: ["ArrowUp"],
    down: ["ArrowDown"],
    act: ["Space", "Enter"],
    bomb: ["Space", "Enter"],
    A: ["KeyA", "Digit1"],
    B: ["KeyB", "Digit2"],
    C: ["KeyC", "Digit3"],
    D: ["KeyD", "Digit4"],
  },
  two: {
    left: ["KeyA"],
    right: ["KeyD"],
    up: ["KeyW"],
    down: ["KeyS"],
    act: ["KeyQ", "ShiftLeft"],
    bomb: ["KeyQ", "ShiftLeft"],
    A: ["KeyH", "Digit7"],
    B: ["KeyJ", "Digit8"],
    C: ["KeyK", "Digit9"],
    D: ["KeyL", "Digit0"],
  },
};

const STORE = "rumpus.settings";
const MOTIONS: readonly string[] = ["system", "on", "off"];
const SIZES: readonly string[] = ["small", "normal", "large", "huge"];

function read(): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {}; // storage refused or spoilt: start afresh
  }
}

const stored = read();

function kept<K extends keyof Settings>(
  key: K,
  fallback: Settings[K],
  fits: (value: unknown) => boolean,
): Signal<Settings[K]> {
  const value = stored[key];
  return signal(fits(value) ? (value as Settings[K]) : fallback);
}

const share = (value: unknown) => typeof value === "number" && value >= 0 && value <= 1;
const flag = (value: unknown) => typeof value === "boolean";
const index = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 8;
const strings = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const bindings = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.values(value).every(strings);

function fitsKeys(value: unknown): boolean {
  const keys = value as Keys | null;
  return typeof value === "object" && keys !== null && bindings(keys.one) && bindings(keys.two);
}

// A new device gets a mark of its own, so that a full room is not eight blue circles.
const firstMark = Math.floor(Math.random() * 8);

/** Every setting as a signal; writing one keeps it. */
export const settings: { [K in keyof Settings]: Signal<Settings[K]> } = {
  name: kept("name", "", (value) => typeof value === "string" && value.length <= 16),
  colour: kept("colour", firstMark, index),
  shape: kept("shape", firstMark, index),
  volume: kept("volume", 0.6, share),
  music: kept("music", null, (value) => value === null || share(value)),
  lobbySounds: kept("lobbySounds", 0.5, share),
  mute: kept("mute", false, flag),
  reducedMotion: kept("reducedMotion", "system", (value) => MOTIONS.includes(value as string)),
  highContrast: kept("highContrast", false, flag),
  textSize: kept("textSize", "normal", (value) => SIZES.includes(value as string)),
  leftHanded: kept("leftHanded", false, flag),
  instantReplay: kept("instantReplay", true, flag),
  keys: kept("keys", DEFAULT_KEYS, fitsKeys),
  haptics: kept("haptics", true, flag),
  language: kept("language", "", (value) => typeof value === "string"),
  mutedPlayers: kept("mutedPlayers", [], strings),
};

effect(() => {
  const now: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(settings)) now[key] = value.value;
  try {
    localStorage.setItem(STORE, JSON.stringify(now));
  } catch {
    // Storage is refused (private window, policy): the choice lasts for this page.
  }
});

/** What the system asks for; follows it while the page is open. */
const systemCalm = signal(false);
if (typeof matchMedia === "function") {
  const query = matchMedia("(prefers-reduced-motion: reduce)");
  systemCalm.value = query.matches;
  query.addEventListener("change", () => {
    systemCalm.value = query.matches;
  });
}

/** True when nothing should shake, fly or flash. */
export const calm = computed(() => {
  const chosen = settings.reducedMotion.value;
  return chosen === "system" ? systemCalm.value : chosen === "on";
});

/**
 * The keys of a button for one of the two players at this keyboard. A button that nobody has heard of is
 * the first player's key of its first letter.
 */
export function keysOf(player: "one" | "two", button: string): string[] {
  const known = settings.keys.value[player][button] ?? DEFAULT_KEYS[player][button];
  if (known || player === "two" || !/^[a-z]/i.test(button)) return known ?? [];
  return [`Key${button.slice(0, 1).toUpperCase()}`];
}

/**
 * Binds one key to a button and takes it away from every other button of both players. Bindings of one game's controls
 * are called "game/control", and stand beside those of other games.
 */
export function bindKey(player: "one" | "two", button: string, code: string): void {
  const keys = settings.keys.value;
  const of = (name: string) => name.slice(0, name.indexOf("/") + 1);
  const strip = (from: Bindings): Bindings =>
    Object.fromEntries(
      Object.entries(from).map(([name, codes]) => [
        name,
        of(name) === of(button) ? codes.filter((c) => c !== code) : codes,
      ]),
    );
  const next: Keys = { one: strip(keys.one), two: strip(keys.two) };
  next[player][button] = [code];
  settings.keys.value = next;
}
