// What the people at this device do with controls other than buttons, as packed numbers, texts and points by the
// control's number (game/rules/controls.py, GAME.controls): held values, and what was sent or drawn since the last input.
import type { ControlInfo } from "../protocol.gen";
import type { Change, Point } from "../sync/control_changes";

/** What somebody holds and has just done, in this moment: for what is shown before the server knows of it. */
export interface LocalControls {
  /** By the control's number; of sticks and pointers. */
  readonly numbers: ReadonlyMap<number, number>;
  /** What is being typed, by the control's number. */
  readonly typing: ReadonlyMap<number, string>;
}

export const STICK = 127;
const MOST_POINTS = 64;
export function packStick(x: number, y: number): number {
  return ((x & 255) << 8) | (y & 255);
}

export function unpackStick(value: number): [number, number] {
  return [((value >> 8) << 24) >> 24, (value << 24) >> 24];
}

/** A stick's axes as whole numbers that are no longer than 127 together, in 32 directions, so that few changes are sent. */
export function quantised(x: number, y: number): [number, number] {
  const length = Math.min(STICK, Math.hypot(x, y));
  if (length < STICK / 16) return [0, 0];
  const step = STICK / 4;
  const long = Math.min(STICK, Math.ceil(length / step) * step);
  const turn = Math.PI / 16;
  const angle = Math.round(Math.atan2(y, x) / turn) * turn;
  // Not -0, which is not 0 to some.
  return [Math.trunc(Math.cos(angle) * long) + 0, Math.trunc(Math.sin(angle) * long) + 0];
}

function resting(controls: readonly ControlInfo[]): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const [number, { kind, width = 0, height = 0 }] of controls.entries()) {
    if (kind === "stick") numbers.set(number, 0);
    if (kind === "pointer") numbers.set(number, (height >> 1) * (width + 1) + (width >> 1));
  }
  return numbers;
}

interface Held {
  numbers: Map<number, number>;
  typing: Map<number, string>;
  /** Axes by source, of each stick. */
  sticks: Map<number, Map<string, readonly [number, number]>>;
  /** What lasts for one step, in order. */
  sent: Change[];
}

export class ControlState {
  /** Those of the game that are not buttons. */
  private controls: readonly ControlInfo[] = [];
  private people: Held[] = [];
  private readonly changed: () => void;

  /** `changed` is called with every change. */
  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Uses the controls of a game; everything is at rest. */
  use(controls: readonly ControlInfo[] | undefined): void {
    this.controls = (controls ?? []).filter(({ kind }) => kind !== "button");
    this.people = [];
  }

  /** Whether the game has controls that are not buttons. */
  get any(): boolean {
    return this.controls.length > 0;
  }

  private person(player: number): Held {
    let held = this.people[player];
    if (!held) {
      held = { numbers: resting(this.controls), typing: new Map(), sticks: new Map(), sent: [] };
      this.people[player] = held;
    }
    return held;
  }

  /** Moves a stick by one of its sources, such as "keys" or "pad"; the source that pushes it farthest counts. */
  stick(player: number, number: number, source: string, x: number, y: number): void {
    const held = this.person(player);
    let sources = held.sticks.get(number);
    if (!sources) {
      sources = new Map();
      held.sticks.set(number, sources);
    }
    sources.set(source, [x, y]);
    let best: readonly [number, number] = [0, 0];
    for (const axes of sources.values()) if (Math.hypot(...axes) > Math.hypot(...best)) best = axes;
    this.number(held, number, packStick(...quantised(...best)));
  }

  /** Points at a place of the world, in units. */
  point(player: number, number: number, x: number, y: number): void {
    const { width = 0, height = 0 } = this.controls[number] ?? {};
    const across = Math.round(Math.max(0, Math.min(width, x)));
    const down = Math.round(Math.max(0, Math.min(height, y)));
    this.number(this.person(player), number, down * (width + 1) + across);
  }

  private number(held: Held, number: number, value: number): void {
    if (held.numbers.get(number) === value) return;
    held.numbers.set(number, value);
    this.changed();
  }

  choose(player: number, number: number, index: number): void {
    this.send(player, { control: number, form: "number", value: index });
  }

  /** Sends a text. */
  write(player: number, number: number, text: string): void {
    const held = this.person(player);
    held.typing.delete(number);
    this.send(player, { control: number, form: "text", value: text });
  }

  /** What is being typed; only games that ask for it are told. */
  typing(player: number, number: number, text: string): void {
    if (!this.controls[number]?.live) return;
    const held = this.person(player);
    if ((held.typing.get(number) ?? "") === text) return;
    held.typing.set(number, text);
    this.changed();
  }

  draw(player: number, number: number, points: readonly Point[]): void {
    if (points.length > 0) this.send(player, { control: number, form: "points", value: points });
  }

  private send(player: number, change: Change): void {
    this.person(player).sent.push(change);
    this.changed();
  }

  /** Lets go of sticks: the page is hidden or loses the keyboard. Pointers stay where they are. */
  release(): void {
    for (const held of this.people) {
      held?.sticks.clear();
      for (const [number, control] of this.controls.entries())
        if (held && control.kind === "stick") held.numbers.set(number, 0);
    }
    this.changed();
  }

  local(player: number): LocalControls {
    return this.person(player);
  }

  /** What lasts for one step, since the last call: points of one pen are one change, and 64 at most at a time. */
  takeSent(player: number, most: number): Change[] {
    const { sent } = this.person(player);
    const taken: Change[] = [];
    while (sent.length > 0) {
      const [first] = sent;
      if (!first) break;
      const last = taken.at(-1);
      if (first.form === "points") {
        const before = last?.form === "points" && last.control === first.control ? last.value : [];
        if (before.length === 0 && taken.length >= most) break;
        const room = MOST_POINTS - before.length;
        const value = [...before, ...first.value.slice(0, room)];
        if (before.length > 0) taken.pop();
        taken.push({ ...first, value });
        if (first.value.length > room) {
          sent[0] = { ...first, value: first.value.slice(room) };
          break;
        }
      } else {
        if (taken.length >= most) break;
        taken.push(first);
      }
      sent.shift();
    }
    return taken;
  }

  /** Whether a choice or a text waits, which are sent at once. */
  atOnce(player: number): boolean {
    return this.person(player).sent.some(({ form }) => form !== "points");
  }

  /** The packed numbers at the start of a match, by the control's number. */
  atRest(): ReadonlyMap<number, number> {
    return resting(this.controls);
  }

  /** Forgets what waits: nobody plays. */
  drop(): void {
    for (const held of this.people) if (held) held.sent = [];
  }
}
