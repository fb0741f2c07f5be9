// The examples of docs/protocol.md, as docs/vectors.json gives them to the authors of clients, are read
// here as they are explained there: the frames for clients that run the rules.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isForRules, openCheckpoint, openEntries } from "../../src/sync/entries";
import { DecodeError, Reader } from "../../src/sync/varint";

interface Example {
  kind: string;
  hex: string;
  // biome-ignore lint/suspicious/noExplicitAny: a few shapes, described in the document
  means: any;
}

const file = fileURLToPath(new URL("../../../docs/vectors.json", import.meta.url));
const { examples, varints } = JSON.parse(readFileSync(file, "utf8")) as {
  examples: Example[];
  varints: { hex: string; value: number | null }[];
};
const of = (kind: string) => examples.filter((one) => one.kind === kind);
const bytesOf = (one: Example) => new Uint8Array(Buffer.from(one.hex, "hex"));
const entropyOf = (means: Example["means"]) =>
  means.chance ? { ahead: means.chance[0], word: means.chance[1] } : null;

describe("the examples of the protocol document", () => {
  it("tell which frames are for clients that run the rules", () => {
    for (const one of examples.filter(({ kind }) => kind !== "up"))
      expect(isForRules(bytesOf(one))).toBe(one.kind === "entries" || one.kind === "checkpoint");
  });

  it.each(of("checkpoint"))("read the checkpoint $hex", (one) => {
    const { means } = one;
    const { packed, rows, acks, entropy, ...rest } = openCheckpoint(bytesOf(one));
    expect(rest).toEqual({ epoch: means.epoch, tick: means.tick, at: means.at });
    expect(acks.map(({ seat, seq, margin }) => [seat, seq, margin])).toEqual(means.acks);
    expect(entropy).toEqual(entropyOf(means));
    expect(Buffer.from(packed).toString("hex")).toBe(means.packed);
    const told = means.rows.flatMap(([tick, entries]: [number, number[][]]) =>
      entries.flatMap((entry) => [tick, ...entry.slice(0, 4)]),
    );
    expect(rows).toEqual(told);
  });

  it.each(of("entries"))("read the entries $hex", (one) => {
    const { means } = one;
    const frame = openEntries(bytesOf(one), 8);
    expect(frame.advance).toBe(means.advance);
    expect(frame.hash).toBe(means.hash ?? -1);
    expect(frame.margins.map(({ seat, margin }) => [seat, margin])).toEqual(means.margins);
    expect(frame.entropy).toEqual(entropyOf(means));
    const told = means.entries.flatMap(([back, ...entry]: number[]) => [-1 - back!, ...entry]);
    expect(frame.rows).toEqual(told);
  });
});

describe("the varints of the document", () => {
  it.each(varints)("$hex is $value", ({ hex, value }) => {
    const reader = new Reader();
    const bytes = new Uint8Array(Buffer.from(hex, "hex"));
    reader.open(bytes, 0, bytes.length);
    if (value === null) expect(() => reader.varint()).toThrow(DecodeError);
    else expect([reader.varint(), reader.done]).toEqual([value, true]);
  });
});
