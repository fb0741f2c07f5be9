// Has the service worker (public/sw.js) keep what this page consists of, so that it opens, and practice
// runs, without a network.
import { INDEX } from "./index-path";

/** Files that a page is made of, but for what a worker loads. */
function loaded(): string[] {
  return performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"))
    .map(({ pathname }) => pathname);
}

/** Keeps this page for a time without a network; `more` are paths that its worker needs. */
export async function keepOffline(more: readonly string[]): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: [...new Set(["/", INDEX, ...loaded(), ...more])] });
  } catch {
    // refused (a policy, no secure connection): the page just needs a network then
  }
}
