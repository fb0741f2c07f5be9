// Shows, on touch screens, where to press: faint marks of at least 64 px that take no touches themselves,
// since the whole half (or zone) of the picture is the button.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { settings } from "../settings";

/** Whether fingers were used last. */
const byTouch = signal(typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches);

const GLYPHS: Readonly<Record<string, string>> = { left: "◀", right: "▶", up: "▲", down: "▼" };
const SIDE = 72;

function Hint({ glyph, style }: { glyph: string; style: Record<string, string> }) {
  return (
    <div
      style={{
        position: "absolute",
        width: `${SIDE}px`,
        height: `${SIDE}px`,
        display: "grid",
        placeItems: "center",
        border: "2px solid rgb(232 236 255 / 0.22)",
        borderRadius: "20px",
        color: "rgb(232 236 255 / 0.4)",
        fontSize: "26px",
        ...style,
      }}
    >
      {glyph}
    </div>
  );
}

/** `buttons` are the game's, or none while this device does not play. */
export function TouchHints({ buttons }: { buttons: readonly string[] }) {
  useEffect(() => {
    const watch = (event: PointerEvent) => {
      byTouch.value = event.pointerType === "touch";
    };
    addEventListener("pointerdown", watch, { passive: true });
    return () => removeEventListener("pointerdown", watch);
  }, []);
  if (!byTouch.value || buttons.length === 0) return null;
  const aims = buttons.filter((name) => name in GLYPHS);
  const acts = buttons.filter((name) => !(name in GLYPHS));
  // Lying phones show the course of the match in the lower corners: the marks stay above it.
  const edge = "max(14px, env(safe-area-inset-bottom), min(84px, (100vw - 100vh) * 999))";
  const leftSide = "max(14px, env(safe-area-inset-left))";
  const rightSide = "max(14px, env(safe-area-inset-right))";
  if (acts.length === 0 && aims.length === 2)
    return (
      <div aria-hidden="true" style={COVER}>
        <Hint glyph={GLYPHS[aims[0]!]!} style={{ bottom: edge, left: leftSide }} />
        <Hint glyph={GLYPHS[aims[1]!]!} style={{ bottom: edge, right: rightSide }} />
      </div>
    );
  const padLeft = !settings.leftHanded.value;
  return (
    <div aria-hidden="true" style={COVER}>
      {aims.length > 0 && (
        <Hint glyph="✥" style={{ top: `calc(50% - ${SIDE / 2}px)`, [padLeft ? "left" : "right"]: "12.5%" }} />
      )}
      {acts.map((name, k) => (
        <Hint
          key={name}
          glyph={name.slice(0, 1).toUpperCase()}
          style={{
            top: `calc(${((k + 0.5) / acts.length) * 100}% - ${SIDE / 2}px)`,
            [padLeft ? "right" : "left"]: "12.5%",
          }}
        />
      ))}
    </div>
  );
}

const COVER = { position: "absolute", inset: "0", pointerEvents: "none", zIndex: "1" } as const;
