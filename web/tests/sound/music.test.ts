// The written music: when its notes sound, that each loop closes, and that every game has its own.
import { describe, expect, it, test } from "vitest";
import { fold } from "../../src/sound/render";
import { lengthOf, notesOf, pitchOf, type Song, STEPS, stepOf } from "../../src/sound/score";
import { SONGS, songOf } from "../../src/sound/songs";

const GAMES = ["trails", "field", "fuse", "thumbs", "kick", "lastcard"];

const plain: Song = {
  bpm: 120,
  root: 69,
  scale: [0, 2, 4, 5, 7, 9, 11],
  chords: [0, 3],
  tracks: [
    { voice: "bass", level: 1, bars: ["0---4...7......."] },
    { voice: "pad", level: 1, chord: [0, 2], octave: 1, bars: ["0---------------", "................"] },
  ],
};

describe("notes", () => {
  it("sound on their steps for as long as they are held, above the chord of their bar", () => {
    const bass = notesOf(plain).filter(({ voice }) => voice === "bass");
    expect(bass.map(({ at }) => at)).toEqual([0, 0.5, 1, 2, 2.5, 3]);
    expect(bass.map(({ held }) => held)).toEqual([0.5, 0.125, 0.125, 0.5, 0.125, 0.125]);
    // A4 is degree 0; the second bar stands on the fourth degree, D5.
    expect(bass[0]?.pitch).toBe(440);
    expect(bass[2]?.pitch).toBeCloseTo(880, 6);
    expect(bass[3]?.pitch).toBeCloseTo(440 * 2 ** (5 / 12), 6);
  });

  it("sound together in a chord, each a little quieter", () => {
    const pad = notesOf(plain).filter(({ voice }) => voice === "pad");
    expect(pad.map(({ at }) => at)).toEqual([0, 0]);
    expect(pad[1]?.pitch).toBeCloseTo(880 * 2 ** (4 / 12), 6);
    expect(pad[0]?.level).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it("swing by a part of a step", () => {
    const swung: Song = {
      ...plain,
      swing: 0.5,
      tracks: [{ voice: "hat", level: 1, bars: ["00.............."] }],
    };
    expect(notesOf(swung).map(({ at }) => at)).toEqual([0, 0.1875, 2, 2.1875]);
  });

  it("are refused in a bar that is not sixteen steps long", () => {
    const short: Song = { ...plain, tracks: [{ voice: "hat", level: 1, bars: ["0.0"] }] };
    expect(() => notesOf(short)).toThrow(RangeError);
  });

  it("may be below the root", () => {
    expect(pitchOf(plain, -1, 0)).toBeCloseTo(440 * 2 ** (-1 / 12), 6);
    expect(pitchOf(plain, -7, 0)).toBeCloseTo(220, 6);
  });
});

test.each(Object.entries(SONGS))(
  "%s is a loop whose notes are all within it, in time and in hearing",
  (_, song) => {
    const notes = notesOf(song);
    const length = lengthOf(song);
    expect(length).toBeGreaterThan(8);
    expect(length).toBeLessThan(24);
    expect(length / stepOf(song)).toBeCloseTo(song.chords.length * STEPS, 6);
    expect(notes.length).toBeGreaterThan(50);
    let before = 0;
    for (const { at, held, pitch, level, pan } of notes) {
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThan(length);
      expect(held).toBeGreaterThan(0);
      expect(pitch).toBeGreaterThan(20);
      expect(pitch).toBeLessThan(5000);
      expect(level).toBeLessThanOrEqual(1);
      expect(Math.abs(pan)).toBeLessThanOrEqual(1);
      before = at;
    }
  },
);

test("every game has music of its own, and others have that of the lobby", () => {
  expect(new Set([...GAMES, "lobby"].map(songOf)).size).toBe(GAMES.length + 1);
  const moods = Object.values(SONGS).map(({ bpm, root, scale }) => `${bpm} ${root} ${scale}`);
  expect(new Set(moods).size).toBe(moods.length);
  for (const other of ["anothers", "constructor"]) expect(songOf(other)).toBe("lobby");
});

test("what rings on after the end is heard at the beginning, and all is equally loud", () => {
  const tail = [Float32Array.of(0.1, 0, 0, 0, 0.4, 0.2)];
  const [loop] = fold(tail, 4);
  expect(loop).toHaveLength(4);
  const [a = 0, b = 0, c = 0] = loop ?? [];
  expect(a / b).toBeCloseTo(2.5, 4);
  expect(c).toBe(0);
  const loudness = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / 4);
  const [quiet] = fold([Float32Array.of(0.01, 0.02, -0.01, 0.02)], 4);
  const [loud] = fold([Float32Array.of(0.5, 1, -0.5, 1)], 4);
  expect(loudness(quiet ?? new Float32Array())).toBeCloseTo(loudness(loud ?? new Float32Array()), 5);
  expect(fold([new Float32Array(4)], 4)).toEqual([new Float32Array(4)]);
});
