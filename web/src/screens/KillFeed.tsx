// The kill feed: the last few knock-outs and goals, each for some seconds.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Deed, deedOf, type How } from "../games/deeds";
import { t } from "../i18n";
import { session } from "../session/page";
import { LineIcon } from "../ui/Icon";
import { PlayerMark } from "../ui/PlayerMark";
import { mySeats, room } from "./room";
import { shortNames } from "./short_names";

const MOST = 4;
const LASTS_MS = 5000;
const LETTERS = 9;
const TV_LETTERS = 16;
/** Where more play than this, what bots do to each other is no news. */
const CROWD = 12;

const ICONS: Readonly<Record<How, string>> = {
  line: "M3 17c4 0 4-9 8-9s3 5 6 5M14.5 10.5l5 5M19.5 10.5l-5 5",
  self: "M4 18c0-9 14-12 14-5 0 5-9 5-9 0 0-4 5-6 10-7",
  wall: "M4 5h16v14H4zM4 12h16M10 5v7M15 12v7",
  bomb: "M11 8a6.2 6.2 0 1 0 .01 0M14.5 9l2.5-3M17 6c1-2 3-1 3.5-2.5",
  own_bomb: "M11 8a6.2 6.2 0 1 0 .01 0M14.5 9l2.5-3M9 12l4 4M13 12l-4 4",
  stone: "M5 11h14v9H5zM12 2v6M9 5.5L12 8.5l3-3",
  goal: "M12 4a8 8 0 1 0 .01 0M12 8.5l3.5 2.5-1.3 4H9.8l-1.3-4z",
  own_goal: "M12 4a8 8 0 1 0 .01 0M9 9l6 6M15 9l-6 6",
  crown: "M4 18h16M4.5 15L3.5 7l5 3.5L12 5l3.5 5.5 5-3.5-1 8z",
  bounty: "M4 19h16M4.5 15.5L3.5 7l5 3.5L12 5l3.5 5.5 5-3.5-1 8.5zM7 3l10 17",
};

interface Line extends Deed {
  key: number;
}

/** Among many only what happens to people is told, and who brings the leader down. */
function isNews({ how, seat, by }: Deed): boolean {
  const seats = room.peek()?.seats ?? {};
  if (how === "bounty" || Object.keys(seats).length <= CROWD) return true;
  return [seat, by].some((one) => seats[String(one)]?.kind === "human");
}

/** `tv`: for a screen that is seen from afar. */
export function KillFeed({ tv = false }: { tv?: boolean }) {
  const mark = tv ? 30 : 15;
  const lines = useSignal<readonly Line[]>([]);
  useEffect(() => {
    let made = 0;
    const waiting = new Set<number>();
    const end = session.match.listen((event) => {
      const deed = deedOf(event);
      if (!deed || !isNews(deed)) return;
      const key = made++;
      // That the leader is down is told once.
      const others = lines.value.filter(
        (one) =>
          !(deed.how === "bounty" && one.seat === deed.seat) &&
          !(deed.how === "crown" && one.how === "crown"),
      );
      lines.value = [...others.slice(1 - MOST), { ...deed, key }];
      const handle = window.setTimeout(() => {
        waiting.delete(handle);
        lines.value = lines.value.filter((one) => one.key !== key);
      }, LASTS_MS);
      waiting.add(handle);
    });
    return () => {
      end();
      for (const handle of waiting) clearTimeout(handle);
    };
  }, []);
  const seats = room.value?.seats ?? {};
  if (lines.value.length === 0) return null;
  return (
    <ol class="kill-feed" aria-label={t("match.feed")}>
      {lines.value.map(({ key, how, seat, by }) => {
        const victim = seats[String(seat)];
        const doer = seats[String(by)];
        if (!victim) return null;
        const mine = mySeats.value.includes(seat) || mySeats.value.includes(by);
        const [name = "", other = ""] = shortNames(
          [victim.name, doer?.name ?? ""],
          tv ? TV_LETTERS : LETTERS,
        );
        return (
          <li key={key} class={mine ? "mine" : ""}>
            <span class="unseen">{t(`deed.${how}`, { name: victim.name, by: doer?.name ?? "" })}</span>
            {doer && (
              <span class="feed-who" aria-hidden="true">
                <PlayerMark of={doer} size={mark} /> {other}
              </span>
            )}
            <LineIcon name={how} path={ICONS[how]} size={tv ? 36 : 18} />
            <span class="feed-who" aria-hidden="true">
              <PlayerMark of={victim} size={mark} /> {name}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
