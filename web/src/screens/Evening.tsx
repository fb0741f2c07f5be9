// How the people stand over all matches and games of the room, and the rule by which they get points.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import type { EveningInfo } from "../protocol.gen";
import { session } from "../session/page";
import { PlayerMark } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { amHost, room } from "./room";
import "../style/evening.css";

export interface Line {
  key: string;
  /** 1 is the first; those with as many points and wins share a place. */
  place: number;
  name: string;
  colour: number;
  shape: number;
  points: number;
  wins: number;
  matches: number;
  mine: boolean;
  here: boolean;
}

/** The standings in order. `people`: those in the room, by player, who may be called otherwise by now. */
export function standings(
  evening: EveningInfo,
  people: Readonly<Record<string, { name: string }>>,
  me: string | null,
): Line[] {
  const lines = Object.entries(evening.standings)
    .map(([key, line]) => {
      const player = key.replace("+", "");
      const person = people[player];
      const name = key === player ? (person?.name ?? line.name) : line.name;
      return { ...line, key, name, place: 0, mine: player === me, here: person !== undefined };
    })
    .sort((a, b) => b.points - a.points || b.wins - a.wins || a.name.localeCompare(b.name));
  for (const [k, line] of lines.entries()) {
    const before = lines[k - 1];
    const same = before !== undefined && before.points === line.points && before.wins === line.wins;
    line.place = same ? before.place : k + 1;
  }
  return lines;
}

function Rule({ evening }: { evening: EveningInfo }) {
  const asking = useSignal(false);
  const points = evening.place_points;
  return (
    <details class="evening-rule">
      <summary>{t("evening.rule_title")}</summary>
      <p>
        {t("evening.rule", {
          points: points.slice(0, -1).join(", "),
          rest: points.at(-1) ?? 1,
        })}
      </p>
      <p>{t("evening.rule_bots")}</p>
      {amHost.value && (
        <button
          type="button"
          class={asking.value ? "btn danger" : "btn"}
          onClick={() => {
            if (asking.value) void done(session.commands.newEvening());
            asking.value = !asking.value;
          }}
        >
          {t(asking.value ? "evening.fresh_sure" : "evening.fresh")}
        </button>
      )}
    </details>
  );
}

/** Nothing before the first match that counts. */
export function Evening() {
  const now = room.value;
  if (!now?.evening) return null;
  const lines = standings(now.evening, now.people, session.me.value);
  const over = now.playlist !== undefined && now.playlist.at >= now.playlist.entries.length;
  const winners = lines.filter(({ place }) => place === 1).map(({ name }) => name);
  return (
    <section class="evening panel" aria-labelledby="evening-title">
      <h2 id="evening-title">
        {t("evening.title")}
        <span class="aside">{t("evening.matches", { n: now.evening.matches })}</span>
      </h2>
      {over && <p class="evening-winner">{t("evening.winner", { name: winners.join(", ") })}</p>}
      <ol class="standings">
        {lines.map((line) => (
          <li key={line.key} class={line.mine ? "mine" : undefined} data-here={line.here}>
            <span class="muted">{line.place}</span>
            <PlayerMark of={line} size={22} />
            <span class="standing-name">{line.name}</span>
            <span class="muted standing-wins">{t("evening.wins", { n: line.wins })}</span>
            <b>
              {line.points}
              <span class="unseen"> {t("evening.points")}</span>
            </b>
          </li>
        ))}
      </ol>
      {now.evening.bot_wins > 0 && (
        <p class="muted">{t("evening.bots", { n: now.evening.bot_wins, m: now.evening.matches })}</p>
      )}
      <Rule evening={now.evening} />
    </section>
  );
}
