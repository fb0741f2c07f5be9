// Everything that people at this device do, into the controls of the game: keys, pads, mouse, fingers and pens. One
// object for each match shown; it knows the picture only as a place that answers what lies at a pixel.
import { signal } from "@preact/signals";
import type { ControlInfo } from "../protocol.gen";
import type { Point } from "../sync/control_changes";
import { asSeen, axesAsSeen, type HeldButtons } from "./buttons";
import { Choosing, type Direction, type Offer } from "./choosing";
import { DIRECTIONS, type GameKeys } from "./control_keys";
import { type PadStick, padAxes, padButtons, padHeld, padStep, padSticks } from "./control_pad";
import { type ControlState, STICK } from "./control_state";
import { PadPlayers } from "./gamepad";
import { elsewhere, giveBack, KeyPresses } from "./keyboard";
import { Pen } from "./pen";
import { drag, type Stick, take } from "./stick";
import { type Zone, zoneAt } from "./touch_layout";

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What the picture answers; CSS pixels of the surface. */
export interface PictureAccess {
  /** The place in the world, in units. */
  worldAt(x: number, y: number): readonly [number, number];
  /** Units of a CSS pixel. */
  readonly unit: number;
  choiceAt(x: number, y: number): Offer | null;
  highlight(offer: Offer | null): void;
}

export interface DevicesNeeds {
  /** All controls of the game. */
  controls: readonly ControlInfo[];
  keys: GameKeys;
  held: HeldButtons;
  state: ControlState;
  /** Where the picture is: it takes the mouse, fingers and pens. */
  surface: HTMLElement;
  picture(): PictureAccess | null;
  /** How many people play here: 0 to 2. */
  players(): number;
  /** Whether a control may be used by the first (0) or second (1) of them now. */
  open(control: ControlInfo, player: number): boolean;
  /** What can be chosen now, in the order in which it is shown. */
  offers(): readonly Offer[];
  /** Where sticks and buttons are for fingers, in CSS pixels of the surface. */
  zones(): readonly Zone[];
  /** The offer that steps are at, for what is shown beside the picture. */
  pointed(offer: Offer | null): void;
  /** Moves the keyboard to the field of a text; says whether there is one. */
  startTyping(): boolean;
  /** Points of a pen, as they were drawn, for what is shown at once. */
  drew(player: number, number: number, points: readonly Point[]): void;
}

/** What fingers hold, for what is shown of it. */
export interface Touched {
  /** By the stick's number. */
  sticks: ReadonlyMap<number, Stick>;
  /** Buttons, by bits. */
  mask: number;
}

type Finger =
  | { role: "stick"; number: number; stick: Stick; reach: number }
  | { role: "button"; bit: number }
  | { role: "point"; number: number; player: number }
  | { role: "pen"; number: number; player: number }
  | { role: "choose"; on: Offer | null }
  | { role: "none" };

const NO_FINGERS: Touched = { sticks: new Map(), mask: 0 };
/** Of a stick's radius: pushed as far as this it is pushed fully. */
const REACH = 0.8;
const DEAD_PX = 6;
/** A pad's stick moves a pointer over its world in this time. */
const ACROSS_MS = 1100;
const LONGEST_FRAME_MS = 50;
const REPEAT_FIRST_MS = 380;
const REPEAT_MS = 140;
const PAD_A = 0;

/** A control that is not a button, with its number. */
interface Numbered {
  control: ControlInfo;
  number: number;
  /** Its index among all controls. */
  index: number;
}

function numbered(controls: readonly ControlInfo[]): Numbered[] {
  const found: Numbered[] = [];
  for (const [index, control] of controls.entries())
    if (control.kind !== "button") found.push({ control, number: found.length, index });
  return found;
}

export class ControlDevices {
  readonly touched = signal<Touched>(NO_FINGERS);
  readonly choosing: Choosing;
  private readonly needs: DevicesNeeds;
  private readonly names: readonly string[];
  private readonly others: readonly Numbered[];
  private readonly keys: KeyPresses;
  private readonly fingers = new Map<number, Finger>();
  private readonly pens = new Map<string, Pen>();
  private readonly padPlayers = new PadPlayers();
  private readonly padButtons: readonly number[];
  private readonly padSticks: ReadonlyMap<number, PadStick>;
  /** The stick of a pad that moves nothing. */
  private readonly freeStick: PadStick | null;
  /** Where pads moved pointers to: units with fractions, by player and number. */
  private readonly aims = new Map<string, { x: number; y: number; packed: number }>();
  private mouse = 0;
  /** A mouse is on something that can be chosen. */
  private hovered = false;
  private readAt = 0;
  private step: Direction | "" = "";
  private stepAt = 0;
  /** Pads whose A has chosen and is not let go of yet. */
  private readonly chose = new Set<number>();
  private readonly endings: (() => void)[] = [];

  constructor(needs: DevicesNeeds) {
    this.needs = needs;
    const { controls, keys } = needs;
    this.names = controls.flatMap(({ kind, name }) => (kind === "button" ? [name] : []));
    this.others = numbered(controls);
    const bindings = keys.bindings.map(({ name }) => name);
    this.keys = new KeyPresses(
      () => (needs.players() > 0 ? bindings : []),
      () => needs.players() > 1,
      (set, name) => keys.of(set, name),
    );
    this.padButtons = padButtons(controls);
    this.padSticks = padSticks(controls);
    const moved = [...this.padSticks.values()];
    this.freeStick = (["left", "right"] as const).find((side) => !moved.includes(side)) ?? null;
    this.choosing = new Choosing(
      needs.offers,
      (offer) => this.choose(offer),
      (offer) => {
        needs.picture()?.highlight(offer);
        needs.pointed(offer);
      },
    );
    this.listen();
  }

  private listen(): void {
    const { surface } = this.needs;
    const on = <E extends Event>(
      target: EventTarget,
      types: readonly string[],
      run: (event: E) => void,
      capture = false,
    ) => {
      for (const type of types) {
        target.addEventListener(type, run as EventListener, capture);
        this.endings.push(() => target.removeEventListener(type, run as EventListener, capture));
      }
    };
    // Before the page's own shortcuts: a key that the game uses is the game's.
    on<KeyboardEvent>(window, ["keydown"], (event) => this.pressKey(event), true);
    on<KeyboardEvent>(window, ["keyup"], (event) => this.liftKey(event), true);
    on(window, ["blur"], () => this.release());
    on(document, ["visibilitychange"], () => document.hidden && this.release());
    on<MouseEvent>(window, ["click"], giveBack);
    on<PointerEvent>(surface, ["pointerdown"], (event) => this.pressPointer(event));
    on<PointerEvent>(surface, ["pointermove"], (event) => this.movePointer(event));
    on<PointerEvent>(surface, ["pointerup", "pointercancel"], (event) => this.liftPointer(event));
    on<PointerEvent>(surface, ["pointerleave"], () => this.hover(null));
    on(surface, ["contextmenu"], (event) => event.preventDefault());
  }

  /** The first person here who may use a control now, or -1. */
  playerOf(control: ControlInfo): number {
    for (let player = 0; player < this.needs.players(); player++)
      if (this.needs.open(control, player)) return player;
    return -1;
  }

  private first(kind: ControlInfo["kind"]): (Numbered & { player: number }) | null {
    for (const one of this.others) {
      if (one.control.kind !== kind) continue;
      const player = this.playerOf(one.control);
      if (player >= 0) return { ...one, player };
    }
    return null;
  }

  private choose({ control, index }: Offer): void {
    const found = this.others.find((one) => one.control.name === control);
    const player = found ? this.playerOf(found.control) : -1;
    if (found && player >= 0) this.needs.state.choose(player, found.number, index);
    this.choosing.point(null);
  }

  // --- keys

  private pressKey(event: KeyboardEvent): void {
    if (event.key === "Meta") this.keys.meta();
    else if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || elsewhere(event)) return;
    else if (this.keys.press(event) || this.pressMore(event)) event.preventDefault();
    this.tellKeys();
  }

  /** Keys that the game does not bind: for choices and texts. */
  private pressMore(event: KeyboardEvent): boolean {
    if (this.needs.players() === 0) return false;
    if (this.first("choose")) {
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      if (digit) return event.repeat || this.choosing.nth(Number(digit));
      const arrow = ARROWS[event.code];
      if (arrow) return this.choosing.go(arrow);
      if ((event.key === "Enter" || event.code === "Space") && !event.repeat && this.choosing.confirm())
        return true;
    }
    return event.key === "Enter" && !event.repeat && this.needs.startTyping();
  }

  private liftKey(event: KeyboardEvent): void {
    if (event.key === "Meta") this.keys.meta();
    this.keys.lift(event.code);
    this.tellKeys();
  }

  private tellKeys(): void {
    const { held, state } = this.needs;
    for (const player of [0, 1]) {
      let mask = 0;
      for (const [k, name] of this.names.entries()) if (this.keys.holds(player, name)) mask |= 1 << k;
      held.set(player, "keys", asSeen(this.names, mask));
      if (player >= this.needs.players()) continue;
      for (const { control, number } of this.others) {
        if (control.kind !== "stick") continue;
        const [up, left, down, right] = DIRECTIONS.map((direction) =>
          this.keys.holds(player, `${control.name}.${direction}`) ? STICK : 0,
        ) as [number, number, number, number];
        state.stick(player, number, "keys", ...axesAsSeen(right - left, down - up));
      }
    }
  }

  // --- mouse, fingers and pens

  private at(event: PointerEvent): [number, number] {
    const box = this.needs.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private pressPointer(event: PointerEvent): void {
    if (this.needs.players() === 0) return;
    const mouse = event.pointerType === "mouse";
    if (!mouse || event.button === 0) event.preventDefault();
    this.needs.surface.setPointerCapture?.(event.pointerId);
    const [x, y] = this.at(event);
    const finger = this.roleAt(x, y, event);
    this.fingers.set(event.pointerId, finger);
    this.moveFinger(event, finger);
    this.tellFingers();
  }

  /** What a press at a place is for. */
  private roleAt(x: number, y: number, event: PointerEvent): Finger {
    const { surface } = this.needs;
    const mouse = event.pointerType === "mouse";
    const width = surface.clientWidth;
    const zones: readonly Zone[] = mouse ? [] : this.needs.zones();
    const zone = zoneAt(zones, x, y, width, { picture: true });
    if (zone) return this.holdZone(zone, x, y);
    const primary = !mouse || event.button === 0;
    const choice = primary ? this.choiceAt(x, y) : null;
    if (choice) return { role: "choose", on: choice };
    const stroke = primary ? this.first("stroke") : null;
    if (stroke) {
      const pen = this.pen(stroke);
      const [across, down] = this.needs.picture()?.worldAt(x, y) ?? [0, 0];
      pen.begin(across, down, event.timeStamp);
      this.needs.drew(stroke.player, stroke.number, [[across, down, 0]]);
      return { role: "pen", number: stroke.number, player: stroke.player };
    }
    if (mouse) this.mouse = event.buttons;
    const pointer = this.first("pointer");
    if (pointer) return { role: "point", number: pointer.number, player: pointer.player };
    const loose = zoneAt(zones, x, y, width, { picture: false });
    return loose ? this.holdZone(loose, x, y) : { role: "none" };
  }

  private holdZone(zone: Zone, x: number, y: number): Finger {
    if (zone.kind === "button") return { role: "button", bit: zone.number };
    // One thumb, one stick: a second finger there takes it over.
    for (const [id, finger] of this.fingers)
      if (finger.role === "stick" && finger.number === zone.number) this.fingers.delete(id);
    return { role: "stick", number: zone.number, stick: take(x, y, zone), reach: zone.radius * REACH };
  }

  private choiceAt(x: number, y: number): Offer | null {
    const choice = this.needs.picture()?.choiceAt(x, y) ?? null;
    const control = this.others.find((one) => one.control.name === choice?.control)?.control;
    return choice && control && this.playerOf(control) >= 0 ? choice : null;
  }

  private pen({ number, player, control }: Numbered & { player: number }): Pen {
    const key = `${player} ${number}`;
    let pen = this.pens.get(key);
    if (!pen) {
      pen = new Pen(control.width ?? 0, control.height ?? 0);
      this.pens.set(key, pen);
    }
    return pen;
  }

  private movePointer(event: PointerEvent): void {
    if (this.needs.players() === 0) return;
    const finger = this.fingers.get(event.pointerId);
    if (event.pointerType === "mouse") {
      // A second button that goes down or up comes as a move.
      if (finger?.role === "point" || finger?.role === "none") this.mouse = finger ? event.buttons : 0;
      if (!finger || finger.role === "point") this.pointAt(event);
      if (!finger) this.hover(event);
    } else if (!finger && event.pointerType === "pen") this.pointAt(event);
    if (!finger) return;
    this.moveFinger(event, finger);
    this.tellFingers();
  }

  private pointAt(event: PointerEvent): void {
    const pointer = this.first("pointer");
    const picture = this.needs.picture();
    if (!pointer || !picture) return;
    const [x, y] = this.at(event);
    this.needs.state.point(pointer.player, pointer.number, ...picture.worldAt(x, y));
  }

  private hover(event: PointerEvent | null): void {
    const [x, y] = event ? this.at(event) : [-1, -1];
    const offer = event ? this.choiceAt(x, y) : null;
    const can = offer?.can ? offer : null;
    if (can || this.hovered) this.choosing.point(can);
    this.hovered = can !== null;
    this.needs.surface.dataset.over = can ? "choice" : "";
  }

  private moveFinger(event: PointerEvent, finger: Finger): void {
    const [x, y] = this.at(event);
    if (finger.role === "stick") finger.stick = drag(finger.stick, x, y);
    else if (finger.role === "point") this.pointAt(event);
    else if (finger.role === "button") {
      // A thumb slides from one button to the next.
      const zone = zoneAt(this.needs.zones(), x, y, this.needs.surface.clientWidth, { picture: true });
      if (zone?.kind === "button") finger.bit = zone.number;
    } else if (finger.role === "choose") {
      finger.on = this.choiceAt(x, y);
      this.choosing.point(finger.on);
    } else if (finger.role === "pen") this.draw(event, finger.player, finger.number);
  }

  private draw(event: PointerEvent, player: number, number: number): void {
    const pen = this.pens.get(`${player} ${number}`);
    const picture = this.needs.picture();
    if (!pen || !picture) return;
    const all = event.getCoalescedEvents?.() ?? [];
    const points: Point[] = [];
    for (const one of all.length > 0 ? all : [event]) {
      const [x, y] = picture.worldAt(...this.at(one));
      pen.move(x, y, one.timeStamp, picture.unit);
      points.push([x, y, 1]);
    }
    this.needs.drew(player, number, points);
  }

  private liftPointer(event: PointerEvent): void {
    const finger = this.fingers.get(event.pointerId);
    if (event.pointerType === "mouse") this.mouse = 0;
    if (finger?.role === "pen") this.pens.get(`${finger.player} ${finger.number}`)?.end(event.timeStamp);
    this.fingers.delete(event.pointerId);
    if (finger?.role === "choose") {
      // It chooses where it is lifted: who has missed a card slides on to it.
      if (finger.on && event.type === "pointerup") this.choosing.press(finger.on);
      else this.choosing.point(null);
    }
    this.tellFingers();
  }

  private tellFingers(): void {
    const { held, state } = this.needs;
    const sticks = new Map<number, Stick>();
    let mask = 0;
    // The left button of a mouse presses the first button, the right one the second.
    for (const k of [0, 1]) if (this.mouse & (1 << k) && k < this.names.length) mask |= 1 << k;
    for (const finger of this.fingers.values()) {
      if (finger.role === "button") mask |= 1 << finger.bit;
      if (finger.role === "stick") sticks.set(finger.number, finger.stick);
    }
    for (const { control, number } of this.others) {
      if (control.kind !== "stick" || this.needs.players() === 0) continue;
      const finger = [...this.fingers.values()].find(
        (one) => one.role === "stick" && one.number === number,
      ) as Extract<Finger, { role: "stick" }> | undefined;
      const [x, y] = finger ? pushed(finger.stick, finger.reach) : [0, 0];
      state.stick(0, number, "touch", ...axesAsSeen(x, y));
    }
    this.touched.value = { sticks, mask };
    held.set(0, "touch", asSeen(this.names, mask));
  }

  // --- once a frame

  /** Reads the pads and sends what pens have drawn. */
  frame(now: number): void {
    const passed = Math.min(LONGEST_FRAME_MS, now - this.readAt);
    this.readAt = now;
    for (const [key, pen] of this.pens) {
      const [player = 0, number = 0] = key.split(" ").map(Number);
      const control = this.others[number]?.control;
      const open = control !== undefined && player < this.needs.players() && this.needs.open(control, player);
      if (!open) pen.end(now);
      const points = pen.take(now);
      if (open) this.needs.state.draw(player, number, points);
    }
    this.readPads(now, passed);
  }

  private readPads(now: number, passed: number): void {
    const { held, state } = this.needs;
    const count = this.needs.players();
    const pads = (navigator.getGamepads?.() ?? []).flatMap((pad) => (pad?.connected ? [pad] : []));
    const players = this.padPlayers.assign(pads);
    const masks = [0, 0];
    const axes = new Map<string, [number, number]>();
    for (const pad of count > 0 ? pads : []) {
      const player = count > 1 && players.get(pad.index) === 1 ? 1 : 0;
      this.choosePad(pad, now);
      const without = this.chose.has(pad.index) ? PAD_A : -1;
      masks[player] = (masks[player] ?? 0) | padHeld(this.padButtons, pad, without);
      for (const { control, number, index } of this.others) {
        const side = this.padSticks.get(index);
        if (!side) continue;
        const found = padAxes(pad, side);
        const before = axes.get(`${player} ${number}`) ?? [0, 0];
        if (Math.hypot(...found) >= Math.hypot(...before)) axes.set(`${player} ${number}`, found);
        if (control.kind === "pointer") this.moveAim(player, { control, number, index }, found, passed);
      }
    }
    for (const player of [0, 1]) {
      held.set(player, "pad", asSeen(this.names, masks[player] ?? 0));
      for (const { control, number } of player < count ? this.others : [])
        if (control.kind === "stick")
          state.stick(player, number, "pad", ...axesAsSeen(...(axes.get(`${player} ${number}`) ?? REST)));
    }
  }

  /** A pad's stick moves a pointer. */
  private moveAim(
    player: number,
    { control, number }: Numbered,
    push: readonly [number, number],
    passed: number,
  ) {
    if ((push[0] === 0 && push[1] === 0) || !this.needs.open(control, player)) return;
    const { width = 0, height = 0 } = control;
    const key = `${player} ${number}`;
    const packed = this.needs.state.local(player).numbers.get(number) ?? 0;
    let aim = this.aims.get(key);
    if (aim?.packed !== packed) {
      aim = { x: packed % (width + 1), y: Math.floor(packed / (width + 1)), packed };
      this.aims.set(key, aim);
    }
    const [x, y] = axesAsSeen(push[0] / STICK, push[1] / STICK);
    // Gentle near the middle, for aiming.
    const speed = (Math.hypot(x, y) * Math.max(width, height) * passed) / ACROSS_MS;
    aim.x = Math.max(0, Math.min(width, aim.x + x * speed));
    aim.y = Math.max(0, Math.min(height, aim.y + y * speed));
    this.needs.state.point(player, number, aim.x, aim.y);
    aim.packed = this.needs.state.local(player).numbers.get(number) ?? 0;
  }

  /** The cross, or a stick that is free, steps through what can be chosen; A chooses. */
  private choosePad(pad: Gamepad, now: number): void {
    const a = pad.buttons[PAD_A]?.pressed ?? false;
    if (!a) this.chose.delete(pad.index);
    if (!this.first("choose")) return;
    const step = padStep(pad, this.freeStick);
    if (step !== this.step || (step && now >= this.stepAt)) {
      this.stepAt = now + (step === this.step ? REPEAT_MS : REPEAT_FIRST_MS);
      this.step = step;
      if (step) this.choosing.go(step);
    }
    if (a && !this.chose.has(pad.index) && this.choosing.confirm()) this.chose.add(pad.index);
  }

  // --- the end

  /** Lets go of everything: the page is hidden or loses the keyboard. */
  release(): void {
    this.keys.release();
    this.fingers.clear();
    this.mouse = 0;
    for (const pen of this.pens.values()) pen.end(performance.now());
    this.needs.state.release();
    this.tellKeys();
    this.tellFingers();
  }

  /** Ends all listening. */
  end(): void {
    for (const ending of this.endings) ending();
    this.release();
    this.needs.held.release();
    this.choosing.point(null);
  }
}

const REST: readonly [number, number] = [0, 0];

/** The axes of a stick under a thumb: the whole range within `reach` pixels. */
export function pushed(stick: Stick, reach: number): [number, number] {
  const [dx, dy] = [stick.thumbX - stick.x, stick.thumbY - stick.y];
  const far = Math.hypot(dx, dy);
  if (far < DEAD_PX) return [0, 0];
  const share = (Math.min(1, (far - DEAD_PX) / Math.max(1, reach - DEAD_PX)) * STICK) / far;
  return [dx * share, dy * share];
}
