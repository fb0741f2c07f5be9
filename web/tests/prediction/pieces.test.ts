import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import type { Scene } from "../../src/games/game_renderer";
import { drawPredicted } from "../../src/games/predicted_trail";
import { Ring } from "../../src/prediction/diagnostics";
import { DisplayClock } from "../../src/prediction/display_clock";
import { SnapshotReader } from "../../src/prediction/render_snapshot";
import { Mailbox, type Reply, type Request, type SnapshotReply } from "../../src/prediction/rpc";
import { type PredictionStatus, WorkerClient } from "../../src/prediction/worker_client";
import type { GameInfo, SchemaInfo } from "../../src/protocol.gen";
import { isCheckpoint, isForRules, openCheckpoint, openEntries } from "../../src/sync/entries";
import { crc32 } from "../../src/sync/frame";
import { InputQueue } from "../../src/sync/input_queue";
import { Schema } from "../../src/sync/schema";
import { type Entity, Series } from "../../src/sync/state";
import { DecodeError } from "../../src/sync/varint";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function sealed(hex: string): Uint8Array {
  const body = bytes(hex);
  const check = crc32(body, body.length) & 0xffff;
  return Uint8Array.of(...body, check & 255, check >> 8);
}

describe("frames of entries", () => {
  it("may tell only that time went by", () => {
    expect(openEntries(bytes("0508"), 8)).toEqual({
      advance: 8,
      hash: -1,
      margins: [],
      entropy: null,
      rows: [],
    });
  });

  it("tell presses, each in the seat's few bits", () => {
    // seat 5 of 8 holds buttons 2: (2 << 3 | 5) << 1
    expect(openEntries(bytes("05012a"), 8).rows).toEqual([-1, 0, 5, 2, 0]);
    // seat 1 of 2: (2 << 1 | 1) << 1
    expect(openEntries(bytes("05010a"), 2).rows).toEqual([-1, 0, 1, 2, 0]);
  });

  it("tell hash, margins, chance, and entries of several ticks of every kind", () => {
    const frame = openEntries(
      bytes("f5 03 78563412 01 02 03 05 04030201 02 2a 00 45 06 05".replaceAll(" ", "")),
      8,
    );
    expect(frame).toEqual({
      advance: 3,
      hash: 0x12345678,
      margins: [{ seat: 2, margin: -2 }],
      entropy: { ahead: 5, word: 0x01020304 },
      // a press two ticks back; then (4 << 3 | 2) << 1 | 1: kind 2 at seat 4, a 3, b -3
      rows: [-3, 0, 5, 2, 0, -1, 2, 4, 3, -3],
    });
  });

  it("are refused when they are cut short, reach too far back or are of no kind", () => {
    for (const wrong of ["05", "1501ff", "450102", "45010100", "05010d0000", "0501ff"])
      expect(() => openEntries(bytes(wrong), 8), wrong).toThrow(DecodeError);
  });

  it("are known from others by their first byte", () => {
    expect([isForRules(bytes("f501")), isForRules(bytes("07")), isForRules(bytes("01"))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isForRules(new Uint8Array(0))).toBe(false);
    expect(isCheckpoint(bytes("07"))).toBe(true);
  });

  it("of a checkpoint tell the match, what came since, and chance", () => {
    // epoch 1, tick 100, due at 5000; one ack; chance in 3 ticks; 2 bytes; rows at 98 and 99
    const frame = sealed(
      "07 01 64 8827 01 010402 04 efbeadde 02 aabb c401 04 00040400 0a 04020000 02 02 02000000".replaceAll(
        " ",
        "",
      ),
    );
    expect(openCheckpoint(frame)).toEqual({
      epoch: 1,
      tick: 100,
      at: 5000,
      acks: [{ seat: 1, seq: 4, margin: 1 }],
      entropy: { ahead: 3, word: 0xdeadbeef },
      packed: bytes("aabb"),
      rows: [98, 0, 2, 2, 0, 98, 2, 1, 0, 0, 99, 1, 0, 0, 0],
    });
    frame[5]! ^= 1;
    expect(() => openCheckpoint(frame)).toThrow(DecodeError);
  });
});

const walk: SchemaInfo = {
  version: 1,
  game: "walk",
  tick_hz: 30,
  root: "Field",
  entities: {
    Field: [
      { name: "phase", kind: "choice", names: ["count", "live"] },
      { name: "title", kind: "text" },
      { name: "cells", kind: "grid", width: "phase" },
      { name: "walkers", kind: "entities", of: "Walker" },
    ],
    Walker: [
      { name: "x", kind: "fixed", frac: 8 },
      { name: "alive", kind: "flag" },
      { name: "bag", kind: "ints" },
      { name: "trail", kind: "track", columns: ["x"], when: "alive" },
    ],
  },
  events: [{ name: "bump", args: ["seat"] }],
};
const FRESH = 3;
const SAME = 1;

/** A picture of one walker (id 4) at tick `confirmed`, whose x at each tick from then on is in `path`. */
function picture(
  flags: number,
  confirmed: number,
  path: number[],
  more: { rows?: number[]; counts?: number[] } = {},
) {
  const rows = more.rows ?? [];
  const last = confirmed + path.length - 1;
  const state = [1, 2, 0x6968, -1, 1, 4, path[0]!, 1, 2, 7, 8, 0, 0];
  const paths = [2, ...path.flatMap((x, k) => [x, more.counts?.[k] ?? 0]), rows.length, ...rows];
  return Int32Array.from([
    flags,
    confirmed,
    confirmed,
    last,
    1,
    3,
    confirmed,
    0,
    9,
    ...(flags ? state : []),
    ...paths,
  ]);
}

describe("the reader of render snapshots", () => {
  const corrections: [number, boolean][] = [];
  const make = () => {
    corrections.length = 0;
    return new SnapshotReader(new Schema(walk), (_, units, snapped) => corrections.push([units, snapped]));
  };
  const walker = (reader: SnapshotReader) => (reader.state!.walkers as Entity[])[0]!;
  const shown = (reader: SnapshotReader, tick: number, now: number) => {
    const part = reader.pose(tick, now);
    const { x, was } = walker(reader);
    return (was.x! + ((x as number) - was.x!) * part) / 256;
  };

  it("holds what is confirmed and tells what happened", () => {
    const reader = make();
    const { events, over } = reader.read(picture(FRESH, 10, [0, 256]), 10, 0);
    expect(events).toEqual([[10, 0, 9]]);
    expect(over).toBe(false);
    const { phase, title } = reader.state!;
    expect([phase, title, walker(reader).id, walker(reader).bag]).toEqual([1, "hi", 4, [7, 8]]);
    expect([reader.confirmed, reader.last, reader.fresh]).toEqual([10, 11, 1]);
  });

  it("moves things along their paths, and not beyond what is known", () => {
    const reader = make();
    reader.read(picture(FRESH, 10, [0, 256, 1024]), 10, 0);
    expect([10, 10.5, 11, 11.75, 12, 15, 3].map((tick) => shown(reader, tick, 0))).toEqual([
      0, 0.5, 1, 3.25, 4, 4, 0,
    ]);
  });

  it("draws a corrected thing over to its right place within 100 ms", () => {
    const reader = make();
    reader.read(picture(FRESH, 10, [0, 0, 0, 0, 0]), 12, 1000);
    reader.read(picture(SAME, 11, [0, 512, 1024, 1024]), 13, 1000);
    expect(corrections).toEqual([[4, false]]);
    expect(shown(reader, 13, 1000)).toBe(0);
    expect(shown(reader, 13, 1050)).toBe(2);
    expect(shown(reader, 13, 1100)).toBe(4);
    // A second correction starts from where it is drawn then.
    reader.read(picture(SAME, 12, [512, 0, 0]), 13, 1050);
    expect(corrections.length).toBe(2);
    expect(shown(reader, 13, 1050)).toBe(2);
  });

  it("puts a thing right at once when it is far off", () => {
    const reader = make();
    reader.read(picture(FRESH, 10, [0, 0, 0]), 11, 1000);
    reader.read(picture(SAME, 11, [256 * 25, 256 * 25]), 11, 1000);
    expect(corrections).toEqual([[25, true]]);
    expect(shown(reader, 11, 1000)).toBe(25);
  });

  it("shows as much foreseen ink as there is at the tick shown", () => {
    const reader = make();
    reader.read(picture(FRESH, 10, [0, 256, 512, 768], { rows: [256, 512], counts: [0, 1, 1, 2] }), 10, 0);
    const trail = walker(reader).trail as Series;
    const seen = [10.5, 11.5, 12.5].map((tick) => {
      reader.pose(tick, 0);
      return [trail.predictedRows, trail.reaching];
    });
    expect(seen).toEqual([
      [0, true],
      [1, false],
      [1, true],
    ]);
  });

  it("keeps those where they were who are foreseen to begin anew elsewhere", () => {
    const reader = make();
    reader.read(picture(FRESH, 10, [0, 256, 9000, 9256], { counts: [0, 0, -1, -1] }), 10, 0);
    expect(shown(reader, 13, 0)).toBe(1);
  });
});

/** A picture of two walkers, 4 and 5, whose x at each tick from `confirmed` on are in `mine` and `theirs`, in units. */
function two(flags: number, confirmed: number, mine: number[], theirs: number[]) {
  const state = [1, 2, 0x6968, -1, 2, 4, mine[0]! * 256, 1, 0, 0, 0, 5, theirs[0]! * 256, 1, 0, 0, 0];
  const paths = [4, ...mine.flatMap((x, k) => [x * 256, 0, theirs[k]! * 256, 0]), 0, 0];
  const head = [flags, confirmed, confirmed, confirmed + mine.length - 1, 0];
  return Int32Array.from([...head, ...(flags ? state : []), ...paths]);
}

describe("the heads of others", () => {
  const corrections: [number, number][] = [];
  const make = () => {
    corrections.length = 0;
    return new SnapshotReader(
      new Schema(walk),
      (entity, units) => corrections.push([entity.id, units]),
      (entity) => entity.id === 4,
    );
  };
  const steps = (from: number, count: number, start = 0) =>
    Array.from({ length: count }, (_, k) => start + from + k);
  /** Where walker number `k` is drawn after some seconds in which word always came 4 ticks after its tick. */
  function drawn(reader: SnapshotReader, theirs: number, k: number): number {
    for (let tick = 10; tick < 100; tick++) {
      const flags = tick === 10 ? FRESH : SAME;
      reader.read(two(flags, tick, steps(tick, 8), steps(tick, 8, theirs)), tick + 4, tick * 33);
      for (const part of [0, 0.5]) reader.pose(tick + 4 + part, tick * 33);
    }
    reader.pose(103, 3300);
    const walker = (reader.state!.walkers as Entity[])[k]!;
    return walker.was.x as number;
  }

  it("are late by the time that is predicted when they are far from the own one", () => {
    expect(drawn(make(), 1000, 1) / 256).toBeCloseTo(1000 + 103 - 3.5);
  });

  it("are late by less when they are near, and the own one never is", () => {
    expect(drawn(make(), 20, 1) / 256).toBeCloseTo(20 + 103 - 1.6);
    expect(drawn(make(), 20, 0) / 256).toBe(103);
  });

  it("are not corrected for a turn that was not shown yet", () => {
    const reader = make();
    drawn(reader, 1000, 1);
    corrections.length = 0;
    const turned = steps(100, 8, 1000).map((x, k) => (k < 1 ? x : x + 5 * k));
    reader.read(two(SAME, 100, steps(100, 8), turned), 104, 3333);
    // Shown at tick 104 it would be 20 units off.
    expect(corrections.filter(([id]) => id === 5).map(([, units]) => units)).toEqual([2.5]);
  });

  it("are never late from the moment on when one of them becomes the own one", () => {
    let own = 4;
    const reader = new SnapshotReader(
      new Schema(walk),
      () => {},
      (entity) => entity.id === own,
    );
    expect(drawn(reader, 1000, 1) / 256).toBeCloseTo(1000 + 103 - 3.5);
    own = 5;
    reader.pose(103.5, 3316);
    const walker = (reader.state!.walkers as Entity[])[1]!;
    expect(walker.was.x! / 256).toBe(1103);
  });

  it("are shown where everything else is in a practice or replay", () => {
    const reader = new SnapshotReader(new Schema(walk));
    expect(drawn(reader, 1000, 1) / 256).toBe(1103);
  });
});

describe("the display clock", () => {
  it("goes with its goal, at most 3 % faster or slower, and jumps only over a chasm", () => {
    const clock = new DisplayClock();
    expect(clock.advance(100, 0, 33)).toBe(100);
    expect(clock.advance(101, 33, 33)).toBeCloseTo(101);
    expect(clock.advance(104, 66, 33)).toBeCloseTo(102.03);
    expect(clock.advance(101, 99, 33)).toBeCloseTo(103.0, 0);
    expect(clock.advance(500, 132, 33)).toBe(500);
  });
});

describe("own inputs", () => {
  it("are applied in order, whatever else happens to the seat", () => {
    const own = new InputQueue(3);
    own.hold(1, 10);
    own.hold(0, 12);
    const waiting = () => {
      const out: number[] = [];
      own.pendingInto(out);
      return out;
    };
    expect(waiting()).toEqual([3, 10, 1, 0, 3, 12, 0, 0]);
    own.applied(0);
    expect(waiting().length).toBe(8);
    own.applied(1);
    expect(waiting()).toEqual([3, 12, 0, 0]);
    expect([own.stuck(80), own.stuck(100)]).toEqual([false, true]);
  });

  it("are counted anew as the server counts them", () => {
    const own = new InputQueue(0);
    own.hold(1, 10);
    own.acknowledged(1, false);
    own.hold(0, 12);
    own.acknowledged(0, true);
    expect([...own.message(0, 12)]).toEqual([1, 0, 1, 1, 24, 0]);
  });
});

describe("foreseen ink", () => {
  function drawn(rows: number[], newer: number[], count: number, reaching: boolean): string[] {
    const strokes: string[] = [];
    let points: number[] = [];
    const top = {
      lineWidth: 0,
      beginPath: () => {
        points = [];
      },
      moveTo: (x: number, y: number) => points.push(x, y),
      lineTo: (x: number, y: number) => points.push(x, y),
      stroke: () => strokes.push(`${top.lineWidth}: ${points.join(" ")}`),
    };
    const camera = { scale: 2, x: (x: number) => x * 2, y: (_: number, y: number) => y * 2 };
    const series = new Series(3);
    for (let k = 0; k < rows.length; k += 3) series.data.set(rows.slice(k, k + 3), series.grow());
    series.predicted = Int32Array.from(newer);
    series.predictedRows = count;
    series.reaching = reaching;
    drawPredicted({ top, camera } as unknown as Scene, series, 1, 99, 98);
    return strokes;
  }

  it("goes on from the certain ink to the head, as wide as the pen", () => {
    expect(drawn([0, 0, 0, 1, 0, 10], [2, 0, 10, 3, 0, 10], 1, true)).toEqual(["10: 2 0 4 0 99 98"]);
  });

  it("leaves gaps where the pen was up, and reaches for no row that is a start", () => {
    expect(drawn([1, 0, 10], [2, 0, 10, 5, 0, 0, 6, 0, 20], 3, false)).toEqual([
      "10: 2 0 4 0",
      "20: 10 0 12 0",
    ]);
    expect(drawn([1, 0, 10], [5, 0, 0], 0, true)).toEqual([]);
  });
});

const info = {
  name: "walk",
  seats: [2, 3],
  tick_hz: 30,
  options: [],
  bot_styles: ["Ann", "Bob"],
} as unknown as GameInfo;

describe("the worker client", () => {
  it("opens rules once, hears only answers to the newest question, and gives up for good", async () => {
    const posted: Request[] = [];
    let ended = 0;
    let hear: (reply: Reply) => void = () => {};
    const status = signal<PredictionStatus>("off");
    const client = new WorkerClient((listener) => {
      hear = listener;
      return { post: (request) => posted.push(request), end: () => ended++ };
    }, status);
    const [one, two] = [client.open("/rules/a.json"), client.open("/rules/a.json")];
    expect(posted).toEqual([{ call: "open", url: "/rules/a.json", mailbox: null }]);
    expect(status.value).toBe("loading");
    hear({ reply: "opened", url: "/rules/a.json", info, schema: walk, ms: 1 });
    expect([await one, await two, status.value]).toEqual([true, true, "ready"]);

    const heard: number[] = [];
    const old = client.use((reply) => heard.push(reply.generation));
    const young = client.use((reply) => heard.push(reply.generation));
    const packed = new Uint8Array(4);
    for (const generation of [old, young]) hear({ reply: "desync", generation, tick: 1, hash: 2, packed });
    expect(heard).toEqual([young]);

    // Other rules come in a worker of their own.
    const anew = client.open("/rules/c.json");
    hear({ reply: "outdated", url: "/rules/c.json" });
    expect([ended, posted.length]).toEqual([1, 3]);
    hear({ reply: "opened", url: "/rules/c.json", info, schema: walk, ms: 1 });
    expect(await anew).toBe(true);

    // Who wants others before the first are there gets only those.
    const [early, late] = [client.open("/rules/d.json"), client.open("/rules/e.json")];
    hear({ reply: "opened", url: "/rules/d.json", info, schema: walk, ms: 1 });
    expect([await early, status.value]).toEqual([false, "loading"]);
    hear({ reply: "opened", url: "/rules/e.json", info, schema: walk, ms: 1 });
    expect([await late, status.value]).toEqual([true, "ready"]);

    const third = client.open("/rules/b.json");
    hear({ reply: "failed", reason: "too old a browser" });
    expect([await third, await client.open("/rules/a.json")]).toEqual([false, false]);
    expect(status.value).toBe("failed");
  });
});

describe("the mailbox", () => {
  const snapshot = (number: number, length = 3): SnapshotReply => ({
    reply: "snapshot",
    number,
    generation: 4,
    stamp: 5,
    ms: 1.5,
    numbers: new Int32Array(length).fill(number),
  });

  it("hands snapshots over in order, and takes no more than it has room for", () => {
    const page = new Mailbox();
    const worker = new Mailbox(page.buffer);
    expect(page.take(0)).toBe(null);
    for (let number = 0; number < 8; number++) expect(worker.put(snapshot(number))).toBe(true);
    expect(worker.put(snapshot(8))).toBe(false);
    expect(page.take(0)).toEqual(snapshot(0));
    expect(page.take(0)).toEqual(snapshot(0));
    expect(page.take(1)).toEqual(snapshot(1));
    expect(worker.put(snapshot(8, 8193))).toBe(false);
    page.skip(8);
    expect(worker.put(snapshot(9))).toBe(true);
    expect(page.take(9)).toEqual(snapshot(9));
    expect(page.take(10)).toBe(null);
  });
});

describe("a ring", () => {
  it("tells quantiles", () => {
    const ring = new Ring();
    for (let k = 1; k <= 100; k++) ring.add(k);
    expect([ring.quantile(0.5), ring.quantile(0.95), ring.quantile(1)]).toEqual([51, 96, 100]);
  });
});
