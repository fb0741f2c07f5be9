import { readdirSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  inflate,
  JournalError,
  MOST_PACKED_BYTES,
  parseJournal,
  readJournal,
} from "../../src/replay/journal";
import { Writer } from "../../src/sync/varint";
import { chance } from "../prediction/simulated_network";
import { packed, recorded, rowsOf } from "./recorded";

const NAMES = readdirSync(join(import.meta.dirname, "../../../tests/data/journals")).map((file) =>
  file.replace(".json", ""),
);
const zlib = (bytes: Uint8Array) => new Uint8Array(deflateSync(bytes));
const head = () => new Writer().zigzag(1).zigzag(1).byte(120).zigzag(0).zigzag(0).zigzag(0).zigzag(7);

describe("the journal of a record", () => {
  it.each(NAMES)("of %s is read as it was written", async (name) => {
    const from = recorded(name);
    const journal = await readJournal(zlib(packed(from)));
    expect(journal.head).toEqual({
      game: from.game,
      options: from.chosen,
      seats: from.seats,
      teams: from.teams,
      seed: from.seed,
    });
    expect(journal.rows).toEqual(rowsOf(from));
  });

  it("is refused with a sentence wherever it is cut or changed", () => {
    const bytes = packed(recorded("trails-2-classic"));
    const draw = chance(5);
    let refused = 0;
    for (let k = 0; k < 3000; k++) {
      const damaged = bytes.slice(0, k % 2 ? bytes.length : Math.floor(draw() * bytes.length));
      for (let n = 0; n <= k % 4; n++)
        damaged[Math.floor(draw() * damaged.length)] = Math.floor(draw() * 256);
      try {
        parseJournal(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(JournalError);
        expect((error as Error).message.length).toBeGreaterThan(10);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });

  const bad: [string, (writer: Writer) => Writer, RegExp][] = [
    ["goes back in time", (w) => w.zigzag(9).zigzag(0).zigzag(-1).zigzag(0), /goes back by 1 ticks/],
    ["never ends", (w) => w.zigzag(2 ** 24).zigzag(0), /too long/],
    ["has an unknown kind of entry", (w) => w.zigzag(1).zigzag(1).zigzag(6).zigzag(0), /kind 6 for seat 0/],
    ["has an entry of no seat", (w) => w.zigzag(1).zigzag(1).zigzag(0).zigzag(-1), /for seat -1/],
    ["has too many entries in a tick", (w) => w.zigzag(1).zigzag(100_000), /entries in one tick/],
    ["has less than no entries", (w) => w.zigzag(1).zigzag(-1), /-1 entries/],
    ["has numbers that no rules can hold", (w) => w.zigzag(2 ** 31), /a number of/],
    ["has a number that does not end", (w) => w.raw(new Array(12).fill(255)), /number too long/],
  ];
  it.each(bad)("is refused if it %s", (_, write, words) => {
    expect(() => parseJournal(write(head()).finish())).toThrow(words);
    expect(parseJournal(head().finish()).rows.length).toBe(0);
  });

  it("is refused if it is of another format, or its game has no name", () => {
    expect(() => parseJournal(new Writer().zigzag(2).finish())).toThrow(/known format/);
    expect(() => parseJournal(new Writer().zigzag(1).zigzag(1).byte(200).finish())).toThrow(/no text/);
    expect(() => parseJournal(new Writer().zigzag(1).zigzag(1000).finish())).toThrow(/at most 64/);
  });

  it("takes bounded memory, however much comes out of few bytes", async () => {
    const bomb = zlib(new Uint8Array(64 << 20));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(readJournal(bomb)).rejects.toThrow(/has more than \d+ bytes/);
    await expect(readJournal(new Uint8Array(MOST_PACKED_BYTES + 1))).rejects.toThrow(/too many to be shown/);
    // A row without entries is two bytes: ten million of them are refused by the ticks that they take.
    const rows = new Uint8Array(20_000_000).fill(0).map((_, k) => (k % 2 ? 0 : 2));
    expect(() => parseJournal(Uint8Array.from([...head().finish(), ...rows.subarray(0, 8)]))).not.toThrow();
    const long = new Uint8Array(head().finish().length + rows.length);
    long.set(head().finish());
    long.set(rows, head().finish().length);
    expect(() => parseJournal(long)).toThrow(/too long/);
  });

  it("is refused if its compressed bytes are damaged", async () => {
    await expect(inflate(new Uint8Array([1, 2, 3]), 100)).rejects.toBeInstanceOf(JournalError);
    const cut = zlib(packed(recorded("trails-2-classic"))).slice(0, 40);
    await expect(readJournal(cut)).rejects.toBeInstanceOf(JournalError);
  });
});
