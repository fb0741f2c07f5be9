// The room's chat: its lines and the field to write in.
import { effect, signal, useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { ChatLine } from "../protocol.gen";
import { session } from "../session/page";
import { useKeyboard } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { MarkShape } from "../ui/PlayerMark";
import { done } from "../ui/say";
import { EmoteRow } from "./emotes";
import { PHRASES, spoken, wireText } from "./phrases";
import { isHushed, myself, room, sitting } from "./room";

const CHAT_CHARS = 200;
const NEAR_END_PX = 60;

/** How many chats are on the screen; lines count as read while there is one. */
const onScreen = signal(0);
const seen = signal(0);
/** Lines that came while no chat was on the screen. */
export const unread = signal(0);

const heard = (line: ChatLine): boolean => !isHushed(line.player);

effect(() => {
  const lines = session.chat.value;
  const last = Number(lines.at(-1)?.id ?? 0);
  if (onScreen.value > 0 || seen.peek() > last) seen.value = last;
  const news = (line: ChatLine) => Number(line.id) > seen.value && line.player !== session.me.value;
  unread.value = lines.filter((line) => news(line) && heard(line)).length;
});

function Line({ line }: { line: ChatLine }) {
  const sitter = sitting.value.find(({ seat }) => seat.player === line.player);
  const mark = sitter?.seat ?? room.value?.people[line.player];
  return (
    <p>
      {mark && (
        <svg class="mark" width="14" height="14" viewBox="-1.3 -1.3 2.6 2.6" aria-hidden="true">
          <MarkShape of={mark} />
        </svg>
      )}
      <b>{line.name}</b> <bdi>{spoken(line.text)}</bdi>
    </p>
  );
}

interface Writing {
  /** The field takes the focus: the chat was opened to write in. */
  focus?: boolean;
  /** A line has been sent, or Enter was pressed in the empty field: in a match that closes the chat again. */
  onDone?: () => void;
}

/** Phrases to be said by one tap. */
function Phrases({ onDone }: { onDone?: (() => void) | undefined }) {
  if (myself.value?.muted) return null;
  return (
    <fieldset class="phrases" aria-label={t("chat.phrases")}>
      {PHRASES.map((phrase) => (
        <button
          key={phrase}
          type="button"
          class="chip"
          onClick={async () => {
            if (await done(session.say(wireText(phrase)))) onDone?.();
          }}
        >
          {t(phrase)}
        </button>
      ))}
    </fieldset>
  );
}

/** The field to write in. */
function WriteField({ focus, onDone }: Writing) {
  const text = useSignal("");
  const input = useRef<HTMLInputElement>(null);
  const field = useId();
  const unanswered = useRef(false);
  const muted = myself.value?.muted ?? false;
  useLayoutEffect(() => {
    if (focus) input.current?.focus();
  }, []);
  const send = async () => {
    const said = text.value.trim();
    if (!said) return unanswered.current ? undefined : onDone?.();
    text.value = "";
    unanswered.current = true; // a refused line comes back into the field, which must be there
    const accepted = await done(session.say(said));
    unanswered.current = false;
    if (accepted) onDone?.();
    else if (!text.value) text.value = said;
  };
  return (
    <form
      class="joined"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="unseen" for={field}>
        {t("chat.write")}
      </label>
      <input
        id={field}
        class="text"
        value={text.value}
        maxLength={CHAT_CHARS}
        placeholder={muted ? t("chat.muted") : t("chat.write")}
        disabled={muted}
        autocomplete="off"
        enterkeyhint="send"
        ref={input}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="btn" aria-label={t("chat.send")} disabled={muted}>
        <Icon name="send" size={18} />
      </button>
    </form>
  );
}

/** One line to write in with quick phrases, above the keyboard of a phone; the match goes on behind it. */
export function ChatEntry({ onDone, onAll, onClose }: Writing & { onAll: () => void; onClose: () => void }) {
  const lifted = useKeyboard();
  return (
    <aside class="chat-line panel" aria-label={t("chat.title")} style={{ "--keyboard": `${lifted}px` }}>
      <div class="chat-line-row">
        <button type="button" class="icon-btn" aria-label={t("chat.all")} onClick={onAll}>
          <Icon name="chat" />
        </button>
        <WriteField focus onDone={onDone} />
        <button type="button" class="icon-btn" aria-label={t("app.close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <Phrases onDone={onDone} />
    </aside>
  );
}

export function Chat({ focus, onDone }: Writing) {
  const list = useRef<HTMLDivElement>(null);
  const lines = session.chat.value.filter(heard);
  useEffect(() => {
    onScreen.value++;
    return () => {
      onScreen.value--;
    };
  }, []);
  useEffect(() => {
    const box = list.current;
    if (!box) return;
    const nearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX + box.clientHeight / 3;
    if (nearEnd || box.scrollTop === 0) box.scrollTop = box.scrollHeight;
  }, [lines.length]);
  return (
    <div class="chat">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus no key could scroll it */}
      <div ref={list} class="lines" role="log" aria-label={t("chat.title")} tabIndex={0}>
        {lines.length === 0 && <p class="muted">{t("chat.empty")}</p>}
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </div>
      <EmoteRow />
      <Phrases />
      <WriteField focus={focus} onDone={onDone} />
    </div>
  );
}
