// Around the arena: who has how many points, which round it is, the connection, and three buttons.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { TEXT_SCALES } from "../arena/Arena";
import { nth, t, number as written } from "../i18n";
import type { SeatInfo } from "../protocol.gen";
import { session } from "../session/page";
import { settings } from "../settings";
import type { Score, TeamScore } from "../sync/feed";
import { reachableTarget } from "../sync/hud";
import { lyingPhone, uprightPhone } from "../ui/hooks";
import { Icon, LineIcon } from "../ui/Icon";
import { markName, PlayerMark, teamName } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { unread } from "./Chat";
import { EmoteBubble, EmoteRow } from "./emotes";
import { guideOpen, hasGuide } from "./guide";
import { roomOpen } from "./RoomDialog";
import { mySeats, room, teams } from "./room";
import { fitChips, textWidth } from "./score_chips";
import { shortNames } from "./short_names";

const GOOD_MS = 90;
const FAIR_MS = 180;

interface LineProps {
  number: number;
  seat: SeatInfo;
  /** null: they are the team's. */
  points: number | null;
  alive: boolean;
  leads: boolean;
  /** The name in as many letters as there is room for. */
  short: string;
}

function ScoreLine({ number, seat, points, alive, leads, short }: LineProps) {
  const mine = mySeats.value.includes(number);
  return (
    <li
      class={`score${mine ? " mine" : ""}${alive ? "" : " is-out"}`}
      style={teams.value > 0 && seat.team > 0 ? { "--team": inkOf(seat.team - 1).colour } : undefined}
      data-team={teams.value > 0 ? seat.team : undefined}
    >
      <span class="score-mark">
        <PlayerMark of={seat} size={20} dead={!alive} label={markName(seat)} />
        {!alive && <LineIcon name="cross" path={CROSS} size={20} />}
      </span>
      <span class="unseen">{seat.name}</span>
      {short && (
        <span class={alive ? "score-name" : "score-name out"} aria-hidden="true">
          {short}
        </span>
      )}
      {!uprightPhone.value && !lyingPhone.value && seat.kind === "bot" && (
        <span class="score-bot" title={t("app.bot")}>
          <Icon name="bot" size={BOT_PX} />
        </span>
      )}
      {leads && (
        <span class="score-crown">
          <Icon name="crown" size={16} />
          <span class="unseen">{t("match.leads")}</span>
        </span>
      )}
      {points !== null && <b>{written(points)}</b>}
      {!alive && <span class="unseen">{t("match.out")}</span>}
      <EmoteBubble number={number} />
    </li>
  );
}

const CROSS = "M4 4l16 16M20 4L4 20";

/** How many points each team has, large. */
function TeamScores({ found }: { found: readonly TeamScore[] }) {
  return (
    <ol class="team-scores" aria-label={t("match.team_scores")} data-teams={found.length}>
      {found.map(({ team, points }) => (
        <li key={team} style={{ "--team": inkOf(team - 1).colour }}>
          <span class="team-name">{teamName(team)}</span>
          <b>{written(points)}</b>
        </li>
      ))}
    </ol>
  );
}

/** The seat of the only one with the most points, or -1. */
function leaderOf(scores: readonly Score[]): number {
  let best = 0;
  let leader = -1;
  for (const { seat, points } of scores) {
    if (points === best) leader = -1;
    if (points <= best) continue;
    best = points;
    leader = seat;
  }
  return leader;
}

/** Letters of a name in the column of a phone that lies down. */
const COLUMN_LETTERS = 9;
const COLUMN_LETTERS_MANY = 4;
/** More lines than this reach down to the thumb: they stand in two columns. */
const MANY = 8;
const BOT_PX = 15;

/** The width of an element, kept current. */
function useWidth(): [number, (element: HTMLElement | null) => void] {
  const [width, setWidth] = useState(0);
  const [element, setElement] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => {
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [width, setElement];
}

export function Scores() {
  const [width, measure] = useWidth();
  const seats = room.value?.seats ?? {};
  const hud = session.match.hud.value;
  const scores = hud?.scores ?? [];
  const found = hud?.teams ?? [];
  const lines = scores
    .map((score) => ({ ...score, sitter: seats[String(score.seat)] }))
    .filter((line) => line.sitter !== undefined)
    .sort(
      (a, b) =>
        (found.length > 0 ? (a.sitter?.team ?? 0) - (b.sitter?.team ?? 0) : 0) ||
        b.points - a.points ||
        a.seat - b.seat,
    );
  const shared =
    found.length > 0 &&
    lines.every(({ points, sitter }) => found.find(({ team }) => team === sitter?.team)?.points === points);
  const leader = found.length > 0 ? -1 : leaderOf(scores);
  const whole = lines.map(({ sitter }) => sitter?.name ?? "");
  // Two digits from the start: the tenth point of somebody moves nothing.
  const digits = shared ? 0 : Math.max(2, ...lines.map(({ points }) => String(points).length));
  const crown = found.length === 0;
  const fitted = useMemo(
    () =>
      fitChips(lines, {
        digits,
        leader,
        crown,
        bot: uprightPhone.value ? 0 : BOT_PX,
        width,
        upright: uprightPhone.value,
        scale: TEXT_SCALES[settings.textSize.value],
        measure: textWidth,
      }),
    [whole.join("\n"), digits, leader, crown, width, uprightPhone.value, settings.textSize.value],
  );
  const many = lines.length + found.length > MANY;
  const { rows } = lyingPhone.value ? { rows: 1 } : fitted;
  const most = lyingPhone.value ? (many ? COLUMN_LETTERS_MANY : COLUMN_LETTERS) : fitted.most;
  const names = shortNames(whole, most);
  return (
    <div class="boards" data-rows={rows}>
      {found.length > 0 && <TeamScores found={found} />}
      <ol class="scores" aria-label={t("match.scores")} data-many={many} ref={measure}>
        {lines.map(
          ({ seat, sitter, points, alive }, k) =>
            sitter && (
              <ScoreLine
                key={seat}
                number={seat}
                seat={sitter}
                points={shared ? null : points}
                alive={alive}
                leads={seat === leader}
                short={most > 0 ? (names[k] ?? "") : ""}
              />
            ),
        )}
      </ol>
    </div>
  );
}

/** Where the people here are among many, and how long their line is. */
function Place() {
  const standing = session.match.hud.value?.standing;
  if (!standing) return null;
  return (
    <span class="standing">
      <b>{t("match.place", { place: nth(standing.place), of: standing.of })}</b>
      {standing.length !== undefined && (
        <span class="muted standing-length">{t("match.length", { n: standing.length })}</span>
      )}
    </span>
  );
}

/** The round, what it takes to win, and the time. */
export function Course() {
  const hud = session.match.hud.value;
  if (!hud) return null;
  const rounds = hud.rounds || (room.value?.options.rounds ?? 0);
  const target = reachableTarget(hud, rounds);
  return (
    <div class="course" data-standing={hud.standing !== undefined}>
      <Place />
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

const QUESTION = "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1.2.6-1.5 1.3-1.5 2.6M12 18.5v.1";

export function MatchTools({ onChat }: { onChat: () => void }) {
  const choosing = useSignal(false);
  const popped = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLButtonElement>(null);
  const count = unread.value;
  // A press anywhere else puts the emotes away: they cover a part of the picture.
  useEffect(() => {
    if (!choosing.value) return;
    const press = (event: Event) => {
      const at = event.target as Node;
      if (!popped.current?.contains(at) && !chooser.current?.contains(at)) choosing.value = false;
    };
    addEventListener("pointerdown", press, true);
    return () => removeEventListener("pointerdown", press, true);
  }, [choosing.value]);
  return (
    <div class="tools">
      <FullScreen />
      {hasGuide.value && (
        <button
          type="button"
          class="icon-btn guide-button"
          aria-label={t("match.guide")}
          title={t("match.guide")}
          onClick={() => (guideOpen.value = true)}
        >
          <LineIcon name="guide" path={QUESTION} />
        </button>
      )}
      <button
        type="button"
        class="icon-btn"
        ref={chooser}
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
        <div class="emote-pop panel" ref={popped}>
          <EmoteRow onDone={() => (choosing.value = false)} />
        </div>
      )}
    </div>
  );
}
