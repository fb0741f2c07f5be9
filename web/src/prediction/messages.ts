// What the page and the worker that runs the rules say to each other. Arrays are handed over, not copied.
import type { GameInfo, SchemaInfo } from "../net/types";
import type { Setup } from "./engine";

export interface BotSeat {
  seat: number;
  level: number;
  style: number;
  /** 28 bits. */
  seed: number;
}

export type ToWorker =
  /** Load the rules that lie at `url`, or of the first game listed there; answered by `opened` or `failed`. */
  | { do: "open"; url: string; mailbox: SharedArrayBuffer | null }
  /** Take over a packed match and go on to `until`. What comes back from now on bears `generation`. */
  | { do: "load"; generation: number; packed: Uint8Array; until: number; rows: number[]; words: number[] }
  /** Go on to `until`; `hash` is the state's there, or -1. `words` are tick and word, in turn. */
  | { do: "confirm"; until: number; rows: number[]; words: number[]; hash: number }
  /** Answered by `picture`. The next own input is likely for tick `near` or later; `stamp` comes back. */
  | { do: "look"; first: number; last: number; own: number[]; near: number; stamp: number }
  /** Begin a match of one's own. */
  | { do: "begin"; generation: number; setup: Setup; bots: BotSeat[] }
  /** A person takes the seat from its bot. */
  | { do: "free"; seat: number }
  | { do: "bot"; bot: BotSeat }
  /** Go on to tick `until`; answered by `picture`. */
  | { do: "play"; first: number; until: number; held: number[]; stamp: number };

export type FromWorker =
  | { is: "opened"; url: string; info: GameInfo; schema: SchemaInfo; ms: number }
  /** The rules at `url` are others than those in use, and modules cannot be exchanged: use a new worker. */
  | { is: "outdated"; url: string }
  /** The rules do not run here. */
  | { is: "failed"; reason: string }
  /** Pictures are numbered from 0; `ms` is how long the worker took. */
  | {
      is: "picture";
      number: number;
      generation: number;
      stamp: number;
      numbers: Int32Array<ArrayBuffer>;
      ms: number;
    }
  /** There is a picture in the mailbox. */
  | { is: "post" }
  | { is: "desync"; generation: number; tick: number; hash: number }
  /** What came does not fit the match that is here. */
  | { is: "lost"; generation: number; reason: string };

/** Where the server lists the rules that a browser may run: `{"games": {name: path}}`. */
export const INDEX = "/rules/index.json";
