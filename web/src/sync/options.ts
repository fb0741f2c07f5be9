// What a room's options mean for the page: how many teams there are, and about how long a match takes.
import type { GameInfo } from "../protocol.gen";

type Values = Readonly<Record<string, number>>;

/** The number of teams; 0: everyone plays alone. Of a choice its name counts: "2" means two teams. */
export function teamsOf({ team_option, options }: GameInfo, values: Values): number {
  const option = options.find(({ name }) => name === team_option);
  if (!option) return 0;
  const value = values[option.name] ?? option.default;
  const count = option.names.length > 0 ? Number(option.names[value]) : value;
  return Number.isInteger(count) && count > 1 ? count : 0;
}

/** How much larger a value is than the usual one; 1: there is no such option. */
function timesUsual({ options }: GameInfo, values: Values, name: string): number {
  const usual = options.find((option) => option.name === name)?.default ?? 0;
  return usual > 0 ? (values[name] ?? usual) / usual : 1;
}

/** About how many minutes a match takes; 0: unknown. */
export function minutesOf(info: GameInfo, values: Values): number {
  if (values.minutes !== undefined || info.minutes === 0) return values.minutes ?? 0;
  if (!info.options.some(({ name }) => name === "rounds")) return info.minutes;
  // Seconds are those of a round; where there are no rounds, they are those of a turn.
  const times = timesUsual(info, values, "rounds") * timesUsual(info, values, "seconds");
  return Math.max(1, Math.round(info.minutes * times));
}
