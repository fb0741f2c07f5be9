import { expect, it } from "vitest";
import type { ConfirmedState } from "../../src/prediction/predictor";
import { KEPT_S, LiveHistory } from "../../src/replay/live_history";

const HZ = 10;
const PRESS = 0;
const ENTROPY = 1;

/** A history whose questions for a state are answered at once by the match at its last tick. */
function historyOf(bytes = 100) {
  const asked: ((state: ConfirmedState | null) => void)[] = [];
  const history = new LiveHistory(HZ, () => new Promise((resolve) => asked.push(resolve)));
  const answer = async (tick = history.last) => {
    asked.shift()?.({ tick, hash: 1, packed: new Uint8Array(bytes) });
    await Promise.resolve();
    await Promise.resolve();
  };
  const play = async (ticks: number, a = 1) => {
    for (let n = 0; n < ticks; n++) {
      const tick = history.last;
      history.confirmed(tick + 1, [tick, PRESS, 0, a, 0], []);
      while (asked.length > 0) await answer();
    }
  };
  return { history, asked, answer, play };
}

it("shows all from the first state on, with the entries that lead to now", async () => {
  const { history, answer } = historyOf();
  history.restarted(40, []);
  expect(history.stretch()).toBeNull();
  await answer();
  history.confirmed(42, [40, PRESS, 1, 2, 0, 41, PRESS, 1, 0, 0], []);
  const stretch = history.stretch();
  expect(stretch?.first).toBe(40);
  expect(stretch?.last).toBe(42);
  expect([...(stretch?.rows ?? [])]).toEqual([40, PRESS, 1, 2, 0, 41, PRESS, 1, 0, 0]);
  expect([...history.rowsFrom(41)]).toEqual([41, PRESS, 1, 0, 0]);
});

it("goes back far enough, and keeps no more than it needs for that", async () => {
  const { history, answer, play } = historyOf();
  history.restarted(0, []);
  await answer();
  await play(600 * HZ);
  const back = (history.last - history.first) / HZ;
  expect(back).toBeGreaterThanOrEqual(KEPT_S);
  expect(back).toBeLessThan(2 * KEPT_S);
  const later = history.stretch(history.last - 5 * HZ);
  expect(later?.first).toBeGreaterThan(history.first);
  expect(later?.first).toBeLessThanOrEqual(history.last - 5 * HZ);
  expect(later?.rows[0]).toBe(later?.first);
  expect(history.stretch()?.rows.length).toBe(5 * (history.last - history.first));
  expect(history.bytes).toBeLessThanOrEqual(600);
});

it("keeps fewer states where they are large", async () => {
  const { history, answer, play } = historyOf(6 << 20);
  history.restarted(0, []);
  await answer();
  await play(200 * HZ);
  expect(history.bytes).toBeLessThanOrEqual(16 << 20);
  expect(history.stretch()).not.toBeNull();
});

it("puts an entropy word before the entries of the step that uses it", async () => {
  const { history, answer } = historyOf();
  history.restarted(0, [1, 77]);
  await answer();
  history.confirmed(1, [0, PRESS, 0, 1, 0], [5, 88]);
  history.confirmed(3, [1, PRESS, 0, 0, 0, 2, PRESS, 0, 1, 0], []);
  history.confirmed(6, [], []);
  expect([...history.rowsFrom(0)]).toEqual(
    [
      [0, PRESS, 0, 1, 0],
      [1, ENTROPY, 0, 77, 0],
      [1, PRESS, 0, 0, 0],
      [2, PRESS, 0, 1, 0],
      [5, ENTROPY, 0, 88, 0],
    ].flat(),
  );
});

it("forgets what was before a gap or of another match, also a state that comes late", async () => {
  const { history, asked, answer, play } = historyOf();
  history.restarted(0, []);
  await answer();
  await play(3 * HZ);
  history.restarted(2, []);
  expect(history.stretch()).toBeNull();
  expect(asked.length).toBe(1);
  history.restarted(7, []);
  await answer(2); // it was asked for before the gap
  expect(history.first).toBe(-1);
  expect(asked.length).toBe(1);
  await answer();
  history.confirmed(9, [], []);
  expect([history.first, history.stretch()?.last]).toEqual([7, 9]);
});

it("asks again where no state came", async () => {
  const { history, asked } = historyOf();
  history.restarted(0, []);
  asked.shift()?.(null);
  await Promise.resolve();
  history.confirmed(1, [], []);
  expect(asked.length).toBe(1);
});
