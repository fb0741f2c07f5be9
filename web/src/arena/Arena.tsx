// The picture of the running match as a component.
import { computed, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Choice, Rider } from "../games/game_renderer";
import { type ElementRenderer, stageOf } from "../games/stage";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import { listenToTouch } from "../input/touch";
import { session } from "../session/page";
import { seatsOf } from "../session/room_state";
import { calm, settings } from "../settings";
import { inkOf, shapeOf } from "../ui/palette";
import { ChoiceList, listenToChoices, numberOf } from "./choosing";
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

const buttons = computed(
  () => session.games.value.find((info) => info.name === session.room.value?.game)?.buttons ?? [],
);

/** What players of the game can do; empty if that is pressing buttons alone. */
const controls = computed(
  () => session.games.value.find((info) => info.name === session.room.value?.game)?.controls ?? [],
);

/** Whether things in the picture are chosen by a press on them: it is no button then. */
const choosing = computed(
  () => ownSeats.value.length > 0 && controls.value.some(({ kind }) => kind === "choose"),
);

/** The player at this device chooses something in the picture. */
function choose({ control, index }: Choice): void {
  const number = numberOf(controls.peek(), control);
  if (number >= 0) session.controls.choose(0, number, index);
}

/** The buttons that this device presses; none while it only watches. */
const playing = computed(() => (ownSeats.value.length > 0 ? buttons.value : []));

/** Whether another picture covers the match: it is not heard then. */
export const covered = signal(false);

/** Rises when a broken picture is to be drawn afresh. */
const redrawn = signal(0);

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
    serverNow: () => session.serverNow(),
    riders: () => riders.value,
    follow,
    calm: () => calm.value,
    textScale: () => TEXT_SCALES[settings.textSize.value],
    get silent() {
      return covered.peek();
    },
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
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef<MatchRenderer | null>(null);
  const followed = useRef(-1);
  followed.current = follow ?? -1;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const source = roomSource(() => followed.current, tv);
    let picture: MatchRenderer | null = null;
    try {
      picture = new MatchRenderer(element, source);
      shown.current = picture;
    } catch (error) {
      source.broken(error);
    }
    const endings = [
      listenToKeys(
        session.held,
        () => playing.value,
        () => ownSeats.value.length > 1,
      ),
      listenToTouch(session.held, element, () => (choosing.value ? [] : playing.value)),
    ];
    return () => {
      for (const end of endings) end();
      session.held.release();
      shown.current = null;
      picture?.end();
    };
  }, [redrawn.value]);
  useEffect(() => {
    const surface = box.current;
    if (!choosing.value || !surface) return;
    return listenToChoices({ surface, picture: () => shown.current, choose });
  }, [choosing.value]);
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
      <div ref={box} style={{ position: "absolute", inset: "0" }} />
      {choosing.value ? (
        <ChoiceList picture={() => shown.current} choose={choose} />
      ) : (
        <TouchHints buttons={playing.value} />
      )}
    </div>
  );
}
