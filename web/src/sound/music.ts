// Which music plays: one loop at a time, faded from one to the next, quiet under what must be heard, faster when the time
// runs out.
import { onRunning, running } from "./output";
import { render } from "./render";
import { SONGS, type SongName } from "./songs";

const FADE_S = 0.5;
const DUCK_S = 0.15;
const UNDUCK_S = 0.6;
const DUCKED = 0.3;
/** A whole tone higher, and as much faster. */
const HURRY = 2 ** (2 / 12);
const HURRY_S = 0.4;
/** Loops are large: only these many are kept. */
const KEPT = 2;

interface Playing {
  name: SongName;
  source: AudioBufferSourceNode;
  gain: GainNode;
}

export class Music {
  private wanted: SongName | null = null;
  private playing: Playing | null = null;
  private loops = new Map<SongName, Promise<AudioBuffer>>();
  private ducked = false;
  private hurried = false;
  private ending: () => void;

  constructor() {
    // After an interruption the loop goes on where it was; a new context has none.
    this.ending = onRunning(() => this.follow());
  }

  /** The music that plays from now on; null: none. */
  want(name: SongName | null): void {
    if (name === this.wanted) return;
    this.wanted = name;
    this.hurried = false;
    this.follow();
  }

  /** Whether something else must be heard. */
  duck(on: boolean): void {
    if (on === this.ducked) return;
    this.ducked = on;
    if (!this.playing) return;
    // Also while the page is hidden and its context rests: it goes on from here.
    const { source, gain } = this.playing;
    gain.gain.setTargetAtTime(this.level, source.context.currentTime, on ? DUCK_S : UNDUCK_S);
  }

  /** Whether the time runs out. */
  hurry(on: boolean): void {
    if (on === this.hurried) return;
    this.hurried = on;
    if (!this.playing) return;
    const { source } = this.playing;
    source.playbackRate.setTargetAtTime(on ? HURRY : 1, source.context.currentTime, HURRY_S);
  }

  end(): void {
    this.want(null);
    this.ending();
  }

  private get level(): number {
    return this.ducked ? DUCKED : 1;
  }

  private loop(name: SongName): Promise<AudioBuffer> {
    let loop = this.loops.get(name);
    if (!loop) {
      loop = render(SONGS[name]);
      loop.catch(() => this.loops.delete(name));
    }
    // The one that was wanted longest ago is the first.
    this.loops.delete(name);
    this.loops.set(name, loop);
    const [oldest] = this.loops.keys();
    if (this.loops.size > KEPT && oldest !== undefined) this.loops.delete(oldest);
    return loop;
  }

  private stop(): void {
    if (!this.playing) return;
    const { source, gain } = this.playing;
    const { context } = source;
    gain.gain.setTargetAtTime(0, context.currentTime, FADE_S / 3);
    source.stop(context.currentTime + FADE_S);
    this.playing = null;
  }

  private follow(): void {
    const to = running();
    const name = this.wanted;
    if (this.playing && (this.playing.name !== name || (to && this.playing.source.context !== to.context)))
      this.stop();
    if (!to || name === null || this.playing) return;
    this.loop(name).then(
      (buffer) => this.start(name, buffer),
      () => {}, // this browser makes no sound: play on without
    );
  }

  private start(name: SongName, buffer: AudioBuffer): void {
    const to = running();
    if (!to || this.wanted !== name || this.playing) return;
    const { context, channels } = to;
    const gain = new GainNode(context, { gain: 0 });
    const source = new AudioBufferSourceNode(context, {
      buffer,
      loop: true,
      playbackRate: this.hurried ? HURRY : 1,
    });
    source.connect(gain).connect(channels.music);
    gain.gain.setTargetAtTime(this.level, context.currentTime, FADE_S / 3);
    source.start();
    this.playing = { name, source, gain };
  }
}
