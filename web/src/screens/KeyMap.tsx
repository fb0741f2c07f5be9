// Which keys steer: press a button here, then the key that is to do it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say, t } from "../i18n";
import { GameKeys } from "../input/control_keys";
import { isLetter, letterOf } from "../input/keyboard";
import type { GameInfo } from "../protocol.gen";
import { session } from "../session/page";
import { bindKey, DEFAULT_KEYS, keysOf, settings } from "../settings";
import { labelOf } from "../ui/control_label";
import { keyName } from "../ui/key_name";
import { gameTitle } from "./GameTiles";

type Player = "one" | "two";
const PLAYERS: readonly Player[] = ["one", "two"];

/** A row: what a key presses, and in which of its two sets. */
interface Row {
  name: string;
  label: string;
  /** The keys' codes in a set. */
  codes(player: Player): readonly string[];
  bind(player: Player, event: KeyboardEvent): void;
}

function plainRow(button: string): Row {
  return {
    name: button,
    label: say("any", "button", button),
    codes: (player) => keysOf(player, button),
    bind: (player, event) => bindKey(player, button, codeFor(button, event)),
  };
}

/** What a press binds to a button: its letter where the button is called by it, else its place. */
function codeFor(button: string, event: KeyboardEvent): string {
  const letter = letterOf(event);
  return isLetter(button, letter) ? letter : event.code;
}

function gameRows({ name: game, controls = [] }: GameInfo): Row[] {
  const keys = new GameKeys(game, controls);
  return keys.bindings.map(({ name, control, direction }) => {
    const label = labelOf(game, control);
    return {
      name: `${game}/${name}`,
      label: direction ? t(`controls.${direction}`, { label }) : label,
      codes: (player) => keys.of(player, name),
      bind: (player, event) => keys.bind(player, name, codeFor(name, event)),
    };
  });
}

/** The buttons of all games of this server, each once; before they are known, the two that all have. */
function buttons(): string[] {
  const known = new Set(session.games.value.flatMap(({ buttons, controls }) => (controls ? [] : buttons)));
  return known.size ? [...known] : ["left", "right"];
}

interface Group {
  title: string;
  rows: Row[];
}

function groups(): Group[] {
  const games = session.games.value.filter(({ controls }) => controls);
  return [
    { title: "", rows: buttons().map(plainRow) },
    ...games.map((game) => ({ title: gameTitle(game), rows: gameRows(game) })),
  ].filter(({ rows }) => rows.length > 0);
}

export function KeyMap() {
  const waiting = useSignal<{ player: Player; row: Row } | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const bound = waiting.value;
      if (!bound) return;
      event.preventDefault();
      event.stopPropagation();
      waiting.value = null;
      if (event.code !== "Escape") bound.row.bind(bound.player, event);
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
        {groups().map(({ title, rows }) => (
          <tbody key={title}>
            {title && (
              <tr>
                <th scope="rowgroup" colSpan={3} class="keys-game">
                  {title}
                </th>
              </tr>
            )}
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.label}</th>
                {PLAYERS.map((player) => {
                  const here = waiting.value?.player === player && waiting.value.row.name === row.name;
                  const label = t("settings.key_for", {
                    button: row.label,
                    player: t(`settings.player_${player}`),
                  });
                  const own = row.name.slice(row.name.indexOf("/") + 1);
                  const shown =
                    row
                      .codes(player)
                      .map((code) => keyName(code, isLetter(own, code)))
                      .join(" ") || "–";
                  return (
                    <td key={player}>
                      <button
                        type="button"
                        class={here ? "btn key waiting" : "btn key"}
                        aria-label={`${label}: ${here ? t("settings.press_key") : shown}`}
                        onClick={() => {
                          waiting.value = here ? null : { player, row };
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
        ))}
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
