// The seconds before a match: who plays, which keys are whose, and the number.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say, t } from "../i18n";
import { DIRECTIONS, GameKeys } from "../input/control_keys";
import { isLetter, isSteering } from "../input/keyboard";
import type { ControlInfo, GameInfo } from "../protocol.gen";
import { session } from "../session/page";
import { keysOf } from "../settings";
import { labelOf } from "../ui/control_label";
import { touch, useServerNow } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { keyName } from "../ui/key_name";
import { markName, PlayerMark } from "../ui/PlayerMark";
import { announce, done } from "../ui/say";
import { gameTitle } from "./GameTiles";
import { amHost, game, mySeats, myself, room, sitting } from "./room";

/** What fingers do in a game, as input/touch.ts takes them. */
export function touchHint({ hosted, buttons }: Pick<GameInfo, "hosted" | "buttons">): string {
  if (hosted) return t("match.four");
  const acts = buttons.filter((name) => !isSteering(name)).map((name) => say("any", "button", name));
  if (acts.length === buttons.length) return t("match.touch_acts");
  if (buttons.length === 2) return t("match.touch");
  return acts.length ? t("match.touch_stick", { button: acts.join(", ") }) : t("match.touch_steer");
}

/** The first key of a button, as it is called. */
function keyHint(player: "one" | "two", button: string): string {
  const code = keysOf(player, button)[0];
  return code === undefined ? "" : keyName(code, isLetter(button, code));
}

/** What each control of a game is used by on this device: pairs of its name and the key, or a line for fingers. */
function ControlHints({ info, set }: { info: GameInfo; set: "one" | "two" }) {
  const keys = new GameKeys(info.name, info.controls ?? []);
  const name = (one: string) => {
    const code = keys.of(set, one)[0];
    return code === undefined ? "" : keyName(code, keys.isLetter(one, code));
  };
  const shown = ({ kind, name: control }: ControlInfo): string => {
    if (kind === "button") return name(control);
    if (kind === "stick") return DIRECTIONS.map((way) => name(`${control}.${way}`)).join(" ");
    if (kind === "typed") return keyName("Enter");
    return kind === "choose" ? `1–9, ${t("controls.mouse")}` : t("controls.mouse");
  };
  return (info.controls ?? []).map((control) => (
    <span key={control.name} class="key-hint">
      {labelOf(info.name, control)} <kbd>{shown(control)}</kbd>
    </span>
  ));
}

const TOUCH_WORDS = {
  button: "controls.press",
  stick: "controls.stick",
  pointer: "controls.point",
  stroke: "controls.draw",
  typed: "controls.type",
  choose: "controls.choose",
} as const;

/** What fingers do in a game that declares its controls. */
function controlsByTouch({ name, controls }: GameInfo): string {
  const words = (controls ?? []).map((control) =>
    t(TOUCH_WORDS[control.kind], { label: labelOf(name, control) }),
  );
  return words.join(" · ");
}

function Keys() {
  const info = game.value;
  const me = myself.value;
  if (!info || !me || me.seat === null) return null;
  if (touch.value && me.second === null)
    return <p class="muted">{info.controls ? controlsByTouch(info) : touchHint(info)}</p>;
  const seats = mySeats.value;
  return (
    <div class="key-hints">
      {seats.map((number, k) => (
        <p key={number}>
          {seats.length > 1 && <PlayerMark of={room.value?.seats[String(number)] ?? me} size={20} />}
          {info.controls ? (
            <ControlHints info={info} set={k === 0 ? "one" : "two"} />
          ) : (
            info.buttons.map((button) => (
              <span key={button} class="key-hint">
                {say("any", "button", button)} <kbd>{keyHint(k === 0 ? "one" : "two", button)}</kbd>
              </span>
            ))
          )}
        </p>
      ))}
    </div>
  );
}

export function Countdown() {
  const now = useServerNow();
  const left = useComputed(() =>
    Math.max(0, Math.ceil(((room.value?.countdown_at ?? 0) - now.value) / 1000)),
  );
  useEffect(() => {
    if (left.value > 0) announce(t("match.starts_in", { n: left.value }), true);
  }, [left.value]);
  const mine = mySeats.value;
  return (
    <main id="main" class="countdown">
      <h1>{game.value ? gameTitle(game.value) : t("match.get_ready")}</h1>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without the focus no key could scroll it */}
      <ul class="line-up" tabIndex={0} aria-label={t("lobby.players")}>
        {sitting.value.map(({ number, seat }) => (
          <li key={number} class={mine.includes(number) ? "mine" : ""}>
            <PlayerMark of={seat} size={44} label={markName(seat)} />
            <span>{seat.name}</span>
          </li>
        ))}
      </ul>
      <p class="count-down" aria-hidden="true" key={left.value}>
        {left.value || "·"}
      </p>
      <Keys />
      {amHost.value && (
        <button type="button" class="btn" onClick={() => void done(session.commands.cancel())}>
          <Icon name="close" size={18} /> {t("app.cancel")}
        </button>
      )}
    </main>
  );
}
