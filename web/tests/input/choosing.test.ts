import { describe, expect, it } from "vitest";
import { Choosing, type Offer } from "../../src/input/choosing";

const offer = (index: number, can: boolean): Offer => ({
  control: "card",
  index,
  name: `card ${index}`,
  can,
  columns: 0,
});

/** The cells of a board, three in a row; those in `closed` cannot be chosen. */
const board = (cells: number, closed: readonly number[] = []): Offer[] =>
  Array.from({ length: cells }, (_, k) => ({ ...offer(k, !closed.includes(k)), columns: 3 }));

function choosing(offers: Offer[]) {
  const taken: number[] = [];
  const shown: (number | null)[] = [];
  const one = new Choosing(
    () => offers,
    ({ index }) => taken.push(index),
    (at) => shown.push(at?.index ?? null),
  );
  return { one, taken, shown, offers };
}

describe("choosing", () => {
  it("steps around through what can be chosen, and takes it", () => {
    const { one, taken, shown } = choosing([offer(0, true), offer(1, false), offer(2, true)]);
    expect(one.confirm()).toBe(false);
    for (const by of [1, 1, 1, -1]) expect(one.step(by)).toBe(true);
    expect(shown).toEqual([0, 2, 0, 2]);
    expect(one.confirm()).toBe(true);
    expect(taken).toEqual([2]);
  });

  it("begins at the end when it steps back", () => {
    const { one, shown } = choosing([offer(0, true), offer(1, true), offer(2, false)]);
    one.step(-1);
    expect(shown).toEqual([1]);
  });

  it("goes through all where none can be chosen, so that the reason can be asked for", () => {
    const { one, taken, shown } = choosing([offer(0, false), offer(1, false)]);
    one.step(1);
    one.step(1);
    expect(shown).toEqual([0, 1]);
    one.confirm();
    expect(taken).toEqual([1]);
  });

  it("has no step where nothing is offered, so that the keys are free", () => {
    const { one } = choosing([]);
    expect([one.step(1), one.nth(1), one.confirm()]).toEqual([false, false, false]);
  });

  it("takes the nth that is shown", () => {
    const { one, taken } = choosing([offer(5, true), offer(3, false)]);
    expect([one.nth(2), one.nth(3)]).toEqual([true, false]);
    expect(taken).toEqual([3]);
  });

  it("forgets a place that is offered no more", () => {
    const { one, offers, shown, taken } = choosing([offer(0, true)]);
    one.step(1);
    offers.pop();
    expect(one.confirm()).toBe(false);
    expect(shown).toEqual([0, null]);
    expect(taken).toEqual([]);
  });

  it("goes through a board by columns and rows, and stays at its edge", () => {
    const { one, shown } = choosing(board(9));
    for (const way of ["down", "right", "down", "down", "down", "left", "up"] as const)
      expect(one.go(way)).toBe(true);
    // The first step goes to the first cell, whatever its direction.
    expect(shown).toEqual([0, 1, 4, 7, 6, 3]);
  });

  it("goes to the nearest cell of another row where that of the column cannot be chosen", () => {
    const { one, shown } = choosing(board(12, [3, 4, 7, 9, 11]));
    one.go("down");
    one.go("down");
    one.go("down");
    expect(shown).toEqual([0, 6, 10]);
  });

  it("goes through a list by all four arrows", () => {
    const { one, shown } = choosing([offer(0, true), offer(1, true), offer(2, true)]);
    for (const way of ["down", "right", "up", "left"] as const) one.go(way);
    expect(shown).toEqual([0, 1, 0, 2]);
  });

  it("shows a place once", () => {
    const { one, shown } = choosing([offer(0, true)]);
    one.point(offer(0, true));
    one.point(offer(0, true));
    one.point(null);
    one.point(null);
    expect(shown).toEqual([0, null]);
  });
});
