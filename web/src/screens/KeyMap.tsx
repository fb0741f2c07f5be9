// Which keys steer: press a button here, then the key that is to do it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say, t } from "../i18n";
import { isLetter, letterOf } from "../input/keyboard";
import { session } from "../session/page";
import { bindKey, DEFAULT_KEYS, keysOf, settings } from "../settings";
import { keyName } from "../ui/key_name";

type Player = "one" | "two";
const PLAYERS: readonly Player[] = ["one", "two"];

/** The buttons of all games of this server, each once; before they are known, the two that all have. */
function buttons(): string[] {
  const known = new Set(session.games.value.flatMap((game) => game.buttons));
  return known.size ? [...known] : ["left", "right"];
}

export function KeyMap() {
  const waiting = useSignal<{ player: Player; button: string } | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const bound = waiting.value;
      if (!bound) return;
      event.preventDefault();
      event.stopPropagation();
      waiting.value = null;
      if (event.code === "Escape") return;
      const letter = letterOf(event);
      bindKey(bound.player, bound.button, isLetter(bound.button, letter) ? letter : event.code);
    };
    // Before everyone else: the key is meant for here, whatever it does otherwise.
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, []);
  return (
    <>
      <table class="keys">
        <thead>
          <tr>
            <td />
            {PLAYERS.map((player) => (
              <th key={player} scope="col">
                {t(`settings.player_${player}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buttons().map((button) => (
            <tr key={button}>
              <th scope="row">{say("any", "button", button)}</th>
              {PLAYERS.map((player) => {
                const here = waiting.value?.player === player && waiting.value.button === button;
                const label = t("settings.key_for", {
                  button: say("any", "button", button),
                  player: t(`settings.player_${player}`),
                });
                const shown =
                  keysOf(player, button)
                    .map((code) => keyName(code, isLetter(button, code)))
                    .join(" ") || "–";
                return (
                  <td key={player}>
                    <button
                      type="button"
                      class={here ? "btn key waiting" : "btn key"}
                      aria-label={`${label}: ${here ? t("settings.press_key") : shown}`}
                      onClick={() => {
                        waiting.value = here ? null : { player, button };
                      }}
                    >
                      {here ? t("settings.press_key") : shown}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <button
        type="button"
        class="btn quiet"
        onClick={() => {
          settings.keys.value = DEFAULT_KEYS;
        }}
      >
        {t("settings.keys_reset")}
      </button>
    </>
  );
}
