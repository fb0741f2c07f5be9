// A bot at its seat: its style and level, and the way to send it away.
import { say, t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { amHost, game, type Sitting } from "./room";

const LEVELS = [1, 2, 3, 4, 5];
const DEFAULT_LEVEL = 2;

/** One choice for a bot's style and level: "Cutter, level 3" is the value "0.3". */
function BotKind({ number, seat }: Sitting) {
  const styles = game.value?.bot_styles ?? [];
  const named = (style: string) => say(game.value?.name ?? "", "style", style, style);
  return (
    <select
      class="bot-kind"
      aria-label={t("lobby.level_of", { name: seat.name })}
      value={`${seat.style ?? 0}.${seat.level ?? DEFAULT_LEVEL}`}
      onChange={(event) => {
        const [style = 0, level = DEFAULT_LEVEL] = event.currentTarget.value.split(".").map(Number);
        void done(session.commands.bot({ seat: number, style, level }));
      }}
    >
      {styles.map((style, k) => (
        <optgroup key={style} label={named(style)}>
          {LEVELS.map((level) => (
            <option key={level} value={`${k}.${level}`}>
              {named(style)} {level}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

export function BotControls(sitter: Sitting) {
  const { number, seat } = sitter;
  if (!amHost.value) {
    return (
      <span class="badge">
        {t("lobby.level")} {seat.level}
      </span>
    );
  }
  return (
    <>
      <BotKind {...sitter} />
      <button
        type="button"
        class="icon-btn"
        aria-label={t("lobby.remove", { name: seat.name })}
        onClick={() => void done(session.commands.bot({ remove: number }))}
      >
        <Icon name="close" />
      </button>
    </>
  );
}
