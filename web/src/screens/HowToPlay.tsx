// How a game is played on this device, drawn: its keys as they stand on the keyboard, or thumbs on a phone.
import { say, t } from "../i18n";
import { DIRECTIONS, GameKeys } from "../input/control_keys";
import { isLetter, isSteering } from "../input/keyboard";
import type { ControlInfo, GameInfo } from "../protocol.gen";
import { keysOf, settings } from "../settings";
import { labelOf } from "../ui/control_label";
import { touch } from "../ui/hooks";
import { Icon } from "../ui/Icon";
import { keyName } from "../ui/key_name";

export type KeySet = "one" | "two";

/** What fingers do in a game, as input/touch.ts takes them. */
export function touchHint({
  name: game,
  hosted,
  buttons,
}: Pick<GameInfo, "name" | "hosted" | "buttons">): string {
  if (hosted) return t("match.four");
  const acts = buttons.filter((name) => !isSteering(name)).map((name) => say(game, "button", name));
  if (acts.length === buttons.length) return t("match.touch_acts");
  if (buttons.length === 2) return t("match.touch");
  return acts.length ? t("match.touch_stick", { button: acts.join(", ") }) : t("match.touch_steer");
}

const TOUCH_WORDS = {
  button: "controls.press",
  stick: "controls.stick",
  pointer: "controls.point",
  stroke: "controls.draw",
  typed: "controls.type",
  choose: "controls.choose",
} as const;

/** What fingers do in a game, in words. */
export function touchWords(info: GameInfo): string {
  if (!info.controls) return touchHint(info);
  const label = (control: ControlInfo) => labelOf(info.name, control);
  // That one taps is said once, before all that there is to choose.
  const choices = info.controls.filter(({ kind }) => kind === "choose");
  const many = choices.length > 1;
  const words = info.controls
    .filter(({ kind }) => !many || kind !== "choose")
    .map((control) => t(TOUCH_WORDS[control.kind], { label: label(control) }));
  if (many) words.push(t("controls.choose_any", { label: choices.map(label).join(" · ") }));
  return words.join(" · ");
}

/** Keys that stand together, and what they do. */
interface KeyGroup {
  label: string;
  /** In reading order: one, two beside each other, or up, left, down and right. */
  keys: string[];
  mouse?: boolean;
}

/** The keys of a game for the first or second player at this keyboard. */
export function keyGroups(info: GameInfo, set: KeySet): KeyGroup[] {
  if (info.controls) return declaredGroups(info, info.controls, set);
  const first = (button: string) => {
    const code = keysOf(set, button)[0];
    return code === undefined ? "" : keyName(code, isLetter(button, code));
  };
  const steering = info.buttons.filter(isSteering);
  const groups: KeyGroup[] = [];
  if (steering.length === 4)
    groups.push({ label: t("how.move"), keys: ["up", "left", "down", "right"].map(first) });
  else if (steering.length) groups.push({ label: t("how.steer"), keys: steering.map(first) });
  for (const button of info.buttons)
    if (!isSteering(button)) groups.push({ label: say(info.name, "button", button), keys: [first(button)] });
  return groups;
}

function declaredGroups({ name }: GameInfo, controls: readonly ControlInfo[], set: KeySet): KeyGroup[] {
  const keys = new GameKeys(name, controls);
  const first = (binding: string) => {
    const code = keys.of(set, binding)[0];
    return code === undefined ? "" : keyName(code, keys.isLetter(binding, code));
  };
  return controls.map((control): KeyGroup => {
    const label = labelOf(name, control);
    switch (control.kind) {
      case "button":
        return { label, keys: [first(control.name)] };
      case "stick":
        return { label, keys: DIRECTIONS.map((way) => first(`${control.name}.${way}`)) };
      case "typed":
        return { label, keys: [keyName("Enter")] };
      case "choose":
        return { label, keys: ["1–9"], mouse: true };
      default:
        return { label, keys: [], mouse: true };
    }
  });
}

function Mouse() {
  return (
    <svg class="how-mouse" width="34" height="48" viewBox="0 0 34 48" aria-hidden="true">
      <rect x="2" y="2" width="30" height="44" rx="15" />
      <path d="M17 2v16M2 19h30" />
      <path class="how-lit" d="M17 2a15 15 0 0 0-15 15v2h15z" />
    </svg>
  );
}

function Keys({ keys, mouse }: KeyGroup) {
  return (
    <span class="how-keys" data-keys={keys.length} dir="ltr">
      {keys.map((key) => (
        <kbd key={key} class={key === keyName("Space") ? "wide" : ""}>
          {key === keyName("Space") ? t("key.space") : key}
        </kbd>
      ))}
      {mouse && <Mouse />}
    </span>
  );
}

/** The keys of a game as they stand on the keyboard. */
export function KeyPicture({ info, set }: { info: GameInfo; set: KeySet }) {
  return (
    <div class="how-groups">
      {keyGroups(info, set).map((group) => (
        <figure key={group.label} class="how-group">
          <Keys {...group} />
          <figcaption>{group.label}</figcaption>
        </figure>
      ))}
    </div>
  );
}

const ARROWS = { up: "▲", left: "◀", down: "▼", right: "▶" } as const;
const WIDTH = 200;
const HEIGHT = 104;

function Thumb({ x, y, flip = false }: { x: number; y: number; flip?: boolean }) {
  return (
    <path
      class="how-thumb"
      transform={`translate(${x} ${y}) scale(${flip ? -1 : 1} 1)`}
      d="M-6 -4c-5-7 3-13 8-8l14 16c5 6 8 12 10 22l-22 4c-6-12-7-24-10-34z"
    />
  );
}

/** A stick with its thumb, about (x, y). */
function StickPicture({ x, y, flip }: { x: number; y: number; flip: boolean }) {
  return (
    <>
      <circle class="how-zone" cx={x} cy={y} r="27" />
      <text x={x} y={y - 17}>
        {ARROWS.up}
      </text>
      <text x={x - 19} y={y + 3}>
        {ARROWS.left}
      </text>
      <text x={x} y={y + 23}>
        {ARROWS.down}
      </text>
      <text x={x + 19} y={y + 3}>
        {ARROWS.right}
      </text>
      <Thumb x={x} y={y} flip={flip} />
    </>
  );
}

function ButtonPicture({ x, y, flip, sign }: { x: number; y: number; flip: boolean; sign: string }) {
  return (
    <>
      <circle class="how-zone" cx={x} cy={y} r="21" />
      <text class="how-sign" x={x} y={y - 8}>
        {sign}
      </text>
      <Thumb x={x} y={y + 6} flip={flip} />
    </>
  );
}

/** Where each button of a row is drawn: four stand two by two, as in the games, fewer in a line. */
function placeOf(k: number, count: number) {
  const columns = count === 4 ? 2 : count;
  const wide = (WIDTH - 24) / columns;
  const [top, high] = count === 4 ? [12, 38] : [52, 36];
  return {
    x: 14 + (k % columns) * wide,
    y: top + Math.floor(k / columns) * (high + 4),
    wide: wide - 4,
    high,
  };
}

/** What is drawn into the phone. */
function Fingers({ info }: { info: GameInfo }) {
  const [stickX, buttonX] = settings.leftHanded.value ? [WIDTH - 48, 48] : [48, WIDTH - 48];
  const controls = info.controls ?? [];
  const kinds = new Set(controls.map(({ kind }) => kind));
  const aims = info.controls ? [] : info.buttons.filter(isSteering);
  const acts = info.controls
    ? controls.filter(({ kind }) => kind === "button").map(({ name }) => name)
    : info.buttons.filter((name) => !isSteering(name));
  if (aims.length === 2 && acts.length === 0)
    return (
      <>
        <path class="how-half" d={`M${WIDTH / 2} 8V${HEIGHT - 8}`} />
        {aims.map((name, k) => (
          <ButtonPicture
            key={name}
            x={k ? WIDTH - 48 : 48}
            y={50}
            flip={k === 0}
            sign={ARROWS[name as keyof typeof ARROWS] ?? ""}
          />
        ))}
      </>
    );
  const stick = aims.length > 0 || kinds.has("stick");
  if (!stick && acts.length > 0)
    return (
      <>
        {acts.map((name, k) => {
          const { x, y, wide, high } = placeOf(k, acts.length);
          return (
            <g key={name}>
              <rect class="how-zone" x={x} y={y} width={wide} height={high} rx="7" />
              <text class="how-sign" x={x + wide / 2} y={y + high / 2 + 5}>
                {say(info.name, "button", name).slice(0, 1).toUpperCase()}
              </text>
            </g>
          );
        })}
        <Thumb x={WIDTH - 34} y={76} />
      </>
    );
  return (
    <>
      {stick && <StickPicture x={stickX} y={54} flip={stickX < WIDTH / 2} />}
      {acts.slice(0, 1).map((name) => (
        <ButtonPicture
          key={name}
          x={buttonX}
          y={54}
          flip={buttonX < WIDTH / 2}
          sign={say(info.name, "button", name).slice(0, 1).toUpperCase()}
        />
      ))}
      {!stick && (
        <>
          <rect class="how-zone" x="70" y="22" width="34" height="46" rx="5" />
          <rect class="how-half" x="112" y="26" width="30" height="40" rx="5" />
          <Thumb x={90} y={50} />
        </>
      )}
    </>
  );
}

/** A phone with the thumbs where a game wants them. */
export function ThumbPicture({ info }: { info: GameInfo }) {
  return (
    <figure class="how-phone">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <rect class="how-case" x="2" y="2" width={WIDTH - 4} height={HEIGHT - 4} rx="14" />
        <Fingers info={info} />
      </svg>
      <figcaption>{touchWords(info)}</figcaption>
    </figure>
  );
}

/** How `info` is played here: thumbs on a touch screen, keys elsewhere; two sets for two at one keyboard. */
export function HowToPlay({ info, players = 1 }: { info: GameInfo; players?: number }) {
  if (touch.value && players < 2) return <ThumbPicture info={info} />;
  if (info.hosted && players < 2 && !info.buttons.length) return null;
  return (
    <div class="how">
      <KeyPicture info={info} set="one" />
      {players > 1 && (
        <>
          <Icon name="people" size={18} />
          <KeyPicture info={info} set="two" />
        </>
      )}
    </div>
  );
}
