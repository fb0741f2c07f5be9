// The picture of the running match as a component.
import { computed, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { type ElementRenderer, stageOf } from "../games/stage";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import { listenToTouch } from "../input/touch";
import { session } from "../session/page";
import { seatsOf } from "../session/room_state";
import { calm, settings } from "../settings";
import { lazy } from "../ui/lazy";
import { lookOf } from "../ui/look";
import { inkOf, shapeOf } from "../ui/palette";
import type { ControlsView } from "./Controls";
import { tellHeads } from "./heads";
import { opening } from "./opening";
import { MatchRenderer, type RenderSource } from "./renderer";
import { Stage } from "./Stage";
import { TouchHints } from "./TouchHints";

export const TEXT_SCALES = { small: 0.85, normal: 1, large: 1.2, huge: 1.45 } as const;

/** My own seats in the order of players at this device. */
const ownSeats = computed(() =>
  seatsOf(session.room.value, session.me.value).filter((seat) => seat !== null),
);

// The room changes often (round trips, readiness); riders stay the same object unless one changes its look.
let lastRiders: (Rider | undefined)[] = [];
export const riders = computed(() => {
  const next: (Rider | undefined)[] = [];
  for (const [number, seat] of Object.entries(session.room.value?.seats ?? {})) {
    const mine = ownSeats.value.includes(Number(number));
    next[Number(number)] = {
      name: seat.name,
      ink: inkOf(seat.colour),
      colour: seat.colour,
      shape: shapeOf(seat.shape),
      mine,
    };
  }
  const same =
    next.length === lastRiders.length &&
    next.every((rider, k) => {
      const old = lastRiders[k];
      if (!rider || !old) return rider === old;
      return (
        rider.name === old.name &&
        rider.ink === old.ink &&
        rider.shape === old.shape &&
        rider.mine === old.mine
      );
    });
  if (!same) lastRiders = next;
  return lastRiders;
});

const Controls = lazy(() => import("./Controls").then((module) => module.Controls));

const info = computed(() => session.games.value.find(({ name }) => name === session.room.value?.game));
/** What players can do in a game that declares more than buttons. */
const controls = computed(() => info.value?.controls ?? null);

/** Those of a game that has nothing else. */
const buttons = computed(() => (controls.value ? NONE : (info.value?.buttons ?? NONE)));
const NONE: readonly string[] = [];

/** The buttons that this device presses; none while it only watches. */
const playing = computed(() => (ownSeats.value.length > 0 ? buttons.value : []));

/** Whether another picture covers the match: it is not heard then. */
export const covered = signal(false);

/** Rises when a broken picture is to be drawn afresh. */
const redrawn = signal(0);

/** How much larger texts of the picture are where people look on from across a room: 28 px for a name, and in proportion. */
export const tvScale = (): number => 2.15 * Math.max(1, Math.min(innerWidth / 1920, innerHeight / 1080));

/** The match of the room, as this device's people see it. */
export function roomSource(follow: () => number, tv = false): RenderSource {
  return {
    tv,
    secrets: {
      of: (seat) => session.match.secretOf(seat),
      get host() {
        return session.match.hostSecret;
      },
    },
    match: session.match,
    look: () => lookOf(info.value),
    serverNow: () => session.serverNow(),
    riders: () => riders.value,
    follow,
    calm: () => calm.value,
    textScale: () => TEXT_SCALES[settings.textSize.value] * (tv ? tvScale() : 1),
    get silent() {
      return covered.peek();
    },
    opening: () => opening.peek() && !tv,
    frame: () => readPads(session.held, buttons.value, ownSeats.value.length > 1),
    broken: (error) => {
      console.error(error);
      session.trouble.value = {
        where: "picture",
        message: "The picture of the game broke. The match goes on without it.",
        repair: () => {
          redrawn.value++;
        },
      };
    },
  };
}

/**
 * Fills its parent with the running match and takes its players' input: keys everywhere on the page,
 * fingers on the picture, gamepads. `follow` marks the seat that a spectator watches; `tv`: everybody does.
 */
export function Arena({ follow = null, tv = false }: { follow?: number | null; tv?: boolean }) {
  const name = session.match.schema.value?.game ?? "";
  const load = stageOf(name);
  return load ? <StageArena key={name} load={load} tv={tv} /> : <CanvasArena follow={follow} tv={tv} />;
}

/** The match as page elements, once their file is there. */
function StageArena({ load, tv }: { load: () => Promise<ElementRenderer>; tv: boolean }) {
  const [renderer, setRenderer] = useState<ElementRenderer | null>(null);
  useEffect(() => {
    load().then(setRenderer, roomSource(() => -1).broken);
  }, []);
  return (
    <div class="arena" style={{ position: "absolute", inset: "0", overflow: "hidden" }}>
      {renderer && <Stage renderer={renderer} own={ownSeats} riders={riders} buttons={buttons} tv={tv} />}
    </div>
  );
}

function CanvasArena({ follow, tv }: { follow: number | null; tv: boolean }) {
  const touched = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const followed = useRef(-1);
  followed.current = follow ?? -1;
  const picture = useRef<MatchRenderer | null>(null);
  const view = useRef<ControlsView | null>(null);
  const [surface, setSurface] = useState<HTMLElement | null>(null);
  const [foot, setFoot] = useState(0);
  const [under, setUnder] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const source = roomSource(() => followed.current, tv);
    const readButtons = source.frame;
    source.frame = () => {
      if (view.current) view.current.frame(performance.now());
      else readButtons?.();
    };
    source.over = (scene) => {
      view.current?.over(scene);
      if (!tv) tellHeads(scene, riders.peek());
    };
    try {
      picture.current = new MatchRenderer(element, source);
    } catch (error) {
      source.broken(error);
    }
    setSurface(touched.current);
    return () => {
      session.held.release();
      picture.current?.end();
      picture.current = null;
    };
  }, [redrawn.value]);
  const used = controls.value;
  useEffect(() => {
    const element = touched.current;
    // A game that declares its controls has listeners of its own.
    if (used || !element) return;
    const endings = [
      listenToKeys(
        session.held,
        () => playing.value,
        () => ownSeats.value.length > 1,
      ),
      listenToTouch(session.held, element, () => playing.value),
    ];
    return () => {
      for (const end of endings) end();
      session.held.release();
    };
  }, [used === null, redrawn.value]);
  return (
    <div
      class="arena"
      style={{
        position: "absolute",
        inset: "0",
        overflow: "hidden",
        touchAction: "none",
        userSelect: "none",
      }}
    >
      {/* Fingers may rest below the picture, too. */}
      <div ref={touched} style={{ position: "absolute", inset: `0 0 ${foot}px` }}>
        <div ref={box} style={{ position: "absolute", inset: `0 0 ${under}px` }} />
      </div>
      <TouchHints buttons={playing.value} />
      {used && surface && ownSeats.value.length > 0 && !tv && (
        <Controls
          game={info.value?.name ?? ""}
          controls={used}
          held={session.held}
          state={session.controls}
          seats={ownSeats}
          riders={riders}
          surface={surface}
          picture={() => picture.current}
          parts={session.match.schema.value?.picture ?? []}
          field={(name) => {
            const value = session.match.latest?.[name];
            return typeof value === "number" ? value : undefined;
          }}
          numbers={(seat) => session.inputNumbers(seat)}
          attach={(next) => {
            view.current = next;
          }}
          onFoot={(px, below) => {
            setFoot(px);
            setUnder(below);
            // What else keeps to the lower corners moves up.
            document.documentElement.style.setProperty("--foot", `${px}px`);
          }}
        />
      )}
    </div>
  );
}
