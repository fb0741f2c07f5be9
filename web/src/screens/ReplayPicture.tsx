// The picture of a replay: the same renderers as in a match, without anybody's input.
import { useEffect, useRef, useState } from "preact/hooks";
import { TEXT_SCALES } from "../arena/Arena";
import { MatchRenderer } from "../arena/renderer";
import type { Rider } from "../games/game_renderer";
import { type ElementRenderer, type Sight, stageOf } from "../games/stage";
import type { Replay } from "../replay/replay";
import { calm, settings } from "../settings";
import { sameHud } from "../sync/hud";

interface PictureProps {
  replay: Replay;
  riders: readonly (Rider | undefined)[];
  /** The seat that is followed, or -1. */
  follow: number;
  onBroken: (error: unknown) => void;
}

/** Whether the match is heard: only as it was played. */
const isSilent = (replay: Replay) =>
  replay.speed.peek() !== 1 || !replay.playing.peek() || replay.seeking.peek();

export function ReplayPicture(props: PictureProps) {
  const load = stageOf(props.replay.schema.game);
  return load ? <ElementPicture {...props} load={load} /> : <CanvasPicture {...props} />;
}

function CanvasPicture({ replay, riders, follow, onBroken }: PictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const seen = useRef({ riders, follow });
  seen.current = { riders, follow };
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let picture: MatchRenderer | null = null;
    try {
      picture = new MatchRenderer(element, {
        match: replay.feed,
        serverNow: () => performance.now(),
        riders: () => seen.current.riders,
        follow: () => seen.current.follow,
        calm: () => calm.value,
        textScale: () => TEXT_SCALES[settings.textSize.value],
        get silent() {
          return isSilent(replay);
        },
        broken: onBroken,
      });
      replay.canvases = picture.canvases;
    } catch (error) {
      onBroken(error);
    }
    const stop = replay.jumps.subscribe(() => picture?.restart());
    return () => {
      stop();
      replay.canvases = [];
      picture?.end();
    };
  }, [replay]);
  return <div ref={box} class="replay-canvas" />;
}

function ElementPicture({
  replay,
  riders,
  follow,
  onBroken,
  load,
}: PictureProps & { load: () => Promise<ElementRenderer> }) {
  const [renderer, setRenderer] = useState<ElementRenderer | null>(null);
  const [, redraw] = useState(0);
  const own = follow < 0 ? [] : [follow];
  const ownNow = useRef(own);
  ownNow.current = own;
  useEffect(() => {
    load().then(setRenderer, onBroken);
  }, []);
  useEffect(() => {
    if (!renderer) return;
    let handle = 0;
    let drawn = -1;
    let fresh = -1;
    const frame = () => {
      handle = requestAnimationFrame(frame);
      const now = performance.now();
      const shown = replay.feed.show(now, now);
      const tick = Math.floor(shown.tick);
      if (!shown.state || (tick === drawn && shown.fresh === fresh)) return;
      drawn = tick;
      fresh = shown.fresh;
      const hud = renderer.hud(shown.state, ownNow.current);
      if (!sameHud(hud, replay.feed.hud.peek())) replay.feed.hud.value = hud;
      redraw((count) => count + 1);
    };
    handle = requestAnimationFrame(frame);
    const stop = replay.feed.listen((event) => {
      if (!isSilent(replay)) renderer.event(event, ownNow.current, replay.feed.latest);
    });
    return () => {
      cancelAnimationFrame(handle);
      stop();
    };
  }, [renderer, replay]);
  const state = replay.feed.latest;
  if (!renderer || !state) return null;
  const tick = replay.tick.value;
  const light = renderer.light(state);
  const at: Sight = {
    state,
    tick,
    own,
    secretOf: () => replay.secrets,
    riders,
    alive: light > 0 && tick >= light,
    secondsTo: (due) => Math.max(0, Math.ceil(replay.seconds(due - tick))),
    tv: follow < 0,
    calm: calm.value,
    recorded: true,
    hold: () => {},
  };
  return (
    <div class="replay-stage">
      <renderer.View at={at} />
    </div>
  );
}
