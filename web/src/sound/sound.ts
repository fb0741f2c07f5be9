// Plays tones: at most eight voices at a time, at the player's volume.
import { settings } from "../settings";
import { type Channel, running, volumeOf } from "./output";
import { TONES, type ToneName } from "./tones";

const MOST_VOICES = 8;
/** The same tone is not repeated within this many ms. */
const APART_MS = 40;
const MASTER = 0.35;

let voices = 0;
const built = new Map<ToneName, AudioBuffer>();
let builtFor: AudioContext | null = null;
const lastAt = new Map<ToneName, number>();

export interface Manner {
  /** -1 (left) to 1. */
  pan?: number;
  /** Relative to the tone's own. */
  volume?: number;
  /** Relative to the tone's own pitch and speed. */
  rate?: number;
  channel?: Channel;
  /** Seconds from now. */
  delay?: number;
}

/** Plays a tone as it is, or in another manner. */
export function sound(tone: ToneName, manner: Manner = {}): void {
  const { pan = 0, volume = 1, rate = 1, channel = "effects", delay = 0 } = manner;
  const to = running();
  if (!to || volumeOf(channel) === 0 || voices >= MOST_VOICES) return;
  const { context, synth } = to;
  const at = performance.now() + delay * 1000;
  if (Math.abs(at - (lastAt.get(tone) ?? -Infinity)) < APART_MS) return;
  lastAt.set(tone, at);
  if (builtFor !== context) built.clear();
  builtFor = context;
  let buffer = built.get(tone);
  if (!buffer) {
    const samples = synth.buildSamples(...TONES[tone]);
    buffer = context.createBuffer(1, Math.max(1, samples.length), synth.sampleRate);
    buffer.getChannelData(0).set(samples);
    built.set(tone, buffer);
  }
  const source = new AudioBufferSourceNode(context, { buffer, playbackRate: rate });
  source
    .connect(new StereoPannerNode(context, { pan: Math.max(-1, Math.min(1, pan)) }))
    .connect(new GainNode(context, { gain: volume * MASTER }))
    .connect(to.channels[channel]);
  source.start(context.currentTime + delay);
  voices++;
  source.onended = () => {
    voices--;
  };
}

/** Plays a tone of the game: `pan` -1 (left) to 1, `volume` and `rate` relative to its own. */
export function play(tone: ToneName, pan = 0, volume = 1, rate = 1): void {
  sound(tone, { pan, volume, rate });
}

const files = new Map<string, Promise<AudioBuffer>>();

/** Plays a sound file of a game's own; the first time it may come too late. */
export function playFile(path: string, volume = 1): void {
  const to = running();
  if (!to || !path || volumeOf("effects") === 0 || voices >= MOST_VOICES) return;
  const { context, channels } = to;
  let loading = files.get(path);
  if (!loading) {
    loading = fetch(path)
      .then((response) => response.arrayBuffer())
      .then((bytes) => context.decodeAudioData(bytes));
    files.set(path, loading);
  }
  voices++;
  loading.then(
    (buffer) => {
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(new GainNode(context, { gain: volume })).connect(channels.effects);
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
