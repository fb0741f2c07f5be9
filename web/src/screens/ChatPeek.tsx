// The newest lines of the chat over the arena, for as long as they are news.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session } from "../session/page";
import { spoken } from "./phrases";
import { isHushed } from "./room";

const SHOWN_MS = 7000;
const MOST = 3;

export function ChatPeek() {
  const from = useSignal(session.chat.peek().length);
  const count = session.chat.value.length;
  useEffect(() => {
    if (count <= from.value) return;
    const timer = setTimeout(() => {
      from.value = count;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [count]);
  const lines = session.chat.value
    .slice(from.value)
    .filter((line) => !isHushed(line.player))
    .slice(-MOST);
  if (!lines.length) return null;
  return (
    <ul class="chat-peek" aria-live="polite">
      {lines.map((line) => (
        <li key={line.id}>
          <b>{line.name}</b> <bdi>{spoken(line.text)}</bdi>
        </li>
      ))}
    </ul>
  );
}
