// Makes a loop of music once, into a buffer that is then only repeated: playing it costs next to nothing.
import { lengthOf, type Note, notesOf, type Song } from "./score";

const RATE = 32_000;
const CHANNELS = 2;
/** What rings on after the loop's end is heard at its beginning. */
const TAIL_S = 1.5;
/** All loops are equally loud. */
const LOUDNESS = 0.11;
const PEAK = 0.9;
const NOISE_S = 0.5;

/** White noise, the same each time. */
function noiseOf(context: BaseAudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, RATE * NOISE_S, RATE);
  const samples = buffer.getChannelData(0);
  let seed = 1;
  for (let k = 0; k < samples.length; k++) {
    seed = (seed * 48271) % 2147483647;
    samples[k] = seed / 1073741823.5 - 1;
  }
  return buffer;
}

interface Shape {
  type: OscillatorType;
  /** Cutoff of a low-pass filter, Hz; 0: none. */
  cut: number;
  attack: number;
  /** How long it takes to fade once it is let go, s; `struck` notes fade from the beginning. */
  release: number;
  struck: boolean;
  /** A second oscillator: its frequency relative to the first, and its level. */
  second?: readonly [number, number];
}

const TONAL: Readonly<Partial<Record<Note["voice"], Shape>>> = {
  pluck: { type: "triangle", cut: 3200, attack: 0.004, release: 0.32, struck: true, second: [2, 0.25] },
  bass: { type: "sawtooth", cut: 520, attack: 0.008, release: 0.09, struck: false, second: [0.5, 0.5] },
  pad: { type: "sawtooth", cut: 1100, attack: 0.25, release: 0.5, struck: false, second: [1.006, 1] },
  bell: { type: "sine", cut: 0, attack: 0.003, release: 0.9, struck: true, second: [3.01, 0.22] },
  lead: { type: "square", cut: 2400, attack: 0.012, release: 0.12, struck: false, second: [1.004, 0.6] },
};

interface Hit {
  /** Seconds until it is inaudible. */
  fade: number;
  /** Band of noise, Hz; 0: none. */
  band: number;
  filter: BiquadFilterType;
  /** A tone from one frequency to another, Hz. */
  tone?: readonly [number, number];
  noise: number;
}

const DRUMS: Readonly<Partial<Record<Note["voice"], Hit>>> = {
  kick: { fade: 0.2, band: 0, filter: "lowpass", tone: [150, 46], noise: 0 },
  snare: { fade: 0.15, band: 1900, filter: "bandpass", tone: [220, 160], noise: 1.3 },
  hat: { fade: 0.045, band: 7500, filter: "highpass", noise: 1 },
  clap: { fade: 0.13, band: 1250, filter: "bandpass", noise: 1.8 },
  block: { fade: 0.05, band: 0, filter: "lowpass", tone: [1150, 900], noise: 0 },
  shaker: { fade: 0.07, band: 5200, filter: "highpass", noise: 0.8 },
};

function tonal(context: BaseAudioContext, note: Note, shape: Shape, to: AudioNode): void {
  const { at, held, pitch, level } = note;
  const gain = new GainNode(context, { gain: 0 });
  const end = shape.struck ? at + Math.max(held, 0.08) + shape.release : at + held + shape.release;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(level, at + shape.attack);
  if (!shape.struck) gain.gain.setValueAtTime(level, Math.max(at + shape.attack, at + held));
  gain.gain.exponentialRampToValueAtTime(0.0008, end);
  const filtered = shape.cut
    ? new BiquadFilterNode(context, { type: "lowpass", frequency: shape.cut })
    : gain;
  if (filtered !== gain) filtered.connect(gain);
  gain.connect(to);
  const voice = (frequency: number, share: number) => {
    const oscillator = new OscillatorNode(context, { type: shape.type, frequency });
    oscillator.connect(new GainNode(context, { gain: share })).connect(filtered);
    oscillator.start(at);
    oscillator.stop(end);
  };
  voice(pitch, 1);
  if (shape.second) voice(pitch * shape.second[0], shape.second[1]);
}

function drum(context: BaseAudioContext, note: Note, hit: Hit, noise: AudioBuffer, to: AudioNode): void {
  const { at, level } = note;
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(level, at);
  gain.gain.exponentialRampToValueAtTime(0.0008, at + hit.fade);
  gain.connect(to);
  if (hit.tone) {
    const oscillator = new OscillatorNode(context, { type: "sine" });
    oscillator.frequency.setValueAtTime(hit.tone[0], at);
    oscillator.frequency.exponentialRampToValueAtTime(hit.tone[1], at + hit.fade * 0.6);
    oscillator.connect(gain);
    oscillator.start(at);
    oscillator.stop(at + hit.fade);
  }
  if (hit.noise > 0) {
    const source = new AudioBufferSourceNode(context, { buffer: noise });
    source
      .connect(new BiquadFilterNode(context, { type: hit.filter, frequency: hit.band }))
      .connect(new GainNode(context, { gain: hit.noise }))
      .connect(gain);
    source.start(at, 0, hit.fade);
  }
}

/** Adds what is behind `length` to the beginning, and makes all as loud as every loop is. */
export function fold(channels: readonly Float32Array[], length: number): Float32Array[] {
  const folded = channels.map((samples) => {
    const loop = samples.slice(0, length);
    for (let k = length; k < samples.length; k++) {
      const at = (k - length) % length;
      loop[at] = (loop[at] ?? 0) + (samples[k] ?? 0);
    }
    return loop;
  });
  let energy = 0;
  let peak = 0;
  for (const loop of folded)
    for (const sample of loop) {
      energy += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
  const loudness = Math.sqrt(energy / (folded.length * length));
  if (loudness === 0) return folded;
  const scale = Math.min(LOUDNESS / loudness, PEAK / peak);
  for (const loop of folded) for (let k = 0; k < loop.length; k++) loop[k] = (loop[k] ?? 0) * scale;
  return folded;
}

/** The song's loop, which goes on without a gap when it is repeated. */
export async function render(song: Song): Promise<AudioBuffer> {
  const length = Math.round(lengthOf(song) * RATE);
  const context = new OfflineAudioContext(CHANNELS, length + Math.ceil(TAIL_S * RATE), RATE);
  const noise = noiseOf(context);
  const places = new Map<number, AudioNode>();
  for (const note of notesOf(song)) {
    let to = places.get(note.pan);
    if (!to) {
      to = new StereoPannerNode(context, { pan: note.pan });
      to.connect(context.destination);
      places.set(note.pan, to);
    }
    const shape = TONAL[note.voice];
    const hit = DRUMS[note.voice];
    if (shape) tonal(context, note, shape, to);
    else if (hit) drum(context, note, hit, noise, to);
  }
  const all = await context.startRendering();
  const folded = fold([all.getChannelData(0), all.getChannelData(1)], length);
  const loop = new AudioBuffer({ numberOfChannels: CHANNELS, length, sampleRate: RATE });
  for (const [k, samples] of folded.entries()) loop.copyToChannel(samples as Float32Array<ArrayBuffer>, k);
  return loop;
}
