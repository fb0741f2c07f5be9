// Shows a match through a picture of page elements: brings it forward once a frame, tells the moment at
// which the light turns on, and stamps presses with the time since then.
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import type { ElementRenderer, Sight } from "../games/stage";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import { session } from "../session/page";
import { calm } from "../settings";
import { sameHud } from "../sync/hud";

/** Everything that has come is shown at once: nothing here moves smoothly between two states. */
const AT_ONCE_MS = 5000;
/** A light that this device shows later than this counts from when it was due. */
const LATE_MS = 50;
const REDRAW_MS = 100;

export interface StageProps {
  renderer: ElementRenderer;
  own: ReadonlySignal<number[]>;
  riders: ReadonlySignal<readonly (Rider | undefined)[]>;
  buttons: ReadonlySignal<readonly string[]>;
  tv: boolean;
}

export function Stage({ renderer, own, riders, buttons, tv }: StageProps) {
  const [, redraw] = useState(0);
  const alive = useRef(false);
  const mask = useRef(0);
  const { match, held } = session;
  useEffect(() => {
    let handle = 0;
    let drawnTick = -1;
    let drawnAt = -Infinity;
    let fresh = -1;
    let lightAt = 0;
    const playing = () => (own.value.length > 0 && !tv ? buttons.value : []);
    held.stamp = () => (alive.current ? Math.max(1, Math.round(performance.now() - lightAt)) : 0);
    const light = (now: number): boolean => {
      const state = match.latest;
      const tick = state ? renderer.light(state) : 0;
      const late = session.serverNow() - match.due(tick);
      const on = tick > 0 && late >= 0;
      if (on === alive.current) return false;
      alive.current = on;
      lightAt = late > LATE_MS ? now - late : now;
      if (on && state) renderer.lit(state);
      return true;
    };
    const frame = () => {
      handle = requestAnimationFrame(frame);
      const now = performance.now();
      readPads(held, playing(), own.value.length > 1);
      const shown = match.show(session.serverNow() + AT_ONCE_MS, now);
      const turned = light(now);
      const news = match.newestTick !== drawnTick || shown.fresh !== fresh;
      if (!turned && !news && now - drawnAt < REDRAW_MS) return;
      drawnTick = match.newestTick;
      drawnAt = now;
      fresh = shown.fresh;
      redraw((count) => count + 1);
      const hud = shown.state && renderer.hud(shown.state, own.value, tv);
      if (!sameHud(hud, match.hud.peek())) match.hud.value = hud;
    };
    handle = requestAnimationFrame(frame);
    const endings = [
      match.listen((event) => renderer.event(event, own.value, match.latest)),
      listenToKeys(held, playing, () => own.value.length > 1),
    ];
    return () => {
      cancelAnimationFrame(handle);
      for (const end of endings) end();
      held.stamp = null;
      held.release();
    };
  }, [renderer, tv]);
  const state = match.latest;
  if (!state) return null;
  const at: Sight = {
    state,
    tick: match.newestTick,
    own: tv ? [] : own.value,
    secretOf: (seat) => match.secretOf(seat),
    riders: riders.value,
    alive: alive.current,
    secondsTo,
    tv,
    calm: calm.value,
    hold(button, down) {
      mask.current = down ? mask.current | (1 << button) : mask.current & ~(1 << button);
      held.set(0, "touch", mask.current);
    },
  };
  return <renderer.View at={at} />;
}

function secondsTo(tick: number): number {
  return Math.max(0, Math.ceil((session.match.due(tick) - session.serverNow()) / 1000));
}
