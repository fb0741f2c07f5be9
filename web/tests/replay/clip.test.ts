// Clips: what is written is read again, and nothing else is; no link, however made, takes long or much memory.
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  BadClip,
  type Clip,
  fitSpan,
  isClip,
  MOST_CHARS,
  readClip,
  readSpan,
  shortestClip,
  writeClip,
  writeSpan,
} from "../../src/replay/clip";

const HEAD: Clip = {
  rules: "0123456789abcdef01234567",
  game: "trails",
  title: "Loose Ends",
  tickHz: 30,
  seats: [
    { seat: 0, name: "Ann 👩‍🚀", colour: 3, shape: 5, team: 0, bot: false },
    { seat: 2, name: "Größe", colour: 0, shape: 1, team: 1, bot: true },
  ],
  start: { head: { options: [5, -1, 0], seats: [0, 2], teams: [0, 0, 1], seed: 123_456_789 } },
  rows: [3, 0, 0, 1, 0, 3, 1, 0, 268_000_000, 0, 140, 0, 2, 0, -7, 150, 5, 2, 256, 3, 299, 4, 0, 2, 9],
  first: 100,
  last: 300,
};
const STATE: Clip = {
  ...HEAD,
  start: { snapshot: { tick: 98, packed: Uint8Array.from({ length: 300 }, (_, k) => (k * 7) % 256) } },
  rows: [100, 0, 0, 1, 0],
};

/** Numbers that look random and are the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const fragment = (bytes: Uint8Array) => `clip=${Buffer.from(deflateSync(bytes)).toString("base64url")}`;
const bytesOf = async (clip: Clip): Promise<Uint8Array> => {
  const { inflateSync } = await import("node:zlib");
  return new Uint8Array(inflateSync(Buffer.from((await writeClip(clip)).slice(5), "base64url")));
};
const complaint = async (text: string): Promise<string> => {
  try {
    await readClip(text);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(BadClip);
    return (error as BadClip).message;
  }
};

describe("a clip", () => {
  it.each([
    ["that starts with the match", HEAD],
    ["that starts with a state", STATE],
  ])("%s is read as it was written", async (_, clip) => {
    const text = await writeClip(clip);
    expect(text).toMatch(/^clip=[A-Za-z0-9_-]+$/);
    expect(isClip(`#${text}`)).toBe(true);
    expect(await readClip(`#${text}`)).toEqual(clip);
  });

  it("is as short as the shorter of its forms, and not opened where both are too long", async () => {
    const head = await writeClip(HEAD);
    expect(head.length).toBeLessThan((await writeClip(STATE)).length);
    expect(await shortestClip([STATE, HEAD])).toBe(head);
    const noise = numbers(1);
    const packed = Uint8Array.from({ length: 9000 }, () => noise.next().value * 256);
    const long: Clip = { ...STATE, start: { snapshot: { tick: 98, packed } } };
    expect(await shortestClip([long, HEAD])).toBe(head);
    expect(await complaint((await shortestClip([long])) ?? "")).toMatch(/longer than 8192/);
    expect(await shortestClip([{ ...HEAD, last: 5000 }])).toBeNull();
  });

  it.each<[string, Partial<Clip>]>([
    ["the game has no name", { game: "../admin" }],
    ["seat 1 is there twice", { seats: [0, 1].map(() => ({ ...HEAD.seats[0]!, seat: 1 })) }],
    ["128 as a seat", { seats: [{ ...HEAD.seats[0]!, seat: 128 }] }],
    ["a player's name is no name", { seats: [{ ...HEAD.seats[0]!, name: "a\u202Eb" }] }],
    ["bytes of a player's name", { seats: [{ ...HEAD.seats[0]!, name: "x".repeat(300) }] }],
    ["an input at tick 300", { rows: [300, 0, 0, 0, 0] }],
    ["an input of kind 6", { rows: [3, 6, 0, 0, 0] }],
    ["an input of seat -1", { rows: [3, 0, -1, 0, 0] }],
    ["an input is 2147483648", { rows: [3, 0, 0, 2 ** 31, 0] }],
    ["it has no ticks", { tickHz: 0 }],
    ["it shows nothing", { last: 100 }],
    ["901 ticks, at most 900", { last: 1001 }],
  ])("is not written with: %s", async (says, wrong) => {
    await expect(writeClip({ ...HEAD, ...wrong })).rejects.toThrow(says);
  });

  it.each([
    ["", /holds no clip/],
    ["#from=1", /holds no clip/],
    ["clip=", /other characters/],
    ["clip=ü", /other characters/],
    ["clip=A", /cut off|damaged/],
    ["clip=AAAA", /damaged/],
    [`clip=${"A".repeat(MOST_CHARS)}`, /longer than/],
  ])("is not read from %j", async (text, says) => {
    expect(await complaint(text)).toMatch(says);
  });

  it("is refused before it has filled the memory", async () => {
    const bomb = fragment(new Uint8Array(5_000_000));
    expect(bomb.length).toBeLessThan(MOST_CHARS);
    expect(await complaint(bomb)).toMatch(/more than 262144 bytes/);
  });

  it("of another format is refused with both numbers", async () => {
    const bytes = await bytesOf(HEAD);
    bytes[0] = 9;
    expect(await complaint(fragment(bytes))).toMatch(/format is 9.*knows 1/);
  });

  it("is read whole or refused with a sentence, whatever was done to its bytes", async () => {
    const next = numbers(42);
    const upTo = (n: number) => Math.floor(next.next().value * n);
    let refused = 0;
    for (const clip of [HEAD, STATE]) {
      const good = await bytesOf(clip);
      for (let round = 0; round < 300; round++) {
        let bytes = Uint8Array.from(good);
        for (let n = upTo(4); n >= 0; n--) {
          const at = upTo(bytes.length);
          const kind = upTo(4);
          if (kind === 0) bytes[at] = upTo(256);
          else if (kind === 1) bytes = bytes.slice(0, at);
          else if (kind === 2) bytes = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(upTo(at))]);
          else bytes.fill(255, at, at + 1 + upTo(8));
          if (bytes.length === 0) break;
        }
        try {
          const read = await readClip(fragment(bytes));
          // What was read could have been written.
          expect(await readClip(await writeClip(read))).toEqual(read);
        } catch (error) {
          expect(error).toBeInstanceOf(BadClip);
          expect((error as BadClip).message).not.toBe("");
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(300);
  }, 30_000);

  it("is read whole or refused, whatever was done to its text", async () => {
    const next = numbers(7);
    const good = await writeClip(HEAD);
    for (let round = 0; round < 200; round++) {
      const at = 5 + Math.floor(next.next().value * (good.length - 5));
      const with_ = String.fromCharCode(33 + Math.floor(next.next().value * 94));
      const text = round % 2 ? good.slice(0, at) : good.slice(0, at) + with_ + good.slice(at + 1);
      await readClip(text).catch((error: unknown) => expect(error).toBeInstanceOf(BadClip));
    }
  });
});

describe("a span", () => {
  it("is of 5 to 30 seconds within the match", () => {
    expect(fitSpan({ first: 100, last: 400 }, 1000, 30)).toEqual({ first: 100, last: 400 });
    expect(fitSpan({ first: 100, last: 110 }, 1000, 30)).toEqual({ first: 100, last: 250 });
    expect(fitSpan({ first: 980, last: 1300 }, 1000, 30)).toEqual({ first: 850, last: 1000 });
    expect(fitSpan({ first: 0, last: 5000 }, 6000, 30)).toEqual({ first: 0, last: 900 });
    expect(fitSpan({ first: -20, last: 300 }, 1000, 30)).toEqual({ first: 0, last: 300 });
    expect(fitSpan({ first: 0, last: 80 }, 80, 30)).toEqual({ first: 0, last: 80 });
  });

  it("is written into an address and read from it", () => {
    for (const tickHz of [20, 30, 60])
      for (const first of [0, 7, 101, 4321]) {
        const span = { first, last: first + 8 * tickHz };
        expect(readSpan(writeSpan(span, tickHz), 10_000, tickHz)).toEqual(span);
      }
  });

  it.each([
    "",
    "?from=3",
    "?from=5&to=4",
    "?from=x&to=9",
    "?from=1e3&to=2e3",
    "?from=-1&to=9",
    "?from=900&to=999",
  ])("is not read from %j", (search) => {
    expect(readSpan(search, 1000, 30)).toBeNull();
  });
});
