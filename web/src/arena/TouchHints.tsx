// Shows, on touch screens, where to press: faint marks of at least 64 px that take no touches themselves,
// since the whole half (or zone) of the picture is the button; and the stick, which follows the thumb.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../i18n";
import { heldStick, restingPlace, STICK_RADIUS } from "../input/stick";
import { settings } from "../settings";
import { LineIcon } from "../ui/Icon";
import { opening } from "./opening";

/** Whether fingers were used last. */
const byTouch = signal(typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches);

const GLYPHS = { left: "◀", right: "▶", up: "▲", down: "▼" } as const;
type Direction = keyof typeof GLYPHS;
const isDirection = (name: string): name is Direction => Object.hasOwn(GLYPHS, name);
const SIDE = 72;
const ACT_SIDE = 92;
const FAINT = "2px solid rgb(232 236 255 / 0.22)";
/** While a countdown shows how the game is played. */
const CLEAR = "3px solid var(--accent)";

interface HintProps {
  glyph: ComponentChildren;
  style: Record<string, string>;
  side?: number;
  round?: boolean;
}

function Hint({ glyph, style, side = SIDE, round = false }: HintProps) {
  return (
    <div
      style={{
        position: "absolute",
        width: `${side}px`,
        height: `${side}px`,
        display: "grid",
        placeItems: "center",
        border: opening.value ? CLEAR : FAINT,
        borderRadius: round ? "50%" : "20px",
        color: opening.value ? "var(--accent)" : "rgb(232 236 255 / 0.4)",
        fontSize: "26px",
        ...style,
      }}
    >
      {glyph}
    </div>
  );
}

/** The ring of the stick with its four ways, and the thumb's place in it while it is held. */
function StickHint() {
  const box = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const knob = useRef<HTMLDivElement>(null);
  const left = settings.leftHanded.value;
  useEffect(() => {
    // Moved by hand: the thumb moves at the screen's rate, and nothing else here changes with it.
    const place = () => {
      const surface = box.current;
      if (!surface || !ring.current || !knob.current) return;
      const stick = heldStick.value;
      const at = stick ?? restingPlace(surface.clientWidth, surface.clientHeight, left);
      ring.current.style.transform = `translate(${at.x - STICK_RADIUS}px, ${at.y - STICK_RADIUS}px)`;
      ring.current.style.opacity = stick ? "1" : "0.75";
      const far = stick ? Math.hypot(stick.thumbX - stick.x, stick.thumbY - stick.y) : 0;
      const reach = Math.min(1, (STICK_RADIUS - 22) / Math.max(far, 1));
      const [dx, dy] = stick ? [(stick.thumbX - stick.x) * reach, (stick.thumbY - stick.y) * reach] : [0, 0];
      knob.current.style.transform = `translate(${dx}px, ${dy}px)`;
    };
    const watcher = new ResizeObserver(place);
    if (box.current) watcher.observe(box.current);
    const end = heldStick.subscribe(place);
    return () => {
      watcher.disconnect();
      end();
    };
  }, [left]);
  const arrow = (glyph: string, style: Record<string, string>) => (
    <span style={{ position: "absolute", fontSize: "15px", color: "rgb(232 236 255 / 0.5)", ...style }}>
      {glyph}
    </span>
  );
  return (
    <div ref={box} style={COVER}>
      <div
        ref={ring}
        style={{
          position: "absolute",
          width: `${2 * STICK_RADIUS}px`,
          height: `${2 * STICK_RADIUS}px`,
          display: "grid",
          placeItems: "center",
          border: opening.value ? CLEAR : FAINT,
          borderRadius: "50%",
        }}
      >
        {arrow(GLYPHS.up, { top: "4px" })}
        {arrow(GLYPHS.down, { bottom: "4px" })}
        {arrow(GLYPHS.left, { left: "8px" })}
        {arrow(GLYPHS.right, { right: "8px" })}
        <div
          ref={knob}
          style={{
            width: "44px",
            height: "44px",
            borderRadius: "50%",
            background: "rgb(232 236 255 / 0.22)",
          }}
        />
      </div>
    </div>
  );
}

/** Whether fingers were used last; follows it while a component uses it. */
export function useTouch(): boolean {
  useEffect(() => {
    const watch = (event: PointerEvent) => {
      byTouch.value = event.pointerType === "touch";
    };
    addEventListener("pointerdown", watch, { passive: true });
    return () => removeEventListener("pointerdown", watch);
  }, []);
  return byTouch.value;
}

/** `buttons` are the game's, or none while this device does not play; `game` names them. */
export function TouchHints({ buttons, game = "" }: { buttons: readonly string[]; game?: string }) {
  if (!useTouch() || buttons.length === 0) return null;
  const aims = buttons.filter(isDirection);
  const acts = buttons.filter((name) => !isDirection(name));
  // Lying phones show the course of the match in the lower corners: the marks stay above it.
  const edge = "max(14px, env(safe-area-inset-bottom), min(84px, (100vw - 100vh) * 999))";
  const leftSide = "max(14px, env(safe-area-inset-left))";
  const rightSide = "max(14px, env(safe-area-inset-right))";
  const [first, second] = aims;
  if (acts.length === 0 && aims.length === 2 && first && second)
    return (
      <div aria-hidden="true" style={COVER}>
        <Hint glyph={GLYPHS[first]} style={{ bottom: edge, left: leftSide }} />
        <Hint glyph={GLYPHS[second]} style={{ bottom: edge, right: rightSide }} />
      </div>
    );
  const stickLeft = !settings.leftHanded.value;
  const letter = (name: string) =>
    name === "bomb" ? (
      <LineIcon name="bomb" path={BOMB} size={44} />
    ) : (
      say(game, "button", name).slice(0, 1).toUpperCase()
    );
  if (aims.length === 0) {
    const middle = (k: number) => `calc(${((k + 0.5) / acts.length) * 100}% - ${SIDE / 2}px)`;
    return (
      <div aria-hidden="true" style={COVER}>
        {acts.map((name, k) => (
          <Hint key={name} glyph={letter(name)} style={{ bottom: edge, left: middle(k) }} />
        ))}
      </div>
    );
  }
  return (
    <div aria-hidden="true" style={COVER}>
      <StickHint />
      {acts.map((name, k) => (
        <Hint
          key={name}
          glyph={letter(name)}
          side={ACT_SIDE}
          round
          style={{
            [stickLeft ? "right" : "left"]: `calc(${stickLeft ? rightSide : leftSide} + 18px)`,
            // Several share the height, as their zones do.
            ...(acts.length === 1
              ? { bottom: `calc(${edge} + 40px)` }
              : { top: `calc(${((k + 0.5) / acts.length) * 100}% - ${ACT_SIDE / 2}px)` }),
          }}
        />
      ))}
    </div>
  );
}

const BOMB = "M10.5 9a6 6 0 1 0 .01 0M14 10l2.5-3M16.5 7c1-2.5 3-1.5 3.5-3.5";
const COVER = { position: "absolute", inset: "0", pointerEvents: "none", zIndex: "1" } as const;
