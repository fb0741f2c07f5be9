// How a game is scored and what its pick-ups do, to look up at any moment of the match.
import { FUSE_ICONS, TRAIL_ICONS, type Works, worksOn } from "../games/pickup_icons";
import { say, t } from "../i18n";
import { Dialog } from "../ui/Dialog";
import { LineIcon } from "../ui/Icon";
import { guideOpen, hasGuide } from "./guide";
import { game } from "./room";
import "../style/guide.css";

interface Item {
  name: string;
  path: string;
  works: Works;
  /** Where its name stands in the dictionary. */
  of: readonly [game: string, part: string];
}

/** How many of the kinds of Loose Ends Open Field has: those for everyone are missing. */
const FIELD_KINDS = 8;

function itemsOf(name: string): Item[] {
  if (name === "fuse")
    return FUSE_ICONS.map(([item, path]) => ({
      name: item,
      path,
      works: item === "curse" ? "others" : "self",
      of: ["fuse", "item"],
    }));
  return TRAIL_ICONS.slice(0, name === "field" ? FIELD_KINDS : TRAIL_ICONS.length).map(([kind, path], k) => ({
    name: kind,
    path,
    works: worksOn(k),
    of: ["trails", "kind"],
  }));
}

type Guided = "trails" | "field" | "fuse";

export function Guide() {
  const name = game.value?.name as Guided | undefined;
  if (!guideOpen.value || !hasGuide.value || !name) return null;
  return (
    <Dialog title={t("match.guide")} onClose={() => (guideOpen.value = false)}>
      <h3>{t("guide.score")}</h3>
      <p>{t(`${name}.guide.score`)}</p>
      <p>{t(`${name}.guide.end`)}</p>
      <h3>{t("guide.items")}</h3>
      <ul class="guide-items">
        {itemsOf(name).map(({ name: item, path, works, of: [where, part] }) => (
          <li key={item} class={`works-${works}`}>
            <span class="guide-icon">
              <LineIcon name={item} path={path} size={26} />
            </span>
            <span>
              <b>{say(where, part, item)}</b> {name !== "fuse" && <small>{t(`guide.${works}`)}</small>}
              <br />
              <span class="muted">{say(where, "guide", item)}</span>
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
