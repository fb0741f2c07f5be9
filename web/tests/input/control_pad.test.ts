import { describe, expect, it } from "vitest";
import {
  type Pad,
  padAxes,
  padButtons,
  padCross,
  padHeld,
  padName,
  padStep,
  padSticks,
} from "../../src/input/control_pad";
import type { ControlInfo } from "../../src/protocol.gen";

const control = (kind: ControlInfo["kind"], pad = ""): ControlInfo => ({
  kind,
  name: kind,
  label: kind,
  pad,
});

function pad(axes: number[], pressed: number[] = []): Pad {
  const buttons = Array.from({ length: 17 }, (_, k) => ({
    pressed: pressed.includes(k),
    touched: false,
    value: pressed.includes(k) ? 1 : 0,
  }));
  return { axes, buttons };
}

describe("a gamepad's buttons", () => {
  it.each([
    [
      ["A", "B"],
      [0, 1],
    ],
    [
      ["", ""],
      [0, 1],
    ],
    [
      ["", "A"],
      [1, 0],
    ],
    [
      ["RT", ""],
      [7, 0],
    ],
    [
      ["A", "A"],
      [0, 0],
    ],
    [
      ["nonsense", "X"],
      [0, 2],
    ],
  ])("declared as %j are %j", (declared, indices) => {
    expect(padButtons(declared.map((one) => control("button", one)))).toEqual(indices);
  });

  it("are eight at most", () => {
    expect(padButtons(Array.from({ length: 9 }, () => control("button")))).toEqual([
      0, 1, 2, 3, 5, 4, 7, 6, -1,
    ]);
  });

  it("are held as a mask, a trigger from two fifths of its way", () => {
    expect(padHeld([0, 7, -1], pad([], [0]))).toBe(1);
    expect(padHeld([0, 7], pad([], [0, 7]), 0)).toBe(2);
    const half = pad([]);
    (half.buttons[7] as { value: number }).value = 0.5;
    expect(padHeld([0, 7], half)).toBe(2);
    expect(padName(4)).toBe("LB");
  });
});

describe("a gamepad's sticks", () => {
  it("are dead in a circle and have their whole range behind it", () => {
    expect(padAxes(pad([0.17, 0]), "left")).toEqual([0, 0]);
    expect(padAxes(pad([0.12, 0.12]), "left")).toEqual([0, 0]);
    expect(padAxes(pad([0.96, 0]), "left")).toEqual([127, 0]);
    expect(padAxes(pad([0, 0, 0, -1]), "right")).toEqual([0, -127]);
    const [x] = padAxes(pad([0.2, 0]), "left");
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(8);
    for (let k = 0; k < 64; k++) {
      const angle = (k / 64) * 2 * Math.PI;
      const [across, down] = padAxes(pad([Math.cos(angle), Math.sin(angle)]), "left");
      expect(Math.hypot(across, down)).toBeCloseTo(127, 6);
      expect(Math.cos(Math.atan2(down, across) - angle)).toBeCloseTo(1, 9);
    }
  });

  it.each([
    [["stick:left", "pointer:right"], { 0: "left", 1: "right" }],
    [["stick:left", "stick:left"], { 0: "left", 1: "right" }],
    [["stick:right", "pointer:right"], { 0: "right", 1: "left" }],
    [["button:A", "stick:left", "stick:right", "pointer:right"], { 1: "left", 2: "right" }],
    [["pointer:"], { 0: "left" }],
  ])("of %j move %j", (declared, sides) => {
    const controls = declared.map((one) => control(...(one.split(":") as [ControlInfo["kind"], string])));
    expect(Object.fromEntries(padSticks(controls))).toEqual(sides);
  });

  it("step through a list by the cross, and by a stick that moves nothing", () => {
    expect(padCross(pad([], [12, 15]))).toEqual([1, -1]);
    expect(padStep(pad([], [14]), null)).toBe("left");
    expect(padStep(pad([], [13]), null)).toBe("down");
    expect(padStep(pad([0, 0, 0.9, 0.1]), "right")).toBe("right");
    expect(padStep(pad([0, 0, 0.4, 0.1]), "right")).toBe("");
    expect(padStep(pad([0.9, 0]), null)).toBe("");
  });
});
