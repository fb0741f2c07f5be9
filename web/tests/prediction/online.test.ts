// When a match of a room is predicted, and when it is shown as it is sent.
import { signal } from "@preact/signals";
import { beforeAll, describe, expect, it } from "vitest";
import type { SendCommand } from "../../src/net/commands";
import { OnlinePrediction } from "../../src/prediction/online";
import type { WorkerClient } from "../../src/prediction/worker_client";
import type { GameInfo, SchemaInfo } from "../../src/protocol.gen";
import { MatchFeed } from "../../src/sync/feed";
import type { InputQueue } from "../../src/sync/input_queue";
import { MatchServer } from "./simulated_network";

describe("prediction of a room's match", () => {
  let info: GameInfo;
  let schema: SchemaInfo;
  beforeAll(async () => {
    const server = new MatchServer();
    ({ info, schema } = await server.ask<{ info: GameInfo; schema: SchemaInfo }>({
      do: "describe",
      game: "trails",
    }));
    server.end();
    info = { ...info, rules: "/rules/trails.json" };
  });

  function room(opens: () => Promise<boolean> = async () => true) {
    const status = signal("idle");
    const said: unknown[] = [];
    const feed = new MatchFeed({ resync: () => {}, acks: () => {}, pong: () => {} });
    feed.begin(schema);
    let answer = { ok: true };
    let resyncs = 0;
    const inputs = new Map<number, InputQueue>();
    const worker = {
      status,
      open: opens,
      post: () => {},
      poll: () => {},
      use: () => 1,
      fail: () => {
        status.value = "failed";
      },
    } as unknown as WorkerClient;
    const prediction = new OnlinePrediction(worker, {
      feed,
      inputs,
      clock: { upLatency: () => 20, serverNow: (at: number) => at } as never,
      lead: { ticks: () => 1, margin: () => {} } as never,
      command: (async (name: string, body: object) => {
        said.push([name, body]);
        return answer;
      }) as unknown as SendCommand,
      resync: () => resyncs++,
      sendHeld: () => {},
      mostStateChars: () => 1000,
    });
    return {
      feed,
      prediction,
      said,
      status,
      inputs,
      refuse: () => {
        answer = { ok: false };
      },
      resyncs: () => resyncs,
    };
  }

  it("is agreed on with the server", async () => {
    const { prediction, feed, said, status } = room();
    await prediction.consider(info);
    expect(said).toEqual([["predict", { on: true, game: "trails" }]]);
    expect(feed.runner).not.toBeNull();
    expect(status.value).toBe("running");
    // No checkpoint has come yet, so nothing is predicted.
    expect(prediction.on).toBe(false);
    expect(await prediction.confirmedState()).toBeNull();
    expect(await prediction.describe()).toBeNull();
  });

  it("is not, without rules, where they do not run, or where the server says no", async () => {
    const plain = room();
    await plain.prediction.consider({ ...info, rules: null } as unknown as GameInfo);
    await plain.prediction.consider(undefined);
    expect([plain.said, plain.feed.runner]).toEqual([[], null]);
    const old = room(async () => false);
    await old.prediction.consider(info);
    expect([old.said, old.feed.runner]).toEqual([[], null]);
    const refused = room();
    refused.refuse();
    await refused.prediction.consider(info);
    expect([refused.feed.runner, refused.status.value]).toEqual([null, "idle"]);
  });

  it("goes by the latest room, and keeps what it shows over another connection", async () => {
    const waiting: ((open: boolean) => void)[] = [];
    const { prediction, feed, said } = room(() => new Promise((resolve) => waiting.push(resolve)));
    const [first, second] = [prediction.consider(info), prediction.consider(info)];
    waiting[0]?.(true);
    waiting[1]?.(true);
    await Promise.all([first, second]);
    expect(said).toHaveLength(1);
    const { runner } = feed;
    const again = prediction.consider(info);
    waiting[2]?.(true);
    await again;
    expect(feed.runner).toBe(runner);
  });

  it("ends with the worker, and tells the server so once", async () => {
    const { prediction, feed, said, status } = room();
    await prediction.consider(info);
    status.value = "failed";
    expect(feed.runner).toBeNull();
    expect(said.at(-1)).toEqual(["predict", { on: false }]);
    status.value = "idle";
    status.value = "failed";
    expect(said).toHaveLength(2);
  });
});
