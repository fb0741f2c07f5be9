// The way in by a link: known people join at once. New ones are asked for a name, once the code is known to be good.
import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import type { Refusal } from "../net/commands";
import { session } from "../session/page";
import { settings } from "../settings";
import { useFocus, useLater } from "../ui/hooks";
import { Icon, Logo } from "../ui/Icon";
import { ProfileForm } from "../ui/ProfileForm";
import { reason } from "../ui/say";
import { HomeButton, MessagePage } from "./Farewell";
import { GamePicture, gameTitle } from "./GameTiles";
import { profile } from "./room";
import { onlyWatch } from "./route";
import "../style/gate.css";

/** What is behind the code. */
interface Door {
  game: string;
  host: string;
  people: number;
}

type Step = "knocking" | "ask" | "joining" | Refusal;

/** A person who waits this long is told why. */
const SLOW_MS = 3000;

/** A spinner with what it is for; after some seconds also what may be wrong. */
function Waiting({ text }: { text: string }) {
  const slow = useLater(SLOW_MS);
  return (
    <main id="main" class="message">
      <Logo />
      <div class="joining" role="status">
        <span class="spinner" />
        <p>
          {text}
          {slow && <small class="muted">{t("gate.slow")}</small>}
        </p>
      </div>
    </main>
  );
}

function Behind({ door }: { door: Door }) {
  const game = session.games.value.find(({ name }) => name === door.game);
  return (
    <p class="gate-door">
      {game && <GamePicture name={game.name} />}
      <span>
        {game && <strong>{gameTitle(game)}</strong>}
        {door.host && <span>{t("gate.host", { name: door.host })}</span>}
        <span class="muted">{t("gate.people", { n: door.people })}</span>
      </span>
    </p>
  );
}

export function Gate({ code }: { code: string }) {
  const [step, setStep] = useState<Step>(() => (settings.name.peek().trim() ? "joining" : "knocking"));
  const [door, setDoor] = useState<Door | null>(null);
  useFocus(typeof step === "string" ? step : step.code);
  const spectate = useSignal(onlyWatch.peek());
  const join = async () => {
    setStep("joining");
    const ack = await session.join({ code, spectate: spectate.value, ...profile() });
    if (!ack.ok) setStep(ack);
  };
  const knock = async () => {
    setStep("knocking");
    const answer = await session.knock({ code, spectate: spectate.value });
    if (answer.ok) setDoor(answer);
    // Only what is wrong with the code stops here: another worker may be too busy, or too old, to say.
    setStep(answer.ok || answer.code === "busy" ? "ask" : answer);
  };
  const begin = () => void (settings.name.peek().trim() ? join() : knock());
  useEffect(begin, []);
  const online = session.connection.value === "online";
  useEffect(() => {
    // The server is back: the player need not press anything.
    if (online && typeof step !== "string" && step.code === "timeout") begin();
  }, [online]);
  if (step === "knocking") return <Waiting text={t("gate.knocking", { code })} />;
  if (step === "joining") return <Waiting text={t("gate.joining", { code })} />;
  if (step === "ask") {
    return (
      <main id="main" class="message gate">
        <Logo />
        <form
          class="panel stack"
          onSubmit={(event) => {
            event.preventDefault();
            void join();
          }}
        >
          <h1>{t("gate.title", { code })}</h1>
          {door && <Behind door={door} />}
          <ProfileForm label={t("gate.ask")} open focus />
          <div class="gate-ways">
            <button
              type="submit"
              class="btn primary big"
              onClick={() => {
                spectate.value = false;
              }}
            >
              {t("gate.join")}
            </button>
            <button
              type="submit"
              class="btn quiet"
              onClick={() => {
                spectate.value = true;
              }}
            >
              <Icon name="eye" size={18} /> {t("gate.watch")}
            </button>
          </div>
        </form>
      </main>
    );
  }
  const gone = step.code === "no_room";
  return (
    <MessagePage
      icon="warning"
      title={gone ? t("gate.no_room_title", { code }) : t("gate.failed")}
      text={
        gone
          ? t("gate.no_room")
          : step.code === "full"
            ? t(spectate.value ? "gate.full_watch" : "gate.full")
            : session.unreachable.value === "transport"
              ? t("net.no_transport")
              : reason(step)
      }
    >
      {step.code === "full" && spectate.value && (
        <button
          type="button"
          class="btn primary"
          onClick={() => {
            spectate.value = false;
            void join();
          }}
        >
          {t("gate.play")}
        </button>
      )}
      <button type="button" class="btn" onClick={begin}>
        {t("app.try_again")}
      </button>
      <HomeButton first />
    </MessagePage>
  );
}
