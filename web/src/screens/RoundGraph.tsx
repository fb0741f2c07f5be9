// Points after each round: one line a player in the player's ink and dash, with the mark at its end.

import { t } from "../i18n";
import type { Results } from "../protocol.gen";
import { MarkShape } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";

const WIDE = 400;
const HIGH = 170;
const EDGE = 16;
const START = 30;

/** Steps of the scale so that there are at most four lines. */
function scale(most: number): number {
  for (const step of [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500]) {
    if (most / step <= 4) return step;
  }
  return Math.ceil(most / 4);
}

export function RoundGraph({ outcome }: { outcome: Results }) {
  const { rounds, places } = outcome;
  if (rounds.length < 2) return null;
  const most = Math.max(1, ...rounds.flat());
  const step = scale(most);
  const x = (round: number) => START + (round / rounds.length) * (WIDE - START - EDGE);
  const y = (points: number) => HIGH - EDGE - (points / most) * (HIGH - 2 * EDGE);
  // The columns of `rounds` are the seats that played, rising.
  const lines = [...places].sort((a, b) => a.seat - b.seat);
  const marks: number[] = [];
  for (let value = 0; value <= most; value += step) marks.push(value);
  return (
    <section class="graph panel" aria-labelledby="graph-title">
      <h2 id="graph-title">{t("results.rounds")}</h2>
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={t("results.rounds_label")}>
        {marks.map((value) => (
          <g key={value}>
            <line class="graph-rule" x1={START} x2={WIDE - EDGE} y1={y(value)} y2={y(value)} />
            <text class="graph-figure" x={START - 8} y={y(value) + 4} text-anchor="end">
              {value}
            </text>
          </g>
        ))}
        {lines.map((line, column) => {
          const ink = inkOf(line.colour);
          const points = [0, ...rounds.map((round) => round[column] ?? 0)];
          const path = points
            .map((value, round) => `${x(round).toFixed(1)} ${y(value).toFixed(1)}`)
            .join("L");
          return (
            <g key={line.seat}>
              <path class="graph-line" d={`M${path}`} stroke={ink.colour} />
              {ink.dash.length > 0 && (
                <path
                  class="graph-dash"
                  d={`M${path}`}
                  stroke={ink.dashColour}
                  stroke-dasharray={ink.dash.join(" ")}
                />
              )}
              <MarkShape of={line} at={`translate(${x(rounds.length)} ${y(points.at(-1) ?? 0)}) scale(6)`} />
            </g>
          );
        })}
      </svg>
      <table class="unseen">
        <caption>{t("results.rounds_label")}</caption>
        <tbody>
          {lines.map((line, column) => (
            <tr key={line.seat}>
              <th scope="row">{line.name}</th>
              {rounds.map((round, k) => (
                <td key={k}>{round[column] ?? 0}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
