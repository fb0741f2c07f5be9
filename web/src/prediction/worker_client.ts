// The page's end of the worker that runs the rules: starts it, loads a game's rules into it, and passes its replies to
// the one user of the moment (a match of a room, or practice). rpc.ts has the messages and the worker's end.
import type { Signal } from "@preact/signals";
import type { GameInfo, SchemaInfo } from "../protocol.gen";
import { INDEX, Mailbox, type MatchReply, type Reply, type Request, type RulesDocument } from "./rpc";

/**
 * Whether this browser runs the rules. "off": nothing asked for them yet; "ready": loaded; "running": matches are
 * predicted here; "failed": the browser cannot run them, or they did not load, and matches are shown as sent.
 */
export type PredictionStatus = "off" | "loading" | "ready" | "running" | "failed";

/** What comes with the rules of a game. */
export interface OpenedGame {
  info: GameInfo;
  schema: SchemaInfo;
}

/** A channel to a worker; in tests to a server in the same thread. */
export interface Channel {
  post(request: Request): void;
  end(): void;
}
export type OpenChannel = (hear: (reply: Reply) => void, failed: (reason: string) => void) => Channel;

const OPEN_TIMEOUT_MS = 30_000;

/** Starts a worker of this page. */
export const openWorker: OpenChannel = (hear, failed) => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "rules" });
  worker.onmessage = (event: MessageEvent<Reply>) => hear(event.data);
  worker.onerror = (event) => failed(event.message || "the worker could not be loaded");
  return { post: (request) => worker.postMessage(request), end: () => worker.terminate() };
};

export class WorkerClient {
  readonly status: Signal<PredictionStatus>;
  /** The game whose rules were loaded last. */
  game: OpenedGame | null = null;
  /** Why they failed; "": they did not. */
  reason = "";
  private readonly openChannel: OpenChannel;
  private channel: Channel | null = null;
  private openedUrl = "";
  private opening: {
    url: string;
    document: RulesDocument | undefined;
    done: Promise<boolean>;
    settle: (well: boolean) => void;
  } | null = null;
  private user: ((reply: MatchReply) => void) | null = null;
  private generation = 0;
  private mailbox: Mailbox | null = null;
  /** The number of the next snapshot. */
  private next = 0;

  constructor(openChannel: OpenChannel, status: Signal<PredictionStatus>) {
    this.openChannel = openChannel;
    this.status = status;
  }

  /**
   * Loads the rules at `url` unless they are loaded; the answer is whether they run.
   *
   * @param document What is at `url`, if the page has it already.
   */
  open(url: string, document?: RulesDocument): Promise<boolean> {
    if (this.openedUrl === url) return Promise.resolve(true);
    if (this.status.peek() === "failed") return Promise.resolve(false);
    if (this.opening?.url === url) return this.opening.done;
    this.opening?.settle(false); // other rules are wanted by now
    this.status.value = "loading";
    let settle = (_well: boolean) => {};
    const done = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    this.opening = { url, document, done, settle };
    const timer = setTimeout(() => this.fail("the rules took too long to load"), OPEN_TIMEOUT_MS);
    void done.then(() => clearTimeout(timer));
    this.request(url, document);
    return done;
  }

  private request(url: string, document?: RulesDocument): void {
    try {
      this.channel ??= this.openChannel(
        (reply) => this.hear(reply),
        (reason) => this.fail(reason),
      );
      if (Mailbox.possible) this.mailbox ??= new Mailbox();
      const mailbox = this.mailbox?.buffer ?? null;
      this.channel.post({ call: "open", url, mailbox, ...(document ? { document } : {}) });
    } catch (error) {
      this.fail(String(error));
    }
  }

  private endWorker(): void {
    this.openedUrl = "";
    this.channel?.end();
    this.channel = null;
    this.mailbox = null;
    this.next = 0;
  }

  private hear(reply: Reply): void {
    switch (reply.reply) {
      case "failed":
        this.fail(reply.reason);
        return;
      case "opened":
        this.onOpened(reply.url, reply);
        return;
      case "outdated":
        this.endWorker();
        this.request(reply.url, this.opening?.url === reply.url ? this.opening.document : undefined);
        return;
      case "mail":
        this.poll();
        return;
      case "snapshot":
        this.poll();
        this.next = reply.number + 1;
        this.mailbox?.skip(reply.number);
        this.pass(reply);
        return;
      default:
        this.poll();
        this.pass(reply);
    }
  }

  private onOpened(url: string, { info, schema }: OpenedGame): void {
    this.openedUrl = url;
    this.game = { info, schema };
    if (!this.opening || (this.opening.url !== url && this.opening.url !== INDEX)) return;
    this.status.value = "ready";
    this.opening.settle(true);
    this.opening = null;
  }

  /** Passes on the snapshots that are in the mailbox; call it once an animation frame. */
  poll(): void {
    const { mailbox } = this;
    for (let snapshot = mailbox?.take(this.next); snapshot; snapshot = mailbox?.take(this.next)) {
      this.next = snapshot.number + 1;
      this.pass(snapshot);
    }
  }

  private pass(reply: MatchReply): void {
    if (reply.generation === this.generation) this.user?.(reply);
  }

  /** The rules do not run in this browser: they are not asked for again. */
  fail(reason: string): void {
    console.warn(`The rules do not run in this browser: ${reason}`);
    this.reason = reason;
    this.status.value = "failed";
    this.endWorker();
    this.opening?.settle(false);
    this.opening = null;
  }

  /** The worker is not needed any more; it may be asked to open rules again. */
  end(): void {
    this.endWorker();
    this.user = null;
    this.opening?.settle(false);
    this.opening = null;
  }

  /** Passes replies to `user` from now on, and drops those to older requests. Returns the generation. */
  use(user: (reply: MatchReply) => void): number {
    this.user = user;
    return ++this.generation;
  }

  post(request: Request): void {
    this.channel?.post(request);
  }
}
