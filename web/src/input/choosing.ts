// Choosing among what the picture offers: by a press on it, by number keys, by steps and a last press. Knows no picture.

/** Something that can be chosen. */
export interface Offer {
  /** Name of the Choose control. */
  control: string;
  index: number;
  name: string;
  can: boolean;
  /** Of a cell of a board: how many are in a row, at least 1. 0: it is in a list. */
  columns: number;
}

export type Direction = "left" | "right" | "up" | "down";

/** How much nearer a cell of the same column is than one of the next: rows. */
const ASIDE_ROWS = 3;

export class Choosing {
  private at: Offer | null = null;
  private readonly offers: () => readonly Offer[];
  private readonly take: (offer: Offer) => void;
  private readonly show: (offer: Offer | null) => void;

  /**
   * @param offers what can be chosen now, in the order in which it is shown.
   * @param take chooses one.
   * @param show shows which one the steps are at; null: none.
   */
  constructor(
    offers: () => readonly Offer[],
    take: (offer: Offer) => void,
    show: (offer: Offer | null) => void,
  ) {
    this.offers = offers;
    this.take = take;
    this.show = show;
  }

  /** Where the steps are, if that is still offered. */
  get current(): Offer | null {
    const { at } = this;
    if (!at) return null;
    const still = this.offers().find((one) => one.control === at.control && one.index === at.index);
    if (!still) this.point(null);
    return still ?? null;
  }

  /** A pointer or the focus is on an offer; null: on none. */
  point(offer: Offer | null): void {
    const same = offer?.control === this.at?.control && offer?.index === this.at?.index;
    this.at = offer;
    if (!same) this.show(offer);
  }

  /** Steps left or right, and up or down: through a list back and on. Says whether there is anything to choose. */
  go(direction: Direction): boolean {
    if (direction === "left" || direction === "right") return this.step(direction === "right" ? 1 : -1);
    return this.stepRow(direction === "down" ? 1 : -1);
  }

  /**
   * Steps to the next (1) or last (-1) that can be chosen; says whether there is one. Where none can be, all are gone
   * through: the game says why.
   */
  step(by: number): boolean {
    const able = this.able();
    if (able.length === 0) return false;
    const now = this.current;
    const k = able.findIndex((one) => one.control === now?.control && one.index === now.index);
    const next = k < 0 ? (by > 0 ? 0 : able.length - 1) : (k + by + able.length) % able.length;
    this.point(able[next] ?? null);
    return true;
  }

  /** Steps on a board by rows, down (1) or up (-1), as far as it goes; through a list as `step` does. */
  private stepRow(by: number): boolean {
    const now = this.current;
    if (!now?.columns) return this.step(by);
    const { control, columns } = now;
    const row = Math.floor(now.index / columns);
    let next: Offer | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const one of this.able()) {
      if (one.control !== control || one.columns !== columns) continue;
      const rows = (Math.floor(one.index / columns) - row) * by;
      const far = rows + ASIDE_ROWS * Math.abs((one.index % columns) - (now.index % columns));
      if (rows <= 0 || far >= least) continue;
      least = far;
      next = one;
    }
    if (next) this.point(next);
    return true;
  }

  /** What can be chosen; all where nothing can be. */
  private able(): readonly Offer[] {
    const all = this.offers();
    const can = all.filter((one) => one.can);
    return can.length > 0 ? can : all;
  }

  /** Chooses where the steps are; says whether they were anywhere. */
  confirm(): boolean {
    const now = this.current;
    if (now) this.take(now);
    return now !== null;
  }

  /** Chooses the nth, from 1, of what is shown; says whether there is one. */
  nth(n: number): boolean {
    const offer = this.offers()[n - 1];
    if (offer) this.take(offer);
    return offer !== undefined;
  }

  /** Chooses what somebody pressed. What the game does not take now it says itself. */
  press(offer: Offer): void {
    this.take(offer);
  }
}
