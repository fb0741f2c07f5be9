// The pictures of three rounds of All Thumbs: the balloon that grows, the clock that hides, the cups that change
// places. All are drawn from the tick, so that a new screen shows them as they stand.
import { language, number, t } from "../i18n";
import type { Entity } from "../sync/state";
import type { Sight } from "./stage";
import { ButtonMark, gain, LETTERS, Who } from "./thumbs.parts";
import { ARM, BALLOON, CUPS, LOCK, num, OPEN, REVEAL } from "./thumbs.rounds";

const TICK_MS = 100;
const SECOND_MS = 1000;
/** As in the rules: points of a balloon for each tick, its longest life, the ticks after the last swap. */
const BALLOON_POINTS = 15;
const BALLOON_TICKS = 120;
const CUPS_REST = 4;
/** How long the clock is seen before it hides. */
const SEEN_MS = 2000;
/** The ball goes under its cup this many ticks before the first swap. */
const COVERED = 4;
const FEW = 6;
const MANY = 12;

/** A number with this many digits after the point. */
function fixed(value: number, digits: number): string {
  const minimumFractionDigits = digits;
  return value.toLocaleString(language.value, { minimumFractionDigits, maximumFractionDigits: digits });
}

function Balloon({ at }: { at: Sight }) {
  const { state } = at;
  const phase = num(state, "phase");
  const players = (state.players as Entity[]).filter((player) => player.plays);
  const burst = phase === LOCK && players.some((player) => !player.locked);
  const ticks = phase < OPEN ? 0 : Math.max(0, Math.min(BALLOON_TICKS, at.tick - num(state, "lit")));
  const size = 0.34 + (0.66 * ticks) / BALLOON_TICKS;
  return (
    <div class={burst ? "th-balloon burst" : "th-balloon"}>
      <b class="th-pot">{burst ? t("thumbs.say.burst") : number(ticks * BALLOON_POINTS)}</b>
      <svg viewBox="-50 -56 100 124" aria-hidden="true">
        {burst ? (
          <path
            class="th-bang"
            d="M0-52 12-22 44-34 26-6 54 10 22 16 26 48 0 28-26 48-22 16-54 10-26-6-44-34-12-22Z"
          />
        ) : (
          <g class="th-skin" style={{ transform: `scale(${size.toFixed(3)})` }}>
            <path d="M0-50C30-50 42-28 42-6 42 20 18 40 0 48-18 40-42 20-42-6-42-28-30-50 0-50Z" />
            <path d="M-6 55 0 47 6 55Z" />
            <path class="th-shine" d="M-24-18C-22-30-14-37-6-39" />
          </g>
        )}
      </svg>
      {phase === OPEN && (
        <p class="th-aboard">
          {t("thumbs.say.aboard", { n: players.filter((player) => !player.locked).length })}
        </p>
      )}
    </div>
  );
}

function Clock({ at }: { at: Sight }) {
  const { state } = at;
  const phase = num(state, "phase");
  const ms = phase < OPEN ? 0 : Math.max(0, (at.tick - num(state, "lit")) * TICK_MS);
  const hidden = phase >= OPEN && ms > SEEN_MS;
  return (
    <div class={hidden ? "th-watch hidden" : "th-watch"} aria-hidden="true">
      {hidden ? "?" : fixed(ms / SECOND_MS, 1)}
    </div>
  );
}

/** What each had when they pressed, the best first. */
function Times({ at }: { at: Sight }) {
  const { state } = at;
  const balloon = num(state, "kind") === BALLOON;
  const mark = num(state, "mark");
  const off = (player: Entity) => (balloon ? -num(player, "ms") : Math.abs(num(player, "ms") - mark));
  const pressed = (state.players as Entity[])
    .filter((player) => num(player, "ms") > 0)
    .sort((a, b) => off(a) - off(b) || a.id - b.id);
  return (
    <ol class="th-times">
      {pressed.slice(0, at.tv ? MANY : FEW).map((player) => (
        <li key={player.id} class={at.own.includes(player.id) ? "mine" : ""}>
          <Who at={at} seat={player.id} />
          <b>
            {balloon
              ? gain(num(player, "gained"))
              : t("thumbs.say.seconds", { seconds: fixed(num(player, "ms") / SECOND_MS, 2) })}
          </b>
        </li>
      ))}
    </ol>
  );
}

/** Where each cup stands after this many swaps, and how far the present one is. */
function places(cells: readonly number[], swaps: number): number[] {
  const cupAt = [0, 1, 2, 3];
  for (let k = 0; k < swaps; k++) {
    const [one = 0, other = 0] = cells.slice(2 + 2 * k, 4 + 2 * k);
    [cupAt[one], cupAt[other]] = [cupAt[other] ?? other, cupAt[one] ?? one];
  }
  return [0, 1, 2, 3].map((cup) => cupAt.indexOf(cup));
}

function Cups({ at }: { at: Sight }) {
  const { state } = at;
  const phase = num(state, "phase");
  const cells = state.cells as number[];
  const [start = 0, step = 1] = cells;
  const all = Math.max(0, cells.length / 2 - 1);
  const first = num(state, "lit") - CUPS_REST - step * all;
  const begun = cells.length ? Math.max(0, Math.min(all, Math.floor((at.tick - first) / step) + 1)) : 0;
  const stands = places(cells, begun);
  const moving = begun > 0 && at.tick < first + begun * step ? cells.slice(2 * begun, 2 * begun + 2) : [];
  const shown = (phase === ARM && at.tick < first - COVERED) || phase === REVEAL;
  return (
    <div class="th-cups" aria-hidden="true" style={{ "--step": `${step * TICK_MS * 0.85}ms` }}>
      {stands.map((place, cup) => {
        const ball = cells.length > 0 && cup === start;
        const way = moving.indexOf(place);
        const names = [
          "th-cup",
          shown && ball && "up",
          way === 0 && `over-${begun % 2}`,
          way === 1 && `under-${begun % 2}`,
        ];
        return (
          <span
            key={cup}
            class={names.filter(Boolean).join(" ")}
            style={{ insetInlineStart: `${place * 25}%` }}
          >
            {ball && shown && <i class="th-ball" />}
            <svg viewBox="0 0 60 64" aria-hidden="true">
              <path d="M14 4H46L56 60H4Z" />
              <path class="th-rim" d="M3 52H57" />
            </svg>
          </span>
        );
      })}
      {LETTERS.map((letter, k) => (
        <span key={letter} class="th-spot" style={{ insetInlineStart: `${k * 25}%` }}>
          <ButtonMark button={k} /> {letter}
        </span>
      ))}
    </div>
  );
}

export function Scene({ at }: { at: Sight }) {
  const kind = num(at.state, "kind");
  if (kind === CUPS) return <Cups at={at} />;
  if (num(at.state, "phase") === REVEAL) return <Times at={at} />;
  return kind === BALLOON ? <Balloon at={at} /> : <Clock at={at} />;
}
