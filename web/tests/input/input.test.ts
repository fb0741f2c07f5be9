import { describe, expect, it } from "vitest";
import { asSeen, HeldButtons, setTurned } from "../../src/input/buttons";
import { PadPlayers, padMask } from "../../src/input/gamepad";
import { KeyPresses } from "../../src/input/keyboard";
import { drag, restingPlace, STICK_RADIUS, steered, take } from "../../src/input/stick";
import { onStick, touched } from "../../src/input/touch";
import { InputLead, InputQueue } from "../../src/sync/input_queue";
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
    const presses = new InputQueue(3);
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
    const presses = new InputQueue(0);
    for (let k = 1; k <= 40; k++) presses.hold(k % 4, k);
    const first = read(presses.message(0, 40)).inputs;
    expect(first.map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    presses.acknowledged(8, false);
    expect(presses.due(0)).toBe(true);
    expect(read(presses.message(0, 41)).inputs).toEqual([[9, 40, 0]]);
  });

  it("go out once a second at least, sooner when an acknowledgement is overdue", () => {
    const presses = new InputQueue(0);
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
    const presses = new InputQueue(0);
    presses.acknowledged(17, true);
    expect(presses.hold(0, 50)).toBe(true);
    expect(read(presses.message(0, 50)).inputs).toEqual([[18, 50, 0]]);
  });

  it("ticks never go back", () => {
    const presses = new InputQueue(0);
    presses.hold(1, 50);
    presses.hold(0, 48);
    expect(read(presses.message(0, 0)).inputs.map(([, tick]) => tick)).toEqual([50, 50]);
  });
});

describe("how far ahead inputs are stamped", () => {
  it("is the way up and a tick, more when they come late, less when they wait", () => {
    const lead = new InputLead();
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
    const held = new HeldButtons(() => changes++);
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
    const buttons = ["left", "right"];
    for (const left of [false, true]) expect(onStick(buttons, 0.2, left)).toBe(false);
    expect(touched(buttons, 0.2, 0.9)).toBe(1);
    expect(touched(buttons, 0.7, 0.1)).toBe(2);
  });

  it("of more are a stick and actions, swapped for left-handers", () => {
    const buttons = ["left", "right", "up", "down", "bomb"];
    expect(onStick(buttons, 0.1, false)).toBe(true);
    expect(onStick(buttons, 0.8, false)).toBe(false);
    expect(onStick(buttons, 0.1, true)).toBe(false);
    expect(onStick(buttons.slice(0, 4), 0.9, false)).toBe(true);
    expect(touched(buttons, 0.8, 0.5)).toBe(16);
    expect(touched(["a", "b", "c", "d"], 0.9, 0.5)).toBe(8);
    expect(touched(["left", "right", "x", "y"], 0.9, 0.7)).toBe(8);
  });

  it("of a stick are the ways that it is pushed, two of them in between", () => {
    const buttons = ["left", "right", "up", "down", "bomb"];
    const pushed = (dx: number, dy: number) =>
      steered(buttons, { x: 100, y: 100, thumbX: 100 + dx, thumbY: 100 + dy });
    expect(pushed(0, 0)).toBe(0);
    expect(pushed(5, 5)).toBe(0);
    expect(pushed(-30, 4)).toBe(1);
    expect(pushed(30, -4)).toBe(2);
    expect(pushed(3, -30)).toBe(4);
    expect(pushed(-3, 30)).toBe(8);
    expect(pushed(25, 25)).toBe(10);
    expect(steered(["left", "right", "jump"], { x: 0, y: 0, thumbX: 3, thumbY: 30 })).toBe(0);
  });

  it("of a stick: it waits in its corner, comes to a finger elsewhere, and follows one that goes far", () => {
    const rest = restingPlace(390, 700, false);
    expect(rest.x).toBeLessThan(195);
    expect(restingPlace(390, 700, true).x).toBe(390 - rest.x);
    expect(rest.y + STICK_RADIUS).toBeLessThan(700);
    expect(take(rest.x - 40, rest.y, rest)).toMatchObject({ x: rest.x, y: rest.y });
    const taken = take(150, 200, rest);
    expect(taken).toMatchObject({ x: 150, y: 200 });
    const near = drag(taken, 170, 200);
    expect(near).toMatchObject({ x: 150, y: 200 });
    const far = drag(near, 250, 200);
    expect(far.x).toBeGreaterThan(190);
    // So the way back is short.
    const buttons = ["left", "right", "up", "down"];
    expect(steered(buttons, drag(far, far.x - 20, 200))).toBe(1);
  });

  it("of a picture that lies turned are those of the game", () => {
    const buttons = ["left", "right", "up", "down", "bomb"];
    expect(asSeen(buttons, 2)).toBe(2);
    setTurned(true);
    expect([1, 2, 4, 8, 16, 18].map((mask) => asSeen(buttons, mask))).toEqual([8, 4, 1, 2, 16, 20]);
    expect(asSeen(["left", "right"], 2)).toBe(2);
    setTurned(false);
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

describe("two gamepads", () => {
  const pads = (...indices: number[]) => indices.map((index) => ({ index }));

  it("keep their players when the first is lost and comes back", () => {
    const players = new PadPlayers();
    expect([...players.assign(pads(0, 1))]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(players.assign(pads(1)).get(1)).toBe(1);
    expect(players.assign(pads(0, 1)).get(0)).toBe(0);
    expect(players.assign(pads(0, 1)).get(1)).toBe(1);
  });

  it("give the first player to whichever pad comes after it was lost", () => {
    const players = new PadPlayers();
    players.assign(pads(0, 1));
    players.assign(pads(1));
    expect(players.assign(pads(1, 2)).get(2)).toBe(0);
    expect(players.assign(pads(1, 2)).get(1)).toBe(1);
  });
});

describe("keys", () => {
  const ANSWERS = ["A", "B", "C", "D"];
  const WAYS = ["left", "right", "up", "down", "bomb"];
  const key = (key: string, code: string, repeat = false) => ({ key, code, repeat });
  const keys = (buttons: string[], both = false) =>
    new KeyPresses(
      () => buttons,
      () => both,
    );

  it.each([
    ["an English", "a", "KeyA"],
    ["a French", "a", "KeyQ"],
    ["a French, with capitals,", "A", "KeyQ"],
    ["a Dvorak", "a", "KeyA"],
    ["a Greek", "α", "KeyA"],
    ["a Russian", "ф", "KeyA"],
  ])("answer A by the letter on %s keyboard", (_, letter, code) => {
    const held = keys(ANSWERS);
    expect(held.press(key(letter, code))).toBe(true);
    expect(held.masks()).toEqual([1, 0]);
    held.lift(code);
    expect(held.masks()).toEqual([0, 0]);
  });

  it("answer nothing by a key in the place of another keyboard's A", () => {
    const held = keys(ANSWERS);
    expect(held.press(key("q", "KeyA"))).toBe(false);
    expect(held.masks()).toEqual([0, 0]);
  });

  it("answer one letter only, though another player's key lies there on another keyboard", () => {
    const held = keys(ANSWERS, true);
    held.press(key("d", "KeyH")); // Dvorak
    expect(held.masks()).toEqual([8, 0]);
  });

  it("answer by digits, whatever stands on them", () => {
    const held = keys(ANSWERS);
    held.press(key("é", "Digit2"));
    expect(held.masks()).toEqual([2, 0]);
  });

  it("steer by their places on every keyboard", () => {
    const held = keys(WAYS, true);
    held.press(key("q", "KeyA"));
    held.press(key("z", "KeyW"));
    expect(held.masks()).toEqual([0, 1 | 4]);
  });

  it("of a button that nobody bound are the first letter of its name", () => {
    const held = keys(["jump"]);
    held.press(key("j", "KeyC"));
    expect(held.masks()).toEqual([1, 0]);
  });

  it("that were let go while Meta was held do not stay down", () => {
    const held = keys(WAYS);
    held.press(key("ArrowLeft", "ArrowLeft"));
    held.meta();
    expect(held.masks()).toEqual([0, 0]);
    held.meta();
    expect(held.masks()).toEqual([0, 0]);
  });

  it("that are still held after Meta count again with their first repeat", () => {
    const held = keys(WAYS);
    held.press(key("ArrowLeft", "ArrowLeft"));
    held.meta();
    held.press(key("ArrowLeft", "ArrowLeft", true));
    expect(held.masks()).toEqual([1, 0]);
  });

  it("do not count by repeats alone: those may come from a text that was written", () => {
    const held = keys(WAYS);
    held.press(key("Enter", "Enter", true));
    expect(held.masks()).toEqual([0, 0]);
  });
});
