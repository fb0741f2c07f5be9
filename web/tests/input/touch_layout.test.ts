import { describe, expect, it } from "vitest";
import { pushed } from "../../src/input/control_devices";
import { LEAST, layoutZones, type Zone, zoneAt } from "../../src/input/touch_layout";
import type { ControlInfo } from "../../src/protocol.gen";

const control = (kind: ControlInfo["kind"], touch = ""): ControlInfo => ({
  kind,
  name: kind,
  label: kind,
  touch,
});
const buttons = (count: number, touch = "") => Array.from({ length: count }, () => control("button", touch));

const GAMES: Record<string, ControlInfo[]> = {
  football: [control("stick", "left"), control("button")],
  shooter: [control("stick", "left"), control("stick", "right"), ...buttons(4)],
  words: [control("typed"), control("choose")],
  many: [control("stick"), ...buttons(8)],
  keys: buttons(12),
  leftish: [control("stick", "left"), ...buttons(3, "left"), ...buttons(3)],
};
const SCREENS: [number, number][] = [
  [320, 500],
  [390, 777],
  [568, 256],
  [844, 320],
  [768, 960],
  [1024, 1300],
  [1366, 960],
];

describe("zones for fingers", () => {
  it.each(
    Object.entries(GAMES).flatMap(([name, controls]) =>
      SCREENS.map((screen) => [name, screen, controls] as const),
    ),
  )("of %s on %j are wide enough, on the screen and apart", (_, [width, height], controls) => {
    for (const left of [false, true]) {
      const insets = { left: 20, right: 20, bottom: 21 };
      const zones = layoutZones(controls, width, height, left, insets);
      const wanted = controls.filter(({ kind }) => kind === "button" || kind === "stick").length;
      expect(zones.length).toBe(wanted);
      for (const [k, { x, y, radius }] of zones.entries()) {
        expect(2 * radius).toBeGreaterThanOrEqual(LEAST);
        expect(x - radius).toBeGreaterThanOrEqual(insets.left);
        expect(x + radius).toBeLessThanOrEqual(width - insets.right);
        expect(y - radius).toBeGreaterThanOrEqual(0);
        expect(y + radius).toBeLessThanOrEqual(height - insets.bottom);
        for (const other of zones.slice(k + 1))
          expect(Math.hypot(x - other.x, y - other.y)).toBeGreaterThanOrEqual(radius + other.radius - 0.001);
      }
    }
  });

  it("change sides for the left hand", () => {
    const usual = layoutZones(GAMES.football!, 390, 777, false);
    const mirrored = layoutZones(GAMES.football!, 390, 777, true);
    expect(usual.map(({ side }) => side)).toEqual(["left", "right"]);
    expect(mirrored.map(({ side }) => side).sort()).toEqual(["left", "right"]);
    const stick = (zones: Zone[]) => zones.find(({ kind }) => kind === "stick")!;
    expect(stick(mirrored).x).toBeCloseTo(390 - stick(usual).x, 6);
    expect(stick(mirrored).y).toBe(stick(usual).y);
  });

  it("give each thumb one stick", () => {
    const two = layoutZones([control("stick", "left"), control("stick", "left")], 390, 777, false);
    expect(two.map(({ side, number }) => [side, number])).toEqual([
      ["left", 0],
      ["right", 1],
    ]);
  });

  it("take fingers on their whole side, unless the picture takes them", () => {
    const zones = layoutZones(GAMES.football!, 390, 777, false);
    const at = (x: number, y: number, picture: boolean) => zoneAt(zones, x, y, 390, { picture })?.kind;
    expect(at(30, 100, false)).toBe("stick");
    expect(at(360, 100, false)).toBe("button");
    expect(at(30, 100, true)).toBeUndefined();
    const [stick] = zones;
    expect(at(stick!.x + stick!.radius + 5, stick!.y, true)).toBe("stick");
    expect(at(stick!.x + stick!.radius + 40, stick!.y - 60, true)).toBeUndefined();
  });
});

describe("a stick under a thumb", () => {
  it.each([
    [
      [3, 0],
      [0, 0],
    ],
    [
      [46, 0],
      [127, 0],
    ],
    [
      [90, 0],
      [127, 0],
    ],
    [
      [0, -26],
      [0, -63.5],
    ],
  ])("pushed by %j is at %j", ([x, y], [across, down]) => {
    const found = pushed({ x: 10, y: 10, thumbX: 10 + x!, thumbY: 10 + y! }, 46);
    expect(found[0]).toBeCloseTo(across!, 6);
    expect(found[1]).toBeCloseTo(down!, 6);
  });
});
