// What an award's bare number means: the unit that the game's file states for it.
import { number, t } from "../i18n";

type Figure = (value: number) => string;

/** How many of a unit are 1 for a value in 1/256 units. */
const FRACTION = 256;

const units: Figure = (value) => t("figure.units", { n: value, value: number(value) });

const LINES: Record<string, Figure> = {
  "Closest shave": (value) => units(Math.round((value / FRACTION) * 10) / 10),
  "Most knock-outs": (value) => t("figure.knock_outs", { n: value }),
  "Longest alive": (value) => t("figure.seconds", { value: number(value) }),
  "Most ink": (value) => units(value),
  Collector: (value) => t("figure.pickups", { n: value }),
};

const FIGURES: Record<string, Record<string, Figure>> = {
  trails: LINES,
  field: LINES,
  fuse: {
    "Most knock-outs": (value) => t("figure.knock_outs", { n: value }),
    Wrecker: (value) => t("figure.crates", { n: value }),
    Collector: (value) => t("figure.items", { n: value }),
    "Chain reaction": (value) => t("figure.bombs", { n: value }),
    "Hot feet": (value) => t("figure.times", { n: value }),
    "Own goals": (value) => t("figure.times", { n: value }),
  },
  lastcard: {
    Avalanche: (value) => t("figure.cards", { n: value }),
    Collector: (value) => t("figure.cards", { n: value }),
    Daydreamer: (value) => t("figure.times", { n: value }),
    "Card shark": (value) => t("figure.cards", { n: value }),
    "Round winner": (value) => t("figure.rounds", { n: value }),
  },
  kick: {
    "Top scorer": (value) => t("figure.goals", { n: value }),
    Playmaker: (value) => t("figure.passes", { n: value }),
    "Brick wall": (value) => t("figure.saves", { n: value }),
    "Own goals": (value) => t("figure.times", { n: value }),
    Marathon: (value) => units(value),
  },
  thumbs: {
    "Quickest thumb": (value) => t("settings.ms", { n: value }),
    "Know-it-all": (value) => t("figure.right", { n: value }),
    "On a roll": (value) => t("figure.in_a_row", { n: value }),
    "Best bluffer": (value) => t("figure.players", { n: value }),
    "Lone wolf": (value) => t("figure.times", { n: value }),
    "Itchy thumb": (value) => t("figure.times", { n: value }),
    "Inner clock": (value) => t("settings.ms", { n: value }),
    "Nerves of steel": (value) => t("match.points", { n: value }),
  },
};

/** An award's value in words; a game that is not listed shows the plain number. */
export function awardFigure(game: string, award: string, value: number): string {
  return FIGURES[game]?.[award]?.(value) ?? number(value);
}
