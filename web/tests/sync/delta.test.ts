import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { SchemaInfo } from "../../src/protocol.gen";
import { Decoder } from "../../src/sync/delta";
import { crc32, type Keyframe, open, type StateFrame } from "../../src/sync/frame";
import { Schema } from "../../src/sync/schema";
import { type Entity, plain, type Series } from "../../src/sync/state";
import { DecodeError, Reader, Writer } from "../../src/sync/varint";

const info: SchemaInfo = {
  version: 1,
  game: "test",
  tick_hz: 30,
  root: "Arena",
  entities: {
    Arena: [
      { name: "phase", kind: "choice", names: ["count", "live"] },
      { name: "title", kind: "text" },
      { name: "marks", kind: "ints" },
      { name: "width", kind: "int" },
      { name: "cells", kind: "grid", width: "width" },
      { name: "racers", kind: "entities", of: "Racer" },
    ],
    Racer: [
      { name: "x", kind: "fixed", frac: 8, drop: 4 },
      { name: "heading", kind: "angle", wraps: 4096, drop: 4 },
      { name: "inking", kind: "flag" },
      { name: "trail", kind: "track", columns: ["x"], drops: [4], when: "inking" },
    ],
  },
  events: [{ name: "crash", args: ["seat", "by"] }],
};

/** A frame's bytes with its check. */
function sealed(writer: Writer): Uint8Array {
  const bytes = writer.finish();
  const check = crc32(bytes) & 0xffff;
  return Uint8Array.from([...bytes, check & 255, check >> 8]);
}

function keyframe(): Uint8Array {
  const out = new Writer().byte(2).byte(7).varint(3).varint(100).varint(5_000_000_000).varint(0);
  out.zigzag(1).varint(2).raw([0xc3, 0xa9]); // phase, title "é"
  out.varint(3).varint(1).varint(1).zigzag(-5); // marks 0 -5 0
  out.zigzag(2).varint(0).varint(4).raw([9, 4]); // width 2, four cells of 9
  out.varint(1).varint(3 * 4 + 1); // racers: add 3
  out.zigzag(40).zigzag(250).zigzag(1).varint(0).varint(1).zigzag(40);
  return sealed(out);
}

function start(): { decoder: Decoder; first: Keyframe } {
  const decoder = new Decoder(new Schema(info));
  const first = open(keyframe(), info.events) as Keyframe;
  decoder.keyframe(first);
  return { decoder, first };
}

function update(body: (out: Writer) => Writer): StateFrame {
  return open(sealed(body(new Writer().byte(1).byte(8))), info.events) as StateFrame;
}

const racersOnly = 1 << 5;

describe("decoding a state", () => {
  it("reads a keyframe of every kind of field", () => {
    const { decoder, first } = start();
    expect(first).toMatchObject({ number: 7, epoch: 3, tick: 100, at: 5_000_000_000 });
    expect(plain(decoder.state!)).toEqual({
      phase: 1,
      title: "é",
      marks: [0, -5, 0],
      width: 2,
      cells: [9, 9, 9, 9],
      racers: { "3": { x: 640, heading: 4000, inking: 1, trail: [[640]] } },
    });
  });

  it("wraps angles, repeats masks and works out the rows of a track", () => {
    const { decoder } = start();
    decoder.update(
      update((out) => out.varint(racersOnly).varint(1).varint(12).varint(3).zigzag(3).zigzag(10)),
    );
    expect(plain(decoder.state!).racers).toEqual({
      "3": { x: 688, heading: 64, inking: 1, trail: [[640], [688]] },
    });
    decoder.update(update((out) => out.varint(racersOnly).varint(1).varint(15).zigzag(-1).zigzag(-10)));
    expect(plain(decoder.state!).racers).toEqual({
      "3": { x: 672, heading: 4000, inking: 1, trail: [[640], [688], [672]] },
    });
    expect(decoder.tick).toBe(102);
    expect((decoder.state!.racers as Entity[])[0]!.was.x).toBe(688);
  });

  it("cuts a track and tells whoever drew it", () => {
    const { decoder } = start();
    decoder.update(
      update((out) => out.varint(racersOnly).varint(1).varint(12).varint(8).varint(1).varint(0)),
    );
    const trail = (decoder.state!.racers as Entity[])[0]!.trail as Series;
    expect(trail.rows).toBe(0);
    expect(trail.cuts).toBe(1);
  });

  it("adds and removes entities in one go", () => {
    const { decoder } = start();
    decoder.update(
      update((out) => {
        out.varint(racersOnly).varint(2);
        out
          .varint(1 * 4 + 1)
          .zigzag(1)
          .zigzag(0)
          .zigzag(0)
          .varint(0)
          .varint(0);
        return out.varint(1 * 4 + 2);
      }),
    );
    expect(Object.keys(plain(decoder.state!).racers as object)).toEqual(["1"]);
  });

  it("changes cells, integers and text", () => {
    const { decoder } = start();
    const mask = 2 + 4 + 16;
    decoder.update(
      update((out) => {
        out.varint(mask).varint(1).raw([65]);
        out.varint(2).varint(1).varint(0).zigzag(7);
        return out.varint(2).varint(0).byte(1).varint(1).byte(2);
      }),
    );
    expect(plain(decoder.state!)).toMatchObject({ title: "A", marks: [7, -5], cells: [1, 9, 2, 9] });
  });

  it("an empty root mask changes nothing", () => {
    const { decoder } = start();
    const before = plain(decoder.state!);
    decoder.update(update((out) => out.varint(0)));
    expect(plain(decoder.state!)).toEqual(before);
  });
});

describe("what does not decode", () => {
  const bodies: [string, (out: Writer) => Writer][] = [
    ["an unknown field", (out) => out.varint(1 << 6)],
    ["an entity that is not there", (out) => out.varint(racersOnly).varint(1).varint(4).varint(1).zigzag(1)],
    ["an entity twice", (out) => out.varint(racersOnly).varint(1).varint(13)],
    ["a repeated mask that never was", (out) => out.varint(racersOnly).varint(1).varint(15)],
    [
      "more rows kept than there are",
      (out) => out.varint(racersOnly).varint(1).varint(12).varint(8).varint(9),
    ],
    ["a cell outside the board", (out) => out.varint(16).varint(1).varint(4).byte(1)],
    ["bytes left over", (out) => out.varint(0).byte(0)],
    ["broken text", (out) => out.varint(2).varint(1).byte(0xff)],
    ["an end within a number", (out) => out.varint(1).byte(0x80)],
  ];
  for (const [name, body] of bodies) {
    it(`${name} is an error, and no state is left`, () => {
      const { decoder } = start();
      expect(() => decoder.update(update(body))).toThrow(DecodeError);
      expect(decoder.state).toBeNull();
      expect(() => decoder.update(update((out) => out.varint(0)))).toThrow(DecodeError);
    });
  }

  it("every flipped bit of a frame is noticed", () => {
    const good = keyframe();
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(bad, info.events)).toThrow(DecodeError);
    }
  });

  it("numbers longer than eight bytes are refused", () => {
    const reader = new Reader();
    reader.open(new Uint8Array(10).fill(255), 0, 10);
    expect(() => reader.varint()).toThrow(DecodeError);
  });
});

describe("numbers", () => {
  it("come back as they were", () => {
    for (const value of [0, 1, -1, 63, 64, -64, -65, 127, 128, 2 ** 31, -(2 ** 31), 2 ** 45]) {
      const reader = new Reader();
      const bytes = new Writer().zigzag(value).finish();
      reader.open(bytes, 0, bytes.length);
      expect(reader.zigzag()).toBe(value);
      expect(reader.done).toBe(true);
    }
  });
});

// The vectors are made by the server's half, see tests/data/sync/make.py.
interface Vector {
  schema: SchemaInfo;
  frames: { hex: string; state: unknown; tick: number; events: number[][] }[];
  garbled: string[];
}
const vectors = fileURLToPath(new URL("../../../tests/data/sync/", import.meta.url));
const files = readdirSync(vectors).filter((name) => name.endsWith(".json"));
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

/** Takes a frame; the answer is what happened in it. */
function take(decoder: Decoder, hex: string): number[][] {
  const frame = open(bytesOf(hex), decoder.schema.events);
  if (frame.kind === "keyframe") decoder.keyframe(frame);
  else if (frame.kind === "private") decoder.secret(frame);
  else if (frame.kind === "state") {
    decoder.update(frame);
    return frame.events;
  }
  return [];
}

describe("the server's vectors", () => {
  it("are there", () => expect(files.length).toBeGreaterThan(4));

  it.each(files)("%s", (name) => {
    const vector: Vector = JSON.parse(readFileSync(vectors + name, "utf8"));
    const decoder = new Decoder(new Schema(vector.schema));
    for (const { hex, state, tick, events } of vector.frames) {
      expect(take(decoder, hex)).toEqual(events);
      expect(plain(decoder.state!)).toEqual(state);
      expect(decoder.tick).toBe(tick);
    }
    for (const hex of vector.garbled) {
      const again = new Decoder(new Schema(vector.schema));
      for (const frame of vector.frames) take(again, frame.hex);
      expect(() => take(again, hex)).toThrow(DecodeError);
    }
  });
});

describe("private parts", () => {
  const secretive: SchemaInfo = {
    ...info,
    private: {
      owner: {
        root: "Hidden",
        entities: {
          Hidden: [{ name: "hands", kind: "entities", of: "Hand" }],
          Hand: [{ name: "cards", kind: "ints" }],
        },
      },
    },
  };
  const part = (flags: number, seat: number, body: (out: Writer) => Writer) =>
    sealed(body(new Writer().byte(3 | flags).varint(seat)));

  it("follow their state and are dropped by the next keyframe", () => {
    const decoder = new Decoder(new Schema(secretive));
    const follow = (bytes: Uint8Array) => {
      const frame = open(bytes, info.events);
      if (frame.kind === "private") decoder.secret(frame);
      else if (frame.kind === "keyframe") decoder.keyframe(frame);
    };
    follow(keyframe());
    follow(part(0x10, 3, (out) => out.varint(1).varint(13).varint(1).varint(1).varint(0).zigzag(7)));
    expect(plain(decoder.owned.get(3)!)).toEqual({ hands: { "3": { cards: [7] } } });
    const more = (out: Writer) => out.varint(1).varint(1).varint(12).varint(1);
    follow(part(0, 3, (out) => more(out).varint(1).varint(1).varint(0).zigzag(2)));
    expect(plain(decoder.owned.get(3)!)).toEqual({ hands: { "3": { cards: [9] } } });
    follow(keyframe());
    expect(decoder.owned.size).toBe(0);
    expect(() => follow(part(0, 3, (out) => out.varint(0)))).toThrow(DecodeError);
    expect(() => follow(part(0x30, 0, (out) => out.varint(0)))).toThrow(DecodeError);
  });
});
