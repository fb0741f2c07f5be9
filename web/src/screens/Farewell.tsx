// The connection is gone, for a while or for good: why, and the way on.
import { useEffect, useState } from "preact/hooks";
import { type Key, t } from "../i18n";
import { session } from "../session/page";
import { Icon, type IconName, Logo } from "../ui/Icon";
import { announce, reason } from "../ui/say";
import { room } from "./room";
import { go } from "./route";

interface PageProps {
  icon: IconName;
  title: string;
  text: string;
  children?: preact.ComponentChildren;
}

/** A whole screen with one message. */
export function MessagePage({ icon, title, text, children }: PageProps) {
  return (
    <main id="main" class="message">
      <Logo small />
      <div class="panel">
        <Icon name={icon} size={40} />
        <h1>{title}</h1>
        <p>{text}</p>
        <div class="row">{children}</div>
      </div>
    </main>
  );
}

export function HomeButton({ first }: { first?: boolean }) {
  return (
    <button
      type="button"
      class={first ? "btn primary" : "btn"}
      onClick={() => {
        session.bye.value = null;
        if (session.connection.peek() !== "online") session.retry();
        go("/", true);
      }}
    >
      {t("app.home")}
    </button>
  );
}

const KNOWN = ["replaced", "kicked", "banned", "strikes", "closed"];

/** The server said goodbye. */
export function Bye({ code, message }: { code: string; message: string }) {
  const known = KNOWN.includes(code);
  const title = known ? t(`bye.${code}` as Key) : t("bye.other");
  const text = known ? t(`bye.${code}_text` as Key) : reason({ code, message });
  const back = () => session.retry();
  return (
    <MessagePage icon={code === "replaced" ? "people" : "leave"} title={title} text={text}>
      {code === "replaced" && (
        <button type="button" class="btn primary" onClick={back}>
          {t("bye.replaced_back")}
        </button>
      )}
      {(code === "strikes" || !known) && (
        <button type="button" class="btn primary" onClick={() => location.reload()}>
          {t("bye.reload")}
        </button>
      )}
      {code !== "replaced" && <HomeButton first={known && code !== "strikes"} />}
    </MessagePage>
  );
}

export function NotFound() {
  return (
    <MessagePage icon="eye" title={t("lost.title")} text={t("lost.text")}>
      <HomeButton first />
    </MessagePage>
  );
}

const GRACE_MS = 700;
/** After this long the player hears for how long it has been tried. */
const LONG_S = 8;

/** Over the room while the connection is being mended. Short breaks are not worth a word. */
export function Reconnecting() {
  const state = session.connection.value;
  const broken = room.value !== null && (state === "reconnecting" || state === "connecting");
  const [shown, setShown] = useState(false);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!broken) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((passed) => passed + 1), 1000);
    return () => clearInterval(timer);
  }, [broken]);
  useEffect(() => {
    if (!broken) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => {
      setShown(true);
      announce(`${t("net.reconnecting")}. ${t("net.reconnecting_text")}`);
    }, GRACE_MS);
    return () => clearTimeout(timer);
  }, [broken]);
  if (!broken || !shown) return null;
  return (
    <div class="veil" role="alertdialog" aria-labelledby="net-title" aria-describedby="net-text">
      <div class="panel reconnecting">
        <span class="spinner" />
        <div>
          <strong id="net-title">{t("net.reconnecting")}</strong>
          <p id="net-text">{t(navigator.onLine ? "net.reconnecting_text" : "net.offline")}</p>
          {seconds >= LONG_S && <p class="muted">{t("net.still", { n: seconds })}</p>}
        </div>
      </div>
    </div>
  );
}
