// On the home page: the matches that were played on this device, each with its replay. Loaded after the page.
import "../i18n/en";
import { language, say, t } from "../i18n";
import { Icon } from "../ui/Icon";
import { toast } from "../ui/say";
import { GamePicture } from "./GameTiles";
import { forgetMatches, type RecentMatch, recentMatches } from "./recent";
import { followLink, matchPath } from "./route";
import "../style/recent.css";

const SHOWN = 6;

const dayOf = (at: number): string =>
  new Intl.DateTimeFormat(language.value, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(at);

function Line({ match }: { match: RecentMatch }) {
  const title = say(match.game, "game", "title", match.title);
  const place =
    match.place > 0
      ? t("recent.place", { place: match.place, players: match.players })
      : t("recent.no_place");
  return (
    <li>
      <a class="recent-match" href={matchPath(match.id)} onClick={followLink}>
        <GamePicture name={match.game} />
        <span class="recent-words">
          <strong>{title}</strong>
          <span class="muted">
            {place} · <time dateTime={new Date(match.at).toISOString()}>{dayOf(match.at)}</time>
          </span>
        </span>
        <Icon name="play" />
        <span class="unseen">{t("recent.watch")}</span>
      </a>
    </li>
  );
}

export function RecentMatches() {
  const matches = recentMatches.value;
  if (matches.length === 0) return null;
  return (
    <section class="recent" aria-labelledby="recent-title">
      <div class="recent-head">
        <h2 id="recent-title">{t("recent.title")}</h2>
        <button
          type="button"
          class="btn"
          title={t("recent.forget_hint")}
          onClick={() => {
            forgetMatches();
            toast(t("recent.forgotten"));
          }}
        >
          {t("recent.forget")}
        </button>
      </div>
      <ul class="panel">
        {matches.slice(0, SHOWN).map((match) => (
          <Line key={match.id} match={match} />
        ))}
      </ul>
    </section>
  );
}
