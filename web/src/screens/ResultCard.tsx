// How a kept match ended: places, awards, and what it was. Its lines choose whom the replay follows.
import { language, number, say, t } from "../i18n";
import type { MatchInfo, MatchSeat } from "../protocol.gen";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark, teamName } from "../ui/PlayerMark";
import { awardFigure } from "./award_figure";
import { clock } from "./ReplayBar";
import { winnersText } from "./winners";

function title({ seats, outcome, nobody_won }: MatchInfo): string {
  return winnersText(seats, nobody_won, outcome === "failed" ? "replay.failed" : "replay.undecided");
}

interface LineProps {
  seat: MatchSeat;
  followed: boolean;
  onFollow: ((seat: number) => void) | null;
}

function Line({ seat, followed, onFollow }: LineProps) {
  const content = (
    <>
      <span class="card-place">{seat.place > 0 ? seat.place : "–"}</span>
      <PlayerMark of={seat} size={22} label={markName(seat)} />
      <span class="card-name">
        {seat.name}
        {seat.bot && <Icon name="bot" size={16} />}
        {seat.bot && <span class="unseen">{t("replay.bot")}</span>}
      </span>
      {seat.team > 0 && <span class="score-team">{teamName(seat.team)}</span>}
      <b>{number(seat.points)}</b>
    </>
  );
  if (!onFollow) return <li class="card-line">{content}</li>;
  return (
    <li>
      <button
        type="button"
        class="card-line"
        aria-pressed={followed}
        title={t("match.following", { name: seat.name })}
        onClick={() => onFollow(followed ? -1 : seat.seat)}
      >
        {content}
      </button>
    </li>
  );
}

export interface ResultCardProps {
  match: MatchInfo;
  /** The seat that is followed, or -1. */
  follow?: number;
  /** null: nobody can be followed yet. */
  onFollow?: ((seat: number) => void) | null;
}

export function ResultCard({ match, follow = -1, onFollow = null }: ResultCardProps) {
  const { seats, game } = match;
  const lines = [...seats].sort(
    (a, b) => (a.place || Infinity) - (b.place || Infinity) || b.points - a.points || a.seat - b.seat,
  );
  const awards = seats.flatMap((seat) => seat.awards.map((award) => ({ seat, ...award })));
  const when = new Date(match.started_ms).toLocaleString(language.value, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const preset = match.preset ? say(game, "preset", match.preset, match.preset) : "";
  return (
    <section class="card panel" aria-labelledby="card-title">
      <h2 id="card-title">{title(match)}</h2>
      <p class="muted card-about">
        <span>
          {say(game, "game", "title", match.title)}
          {preset && ` · ${preset}`}
        </span>
        <time dateTime={new Date(match.started_ms).toISOString()}>{when}</time>
        <span>{t("replay.length", { time: clock(match.ticks / Math.max(1, match.tick_hz)) })}</span>
      </p>
      <ol class="card-lines">
        {lines.map((seat) => (
          <Line key={seat.seat} seat={seat} followed={follow === seat.seat} onFollow={onFollow} />
        ))}
      </ol>
      {awards.length > 0 && (
        <>
          <h3>{t("results.awards")}</h3>
          <ul class="card-awards">
            {awards.map(({ seat, award, value }) => (
              <li key={`${award}${seat.seat}`}>
                <PlayerMark of={seat} size={20} />
                <span>
                  <strong>{say(game, "award", award, award)}</strong>{" "}
                  <span class="muted">
                    {seat.name} · {awardFigure(game, award, value)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
