// A game's controls over its picture: sticks and buttons for fingers, the field for texts, a list of what can be chosen,
// and what shows at once what somebody here does. Loaded with the first game that declares controls.
import { type ReadonlySignal, signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Rider, Scene } from "../games/game_renderer";
import "../i18n/en";
import { t } from "../i18n";
import type { HeldButtons } from "../input/buttons";
import type { Offer } from "../input/choosing";
import { ControlDevices, type PictureAccess, type Touched } from "../input/control_devices";
import { GameKeys } from "../input/control_keys";
import type { ControlState } from "../input/control_state";
import { layoutZones, type Zone } from "../input/touch_layout";
import type { ControlInfo, PartInfo } from "../protocol.gen";
import { settings } from "../settings";
import { labelOf } from "../ui/control_label";
import { Icon } from "../ui/Icon";
import { announce } from "../ui/say";
import { drawReticle, type InputNumbers, PenEcho } from "./control_echo";
import { useTouch } from "./TouchHints";
import "../style/game_controls.css";

/** The picture behind the controls. */
export interface ControlledPicture extends PictureAccess {
  choices(): readonly Offer[];
}

/** What the loop that draws calls. */
export interface ControlsView {
  /** Once a frame, before drawing. */
  frame(now: number): void;
  /** Once a frame, after drawing. */
  over(scene: Scene): void;
}

export interface ControlsProps {
  game: string;
  controls: readonly ControlInfo[];
  held: HeldButtons;
  state: ControlState;
  /** Seats played at this device. */
  seats: ReadonlySignal<readonly number[]>;
  riders: ReadonlySignal<readonly (Rider | undefined)[]>;
  /** The picture's box, which takes the mouse, fingers and pens. */
  surface: HTMLElement;
  picture(): ControlledPicture | null;
  /** Parts of the declared picture. */
  parts: readonly PartInfo[];
  /** A number of the root of the newest state. */
  field(name: string): number | undefined;
  numbers(seat: number): InputNumbers | null;
  /** Nothing of the controls is shown yet: a person may take over. */
  hidden?: boolean;
  /** The loop that draws calls this view; null: none any more. */
  attach(view: ControlsView | null): void;
  /** How many CSS pixels at the lower edge are no fingers' place, and how many above them no picture's. */
  onFoot(px: number, below: number): void;
}

/** A choice without anything in the picture to press has at most as many buttons as there are number keys. */
const MOST_BARE = 9;
const LIST_MS = 200;
const PEN_WIDTH = 4;
/** Lying phones show the course of the match in the lower corners. */
const LYING_FOOT = 64;
const LOW = 520;

interface TypedPlace {
  control: ControlInfo;
  number: number;
  player: number;
  open: boolean;
}

/** Whether an upright phone shows the picture turned by a quarter. */
const isTurned = (parts: readonly PartInfo[]) =>
  parts.some(({ part, turnable }) => part === "world" && turnable === true) &&
  !parts.some(({ part }) => part === "camera");

const others = (controls: readonly ControlInfo[]) => controls.filter(({ kind }) => kind !== "button");

/** What is offered by choices that nothing in the picture stands for. */
function bareOffers(controls: readonly ControlInfo[], parts: readonly PartInfo[]): Offer[] {
  return controls
    .filter(({ kind, name }) => kind === "choose" && !parts.some(({ choose }) => choose === name))
    .flatMap(({ name, most = 0 }) =>
      Array.from({ length: Math.min(MOST_BARE, most) }, (_, index) => ({
        control: name,
        index,
        name: String(index + 1),
        can: true,
        columns: 0,
      })),
    );
}

const sameOffers = (a: readonly Offer[], b: readonly Offer[]) =>
  a.length === b.length &&
  a.every((one, k) => {
    const other = b[k];
    return (
      one.control === other?.control &&
      one.index === other.index &&
      one.name === other.name &&
      one.can === other.can
    );
  });

export function Controls(props: ControlsProps) {
  const { game, controls, surface } = props;
  const byTouch = useTouch();
  const root = useRef<HTMLDivElement>(null);
  const dock = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const zones = useSignal<readonly Zone[]>([]);
  const offers = useSignal<readonly Offer[]>([]);
  const pointed = useSignal<Offer | null>(null);
  const typed = useSignal<readonly TypedPlace[]>([]);
  const field = useRef<HTMLInputElement | null>(null);
  const touched = useMemo(() => signal<Touched>({ sticks: new Map(), mask: 0 }), []);
  const devices = useRef<ControlDevices | null>(null);
  const bare = useMemo(() => bareOffers(controls, props.parts), [controls, props.parts]);

  useEffect(() => {
    const now = () => latest.current;
    const echo = new PenEcho();
    const rest = others(controls);
    const seatOf = (player: number) => now().seats.value[player];
    const isOpen = ({ only }: ControlInfo, player: number) => {
      const seat = seatOf(player);
      if (seat === undefined) return false;
      const whose = only ? now().field(only) : undefined;
      return whose === undefined || whose === seat;
    };
    const offered = () => {
      const found = now().picture()?.choices() ?? [];
      const able = [...found, ...bare].filter(({ control }) => {
        const declared = rest.find(({ name }) => name === control);
        return declared !== undefined && one.playerOf(declared) >= 0;
      });
      return able;
    };
    const colourOf = (player: number) => {
      const seat = seatOf(player);
      return (seat === undefined ? undefined : now().riders.value[seat]?.ink.colour) ?? "#e8ecff";
    };
    const one = new ControlDevices({
      controls,
      keys: new GameKeys(game, controls),
      held: props.held,
      state: props.state,
      surface,
      picture: () => now().picture(),
      players: () => Math.min(2, now().seats.value.length),
      open: isOpen,
      offers: offered,
      zones: () => zones.value,
      pointed: (offer) => {
        pointed.value = offer;
      },
      startTyping: () => {
        if (!field.current || field.current.readOnly) return false;
        field.current.focus();
        return true;
      },
      drew: (player, number, points) => echo.add(player, number, points, performance.now()),
    });
    devices.current = one;
    const endTouched = one.touched.subscribe((value) => {
      touched.value = value;
    });
    const pointers = rest.flatMap((control, number) =>
      control.kind === "pointer" ? [{ control, number }] : [],
    );
    const penWidth = Number(props.parts.findLast(({ part }) => part === "trail")?.width) || PEN_WIDTH;
    let listedAt = 0;
    const list = (at: number) => {
      if (at - listedAt < LIST_MS) return;
      listedAt = at;
      const next = offered();
      const able = next.some(({ can }) => can);
      if (able && !offers.value.some(({ can }) => can) && bare.length === 0 && !now().hidden)
        announce(t("controls.choose_now"));
      if (!sameOffers(next, offers.value)) offers.value = next;
      const places = typedPlaces(rest, now().seats.value.length, isOpen);
      if (JSON.stringify(places) !== JSON.stringify(typed.value)) typed.value = places;
      surface.dataset.tool = pointers.some(({ control }) => one.playerOf(control) >= 0)
        ? "aim"
        : rest.some((control) => control.kind === "stroke" && one.playerOf(control) >= 0)
          ? "pen"
          : "";
    };
    props.attach({
      frame(at) {
        one.frame(at);
        list(at);
      },
      over(scene) {
        if (now().hidden) return;
        echo.settle(scene.now, (player) => now().numbers(seatOf(player) ?? -1));
        if (echo.count > 0) echo.draw(scene, colourOf, penWidth);
        for (let player = 0; player < Math.min(2, now().seats.value.length); player++)
          for (const { control, number } of pointers) {
            const packed = props.state.local(player).numbers.get(number);
            if (packed === undefined || !isOpen(control, player)) continue;
            const across = (control.width ?? 0) + 1;
            drawReticle(scene, packed % across, Math.floor(packed / across), colourOf(player));
          }
      },
    });
    return () => {
      props.attach(null);
      endTouched();
      one.end();
      devices.current = null;
      surface.dataset.tool = "";
    };
  }, [game, controls, surface]);

  useLayoutEffect(() => {
    const place = () => {
      const element = root.current;
      if (!element) return;
      const { paddingLeft, paddingRight, paddingBottom } = getComputedStyle(element);
      const px = (text: string) => Number.parseFloat(text) || 0;
      // The keyboard of a phone covers what is below the part that is seen.
      const seen = window.visualViewport;
      const box = element.getBoundingClientRect();
      const covered = seen ? Math.max(0, Math.round(box.bottom - seen.offsetTop - seen.height)) : 0;
      const foot = dock.current?.offsetHeight ?? 0;
      if (dock.current) dock.current.style.insetBlockEnd = `${covered}px`;
      const lying = box.width > box.height && box.height < LOW && foot === 0;
      const height = box.height - foot - covered;
      zones.value = layoutZones(controls, box.width, height, settings.leftHanded.value, {
        left: px(paddingLeft),
        right: px(paddingRight),
        bottom: foot > 0 ? 0 : px(paddingBottom) + (lying ? LYING_FOOT : 0),
      });
      // A picture that is turned fills the screen: what lies at its end must not be under the thumbs.
      const turned = byTouch && height > box.width && isTurned(latest.current.parts);
      const lowest = Math.max(0, ...zones.value.map(({ y }) => y));
      latest.current.onFoot(foot + covered, turned && lowest > 0 ? Math.round(height - lowest) : 0);
    };
    const watcher = new ResizeObserver(place);
    if (root.current) watcher.observe(root.current);
    if (dock.current) watcher.observe(dock.current);
    const seen = window.visualViewport;
    seen?.addEventListener("resize", place);
    seen?.addEventListener("scroll", place);
    const end = settings.leftHanded.subscribe(place);
    return () => {
      watcher.disconnect();
      seen?.removeEventListener("resize", place);
      seen?.removeEventListener("scroll", place);
      end();
      latest.current.onFoot(0, 0);
    };
  }, [controls, byTouch]);

  const busyKeys = controls.some(({ kind }) => kind === "button" || kind === "stick");
  const shown = !props.hidden;
  return (
    <div ref={root} class="game-controls">
      {shown && byTouch && <Zones {...{ game, controls, zones, touched }} />}
      <div ref={dock} class="control-dock">
        {shown && offers.value.length > 0 && (
          <Choices
            offers={offers.value}
            bare={bare.length > 0}
            pointed={pointed.value}
            label={bare.length > 0 ? labels(game, controls, "choose") : t("match.choices")}
            onPoint={(offer) => devices.current?.choosing.point(offer)}
            onPress={(offer) => devices.current?.choosing.press(offer)}
          />
        )}
        {shown &&
          typed.value.map((place, k) => (
            <TypedField
              key={`${place.player} ${place.number}`}
              place={place}
              label={labelOf(game, place.control)}
              who={
                typed.value.length > 1
                  ? (props.riders.value[props.seats.value[place.player] ?? -1]?.name ?? "")
                  : ""
              }
              state={props.state}
              keeps={!busyKeys}
              takes={!busyKeys || place.control.only !== undefined}
              onField={(element) => {
                if (k === 0 || place.open) field.current = element;
              }}
            />
          ))}
      </div>
    </div>
  );
}

function labels(game: string, controls: readonly ControlInfo[], kind: string): string {
  return controls
    .filter((control) => control.kind === kind)
    .map((control) => labelOf(game, control))
    .join(", ");
}

function typedPlaces(
  rest: readonly ControlInfo[],
  players: number,
  isOpen: (control: ControlInfo, player: number) => boolean,
): TypedPlace[] {
  const found: TypedPlace[] = [];
  for (const [number, control] of rest.entries())
    if (control.kind === "typed")
      for (let player = 0; player < Math.min(2, players); player++) {
        const open = isOpen(control, player);
        // The second player's field is there only while it can be used.
        if (player === 0 || open) found.push({ control, number, player, open });
      }
  return found;
}

interface ZonesProps {
  game: string;
  controls: readonly ControlInfo[];
  zones: ReadonlySignal<readonly Zone[]>;
  touched: ReadonlySignal<Touched>;
}

/** Sticks and buttons for fingers. They take no fingers themselves: the surface under them does. */
function Zones({ game, controls, zones, touched }: ZonesProps) {
  const buttons = controls.filter(({ kind }) => kind === "button");
  const sticks = others(controls);
  const { mask } = touched.value;
  return (
    <div class="control-zones" aria-hidden="true">
      {zones.value.map((zone) => {
        const { kind, number, x, y, radius } = zone;
        const control = kind === "button" ? buttons[number] : sticks[number];
        if (!control) return null;
        const label = labelOf(game, control);
        const size = { inlineSize: `${2 * radius}px`, blockSize: `${2 * radius}px` };
        if (kind === "button")
          return (
            <div
              key={control.name}
              class={mask & (1 << number) ? "control-button held" : "control-button"}
              style={{
                ...size,
                transform: `translate(${x - radius}px, ${y - radius}px)`,
                fontSize: `${buttonText(label, radius)}px`,
              }}
            >
              {label}
            </div>
          );
        const stick = touched.value.sticks.get(number);
        const at = stick ?? { x, y, thumbX: x, thumbY: y };
        const far = Math.hypot(at.thumbX - at.x, at.thumbY - at.y);
        const reach = Math.min(1, (radius * 0.62) / Math.max(1, far));
        return (
          <div
            key={control.name}
            class={stick ? "control-stick held" : "control-stick"}
            style={{ ...size, transform: `translate(${at.x - radius}px, ${at.y - radius}px)` }}
          >
            <span class="control-stick-name">{label}</span>
            <div
              class="control-knob"
              style={{
                transform: `translate(${(at.thumbX - at.x) * reach}px, ${(at.thumbY - at.y) * reach}px)`,
              }}
            />
          </div>
        );
      })}
    </div>
  );
}

/** The size of a label that fits into a round button. */
function buttonText(label: string, radius: number): number {
  const longest = Math.max(...label.split(/\s/).map((word) => word.length));
  return Math.max(10, Math.min(18, (radius * 2.9) / Math.max(3, longest)));
}

interface ChoicesProps {
  offers: readonly Offer[];
  /** Nothing in the picture stands for them: they are seen here. */
  bare: boolean;
  pointed: Offer | null;
  label: string;
  onPoint(offer: Offer | null): void;
  onPress(offer: Offer): void;
}

/**
 * What can be chosen, as buttons: for those who do not see the picture, and where it shows none of it. A board is one
 * stop of the Tab key; arrow keys go through its cells.
 */
function Choices({ offers, bare, pointed, label, onPoint, onPress }: ChoicesProps) {
  const list = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (pointed?.columns && list.current?.contains(document.activeElement))
      list.current
        .querySelector<HTMLElement>(`[data-control="${pointed.control}"][data-index="${pointed.index}"]`)
        ?.focus({ preventScroll: true });
  }, [pointed]);
  const first = offers.find(({ columns }) => columns > 0);
  const stop = pointed?.columns ? pointed : first;
  return (
    <fieldset ref={list} class={bare ? "control-choices" : "control-choices unseen"}>
      <legend class={bare ? "control-label" : "unseen"}>{label}</legend>
      {offers.map((offer) => {
        const here = pointed?.control === offer.control && pointed.index === offer.index;
        return (
          <button
            key={`${offer.control} ${offer.index}`}
            type="button"
            class={here ? "btn pointed" : "btn"}
            aria-disabled={!offer.can}
            tabIndex={offer.columns > 0 && offer.index !== stop?.index ? -1 : 0}
            data-control={offer.control}
            data-index={offer.index}
            onFocus={() => onPoint(offer)}
            onBlur={() => onPoint(null)}
            onClick={() => onPress(offer)}
          >
            {offer.name}
          </button>
        );
      })}
    </fieldset>
  );
}

interface TypedFieldProps {
  place: TypedPlace;
  label: string;
  who: string;
  state: ControlState;
  /** The keyboard stays here after sending. */
  keeps: boolean;
  /** The keyboard comes here when the text can be typed. */
  takes: boolean;
  onField(element: HTMLInputElement | null): void;
}

function TypedField({ place, label, who, state, keeps, takes, onField }: TypedFieldProps) {
  const { control, number, player, open } = place;
  const input = useRef<HTMLInputElement>(null);
  const text = useSignal("");
  const most = control.chars ?? 24;
  useEffect(() => {
    onField(input.current);
    return () => onField(null);
  }, [open]);
  useEffect(() => {
    const { activeElement } = document;
    // A person who writes in the chat goes on there.
    const busy = activeElement instanceof HTMLElement && activeElement.closest("input, textarea, dialog");
    if (open && takes && !busy && !document.querySelector("dialog[open]"))
      input.current?.focus({ preventScroll: true });
    if (open && control.only) announce(t("controls.type_now", { label }));
    if (!open) text.value = "";
    if (!open && document.activeElement === input.current) input.current?.blur();
  }, [open]);
  const send = () => {
    const words = text.value.trim();
    if (!words || !open) return;
    state.write(player, number, words);
    text.value = "";
    if (!keeps && !control.only) input.current?.blur();
  };
  const name = who ? `${label} · ${who}` : label;
  return (
    <form
      class={open ? "control-typed" : "control-typed closed"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label>
        <span class="control-label">{name}</span>
        <input
          ref={input}
          class="text"
          value={text.value}
          readOnly={!open}
          placeholder={open ? "" : t("controls.wait")}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="send"
          onInput={(event) => {
            // Counted in characters, as the server does.
            const chars = [...event.currentTarget.value];
            const kept = chars.slice(0, most).join("");
            if (chars.length > most) event.currentTarget.value = kept;
            text.value = kept;
            state.typing(player, number, kept);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation(); // it would open the room's dialog
            event.currentTarget.blur();
          }}
        />
      </label>
      <button type="submit" class="btn" disabled={!open} aria-label={t("controls.send", { label })}>
        <Icon name="play" size={18} />
      </button>
    </form>
  );
}
