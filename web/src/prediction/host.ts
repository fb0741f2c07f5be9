// The page's end of the worker: starts it, loads a game's rules into it, hands its answers to whoever is
// using it now (a match of a room, or practice). There is one worker a page.

import type { GameInfo, SchemaInfo } from "../net/types";
import { Mailbox } from "./mailbox";
import type { FromWorker, ToWorker } from "./messages";
import { INDEX } from "./messages";
import { rulesStatus, rulesTrouble } from "./status";

/** What comes with the rules of a game. */
export interface Opened {
  info: GameInfo;
  schema: SchemaInfo;
}

export type Answer = Exclude<
  FromWorker,
  { is: "opened" } | { is: "outdated" } | { is: "failed" } | { is: "post" }
>;

/** The other end of a line to a worker; in tests a desk of the same thread. */
export interface Line {
  post(order: ToWorker): void;
  end(): void;
}
export type OpenLine = (hear: (message: FromWorker) => void, failed: (reason: string) => void) => Line;

const OPEN_TIMEOUT_MS = 30_000;

/** A worker of this page. */
export const openWorker: OpenLine = (hear, failed) => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "rules" });
  worker.onmessage = (event: MessageEvent<FromWorker>) => hear(event.data);
  worker.onerror = (event) => failed(event.message || "the worker could not be loaded");
  return { post: (order) => worker.postMessage(order), end: () => worker.terminate() };
};

export class Host {
  /** The game whose rules were loaded last. */
  game: Opened | null = null;
  private line: Line | null = null;
  private opened = "";
  private opening: { url: string; done: Promise<boolean>; settle: (well: boolean) => void } | null = null;
  private user: ((answer: Answer) => void) | null = null;
  private generation = 0;
  private mailbox: Mailbox | null = null;
  /** The number of the next picture. */
  private next = 0;
  private openLine: OpenLine;

  constructor(openLine: OpenLine = openWorker) {
    this.openLine = openLine;
  }

  /** Loads the rules at `url`, if they are not there yet; says whether they run. */
  open(url: string): Promise<boolean> {
    if (this.opened === url) return Promise.resolve(true);
    if (rulesStatus.peek() === "failed") return Promise.resolve(false);
    if (this.opening?.url === url) return this.opening.done;
    this.opening?.settle(false); // nobody waits for those any more
    rulesStatus.value = "loading";
    let settle = (_well: boolean) => {};
    const done = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    this.opening = { url, done, settle };
    const timer = setTimeout(() => this.failed("the rules took too long to load"), OPEN_TIMEOUT_MS);
    void done.then(() => clearTimeout(timer));
    this.dial(url);
    return done;
  }

  private dial(url: string): void {
    try {
      this.line ??= this.openLine(
        (message) => this.hear(message),
        (reason) => this.failed(reason),
      );
      if (Mailbox.possible) this.mailbox ??= new Mailbox();
      this.line.post({ do: "open", url, mailbox: this.mailbox?.buffer ?? null });
    } catch (error) {
      this.failed(String(error));
    }
  }

  private hangUp(): void {
    this.opened = "";
    this.line?.end();
    this.line = null;
    this.mailbox = null;
    this.next = 0;
  }

  private hear(message: FromWorker): void {
    if (message.is === "failed") {
      this.failed(message.reason);
    } else if (message.is === "opened") {
      const { url, info, schema } = message;
      this.opened = url;
      this.game = { info, schema };
      if (!this.opening || (this.opening.url !== url && this.opening.url !== INDEX)) return;
      rulesStatus.value = "ready";
      this.opening.settle(true);
      this.opening = null;
    } else if (message.is === "outdated") {
      this.hangUp();
      this.dial(message.url);
    } else if (message.is === "post") {
      this.poll();
    } else {
      this.poll();
      if (message.is === "picture") {
        this.next = message.number + 1;
        this.mailbox?.skip(message.number);
      }
      this.hand(message);
    }
  }

  /** Hands over the pictures that are in the mailbox; call it once an animation frame. */
  poll(): void {
    const { mailbox } = this;
    for (let picture = mailbox?.take(this.next); picture; picture = mailbox?.take(this.next)) {
      this.next = picture.number + 1;
      this.hand(picture);
    }
  }

  private hand(answer: Answer): void {
    if (answer.generation === this.generation) this.user?.(answer);
  }

  /** The rules do not run here: from now on they are not asked for. */
  failed(reason: string): void {
    console.warn(`The rules do not run in this browser: ${reason}`);
    rulesStatus.value = "failed";
    rulesTrouble.value = reason;
    this.hangUp();
    this.opening?.settle(false);
    this.opening = null;
  }

  /** From now on `user` hears the answers; those to older questions are dropped. Returns the generation. */
  use(user: (answer: Answer) => void): number {
    this.user = user;
    return ++this.generation;
  }

  post(order: ToWorker): void {
    this.line?.post(order);
  }
}

/** The page's worker. */
export const host = new Host();
