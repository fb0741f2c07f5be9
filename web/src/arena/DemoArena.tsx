// The match on the home page: bots play the real game on this device, and a steering key or a tap takes a
// seat over from one of them. Where the rules do not run, the server's demonstration is shown instead.
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Rider } from "../games/game_renderer";
import { t } from "../i18n";
import { HeldButtons } from "../input/buttons";
import { ControlState } from "../input/control_state";
import { readPads } from "../input/gamepad";
import { listenToKeys } from "../input/keyboard";
import type { LocalEntries } from "../input/local_entries";
import { listenToTouch } from "../input/touch";
import type { Bot, Practice } from "../prediction/practice";
import { session, workerClient } from "../session/page";
import { calm, settings } from "../settings";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { lookOf } from "../ui/look";
import { inkOf, shapeOf } from "../ui/palette";
import type { ControlsView } from "./Controls";
import type { MatchRenderer } from "./renderer";
import { TouchHints } from "./TouchHints";
import "../style/practice.css";

/** How long the page gets to show itself before anything is fetched for the match on it. */
const AFTER_MS = 300;
/** What is shown now is loaded first; then the page is kept for a time without a network. */
const KEEP_AFTER_MS = 3000;
/** The seat of practice that a person may take (prediction/practice.ts). */
const OWN_SEAT = 0;

const PracticeScores = lazy(() =>
  import("./PracticeScores").then(
    (module) => module.PracticeScores,
    () => () => null, // practice continues without them
  ),
);

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

/** Shows practice in `box`; the answer ends it. */
function showPractice(
  { MatchRenderer, TEXT_SCALES }: Drawing,
  box: HTMLElement,
  shown: Practice,
  held: HeldButtons,
): () => void {
  practice.value = shown;
  const renderer = new MatchRenderer(box, {
    match: shown.feed,
    look: () => lookOf(shown.game.info),
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
        listenToTouch(held, box, () => buttons.value),
      ];
  return () => {
    for (const end of endings) end();
    renderer.end();
    picture.value = null;
    shown.end();
    practice.value = null;
  };
}

/** Shows the server's demonstration in `box`, as long as one is in no room; the answer ends it. */
function showDemo(
  { MatchRenderer, roomSource }: Drawing,
  box: HTMLElement,
  takeOver: () => void,
): () => void {
  const picture = new MatchRenderer(box, { ...roomSource(() => -1), silent: true, broken: () => {} });
  const held = new HeldButtons(() => {
    if (held.of(0)) takeOver();
  });
  const names = () => session.games.value[0]?.buttons ?? [];
  const endings = [
    listenToKeys(held, names, () => false),
    listenToTouch(held, box, names),
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

/** `onTakeOver`: somebody wants to play, and only the server can do it. `onInvite`: from practice to a room. */
export function DemoArena({ onTakeOver, onInvite }: { onTakeOver: () => void; onInvite: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const people = useRef<{ held: HeldButtons; state: ControlState } | null>(null);
  const takeOver = useRef(onTakeOver);
  takeOver.current = onTakeOver;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let gone = false;
    let end = () => {};
    let entries: LocalEntries | null = null;
    const acted = () => {
      if (held.of(0) || entries?.acted) practice.peek()?.takeOver();
    };
    const held = new HeldButtons(acted);
    const state = new ControlState(acted);
    people.current = { held, state };
    const show = async () => {
      const [{ startPractice }, worker, drawing] = await Promise.all([
        import("../prediction/practice"),
        workerClient(),
        loadDrawing(),
      ]);
      const found = gone
        ? null
        : await startPractice(
            worker,
            () => held.of(0),
            () => entries?.take() ?? [],
          );
      if (found) entries = await entriesFor(state, found);
      if (gone) found?.end();
      else if (found) {
        end = showPractice(drawing, element, found, held);
        setTimeout(() => {
          // Without a network just now: the next visit keeps it.
          void keepPage().catch(() => {});
        }, KEEP_AFTER_MS);
      } else end = showDemo(drawing, element, () => takeOver.current());
    };
    const timer = setTimeout(() => {
      show().catch((error: unknown) => console.warn(error)); // it is only an ornament
    }, AFTER_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
      end();
    };
  }, []);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.code === "Escape") practice.peek()?.giveBack();
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, []);
  return (
    <div class={playing.value ? "practice practising" : "practice"}>
      <div ref={box} class="practice-picture" />
      {playing.value && <TouchHints buttons={buttons.value} />}
      {controls.value && picture.value && box.current && people.current && (
        <Controls
          game={practice.value?.game.info.name ?? ""}
          controls={controls.value}
          {...people.current}
          seats={ownSeats}
          riders={riders}
          surface={box.current}
          picture={() => picture.value}
          parts={practice.value?.feed.schema.value?.picture ?? []}
          field={(name) => {
            const value = practice.peek()?.feed.latest?.[name];
            return typeof value === "number" ? value : undefined;
          }}
          numbers={() => null}
          hidden={!playing.value}
          attach={(next) => {
            view = next;
          }}
          onFoot={() => {}}
        />
      )}
      {practice.value?.playing.value && <PracticeScores hud={practice.value.feed.hud} riders={riders} />}
      {playing.value && (
        <section class="practice-bar" aria-label={t("practice.title")}>
          <p>{t("practice.title")}</p>
          <button
            type="button"
            class="btn primary"
            disabled={session.connection.value !== "online"}
            onClick={onInvite}
          >
            <Icon name="people" /> {t("practice.invite")}
          </button>
          <button type="button" class="btn" onClick={() => practice.value?.giveBack()}>
            <Icon name="close" /> {t("practice.stop")}
          </button>
        </section>
      )}
    </div>
  );
}
