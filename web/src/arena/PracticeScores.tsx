// The points of a practice match: everybody at it is on this device.
import "../i18n/en";
import type { ReadonlySignal } from "@preact/signals";
import type { Rider } from "../games/game_renderer";
import { number, t } from "../i18n";
import type { Hud } from "../sync/feed";
import { PlayerMark } from "../ui/PlayerMark";
import { SHAPES } from "../ui/palette";
import "../style/practice_scores.css";

interface Props {
  hud: ReadonlySignal<Hud | null>;
  riders: ReadonlySignal<readonly (Rider | undefined)[]>;
}

export function PracticeScores({ hud, riders }: Props) {
  const lines = [...(hud.value?.scores ?? [])].sort((a, b) => b.points - a.points || a.seat - b.seat);
  return (
    <ol class="practice-scores" aria-label={t("match.scores")}>
      {lines.map(({ seat, points, alive }) => {
        const rider = riders.value[seat];
        if (!rider) return null;
        const look = { colour: rider.colour, shape: SHAPES.indexOf(rider.shape) };
        return (
          <li key={seat} class={rider.mine ? "mine" : ""}>
            <PlayerMark of={look} size={20} dead={!alive} />
            <span class="practice-name">{rider.name}</span>
            <b>{number(points)}</b>
            {!alive && <span class="unseen">{t("match.out")}</span>}
          </li>
        );
      })}
    </ol>
  );
}
