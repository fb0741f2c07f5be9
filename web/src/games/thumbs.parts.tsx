// The pieces of All Thumbs' stage: the marks of the buttons, the tiles of Odd One, the dots of Tally, the
// lamps of Echo and the standings.
import { number, say, t } from "../i18n";
import type { Entity } from "../sync/state";
import { PlayerMark } from "../ui/PlayerMark";
import { outlineOf, RING_BAND, SHAPES, type ShapeName, shapeOf } from "../ui/palette";
import type { Sight } from "./stage";

export const LETTERS = ["A", "B", "C", "D"] as const;
/** The letter of a button; "" if it has none. */
export const letterOf = (button: number): string => LETTERS[button] ?? "";
/** The shape of each button, beside its letter and its colour. */
const MARKS: readonly ShapeName[] = ["circle", "triangle", "diamond", "cross"];
const GRID = 12;
const DOUBLE = 2;
const FILLS = ["full", "empty", "double"];

/** A shape of radius 1, drawn by its class. */
export function Outline({ shape, at }: { shape: ShapeName; at?: string }) {
  const points = outlineOf(shape);
  if (!points) return <circle r={shape === "ring" ? 1 - RING_BAND / 2 : 1} class={shape} transform={at} />;
  const pairs = Array.from(
    { length: points.length / 2 },
    (_, k) => `${points[2 * k] ?? 0},${points[2 * k + 1] ?? 0}`,
  );
  return <polygon points={pairs.join(" ")} transform={at} />;
}

export function ButtonMark({ button }: { button: number }) {
  return (
    <svg class="th-mark" viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
      <Outline shape={MARKS[button] ?? "ring"} />
    </svg>
  );
}

/** Shape, count and fill of a tile of Odd One. */
function tileOf(cells: readonly number[], tile: number): [shape: number, count: number, fill: number] {
  const [shape = 0, count = 0, fill = 0] = cells.slice(tile * 3, tile * 3 + 3);
  return [shape, count, fill];
}

/** What a tile of Odd One shows, in words. */
export function tileWords(cells: readonly number[], tile: number): string {
  const [shape, count, fill] = tileOf(cells, tile);
  const shapes = t(`thumbs.shape.${shapeOf(shape)}`, { n: count });
  return t("thumbs.say.tile", { shapes, fill: say("thumbs", "fill", FILLS[fill] ?? "") });
}

export function Tile({ cells, tile }: { cells: readonly number[]; tile: number }) {
  const [shape, count, fill] = tileOf(cells, tile);
  const places = PLACES[count - 1] ?? [];
  // All four at the same scale: the largest at which the fullest has room.
  const most = Math.max(...[0, 1, 2, 3].map((k) => cells[k * 3 + 1] ?? 0));
  return (
    <svg
      class={`th-tile fill-${fill}`}
      viewBox={FRAMES[most - 1] ?? FRAMES[4]}
      stroke-width={STROKE}
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {places.map(([x, y]) => (
        <g key={`${x},${y}`} transform={`translate(${x} ${y})`}>
          <Outline shape={shapeOf(shape)} />
          {fill === DOUBLE && <Outline shape={shapeOf(shape)} at="scale(0.45)" />}
        </g>
      ))}
    </svg>
  );
}

/** What a tile shows of the plane, by the most shapes on any of the four; STROKE belongs to a shape. */
export const FRAMES = [
  "-1.6 -1.4 3.2 2.8",
  "-2.8 -1.5 5.6 3",
  "-2.8 -2.8 5.6 5.6",
  "-2.8 -2.8 5.6 5.6",
  "-3.8 -2.9 7.6 5.8",
];
/** Width of the line around a shape. */
export const STROKE = 0.22;

export const PLACES: readonly (readonly (readonly [number, number])[])[] = [
  [[0, 0]],
  [
    [-1.5, 0],
    [1.5, 0],
  ],
  [
    [0, -1.4],
    [-1.5, 1.3],
    [1.5, 1.3],
  ],
  [
    [-1.5, -1.4],
    [1.5, -1.4],
    [-1.5, 1.4],
    [1.5, 1.4],
  ],
  [
    [-2.4, -1.5],
    [2.4, -1.5],
    [0, 0],
    [-2.4, 1.5],
    [2.4, 1.5],
  ],
];

export function Dots({ cells }: { cells: readonly number[] }) {
  return (
    <svg class="th-dots" viewBox={`-1 -1 ${GRID + 1} ${GRID + 1}`} aria-hidden="true">
      {cells.map((cell) => (
        <circle key={cell} cx={cell % GRID} cy={Math.floor(cell / GRID)} r="0.36" />
      ))}
    </svg>
  );
}

/** The four lamps of Echo; `shining` is the one that is on, or -1. */
export function Lamps({ shining }: { shining: number }) {
  return (
    <div class="th-lamps" aria-hidden="true">
      {LETTERS.map((letter, k) => (
        <span key={letter} class={`th-lamp th-${letter}${k === shining ? " on" : ""}`}>
          <ButtonMark button={k} />
          {letter}
        </span>
      ))}
    </div>
  );
}

/** A name with its mark. */
export function Who({ at, seat }: { at: Sight; seat: number }) {
  const rider = at.riders[seat];
  if (!rider) return null;
  return (
    <span class="th-who" style={{ "--letters": [...rider.name].length }}>
      <PlayerMark
        of={{ colour: rider.colour, shape: SHAPES.indexOf(shapeOf(SHAPES.indexOf(rider.shape))) }}
        size={at.tv ? 40 : 24}
      />
      <span class="th-name">{rider.name}</span>
    </span>
  );
}

const MOST_PICKS = 16;

/** In a replay, where nothing is secret any more: who has picked what so far. */
export function Picks({ at }: { at: Sight }) {
  const secrets = (at.secretOf(-1)?.players ?? []) as Entity[];
  const picked = secrets.filter((one) => (one.pick as number) >= 0);
  if (picked.length === 0) return null;
  return (
    <ul class="th-picks">
      {picked.slice(0, MOST_PICKS).map((one) => (
        <li key={one.id}>
          <Who at={at} seat={one.id} />
          <ButtonMark button={one.pick as number} />
          <b>{letterOf(one.pick as number)}</b>
          {(one.inside as number) >= 0 && <span class="muted">{t("thumbs.say.inside")}</span>}
        </li>
      ))}
      {picked.length > MOST_PICKS && <li class="muted">+{picked.length - MOST_PICKS}</li>}
    </ul>
  );
}

/** Of the players, those that a board of `most` lines shows: the best, and one's own. */
export function leading(players: readonly Entity[], own: readonly number[], most: number): Entity[] {
  const ranked = [...players].sort((a, b) => (b.score as number) - (a.score as number) || a.id - b.id);
  const shown = ranked.slice(0, most);
  for (const one of ranked.slice(most)) if (own.includes(one.id)) shown.push(one);
  return shown;
}

export function Standings({ at, title }: { at: Sight; title: string }) {
  const players = at.state.players as Entity[];
  const place = (one: Entity) =>
    1 + players.filter((other) => (other.score as number) > (one.score as number)).length;
  return (
    <section class="th-board">
      <h3>{title}</h3>
      <ol class={at.tv && players.length > 6 ? "wide" : ""}>
        {leading(players, at.own, at.tv ? 12 : 8).map((one) => (
          <li key={one.id} class={at.own.includes(one.id) ? "mine" : ""}>
            <span class="th-place">{place(one)}</span>
            <Who at={at} seat={one.id} />
            {(one.streak as number) > 1 && <span class="th-streak">{`×${one.streak}`}</span>}
            <span class="th-gained">{gain(one.gained as number)}</span>
            <b>{number(one.score as number).replace("-", "−")}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Points of a round with their sign; nothing for none. */
export function gain(points: number): string {
  return points === 0 ? "" : points > 0 ? `+${number(points)}` : `−${number(-points)}`;
}
