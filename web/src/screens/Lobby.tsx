// Before the match: who is in, what will be played, and the button that everyone is waiting for.
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { session } from "../session";
import { Bar } from "../ui/Bar";
import { Chat, unread } from "../ui/Chat";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { done } from "../ui/say";
import { wide } from "../ui/wide";
import { GameChoice } from "./GameChoice";
import { Invite } from "./Invite";
import { LeaveButton } from "./LeaveDialog";
import { roomOpen } from "./RoomDialog";
import { amHost, missing, mySeats, myself, room, unready } from "./room";
import { SeatList } from "./SeatList";

/** What the room is waiting for, in words. */
function state(): string {
  if (missing.value > 0) return t("lobby.need_more", { n: missing.value });
  if (unready.value > 0) return t("lobby.waiting", { n: unready.value });
  return t("lobby.all_ready");
}

function Foot() {
  const now = room.value;
  const seat = mySeats.value[0];
  if (!now) return null;
  const ready = seat !== undefined && (now.seats[seat]?.ready ?? false);
  return (
    <footer class="foot">
      <p class="foot-state" aria-live="polite">
        {state()}
      </p>
      {seat !== undefined ? (
        <button
          type="button"
          class={ready ? "btn big ready on" : "btn big ready"}
          aria-pressed={ready}
          onClick={() => void done(session.ready(!ready))}
        >
          <Icon name={ready ? "check" : "play"} /> {t("lobby.ready")}
        </button>
      ) : (
        myself.value && <span class="muted">{t("lobby.you_watch")}</span>
      )}
      {amHost.value && (
        <button
          type="button"
          class="btn primary big"
          disabled={missing.value > 0}
          onClick={() => void done(session.start())}
        >
          {t("lobby.start")}
        </button>
      )}
    </footer>
  );
}

export function ChatButton({ onOpen }: { onOpen: () => void }) {
  const count = unread.value;
  const label = count ? `${t("chat.open")}, ${t("chat.unread", { n: count })}` : t("chat.open");
  return (
    <button type="button" class="icon-btn" aria-label={label} onClick={onOpen}>
      <Icon name="chat" />
      {count > 0 && <span class="count">{count > 9 ? "9+" : count}</span>}
    </button>
  );
}

export function Lobby() {
  const chatting = useSignal(false);
  return (
    <div class="lobby-screen">
      <Bar start={<LeaveButton />}>
        {!wide.value && <ChatButton onOpen={() => (chatting.value = true)} />}
        <button
          type="button"
          class="icon-btn"
          aria-label={t("host.menu")}
          onClick={() => {
            roomOpen.value = true;
          }}
        >
          <Icon name={amHost.value ? "crown" : "people"} />
        </button>
      </Bar>
      <main id="main" class="lobby">
        <h1 class="unseen">{t("lobby.title")}</h1>
        <Invite />
        <SeatList />
        <GameChoice />
        {wide.value && (
          <section class="chat-panel panel" aria-labelledby="chat-title">
            <h2 id="chat-title">{t("chat.title")}</h2>
            <Chat />
          </section>
        )}
      </main>
      <Foot />
      {chatting.value && (
        <Dialog title={t("chat.title")} kind="side" onClose={() => (chatting.value = false)}>
          <Chat focus />
        </Dialog>
      )}
    </div>
  );
}
