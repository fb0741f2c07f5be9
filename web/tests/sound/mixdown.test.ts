// The sounds of a film: which are taken, and where they are put.
import { afterEach, expect, test, vi } from "vitest";
import { mixdown, SoundTrack } from "../../src/sound/mixdown";

afterEach(() => vi.unstubAllGlobals());

test("the same tone twice at once sounds once, and there is a limit", () => {
  const track = new SoundTrack();
  const sound = { tone: "beat", pan: 0, volume: 1, at: 1 } as const;
  expect(track.add(sound)).toBe(true);
  expect(track.add({ ...sound, at: 1.03 })).toBe(false);
  expect(track.add({ ...sound, tone: "go" })).toBe(true);
  expect(track.add({ ...sound, at: 1.05 })).toBe(true);
  for (let k = 0; k < 3000; k++) track.add({ ...sound, at: 2 + k });
  expect(track.sounds.length).toBe(2000);
});

test("each sound begins at its time, at its side, not louder than in the match", async () => {
  const nodes: { kind: string; settings: Record<string, unknown>; when: number | null }[] = [];
  class Node {
    readonly note: (typeof nodes)[number];
    constructor(kind: string, settings: Record<string, unknown>) {
      this.note = { kind, settings, when: null };
      nodes.push(this.note);
    }
    connect<T>(to: T): T {
      return to;
    }
    start(when: number): void {
      this.note.when = when;
    }
  }
  const kind = (name: string) =>
    class extends Node {
      constructor(_context: unknown, settings: Record<string, unknown>) {
        super(name, settings);
      }
    };
  vi.stubGlobal("AudioContext", class {});
  vi.stubGlobal("AudioBufferSourceNode", kind("source"));
  vi.stubGlobal("GainNode", kind("gain"));
  vi.stubGlobal("StereoPannerNode", kind("pan"));
  const lengths: number[] = [];
  vi.stubGlobal(
    "OfflineAudioContext",
    class {
      destination = {};
      constructor(channels: number, length: number, rate: number) {
        lengths.push(channels, length, rate);
      }
      createBuffer(_channels: number, length: number): unknown {
        return { getChannelData: () => new Float32Array(length) };
      }
      async startRendering(): Promise<string> {
        return "rendered";
      }
    },
  );
  const sounds = [
    { tone: "beat", pan: -2, volume: 1, at: 0.5 },
    { tone: "boom", pan: 0.25, volume: 0.5, at: 1.5 },
  ] as const;
  expect(await mixdown(sounds, 2.00001)).toBe("rendered");
  expect(lengths).toEqual([2, 96_001, 48_000]);
  const of = (name: string) => nodes.filter((node) => node.kind === name);
  expect(of("source").map(({ when }) => when)).toEqual([0.5, 1.5]);
  expect(of("pan").map(({ settings }) => settings.pan)).toEqual([-1, 0.25]);
  expect(of("gain").map(({ settings }) => settings.gain)).toEqual([1, 0.5]);
});
