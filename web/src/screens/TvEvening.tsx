// How the evening stands, on the screen for everybody: the points of all matches so far, and the votes for the next game.
import { number, t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { standings } from "./Evening";
import { GamePicture, gameTitle } from "./GameTiles";
import { room } from "./room";

/** At most this many people are in the large table, and in the line of the lobby. */
const MOST = 10;
const FEW = 3;

/** The table; nothing before a second match, whose first has just been seen. */
export function Tonight() {
  const now = room.value;
  const evening = now?.evening;
  if (!evening || evening.matches < 2) return null;
  const all = standings(evening, now.people, null).slice(0, MOST);
  return (
    <section class="tv-tonight" aria-labelledby="tonight">
      <h2 id="tonight">
        {t("tv.tonight")} <span class="muted">{t("tv.matches", { n: evening.matches })}</span>
      </h2>
      <ol data-many={all.length > 5}>
        {all.map((one) => (
          <li key={one.key}>
            <span class="tv-rank">{one.place === 1 ? <Icon name="crown" /> : one.place}</span>
            <PlayerMark of={one} size={40} label={markName(one)} />
            <span class="tv-name">{one.name}</span>
            <b>{number(one.points)}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The best of the evening in one line. */
export function TonightLine() {
  const now = room.value;
  if (!now?.evening) return null;
  const best = standings(now.evening, now.people, null).slice(0, FEW);
  if (best.length === 0) return null;
  return (
    <p class="tv-tonight-line">
      <span class="muted">{t("tv.tonight")}</span>
      {best.map((one) => (
        <span key={one.key}>
          <PlayerMark of={one} size={24} /> {one.name} <b>{number(one.points)}</b>
        </span>
      ))}
    </p>
  );
}

/** The games that are voted on, each with its votes. */
export function Votes() {
  const poll = room.value?.poll;
  if (!poll) return null;
  const votes = Object.values(poll.votes);
  return (
    <section class="tv-votes" aria-labelledby="votes">
      <h2 id="votes">{t("tv.vote")}</h2>
      <ul>
        {poll.games.map((name) => {
          const info = session.games.value.find((one) => one.name === name);
          const count = votes.filter((vote) => vote === name).length;
          return (
            <li key={name} style={{ "--part": votes.length ? count / votes.length : 0 }}>
              <GamePicture name={name} />
              <span class="tv-name">{info ? gameTitle(info) : name}</span>
              <b>{count}</b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
