// Where all sound goes: the one AudioContext of the page, and a channel for each kind of sound with the volume that the
// player has chosen for it. Silent until the first gesture; the synthesiser is loaded with that gesture and not before.
import { effect } from "@preact/signals";
import { settings } from "../settings";
import { type Action, actionFor, type Occasion, type SoundState } from "./lifecycle";

export type Channel = "effects" | "lobby" | "music";
type Synth = typeof import("zzfx")["ZZFX"];

const RETRY_MS = 1000;
/** Volumes change within this time, s, so that they do not click. */
const GLIDE_S = 0.03;

interface Output {
  synth: Synth;
  context: AudioContext;
  channels: Record<Channel, GainNode>;
}

let output: Output | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let musicLevel = 0;
const waiting = new Set<() => void>();

/** Calls `listener` whenever sound begins to run, the first time and after interruptions; returns what ends that. */
export function onRunning(listener: () => void): () => void {
  waiting.add(listener);
  if (output?.context.state === "running") listener();
  return () => waiting.delete(listener);
}

/** The context and its channels while sound can be heard; null: not now. */
export function running(): Output | null {
  if (!output || document.hidden || output.context.state !== "running") return null;
  return output;
}

/** How loud a channel is, 0 to 1. */
export function volumeOf(channel: Channel): number {
  if (settings.mute.value) return 0;
  if (channel === "music") return musicLevel;
  return channel === "lobby" ? settings.lobbySounds.value : settings.volume.value;
}

/** The music's volume is not the same on every device: what decides it is known elsewhere. */
export function setMusicVolume(level: number): void {
  musicLevel = level;
  applyVolumes(output);
}

function applyVolumes(to: Output | null): void {
  if (!to) return;
  for (const channel of ["effects", "lobby", "music"] as const)
    to.channels[channel].gain.setTargetAtTime(volumeOf(channel), to.context.currentTime, GLIDE_S);
}

function connect(synth: Synth, context: AudioContext): Output {
  const channel = () => {
    const gain = new GainNode(context, { gain: 0 });
    gain.connect(context.destination);
    return gain;
  };
  const made: Output = {
    synth,
    context,
    channels: { effects: channel(), lobby: channel(), music: channel() },
  };
  for (const kind of ["effects", "lobby", "music"] as const) made.channels[kind].gain.value = volumeOf(kind);
  context.onstatechange = () => {
    if (context !== output?.context) return;
    if (context.state === "running" && !document.hidden) for (const listener of waiting) listener();
    consider("changed");
  };
  return made;
}

async function create(): Promise<void> {
  const { ZZFX } = await import("zzfx");
  // The synthesiser comes with a context; one that was closed is replaced.
  if (ZZFX.audioContext.state === "closed") ZZFX.audioContext = new AudioContext();
  if (output?.context !== ZZFX.audioContext) output = connect(ZZFX, ZZFX.audioContext);
  if (ZZFX.audioContext.state === "running") for (const listener of waiting) listener();
  else await ZZFX.audioContext.resume();
}

async function act(action: Action): Promise<void> {
  clearTimeout(retry);
  if (action === "retry") retry = setTimeout(() => consider("later"), RETRY_MS);
  else if (action === "create") await create();
  else if (action === "resume") await output?.context.resume();
  else if (action === "suspend") await output?.context.suspend();
}

function consider(occasion: Occasion): void {
  const state: SoundState = output ? (output.context.state as SoundState) : "none";
  // Refused, or no sound in this browser: play on without, until the next occasion.
  act(actionFor(state, occasion, document.hidden)).catch(() => {});
}

/** Whether sound would be heard now, if there was any. */
export const isRunning = (): boolean => output?.context.state === "running";

if (typeof document !== "undefined") {
  for (const gesture of ["pointerdown", "keydown", "touchend"])
    addEventListener(gesture, () => consider("gesture"), { passive: true });
  document.addEventListener("visibilitychange", () => consider(document.hidden ? "hidden" : "shown"));
  for (const sign of ["pageshow", "focus"]) addEventListener(sign, () => consider("shown"));
  effect(() => {
    void [settings.mute.value, settings.volume.value, settings.lobbySounds.value];
    applyVolumes(output);
  });
  // This file is loaded after the home page is shown, which a person may have pressed before.
  if (navigator.userActivation?.hasBeenActive) consider("gesture");
}
