// The way in by a link: known people join at once, new ones are asked for a name first.
import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";
import type { Refusal } from "../net/commands";
import { session } from "../session/page";
import { settings } from "../settings";
import { useFocus } from "../ui/hooks";
import { Icon, Logo } from "../ui/Icon";
import { ProfileForm } from "../ui/ProfileForm";
import { reason } from "../ui/say";
import { HomeButton, MessagePage } from "./Farewell";
import { profile } from "./room";
import { onlyWatch } from "./route";

type Step = "ask" | "joining" | Refusal;

export function Gate({ code }: { code: string }) {
  const [step, setStep] = useState<Step>(() => (settings.name.peek().trim() ? "joining" : "ask"));
  useFocus(typeof step === "string" ? step : step.code);
  const spectate = useSignal(onlyWatch.peek());
  const join = async () => {
    setStep("joining");
    const ack = await session.join({ code, spectate: spectate.value, ...profile() });
    if (!ack.ok) setStep(ack);
  };
  useEffect(() => {
    if (step === "joining") void join();
  }, []);
  const online = session.connection.value === "online";
  useEffect(() => {
    // The server is back: the player need not press anything.
    if (online && typeof step !== "string" && step.code === "timeout") void join();
  }, [online]);
  if (step === "ask") {
    return (
      <main id="main" class="message">
        <Logo />
        <form
          class="panel stack"
          onSubmit={(event) => {
            event.preventDefault();
            void join();
          }}
        >
          <h1>{t("gate.title", { code })}</h1>
          <p>{t("gate.ask")}</p>
          <ProfileForm open focus />
          <button type="submit" class="btn primary big">
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
        </form>
      </main>
    );
  }
  if (step === "joining") {
    return (
      <main id="main" class="message">
        <Logo />
        <p class="joining" role="status">
          <span class="spinner" /> {t("gate.joining", { code })}
        </p>
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
      <button type="button" class="btn" onClick={() => void join()}>
        {t("app.try_again")}
      </button>
      <HomeButton first />
    </MessagePage>
  );
}
