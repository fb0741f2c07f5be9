// The newest lines of the chat over the arena, for as long as they are news.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session } from "../session/page";
import { spoken } from "./phrases";
import { isHushed } from "./room";

const SHOWN_MS = 7000;
const MOST = 3;

export function ChatPeek() {
  // By number: the list itself is kept short.
  const newest = Number(session.chat.value.at(-1)?.id ?? 0);
  const from = useSignal(newest);
  useEffect(() => {
    if (newest <= from.value) return;
    const timer = setTimeout(() => {
      from.value = newest;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [newest]);
  const lines = session.chat.value
    .filter((line) => Number(line.id) > from.value && !isHushed(line.player))
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
