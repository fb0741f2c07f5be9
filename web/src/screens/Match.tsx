// The running match: the arena fills the screen, and what is around it stays out of the thumbs' way.
import { useSignal } from "@preact/signals";
import { options } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Arena } from "../arena/Arena";
import { stageOf } from "../games/stage";
import { t } from "../i18n";
import { isChatKey } from "../input/keyboard";
import { session } from "../session/page";
import { SettingsButton } from "../ui/Bar";
import { touch, useLater, useServerNow, useWakeLock } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { done } from "../ui/say";
import { Chat, ChatEntry } from "./Chat";
import { ChatPeek } from "./ChatPeek";
import { HeadEmotes } from "./emotes";
import { guideOpen } from "./guide";
import { Course, MatchTools, PingSign, Scores } from "./Hud";
import { KillFeed } from "./KillFeed";
import { MatchOpening } from "./Opening";
import { Reactions } from "./Reactions";
import { roomOpen } from "./RoomDialog";
import { amHost, game, mySeats, myself, phase, room } from "./room";
import { SpectateBar } from "./SpectateBar";

const Guide = lazy(() => import("./Guide").then((module) => module.Guide));
const Rewind = lazy(() => import("./Rewind").then((module) => module.Rewind));
const Remote = lazy(() => import("./Remote").then((module) => module.Remote));

/** Makes a change of state; its result is on the page when this returns, not some milliseconds later. */
function atOnce(change: () => void): void {
  const usual = options.debounceRendering;
  options.debounceRendering = (render) => render();
  try {
    change();
  } finally {
    if (usual) options.debounceRendering = usual;
    else delete options.debounceRendering;
  }
}

function Paused() {
  const now = room.value;
  if (phase.value !== "paused" || !now) return null;
  const by = now.paused_by ? now.people[now.paused_by] : undefined;
  return (
    <div class="pause" role="dialog" aria-labelledby="pause-title">
      <div class="panel">
        <h2 id="pause-title">
          <Icon name="pause" /> {t("match.paused")}
        </h2>
        <p class="muted">{by ? t("match.paused_by", { name: by.name }) : t("match.paused_empty")}</p>
        <div class="row">
          {amHost.value && (
            <button
              type="button"
              class="btn primary big"
              onClick={() => void done(session.commands.pause(false))}
            >
              <Icon name="play" /> {t("host.resume")}
            </button>
          )}
          <SettingsButton />
        </div>
      </div>
    </div>
  );
}

/** The match has begun, and its first picture is on the way. */
function Coming() {
  const here = useSignal(session.match.latest !== null);
  if (here.value) return null;
  return <StillComing onHere={() => (here.value = true)} />;
}

/** For a player who came or came back too late for the round: from when on the controls do something. */
function Waits() {
  const alive = useRef<number | null>(null);
  const hud = session.match.hud.value;
  const match = room.value?.match?.number ?? null;
  const own = hud?.scores.filter(({ seat }) => mySeats.value.includes(seat)) ?? [];
  if (own.some((score) => score.alive && !score.waits)) alive.current = match;
  const running = hud !== null && hud.phase === "live" && hud.round > 0;
  if (!running || own.length === 0 || alive.current === match) return null;
  const last = hud.rounds > 0 && hud.round >= hud.rounds;
  return (
    <p class="waits panel" role="status">
      {t(last ? "match.seat_next" : "match.seat_soon")}
    </p>
  );
}

const COMING_MS = 1500;

function StillComing({ onHere }: { onHere: () => void }) {
  const now = useServerNow();
  const late = useLater(COMING_MS);
  const here = now.value > 0 && session.match.latest !== null;
  useEffect(() => {
    if (here) onHere();
  }, [here]);
  if (here || !late) return null;
  return (
    <p class="joining coming" role="status">
      <span class="spinner" /> {t("match.coming")}
    </p>
  );
}

/** Whether a key press belongs to the control that has the focus. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  const fields = "input, textarea, select, dialog";
  const takers = key === "Enter" ? `${fields}, button, a, summary` : fields;
  return target instanceof HTMLElement && target.closest(takers) !== null;
}

export function Match() {
  const chatting = useSignal(false);
  /** On a phone the chat is one line, until all of it is asked for. */
  const wholeChat = useSignal(false);
  const follow = useSignal<number | null>(null);
  const rewound = useSignal(false);
  const playing = mySeats.value.some((seat) => room.value?.seats[seat]?.playing);
  const led = amHost.value && game.value?.hosted;
  // The field has the focus before the next key is pressed, so that none is lost.
  const openChat = (open: boolean) =>
    atOnce(() => {
      chatting.value = open;
      wholeChat.value = false;
    });
  const inLine = touch.value && !wholeChat.value;
  // The next match may be of a game without a guide.
  useEffect(
    () => () => {
      guideOpen.value = false;
    },
    [],
  );
  useWakeLock();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("dialog")) {
        if (chatting.value) chatting.value = false;
        else roomOpen.value = true;
      }
      if (event.defaultPrevented || isTaken(event) || !isChatKey(event, game.peek()?.buttons ?? [])) return;
      event.preventDefault(); // the key would land in the field that opens
      openChat(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <main id="main" class={led ? "match led" : "match"} data-game={game.value?.name}>
      <h1 class="unseen">{t("match.scores")}</h1>
      <div class="arena-box">
        <Arena follow={playing ? null : follow.value} />
        {!stageOf(game.value?.name ?? "") && <HeadEmotes />}
      </div>
      <div class="hud">
        <Scores />
        <Course />
        <PingSign />
        <MatchTools onChat={() => openChat(!chatting.value)} />
      </div>
      <KillFeed />
      {guideOpen.value && <Guide />}
      <MatchOpening />
      <Coming />
      <Waits />
      {(!chatting.value || inLine) && <ChatPeek />}
      {chatting.value && inLine && (
        <ChatEntry
          onDone={() => (chatting.value = false)}
          onAll={() => (wholeChat.value = true)}
          onClose={() => (chatting.value = false)}
        />
      )}
      {chatting.value && !inLine && (
        <aside class="chat-drawer panel" aria-label={t("chat.title")}>
          <button
            type="button"
            class="icon-btn"
            aria-label={t("app.close")}
            onClick={() => (chatting.value = false)}
          >
            <Icon name="close" />
          </button>
          <Chat focus onDone={() => (chatting.value = false)} />
        </aside>
      )}
      {led && <Remote />}
      {!playing && myself.value && (
        <div class={rewound.value ? "watcher rewound" : "watcher"}>
          {!rewound.value && <SpectateBar follow={follow} onChat={() => openChat(true)} />}
          {!led && <Rewind open={rewound} />}
        </div>
      )}
      <Reactions watchers />
      <Paused />
    </main>
  );
}
