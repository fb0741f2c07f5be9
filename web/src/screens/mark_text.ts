// A mark of a replay in words: "Ann is out".
import { say, t } from "../i18n";
import type { Mark } from "../replay/marks";

interface Named {
  name: string;
}

export function markText(game: string, mark: Mark, riders: readonly (Named | undefined)[]): string {
  const name = riders[mark.seat]?.name ?? "";
  const by = mark.by === mark.seat ? "" : (riders[mark.by]?.name ?? "");
  switch (mark.kind) {
    case "round":
      return t("match.round", { n: mark.round });
    case "out":
      if (!name) return say(game, "event", mark.name);
      return by ? t("replay.mark.out_by", { name, by }) : t("replay.mark.out", { name });
    case "point":
      return name ? t("replay.mark.point", { name }) : say(game, "event", mark.name);
    case "end":
      return t("replay.mark.end");
    default:
      return say(game, "event", mark.name);
  }
}
