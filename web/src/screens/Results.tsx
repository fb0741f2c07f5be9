// After the match: the podium, how it came about, and one press to play again.
import { say, t } from "../i18n";
import type { Results as MatchResults } from "../protocol.gen";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { awardFigure } from "./award_figure";
import { Gathering } from "./Gathering";
import { Keepsakes } from "./Keepsakes";
import { Podium } from "./Podium";
import { RoundGraph } from "./RoundGraph";
import { amHost, myself, outcome, room, sitting } from "./room";

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

function Again() {
  const now = room.value;
  const me = session.me.value;
  if (!now || me === null) return null;
  const wanted = now.rematch ?? [];
  const want = wanted.includes(me);
  const all = new Set(sitting.value.filter(({ person }) => person?.connected).map(({ seat }) => seat.player));
  for (const player of wanted) all.add(player);
  return (
    <footer class="foot">
      {myself.value && (
        <button
          type="button"
          class={want ? "btn big ready on" : "btn big primary"}
          aria-pressed={want}
          onClick={() => void done(session.commands.rematch(!want))}
        >
          <Icon name={want ? "check" : "play"} />
          {t("results.rematch_count", { n: wanted.length, m: Math.max(all.size, 1) })}
        </button>
      )}
      {amHost.value && (
        <button type="button" class="btn big" onClick={() => void done(session.commands.lobby())}>
          {t("results.change_game")}
        </button>
      )}
    </footer>
  );
}

export function Results() {
  const ended = outcome.value;
  if (!ended) return null;
  return (
    <Gathering name="results" foot={<Again />}>
      <Podium outcome={ended}>
        <Keepsakes of={ended} />
      </Podium>
      <RoundGraph outcome={ended} />
      <Awards of={ended} />
    </Gathering>
  );
}
