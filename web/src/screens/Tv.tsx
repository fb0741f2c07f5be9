// The screen for everybody in the room: a television or a projector that shows the code, what is asked and
// the standings, and takes no part. It knows no secrets: it is a spectator like any other.
import "../i18n/en";
import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import type { Refusal } from "../net/commands";
import { session } from "../session/page";
import { settings } from "../settings";
import { useFocus, useLook, useWakeLock } from "../ui/hooks";
import { lazy } from "../ui/lazy";
import { reason } from "../ui/say";
import { HomeButton, MessagePage } from "./Farewell";
import { LeaveDialog } from "./LeaveDialog";
import { Reactions } from "./Reactions";
import { game, phase, room, TV_NAME } from "./room";
import { soundRuns, useRoomSounds } from "./room_sounds";
import { TvLobby } from "./TvLobby";
import { TvMatch } from "./TvMatch";
import { TvResults } from "./TvResults";
import "../style/share.css";
import "../style/tv.css";

const Rewind = lazy(() => import("./Rewind").then((module) => module.Rewind));

/** What is for a hand at this device is out of the picture while no hand is there. */
const AWAKE_MS = 4000;

function Show() {
  switch (phase.value) {
    case "live":
    case "paused":
      return <TvMatch />;
    case "results":
      return <TvResults />;
    default:
      return <TvLobby />;
  }
}

/** Whether somebody used this device's pointer or keys just now. */
function useAwake(): boolean {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      setAwake(true);
      clearTimeout(timer);
      timer = setTimeout(() => setAwake(false), AWAKE_MS);
    };
    const signs = ["pointermove", "pointerdown", "keydown"];
    for (const sign of signs) addEventListener(sign, wake, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, wake);
    };
  }, []);
  return awake;
}

export function Tv({ code }: { code: string }) {
  const [refused, setRefused] = useState<Refusal | null>(null);
  const now = room.value;
  const rewound = useSignal(false);
  const awake = useAwake();
  useRoomSounds(true);
  useWakeLock();
  useLook(game.value);
  // A match that is paused is still the same screen.
  useFocus(phase.value === "paused" ? "live" : (phase.value ?? ""), true);
  const online = session.connection.value === "online";
  useEffect(() => {
    if (room.peek()?.code === code || (refused && refused.code !== "timeout")) return;
    void session.join({ code, spectate: true, name: TV_NAME }).then((ack) => setRefused(ack.ok ? null : ack));
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
    <div class={awake ? "tv-screen awake" : "tv-screen"} data-phase={now.phase} data-game={now.game}>
      <div class="tv-stage">
        <Show />
        <Rewind tv open={rewound} />
      </div>
      <Reactions />
      {!soundRuns.value && !settings.mute.value && now.phase === "lobby" && (
        <p class="tv-sound badge">{t("tv.sound")}</p>
      )}
      <LeaveDialog />
    </div>
  );
}
