// What All Thumbs says on its stage.
import { wordsFrom } from "../i18n/index";

interface Words {
  /** Names of the kinds of round, and how each is played, in the game's order. */
  kinds: readonly string[];
  hows: readonly string[];
  round: (n: number, of: number) => string;
  ready: string;
  wait: string;
  now: string;
  time: string;
  all: string;
  locked: (letter: string) => string;
  tooSoon: string;
  slip: string;
  done: string;
  lead: string;
  next: string;
  right: (points: string) => string;
  wrong: (letter: string) => string;
  wasRight: (letter: string) => string;
  nothing: string;
  insider: (letter: string) => string;
  insiderWas: (name: string) => string;
  /** Beside a player's answer. */
  inside: string;
  fastest: (name: string, ms: number) => string;
  fewest: string;
  answered: (n: number, of: number) => string;
  up: (name: string) => string;
  youUp: string;
  buzzed: string;
  closed: string;
  board: string;
  final: string;
  waits: string;
  dots: (n: number) => string;
  hear: string;
  picked: (n: number) => string;
  buzz: string;
  repeated: (n: number) => string;
  points: (n: string) => string;
  streak: (n: number) => string;
  /** Shapes by number, one and many; fills by number. */
  shapes: readonly (readonly [string, string])[];
  fills: readonly string[];
  tile: (count: number, shape: string, fill: string) => string;
}

const en: Words = {
  kinds: ["Flash", "Odd One", "Tally", "Echo", "Minority", "Insider", "Quiz", "Buzzer"],
  hows: [
    "Press any button as soon as it lights up. Too soon and you are out.",
    "Three have something in common. Find the fourth.",
    "Dots for a moment. How many were there?",
    "Watch the sequence, then repeat it.",
    "Pick what the fewest others pick.",
    "One player knows the right door. Follow, or do not.",
    "Pick the right answer. Faster is better.",
    "Listen to the host. The first to press may answer.",
  ],
  round: (n, of) => `Round ${n} of ${of}`,
  ready: "Get ready",
  wait: "Wait for it…",
  now: "Now!",
  time: "Time is up",
  all: "Everyone has answered",
  locked: (letter) => `Your answer: ${letter}`,
  tooSoon: "Too soon! You are out of this round",
  slip: "That was wrong. You are out of this round",
  done: "Done!",
  lead: "You lead this round",
  next: "You play from the next round",
  right: (points) => `Right! ${points}`,
  wrong: (letter) => `Wrong. It was ${letter}`,
  wasRight: (letter) => `It was ${letter}`,
  nothing: "No points this time",
  insider: (letter) => `You are the insider. The right door is ${letter}. Fool the others!`,
  insiderWas: (name) => `${name} was the insider`,
  inside: "insider",
  fastest: (name, ms) => `${name} was the fastest: ${ms} ms`,
  fewest: "The fewest picked this",
  answered: (n, of) => `${n} of ${of} have answered`,
  up: (name) => `${name} answers`,
  youUp: "You answer!",
  buzzed: "You are in line",
  closed: "The buzzers are locked",
  board: "Standings",
  final: "Final standings",
  waits: "The host says when it goes on",
  dots: (n) => `${n} dots`,
  hear: "Hear it",
  picked: (n) => (n === 1 ? "1 pick" : `${n} picks`),
  buzz: "Buzz!",
  repeated: (n) => `${n} right so far`,
  points: (n) => `${n} points`,
  streak: (n) => `×${n}`,
  shapes: [
    ["circle", "circles"],
    ["triangle", "triangles"],
    ["square", "squares"],
    ["diamond", "diamonds"],
    ["pentagon", "pentagons"],
    ["star", "stars"],
    ["cross", "crosses"],
    ["ring", "rings"],
  ],
  fills: ["full", "empty", "double"],
  tile: (count, shape, fill) => `${count} ${fill} ${shape}`,
};

const de: Words = {
  kinds: ["Blitz", "Ausreißer", "Zählen", "Echo", "Minderheit", "Eingeweiht", "Quiz", "Buzzer"],
  hows: [
    "Drück irgendeine Taste, sobald es leuchtet. Zu früh, und du bist raus.",
    "Drei haben etwas gemeinsam. Finde das vierte.",
    "Kurz sind Punkte zu sehen. Wie viele waren es?",
    "Sieh dir die Folge an und wiederhole sie.",
    "Wähle, was die wenigsten wählen.",
    "Eine Person kennt die richtige Tür. Folge ihr – oder nicht.",
    "Wähle die richtige Antwort. Schneller ist besser.",
    "Hör zu. Wer zuerst drückt, darf antworten.",
  ],
  round: (n, of) => `Runde ${n} von ${of}`,
  ready: "Achtung",
  wait: "Warte …",
  now: "Jetzt!",
  time: "Die Zeit ist um",
  all: "Alle haben geantwortet",
  locked: (letter) => `Deine Antwort: ${letter}`,
  tooSoon: "Zu früh! Du bist in dieser Runde raus",
  slip: "Das war falsch. Du bist in dieser Runde raus",
  done: "Geschafft!",
  lead: "Du leitest diese Runde",
  next: "Du spielst ab der nächsten Runde mit",
  right: (points) => `Richtig! ${points}`,
  wrong: (letter) => `Falsch. Es war ${letter}`,
  wasRight: (letter) => `Es war ${letter}`,
  nothing: "Diesmal keine Punkte",
  insider: (letter) => `Du bist eingeweiht. Die richtige Tür ist ${letter}. Führ die anderen in die Irre!`,
  insiderWas: (name) => `${name} war eingeweiht`,
  inside: "eingeweiht",
  fastest: (name, ms) => `${name} war am schnellsten: ${ms} ms`,
  fewest: "Das haben die wenigsten gewählt",
  answered: (n, of) => `${n} von ${of} haben geantwortet`,
  up: (name) => `${name} antwortet`,
  youUp: "Du antwortest!",
  buzzed: "Du bist in der Schlange",
  closed: "Die Buzzer sind gesperrt",
  board: "Zwischenstand",
  final: "Endstand",
  waits: "Der Gastgeber sagt, wann es weitergeht",
  dots: (n) => `${n} Punkte`,
  hear: "Anhören",
  picked: (n) => `${n}-mal gewählt`,
  buzz: "Buzzer!",
  repeated: (n) => `${n} richtig bis jetzt`,
  points: (n) => `${n} Punkte`,
  streak: (n) => `×${n}`,
  shapes: [
    ["Kreis", "Kreise"],
    ["Dreieck", "Dreiecke"],
    ["Quadrat", "Quadrate"],
    ["Raute", "Rauten"],
    ["Fünfeck", "Fünfecke"],
    ["Stern", "Sterne"],
    ["Kreuz", "Kreuze"],
    ["Ring", "Ringe"],
  ],
  fills: ["voll", "leer", "doppelt"],
  tile: (count, shape, fill) => `${count} ${shape}, ${fill}`,
};

export const words = wordsFrom({ en, de });
