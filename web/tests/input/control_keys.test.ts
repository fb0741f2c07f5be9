import { afterEach, describe, expect, it } from "vitest";
import { bindingsOf, defaultKeys, GameKeys } from "../../src/input/control_keys";
import { KeyPresses } from "../../src/input/keyboard";
import type { ControlInfo } from "../../src/protocol.gen";
import { DEFAULT_KEYS, settings } from "../../src/settings";

const button = (name: string, key = ""): ControlInfo => ({ kind: "button", name, label: name, key });
const stick = (name: string, keys = ""): ControlInfo => ({ kind: "stick", name, label: name, keys });
const choose: ControlInfo = { kind: "choose", name: "card", label: "Card", most: 9 };

const table = (controls: ControlInfo[], set: "one" | "two") =>
  Object.fromEntries([...defaultKeys(controls)[set]].map(([name, codes]) => [name, codes.join(" ")]));

afterEach(() => {
  settings.keys.value = DEFAULT_KEYS;
});

describe("keys of declared controls", () => {
  it.each([
    ["WASD", "KeyW KeyA KeyS KeyD", "ArrowUp ArrowLeft ArrowDown ArrowRight"],
    ["wasd", "KeyW KeyA KeyS KeyD", "ArrowUp ArrowLeft ArrowDown ArrowRight"],
    ["arrows", "ArrowUp ArrowLeft ArrowDown ArrowRight", "KeyW KeyA KeyS KeyD"],
    ["", "KeyW KeyA KeyS KeyD", "ArrowUp ArrowLeft ArrowDown ArrowRight"],
    ["KeyI KeyJ KeyK KeyL", "KeyI KeyJ KeyK KeyL", "KeyW KeyA KeyS KeyD"],
  ])("a stick with keys %j has the sets %j and %j", (keys, one, two) => {
    const controls = [stick("move", keys)];
    const codes = (set: "one" | "two") => Object.values(table(controls, set)).join(" ");
    expect([codes("one"), codes("two")]).toEqual([one, two]);
  });

  it("gives both players of a football game all keys", () => {
    const controls = [stick("move", "WASD"), button("kick", "Space")];
    expect(table(controls, "one").kick).toBe("Space");
    expect(table(controls, "two").kick).toBe("Enter");
    expect(table([stick("move", "arrows"), button("kick", "Space")], "two").kick).toBe("KeyQ");
  });

  it("never gives a key to two controls, and none that the page or a choice needs", () => {
    const controls = [
      stick("move"),
      stick("aim"),
      ...["talk", "turbo", "enter", "drop", "eat", "wave", "jump"].map((name) => button(name)),
      choose,
    ];
    const { one, two } = defaultKeys(controls);
    const codes = [...one.values(), ...two.values()].flat();
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of ["KeyT", "Escape", "Enter", "Digit1", "Digit9"]) expect(codes).not.toContain(code);
    expect(one.size).toBe(bindingsOf(controls).length);
  });

  it("leaves a declared key to its control, whatever the order", () => {
    expect(table([button("any"), button("fire", "Space")], "one")).toEqual({ any: "KeyA", fire: "Space" });
  });

  it("keeps what was bound by game and control", () => {
    const controls = [stick("move", "WASD"), button("kick", "Space")];
    const kick = new GameKeys("kick", controls);
    const other = new GameKeys("other", controls);
    kick.bind("one", "kick", "KeyD");
    expect(kick.of("one", "kick")).toEqual(["KeyD"]);
    expect(kick.of("one", "move.right")).toEqual([]);
    expect(kick.of("one", "move.left")).toEqual(["KeyA"]);
    expect(other.of("one", "kick")).toEqual(["Space"]);
    expect(other.of("one", "move.right")).toEqual(["KeyD"]);
    expect(settings.keys.value.two.left).toEqual(DEFAULT_KEYS.two.left);
    kick.bind("two", "move.up", "KeyD");
    expect(kick.of("one", "kick")).toEqual([]);
    expect(kick.uses("KeyD") && !kick.uses("KeyZ")).toBe(true);
  });

  describe.each([
    ["AZERTY", { KeyW: "z", KeyA: "q", KeyK: "k" }],
    ["Dvorak", { KeyW: ",", KeyA: "a", KeyK: "t" }],
    ["Russian", { KeyW: "ц", KeyA: "ф", KeyK: "л" }],
  ])("on a keyboard of %s", (_, written) => {
    const controls = [stick("move", "WASD"), button("kick", "KeyK")];
    const keys = new GameKeys("kick", controls);
    const presses = new KeyPresses(
      () => keys.bindings.map(({ name }) => name),
      () => false,
      (set, name) => keys.of(set, name),
    );
    it("a stick goes by the places of keys", () => {
      for (const [code, name] of [
        ["KeyW", "move.up"],
        ["KeyA", "move.left"],
      ] as const) {
        presses.press({ code, key: written[code], repeat: false });
        expect(presses.holds(0, name)).toBe(true);
        presses.lift(code);
        expect(presses.holds(0, name)).toBe(false);
      }
    });
  });

  it("a button that is called by a letter is pressed by that letter", () => {
    const keys = new GameKeys("kick", [button("kick", "KeyK")]);
    const presses = new KeyPresses(
      () => ["kick"],
      () => false,
      (set, name) => keys.of(set, name),
    );
    // Dvorak writes K where an English keyboard has V.
    presses.press({ code: "KeyV", key: "k", repeat: false });
    expect(presses.holds(0, "kick")).toBe(true);
    presses.release();
    presses.press({ code: "KeyK", key: "t", repeat: false });
    expect(presses.holds(0, "kick")).toBe(false);
  });

  it("with two players each set is its own player's", () => {
    let both = true;
    const keys = new GameKeys("kick", [stick("move", "WASD")]);
    const presses = new KeyPresses(
      () => keys.bindings.map(({ name }) => name),
      () => both,
      (set, name) => keys.of(set, name),
    );
    presses.press({ code: "ArrowUp", key: "ArrowUp", repeat: false });
    expect([presses.holds(0, "move.up"), presses.holds(1, "move.up")]).toEqual([false, true]);
    both = false;
    expect([presses.holds(0, "move.up"), presses.holds(1, "move.up")]).toEqual([true, false]);
  });
});
