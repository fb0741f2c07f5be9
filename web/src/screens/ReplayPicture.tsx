// The picture of a replay: the same renderers as in a match, without anybody's input.
import { useEffect, useRef, useState } from "preact/hooks";
import { TEXT_SCALES, tvScale } from "../arena/Arena";
import { MatchRenderer } from "../arena/renderer";
import type { Rider } from "../games/game_renderer";
import { type ElementRenderer, type Sight, stageOf } from "../games/stage";
import type { Replay } from "../replay/replay";
import { calm, settings } from "../settings";
import { sameHud } from "../sync/hud";
import { wide } from "../ui/hooks";
import { lookOf } from "../ui/look";
import { LONG_SKIP_S, type PlayerAction } from "./replay_keys";

interface PictureProps {
  replay: Replay;
  /** It is on the screen for everybody. */
  tv?: boolean;
  riders: readonly (Rider | undefined)[];
  /** The seat that is followed, or -1. */
  follow: number;
  onBroken: (error: unknown) => void;
  onFollow: (seat: number) => void;
  onAction: (action: PlayerAction) => void;
}

/** Whether the match is heard: only as it was played. */
const isSilent = (replay: Replay) =>
  replay.speed.peek() !== 1 || !replay.playing.peek() || replay.seeking.peek();

/** A press this near to a player's head follows them, CSS pixels. */
const HEAD_PX = 36;
/** Two presses within this time are one double press. */
const DOUBLE_MS = 280;
/** A finger that moves farther than this drags. */
const DRAG_PX = 14;
/** Seconds that dragging across the whole picture goes through, at most. */
const DRAG_S = 30;
/** The part of the picture at each side where a double press skips. */
const SIDE = 0.35;

/** Presses on the picture: one on a player follows, others play and pause; two at a side skip; dragging scrubs. */
function usePresses({ replay, onFollow, onAction }: PictureProps, seatAt: (x: number, y: number) => number) {
  const now = useRef({ onFollow, onAction, seatAt });
  now.current = { onFollow, onAction, seatAt };
  const press = useRef({ x: 0, y: 0, id: -1, from: 0, dragging: false });
  const before = useRef({ at: -Infinity, side: 0, timer: setTimeout(() => {}, 0) });
  return {
    onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }) {
      if (event.button > 0 || !event.isPrimary) return;
      press.current = {
        x: event.clientX,
        y: event.clientY,
        id: event.pointerId,
        from: replay.exactTick,
        dragging: false,
      };
    },
    onPointerMove(event: PointerEvent & { currentTarget: HTMLElement }) {
      const { current } = press;
      if (event.pointerId !== current.id || event.buttons === 0) return;
      const dx = event.clientX - current.x;
      if (!current.dragging && Math.abs(dx) < DRAG_PX) return;
      if (!current.dragging) event.currentTarget.setPointerCapture(event.pointerId);
      current.dragging = true;
      const length = replay.ticks - replay.first;
      const most = Math.min(length, DRAG_S * replay.schema.tickHz);
      replay.seek(current.from + (dx / event.currentTarget.clientWidth) * most);
    },
    onPointerUp(event: PointerEvent & { currentTarget: HTMLElement }) {
      const { current } = press;
      if (event.pointerId !== current.id) return;
      current.id = -1;
      if (current.dragging) return;
      const box = event.currentTarget.getBoundingClientRect();
      const part = (event.clientX - box.left) / box.width;
      const side = part < SIDE ? -1 : part > 1 - SIDE ? 1 : 0;
      const last = before.current;
      clearTimeout(last.timer);
      if (event.timeStamp - last.at < DOUBLE_MS && side === last.side) {
        // A third press within that time skips once more.
        last.at = event.timeStamp;
        if (side === 0) now.current.onAction({ do: "full" });
        else now.current.onAction({ do: "skip", seconds: side * LONG_SKIP_S });
        return;
      }
      last.at = event.timeStamp;
      last.side = side;
      const seat = now.current.seatAt(event.clientX - box.left, event.clientY - box.top);
      last.timer = setTimeout(() => {
        if (seat >= 0) now.current.onFollow(seat);
        else now.current.onAction({ do: "toggle" });
      }, DOUBLE_MS);
    },
    onPointerCancel() {
      press.current.id = -1;
    },
  };
}

export function ReplayPicture(props: PictureProps) {
  const load = stageOf(props.replay.schema.game);
  return load ? <ElementPicture {...props} load={load} /> : <CanvasPicture {...props} />;
}

function CanvasPicture(props: PictureProps) {
  const { replay, tv = false, riders, follow, onBroken } = props;
  const shown = useRef<MatchRenderer | null>(null);
  const presses = usePresses(props, (x, y) => {
    const rider = shown.current?.riderAt(x, y, HEAD_PX);
    return rider ? riders.indexOf(rider) : -1;
  });
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
        look: () => lookOf(replay.info),
        serverNow: () => performance.now(),
        riders: () => seen.current.riders,
        follow: () => seen.current.follow,
        calm: () => calm.value,
        textScale: () => TEXT_SCALES[settings.textSize.value] * (tv ? tvScale() : 1),
        // The match is over: all secrets are shown.
        secrets: {
          of: () => replay.secrets,
          get host() {
            return replay.hostSecrets;
          },
        },
        get silent() {
          return isSilent(replay);
        },
        broken: onBroken,
      });
      replay.canvases = picture.canvases;
      shown.current = picture;
    } catch (error) {
      onBroken(error);
    }
    const stop = replay.jumps.subscribe(() => picture?.restart());
    return () => {
      stop();
      replay.canvases = [];
      shown.current = null;
      picture?.end();
    };
  }, [replay]);
  return (
    <div class="replay-canvas" {...presses}>
      <div ref={box} class="replay-canvas" />
    </div>
  );
}

function ElementPicture(props: PictureProps & { load: () => Promise<ElementRenderer> }) {
  const { replay, riders, follow, onBroken, load } = props;
  const presses = usePresses(props, () => -1);
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
      const hud = renderer.hud(shown.state, ownNow.current, false);
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
    // The match is over: all secrets are told, each player's in the one tree.
    secretOf: () => replay.secrets,
    riders,
    alive: light > 0 && tick >= light,
    secondsTo: (due) => Math.max(0, Math.ceil(replay.seconds(due - tick))),
    tv: follow < 0 && wide.value,
    calm: calm.value,
    recorded: true,
    hold: () => {},
  };
  return (
    <div class="replay-elements" {...presses}>
      <renderer.View at={at} />
    </div>
  );
}
