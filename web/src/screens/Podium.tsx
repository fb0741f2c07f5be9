// The podium: the first three on steps with their points counting up, the others in a list.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { number, t } from "../i18n";
import type { PlaceLine, Results } from "../protocol.gen";
import { calm } from "../settings";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { inkOf } from "../ui/palette";
import { mySeats } from "./room";
import { winnersTitle } from "./winners";

const COUNT_UP_MS = 400;
const PODIUM_MS = 1200;
/** From left to right: second, first, third. */
const STEPS = [1, 0, 2];

/** Runs from 0 to 1 while the points count up; at once with reduced motion. */
function useCountUp(delay: number): number {
  const part = useSignal(calm.peek() ? 1 : 0);
  useEffect(() => {
    if (calm.peek()) return;
    const began = performance.now() + delay;
    let frame = 0;
    const step = (now: number) => {
      const linear = Math.min(1, Math.max(0, (now - began) / COUNT_UP_MS));
      part.value = 1 - (1 - linear) ** 3;
      if (linear < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, []);
  return part.value;
}

const DROPS = 26;

/** Ink that bursts from the winner's step, once; the same drops each time. */
function Splash({ line }: { line: PlaceLine }) {
  if (calm.value) return null;
  return (
    <span class="splash" aria-hidden="true">
      {Array.from({ length: DROPS }, (_, k) => (
        <i
          key={k}
          style={{
            "--ink": inkOf(k % 2 === 0 ? line.colour : k >> 1).colour,
            "--x": `${((k * 61) % 100) / 6 - 8.3}rem`,
            "--y": `${-3 - ((k * 37) % 100) / 14}rem`,
            "--late": `${500 + ((k * 53) % 10) * 14}ms`,
            "--size": `${0.35 + ((k * 29) % 7) / 12}rem`,
          }}
        />
      ))}
    </span>
  );
}

function Step({ line, part, won }: { line: PlaceLine; part: number; won: boolean }) {
  return (
    <li class={`step place-${line.place}${mySeats.value.includes(line.seat) ? " mine" : ""}`}>
      {won && <Splash line={line} />}
      <PlayerMark of={line} size={line.place === 1 ? 64 : 46} label={markName(line)} />
      <strong class="step-name">{line.name}</strong>
      <span class="step-block">
        <span class="step-place">
          <span class="unseen">{t("results.place", { n: line.place })}</span>
          <span aria-hidden="true">{line.place}</span>
        </span>
        <span class="step-points">{number(Math.round(line.points * part))}</span>
      </span>
    </li>
  );
}

/** `verdict` stands above it, `children` below. */
export function Podium({
  outcome,
  verdict,
  children,
}: {
  outcome: Results;
  verdict?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const part = useCountUp(calm.peek() ? 0 : PODIUM_MS - COUNT_UP_MS);
  const places = [...outcome.places].sort((a, b) => a.place - b.place || b.points - a.points);
  const title = winnersTitle(outcome);
  const top = STEPS.map((k) => places[k]).filter((line): line is PlaceLine => line !== undefined);
  return (
    <section class="podium" aria-labelledby="podium-title">
      {verdict}
      <div class="podium-head">
        <h1 id="podium-title">{title}</h1>
        {outcome.ended && <p class="muted">{t("results.ended")}</p>}
      </div>
      <ol class="steps">
        {top.map((line) => (
          <Step key={line.seat} line={line} part={part} won={line.place === 1 && !outcome.nobody_won} />
        ))}
      </ol>
      {places.length > 3 && (
        <ol class="others" start={4}>
          {places.slice(3).map((line) => (
            <li key={line.seat} class={mySeats.value.includes(line.seat) ? "mine" : undefined}>
              <span class="muted">{line.place}</span>
              <PlayerMark of={line} size={20} label={markName(line)} />
              <span class="others-name">{line.name}</span>
              {mySeats.value.includes(line.seat) && <span class="badge">{t("app.you")}</span>}
              <b>{number(Math.round(line.points * part))}</b>
            </li>
          ))}
        </ol>
      )}
      {children}
    </section>
  );
}
