// Phrases to be said by one tap. The server sees plain English; each page shows the phrase in its own language.
import { t } from "../i18n";
import en from "../i18n/en";

export const PHRASES = [
  "phrase.hello",
  "phrase.luck",
  "phrase.nice",
  "phrase.close",
  "phrase.gg",
  "phrase.again",
  "phrase.wait",
  "phrase.thanks",
] as const;

type Phrase = (typeof PHRASES)[number];

const byText = new Map<string, Phrase>(PHRASES.map((phrase) => [wireText(phrase), phrase]));

/** What is sent for a phrase. */
export function wireText(phrase: Phrase): string {
  return String(en[phrase]);
}

/** A line of chat as it is shown: a phrase in the person's language, everything else as it was written. */
export function spoken(text: string): string {
  const phrase = byText.get(text);
  return phrase ? t(phrase) : text;
}
