// The service worker: lets the page open, and practice run, without a network. It keeps what the page names
// after it has shown itself; the page's address, the list of rules and the icons are asked for first and
// taken from here only if nobody answers. Sockets and everything else pass by.
const CACHE = "rumpus";
const SHELL = ["/", "/manifest.webmanifest", "/icon.svg"];
/** A network that takes longer than this is none. */
const PATIENCE_MS = 4000;

/** Files whose names change with their content. */
const lasting = (path) => path.startsWith("/assets/") || (path.startsWith("/rules/") && path !== "/rules/index.json");
const fresh = (path) => SHELL.includes(path) || path === "/rules/index.json";

const page = (path) => path === "/" || path.startsWith("/r/") || path.startsWith("/tv/");

async function keep(paths) {
  const cache = await caches.open(CACHE);
  for (const path of paths) {
    if (lasting(path) && (await cache.match(path))) continue;
    const answer = await fetch(path, { credentials: "same-origin" });
    if (answer.ok) await cache.put(path, answer);
  }
}

/** Forgets lasting files that the page no longer names. */
async function forgetBut(paths) {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (lasting(pathname) && !paths.includes(pathname)) await cache.delete(request);
  }
}

async function fromHere(path) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(path);
  if (found) return found;
  return fetch(path, { credentials: "same-origin" });
}

async function fromNetwork(request, path) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && fresh(path)) await cache.put(path, answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match(path);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep(SHELL));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const paths = event.data?.keep;
  if (!Array.isArray(paths)) return;
  event.waitUntil(
    keep(paths).then(
      () => forgetBut(paths),
      () => {}, // offline: what is here stays
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (page(pathname)) event.respondWith(fromNetwork(request, "/"));
  } else if (lasting(pathname)) event.respondWith(fromHere(pathname));
  else if (fresh(pathname)) event.respondWith(fromNetwork(request, pathname));
});
