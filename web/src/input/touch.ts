// Fingers into buttons. A game with two buttons gets the two halves of the screen; others get their
// directions as a pad under one thumb and the rest as buttons under the other, swapped for left-handers.
import { settings } from "../settings";
import type { Held } from "./buttons";

/** Buttons that are directions, with where they lie on the pad. */
const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** The mask of the buttons under a finger at (x, y), each 0..1 of the surface. */
export function touched(buttons: readonly string[], x: number, y: number, leftHanded: boolean): number {
  const aims = buttons.filter((name) => name in DIRECTIONS);
  const acts = buttons.filter((name) => !(name in DIRECTIONS));
  const bit = (name: string) => 1 << buttons.indexOf(name);
  if (acts.length === 0 && aims.length === 2) return bit(x < 0.5 ? aims[0]! : aims[1]!);
  if (aims.length === 0) return bit(acts[Math.min(acts.length - 1, Math.floor(x * acts.length))]!);
  const padSide = acts.length === 0 || x < 0.5 !== leftHanded;
  if (!padSide) return bit(acts[Math.min(acts.length - 1, Math.floor(y * acts.length))]!);
  // The pad's middle is that of its half; the stronger axis counts.
  const across = acts.length === 0 ? x - 0.5 : leftHanded ? x - 0.75 : x - 0.25;
  const along = (y - 0.5) * 0.75;
  let best = "";
  let most = 0.02;
  for (const name of aims) {
    const [dx, dy] = DIRECTIONS[name]!;
    const towards = dx * across + dy * along;
    if (towards > most) {
      most = towards;
      best = name;
    }
  }
  return best ? bit(best) : 0;
}

/** Listens to fingers on `surface`. Returns what ends it. */
export function listenToTouch(
  held: Held,
  surface: HTMLElement,
  buttons: () => readonly string[],
): () => void {
  const fingers = new Map<number, number>();

  const masks = () => {
    let mask = 0;
    for (const one of fingers.values()) mask |= one;
    held.set(0, "touch", mask);
  };
  const place = (event: PointerEvent) => {
    const box = surface.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    fingers.set(event.pointerId, touched(buttons(), x, y, settings.leftHanded.value));
    masks();
  };
  const press = (event: PointerEvent) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (buttons().length === 0) return;
    event.preventDefault();
    surface.setPointerCapture?.(event.pointerId);
    place(event);
  };
  const move = (event: PointerEvent) => {
    if (fingers.has(event.pointerId)) place(event);
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
