// Inputs with other controls than buttons: their bytes, how often they are sent, and what the rules here get of them.
import { expect, test } from "vitest";
import { HeldButtons } from "../../src/input/buttons";
import { ControlState, packStick, quantised, unpackStick } from "../../src/input/control_state";
import type { ServerClock } from "../../src/net/clock";
import type { ControlInfo } from "../../src/protocol.gen";
import type { Room } from "../../src/session/room_state";
import { SeatInputs } from "../../src/session/seat_inputs";
import { type Change, entriesOf } from "../../src/sync/control_changes";
import type { MatchFeed } from "../../src/sync/feed";
import { InputQueue } from "../../src/sync/input_queue";

const CONTROLS: ControlInfo[] = [
  { kind: "button", name: "fire", label: "Fire" },
  { kind: "stick", name: "move", label: "Move" },
  { kind: "pointer", name: "aim", label: "Aim", width: 960, height: 600 },
  { kind: "typed", name: "word", label: "Word", chars: 24, live: true },
  { kind: "choose", name: "card", label: "Card", most: 64 },
  { kind: "stroke", name: "pen", label: "Pen", width: 2048, height: 2048 },
];

/** The bytes and entries that game/sync/wire.py and game/rules/controls.py make of the same changes. */
const CHANGES: readonly (readonly [Change, readonly number[]])[] = [
  [{ control: 0, form: "number", value: packStick(90, -90) }, [0, 23206]],
  [{ control: 1, form: "number", value: 300 * 961 + 480 }, [1, 288780]],
  [{ control: 2, form: "text", value: "schön" }, [130, 6841203, 386, 7255747]],
  [{ control: 2, form: "live", value: "sc" }, [866, 25459]],
  [{ control: 3, form: "number", value: 3 }, [3, 3]],
  [
    {
      control: 4,
      form: "points",
      value: [
        [10, 20, 0],
        [12, 24, 1],
      ],
    },
    [132, 600104, 324, 8],
  ],
];
const MESSAGE = "04020211a805010600a6b501048cd0110906736368c3b66e0a0273630c03130428280908030000";

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

test("changes are written as the server reads them", () => {
  for (const [change, entries] of CHANGES) expect(entriesOf(change)).toEqual(entries);
  const queue = new InputQueue(2);
  for (let seq = 1; seq <= 16; seq++) {
    queue.hold(seq % 2, 1);
    queue.acknowledged(seq, false);
  }
  queue.hold(
    1,
    340,
    0,
    CHANGES.map(([change]) => change),
  );
  queue.hold(0, 338);
  // Ticks never go back, so the second input is for 340 too.
  expect(hex(queue.message(0, 340))).toBe(MESSAGE.replace(/030000$/, "000000"));
  const own: number[] = [];
  queue.pendingInto(own);
  expect(own.slice(0, 8)).toEqual([2, 340, 1, 0, 2, -1, 0, 23206]);
  expect(own.length).toBe(4 * (2 + CHANGES.reduce((sum, [, entries]) => sum + entries.length / 2, 0)));
});

test("a stick is a circle in 32 directions", () => {
  for (let x = -127; x <= 127; x += 5)
    for (let y = -127; y <= 127; y += 5) {
      const [a, b] = quantised(x, y);
      expect(Math.hypot(a, b)).toBeLessThanOrEqual(127);
      expect(unpackStick(packStick(a, b))).toEqual([a, b]);
    }
  expect(quantised(3, 3)).toEqual([0, 0]);
  expect(quantised(127, 0)).toEqual([127, 0]);
});

/** One player in a running match; `at` is the time in ms, a connection of `rtt` ms acknowledges. */
function player(hz = 30) {
  let at = 0;
  const sent: { at: number; bytes: Uint8Array }[] = [];
  const controls = new ControlState(() => inputs.sendHeld());
  const held = new HeldButtons(() => inputs.sendHeld());
  const inputs = new SeatInputs({
    match: {
      schema: { value: { tickHz: hz } },
      whole: true,
      serverTick: (now: number) => (now * hz) / 1000,
    } as unknown as MatchFeed,
    clock: { upLatency: () => 20, serverNow: (now: number) => now } as unknown as ServerClock,
    held,
    controls,
    now: () => at,
    send: (bytes) => sent.push({ at, bytes }),
    prediction: () => null,
  });
  controls.use(CONTROLS);
  const room = {
    code: "ABCD",
    phase: "live",
    match: { number: 1 },
    people: { me: { seat: 0 } },
  } as unknown as Room;
  inputs.follow(room, "me");
  let seq = 0;
  /** Lets time pass in steps of a frame, with a beat every 50 ms; everything is acknowledged after 60 ms. */
  const run = (ms: number, frame: (now: number) => void) => {
    const end = at + ms;
    while (at < end) {
      at += 1000 / 60;
      frame(at);
      if (Math.floor(at / 50) !== Math.floor((at - 1000 / 60) / 50)) inputs.repeat();
      const queue = inputs.queues.get(0);
      const due = sent.filter((one) => at - one.at > 60).length;
      if (queue && due > seq) {
        seq = due;
        inputs.acknowledged([{ seat: 0, seq: last(queue), margin: 1 }], false);
      }
    }
  };
  const last = (queue: InputQueue) => (queue as unknown as { seq: number }).seq;
  const rate = (ms: number) =>
    sent.filter((one) => one.at > at - ms).reduce((sum, { bytes }) => sum + bytes.length, 0) / (ms / 1000);
  return { controls, held, inputs, sent, run, rate, now: () => at };
}

test.each([
  [
    "a pointer",
    (p: ReturnType<typeof player>, now: number) =>
      p.controls.point(0, 1, 480 + 300 * Math.cos(now / 400), 300 + 200 * Math.sin(now / 400)),
  ],
  [
    "a stick",
    (p: ReturnType<typeof player>, now: number) =>
      p.controls.stick(0, 0, "pad", 127 * Math.cos(now / 300), 127 * Math.sin(now / 300)),
  ],
])("%s that moves steadily costs at most 60 bytes a second", (_, move) => {
  const p = player();
  p.run(20_000, (now) => move(p, now));
  expect(p.rate(10_000)).toBeLessThanOrEqual(60);
  expect(p.rate(10_000)).toBeGreaterThan(30);
});

test("a pen that draws steadily costs at most 250 bytes a second, and loses no point", () => {
  const p = player();
  let points = 0;
  p.run(10_000, (now) => {
    p.controls.draw(0, 4, [
      [
        1000 + Math.round(300 * Math.cos(now / 200)),
        1000 + Math.round(300 * Math.sin(now / 200)),
        points++ ? 1 : 0,
      ],
    ]);
  });
  p.run(500, () => {});
  expect(p.rate(8_000)).toBeLessThanOrEqual(250);
  // A point takes two bytes or more, beside at most 11 of its message.
  const bytes = p.sent.reduce((sum, { bytes: { length } }) => sum + Math.max(0, length - 11), 0);
  expect(bytes).toBeGreaterThan(points * 1.9);
});

test("a press says at once where the pointer is", () => {
  const p = player();
  p.run(5_000, (now) => p.controls.point(0, 1, now % 960, 300));
  p.run(20, () => p.controls.point(0, 1, 17, 23));
  const before = p.sent.length;
  p.held.set(0, "keys", 1);
  expect(p.sent.length).toBe(before + 1);
  const message = p.sent.at(-1)?.bytes ?? new Uint8Array(0);
  // The packed place 23 × 961 + 17 = 22120 as a varint is the end of the message.
  expect([...message.slice(-3)]).toEqual([0xe8, 0xac, 0x01]);
});

test("what stands still at last is what the server has at last", () => {
  const p = player();
  p.run(3_000, (now) => p.controls.point(0, 1, now % 960, 300));
  p.run(2_000, () => p.controls.point(0, 1, 5, 6));
  const changes = p.sent.filter(({ bytes }) => bytes[0] === 4);
  // 6 × 961 + 5 = 5771
  expect([...(changes.at(-1)?.bytes.slice(-2) ?? [])]).toEqual([0x8b, 0x2d]);
});

test("a text is sent at once, and what is being typed ten times a second at most", () => {
  const p = player();
  p.run(1000, (now) => p.controls.typing(0, 2, "a".repeat(1 + (Math.floor(now / 20) % 24))));
  expect(p.sent.length).toBeLessThanOrEqual(11);
  const before = p.sent.length;
  p.controls.write(0, 2, "ship");
  expect(p.sent.length).toBe(before + 1);
});

test("everything is let go of when the page is hidden", () => {
  const p = player();
  p.run(50, () => p.controls.stick(0, 0, "keys", 127, 0));
  p.controls.release();
  p.run(500, () => {});
  expect([...(p.sent.at(-1)?.bytes.slice(-2) ?? [])]).toEqual([0, 0]);
});

test("a message that was lost is sent again though others follow it quickly", () => {
  const queue = new InputQueue(0);
  const choose = (value: number, at: number) => {
    queue.hold(0, 1, 0, [{ control: 3, form: "number", value }]);
    return queue.message(at, 1);
  };
  const firstSeq = (message: Uint8Array) => message[3];
  expect(firstSeq(choose(1, 0))).toBe(1); // lost
  expect(firstSeq(choose(2, 200))).toBe(2);
  expect(firstSeq(choose(3, 390))).toBe(3);
  const again = choose(4, 410);
  expect(firstSeq(again)).toBe(1);
  expect(again[2]).toBe(4);
});

test("what is held is sent once more after a keyframe, and what is at rest as well", () => {
  const p = player();
  p.run(300, () => p.controls.stick(0, 0, "pad", 127, 0));
  p.run(1000, () => {});
  const before = p.sent.length;
  p.inputs.acknowledged([{ seat: 0, seq: 1, margin: 1 }], true);
  expect(p.sent.length).toBe(before + 1);
  const message = p.sent.at(-1)?.bytes ?? new Uint8Array(0);
  // Two changes: the stick, and the pointer in the middle.
  expect(message[0]).toBe(4);
  expect([...message].join(",")).toContain(",2,0,128,254,1,4,");
});
