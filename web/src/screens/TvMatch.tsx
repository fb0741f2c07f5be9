// The screen for everybody during a match: the picture as large as it goes, and beside it what stands: round and time,
// teams, everyone's points, the code.
import { useEffect, useRef, useState } from "preact/hooks";
import { Arena } from "../arena/Arena";
import { number, t } from "../i18n";
import { session } from "../session/page";
import type { Hud } from "../sync/feed";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark, teamName } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { gameTitle } from "./GameTiles";
import { Course } from "./Hud";
import { KillFeed } from "./KillFeed";
import { game, phase, type Sitting, sitting } from "./room";
import { Behind } from "./SpectateBar";
import { WayIn } from "./TvWayIn";

/** A player in the column of scores. */
export interface Line extends Sitting {
  /** null: players of this game have no points of their own. */
  points: number | null;
  alive: boolean;
  /** They have done what is asked, such as answering. */
  done: boolean;
  /** From 0, by points. */
  rank: number;
  /** Nobody has more points, and these are more than none. */
  leads: boolean;
}

/** Everyone in the match with their points, in the order of seats; who is not in `hud` has none. */
export function linesOf(hud: Hud | null, all: readonly Sitting[]): Line[] {
  const playing = all.filter(({ seat }) => seat.playing);
  const scores = new Map((hud?.scores ?? []).map((score) => [score.seat, score]));
  const shown = scores.size > 0 ? playing.filter((one) => scores.has(one.number)) : playing;
  const most = Math.max(0, ...[...scores.values()].map(({ points }) => points));
  const lines = shown.map((one): Line => {
    const score = scores.get(one.number);
    const points = score?.points ?? null;
    return {
      ...one,
      points,
      alive: score?.alive ?? true,
      done: score?.done ?? false,
      rank: 0,
      leads: points !== null && points > 0 && points === most,
    };
  });
  const ranked = [...lines].sort(
    (a, b) => (b.points ?? 0) - (a.points ?? 0) || a.seat.team - b.seat.team || a.number - b.number,
  );
  for (const [rank, line] of ranked.entries()) line.rank = rank;
  return lines;
}

/** How many rows of a list fit into it. */
function useRows(): [(element: HTMLElement | null) => void, number] {
  const [rows, setRows] = useState(8);
  const watcher = useRef<ResizeObserver | null>(null);
  const watch = useRef((element: HTMLElement | null) => {
    watcher.current?.disconnect();
    if (!element) return;
    const measure = () => {
      const row = Number.parseFloat(getComputedStyle(element).getPropertyValue("line-height")) || 1;
      setRows(Math.max(1, Math.floor(element.clientHeight / row)));
    };
    watcher.current = new ResizeObserver(measure);
    watcher.current.observe(element);
  });
  useEffect(() => () => watcher.current?.disconnect(), []);
  return [watch.current, rows];
}

function Row({ line }: { line: Line }) {
  const { seat, alive, points } = line;
  const team = seat.team > 0 ? inkOf(seat.team - 1).colour : undefined;
  return (
    <li
      class={`tv-score${alive ? "" : " out"}${line.done ? " done" : ""}`}
      style={{ "--row": line.rank, ...(team ? { "--team": team } : {}) }}
    >
      <PlayerMark of={seat} size={32} dead={!alive} label={markName(seat)} />
      <span class="tv-name">{seat.name}</span>
      {line.leads && (
        <span class="tv-leads">
          <Icon name="crown" /> <span class="unseen">{t("tv.leads")}</span>
        </span>
      )}
      {line.done && (
        <span class="tv-done">
          <Icon name="check" /> <span class="unseen">{t("tv.answered")}</span>
        </span>
      )}
      {!alive && <span class="tv-out">{t("match.out")}</span>}
      {points !== null && <b>{number(points)}</b>}
    </li>
  );
}

function Scores() {
  const [watch, rows] = useRows();
  const lines = linesOf(session.match.hud.value, sitting.value);
  const fits = lines.length <= rows ? rows : rows - 1;
  const over = Math.max(0, lines.length - fits);
  return (
    <ol class="tv-scores" ref={watch} aria-label={t("match.scores")}>
      {lines
        .filter(({ rank }) => rank < fits)
        .map((line) => (
          <Row key={line.number} line={line} />
        ))}
      {over > 0 && (
        <li class="tv-score muted" style={{ "--row": fits }}>
          {t("tv.more", { n: over })}
        </li>
      )}
    </ol>
  );
}

function TeamScores() {
  const found = session.match.hud.value?.teams ?? [];
  if (found.length === 0) return null;
  return (
    <ol class="tv-teams" aria-label={t("match.team_scores")} data-many={found.length > 2}>
      {found.map(({ team, points }) => (
        <li key={team} style={{ "--team": inkOf(team - 1).colour }}>
          <span>{teamName(team)}</span>
          <b>{number(points)}</b>
        </li>
      ))}
    </ol>
  );
}

export function TvMatch() {
  return (
    <main id="main" class="tv-match">
      <div class="tv-arena">
        <Arena tv />
        <KillFeed tv />
      </div>
      <aside class="tv-side">
        <div class="tv-title">
          <h1>{game.value ? gameTitle(game.value) : ""}</h1>
          <Course />
          <Behind />
        </div>
        <TeamScores />
        <Scores />
        <WayIn />
      </aside>
      {phase.value === "paused" && (
        <p class="tv-paused panel">
          <Icon name="pause" /> {t("match.paused")}
        </p>
      )}
    </main>
  );
}
