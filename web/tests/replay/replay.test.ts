import { beforeAll, describe, expect, it } from "vitest";
import type { Bundle } from "../../src/prediction/engine";
import type { Entity } from "../../src/sync/state";
import { documentOf, recorded, recordingOf, start, TestWorker } from "./recorded";

describe("a replay", () => {
  let rules: Bundle;
  const from = recorded("trails-5-pure");
  beforeAll(async () => {
    rules = await documentOf("trails");
  }, 30_000);

  it("plays in real time with all events, and ends with the record's hash", async () => {
    const { replay, frames, arrive, happened } = await start(recordingOf(from, rules, 300));
    arrive();
    expect(replay.tick.value).toBe(0);
    expect(happened).toEqual([]);
    replay.play();
    frames(60 * 5);
    expect(replay.tick.value).toBeGreaterThan(30 * 5 - 6);
    expect(replay.tick.value).toBeLessThanOrEqual(30 * 5);
    expect(happened.slice(0, 3)).toEqual(["beat", "beat", "go"]);
    frames(60 * 6);
    expect(replay.tick.value).toBe(300);
    expect(replay.playing.value).toBe(false);
    expect(replay.survey.right.value).toBe(true);
    expect(replay.problem.value).toBeNull();
  }, 60_000);

  it("shows the same at a tick, whether it was played, sought from before or from behind, or stepped to", async () => {
    const { replay, frames, arrive, surveyed, state, happened } = await start(recordingOf(from, rules, 600));
    arrive();
    const played = new Map<number, string>();
    replay.speed.value = 2;
    replay.play();
    for (let k = 0; k < 60 * 12 && replay.tick.value < 600; k++) {
      frames(1);
      const shown = replay.feed.runner as unknown as { played: number };
      played.set(shown.played, state());
    }
    surveyed();
    const told = happened.length;
    const ticks = [...played.keys()].filter((tick) => tick > 90).slice(0, -1);
    for (const at of [0.9, 0.2, 0.21, 0.6, 0.05, 0.99]) {
      const tick = ticks[Math.floor(at * (ticks.length - 1))]!;
      replay.seek(tick);
      arrive();
      expect(replay.tick.value).toBe(tick);
      expect(state()).toBe(played.get(tick));
    }
    const tick = ticks[40]!;
    replay.seek(tick + 1);
    arrive();
    replay.step(-1);
    arrive();
    expect(state()).toBe(played.get(tick));
    replay.step(-1);
    replay.step(1);
    arrive();
    expect(state()).toBe(played.get(tick));
    expect(happened.length, "nothing is heard while seeking").toBe(told);
  }, 60_000);

  it.each([0.5, 4, 8])(
    "plays at %d×",
    async (speed) => {
      const { replay, frames, arrive } = await start(recordingOf(from, rules, 600));
      arrive();
      replay.speed.value = speed;
      replay.play();
      frames(60);
      expect(Math.abs(replay.tick.value - 30 * speed)).toBeLessThan(3 + 2 * speed);
    },
    60_000,
  );

  it("finds marks with their seats, in the order of time", async () => {
    const { replay, surveyed } = await start(recordingOf(from, rules));
    surveyed();
    const marks = replay.marks.value;
    expect(marks.some(({ kind, seat }) => kind === "out" && seat >= 0)).toBe(true);
    expect(marks.map(({ tick }) => tick)).toEqual(marks.map(({ tick }) => tick).sort((a, b) => a - b));
  }, 60_000);

  it("jumps to the end before it is surveyed, once it is", async () => {
    const { replay, arrive } = await start(recordingOf(from, rules, 600));
    replay.seek(600);
    expect(replay.tick.value).toBe(600);
    arrive();
    expect((replay.feed.runner as unknown as { played: number }).played).toBe(600);
  }, 60_000);

  it("shows the last of many jumps", async () => {
    const { replay, player, surveyed, arrive, frames } = await start(recordingOf(from, rules, 600));
    surveyed();
    player.requests.length = 0;
    for (let tick = 590; tick > 100; tick -= 5) replay.seek(tick);
    frames(1);
    replay.seek(333);
    arrive();
    expect(replay.tick.value).toBe(333);
    expect(player.requests.filter(({ call }) => call === "watch").length).toBeLessThan(6);
  }, 60_000);

  it("gives the match at a tick as bytes, and goes on surveying", async () => {
    const { replay, surveyor, arrive, surveyed, frames } = await start(recordingOf(from, rules, 600));
    arrive();
    frames(3);
    const wanted = replay.snapshotAt(37);
    let bytes: Uint8Array | null = null;
    void wanted.then((found) => {
      bytes = found;
    });
    for (let k = 0; k < 50 && !bytes; k++) {
      frames(1);
      await Promise.resolve();
    }
    expect(bytes!.length).toBeGreaterThan(100);
    surveyed();
    expect(replay.survey.right.value).toBe(true);
    surveyor.post({ call: "load", generation: 99, packed: bytes!, until: 37, rows: [], words: [] });
    expect(replay.rowsBetween(0, 31).length % 5).toBe(0);
    expect(replay.rowsBetween(0, 31)[0]).toBe(0);
  }, 60_000);

  it("says that its end is another than the record's", async () => {
    const recording = recordingOf(from, rules, 120);
    const { replay, surveyed } = await start({ ...recording, finalHash: recording.finalHash ^ 1 });
    surveyed();
    expect(replay.survey.right.value).toBe(false);
  }, 60_000);

  it("says that the rules refuse the journal", async () => {
    const recording = recordingOf(from, rules, 120);
    const rows = Int32Array.from([40, 0, 900, 1, 0]); // no seat 900
    const { replay, arrive, frames } = await start({ ...recording, rows });
    arrive();
    replay.play();
    frames(60 * 3);
    expect(replay.problem.value).toBe("broken");
  }, 60_000);

  it("ends workers that do not answer any more", async () => {
    const { replay, player, surveyor, arrive, wait } = await start(recordingOf(from, rules, 120));
    arrive();
    player.deliver = () => false;
    replay.seek(60);
    wait(19_000);
    expect(replay.problem.value).toBeNull();
    wait(2000);
    expect(replay.problem.value).toBe("slow");
    expect(replay.seeking.value).toBe(false);
    expect([player.ended, surveyor.ended]).toEqual([true, true]);
  }, 60_000);
});

describe("the worker", () => {
  it("stops on the way when its budget is used up", async () => {
    const from = recorded("trails-5-pure");
    let now = 0;
    // Each look at the clock says that 30 ms have passed.
    const worker = await new TestWorker(await documentOf("trails"), () => {
      now += 30;
      return now;
    }).open();
    const { rows, setup } = recordingOf(from, await documentOf("trails"));
    const found: number[] = [];
    const generation = worker.use((reply) => {
      if (reply.reply === "ran") found.push(reply.tick);
    });
    worker.post({ call: "begin", generation, setup: setup!, bots: [] });
    worker.post({ call: "run", until: 600, rows, hash: -1, budget: 100 });
    worker.deliver();
    expect(found[0]).toBeGreaterThan(0);
    expect(found[0]).toBeLessThan(40);
  }, 60_000);
});

describe("a replay of secrets", () => {
  it("shows what each seat had picked", async () => {
    const from = recorded("thumbs-2-classic");
    const { replay, surveyed, arrive, frames } = await start(recordingOf(from, await documentOf("thumbs")));
    surveyed();
    const seen = new Set<number>();
    for (let tick = 0; tick < from.ticks; tick += 10) {
      replay.seek(tick);
      arrive();
      frames(1);
      for (const one of (replay.secrets?.players ?? []) as Entity[]) seen.add(one.pick as number);
    }
    expect(seen.size).toBeGreaterThan(1);
    expect(replay.marks.value.filter(({ kind }) => kind === "round").length).toBeGreaterThan(1);
    expect(replay.problem.value).toBeNull();
  }, 60_000);
});
