// Which game is played and how: the tiles, the presets, and all options behind one more press.
import { say, t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { done } from "../ui/say";
import { GamePicture, gameTitle } from "./GameTiles";
import { OptionsForm, Presets } from "./OptionsForm";
import { amHost, game, room } from "./room";
import { followLink, matchPath } from "./route";

const PackForm = lazy(() => import("./PackForm").then((module) => module.PackForm));

/** "0:03" */
function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

export function GameChoice() {
  const now = room.value;
  const info = game.value;
  if (!now || !info) return null;
  if (now.continues)
    return (
      <section class="game-choice panel" aria-labelledby="game-title">
        <h2 id="game-title">{t("lobby.continues")}</h2>
        <div class="game-now">
          <GamePicture name={info.name} />
          <div>
            <strong>{gameTitle(info)}</strong>
            <p class="muted">
              {t("lobby.continues_from", { time: minutes(now.continues.tick / info.tick_hz) })}
            </p>
          </div>
        </div>
        <p class="muted">{t("lobby.continues_hint")}</p>
        <a class="btn" href={matchPath(now.continues.match)} onClick={followLink}>
          <Icon name="eye" size={18} /> {t("record.watch")}
        </a>
      </section>
    );
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
