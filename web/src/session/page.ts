// The session of this page and what belongs to it: the one place that ties class Session to the browser. Importing it
// connects to nothing: main.tsx opens the session.
import { type Signal, signal } from "@preact/signals";
import { connectLater } from "../net/later_connection";
import type { OnlineNeeds, OnlinePrediction } from "../prediction/online";
import type { PredictionStatus, WorkerClient } from "../prediction/worker_client";
import type { PageRenewal } from "./page_build";
import { isPhone, watchPage } from "./page_events";
import { Session } from "./session";
import { BrowserStorage } from "./storage";

export type { Emote } from "./session";

const inPage = typeof document !== "undefined";
/** `?diag=1` gives tests the session, and shows how well prediction works; a room's address has no such part any more. */
const diagnosed = inPage && new URLSearchParams(location.search).has("diag");

const timers = {
  start: (run: () => void, ms: number) => setTimeout(run, ms),
  stop: (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer),
};

export const storage = new BrowserStorage((area) => (area === "tab" ? sessionStorage : localStorage));

/** Whether this browser runs the rules itself. */
export const predictionStatus: Signal<PredictionStatus> = signal("off");
let client: Promise<WorkerClient> | null = null;

/** The client of the page's worker, which runs rules; loaded by the first call. */
export function workerClient(): Promise<WorkerClient> {
  client ??= import("../prediction/worker_client").then(
    ({ openWorker, WorkerClient }) => new WorkerClient(openWorker, predictionStatus),
  );
  return client;
}

async function loadPrediction(): Promise<(needs: OnlineNeeds) => OnlinePrediction> {
  const [{ OnlinePrediction }, worker] = await Promise.all([import("../prediction/online"), workerClient()]);
  return (needs) => {
    const prediction = new OnlinePrediction(worker, needs);
    const { figures } = prediction;
    if (diagnosed) Object.assign(window, { __rumpus: { figures, match: needs.feed, inputs: needs.inputs } });
    return prediction;
  };
}

let renewal: Promise<PageRenewal> | null = null;

/** Has a page of another build than the server's reload when nothing is lost by that. */
async function onServerBuild(build: string, resting: () => boolean): Promise<void> {
  const old = build !== "" && !document.querySelector(`script[src$="/${build}.js"]`);
  // In development the page is no build.
  if (!import.meta.env.PROD || (!old && !renewal)) return;
  renewal ??= import("./page_build").then(
    ({ fetchHomePage, PageRenewal, watchActivity }) =>
      new PageRenewal({
        timers,
        random: Math.random,
        resting,
        busy: watchActivity(),
        homePage: fetchHomePage,
        reloadedFor: () => storage.recall("tab", "build"),
        reload: (newer) => {
          storage.remember("tab", "build", newer);
          location.reload();
        },
      }),
  );
  (await renewal).expect(old ? build : "");
}

/**
 * Reloads the page, once, when what it takes to connect could not be fetched and the server answers: browsers keep that a
 * module failed. Nothing is lost, since there was no connection yet.
 */
async function reloadToConnect(): Promise<void> {
  if (storage.recall("tab", "connect") !== null) return;
  const { ok } = await fetch("/", { cache: "no-store" });
  if (!ok) return;
  storage.remember("tab", "connect", "reloaded");
  location.reload();
}

export const session = new Session({
  connect: connectLater(
    async () => {
      const { SocketConnection } = await import("../net/connection");
      storage.remember("tab", "connect", null);
      return (credentials, on) => new SocketConnection(location.origin, credentials, on);
    },
    () => performance.now(),
    () => void reloadToConnect().catch(() => {}), // the server is away: tried again with the next attempt
  ),
  now: () => performance.now(),
  timers,
  random: Math.random,
  storage,
  page: {
    path: inPage ? location.pathname : "/",
    hidden: () => document.hidden,
    offline: () => navigator.onLine === false,
    isPhone,
    watch: watchPage,
    reload: () => location.reload(),
    // Where it fails, this page is too old to know how.
    serverBuild: (build, resting) => void onServerBuild(build, resting).catch(() => {}),
  },
  loadPrediction: inPage ? loadPrediction : null,
});

if (diagnosed) Object.assign(window, { __session: session });
