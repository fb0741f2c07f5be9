// Around the arena: who has how many points, which round it is, the connection, and three buttons.
import { useSignal } from "@preact/signals";
import { t, number as written } from "../i18n";
import type { SeatInfo } from "../protocol.gen";
import { session } from "../session/page";
import { reachableTarget } from "../sync/hud";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { unread } from "./Chat";
import { EmoteBubble, EmoteRow } from "./emotes";
import { roomOpen } from "./RoomDialog";
import { mySeats, room, teams } from "./room";

const GOOD_MS = 90;
const FAIR_MS = 180;

interface LineProps {
  number: number;
  seat: SeatInfo;
  points: number;
  alive: boolean;
}

function ScoreLine({ number, seat, points, alive }: LineProps) {
  const mine = mySeats.value.includes(number);
  return (
    <li class={mine ? "score mine" : "score"}>
      <PlayerMark of={seat} size={20} dead={!alive} label={markName(seat)} />
      <span class={alive ? "score-name" : "score-name out"}>{seat.name}</span>
      {teams.value > 0 && <span class="score-team">{seat.team}</span>}
      <b>{written(points)}</b>
      {!alive && <span class="unseen">{t("match.out")}</span>}
      <EmoteBubble number={number} />
    </li>
  );
}

/** How many points each team has. */
function TeamScores() {
  const found = session.match.hud.value?.teams ?? [];
  if (found.length === 0) return null;
  return (
    <ol class="team-scores" aria-label={t("match.team_scores")}>
      {found.map(({ team, points }) => (
        <li key={team} style={{ "--team": inkOf(team - 1).colour }}>
          <span>{t("lobby.team", { n: team })}</span>
          <b>{written(points)}</b>
        </li>
      ))}
    </ol>
  );
}

export function Scores() {
  const seats = room.value?.seats ?? {};
  const scores = session.match.hud.value?.scores ?? [];
  const lines = scores
    .map((score) => ({ ...score, sitter: seats[String(score.seat)] }))
    .sort((a, b) => b.points - a.points || a.seat - b.seat);
  return (
    <>
      <TeamScores />
      <ol
        class="scores"
        aria-label={t("match.scores")}
        data-many={lines.length > 5}
        data-some={lines.length > 2}
      >
        {lines.map(
          ({ seat, sitter, points, alive }) =>
            sitter && <ScoreLine key={seat} number={seat} seat={sitter} points={points} alive={alive} />,
        )}
      </ol>
    </>
  );
}

/** The round, what it takes to win, and the time. */
export function Course() {
  const hud = session.match.hud.value;
  if (!hud) return null;
  const rounds = hud.rounds || (room.value?.options.rounds ?? 0);
  const target = reachableTarget(hud, rounds);
  return (
    <div class="course">
      {hud.round > 0 && (
        <span>
          {t("match.round", { n: hud.round })}
          {hud.round <= rounds && <span class="muted">/{rounds}</span>}
        </span>
      )}
      {target > 0 && (
        <span class="muted course-target">
          <Icon name="trophy" size={16} /> <span class="unseen">{t("match.target")}</span>
          {target}
        </span>
      )}
      {hud.seconds !== null && (
        <span class="timer" role="timer">
          {Math.floor(hud.seconds / 60)}:{String(hud.seconds % 60).padStart(2, "0")}
        </span>
      )}
    </div>
  );
}

/** Bars like those of a phone: three are good, one is poor. */
export function PingSign() {
  const rtt = session.rtt.value;
  const ms = rtt === null ? 0 : Math.round(rtt);
  const grade = rtt === null ? 0 : rtt <= GOOD_MS ? 3 : rtt <= FAIR_MS ? 2 : 1;
  const label =
    grade === 0
      ? t("match.ping_none")
      : t(grade === 3 ? "match.ping_good" : grade === 2 ? "match.ping_fair" : "match.ping_poor", { ms });
  return (
    <span class={`ping-sign grade-${grade}`} role="img" aria-label={label} title={label}>
      <svg width="20" height="16" viewBox="0 0 20 16" aria-hidden="true">
        {[0, 1, 2].map((k) => (
          <rect
            key={k}
            x={1 + k * 6.5}
            y={10 - k * 5}
            width="4.5"
            height={6 + k * 5}
            rx="1"
            class={k < grade ? "on" : ""}
          />
        ))}
      </svg>
      <span class="ping-ms">{grade === 0 ? "–" : ms}</span>
    </span>
  );
}

function FullScreen() {
  if (!document.fullscreenEnabled) return null;
  const toggle = () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
    change.catch(() => {}); // refused: the match is playable in the window as well
  };
  return (
    <button type="button" class="icon-btn full-screen" aria-label={t("app.fullscreen")} onClick={toggle}>
      <Icon name="full" />
    </button>
  );
}

export function MatchTools({ onChat }: { onChat: () => void }) {
  const choosing = useSignal(false);
  const count = unread.value;
  return (
    <div class="tools">
      <FullScreen />
      <button
        type="button"
        class="icon-btn"
        aria-label={t("chat.emotes")}
        aria-expanded={choosing.value}
        onClick={() => (choosing.value = !choosing.value)}
      >
        <Icon name="smile" />
      </button>
      <button
        type="button"
        class="icon-btn"
        aria-label={count ? `${t("chat.open")}, ${t("chat.unread", { n: count })}` : t("chat.open")}
        onClick={onChat}
      >
        <Icon name="chat" />
        {count > 0 && <span class="count">{count > 9 ? "9+" : count}</span>}
      </button>
      <button
        type="button"
        class="icon-btn"
        aria-label={t("match.menu")}
        onClick={() => {
          roomOpen.value = true;
        }}
      >
        <Icon name="menu" />
      </button>
      {choosing.value && (
        <div class="emote-pop panel">
          <EmoteRow onDone={() => (choosing.value = false)} />
        </div>
      )}
    </div>
  );
}
