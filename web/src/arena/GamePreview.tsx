// The moving picture of a game's tile: a recorded moment, drawn by the game's own picture while the tile is to be seen.
// Loaded after the page has been shown; a tile shows its still picture before, and without a network.
import "../i18n/en";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { type ElementRenderer, type Sight, stageOf } from "../games/stage";
import { isObject } from "../net/messages";
import { INDEX } from "../prediction/rpc";
import { calm } from "../settings";
import { lookOf } from "../ui/look";
import { inkOf, shapeOf } from "../ui/palette";
import { isMoment, type Moment, MomentRunner } from "./moment";
import { MatchRenderer } from "./renderer";

let index: Promise<unknown> | null = null;

async function fetchJson(path: string): Promise<unknown> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

/** The moment of a game. Raises if there is none. */
async function fetchMoment(game: string): Promise<Moment> {
  index ??= fetchJson(INDEX);
  index.catch(() => {
    index = null;
  });
  const known = await index;
  const paths = isObject(known) && isObject(known.moments) ? known.moments : {};
  const path = paths[game];
  if (typeof path !== "string") throw new Error(`no moment of ${game}`);
  const moment = await fetchJson(path);
  if (!isMoment(moment)) throw new Error(`${path} holds no moment`);
  return moment;
}

const ridersOf = ({ bots }: Moment): Rider[] =>
  bots.map((_, seat) => ({
    name: "",
    ink: inkOf(seat),
    colour: seat % 8,
    shape: shapeOf(seat),
    mine: false,
  }));

/** Names would be larger than what they name. */
const TEXT_SCALE = 0.6;

function CanvasPreview({ moment, onShown }: { moment: Moment; onShown: () => void }) {
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const runner = new MomentRunner(moment);
    const riders = ridersOf(moment);
    let drawn = 0;
    const picture = new MatchRenderer(element, {
      match: runner.feed,
      look: () => lookOf(moment.info),
      serverNow: () => performance.now(),
      riders: () => riders,
      follow: () => 0,
      calm: () => true,
      textScale: () => TEXT_SCALE,
      silent: true,
      // No map, and the whole of a large world.
      tv: true,
      over: () => {
        if (drawn++ === 1) onShown();
      },
      broken: (error) => console.warn(error),
    });
    return () => picture.end();
  }, [moment]);
  return <span ref={box} class="preview-canvas" />;
}

/** The picture of page elements is made for a whole screen, and shown smaller. */
const WHOLE_WIDTH = 640;

function ElementPreview({
  moment,
  load,
  onShown,
}: Parameters<typeof CanvasPreview>[0] & { load: () => Promise<ElementRenderer> }) {
  const box = useRef<HTMLSpanElement>(null);
  const [renderer, setRenderer] = useState<ElementRenderer | null>(null);
  const [shown, setShown] = useState<{ runner: MomentRunner; tick: number; scale: number } | null>(null);
  useEffect(() => {
    load().then(setRenderer, (error: unknown) => console.warn(error));
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!renderer || !element) return;
    const runner = new MomentRunner(moment);
    let handle = 0;
    let last = -1;
    const frame = () => {
      handle = requestAnimationFrame(frame);
      const now = performance.now();
      const tick = Math.floor(runner.feed.show(now, now).tick);
      if (tick === last) return;
      if (last < 0) onShown();
      last = tick;
      setShown({ runner, tick, scale: element.clientWidth / WHOLE_WIDTH });
    };
    handle = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(handle);
  }, [renderer, moment]);
  const state = shown?.runner.feed.latest;
  if (!renderer || !shown || !state) return <span ref={box} class="preview-canvas" />;
  const light = renderer.light(state);
  const at: Sight = {
    state,
    tick: shown.tick,
    own: [],
    secretOf: () => null,
    riders: ridersOf(moment),
    alive: light > 0 && shown.tick >= light,
    secondsTo: (due) => Math.max(0, Math.ceil((due - shown.tick) / moment.info.tick_hz)),
    tv: false,
    calm: true,
    recorded: true,
    quiet: true,
    hold() {},
  };
  return (
    <span ref={box} class="preview-canvas">
      <span class="preview-whole" inert aria-hidden="true" style={{ "--scale": shown.scale }}>
        <renderer.View at={at} />
      </span>
    </span>
  );
}

/** `game` as it is played, over the still picture that `onShown` lets go. It needs a box with a size around it. */
export function GamePreview({ game, onShown }: { game: string; onShown: () => void }) {
  const [moment, setMoment] = useState<Moment | null>(null);
  useEffect(() => {
    let gone = false;
    fetchMoment(game).then(
      (found) => {
        if (!gone) setMoment(found);
      },
      () => {}, // the still picture stays
    );
    return () => {
      gone = true;
    };
  }, [game]);
  if (!moment || calm.value) return null;
  const load = stageOf(game);
  return load ? (
    <ElementPreview moment={moment} load={load} onShown={onShown} />
  ) : (
    <CanvasPreview moment={moment} onShown={onShown} />
  );
}
