// What is said to the player beside the picture: live regions for screen readers, toasts for the eyes.
import { signal } from "@preact/signals";
import { sentence } from "../i18n";
import type { Ack, Refusal } from "../net/commands";
import { Icon } from "./Icon";

export const polite = signal("");
export const assertive = signal("");

/** Reads `text` out; urgent text interrupts: one's own death, the countdown. */
export function announce(text: string, urgent = false): void {
  const region = urgent ? assertive : polite;
  // The same words twice are news too, and a reader only notices a change.
  region.value = region.peek() === text ? `${text}\u00A0` : text;
}

/** Takes back what was read out: it belongs to a screen that is gone. */
export function unsay(): void {
  polite.value = assertive.value = "";
}

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

const toasts = signal<Toast[]>([]);
let nextId = 1;
const SHOWN_MS = 4500;
const MOST = 3;

/** Shows a line for some seconds; `bad` ones carry a warning sign. */
export function toast(text: string, bad = false): void {
  const entry = { id: nextId++, text, bad };
  toasts.value = [...toasts.value.filter((old) => old.text !== text), entry].slice(-MOST);
  setTimeout(() => {
    toasts.value = toasts.value.filter((old) => old.id !== entry.id);
  }, SHOWN_MS);
}

/** A refusal in the person's language. */
export function reason({ code, message }: Pick<Refusal, "code" | "message">): string {
  return sentence(code, message);
}

/** Waits for a command's answer, shows why when it was refused, and tells whether it was done. */
export async function done(answer: Promise<Ack>): Promise<boolean> {
  const ack = await answer;
  if (!ack.ok) toast(reason(ack), true);
  return ack.ok;
}

export function Voice() {
  return (
    <>
      <div class="unseen" aria-live="polite">
        {polite.value}
      </div>
      <div class="unseen" aria-live="assertive">
        {assertive.value}
      </div>
      <div class="toasts" role="status">
        {toasts.value.map((entry) => (
          <div key={entry.id} class={entry.bad ? "toast bad" : "toast"}>
            {entry.bad && <Icon name="warning" size={18} />}
            {entry.text}
          </div>
        ))}
      </div>
    </>
  );
}
