// The match on the home page: bots play the real game on this device, and a steering key or a tap takes a seat over from
// one of them; and practice of any game, alone with bots. Where the rules do not run, the server's demonstration is shown
// instead. Loaded after the page has been shown.
import "../i18n/en";
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { stageOf } from "../games/stage";
import { say, t } from "../i18n";
import { HeldButtons } from "../input/buttons";
import { ControlState } from "../input/control_state";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import type { LocalEntries } from "../input/local_entries";
import { listenToTouch } from "../input/touch";
import { type Bot, OWN_SEAT, type Practice, startPractice } from "../prediction/practice";
import { session, workerClient } from "../session/page";
import { calm, settings } from "../settings";
import { conduct, USUAL_MUSIC } from "../sound/conductor";
import { useStepBack } from "../ui/history";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { lookOf, lookStyle } from "../ui/look";
import { inkOf, shapeOf } from "../ui/palette";
import { toast } from "../ui/say";
import type { ControlsView } from "./Controls";
import type { MatchRenderer } from "./renderer";
import { TouchHints } from "./TouchHints";
import "../style/practice.css";

/** What is shown now is loaded first; then the page is kept for a time without a network. */
const KEEP_AFTER_MS = 3000;

const PracticeScores = lazy(() =>
  import("./PracticeScores").then(
    (module) => module.PracticeScores,
    () => () => null, // practice continues without them
  ),
);

const PracticeStage = lazy(() => import("./PracticeStage").then((module) => module.PracticeStage));

const Controls = lazy(() => import("./Controls").then((module) => module.Controls));

const practice = signal<Practice | null>(null);
/** What practice is shown by. */
const picture = signal<MatchRenderer | null>(null);
/** What draws the controls of a game that has more than buttons. */
let view: ControlsView | null = null;
const playing = computed(() => practice.value?.playing.value ?? false);
const controls = computed(() => practice.value?.game.info.controls);
const buttons = computed(() => (controls.value ? [] : (practice.value?.game.info.buttons ?? [])));
const ownSeats = signal<readonly number[]>([OWN_SEAT]);
/** How each seat of practice is drawn: the person's own look, and for bots the colours that are left. */
export function practiceRiders(bots: readonly Bot[], own: Omit<Rider, "ink" | "mine"> | null): Rider[] {
  const taken = own ? [own.colour] : [];
  return bots.map((bot) => {
    if (own && bot.seat === OWN_SEAT) return { ...own, ink: inkOf(own.colour), mine: true };
    let colour = bot.seat;
    while (taken.includes(colour)) colour = (colour + 1) % 8;
    taken.push(colour);
    return { name: bot.name, ink: inkOf(colour), colour, shape: shapeOf(colour), mine: false };
  });
}

const riders = computed<Rider[]>(() =>
  practiceRiders(
    practice.value?.bots ?? [],
    playing.value
      ? {
          name: settings.name.value.trim() || t("practice.you"),
          colour: settings.colour.value,
          shape: shapeOf(settings.shape.value),
        }
      : null,
  ),
);

const practiceVolume = () => (settings.mute.value ? 0 : (settings.music.value ?? USUAL_MUSIC));

/** Keeps this build of the page for a time without a network. */
async function keepPage(): Promise<void> {
  const { keepOffline } = await import("../session/page_build");
  await keepOffline();
}

/** Loads what draws a match: the page is shown before. */
async function loadDrawing() {
  const [{ roomSource, TEXT_SCALES }, { MatchRenderer }] = await Promise.all([
    import("./Arena"),
    import("./renderer"),
  ]);
  return { roomSource, TEXT_SCALES, MatchRenderer };
}

/** The entries of a game's controls on this device, or null where buttons are all. */
async function entriesFor(state: ControlState, { game }: Practice): Promise<LocalEntries | null> {
  state.use(game.info.controls);
  if (!game.info.controls) return null;
  const { LocalEntries } = await import("../input/local_entries");
  return new LocalEntries(state);
}

type Drawing = Awaited<ReturnType<typeof loadDrawing>>;

/** Where a match is drawn, and where fingers are heard. */
interface Places {
  element: HTMLElement;
  surface: HTMLElement;
}

/** Shows practice; the answer ends it. */
function showPractice(
  { MatchRenderer, TEXT_SCALES }: Drawing,
  { element, surface }: Places,
  shown: Practice,
  held: HeldButtons,
): () => void {
  const renderer = new MatchRenderer(element, {
    match: shown.feed,
    look: () => lookOf(shown.game.info),
    secrets: shown.secrets,
    serverNow: () => performance.now(),
    riders: () => riders.value,
    follow: () => -1,
    calm: () => calm.value,
    textScale: () => TEXT_SCALES[settings.textSize.value],
    get silent() {
      return !playing.value;
    },
    frame: () => (view ? view.frame(performance.now()) : readPads(held, buttons.value, false)),
    over: (scene) => view?.over(scene),
    broken: (error) => console.error(error),
  });
  picture.value = renderer;
  // A game that declares its controls has listeners of its own.
  const endings = shown.game.info.controls
    ? []
    : [
        listenToKeys(
          held,
          () => buttons.value,
          () => false,
        ),
        listenToTouch(held, surface, () => buttons.value),
      ];
  return () => {
    for (const end of endings) end();
    renderer.end();
    picture.value = null;
  };
}

/** Shows the server's demonstration, as long as one is in no room; the answer ends it. */
function showDemo(
  { MatchRenderer, roomSource }: Drawing,
  { element, surface }: Places,
  takeOver: () => void,
): () => void {
  const picture = new MatchRenderer(element, { ...roomSource(() => -1), silent: true, broken: () => {} });
  const held = new HeldButtons(() => {
    if (held.of(0)) takeOver();
  });
  const names = () => session.games.value[0]?.buttons ?? [];
  const endings = [
    listenToKeys(held, names, () => false),
    listenToTouch(held, surface, names),
    effect(() => {
      if (session.connection.value === "online" && session.room.value === null) void session.demo();
    }),
  ];
  return () => {
    for (const end of endings) end();
    picture.end();
    if (session.room.peek()?.demo) void session.leave();
  };
}

interface Props {
  /** The game to practise; "": bots play the first one, until somebody takes over. */
  game: string;
  /** Somebody wants to play, and only the server can do it. */
  onTakeOver: () => void;
  /** From practice to a room of this game. */
  onInvite: (game: string) => void;
  /** Practice is over. */
  onStop: () => void;
  /** It is shown now. */
  onShown?: () => void;
}

/** What is practised, with the ways out of it. */
function PracticeBar({
  shown,
  onInvite,
  onStop,
}: {
  shown: Practice;
  onInvite: () => void;
  onStop: () => void;
}) {
  const { name, title, how } = shown.game.info;
  return (
    <section class="practice-bar" aria-label={t("practice.title")}>
      <p>
        <b>{say(name, "game", "title", title)}</b> <span class="muted">{say(name, "game", "how", how)}</span>
      </p>
      <button
        type="button"
        class="btn primary"
        disabled={session.connection.value !== "online"}
        aria-label={t("practice.invite")}
        onClick={onInvite}
      >
        <Icon name="people" /> <span class="practice-word">{t("practice.invite")}</span>
      </button>
      <button type="button" class="btn" aria-label={t("practice.stop")} onClick={onStop}>
        <Icon name="close" /> <span class="practice-word">{t("practice.stop")}</span>
      </button>
    </section>
  );
}

export function DemoArena({ game, onTakeOver, onInvite, onStop, onShown }: Props) {
  const touched = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [foot, setFoot] = useState(0);
  const [under, setUnder] = useState(0);
  const people = useRef<{ held: HeldButtons; state: ControlState } | null>(null);
  const shown = practice.value;
  const calls = useRef({ onTakeOver, onStop, onShown });
  calls.current = { onTakeOver, onStop, onShown };
  useEffect(() => {
    const element = box.current;
    const surface = touched.current;
    if (!element || !surface) return;
    let gone = false;
    let end = () => {};
    let entries: LocalEntries | null = null;
    const acted = () => {
      if (held.of(0) || entries?.acted) practice.peek()?.takeOver();
    };
    const held = new HeldButtons(acted);
    const state = new ControlState(acted);
    people.current = { held, state };
    const failed = (error: unknown) => {
      console.warn(error);
      if (gone || !game) return; // alone it is only an ornament
      toast(t("practice.failed"));
      calls.current.onStop();
    };
    const show = async () => {
      const [worker, drawing] = await Promise.all([workerClient(), loadDrawing()]);
      const needs = { held: () => held.of(0), changes: () => entries?.take() ?? [], failed };
      const found = gone ? null : await startPractice(worker, needs, game);
      if (found) entries = await entriesFor(state, found);
      if (gone) found?.end();
      else if (found) {
        practice.value = found;
        const hide = stageOf(found.schema.game)
          ? () => {}
          : showPractice(drawing, { element, surface }, found, held);
        end = () => {
          hide();
          found.end();
          practice.value = null;
        };
        setTimeout(() => {
          // Without a network just now: the next visit keeps it.
          void keepPage().catch(() => {});
        }, KEEP_AFTER_MS);
      } else if (game) failed(`no practice of ${game}`);
      else end = showDemo(drawing, { element, surface }, () => calls.current.onTakeOver());
      const seen = () => {
        if (gone) return;
        if (practice.peek()?.on ?? session.room.peek()?.demo) calls.current.onShown?.();
        else requestAnimationFrame(seen);
      };
      seen();
    };
    show().catch(failed);
    return () => {
      gone = true;
      end();
    };
  }, [game]);
  useEffect(() => {
    if (!playing.value || !shown) return;
    const { name } = shown.game.info;
    return conduct(practiceVolume, (songOf) => ({ song: songOf(name), duck: false, hurry: false }));
  }, [playing.value, shown]);
  const stop = () => {
    practice.peek()?.giveBack();
    calls.current.onStop();
  };
  useStepBack(playing.value, stop);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.code === "Escape" && playing.peek()) stop();
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, []);
  const load = shown && stageOf(shown.schema.game);
  const style = playing.value && shown ? lookStyle(lookOf(shown.game.info), settings.highContrast.value) : {};
  return (
    <div class={playing.value ? "practice practising" : "practice"} style={style}>
      {/* Fingers may rest below the picture, too. */}
      <div
        ref={touched}
        class="practice-picture"
        style={playing.value && foot > 0 ? { insetBlockEnd: `${foot}px` } : {}}
      >
        <div ref={box} class="practice-canvas" style={{ insetBlockEnd: playing.value ? `${under}px` : 0 }} />
      </div>
      {shown && load && people.current && (
        <PracticeStage
          shown={shown}
          load={load}
          riders={riders}
          own={playing.value ? ownSeats.value : NOBODY}
          held={people.current.held}
        />
      )}
      {playing.value && (
        <TouchHints buttons={load ? NONE : buttons.value} game={shown?.game.info.name ?? ""} />
      )}
      {controls.value && picture.value && touched.current && people.current && (
        <Controls
          game={shown?.game.info.name ?? ""}
          controls={controls.value}
          {...people.current}
          seats={ownSeats}
          riders={riders}
          surface={touched.current}
          picture={() => picture.value}
          parts={shown?.feed.schema.value?.picture ?? []}
          field={(name) => {
            const value = practice.peek()?.feed.latest?.[name];
            return typeof value === "number" ? value : undefined;
          }}
          numbers={() => null}
          hidden={!playing.value}
          attach={(next) => {
            view = next;
          }}
          onFoot={(px, below) => {
            setFoot(px);
            setUnder(below);
          }}
        />
      )}
      {shown && playing.value && !load && <PracticeScores hud={shown.feed.hud} riders={riders} />}
      {shown && playing.value && (
        <PracticeBar shown={shown} onInvite={() => onInvite(shown.game.info.name)} onStop={stop} />
      )}
    </div>
  );
}

const NOBODY: readonly number[] = [];
const NONE: readonly string[] = [];
