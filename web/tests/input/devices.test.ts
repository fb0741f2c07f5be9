import { afterEach, describe, expect, it, vi } from "vitest";
import { HeldButtons } from "../../src/input/buttons";
import { readPads } from "../../src/input/gamepad";
import { listenToTouch } from "../../src/input/touch";

const STEER = ["left", "right"];
const MOVE = ["left", "right", "up", "down", "bomb"];

/** A surface of 400 × 800 CSS pixels, and fingers on it. */
function surface() {
  const target = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 400, height: 800 }),
  });
  const finger = (type: string, pointerId: number, clientX = 0, clientY = 0) => {
    const event = new Event(`pointer${type}`, { cancelable: true });
    target.dispatchEvent(
      Object.assign(event, { pointerId, clientX, clientY, pointerType: "touch", button: 0 }),
    );
    return event.defaultPrevented;
  };
  return { target: target as unknown as HTMLElement, finger };
}

describe("fingers", () => {
  it("steer by the halves of the surface, each until it is lifted", () => {
    const held = new HeldButtons(() => {});
    const { target, finger } = surface();
    const end = listenToTouch(held, target, () => STEER);
    expect(finger("down", 1, 50, 700)).toBe(true);
    expect(held.of(0)).toBe(1);
    finger("down", 2, 350, 700);
    expect(held.of(0)).toBe(3);
    finger("up", 1);
    expect(held.of(0)).toBe(2);
    finger("move", 2, 60, 700);
    expect(held.of(0)).toBe(1);
    end();
    expect(held.of(0)).toBe(0);
  });

  it("hold a stick on one side and press on the other, and a second thumb takes the stick over", () => {
    const held = new HeldButtons(() => {});
    const { target, finger } = surface();
    const end = listenToTouch(held, target, () => MOVE);
    finger("down", 1, 100, 300);
    finger("move", 1, 160, 300);
    expect(held.of(0)).toBe(2);
    finger("down", 2, 350, 300);
    expect(held.of(0)).toBe(2 | 16);
    finger("down", 3, 100, 300);
    expect(held.of(0)).toBe(16);
    finger("move", 3, 100, 220);
    expect(held.of(0)).toBe(4 | 16);
    finger("cancel", 2);
    expect(held.of(0)).toBe(4);
    end();
  });

  it("press nothing while this device does not play", () => {
    const held = new HeldButtons(() => {});
    const { target, finger } = surface();
    const end = listenToTouch(held, target, () => []);
    expect(finger("down", 1, 50, 700)).toBe(false);
    expect(held.of(0)).toBe(0);
    end();
  });
});

describe("gamepads", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("are the first player's together, or one of each of two players", () => {
    const pad = (index: number, x: number) => ({ index, connected: true, axes: [x, 0], buttons: [] });
    vi.stubGlobal("navigator", { getGamepads: () => [null, pad(1, -1), pad(2, 1)] });
    const held = new HeldButtons(() => {});
    readPads(held, STEER, false);
    expect([held.of(0), held.of(1)]).toEqual([3, 0]);
    readPads(held, STEER, true);
    expect([held.of(0), held.of(1)]).toEqual([1, 2]);
  });
});
