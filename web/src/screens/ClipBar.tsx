// The editor's bar: a stretch of the match with its marks, and the clip's span on it with a handle at each end.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Span } from "../replay/clip";
import type { Replay } from "../replay/replay";
import { clock, moveSpan, type SpanPart, type Stretch } from "./clip_span";

interface Props {
  replay: Replay;
  span: Span;
  stretch: Stretch;
  /** `held`: a finger or the mouse is still moving it. */
  onChange: (span: Span, part: SpanPart, held: boolean) => void;
}

const KEY_S = 0.2;
const PAGE_S = 1;

export function ClipBar({ replay, span, stretch, onChange }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const grip = useRef({ part: "whole" as SpanPart, offset: 0 });
  const held = useSignal<SpanPart | null>(null);
  const hz = replay.schema.tickHz;
  const length = stretch.to - stretch.from;
  const at = (tick: number) => `${(((tick - stretch.from) / length) * 100).toFixed(3)}%`;
  const tickAt = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    return box ? stretch.from + ((event.clientX - box.left) / box.width) * length : 0;
  };
  const move = (part: SpanPart, tick: number, holding: boolean) =>
    onChange(moveSpan(span, part, tick, replay.ticks, hz), part, holding);
  const take = (part: SpanPart) => (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    grip.current = { part, offset: tickAt(event) - (part === "last" ? span.last : span.first) };
    held.value = part;
  };
  const drag = (event: PointerEvent) => {
    if (held.value) move(grip.current.part, tickAt(event) - grip.current.offset, true);
  };
  const drop = (event: PointerEvent) => {
    if (!held.value) return;
    held.value = null;
    move(grip.current.part, tickAt(event) - grip.current.offset, false);
  };
  const keys = (part: SpanPart) => (event: KeyboardEvent) => {
    const now = part === "last" ? span.last : span.first;
    const step = (event.shiftKey ? PAGE_S : KEY_S) * hz;
    const to: Record<string, number> = {
      ArrowLeft: now - step,
      ArrowDown: now - step,
      ArrowRight: now + step,
      ArrowUp: now + step,
      PageDown: now - PAGE_S * hz,
      PageUp: now + PAGE_S * hz,
      Home: stretch.from,
      End: stretch.to,
    };
    const tick = to[event.key];
    if (tick === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the player has keys of its own
    move(part, tick, false);
  };
  const gestures = (part: SpanPart) => ({
    onPointerDown: take(part),
    onPointerMove: drag,
    onPointerUp: drop,
    onPointerCancel: drop,
  });
  const handle = (part: "first" | "last") => {
    const low = moveSpan(span, part, 0, replay.ticks, hz)[part];
    const high = moveSpan(span, part, replay.ticks, replay.ticks, hz)[part];
    return (
      <div
        class={`clip-handle ${part}`}
        style={{ insetInlineStart: at(span[part]) }}
        role="slider"
        tabIndex={0}
        aria-label={t(part === "first" ? "clip.first" : "clip.last")}
        aria-valuemin={Math.round(replay.seconds(low) * 10) / 10}
        aria-valuemax={Math.round(replay.seconds(high) * 10) / 10}
        aria-valuenow={Math.round(replay.seconds(span[part]) * 10) / 10}
        aria-valuetext={clock(replay.seconds(span[part]))}
        onKeyDown={keys(part)}
        {...gestures(part)}
      />
    );
  };
  const tick = replay.tick.value;
  return (
    <div ref={bar} class={held.value ? "clip-bar held" : "clip-bar"}>
      <div class="clip-ground">
        {replay.marks.value
          .filter((mark) => mark.kind !== "round" && mark.tick >= stretch.from && mark.tick <= stretch.to)
          .map((mark) => (
            <span
              key={`${mark.tick}${mark.name}${mark.seat}`}
              class={`clip-mark ${mark.kind}`}
              style={{ insetInlineStart: at(mark.tick) }}
            />
          ))}
      </div>
      <div
        class="clip-span"
        style={{
          insetInlineStart: at(span.first),
          inlineSize: `${((span.last - span.first) / length) * 100}%`,
        }}
        {...gestures("whole")}
      />
      {tick >= stretch.from && tick <= stretch.to && (
        <span class="clip-now" style={{ insetInlineStart: at(tick) }} />
      )}
      {handle("first")}
      {handle("last")}
    </div>
  );
}
