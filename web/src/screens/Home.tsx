// The first screen: a bot match is already running, and every way into a game is one press away.
import { useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { DemoArena } from "../arena/DemoArena";
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

/** Why nothing but practice works, for as long as that is so. */
function Unreachable() {
  const why = session.unreachable.value;
  return (
    <p class={why ? "unreachable" : "unseen"} role="status">
      {why && (
        <>
          <Icon name="warning" size={18} /> {t(why === "server" ? "net.unreachable" : "net.no_transport")}
        </>
      )}
    </p>
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

/** The match behind the page, which tells when it has been taken down. */
function Demo(on: { onTakeOver: () => void; onInvite: () => void; onGone: () => void }) {
  useEffect(() => on.onGone, []);
  return <DemoArena onTakeOver={on.onTakeOver} onInvite={on.onInvite} />;
}

export function Home() {
  const busy = useSignal(false);
  const demoGone = useRef(() => {});
  useEffect(() => {
    session.watchLobby(true);
    return () => session.watchLobby(false);
  }, []);
  const cannot = busy.value || session.unreachable.value !== null;
  const enter = async (how: "create" | "quick", game?: string) => {
    if (cannot) return;
    // The demonstration is taken down first: its way out of its room must not cross ours into another.
    const gone = new Promise<void>((resolve) => {
      demoGone.current = resolve;
    });
    busy.value = true;
    await gone;
    const wanted = { ...profile(), ...(game ? { game } : {}) };
    await done(how === "create" ? session.create(wanted) : session.quick(wanted));
    busy.value = false;
  };
  return (
    <div class="home">
      <Bar start={<Logo />} />
      <Unreachable />
      <main id="main">
        <section class="welcome panel">
          <h1>{t("home.title")}</h1>
          <p class="pitch">{t("home.pitch")}</p>
          <ProfileForm />
          <button
            type="button"
            class="btn primary big"
            disabled={cannot}
            onClick={() => void enter("create")}
          >
            <Icon name="people" /> {t("home.friends")}
          </button>
          <button type="button" class="btn big" disabled={cannot} onClick={() => void enter("quick")}>
            <Icon name="play" /> {t("home.quick")}
          </button>
          <CodeEntry cannot={cannot} />
        </section>
        <div class="demo">
          {!busy.value && (
            <Demo
              onTakeOver={() => void enter("quick")}
              onInvite={() => void enter("create")}
              onGone={() => demoGone.current()}
            />
          )}
          <p class="take-over">
            <span class="for-keys">{t("home.take_over", { left: "◀", right: "▶" })}</span>
            <span class="for-touch">{t("home.take_over_touch")}</span>
          </p>
        </div>
        <div class="more">
          <GameTiles cannot={cannot} onPlay={(game, how) => void enter(how, game)} />
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
