// A player's mark: the shape in the player's ink, as it also moves about the arena.

import { t } from "../i18n";
import { inkOf, outlineOf, RING_BAND, shapeOf } from "./palette";

interface Marked {
  colour: number;
  shape: number;
}

const colourName = (colour: number): string => t(`colour.${((colour % 8) + 8) % 8}` as "colour.0");

/** What a team is called, from 1: by its colour, in the lobby as in the match. */
export const teamName = (team: number): string => colourName(team - 1);

/** The colour of a team, beside its name. */
export function TeamDot({ team }: { team: number }) {
  return <span class="team-dot" style={{ background: inkOf(team - 1).colour }} aria-hidden="true" />;
}

/** The mark's name for a screen reader, such as "Blue circle". */
export function markName(of: Marked): string {
  const colour = colourName(of.colour);
  return t("mark.label", { colour, shape: t(`shape.${shapeOf(of.shape)}`) });
}

function outline(shape: number): string {
  const points = outlineOf(shapeOf(shape));
  if (!points) return "";
  let path = "";
  for (let k = 0; k < points.length; k += 2) {
    path += `${k ? "L" : "M"}${(points[k] ?? 0).toFixed(3)} ${(points[k + 1] ?? 0).toFixed(3)}`;
  }
  return `${path}Z`;
}

/** The shapes inside an SVG whose unit is the mark's radius; `at` moves and scales it. */
export function MarkShape({ of, at }: { of: Marked; at?: string }) {
  const colour = inkOf(of.colour).colour;
  const name = shapeOf(of.shape);
  if (name === "circle") return <circle r="1" fill={colour} transform={at} />;
  if (name === "ring") {
    return (
      <circle r={1 - RING_BAND / 2} fill="none" stroke={colour} stroke-width={RING_BAND} transform={at} />
    );
  }
  return <path d={outline(of.shape)} fill={colour} transform={at} />;
}

/** Decoration beside a name; give `label` where the mark stands alone. */
export function PlayerMark({
  of,
  size = 22,
  label,
  dead,
}: {
  of: Marked;
  size?: number;
  label?: string;
  dead?: boolean;
}) {
  return (
    <svg
      class={dead ? "mark dead" : "mark"}
      width={`${size / 16}rem`}
      height={`${size / 16}rem`}
      viewBox="-1.3 -1.3 2.6 2.6"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : "true"}
    >
      <MarkShape of={of} />
    </svg>
  );
}
