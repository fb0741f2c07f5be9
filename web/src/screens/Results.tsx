// After the match: the podium, how it came about, and one press to play again.
import { say, t } from "../i18n";
import type { Results as MatchResults, PollInfo } from "../protocol.gen";
import { session } from "../session/page";
import { calm } from "../settings";
import { Icon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { awardFigure } from "./award_figure";
import { Evening } from "./Evening";
import { Gathering } from "./Gathering";
import { Keepsakes } from "./Keepsakes";
import { NextUp, titleOf, useSecondsUntil } from "./NextUp";
import { Podium } from "./Podium";
import { RoundGraph } from "./RoundGraph";
import { again, amHost, myself, outcome, room } from "./room";
import { Verdict } from "./Verdict";
import "../style/results.css";

function Awards({ of: { awards } }: { of: MatchResults }) {
  if (!awards.length) return null;
  const played = room.value?.game ?? "";
  return (
    <section class="awards panel" aria-labelledby="awards-title">
      <h2 id="awards-title">{t("results.awards")}</h2>
      <ul>
        {awards.map((award) => (
          <li key={`${award.award}${award.seat}`}>
            <PlayerMark of={award} size={26} />
            <div>
              <strong>{say(played, "award", award.award, award.award)}</strong>
              <span class="muted">
                {award.name} · {awardFigure(played, award.award, award.value)}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The way to an open vote, for who has not voted: it may be below what the screen shows. */
function VoteButton({ poll }: { poll: PollInfo }) {
  const left = useSecondsUntil(poll.ends_at);
  const show = () => {
    const first = document.querySelector<HTMLElement>(".poll button");
    first?.closest("section")?.scrollIntoView({ block: "center", behavior: calm.peek() ? "auto" : "smooth" });
    first?.focus({ preventScroll: true });
  };
  return (
    <button type="button" class="btn big foot-vote" onClick={show}>
      <Icon name="people" /> {t("poll.go", { n: left })}
    </button>
  );
}

/** How long the results are shown yet, and what follows them. */
function Remaining({ next }: { next: string | undefined }) {
  const left = useSecondsUntil(room.value?.results_until);
  if (room.value?.results_until === undefined) return null;
  return (
    <p class="foot-state remaining" role="timer">
      {next ? t("results.next_in", { title: titleOf(next), n: left }) : t("results.lobby_in", { n: left })}
    </p>
  );
}

function Again() {
  const now = room.value;
  const me = session.me.value;
  if (!now || me === null) return null;
  const { wanted, of } = again.value;
  const want = wanted.includes(me);
  const next = now.next && now.next.game !== now.game ? now.next.game : undefined;
  return (
    <footer class="foot">
      {now.poll && now.poll.votes[me] === undefined ? (
        <VoteButton poll={now.poll} />
      ) : (
        <Remaining next={next} />
      )}
      {myself.value && (
        <button
          type="button"
          class={want ? "btn big ready on" : "btn big primary"}
          aria-pressed={want}
          onClick={() => void done(session.commands.rematch(!want))}
        >
          <Icon name={want ? "check" : "play"} />
          {of > 1 && wanted.length > 0
            ? t("results.again_count", { n: wanted.length, m: of })
            : t("results.again")}
        </button>
      )}
      {amHost.value &&
        (now.next ? (
          <button type="button" class="btn big" onClick={() => void done(session.commands.next())}>
            <Icon name="forward" /> {t("results.next_game", { title: titleOf(now.next.game) })}
          </button>
        ) : (
          <button type="button" class="btn big" onClick={() => void done(session.commands.lobby())}>
            {t("results.change_game")}
          </button>
        ))}
    </footer>
  );
}

export function Results() {
  const ended = outcome.value;
  if (!ended) return null;
  return (
    <Gathering name="results" foot={<Again />}>
      <Podium outcome={ended} verdict={<Verdict of={ended} />}>
        <Keepsakes of={ended} />
      </Podium>
      <div class="results-side">
        <NextUp />
        <Evening />
        <Awards of={ended} />
        <RoundGraph outcome={ended} />
      </div>
    </Gathering>
  );
}
