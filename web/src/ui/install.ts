// Installing the page as an app: the browser says when it may be offered, and only a press may ask for it.
import { signal } from "@preact/signals";

interface InstallEvent extends Event {
  prompt: () => Promise<unknown>;
}

/** What the browser keeps ready to ask with; null: it cannot be installed, or is already. */
const ready = signal<InstallEvent | null>(null);

/** Whether installing can be offered now. */
export const canInstall = (): boolean => ready.value !== null;

/** Notes what the browser says. Call it once, early: the browser says it only once. */
export function listenForInstall(target: EventTarget): void {
  target.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // no bar of the browser's own in the middle of a match
    ready.value = event as InstallEvent;
  });
  target.addEventListener("appinstalled", () => {
    ready.value = null;
  });
}

/** Lets the browser ask the person; it can be asked once. */
export function install(): void {
  const event = ready.value;
  ready.value = null;
  event?.prompt().catch(() => {}); // it may refuse when it was not asked by a press
}
