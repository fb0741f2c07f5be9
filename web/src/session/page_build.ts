// Reloads a page that is older than the server's build, when that costs the player nothing: between matches,
// not while they type, and only once every worker serves the new page.
import { recall, remember } from "./storage";

export interface Surroundings {
  /** Whether the session would lose nothing by a reload now. */
  resting(): boolean;
  /** Whether the player is about to do something with this page. */
  busy(): boolean;
  /** The home page as the server serves it now. */
  page(): Promise<string>;
  reload(): void;
}

const LOOK_MS = 1000;
/** After a look that found workers of both builds. */
const AGAIN_MS = 15_000;
const LOOKS = 3;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Whether the server serves this build and no other: some pages in a row, each from any of its workers. */
async function settled(build: string, page: () => Promise<string>): Promise<boolean> {
  for (let k = 0; k < LOOKS; k++) if (!(await page()).includes(`/${build}.js`)) return false;
  return true;
}

/** Reloads once the moment is right; a later call replaces an earlier one, and "" ends the watch. */
export function renew(build: string, around: Surroundings, wait = LOOK_MS * (1 + 4 * Math.random())): void {
  clearTimeout(timer);
  // A reload that brought the same old page again would not do better the second time.
  if (build === "" || recall("tab", "build") === build) return;
  timer = setTimeout(async () => {
    if (!around.resting() || around.busy()) return renew(build, around, LOOK_MS);
    const mine = timer;
    const over = await settled(build, around.page).catch(() => false);
    if (mine !== timer) return;
    if (!over) return renew(build, around, AGAIN_MS);
    // The answers took their time: the match may have begun meanwhile.
    if (!around.resting() || around.busy()) return renew(build, around, LOOK_MS);
    remember("tab", "build", build);
    around.reload();
  }, wait);
}

const IDLE_MS = 5000;
let actedAt = -IDLE_MS;
if (typeof document !== "undefined")
  for (const sign of ["pointerdown", "keydown", "input"])
    addEventListener(sign, () => (actedAt = performance.now()), { passive: true, capture: true });

/** A player who pressed a key just now, has a dialog open or words in a field is not interrupted. */
export function busyHere(): boolean {
  if (performance.now() - actedAt < IDLE_MS && !document.hidden) return true;
  if (document.querySelector("dialog[open]")) return true;
  if (document.querySelector<HTMLInputElement>(".chat input")?.value) return true;
  const field = document.activeElement;
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
    ? field.value !== ""
    : false;
}

export const served = (): Promise<string> =>
  fetch("/", { cache: "no-store", signal: AbortSignal.timeout(4000) }).then((answer) => answer.text());

/** Keeps this page for a time without a network. */
export async function keepOffline(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  const { serviceWorker } = navigator;
  if (!serviceWorker || !script) return; // no secure connection, or not built
  const entry = new URL(script, location.href).pathname;
  serviceWorker.onmessage = ({ ports }) => ports[0]?.postMessage(entry);
  const tell = (worker: ServiceWorker | null) => worker?.postMessage({ entry });
  try {
    const registration = await serviceWorker.register("/sw.js");
    registration.onupdatefound = () => tell(registration.installing);
    for (const worker of [registration.installing, registration.waiting, registration.active]) tell(worker);
  } catch {
    // refused by a policy: the page just needs a network then
  }
}
