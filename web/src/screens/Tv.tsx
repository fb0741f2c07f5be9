// The screen for everybody in the room: a television or a projector that shows the code, what is asked and
// the standings, and takes no part. It knows no secrets: it is a spectator like any other.
import "../i18n/en";
import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Arena } from "../arena/Arena";
import { t } from "../i18n";
import type { Refusal } from "../net/commands";
import { session } from "../session/page";
import { useLook, useServerNow, useWakeLock } from "../ui/hooks";
import { Logo } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { Qr } from "../ui/Qr";
import { reason } from "../ui/say";
import { HomeButton, MessagePage } from "./Farewell";
import { gameTitle } from "./GameTiles";
import { Course } from "./Hud";
import { LeaveDialog } from "./LeaveDialog";
import { Podium } from "./Podium";
import { game, outcome, phase, room, sitting } from "./room";
import { matchLink, roomLink } from "./route";
import { Behind } from "./SpectateBar";
import "../style/share.css";
import "../style/tv.css";

const Rewind = lazy(() => import("./Rewind").then((module) => module.Rewind));

/** How to get in, in every phase. */
function WayIn({ code, hidden }: { code: string; hidden: boolean }) {
  if (hidden) return null;
  const link = roomLink(code);
  return (
    <div class="tv-in">
      <div>
        <p class="muted">{t("tv.join", { address: link.replace(/^\w+:\/\/|\/r\/.*/g, "") })}</p>
        <p
          class="tv-code"
          translate={false}
          role="img"
          aria-label={`${t("home.code")}: ${code.split("").join(" ")}`}
        >
          {code}
        </p>
      </div>
      <Qr text={link} label={t("lobby.qr_label", { link })} />
    </div>
  );
}

function People() {
  return (
    <ul class="tv-people" aria-label={t("lobby.players")}>
      {sitting.value.map(({ number, seat }) => (
        <li key={number}>
          <PlayerMark of={seat} size={40} label={markName(seat)} />
          <span>{seat.name}</span>
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  const now = useServerNow();
  const left = Math.max(0, Math.ceil(((room.value?.countdown_at ?? 0) - now.value) / 1000));
  return (
    <main id="main" class="tv-lobby">
      <h1>{game.value ? gameTitle(game.value) : t("lobby.title")}</h1>
      {phase.value === "countdown" ? (
        <p class="tv-count">{left || "·"}</p>
      ) : (
        <p class="muted">{t("tv.waiting")}</p>
      )}
      <People />
    </main>
  );
}

/** The match to take home, where it is kept. */
function Record({ id }: { id: string | undefined }) {
  if (!id) return null;
  const link = matchLink(id);
  return (
    <div class="tv-record">
      <p class="muted">{t("tv.record")}</p>
      <Qr text={link} label={t("lobby.qr_label", { link })} />
    </div>
  );
}

function Show() {
  switch (phase.value) {
    case "live":
    case "paused":
      return (
        <main id="main" class="tv-match">
          <h1 class="unseen">{game.value ? gameTitle(game.value) : ""}</h1>
          <div class="tv-arena">
            <Arena tv />
          </div>
          <p class="tv-behind">
            <Behind />
          </p>
          {phase.value === "paused" && <p class="tv-paused panel">{t("match.paused")}</p>}
        </main>
      );
    case "results":
      return (
        <main id="main" class="tv-results">
          {outcome.value && (
            <Podium outcome={outcome.value}>
              <Record id={outcome.value.record} />
            </Podium>
          )}
        </main>
      );
    default:
      return <Waiting />;
  }
}

export function Tv({ code }: { code: string }) {
  const [refused, setRefused] = useState<Refusal | null>(null);
  const now = room.value;
  const rewound = useSignal(false);
  useWakeLock();
  useLook(game.value);
  const online = session.connection.value === "online";
  useEffect(() => {
    if (room.peek()?.code === code || (refused && refused.code !== "timeout")) return;
    void session.join({ code, spectate: true, name: "TV" }).then((ack) => setRefused(ack.ok ? null : ack));
  }, [code, online]);
  if (refused) {
    return (
      <MessagePage icon="warning" title={t("gate.failed")} text={reason(refused)}>
        <HomeButton first />
      </MessagePage>
    );
  }
  if (!now) {
    return (
      <main id="main" class="message">
        <p class="joining" role="status">
          <span class="spinner" /> {t("gate.joining", { code })}
        </p>
      </main>
    );
  }
  return (
    <div class="tv-screen" data-phase={now.phase}>
      <header class="tv-head">
        <Logo />
        <Course />
        <WayIn code={now.code} hidden={now.hidden} />
      </header>
      <div class="tv-stage">
        <Show />
        <Rewind tv open={rewound} />
      </div>
      <LeaveDialog />
    </div>
  );
}
