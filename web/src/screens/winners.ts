// The winners of a match in one sentence: for the podium, the large screen, kept matches, pictures and screen readers.
import { type Key, t } from "../i18n";
import type { Results } from "../protocol.gen";

interface Ranked {
  /** From 1; 0: the match was not decided for this seat. */
  place: number;
  name: string;
}

/**
 * The winners; that all have lost; or why nobody has won.
 * @param lines the seats, in any order.
 * @param nobody the server's reason why nobody has won though all share the first place.
 * @param undecided what is said where no seat has a place.
 */
export function winnersText(lines: readonly Ranked[], nobody: Results["nobody_won"], undecided: Key): string {
  if (nobody) return t(`results.${nobody}`);
  const names = lines.filter(({ place }) => place === 1).map(({ name }) => name);
  const [name] = names;
  if (name === undefined) return t(lines.some(({ place }) => place > 0) ? "results.all_lost" : undecided);
  return names.length > 1 ? t("results.winners", { names: names.join(", ") }) : t("results.winner", { name });
}

/** How a match in the room has ended. */
export const winnersTitle = ({ places, nobody_won }: Results): string =>
  winnersText(places, nobody_won, "results.nobody");
