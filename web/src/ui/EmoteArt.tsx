// The eight emotes, drawn; one that this client does not know is shown by its name.
import { humanise, type Key, t } from "../i18n";
import en from "../i18n/en";

const FACE = "M16 3a13 13 0 1 0 .01 0z";
interface Art {
  /** Filled with the accent. */
  fill: string;
  /** Lines in the ground's colour on top of it. */
  ink: string;
  tone?: "love" | "anger" | "sorrow";
}

const ART: Record<string, Art> = {
  wave: {
    fill: "M9 27c-4-3-5-8-6-12l3-1 3 5V7l3-1 1.5 8L14 4l3.2-.2L18 14l2.5-8 3 .8-1.5 9 3.5-3 2.5 2C25 19 23 29 16 29.5c-3 .2-5-.8-7-2.5z",
    ink: "M12 20c2-2 5-2 7-1",
  },
  laugh: { fill: FACE, ink: "M8 13l3-2.5 3 2.5M18 13l3-2.5 3 2.5M9 18h14c-1 8-13 8-14 0z" },
  wow: { fill: FACE, ink: "M11 11v2.5M21 11v2.5M16 18.5a3.5 4 0 1 0 .01 0z" },
  cry: {
    fill: FACE,
    ink: "M9 12l4 1M23 12l-4 1M10 23c3-4.5 9-4.5 12 0M11 16v6M21 16v6",
    tone: "sorrow",
  },
  angry: { fill: FACE, ink: "M8.5 10.5l5 3M23.5 10.5l-5 3M10.5 22h11M12 15v1M20 15v1", tone: "anger" },
  heart: {
    fill: "M16 28C5 20 3 14 4 10c1.5-5.5 9-6.5 12-1 3-5.5 10.5-4.5 12 1 1 4-1 10-12 18z",
    ink: "M9 12c.5-2 2-2.5 3-2.5",
    tone: "love",
  },
  clap: {
    fill: "M7 19l7-11 3 1.5-2 4 7-7 2.5 2-5 6 5-3 2 2.5-6 5 4.5-1.5 1 2.5C20 24 16 29 11 27.5 7 26 5.5 23 7 19z",
    ink: "M12 20l4-4M14 23l4-3M5 10l2 2M9 4l1 3M3 15l3 .5",
  },
  gg: {
    fill: "M3 7h26v15H17l-6 6v-6H3z",
    ink: "M13.5 12.5c-5-3-6.5 5-2.5 5 2 0 2.5-1 2.5-2.5H12M23.5 12.5c-5-3-6.5 5-2.5 5 2 0 2.5-1 2.5-2.5H22",
  },
};

/** An emote's name in words. */
export function emoteName(emote: string): string {
  const key = `emote.${emote}`;
  return key in en ? t(key as Key) : humanise(emote);
}

export function EmoteArt({ emote, size = 32 }: { emote: string; size?: number }) {
  const art = ART[emote];
  if (!art) return <span class="emote-word">{emoteName(emote)}</span>;
  return (
    <svg
      class={`emote-art ${art.tone ?? ""}`}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      <path class="emote-fill" d={art.fill} />
      <path class="emote-ink" d={art.ink} />
    </svg>
  );
}
