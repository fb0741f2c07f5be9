// Passes on a match or a clip: its link to copy, for the device's share sheet, and as a QR code for a phone nearby; its
// picture to save.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n";
import { Dialog } from "../ui/Dialog";
import { touch } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { Qr } from "../ui/Qr";
import { toast } from "../ui/say";
import { canShare, canShareFile, copyText, download, shareFile, shareLink } from "../ui/share";
import "../style/share.css";

/** Phones read no QR code of more than this from a screen. */
const QR_CHARS = 700;
const COPIED_MS = 2000;

export interface Shared {
  link: string;
  /** What is sent with the link. */
  text: string;
}

/** Passes a link on in one press: by the share sheet on phones, else into the clipboard. */
export async function passOn({ link, text }: Shared): Promise<void> {
  if (touch.peek() && canShare() && (await shareLink(link, text))) return;
  if (await copyText(link)) toast(t("lobby.copied"));
  else toast(t("lobby.copy_failed", { link }), true);
}

/** Gives a file to the person: by the share sheet on phones, else into the downloads. */
export async function giveFile(file: File, text: string): Promise<void> {
  if (touch.peek() && canShareFile(file) && (await shareFile(file, text))) return;
  download(file);
}

function CopyButton({ link, short }: { link: string; short?: boolean }) {
  const copied = useSignal(false);
  return (
    <button
      type="button"
      class={short ? "btn" : "btn primary"}
      onClick={async () => {
        copied.value = await copyText(link);
        if (copied.value) setTimeout(() => (copied.value = false), COPIED_MS);
        else toast(t("lobby.copy_failed", { link }), true);
      }}
    >
      <Icon name={copied.value ? "check" : "copy"} size={18} />
      <span aria-live="polite">
        {copied.value ? t("lobby.copied") : t(short ? "share.copy_short" : "lobby.copy")}
      </span>
    </button>
  );
}

/** Saves a picture that takes a moment to make. */
export function PictureButton({ make, text }: { make: () => Promise<File>; text: string }) {
  const busy = useSignal(false);
  return (
    <button
      type="button"
      class="btn"
      aria-busy={busy.value}
      onClick={async () => {
        if (busy.value) return;
        busy.value = true;
        try {
          await giveFile(await make(), text);
        } catch (error) {
          console.warn(error);
          toast(t("share.picture_failed"), true);
        }
        busy.value = false;
      }}
    >
      {busy.value ? <span class="spinner" /> : <Icon name="picture" size={18} />} {t("share.picture")}
    </button>
  );
}

interface Props extends Shared {
  title: string;
  onClose: () => void;
  /** What the person should know of the link. */
  note?: string | undefined;
  /** Of the same, as long as the server keeps the match: for the QR code, and for chats that take no long links. */
  shortLink?: string | undefined;
  picture?: (() => Promise<File>) | undefined;
  children?: ComponentChildren;
}

export function ShareDialog({ title, onClose, link, text, note, shortLink, picture, children }: Props) {
  const id = useId();
  const code = link.length <= QR_CHARS ? link : shortLink;
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="share">
        <label class="unseen" for={id}>
          {t("share.link")}
        </label>
        <input
          id={id}
          class="text"
          readOnly
          value={link}
          translate={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        {note && <p class="muted">{note}</p>}
        <div class="row">
          <CopyButton link={link} />
          {shortLink && <CopyButton short link={shortLink} />}
          {canShare() && (
            <button type="button" class="btn" onClick={() => void shareLink(link, text)}>
              <Icon name="share" size={18} /> {t("lobby.share")}
            </button>
          )}
          {picture && <PictureButton make={picture} text={text} />}
        </div>
        {children}
        {code && <Qr text={code} label={t("lobby.qr_label", { link: code.split("#")[0] ?? "" })} />}
      </div>
    </Dialog>
  );
}
