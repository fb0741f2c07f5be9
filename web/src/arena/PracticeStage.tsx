// Practice of a game whose picture is made of page elements: brings it forward once a frame, and holds its buttons.
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import type { ElementRenderer, Sight } from "../games/stage";
import type { HeldButtons } from "../input/buttons";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import type { Practice } from "../prediction/practice";
import { calm } from "../settings";
import { sameHud } from "../sync/hud";

interface Props {
  shown: Practice;
  load: () => Promise<ElementRenderer>;
  riders: ReadonlySignal<readonly (Rider | undefined)[]>;
  own: readonly number[];
  held: HeldButtons;
}

export function PracticeStage({ shown, load, riders, own, held }: Props) {
  const [renderer, setRenderer] = useState<ElementRenderer | null>(null);
  const [tick, setTick] = useState(0);
  const mask = useRef(0);
  const lit = useRef(false);
  useEffect(() => {
    load().then(setRenderer, (error: unknown) => console.error(error));
  }, []);
  useEffect(() => {
    if (!renderer) return;
    let handle = 0;
    const buttons = () => (shown.playing.peek() ? shown.game.info.buttons : []);
    const frame = () => {
      handle = requestAnimationFrame(frame);
      readPads(held, buttons(), false);
      const now = performance.now();
      const { state, tick: at } = shown.feed.show(now, now);
      if (!state) return;
      const light = renderer.light(state);
      const on = light > 0 && at >= light;
      if (on && !lit.current && shown.playing.peek()) renderer.lit(state);
      lit.current = on;
      setTick(Math.floor(at));
      const hud = renderer.hud(state, own, false);
      if (!sameHud(hud, shown.feed.hud.peek())) shown.feed.hud.value = hud;
    };
    handle = requestAnimationFrame(frame);
    const endings = [
      shown.feed.listen((event) => {
        if (shown.playing.peek()) renderer.event(event, own, shown.feed.latest);
      }),
      listenToKeys(held, buttons, () => false),
    ];
    return () => {
      cancelAnimationFrame(handle);
      for (const end of endings) end();
      held.release();
    };
  }, [renderer, shown]);
  const state = shown.feed.latest;
  if (!renderer || !state) return null;
  const seconds = (due: number) => Math.ceil((due - tick) / shown.game.info.tick_hz);
  const at: Sight = {
    state,
    tick,
    own,
    secretOf: (seat) => shown.secretOf(seat),
    riders: riders.value,
    alive: lit.current,
    secondsTo: (due) => Math.max(0, seconds(due)),
    tv: false,
    calm: calm.value,
    hold(button, down) {
      mask.current = down ? mask.current | (1 << button) : mask.current & ~(1 << button);
      held.set(0, "touch", mask.current);
    },
  };
  return (
    <div class="practice-stage">
      <renderer.View at={at} />
    </div>
  );
}
