// Which game is played and how: the tiles, the presets, and all options behind one more press.
import { say, t } from "../i18n";
import { session } from "../session/page";
import { lazy } from "../ui/lazy";
import { done } from "../ui/say";
import { GamePicture, gameTitle } from "./GameTiles";
import { OptionsForm, Presets } from "./OptionsForm";
import { amHost, game, room } from "./room";

const PackForm = lazy(() => import("./PackForm").then((module) => module.PackForm));

export function GameChoice() {
  const now = room.value;
  const info = game.value;
  if (!now || !info) return null;
  const games = amHost.value ? session.games.value : [info];
  const host = now.host === null ? undefined : now.people[now.host];
  return (
    <section class="game-choice panel" aria-labelledby="game-title">
      <h2 id="game-title">{t("lobby.game")}</h2>
      {games.length > 1 ? (
        <fieldset class="game-cards" aria-labelledby="game-title">
          {games.map((one) => (
            <button
              key={one.name}
              type="button"
              class="game-card"
              aria-pressed={one.name === now.game}
              onClick={() => one.name !== now.game && void done(session.commands.game(one.name))}
            >
              <GamePicture name={one.name} />
              {gameTitle(one)}
            </button>
          ))}
        </fieldset>
      ) : (
        <div class="game-now">
          <GamePicture name={info.name} />
          <div>
            <strong>{gameTitle(info)}</strong>
            <p class="muted">{say(info.name, "game", "blurb", info.blurb)}</p>
          </div>
        </div>
      )}
      <Presets />
      {!amHost.value && host && <p class="muted">{t("lobby.host_chooses", { name: host.name })}</p>}
      <OptionsForm />
      {info.hosted && <PackForm />}
    </section>
  );
}
