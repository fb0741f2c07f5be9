// Plays tones: silent until the first gesture (browsers insist), at most eight voices at a time, at the
// player's volume. The synthesiser is loaded with that gesture and not before.
import { settings } from "../settings";
import { TONES, type ToneName } from "./tones";

const MOST_VOICES = 8;
/** The same tone is not repeated within this many ms. */
const APART_MS = 40;
const MASTER = 0.35;

type Synth = typeof import("zzfx")["ZZFX"];

let synth: Synth | null = null;
let voices = 0;
const built = new Map<ToneName, number[]>();
const lastAt = new Map<ToneName, number>();

async function unlock(): Promise<void> {
  try {
    synth ??= (await import("zzfx")).ZZFX;
    synth.volume = 1; // ours is applied to each tone
    if (synth.audioContext.state !== "running") await synth.audioContext.resume();
  } catch {
    // no sound in this browser: play on without
  }
}

// At each gesture, for ever: a call, another tab or a change of headphones stops the sound at any time, and
// only a gesture may start it again.
if (typeof document !== "undefined")
  for (const gesture of ["pointerdown", "keydown", "touchend"])
    addEventListener(gesture, () => void unlock(), { passive: true });
// This file is loaded after the home page is shown, which a person may have pressed before.
if (typeof navigator !== "undefined" && navigator.userActivation?.hasBeenActive) void unlock();

function samples(from: Synth, tone: ToneName): number[] {
  let found = built.get(tone);
  if (!found) {
    found = from.buildSamples(...TONES[tone]);
    built.set(tone, found);
  }
  return found;
}

/** Plays a tone: `pan` -1 (left) to 1, `volume` and `rate` relative to its own. */
export function play(tone: ToneName, pan = 0, volume = 1, rate = 1): void {
  const from = synth;
  if (!from || settings.mute.value || settings.volume.value === 0) return;
  if (document.hidden || from.audioContext.state !== "running" || voices >= MOST_VOICES) return;
  const now = performance.now();
  if (now - (lastAt.get(tone) ?? -Infinity) < APART_MS) return;
  lastAt.set(tone, now);
  const level = settings.volume.value * volume * MASTER;
  const source = from.playSamples([samples(from, tone)], level, rate, Math.max(-1, Math.min(1, pan)));
  voices++;
  source.onended = () => {
    voices--;
  };
}

const files = new Map<string, Promise<AudioBuffer>>();

/** Plays a sound file of a game's own; the first time it may come too late. */
export function playFile(path: string, volume = 1): void {
  const from = synth;
  if (!from || !path || settings.mute.value || settings.volume.value === 0) return;
  if (document.hidden || from.audioContext.state !== "running" || voices >= MOST_VOICES) return;
  const { audioContext } = from;
  let loading = files.get(path);
  if (!loading) {
    loading = fetch(path)
      .then((response) => response.arrayBuffer())
      .then((bytes) => audioContext.decodeAudioData(bytes));
    files.set(path, loading);
  }
  voices++;
  loading.then(
    (buffer) => {
      const source = audioContext.createBufferSource();
      const gain = audioContext.createGain();
      gain.gain.value = settings.volume.value * volume;
      source.buffer = buffer;
      source.connect(gain).connect(audioContext.destination);
      source.onended = () => {
        voices--;
      };
      source.start();
    },
    () => {
      voices--; // it is missing, or no sound that this browser knows
    },
  );
}

/** A short buzz where the device can and the player wants it. */
export function haptic(ms: number): void {
  // Browsers refuse, and complain, before the first gesture.
  if (settings.haptics.value && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(ms);
}
