// What a room sounds like around its matches: who comes and goes, who is ready, the countdown, votes, the podium, and the
// music under all of it.
import { computed, effect, signal, untracked } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { letterOf } from "../input/keyboard";
import { session } from "../session/page";
import { isPhone } from "../session/page_events";
import type { Room } from "../session/room_state";
import { calm, keysOf, settings } from "../settings";
import { conduct, USUAL_MUSIC } from "../sound/conductor";
import { isRunning, onRunning } from "../sound/output";
import { sound } from "../sound/sound";
import type { ToneName } from "../sound/tones";
import type { Hud } from "../sync/feed";
import { announce, toast } from "../ui/say";
import { game, isHushed, room, TV_NAME, tvHere } from "./room";

/** The last seconds of a clock that runs for longer than this hurry. */
const HURRY_S = 10;
const LONG_S = 45;
/** How long the fanfare has the room for itself. */
const FANFARE_MS = 4200;
/** Half tones of the fanfare, and when they sound, s. */
const FANFARE: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 0.14],
  [0, 0.28],
  [5, 0.42],
  [9, 0.7],
  [12, 0.9],
];
/** Before it: half tones as the third and the second step of the podium come up. */
const STEPS = [-5, -3];
const PODIUM_S = 0.9;

/** Whether sound has begun to run, for the screens. */
export const soundRuns = signal(false);

/** How loud the music is here: as chosen, or else silent on a phone beside a screen that plays it for all. */
export function musicVolume(
  chosen: number | null,
  at: { tv: boolean; phone: boolean; tvHere: boolean },
): number {
  if (chosen !== null) return chosen;
  return at.phone && at.tvHere && !at.tv ? 0 : USUAL_MUSIC;
}

/** What sounds because the room has changed. */
export function tonesOf(before: Room, now: Room, me: string | null): ToneName[] {
  const tones: ToneName[] = [];
  const came = Object.entries(now.people).some(
    ([id, { name, seat }]) => !(id in before.people) && id !== me && !(name === TV_NAME && seat === null),
  );
  if (came) tones.push("join");
  if (Object.keys(before.people).some((id) => !(id in now.people))) tones.push("leave");
  const ready = Object.entries(now.seats).some(
    ([number, seat]) => seat.kind === "human" && seat.ready && before.seats[number]?.ready === false,
  );
  if (ready && now.phase === "lobby") tones.push("ready");
  if (now.phase === "results" && now.rematch.length > before.rematch.length) tones.push("vote");
  return tones;
}

export interface Scene {
  phase: string | null;
  hud: Pick<Hud, "phase" | "seconds"> | null;
  /** The most seconds that the clock of this part of the match has shown. */
  most: number;
  /** The fanfare sounds. */
  fanfare: boolean;
}

/** Parts of a match during which its players play; in the others something is to be heard or read. */
const PLAYED = ["", "live", "play", "arm", "open", "golden"];

/** What music plays in it, and how. */
export function musicFor({ phase, hud, most, fanfare }: Scene): {
  song: "lobby" | "game" | null;
  duck: boolean;
  hurry: boolean;
} {
  if (phase === null) return { song: null, duck: false, hurry: false };
  const playing = phase === "live" || phase === "paused";
  const quiet = playing && hud !== null && !PLAYED.includes(hud.phase);
  const seconds = hud?.seconds ?? null;
  return {
    song: playing ? "game" : "lobby",
    duck: phase === "paused" || phase === "countdown" || fanfare || quiet,
    hurry: phase === "live" && !quiet && seconds !== null && seconds <= HURRY_S && most >= LONG_S,
  };
}

function fanfare(delay: number): void {
  for (const [tones, at] of FANFARE)
    sound("fanfare", { rate: 2 ** (tones / 12), delay: delay + at, volume: 0.7 });
}

/** What is heard as the steps of a podium come up: the third is 1, the first 3. */
export function podiumSound(step: number): void {
  const tones = STEPS[step - 1];
  if (tones !== undefined) sound("fanfare", { rate: 2 ** (tones / 12), volume: 0.5 });
  else if (step === 3) fanfare(0);
}

/** The key M turns all sound off and on, where it is not a key of the game. */
function listenToMute(): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { target, ctrlKey, metaKey, altKey, repeat } = event;
    if (event.defaultPrevented || repeat || ctrlKey || metaKey || altKey || letterOf(event) !== "KeyM")
      return;
    if (target instanceof HTMLElement && target.closest("input, textarea, select")) return;
    // Keys of declared controls do not come here: input/control_devices.ts prevents them before.
    const names = game.peek()?.controls ? [] : (game.peek()?.buttons ?? []);
    const used = (name: string) =>
      (["one", "two"] as const).some((player) => keysOf(player, name).includes(event.code));
    if (["live", "countdown"].includes(room.peek()?.phase ?? "") && names.some(used)) return;
    settings.mute.value = !settings.mute.peek();
    const text = t(settings.mute.peek() ? "say.sound_off" : "say.sound_on");
    announce(text);
    toast(text);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** A beat at each second of the countdown; returns what ends it. */
function listenToCountdown(): () => void {
  let ticks: ReturnType<typeof setInterval> | undefined;
  // Other changes of the room must not begin the beats again.
  const at = computed(() => (room.value?.phase === "countdown" ? (room.value.countdown_at ?? 0) : 0));
  const end = effect(() => {
    const due = at.value;
    clearInterval(ticks);
    if (due === 0) return;
    let shown = 0;
    ticks = setInterval(() => {
      const left = Math.ceil((due - session.serverNow()) / 1000);
      if (left > 0 && left !== shown) sound("beat", { channel: "lobby", volume: 0.8 });
      shown = left;
    }, 50);
  });
  return () => {
    clearInterval(ticks);
    end();
  };
}

function listenToRoom(tv: boolean, celebrate: () => void): () => void {
  let last: Room | null = null;
  return effect(() => {
    const now = room.value;
    const before = last;
    last = now;
    if (!now || before?.code !== now.code) return;
    untracked(() => {
      for (const tone of tonesOf(before, now, session.me.peek())) sound(tone, { channel: "lobby" });
      if (now.phase !== "results" || before.phase === "results") return;
      // The screen for all brings its steps up one after the other, each with its sound.
      if (!tv || calm.peek()) fanfare(calm.peek() ? 0 : PODIUM_S);
      celebrate();
    });
  });
}

function listenToChat(): () => void {
  let last = session.chat.peek().at(-1)?.id ?? 0;
  return effect(() => {
    const line = session.chat.value.at(-1);
    if (!line || line.id <= last) return;
    last = line.id;
    untracked(() => {
      if (line.player !== session.me.peek() && !isHushed(line.player))
        sound("chat", { channel: "lobby", volume: 0.5 });
    });
  });
}

/** Plays the room's music. */
function listenToMusic(tv: boolean, celebrated: () => boolean): () => void {
  let most = 0;
  let part = "";
  const level = () =>
    settings.mute.value
      ? 0
      : musicVolume(settings.music.value, { tv, phone: isPhone(), tvHere: tvHere.value });
  return conduct(level, (songOf) => {
    const now = room.value;
    const hud = session.match.hud.value;
    const where = `${now?.match?.number} ${hud?.round} ${hud?.phase}`;
    if (where !== part) most = 0;
    part = where;
    most = Math.max(most, hud?.seconds ?? 0);
    const { song, duck, hurry } = musicFor({ phase: now?.phase ?? null, hud, most, fanfare: celebrated() });
    return { song: song === "game" ? songOf(now?.game ?? "") : song, duck, hurry };
  });
}

function listen(tv: boolean): () => void {
  const celebrates = signal(false);
  let festive: ReturnType<typeof setTimeout> | undefined;
  soundRuns.value = isRunning();
  const endings = [
    listenToRoom(tv, () => {
      celebrates.value = true;
      clearTimeout(festive);
      festive = setTimeout(() => {
        celebrates.value = false;
      }, FANFARE_MS);
    }),
    listenToChat(),
    listenToCountdown(),
    listenToMute(),
    onRunning(() => {
      soundRuns.value = true;
    }),
    listenToMusic(tv, () => celebrates.value),
    () => clearTimeout(festive),
  ];
  return () => {
    for (const end of endings) end();
  };
}

/** Lets the room be heard as long as the component is shown; `tv`: on the screen for everybody. */
export function useRoomSounds(tv: boolean): void {
  useEffect(() => listen(tv), [tv]);
}
