// When sound starts, stops and comes back: a table of states, occasions and whether the page is hidden.
import { expect, test } from "vitest";
import { type Action, actionFor, type Occasion, type SoundState } from "../../src/sound/lifecycle";

const OCCASIONS: readonly Occasion[] = ["gesture", "shown", "hidden", "changed", "later"];

const SEEN: Readonly<Record<SoundState, readonly Action[]>> = {
  // silent until the first gesture, whatever else happens
  none: ["create", "nothing", "nothing", "nothing", "nothing"],
  suspended: ["resume", "resume", "nothing", "retry", "resume"],
  // a call, another app: tried again after it, and with each gesture
  interrupted: ["resume", "resume", "nothing", "retry", "resume"],
  running: ["nothing", "nothing", "suspend", "nothing", "nothing"],
  closed: ["create", "create", "nothing", "nothing", "nothing"],
};

test.each(Object.entries(SEEN))("while the page is seen: %s", (state, actions) => {
  for (const [k, occasion] of OCCASIONS.entries())
    expect(actionFor(state as SoundState, occasion, false), occasion).toBe(actions[k]);
});

test.each(Object.keys(SEEN))("a hidden page never starts to sound: %s", (state) => {
  for (const occasion of OCCASIONS) {
    const action = actionFor(state as SoundState, occasion, true);
    expect(action, occasion).toBe(state === "running" && occasion === "hidden" ? "suspend" : "nothing");
  }
});
