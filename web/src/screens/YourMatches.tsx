// On the home page: the turn-based matches that wait for this device, those in which it has to move first. Loaded
// after the page, by devices that have played one.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import "../i18n/en";
import { language, say, t } from "../i18n";
import type { OwnMatch } from "../protocol.gen";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { done, toast } from "../ui/say";
import { GamePicture } from "./GameTiles";
import { followLink, roomPath } from "./route";
import { TurnMessages } from "./TurnMessages";
import "../style/waiting.css";

const REFRESH_MS = 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const matches = signal<readonly OwnMatch[]>([]);
/** The key with which browsers subscribe to messages; "": this server sends none. */
const pushKey = signal("");

/** How long ago, or from now, in words: "3 hours ago". */
export function distance(ms: number, locale: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(ms);
  if (size < HOUR_MS) return words.format(Math.round(ms / MINUTE_MS), "minute");
  if (size < 2 * DAY_MS) return words.format(Math.round(ms / HOUR_MS), "hour");
  return words.format(Math.round(ms / DAY_MS), "day");
}

/** Shows on the icon of an installed page in how many matches it is this device's turn. */
function showBadge(count: number): void {
  const badge = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  badge?.catch(() => {}); // the page is not installed
}

async function refresh(): Promise<void> {
  const answer = await session.commands.matches();
  if (!answer.ok) return; // what is shown stays until the records can be reached again
  matches.value = answer.matches;
  pushKey.value = answer.push_key;
  showBadge(answer.matches.filter((match) => match.mine).length);
}

function Line({ match }: { match: OwnMatch }) {
  const [asked, setAsked] = useState(false);
  const title = say(match.game, "game", "title", match.title);
  const others = match.others.join(", ");
  const turn = match.mine ? t("waiting.mine") : t("waiting.theirs", { name: match.turn.join(", ") || "?" });
  const resign = async () => {
    setAsked(false);
    if (await done(session.commands.resign(match.code))) toast(t("waiting.left"));
    await refresh();
  };
  const words = (
    <>
      <GamePicture name={match.game} />
      <span class="waiting-words">
        <strong>{title}</strong>
        <span class="muted">{t("waiting.with", { names: others })}</span>
        <span class="waiting-turn">
          {match.older_rules ? t("waiting.older_rules") : <b>{turn}</b>}
          {!match.older_rules && (
            <span class="muted">
              {" · "}
              <time dateTime={new Date(match.turn_ms).toISOString()}>
                {distance(match.turn_ms - Date.now(), language.value)}
              </time>
              {match.due_ms !== null &&
                ` · ${t("waiting.due", { when: distance(match.due_ms - Date.now(), language.value) })}`}
            </span>
          )}
        </span>
      </span>
    </>
  );
  return (
    <li class={match.mine && !match.older_rules ? "waiting-match mine" : "waiting-match"}>
      {match.older_rules ? (
        <span class="waiting-link">{words}</span>
      ) : (
        <a class="waiting-link" href={roomPath(match.code)} onClick={followLink}>
          {words}
          <Icon name="play" />
        </a>
      )}
      {asked ? (
        <div class="row waiting-ask">
          <p>{t("waiting.leave_sure", { title, names: others })}</p>
          <button type="button" class="btn danger" onClick={() => void resign()}>
            {t("waiting.leave_yes")}
          </button>
          <button type="button" class="btn" onClick={() => setAsked(false)}>
            {t("waiting.leave_no")}
          </button>
        </div>
      ) : (
        <button type="button" class="icon-btn" title={t("waiting.leave")} onClick={() => setAsked(true)}>
          <Icon name="close" size={18} />
          <span class="unseen">{`${t("waiting.leave")}: ${title}, ${others}`}</span>
        </button>
      )}
    </li>
  );
}

export function YourMatches() {
  const online = session.connection.value === "online";
  useEffect(() => {
    if (!online) return;
    void refresh();
    const look = () => {
      if (!document.hidden) void refresh();
    };
    const timer = setInterval(look, REFRESH_MS);
    document.addEventListener("visibilitychange", look);
    navigator.serviceWorker?.addEventListener("message", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      navigator.serviceWorker?.removeEventListener("message", look);
    };
  }, [online]);
  const shown = matches.value;
  if (shown.length === 0) return null;
  const mine = shown.filter((match) => match.mine && !match.older_rules).length;
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">
        {t("waiting.title")}
        {mine > 0 && (
          <span class="waiting-count">
            <span aria-hidden="true">{mine}</span>
            <span class="unseen">{t("waiting.count", { n: mine })}</span>
          </span>
        )}
      </h2>
      <ul class="panel">
        {shown.map((match) => (
          <Line key={match.code} match={match} />
        ))}
      </ul>
      {pushKey.value && <TurnMessages pushKey={pushKey.value} />}
    </section>
  );
}
