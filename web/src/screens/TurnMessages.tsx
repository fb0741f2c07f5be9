// The button that lets this browser tell its person by a push message that it is their turn. Nothing asks unasked.
import { useEffect, useState } from "preact/hooks";
import { language, t } from "../i18n";
import { session } from "../session/page";
import { done } from "../ui/say";

/** What this browser can do: `install` is an iPhone or iPad, which has messages for installed pages alone. */
type Possible = "yes" | "no" | "install" | "denied";

export function whatIsPossible(has: {
  push: boolean;
  permission: NotificationPermission | undefined;
  apple: boolean;
}): Possible {
  if (has.push) return has.permission === "denied" ? "denied" : "yes";
  return has.apple ? "install" : "no";
}

function possible(): Possible {
  const push = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  // An iPad says that it is a Mac, and has a touch screen.
  const apple =
    /iPhone|iPad|iPod/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  return whatIsPossible({ push, permission: push ? Notification.permission : undefined, apple });
}

const bytesOf = (key: string): Uint8Array<ArrayBuffer> => {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
};

const isFor = (subscription: PushSubscription, key: Uint8Array): boolean => {
  const own = subscription.options.applicationServerKey;
  return own === null || new Uint8Array(own).every((byte, k) => byte === key[k]);
};

async function subscribe(key: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const applicationServerKey = bytesOf(key);
  const old = await pushManager.getSubscription();
  if (old && !isFor(old, applicationServerKey)) await old.unsubscribe(); // the server has another key by now
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

export function TurnMessages({ pushKey }: { pushKey: string }) {
  const [can, setCan] = useState<Possible>(possible);
  const [on, setOn] = useState<boolean | null>(null);
  useEffect(() => {
    if (can !== "yes") return;
    void navigator.serviceWorker.getRegistration().then(async (registration) => {
      const there = await registration?.pushManager.getSubscription();
      setOn(there !== null && there !== undefined && Notification.permission === "granted");
    });
  }, []);
  if (can === "no") return null;
  if (can === "install") return <p class="hint">{t("waiting.install")}</p>;
  if (can === "denied") return <p class="hint">{t("waiting.denied")}</p>;
  const turnOn = async () => {
    if ((await Notification.requestPermission()) !== "granted") {
      setCan(possible());
      return;
    }
    const { endpoint, keys } = (await subscribe(pushKey)).toJSON();
    const argument = {
      endpoint: endpoint ?? "",
      p256dh: keys?.p256dh ?? "",
      auth: keys?.auth ?? "",
      language: language.value,
    };
    setOn((await done(session.commands.subscribe(argument))) === true);
  };
  const turnOff = async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const there = await registration?.pushManager.getSubscription();
    if (there) {
      await done(session.commands.subscribe({ endpoint: there.endpoint }));
      await there.unsubscribe();
    }
    setOn(false);
  };
  return on ? (
    <p class="hint waiting-messages">
      {t("waiting.told")}{" "}
      <button type="button" class="btn quiet" onClick={() => void turnOff()}>
        {t("waiting.tell_off")}
      </button>
    </p>
  ) : (
    <button type="button" class="btn" disabled={on === null} onClick={() => void turnOn()}>
      {t("waiting.tell")}
    </button>
  );
}
