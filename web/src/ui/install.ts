// Installing the page as an app: the browser says when it may be offered, and only a press may ask for it.
import { signal } from "@preact/signals";

interface InstallEvent extends Event {
  prompt: () => Promise<{ outcome: "accepted" | "dismissed" }>;
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

/** Lets the browser ask the person. Returns whether it is installed; the offer can be made once. */
export async function install(): Promise<boolean> {
  const event = ready.value;
  if (!event) return false;
  ready.value = null;
  const { outcome } = await event.prompt();
  return outcome === "accepted";
}
