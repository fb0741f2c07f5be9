// The questions that a person wrote on this device: in its storage alone, until they remove them.
import { signal } from "@preact/signals";
import { storage } from "../session/page";
import { blank, MOST_QUESTIONS, type Pack, type Question } from "./pack_text";

const KEY = "pack";

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function question(value: unknown): Question {
  const one = (value ?? {}) as Partial<Record<keyof Question, unknown>>;
  const wrong = Array.isArray(one.wrong) ? one.wrong.map(text) : [];
  return {
    ...blank(one.spoken === true),
    category: text(one.category),
    ask: text(one.ask),
    right: text(one.right),
    wrong: [wrong[0] ?? "", wrong[1] ?? "", wrong[2] ?? ""],
  };
}

function read(): Pack {
  try {
    const found = JSON.parse(storage.recall("device", KEY) ?? "{}") as {
      title?: unknown;
      questions?: unknown;
    };
    const list = Array.isArray(found.questions) ? found.questions : [];
    return { title: text(found.title), questions: list.slice(0, 2 * MOST_QUESTIONS).map(question) };
  } catch {
    return { title: "", questions: [] };
  }
}

/** The questions as the form shows them. */
export const kept = signal<Pack>(read());

/** Takes the questions as they are now, for the next visit too. */
export function keep(pack: Pack): void {
  kept.value = pack;
  storage.remember("device", KEY, pack.questions.length || pack.title ? JSON.stringify(pack) : null);
}
