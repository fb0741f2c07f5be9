// The few words that a game writes into its picture, beside its own file so that they load with it.
import { language } from "../i18n";

/** The table of the player's language; English where a language has none. */
export function wordsFrom<T>(tables: { en: T } & Record<string, T>): () => T {
  return () => tables[language.value] ?? tables.en;
}
