// Choosing among what the picture offers: by a press on it, by number keys, by steps and a last press. Knows no picture.

/** Something that can be chosen. */
export interface Offer {
  /** Name of the Choose control. */
  control: string;
  index: number;
  name: string;
  can: boolean;
}

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

  /**
   * Steps to the next (1) or last (-1) that can be chosen; says whether there is one. Where none can be, all are gone
   * through: the game says why.
   */
  step(by: number): boolean {
    const all = this.offers();
    if (all.length === 0) return false;
    const can = all.filter((one) => one.can);
    const able = can.length > 0 ? can : all;
    const now = this.current;
    const k = able.findIndex((one) => one.control === now?.control && one.index === now.index);
    const next = k < 0 ? (by > 0 ? 0 : able.length - 1) : (k + by + able.length) % able.length;
    this.point(able[next] ?? null);
    return true;
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
