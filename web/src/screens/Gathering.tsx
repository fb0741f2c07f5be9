// The frame of a room between matches: the bar above, chat beside or behind a button, what is to be done below.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { Bar } from "../ui/Bar";
import { Dialog } from "../ui/Dialog";
import { wide } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { Chat, unread } from "./Chat";
import { LeaveButton } from "./LeaveDialog";
import { roomOpen } from "./RoomDialog";
import { amHost } from "./room";

function ChatButton({ onOpen }: { onOpen: () => void }) {
  const count = unread.value;
  const label = count ? `${t("chat.open")}, ${t("chat.unread", { n: count })}` : t("chat.open");
  return (
    <button type="button" class="icon-btn" aria-label={label} onClick={onOpen}>
      <Icon name="chat" />
      {count > 0 && <span class="count">{count > 9 ? "9+" : count}</span>}
    </button>
  );
}

interface Parts {
  /** The heading, read out but not shown; absent: the children have one. */
  title?: string;
  /** Class of the main part, and with "-screen" of the whole. */
  name: string;
  foot: ComponentChildren;
  children: ComponentChildren;
}

export function Gathering({ name, title, foot, children }: Parts) {
  const chatting = useSignal(false);
  return (
    <div class={`${name}-screen`}>
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
      {/* The foot is seen below everything, and is the first that the keys reach. */}
      <main id="main" class="gathering">
        {title && <h1 class="unseen">{title}</h1>}
        {foot}
        <div class={name}>
          {children}
          {wide.value && (
            <section class="chat-panel panel" aria-labelledby="chat-title">
              <h2 id="chat-title">{t("chat.title")}</h2>
              <Chat />
            </section>
          )}
        </div>
      </main>
      {chatting.value && (
        <Dialog title={t("chat.title")} kind="side" onClose={() => (chatting.value = false)}>
          <Chat focus />
        </Dialog>
      )}
    </div>
  );
}
