// Sounds for a film: the same tones as sound.ts plays, put at their times into a buffer, or into a stream as they come.
import { TONES, type ToneName } from "./tones";

/** A tone at a time of the film, seconds; pan and volume as `play` takes them. */
export interface Sounded {
  tone: ToneName;
  pan: number;
  volume: number;
  at: number;
}

const RATE = 48_000;
const CHANNELS = 2;
/** The synthesiser keeps a tone below 0.4, so that a few at once fit in. */
const LEVEL = 1;
/** The same tone is not repeated within this time, seconds. */
const APART = 0.04;
const MOST = 2000;

/** The sounds of a film, collected while its frames are drawn. */
export class SoundTrack {
  readonly sounds: Sounded[] = [];
  private readonly lastAt = new Map<ToneName, number>();

  /** Takes a sound; false if the same one is too near, or there are too many. */
  add(sound: Sounded): boolean {
    if (sound.at - (this.lastAt.get(sound.tone) ?? -1) < APART || this.sounds.length >= MOST) return false;
    this.lastAt.set(sound.tone, sound.at);
    this.sounds.push(sound);
    return true;
  }
}

/** Sounds a tone at `when` of the context's time. */
export async function soundInto(
  context: BaseAudioContext,
  to: AudioNode,
  { tone, pan, volume }: Omit<Sounded, "at">,
  when: number,
): Promise<void> {
  const { ZZFX } = await import("zzfx");
  const samples = ZZFX.buildSamples(...TONES[tone]);
  const buffer = context.createBuffer(1, Math.max(1, samples.length), ZZFX.sampleRate);
  buffer.getChannelData(0).set(samples);
  const source = new AudioBufferSourceNode(context, { buffer });
  const level = new GainNode(context, { gain: volume * LEVEL });
  const place = new StereoPannerNode(context, { pan: Math.max(-1, Math.min(1, pan)) });
  source.connect(level).connect(place).connect(to);
  source.start(when);
}

/** The sounds of a film of this length as one buffer. */
export async function mixdown(sounds: readonly Sounded[], seconds: number): Promise<AudioBuffer> {
  const context = new OfflineAudioContext(CHANNELS, Math.ceil(seconds * RATE), RATE);
  for (const sound of sounds) await soundInto(context, context.destination, sound, sound.at);
  return context.startRendering();
}
