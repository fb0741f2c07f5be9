// Has the service worker (sw.js) keep this build of the client, so that the page opens, and practice runs,
// without a network.

/** Keeps this page for a time without a network. */
export async function keepOffline(): Promise<void> {
  const entry = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  if (!("serviceWorker" in navigator) || !entry) return;
  const tell = (worker: ServiceWorker | null) =>
    worker?.postMessage({ entry: new URL(entry, location.href).pathname });
  try {
    const registration = await navigator.serviceWorker.register("/sw.js");
    registration.addEventListener("updatefound", () => tell(registration.installing));
    for (const worker of [registration.installing, registration.waiting, registration.active]) tell(worker);
  } catch {
    // refused (a policy, no secure connection): the page just needs a network then
  }
}
