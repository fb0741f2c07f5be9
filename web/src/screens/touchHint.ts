// How a game is played by fingers, in a sentence.
import { say, t } from "../i18n";
import { isSteering } from "../input/keyboard";
import type { GameInfo } from "../net/types";

/** What fingers do in a game, as input/touch.ts takes them. */
export function touchHint({ hosted, buttons }: Pick<GameInfo, "hosted" | "buttons">): string {
  if (hosted) return t("match.four");
  const acts = buttons.filter((name) => !isSteering(name)).map((name) => say("any", "button", name));
  if (acts.length === buttons.length) return t("match.touch_acts");
  if (buttons.length === 2) return t("match.touch");
  return acts.length ? t("match.touch_stick", { button: acts.join(", ") }) : t("match.touch_steer");
}
