// What Loose Ends writes into its picture.
import { wordsFrom } from "../i18n/index";

interface Words {
  go: string;
  faster: string;
  closing: string;
  decider: string;
  round: (n: number) => string;
  nobody: string;
  survives: (name: string) => string;
  /** Open Field: above the seconds that one is out still. */
  back: string;
  /** Open Field: whose line it was, whom mine stopped. */
  caught: (name: string) => string;
  got: (name: string) => string;
  /** By kind, in the game's order. */
  pickups: readonly string[];
}

const en: Words = {
  go: "Go!",
  faster: "Everyone speeds up",
  closing: "The walls close in",
  decider: "Decider!",
  round: (n) => `Round ${n}`,
  nobody: "Nobody is left",
  survives: (name) => `${name} takes the round`,
  back: "Back in",
  caught: (name) => `${name} stopped you`,
  got: (name) => `You stopped ${name}`,
  pickups: [
    "Zip",
    "Crawl",
    "Thin",
    "Ghost",
    "Right angles",
    "Rush",
    "Thick",
    "Swapped",
    "Eraser",
    "Open walls",
    "Gappy",
  ],
};

const de: Words = {
  go: "Los!",
  faster: "Alle werden schneller",
  closing: "Die Wände rücken vor",
  decider: "Entscheidung!",
  round: (n) => `Runde ${n}`,
  nobody: "Niemand ist übrig",
  survives: (name) => `${name} gewinnt die Runde`,
  back: "Zurück in",
  caught: (name) => `${name} hat dich gestoppt`,
  got: (name) => `Du hast ${name} gestoppt`,
  pickups: [
    "Flitzer",
    "Schnecke",
    "Dünn",
    "Geist",
    "Rechte Winkel",
    "Hetze",
    "Dick",
    "Vertauscht",
    "Radierer",
    "Offene Wände",
    "Lücken",
  ],
};

export const words = wordsFrom({ en, de });
