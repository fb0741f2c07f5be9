// The colours of a game: it declares an accent and a ground, and everything between the two is mixed from them. Pages take
// them as CSS variables, pictures as a Look.
import { ACCENT, GRID, GROUND, LINE, MUTED, PANEL, TEXT } from "./palette.gen";

export interface Look {
  accent: string;
  ground: string;
  grid: string;
  panel: string;
  raised: string;
  line: string;
  edge: string;
  muted: string;
}

/** What a game declares; a game of an older server, or an old record, may have none of it. */
export interface Declared {
  accent?: string;
  ground?: string;
}

/** The look of the page, and of a game that declares none. */
export const PAGE_LOOK: Look = {
  accent: ACCENT,
  ground: GROUND,
  grid: GRID,
  panel: PANEL,
  raised: "#1C2545",
  line: LINE,
  edge: "#6C7BB5",
  muted: MUTED,
};

type Channels = readonly [number, number, number];
const WHITE: Channels = [255, 255, 255];
const COLOUR = /^#[0-9a-f]{6}$/i;

function channels(colour: string): Channels {
  const packed = Number.parseInt(colour.slice(1), 16);
  return [packed >> 16, (packed >> 8) & 255, packed & 255];
}

/** `share` of the way from one colour to another. */
function mix(from: Channels, to: Channels, share: number): Channels {
  const along = (k: 0 | 1 | 2) => from[k] + (to[k] - from[k]) * share;
  return [along(0), along(1), along(2)];
}

function hex([red, green, blue]: Channels): string {
  const packed = (Math.round(red) << 16) | (Math.round(green) << 8) | Math.round(blue);
  return `#${packed.toString(16).padStart(6, "0")}`;
}

const made = new Map<string, Look>();

/** The look of a game: the same object for the same colours. */
export function lookOf(game: Declared | null | undefined): Look {
  const accent = COLOUR.test(game?.accent ?? "") ? (game?.accent ?? ACCENT) : ACCENT;
  const ground = COLOUR.test(game?.ground ?? "") ? (game?.ground ?? GROUND) : GROUND;
  if (ground.toUpperCase() === GROUND)
    return accent.toUpperCase() === ACCENT
      ? PAGE_LOOK
      : keep(accent + ground, () => ({ ...PAGE_LOOK, accent }));
  return keep(accent + ground, () => {
    const dark = channels(ground);
    // The ground's own hue, as light as it gets: what stands out from the ground is tinted with it.
    const most = Math.max(1, ...dark);
    const hue = mix([0, 0, 0], dark, 255 / most);
    const lighter = (share: number) => hex(mix(dark, hue, share));
    return {
      accent,
      ground,
      grid: lighter(0.1),
      panel: lighter(0.075),
      raised: lighter(0.15),
      line: lighter(0.27),
      edge: hex(mix(mix(dark, hue, 0.5), WHITE, 0.3)),
      muted: hex(mix(mix(channels(TEXT), hue, 0.3), dark, 0.26)),
    };
  });
}

function keep(key: string, make: () => Look): Look {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

/** A look as CSS variables for the `style` of an element; with high contrast only the accent is the game's. */
export function lookStyle(look: Look, highContrast: boolean): Record<string, string> {
  if (highContrast) return { "--accent": look.accent };
  return Object.fromEntries(Object.entries(look).map(([name, colour]) => [`--${name}`, colour]));
}
