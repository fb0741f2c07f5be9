// Fingers into buttons. A game that turns left and right gets the two halves of the screen; one with more
// directions a stick under one thumb and its other buttons under the other, swapped for left-handers.
import { settings } from "../settings";
import type { HeldButtons } from "./buttons";
import { asSeen } from "./buttons";
import { drag, heldStick, restingPlace, type Stick, steered, take } from "./stick";

const DIRECTIONS: readonly string[] = ["left", "right", "up", "down"];

/** Whether a finger that lands at x, 0..1 of the surface, takes the stick. */
export function onStick(buttons: readonly string[], x: number, leftHanded: boolean): boolean {
  const aims = buttons.filter((name) => DIRECTIONS.includes(name));
  if (aims.length === 0 || (aims.length === 2 && buttons.length === 2)) return false;
  return aims.length === buttons.length || x < 0.5 !== leftHanded;
}

/** The mask of the button under a finger at (x, y), each 0..1 of the surface, that is not on the stick. */
export function touched(buttons: readonly string[], x: number, y: number): number {
  const aims = buttons.filter((name) => DIRECTIONS.includes(name));
  const acts = buttons.filter((name) => !DIRECTIONS.includes(name));
  const bit = (name: string | undefined) => (name === undefined ? 0 : 1 << buttons.indexOf(name));
  if (acts.length === 0) return aims.length === 2 ? bit(aims[x < 0.5 ? 0 : 1]) : 0;
  const along = aims.length === 0 ? x : y;
  return bit(acts[Math.min(acts.length - 1, Math.floor(along * acts.length))]);
}

interface Finger {
  /** The stick that it holds, or null. */
  stick: Stick | null;
  mask: number;
}

/** Listens to fingers on `surface`. Returns what ends it. */
export function listenToTouch(
  held: HeldButtons,
  surface: HTMLElement,
  buttons: () => readonly string[],
): () => void {
  const fingers = new Map<number, Finger>();

  const masks = () => {
    let mask = 0;
    let stick: Stick | null = null;
    for (const finger of fingers.values()) {
      mask |= finger.mask;
      stick = finger.stick ?? stick;
    }
    heldStick.value = stick;
    held.set(0, "touch", mask);
  };
  const put = (id: number, stick: Stick | null, mask: number) => {
    const seen = stick ? asSeen(buttons(), steered(buttons(), stick)) : mask;
    fingers.set(id, { stick, mask: seen });
    masks();
  };
  const press = (event: PointerEvent) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (buttons().length === 0) return;
    event.preventDefault();
    surface.setPointerCapture?.(event.pointerId);
    const box = surface.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const left = settings.leftHanded.value;
    if (onStick(buttons(), x / box.width, left)) {
      // One thumb, one stick: a second finger there takes it over.
      for (const [id, { stick }] of fingers) if (stick) fingers.delete(id);
      put(event.pointerId, take(x, y, restingPlace(box.width, box.height, left)), 0);
    } else put(event.pointerId, null, touched(buttons(), x / box.width, y / box.height));
  };
  const move = (event: PointerEvent) => {
    const finger = fingers.get(event.pointerId);
    if (!finger) return;
    const box = surface.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    if (finger.stick) put(event.pointerId, drag(finger.stick, x, y), 0);
    else if (!onStick(buttons(), x / box.width, settings.leftHanded.value))
      put(event.pointerId, null, touched(buttons(), x / box.width, y / box.height));
  };
  const lift = (event: PointerEvent) => {
    if (fingers.delete(event.pointerId)) masks();
  };
  const quiet = (event: Event) => event.preventDefault();
  surface.addEventListener("pointerdown", press);
  surface.addEventListener("pointermove", move);
  surface.addEventListener("pointerup", lift);
  surface.addEventListener("pointercancel", lift);
  surface.addEventListener("contextmenu", quiet);
  return () => {
    surface.removeEventListener("pointerdown", press);
    surface.removeEventListener("pointermove", move);
    surface.removeEventListener("pointerup", lift);
    surface.removeEventListener("pointercancel", lift);
    surface.removeEventListener("contextmenu", quiet);
    fingers.clear();
    masks();
  };
}
