// Which screen is shown: the room decides once one is in it, the address before.
import { Component, type ComponentChildren } from "preact";
import { t } from "../i18n";
import { session, storage } from "../session/page";
import { settingsOpen } from "../ui/Bar";
import { useFocus, useLater } from "../ui/hooks";
import { Logo } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { Voice } from "../ui/say";
import { Bye, MessagePage, NotFound, Reconnecting } from "./Farewell";
import { Home } from "./Home";
import { room } from "./room";
import { isHome, linkedCode, matchId, path, tvCode } from "./route";
import { Trouble } from "./Trouble";

/** What is loading takes longer than this on slow networks alone. */
const SLOW_MS = 5000;

function Loading() {
  const slow = useLater(SLOW_MS);
  return (
    <main id="main" class="message loading">
      <Logo />
      <p class="joining" role="status">
        <span class="spinner" /> {t(slow ? "gate.slow" : "app.loading")}
      </p>
    </main>
  );
}

const fetchRoom = () => import("./RoomScreen").then((module) => module.RoomScreen);
const RoomScreen = lazy(fetchRoom, <Loading />);
const fetchGate = () => import("./Gate").then((module) => module.Gate);
const Gate = lazy(fetchGate, <Loading />);
const Tv = lazy(() => import("./Tv").then((module) => module.Tv), <Loading />);
const Replay = lazy(() => import("./Replay").then((module) => module.Replay), <Loading />);
const SettingsDialog = lazy(() => import("./SettingsDialog").then((module) => module.SettingsDialog));

/** Fetches what a room needs before anybody is in one, so that entering is immediate. */
export function warmUp(): void {
  fetchRoom().catch(() => {}); // it is tried again when it is needed, and reported then
}

// A person who comes by a link needs the gate at once.
if (linkedCode.peek()) fetchGate().catch(() => {});

const wasInRoom = storage.seats.find("") !== null;

function Screen() {
  const id = matchId.value;
  useFocus(id ?? session.bye.value?.code ?? (room.value ? "room" : path.value));
  if (id) return <Replay key={id} id={id} />;
  const bye = session.bye.value;
  if (bye) return <Bye code={bye.code} message={bye.message} />;
  if (tvCode.value) return <Tv key={tvCode.value} code={tvCode.value} />;
  if (room.value) return <RoomScreen />;
  const code = linkedCode.value;
  if (code) return <Gate key={code} code={code} />;
  if (!isHome.value) return <NotFound />;
  // A reloaded tab is about to be back in its room.
  if (wasInRoom && session.connection.value === "connecting") return <Loading />;
  return <Home />;
}

/** A mistake in a screen ends in a sentence and a way on, not in an empty page. */
class Safe extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <MessagePage icon="warning" title={t("crash.title")} text={t("crash.text")}>
        <button type="button" class="btn primary" onClick={() => location.reload()}>
          {t("bye.reload")}
        </button>
      </MessagePage>
    );
  }
}

export function App() {
  return (
    <Safe>
      <a class="skip" href="#main">
        {t("app.skip")}
      </a>
      <Screen />
      {settingsOpen.value && <SettingsDialog />}
      <Trouble />
      <Reconnecting />
      <Voice />
    </Safe>
  );
}
