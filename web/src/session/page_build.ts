// The build of this page: reloads the page when the server has a newer build and nothing is lost by that, and has the
// service worker keep this build for times without a network. Loaded later than the page: not needed at its start.
import type { Timer, Timers } from "../net/clock";

/** What the renewal uses of the page around it. */
export interface RenewalNeeds {
  timers: Timers;
  /** 0 to 1. */
  random(): number;
  /** Whether the session would lose nothing by a reload now. */
  resting(): boolean;
  /** Whether the player is about to do something with this page. */
  busy(): boolean;
  /** The home page as the server serves it now. */
  homePage(): Promise<string>;
  /** The build for which this tab was reloaded last, or null. */
  reloadedFor(): string | null;
  reload(build: string): void;
}

const LOOK_MS = 1000;
/** Until the next look, after one that found workers of both builds. */
const MIXED_MS = 15_000;
const LOOKS = 3;

export class PageRenewal {
  private readonly needs: RenewalNeeds;
  private timer: Timer | null = null;

  constructor(needs: RenewalNeeds) {
    this.needs = needs;
  }

  /** The server has `build`, and this page is another one: reloads it when that is right. "": the page is current. */
  expect(build: string): void {
    const { random, reloadedFor } = this.needs;
    this.stop();
    // A reload that brought the same old page again would not do better the second time.
    if (build === "" || reloadedFor() === build) return;
    this.lookIn(LOOK_MS * (1 + 4 * random()), build);
  }

  private stop(): void {
    if (this.timer !== null) this.needs.timers.stop(this.timer);
    this.timer = null;
  }

  private lookIn(ms: number, build: string): void {
    this.timer = this.needs.timers.start(() => void this.look(build), ms);
  }

  private get free(): boolean {
    return this.needs.resting() && !this.needs.busy();
  }

  private async look(build: string): Promise<void> {
    if (!this.free) return this.lookIn(LOOK_MS, build);
    const { timer } = this;
    const served = await this.servedByAll(build).catch(() => false);
    if (timer !== this.timer) return;
    if (!served) return this.lookIn(MIXED_MS, build);
    // The answers took some time: a match may have begun meanwhile.
    if (!this.free) return this.lookIn(LOOK_MS, build);
    this.needs.reload(build);
  }

  /** Whether the server serves this build only: several pages in a row, each from any of its workers. */
  private async servedByAll(build: string): Promise<boolean> {
    for (let k = 0; k < LOOKS; k++) if (!(await this.needs.homePage()).includes(`/${build}.js`)) return false;
    return true;
  }
}

const IDLE_MS = 5000;
const FETCH_MS = 4000;

/** Watches what the player does from now on. The answer says whether a reload would interrupt them. */
export function watchActivity(): () => boolean {
  let actedAt = -Infinity;
  for (const sign of ["pointerdown", "keydown", "input"])
    addEventListener(sign, () => (actedAt = performance.now()), { passive: true, capture: true });
  return () => {
    if (performance.now() - actedAt < IDLE_MS && !document.hidden) return true;
    if (document.querySelector("dialog[open]")) return true;
    if (document.querySelector<HTMLInputElement>(".chat input")?.value) return true;
    const field = document.activeElement;
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      ? field.value !== ""
      : false;
  };
}

export async function fetchHomePage(): Promise<string> {
  return (await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(FETCH_MS) })).text();
}

/**
 * Has the service worker (sw.js) keep this build, so that the page opens, and practice runs, without a network. The
 * page names its build by the path of its first script.
 */
export async function keepOffline(): Promise<void> {
  const script = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  const { serviceWorker } = navigator;
  if (!serviceWorker || !script) return; // the connection is not secure, or this is no build
  const entry = new URL(script, location.href).pathname;
  serviceWorker.onmessage = ({ ports }) => ports[0]?.postMessage(entry);
  const name = (worker: ServiceWorker | null) => worker?.postMessage({ entry });
  try {
    const registration = await serviceWorker.register("/sw.js");
    registration.onupdatefound = () => name(registration.installing);
    for (const worker of [registration.installing, registration.waiting, registration.active]) name(worker);
  } catch {
    // Refused by a policy: the page needs a network then.
  }
}

/** The caches from which the service worker serves the rules of matches, and matches; sw.js has the same names. */
const MATCH_RULES = "match-rules";
const MATCHES = "matches";
/** Documents of rules that are kept; each has about 300 kB. */
const MOST_RULES = 16;
/** Results and journals that are kept; each has some kilobytes. */
const MOST_MATCH_FILES = 100;

/** Keeps the rules of a match that was shown, so that clips of it open without a network. `path` never changes. */
export async function keepMatchRules(path: string): Promise<void> {
  await keepIn(MATCH_RULES, [path], MOST_RULES);
}

/** Keeps the result and the journal of a match that was shown, so that it opens again without a network. */
export async function keepMatch(id: string): Promise<void> {
  await keepIn(MATCHES, [`/api/v1/matches/${id}`, `/api/v1/matches/${id}/journal`], MOST_MATCH_FILES);
}

async function keepIn(name: string, paths: readonly string[], most: number): Promise<void> {
  if (!("caches" in globalThis)) return; // the connection is not secure
  const cache = await caches.open(name);
  for (const path of paths) if (!(await cache.match(path))) await cache.add(path);
  const all = await cache.keys();
  for (const old of all.slice(0, Math.max(0, all.length - most))) await cache.delete(old);
}
