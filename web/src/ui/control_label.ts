// What a control of a game is called on the screen.
import { say } from "../i18n";
import type { ControlInfo } from "../protocol.gen";

/** The label of a control in the person's language. */
export function labelOf(game: string, { kind, name, label }: ControlInfo): string {
  return say(game, kind === "button" ? "button" : "control", name, label);
}
