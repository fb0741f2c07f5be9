// The host's own questions: a file or a text, and where it goes wrong by line.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../i18n";
import { session } from "../session/page";
import { Icon } from "../ui/Icon";
import { reason, toast } from "../ui/say";
import { amHost, game, room } from "./room";

const MOST_CHARS = 14000;
/** What a message holds beside the text. */
const ENVELOPE_BYTES = 200;
const EXAMPLE = `title = "Pub night"

[[question]]
ask = "Which planet is the largest?"
right = "Jupiter"
wrong = ["Mars", "Venus", "Saturn"]

[[question]]
ask = "Read aloud: who painted the Mona Lisa?"
say = "Leonardo da Vinci"`;

export function PackForm() {
  const open = useSignal(false);
  const text = useSignal("");
  const wrong = useSignal("");
  const field = useId();
  const now = room.value;
  if (!now || !game.value?.hosted) return null;
  const pack = now.pack;
  const told = pack ? t("pack.own", { title: pack.title, n: pack.questions + pack.buzzers }) : t("pack.box");
  if (!amHost.value) return <p class="muted">{told}</p>;
  const bring = async (words: string) => {
    // A longer message would not be refused: the server would hang up.
    const bytes = new TextEncoder().encode(JSON.stringify(words)).length;
    if (bytes > session.limits.value.payload_bytes - ENVELOPE_BYTES) {
      wrong.value = t("pack.too_long");
      return;
    }
    const ack = await session.commands.pack(words);
    wrong.value = ack.ok ? "" : ack.code === "bad_pack" ? ack.message : reason(ack);
    if (!ack.ok) return;
    open.value = false;
    toast(t(words ? "pack.taken" : "pack.back"));
  };
  return (
    <div class="stack pack">
      <div class="row">
        <span>{told}</span>
        <button
          type="button"
          class="btn"
          aria-expanded={open.value}
          onClick={() => (open.value = !open.value)}
        >
          <Icon name="plus" size={18} /> {t("pack.bring")}
        </button>
        {pack && (
          <button type="button" class="btn quiet" onClick={() => void bring("")}>
            {t("pack.drop")}
          </button>
        )}
      </div>
      {open.value && (
        <div class="stack">
          <label for={field}>{t("pack.text")}</label>
          <textarea
            id={field}
            class="text"
            rows={8}
            maxLength={MOST_CHARS}
            spellcheck={false}
            placeholder={EXAMPLE}
            value={text.value}
            aria-invalid={wrong.value !== ""}
            aria-describedby={`${field}-wrong`}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
          <p id={`${field}-wrong`} class="pack-wrong" role="alert">
            {wrong.value}
          </p>
          <div class="row">
            <label class="btn">
              <Icon name="copy" size={18} /> {t("pack.file")}
              <input
                type="file"
                class="unseen"
                accept=".toml,.csv,.txt,text/plain,text/csv"
                onChange={async (event) => {
                  const file = event.currentTarget.files?.[0];
                  if (file) text.value = await file.text();
                }}
              />
            </label>
            <button
              type="button"
              class="btn primary"
              disabled={!text.value.trim()}
              onClick={() => void bring(text.value)}
            >
              {t("pack.use")}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
