// Choosing things in the picture, such as a card of the hand: by a press, by the arrow keys and Enter, and by a
// list for screen readers and the Tab key. The picture knows what can be chosen, and where.
import { useEffect, useState } from "preact/hooks";
import type { Choice } from "../games/game_renderer";
import { t } from "../i18n";
import type { ControlInfo } from "../protocol.gen";
import type { MatchRenderer } from "./renderer";

const LOOK_MS = 150;
const sameChoice = (one: Choice | undefined, other: Choice | null | undefined) =>
  one?.control === other?.control && one?.index === other?.index;

/** The number of a Choose control among those that are not buttons; -1: there is none of this name. */
export function numberOf(controls: readonly ControlInfo[], name: string): number {
  const others = controls.filter(({ kind }) => kind !== "button");
  return others.findIndex((one) => one.kind === "choose" && one.name === name);
}

export interface ChoosingNeeds {
  surface: HTMLElement;
  picture: () => MatchRenderer | null;
  /** The player here chooses this. */
  choose(choice: Choice): void;
}

/** The choice that is `by` places on from the one that the keys are on, first among those that can be taken. */
export function nextChoice(choices: readonly Choice[], on: Choice | null, by: 1 | -1): Choice | null {
  const able = choices.filter(({ can }) => can);
  const list = able.length > 0 ? able : choices;
  if (list.length === 0) return null;
  const at = list.findIndex((one) => sameChoice(one, on));
  const from = at < 0 ? (by > 0 ? -1 : 0) : at;
  return list[(from + by + list.length) % list.length] ?? null;
}

/** Listens to presses on the picture and to keys. Returns what ends it. */
export function listenToChoices({ surface, picture, choose }: ChoosingNeeds): () => void {
  let on: Choice | null = null;
  const light = (choice: Choice | null) => {
    on = choice;
    picture()?.highlight(choice);
  };
  const at = (event: PointerEvent): Choice | null => {
    const box = surface.getBoundingClientRect();
    return picture()?.choiceAt(event.clientX - box.left, event.clientY - box.top) ?? null;
  };
  const press = (event: PointerEvent) => {
    if (event.button > 0 || !event.isPrimary) return;
    const choice = at(event);
    light(choice);
    if (choice) event.preventDefault();
  };
  const move = (event: PointerEvent) => {
    if (event.pointerType === "mouse" || event.buttons > 0) light(at(event));
    surface.style.cursor = on ? "pointer" : "";
  };
  // A finger chooses where it is lifted: who has missed the card slides on to it.
  const lift = (event: PointerEvent) => {
    if (event.button > 0 || !event.isPrimary) return;
    const choice = at(event);
    if (choice && (event.pointerType !== "mouse" || sameChoice(choice, on))) choose(choice);
    light(event.pointerType === "mouse" ? choice : null);
  };
  const leave = () => light(null);
  const key = (event: KeyboardEvent) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, dialog, button, a, [contenteditable]")) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      light(nextChoice(picture()?.choices() ?? [], on, event.key === "ArrowRight" ? 1 : -1));
      event.preventDefault();
    } else if (event.key === "Enter" && on) {
      // It opens the chat as well, where nothing is chosen.
      event.stopImmediatePropagation();
      event.preventDefault();
      choose(on);
      light(null);
    }
  };
  surface.addEventListener("pointerdown", press);
  surface.addEventListener("pointermove", move);
  surface.addEventListener("pointerup", lift);
  surface.addEventListener("pointerleave", leave);
  window.addEventListener("keydown", key, true);
  return () => {
    surface.removeEventListener("pointerdown", press);
    surface.removeEventListener("pointermove", move);
    surface.removeEventListener("pointerup", lift);
    surface.removeEventListener("pointerleave", leave);
    window.removeEventListener("keydown", key, true);
  };
}

const worded = (choices: readonly Choice[]) =>
  choices.map(({ control, index, name, can }) => `${control} ${index} ${name} ${can}`).join("\n");

interface ListProps {
  picture: () => MatchRenderer | null;
  choose(choice: Choice): void;
}

/** What can be chosen, as a list of buttons that is read out and reached by Tab; the picture shows the focused one. */
export function ChoiceList({ picture, choose }: ListProps) {
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  useEffect(() => {
    let last = "";
    const timer = setInterval(() => {
      const found = picture()?.choices() ?? [];
      const words = worded(found);
      if (words === last) return;
      last = words;
      setChoices(found);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  if (choices.length === 0) return null;
  return (
    <ul class="unseen" aria-label={t("match.choices")}>
      {choices.map((choice) => (
        <li key={`${choice.control} ${choice.index}`}>
          <button
            type="button"
            aria-disabled={!choice.can}
            data-control={choice.control}
            data-index={choice.index}
            onFocus={() => picture()?.highlight(choice)}
            onBlur={() => picture()?.highlight(null)}
            onClick={() => choose(choice)}
          >
            {choice.name}
          </button>
        </li>
      ))}
    </ul>
  );
}
