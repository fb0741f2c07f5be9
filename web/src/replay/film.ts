// A clip as a film: its frames, with the players' names and points beside the picture, and what is heard. Two ways to
// write them: where the browser has encoders of its own (WebCodecs), as fast as it can, into a file that can be sought
// in; else with a MediaRecorder, which takes as long as the clip does. Loaded when somebody wants one.
import {
  AudioBufferSource,
  BufferTarget,
  CanvasSource,
  getFirstEncodableAudioCodec,
  getFirstEncodableVideoCodec,
  Mp4OutputFormat,
  Output,
  Quality,
  WebMOutputFormat,
} from "mediabunny";
import { MatchRenderer } from "../arena/renderer";
import type { Rider } from "../games/game_renderer";
import { mixdown, type Sounded, SoundTrack, soundInto } from "../sound/mixdown";
import { type Look, lookOf } from "../ui/look";
import type { Owner } from "./clip_recording";
import { paintColumn, SIDE } from "./film_column";
import { pngOf } from "./result_picture";
import { type SpanNeeds, SpanRun } from "./span_run";

const WIDTH = 1280;
const HEIGHT = 720;
const FPS = 30;
const VIDEO_BITS = 6_000_000;
/** What a file that can be played on most devices is made of comes first. */
const RECORDED = [
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/mp4",
  "video/webm;codecs=vp9,opus",
  "video/webm;codecs=vp8,opus",
  "video/webm",
];

/** The film ends its worker. */
export interface FilmNeeds extends SpanNeeds {
  owner: Owner;
  riders: readonly (Rider | undefined)[];
  /** The seat that the picture follows in a large world, or -1. */
  follow: number;
  calm: boolean;
  /** What is written at the foot of the column, such as the server's name. */
  address: string;
}

export interface FilmProgress {
  /** 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

export interface Film {
  blob: Blob;
  /** Of the file's name: "mp4" or "webm". */
  extension: string;
}

/** The film was cancelled by the person. */
export class Cancelled extends Error {
  override name = "Cancelled";
}

/** How a film can be written in this browser, or null. */
export function filmWay(): "encoded" | "recorded" | null {
  if (typeof VideoEncoder === "function") return "encoded";
  const records =
    typeof MediaRecorder === "function" &&
    "captureStream" in HTMLCanvasElement.prototype &&
    RECORDED.some((type) => MediaRecorder.isTypeSupported(type));
  return records ? "recorded" : null;
}

/** Draws a clip's frames, one after the other, into a canvas. */
class Frames {
  readonly canvas = document.createElement("canvas");
  readonly count: number;
  readonly seconds: number;
  private readonly context: CanvasRenderingContext2D;
  private readonly run: SpanRun;
  private readonly box = document.createElement("div");
  private readonly picture: MatchRenderer;
  private readonly needs: FilmNeeds;
  private readonly from = performance.now();
  private readonly look: Look;
  private broken: unknown = null;
  private at = 0;

  constructor(needs: FilmNeeds, onSound: (sound: Sounded) => void) {
    this.needs = needs;
    const { span, recording } = needs;
    this.look = lookOf(recording.rules.info);
    this.seconds = (span.last - span.first) / recording.rules.info.tick_hz;
    this.count = Math.max(1, Math.round(this.seconds * FPS));
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser draws no 2D canvas");
    this.context = context;
    this.run = new SpanRun(needs);
    Object.assign(this.box.style, {
      position: "fixed",
      insetInlineStart: "-10000px",
      insetBlockStart: "0",
      inlineSize: `${WIDTH - SIDE}px`,
      blockSize: `${HEIGHT}px`,
      visibility: "hidden",
    });
    this.box.setAttribute("aria-hidden", "true");
    document.body.append(this.box);
    this.picture = new MatchRenderer(this.box, {
      match: this.run.feed,
      look: () => this.look,
      serverNow: () => this.from,
      riders: () => needs.riders,
      follow: () => needs.follow,
      calm: () => needs.calm,
      textScale: () => 1.2,
      silent: false,
      film: { play: (tone, pan, volume) => onSound({ tone, pan, volume, at: this.at }) },
      broken: (error) => {
        this.broken = error;
      },
    });
  }

  /** Goes to the first frame. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.picture.loaded;
    await this.run.begin(() => !signal.aborted);
  }

  /** Draws frame `k`; frames are drawn in order, from 0. */
  async draw(k: number): Promise<void> {
    const { span, recording } = this.needs;
    this.at = k / FPS;
    const now = this.from + this.at * 1000;
    await this.run.advance(Math.min(span.last, span.first + this.at * recording.rules.info.tick_hz), now);
    this.picture.drawAt(now);
    if (this.broken) throw this.broken;
    const { context } = this;
    context.fillStyle = this.look.ground;
    context.fillRect(0, 0, WIDTH, HEIGHT);
    this.picture.copyTo(context, 0, 0, WIDTH - SIDE, HEIGHT);
    paintColumn(context, { x: WIDTH - SIDE, height: HEIGHT }, this.needs, this.run.feed.hud.peek());
  }

  end(): void {
    this.picture.end();
    this.run.end();
    this.box.remove();
  }
}

function goOn(signal: AbortSignal): void {
  if (signal.aborted) throw new Cancelled();
}

/** Lets the page answer: encoders may take frames faster than it can draw itself. */
const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const BREATHE_EVERY = 8;

async function encode(needs: FilmNeeds, { onProgress, signal }: FilmProgress): Promise<Film> {
  const track = new SoundTrack();
  const frames = new Frames(needs, (sound) => track.add(sound));
  const size = { width: WIDTH, height: HEIGHT, bitrate: VIDEO_BITS };
  const avc = await getFirstEncodableVideoCodec(["avc"], size);
  const codec = avc ?? (await getFirstEncodableVideoCodec(["vp9", "vp8", "av1"], size));
  const audio = await getFirstEncodableAudioCodec(avc ? ["aac", "opus"] : ["opus"]);
  const output = new Output({
    format: avc ? new Mp4OutputFormat({ fastStart: "in-memory" }) : new WebMOutputFormat(),
    target: new BufferTarget(),
  });
  try {
    if (!codec) throw new Error("this browser encodes no video");
    const picture = new CanvasSource(frames.canvas, { codec, quality: new Quality({ bitrate: VIDEO_BITS }) });
    output.addVideoTrack(picture, { frameRate: FPS });
    const sound = audio
      ? new AudioBufferSource({ codec: audio, quality: new Quality({ bitrate: 128_000 }) })
      : null;
    if (sound) output.addAudioTrack(sound);
    await output.start();
    await frames.begin(signal);
    for (let k = 0; k < frames.count; k++) {
      goOn(signal);
      await frames.draw(k);
      await picture.add(k / FPS, 1 / FPS);
      onProgress((k + 1) / (frames.count + 1));
      if (k % BREATHE_EVERY === 0) await breathe();
    }
    picture.close();
    await sound?.add(await mixdown(track.sounds, frames.seconds));
    sound?.close();
    goOn(signal);
    await output.finalize();
    onProgress(1);
    const { buffer } = output.target;
    if (!buffer) throw new Error("the encoder gave no file");
    return {
      blob: new Blob([buffer], { type: avc ? "video/mp4" : "video/webm" }),
      extension: avc ? "mp4" : "webm",
    };
  } catch (error) {
    if (output.state !== "finalized") await output.cancel();
    throw error;
  } finally {
    frames.end();
  }
}

/** Waits until `at` of the page's clock, ms. */
const until = (at: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

async function record(needs: FilmNeeds, { onProgress, signal }: FilmProgress): Promise<Film> {
  const type = RECORDED.find((one) => MediaRecorder.isTypeSupported(one)) ?? "";
  const context = new AudioContext();
  const heard = context.createMediaStreamDestination();
  const frames = new Frames(needs, (sound) => void soundInto(context, heard, sound, context.currentTime));
  const parts: Blob[] = [];
  let recorder: MediaRecorder | null = null;
  try {
    await frames.begin(signal);
    await frames.draw(0);
    const stream = frames.canvas.captureStream(FPS);
    for (const track of heard.stream.getAudioTracks()) stream.addTrack(track);
    const running = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: VIDEO_BITS });
    recorder = running;
    running.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise<void>((resolve) => {
      running.onstop = () => resolve();
    });
    running.start(1000);
    const began = performance.now();
    for (let k = 1; k < frames.count; k++) {
      goOn(signal);
      await until(began + (k * 1000) / FPS);
      await frames.draw(k);
      onProgress(k / frames.count);
    }
    running.stop();
    await stopped;
    onProgress(1);
    const kind = type.split(";")[0] ?? "";
    return { blob: new Blob(parts, { type: kind }), extension: kind.endsWith("mp4") ? "mp4" : "webm" };
  } finally {
    if (recorder && recorder.state !== "inactive") recorder.stop();
    void context.close();
    frames.end();
  }
}

/** Makes the film of a clip. Raises Cancelled when the signal says so, and what went wrong otherwise. */
export async function makeFilm(needs: FilmNeeds, progress: FilmProgress): Promise<Film> {
  return filmWay() === "encoded" ? encode(needs, progress) : record(needs, progress);
}

/** One frame as a PNG: how the clip ends. For a match of which no result is known. */
export async function makeStill(needs: FilmNeeds, signal: AbortSignal): Promise<Blob> {
  const frames = new Frames(needs, () => {});
  try {
    await frames.begin(signal);
    // Every frame is drawn: what was painted before belongs to the picture.
    for (let k = 0; k < frames.count; k++) {
      goOn(signal);
      await frames.draw(k);
    }
    return await pngOf(frames.canvas);
  } finally {
    frames.end();
  }
}
