// What the match was for me: my place, and what I did best in it.
import { nth, say, t } from "../i18n";
import type { FigureLine, PlaceLine, Results } from "../protocol.gen";
import { Icon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { awardFigure } from "./award_figure";
import { mySeats, room } from "./room";

const MOST_FIGURES = 3;

export interface OwnFigure {
  award: string;
  value: number;
  /** 1: nobody has a better one. */
  rank: number;
}

/** How good a seat's figures are among all, the best first. `seats` are those of the places, rising. */
export function ownFigures(
  figures: readonly FigureLine[],
  seats: readonly number[],
  seat: number,
): OwnFigure[] {
  const at = seats.indexOf(seat);
  return figures
    .map(({ award, values, fewest }) => {
      const value = values[at] ?? -1;
      const better = values.filter((one) => one >= 0 && (fewest ? one < value : one > value));
      return { award, value, rank: better.length + 1 };
    })
    .filter(({ value }) => value >= 0)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_FIGURES);
}

/** The best place of those at this keyboard, or null for those who watched. */
export function ownPlace({ places }: Results, mine: readonly number[]): PlaceLine | null {
  return (
    places
      .filter(({ seat }) => mine.includes(seat))
      .sort((a, b) => a.place - b.place || a.seat - b.seat)[0] ?? null
  );
}

/** My place as a sentence. */
export function verdict(of: Results, line: PlaceLine): string {
  const { places } = of;
  if (of.nobody_won) return t(`results.${of.nobody_won}`);
  const best = Math.min(...places.map(({ place }) => place));
  if (best > 1) return t("results.you_lost");
  const alike = places.filter(({ place }) => place === line.place).length;
  if (line.place === 1) return t(alike > 1 ? "results.you_share" : "results.you_won");
  return t("results.you_came", { place: nth(line.place), n: places.length });
}

export function Verdict({ of }: { of: Results }) {
  const mine = ownPlace(of, mySeats.value);
  const played = room.value?.game ?? "";
  if (!mine) return null;
  const seats = of.places.map(({ seat }) => seat).sort((a, b) => a - b);
  const figures = ownFigures(of.figures ?? [], seats, mine.seat);
  return (
    <div class={mine.place === 1 && !of.nobody_won ? "verdict first" : "verdict"}>
      <p class="verdict-place">
        <PlayerMark of={mine} size={34} /> <strong>{verdict(of, mine)}</strong>
        {mine.evening !== undefined && (
          <span class="badge gain">{t("evening.gain", { n: mine.evening })}</span>
        )}
      </p>
      {figures.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a low screen, and without the focus no key could
        <ul class="own-figures" aria-label={t("results.best_of_you")} tabIndex={0}>
          {figures.map(({ award, value, rank }) => (
            <li key={award} class={rank === 1 ? "top" : undefined}>
              {rank === 1 && <Icon name="star" size={16} />}
              <span>{say(played, "award", award, award)}</span>
              <b>{awardFigure(played, award, value)}</b>
              <small>{rank === 1 ? t("results.best_of_all") : t("results.rank", { place: nth(rank) })}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
