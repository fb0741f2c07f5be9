// The first screen: a bot match is already running, and every way into a game is one press away.
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { session, storage } from "../session/page";
import { isCode, readCode } from "../session/room_code";
import { Bar } from "../ui/Bar";
import { Icon, Logo } from "../ui/Icon";
import { lazy } from "../ui/lazy";
import { ProfileForm } from "../ui/ProfileForm";
import { done } from "../ui/say";
import { GameTiles } from "./GameTiles";
import { OpenRooms } from "./OpenRooms";
import { profile } from "./room";
import { go, roomPath } from "./route";
import { takenOverBy } from "./taken_over";

/** Why nothing but practice works, for as long as that is so: in the place of the line that promises more. */
function Unreachable() {
  const why = session.unreachable.value;
  return (
    <div role="status">
      {why && (
        <p class="unreachable">
          <Icon name="warning" size={18} /> {t(why === "server" ? "net.unreachable" : "net.no_transport")}
        </p>
      )}
    </div>
  );
}

function CodeEntry({ cannot }: { cannot: boolean }) {
  const code = useSignal("");
  const [wrong, setWrong] = useState(false);
  return (
    <form
      class="code-entry"
      onSubmit={(event) => {
        event.preventDefault();
        const read = readCode(code.value);
        if (isCode(read)) go(roomPath(read));
        else setWrong(true);
      }}
    >
      <label class="unseen" for="code">
        {t("home.code")}
      </label>
      <input
        id="code"
        class="text code"
        value={code.value}
        placeholder={t("home.code")}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        enterkeyhint="go"
        aria-invalid={wrong}
        aria-describedby={wrong ? "code-wrong" : undefined}
        title={t("home.code_hint")}
        onInput={(event) => {
          code.value = event.currentTarget.value;
          setWrong(false);
        }}
      />
      <button type="submit" class="btn" disabled={cannot}>
        {t("home.join")}
      </button>
      {wrong && (
        <p id="code-wrong" class="wrong" role="alert">
          <Icon name="warning" size={16} /> {t("home.code_bad")}
        </p>
      )}
    </form>
  );
}

const playedHere = storage.recall("device", "matches") !== null;
/** This device has been in a match that waits for its players. */
const waits = () => storage.recall("device", "waits") !== null;
const YourMatches = lazy(() => import("./YourMatches").then((module) => module.YourMatches));
const RecentMatches = lazy(() => import("./RecentMatches").then((module) => module.RecentMatches));

const DemoArena = lazy(() => import("../arena/DemoArena").then((module) => module.DemoArena));
/** How long the page gets to show itself before anything is fetched for the match on it. */
const DEMO_AFTER_MS = 300;

interface DemoProps {
  /** The game that is practised; "": bots play. */
  game: string;
  onTakeOver: () => void;
  onInvite: (game: string) => void;
  onStop: () => void;
  onShown: () => void;
  onGone: () => void;
}

/** The match behind the page, which tells when it has been taken down. */
function Demo({ onGone, ...props }: DemoProps) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), DEMO_AFTER_MS);
    return () => {
      clearTimeout(timer);
      onGone();
    };
  }, []);
  return due || props.game ? <DemoArena {...props} /> : null;
}

/** How one takes over the match behind the page: said only where it is so in the game that is shown. */
function TakeOver() {
  const { keys, touch } = takenOverBy(session.games.value[0]);
  return (
    <>
      {keys && <p class="take-over for-keys">{t("home.take_over", { left: "◀", right: "▶" })}</p>}
      {touch && <p class="take-over for-touch">{t("home.take_over_touch")}</p>}
    </>
  );
}

export function Home() {
  const busy = useSignal(false);
  /** The game that is practised, or "". */
  const practised = useSignal("");
  const demoShown = useSignal(false);
  const demoGone = useRef(() => {});
  useEffect(() => {
    session.watchLobby(true);
    return () => session.watchLobby(false);
  }, []);
  const alone = session.unreachable.value !== null;
  const cannot = busy.value || alone;
  const enter = async (how: "create" | "quick", game?: string) => {
    if (cannot) return;
    // The demonstration is taken down first: its way out of its room must not cross ours into another.
    const gone = new Promise<void>((resolve) => {
      demoGone.current = resolve;
    });
    busy.value = true;
    await gone;
    practised.value = "";
    const wanted = { ...profile(), ...(game ? { game } : {}) };
    await done(how === "create" ? session.create(wanted) : session.quick(wanted));
    busy.value = false;
  };
  const practise = (game: string) => {
    practised.value = game;
  };
  return (
    <div class="home">
      <Bar start={<Logo />} />
      <main id="main">
        <section class="welcome panel">
          <h1>{t("home.title")}</h1>
          {!alone && <p class="pitch">{t("home.pitch")}</p>}
          <Unreachable />
          <ProfileForm />
          <button
            type="button"
            class={alone ? "btn big" : "btn primary big"}
            disabled={cannot}
            onClick={() => void enter("create")}
          >
            <Icon name="people" /> {t("home.friends")}
          </button>
          {alone ? (
            <button
              type="button"
              class="btn primary big"
              onClick={() => practise(session.games.value[0]?.name ?? "")}
            >
              <Icon name="play" /> {t("home.practise")}
            </button>
          ) : (
            <button type="button" class="btn big" disabled={cannot} onClick={() => void enter("quick")}>
              <Icon name="play" /> {t("home.quick")}
            </button>
          )}
          <CodeEntry cannot={cannot} />
        </section>
        <div class="demo">
          <img class={demoShown.value ? "poster gone" : "poster"} src="/moment.svg" alt="" />
          {!busy.value && (
            <Demo
              game={practised.value}
              onTakeOver={() => void enter("quick")}
              onInvite={(game) => void enter("create", game)}
              onStop={() => practise("")}
              onShown={() => {
                demoShown.value = true;
              }}
              onGone={() => {
                demoShown.value = false;
                demoGone.current();
              }}
            />
          )}
          <TakeOver />
        </div>
        <div class="more">
          <GameTiles
            cannot={cannot}
            paused={practised.value !== ""}
            onPlay={(game, how) => void enter(how, game)}
            onPractise={practise}
          />
          {/* The tiles come first and above: what came before them would have to move. */}
          {session.games.value.length > 0 && (
            <div class="beside">
              {waits() && <YourMatches />}
              <OpenRooms />
            </div>
          )}
          {playedHere && session.games.value.length > 0 && <RecentMatches />}
        </div>
      </main>
    </div>
  );
}
