import { expect, it } from "vitest";
import { ControlState, packStick } from "../../src/input/control_state";
import { LocalEntries } from "../../src/input/local_entries";
import type { ControlInfo } from "../../src/protocol.gen";
import { entriesOf } from "../../src/sync/control_changes";

const CONTROLS: ControlInfo[] = [
  { kind: "stick", name: "move", label: "Move" },
  { kind: "pointer", name: "aim", label: "Aim", width: 100, height: 60 },
  { kind: "typed", name: "word", label: "Word", chars: 9, live: true },
];

it("tells each change once, and that somebody has done more than to move a pointer", () => {
  const state = new ControlState(() => {});
  state.use(CONTROLS);
  const entries = new LocalEntries(state);
  expect(entries.take()).toEqual([]);
  state.point(0, 1, 10, 20);
  expect(entries.acted).toBe(false);
  expect(entries.take()).toEqual([1, 20 * 101 + 10]);
  state.stick(0, 0, "keys", 127, 0);
  expect(entries.acted).toBe(true);
  expect(entries.take()).toEqual([0, packStick(127, 0)]);
  expect(entries.take()).toEqual([]);
  state.typing(0, 2, "hé");
  expect(entries.take()).toEqual(entriesOf({ control: 2, form: "live", value: "hé" }));
  state.write(0, 2, "héy");
  expect(entries.take()).toEqual(entriesOf({ control: 2, form: "text", value: "héy" }));
});
