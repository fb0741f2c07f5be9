// What a spectator's page keeps of a running match to go back in it: states of the match some seconds apart, and all
// that the server confirmed since the oldest of them. Bounded in time and bytes. Knows no worker and no page.
import type { ConfirmedListener, ConfirmedState } from "../prediction/predictor";
import { ROW } from "../prediction/rpc";

/** One can go back this far at least, once the match has run for so long. */
export const KEPT_S = 75;
const STATE_EVERY_S = 25;
const MOST_STATE_BYTES = 16 << 20;
const MOST_ROWS = 200_000;
/** The kind of a row with an entropy word: ENTROPY of game/rules/match.py. */
const ENTROPY_ROW = 1;

interface Base {
  tick: number;
  packed: Uint8Array<ArrayBuffer>;
}

/** A part of the match that can be shown. */
export interface Stretch {
  first: number;
  last: number;
  snapshot: Uint8Array<ArrayBuffer>;
  /** Entries of ticks `first` to, not including, `last`. */
  rows: Int32Array<ArrayBuffer>;
}

export class LiveHistory implements ConfirmedListener {
  /** The last tick that was confirmed; -1: none yet. */
  last = -1;
  /** Counts restarts: what was kept before one is gone. */
  restarts = 0;
  private readonly tickHz: number;
  private readonly askState: () => Promise<ConfirmedState | null>;
  private bases: Base[] = [];
  private rows: number[] = [];
  private words: number[] = [];
  private asking = false;
  private askedTick = -Infinity;

  /** `askState` answers with the state that was confirmed last when it was called. */
  constructor(tickHz: number, askState: () => Promise<ConfirmedState | null>) {
    this.tickHz = tickHz;
    this.askState = askState;
  }

  /** The first tick that can be shown; -1: none. */
  get first(): number {
    return this.bases[0]?.tick ?? -1;
  }

  /** Bytes of the states that are kept. */
  get bytes(): number {
    return this.bases.reduce((sum, { packed }) => sum + packed.length, 0);
  }

  restarted(tick: number, words: readonly number[]): void {
    this.restarts++;
    this.bases = [];
    this.rows = [];
    this.words = [...words];
    this.last = tick;
    this.askedTick = -Infinity;
    this.ask();
  }

  confirmed(until: number, rows: readonly number[], words: readonly number[]): void {
    if (this.last < 0 || until < this.last) return;
    for (const word of words) this.words.push(word);
    this.merge(until, rows);
    this.last = until;
    this.bound();
    this.ask();
  }

  /** What can be shown now, from the last state at or before `from` on, else from the oldest; null: nothing yet. */
  stretch(from = -1): Stretch | null {
    const base = this.bases.findLast(({ tick }) => tick <= from) ?? this.bases[0];
    if (!base || this.last <= base.tick) return null;
    const rows = this.rowsFrom(base.tick);
    return { first: base.tick, last: this.last, snapshot: base.packed.slice(), rows };
  }

  /** The entries of a tick and of all later ones. */
  rowsFrom(tick: number): Int32Array<ArrayBuffer> {
    let at = this.rows.length;
    while (at > 0 && (this.rows[at - ROW] ?? 0) >= tick) at -= ROW;
    return Int32Array.from(this.rows.slice(at));
  }

  /** Adds rows that rise by tick; an entropy word comes before all else in the step that uses it. */
  private merge(until: number, rows: readonly number[]): void {
    const { words } = this;
    const addWords = (before: number) => {
      while (words.length > 0 && (words[0] ?? 0) < before) {
        const [tick = 0, word = 0] = words.splice(0, 2);
        if (tick >= this.last) this.rows.push(tick, ENTROPY_ROW, 0, word, 0);
      }
    };
    for (let k = 0; k < rows.length; k += ROW) {
      addWords((rows[k] ?? 0) + 1);
      for (let n = 0; n < ROW; n++) this.rows.push(rows[k + n] ?? 0);
    }
    addWords(until);
  }

  private bound(): void {
    const from = this.last - KEPT_S * this.tickHz;
    while ((this.bases[1]?.tick ?? Infinity) <= from) this.dropOldest();
    while (this.bases.length > 0 && (this.bytes > MOST_STATE_BYTES || this.rows.length > MOST_ROWS * ROW))
      this.dropOldest();
  }

  private dropOldest(): void {
    this.bases.shift();
    const first = this.first;
    if (first < 0) {
      this.rows = [];
      return;
    }
    let at = 0;
    while (at < this.rows.length && (this.rows[at] ?? 0) < first) at += ROW;
    this.rows.splice(0, at);
  }

  private ask(): void {
    if (this.asking || this.last - this.askedTick < STATE_EVERY_S * this.tickHz) return;
    this.asking = true;
    this.askedTick = this.last;
    const { restarts, last } = this;
    void this.askState().then((state) => {
      this.asking = false;
      // A state of before a gap has no rows that lead on from it.
      if (restarts !== this.restarts) this.ask();
      else if (state && state.tick >= last && state.tick <= this.last) this.keep(state);
      else this.askedTick = -Infinity;
    });
  }

  private keep({ tick, packed }: ConfirmedState): void {
    this.bases.push({ tick, packed });
    if (this.bases.length === 1) this.rows = [...this.rowsFrom(tick)];
    this.bound();
  }
}
