// The service worker: lets the page open, and practice run, without a network.
//
// It belongs to one build of the client. When it is installed it keeps all files of that build, and the rules of
// the server's games, in a cache of the build's own; it serves no file of any other build. A worker of a newer build
// takes over once all open pages are of that build, and then deletes the older caches.
//
// The page itself, the list of rules and files without a hash in their names come from the network as long as it
// answers, so that an online page is never older than its server. Sockets and everything else pass by.
//
// Kept matches and their rules belong to no build: a page keeps those of the clips and replays that it has shown
// (session/page_build.ts). Rules and journals never change, and are served from here; a match's result comes from the
// network as long as that answers, because a player's name may have been removed from it.

/** Files of the build whose names change with their content. Written in by the build (offline.ts), as what follows. */
const NAMED = new Set(__NAMED__);
/** The other files of the build, with the SHA-256 of their content as `integrity` has it. */
const CHECKED = new Map(__CHECKED__);
/** A hash of everything above. */
const VERSION = __VERSION__;

/** Where pages keep the rules of matches, and matches; page_build.ts has the same names. */
const MATCH_RULES = "match-rules";
const MATCHES = "matches";
const PREFIX = "rumpus";
const CACHE = `${PREFIX}-${VERSION}`;
const INDEX = "/rules/index.json";
/** If the network takes longer than this, the page is shown from here. */
const PATIENCE_MS = 4000;
/** A page that takes longer than this to name its build may be of any. */
const ANSWER_MS = 2000;

const isRules = (path) => path.startsWith("/rules/") && path !== INDEX;
const isPage = (path) => path === "/" || ["/r/", "/tv/", "/m/"].some((start) => path.startsWith(start));
const isMatch = (path) => path.startsWith("/api/v1/matches/");
const isMatchRules = (path) => path.startsWith("/api/v1/rules/");

/** Keeps a file unless it is here; `integrity` refuses one of another build. Raises if it cannot be had. */
async function keep(cache, path, integrity) {
  if (await cache.match(path)) return;
  const answer = await fetch(path, integrity ? { integrity, cache: "no-cache" } : {});
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  await cache.put(path, answer);
}

/** Keeps the rules that the server lists, then the list. Raises if the server serves another build. */
async function keepRules(cache) {
  const index = await fetch(INDEX, { cache: "no-cache" });
  const { games, practice = {}, files = [], build } = await index.clone().json();
  // The server names its build by the page's first script.
  if (!NAMED.has(`/assets/${build}.js`)) throw new Error("the server has another build");
  const wanted = [...new Set([...Object.values(games), ...Object.values(practice), ...files])];
  await Promise.all(wanted.map((path) => keep(cache, path)));
  await cache.put(INDEX, index);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (isRules(pathname) && !wanted.includes(pathname)) await cache.delete(request);
  }
}

let keeping = null;

/** Keeps everything that is not here yet. Raises if something cannot be had. */
function keepAll() {
  const run = async () => {
    const cache = await caches.open(CACHE);
    await Promise.all([
      ...[...NAMED].map((path) => keep(cache, path)),
      ...[...CHECKED].map(([path, integrity]) => keep(cache, path, integrity)),
    ]);
    await keepRules(cache);
  };
  keeping ??= run().finally(() => {
    keeping = null;
  });
  return keeping;
}

async function deleteOtherBuilds() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
}

/** Asks a page for its build; "" if it does not answer. */
function entryOf(page) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, ANSWER_MS, "");
    page.postMessage("entry", [port2]);
  });
}

/** Takes over from an older build's worker, unless a page is open that may need that one's files. */
async function takeOver() {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const entries = await Promise.all(open.map(entryOf));
  if (entries.every((entry) => NAMED.has(entry))) await self.skipWaiting();
}

async function fromCache(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

async function matchRules(request, path) {
  const kept = await (await caches.open(MATCH_RULES)).match(path);
  return kept ?? fetch(request);
}

async function match(request, path) {
  const kept = await (await caches.open(MATCHES)).match(path);
  if (kept && path.endsWith("/journal")) return kept;
  const answer = await fetch(request).catch((error) => {
    if (!kept) throw error;
  });
  return answer ?? kept;
}

// A page that was shown from here though its server has a newer build is told by that server, and reloads.
async function fromNetwork(request, path) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path);
  if (!kept) return fetch(request);
  const answer = fetch(request).catch(() => null);
  // A newer build was here once: then only a network that is gone is reason to show this one.
  const { waiting, installing } = self.registration;
  if (waiting || installing) return (await answer) ?? kept;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  return (await Promise.race([answer, late])) ?? kept;
}

self.addEventListener("install", (event) => event.waitUntil(keepAll()));

self.addEventListener("activate", (event) =>
  event.waitUntil(deleteOtherBuilds().then(() => self.clients.claim())),
);

// A page says that it is there, and which build it is of by the path of its first script.
self.addEventListener("message", (event) => {
  if (!NAMED.has(event.data?.entry)) return;
  event.waitUntil(takeOver());
  // A game's rules change without the client. If something cannot be had, what is here stays.
  event.waitUntil(keepAll().catch(() => {}));
});

// It is somebody's turn: the message names the game and the others (game/records/push.py).
self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data?.json() ?? {};
  if (!title || !/^\/r\/[0-9A-Z]+$/.test(path)) return;
  const shown = { body, tag, renotify: true, icon: "/icon.svg", badge: "/icon.svg", data: { path } };
  const tellPages = async () => {
    for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage("turn");
  };
  event.waitUntil(Promise.all([self.registration.showNotification(title, shown), tellPages()]));
});

/** Shows a room: in a page that shows it, else in one that shows the home page, else in a new one. */
async function showRoom(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const at = (wanted) => pages.find((page) => new URL(page.url).pathname === wanted);
  const page = at(path) ?? at("/");
  if (!page) return self.clients.openWindow(path);
  const there = new URL(page.url).pathname === path ? page : await page.navigate(path).catch(() => null);
  return there ? there.focus() : self.clients.openWindow(path);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showRoom(event.notification.data.path));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // "no-store" asks what the server has.
  if (request.method !== "GET" || origin !== self.location.origin || request.cache === "no-store") return;
  if (request.mode === "navigate") {
    if (isPage(pathname)) event.respondWith(fromNetwork(request, "/"));
  } else if (NAMED.has(pathname) || isRules(pathname)) event.respondWith(fromCache(request, pathname));
  else if (isMatchRules(pathname)) event.respondWith(matchRules(request, pathname));
  else if (isMatch(pathname)) event.respondWith(match(request, pathname));
  else if (CHECKED.has(pathname) || pathname === INDEX) event.respondWith(fromNetwork(request, pathname));
});
