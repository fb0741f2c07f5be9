import { describe, expect, it } from "vitest";
import { Held } from "../../src/input/buttons";
import { padMask } from "../../src/input/gamepad";
import { Lead, Presses } from "../../src/input/presses";
import { touched } from "../../src/input/touch";
import { Reader } from "../../src/sync/varint";

/** An input message as the server reads it. */
function read(bytes: Uint8Array) {
  const reader = new Reader();
  reader.open(bytes, 0, bytes.length);
  expect(reader.byte()).toBe(1);
  const seat = reader.varint();
  const count = reader.varint();
  let seq = reader.varint();
  let tick = 0;
  const inputs: number[][] = [];
  for (let k = 0; k < count; k++) {
    tick += reader.zigzag();
    inputs.push([seq++, tick, reader.varint() >> 1]);
  }
  expect(reader.done).toBe(true);
  return { seat, inputs };
}

describe("presses on their way up", () => {
  it("are numbered, stamped and repeated until acknowledged", () => {
    const presses = new Presses(3);
    expect(presses.hold(1, 100)).toBe(true);
    expect(presses.hold(1, 101)).toBe(false);
    expect(read(presses.message(0, 100))).toEqual({ seat: 3, inputs: [[1, 100, 1]] });
    presses.hold(0, 104);
    expect(read(presses.message(0, 104)).inputs).toEqual([
      [1, 100, 1],
      [2, 104, 0],
    ]);
    presses.acknowledged(1, false);
    expect(read(presses.message(0, 110)).inputs).toEqual([[2, 104, 0]]);
    presses.acknowledged(2, false);
    expect(read(presses.message(0, 120)).inputs).toEqual([[2, 120, 0]]);
  });

  it("never skip a number, however long the server is silent", () => {
    const presses = new Presses(0);
    for (let k = 1; k <= 40; k++) presses.hold(k % 4, k);
    const first = read(presses.message(0, 40)).inputs;
    expect(first.map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    presses.acknowledged(8, false);
    expect(presses.due(0)).toBe(true);
    expect(read(presses.message(0, 41)).inputs).toEqual([[9, 40, 0]]);
  });

  it("go out once a second at least, sooner when an acknowledgement is overdue", () => {
    const presses = new Presses(0);
    expect(presses.due(5000)).toBe(false);
    presses.hold(1, 1);
    presses.message(0, 1);
    expect(presses.due(300)).toBe(false);
    expect(presses.due(450)).toBe(true);
    presses.acknowledged(1, false);
    expect(presses.due(900)).toBe(false);
    expect(presses.due(1000)).toBe(true);
  });

  it("go on where an earlier page stopped", () => {
    const presses = new Presses(0);
    presses.acknowledged(17, true);
    expect(presses.hold(0, 50)).toBe(true);
    expect(read(presses.message(0, 50)).inputs).toEqual([[18, 50, 0]]);
  });

  it("ticks never go back", () => {
    const presses = new Presses(0);
    presses.hold(1, 50);
    presses.hold(0, 48);
    expect(read(presses.message(0, 0)).inputs.map(([, tick]) => tick)).toEqual([50, 50]);
  });
});

describe("how far ahead inputs are stamped", () => {
  it("is the way up and a tick, more when they come late, less when they wait", () => {
    const lead = new Lead();
    expect(lead.ticks(66, 33)).toBe(3);
    lead.margin(-2);
    expect(lead.ticks(66, 33)).toBeGreaterThan(3);
    for (let k = 0; k < 200; k++) lead.margin(6);
    expect(lead.ticks(66, 33)).toBe(1);
  });
});

describe("buttons", () => {
  it("are held by any source and let go together", () => {
    let changes = 0;
    const held = new Held(() => changes++);
    held.set(0, "keys", 1);
    held.set(0, "touch", 2);
    held.set(0, "touch", 2);
    expect(held.of(0)).toBe(3);
    expect(held.of(1)).toBe(0);
    held.release();
    expect(held.of(0)).toBe(0);
    expect(changes).toBe(3);
  });

  it("of two are the halves of the screen, whichever hand", () => {
    for (const left of [false, true]) {
      expect(touched(["left", "right"], 0.2, 0.9, left)).toBe(1);
      expect(touched(["left", "right"], 0.7, 0.1, left)).toBe(2);
    }
  });

  it("of more are a pad and actions, swapped for left-handers", () => {
    const buttons = ["left", "right", "up", "down", "bomb"];
    expect(touched(buttons, 0.05, 0.5, false)).toBe(1);
    expect(touched(buttons, 0.25, 0.95, false)).toBe(8);
    expect(touched(buttons, 0.8, 0.5, false)).toBe(16);
    expect(touched(buttons, 0.8, 0.05, true)).toBe(4);
    expect(touched(buttons, 0.1, 0.5, true)).toBe(16);
    expect(touched(["a", "b", "c", "d"], 0.9, 0.5, false)).toBe(8);
  });

  it("of gamepads are the stick, the cross, the shoulders and the face buttons", () => {
    const pad = (axes: number[], ...pressed: number[]) => ({
      axes,
      buttons: Array.from({ length: 17 }, (_, k) => ({
        pressed: pressed.includes(k),
        touched: false,
        value: 0,
      })),
    });
    expect(padMask(["left", "right"], pad([-0.9, 0]))).toBe(1);
    expect(padMask(["left", "right"], pad([0.1, 0], 15))).toBe(2);
    expect(padMask(["left", "right"], pad([0, 0], 5))).toBe(2);
    expect(padMask(["left", "up", "bomb"], pad([0, -0.8], 0))).toBe(6);
  });
});
