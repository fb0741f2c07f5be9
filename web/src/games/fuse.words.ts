// What Short Fuse writes into its picture.
import { wordsFrom } from "../i18n/index";

interface Words {
  go: string;
  stones: string;
  round: (n: number) => string;
  nobody: string;
  survives: (name: string) => string;
  shield: string;
  phew: string;
  lobReady: string;
  /** By kind, in the game's order. */
  items: readonly string[];
  /** By kind of curse; the first means no curse. */
  curses: readonly string[];
}

const en: Words = {
  go: "Go!",
  stones: "Stones are falling",
  round: (n) => `Round ${n}`,
  nobody: "Nobody is left",
  survives: (name) => `${name} takes the round`,
  shield: "Shield!",
  phew: "Phew",
  lobReady: "You ride the rim: lob a bomb!",
  items: ["Bomb", "Range", "Boots", "Shield", "Kick", "Curse"],
  curses: ["", "Slow", "Swapped", "Leaking bombs", "No bombs"],
};

const de: Words = {
  go: "Los!",
  stones: "Steine fallen",
  round: (n) => `Runde ${n}`,
  nobody: "Niemand ist übrig",
  survives: (name) => `${name} gewinnt die Runde`,
  shield: "Schild!",
  phew: "Puh",
  lobReady: "Du bist am Rand: wirf eine Bombe!",
  items: ["Bombe", "Reichweite", "Stiefel", "Schild", "Tritt", "Fluch"],
  curses: ["", "Langsam", "Vertauscht", "Undicht", "Keine Bomben"],
};

export const words = wordsFrom({ en, de });
