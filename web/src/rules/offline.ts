// Has the service worker (sw.js) keep this build of the client, so that the page opens, and practice runs,
// without a network. The page names its build by the path of its first script.

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
