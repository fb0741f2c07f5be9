// The music: a loop for the lobby and one for each game in the box, each in its own mood.
import type { Song } from "./score";

const MAJOR = [0, 2, 4, 5, 7, 9, 11];
const MINOR = [0, 2, 3, 5, 7, 8, 10];
const DORIAN = [0, 2, 3, 5, 7, 9, 10];
const MIXOLYDIAN = [0, 2, 4, 5, 7, 9, 10];
const PENTATONIC = [0, 2, 4, 7, 9];

/** Friends arrive: unhurried, warm, with a bounce. */
const lobby: Song = {
  bpm: 96,
  swing: 0.3,
  root: 48,
  scale: MAJOR,
  chords: [0, 5, 3, 4, 0, 5, 1, 4],
  tracks: [
    { voice: "bass", level: 0.8, octave: -1, bars: ["0--..0.4..0-..2.", "0--..0.4..2-4.2."] },
    { voice: "pad", level: 0.26, chord: [0, 2, 4, 6], bars: ["0--------------."] },
    {
      voice: "pluck",
      level: 0.42,
      octave: 1,
      pan: 0.25,
      bars: ["..4...6...4.2...", "..2...4.6...4.2.", "..4...6.8...6...", "4...2...1..2...."],
    },
    { voice: "kick", level: 0.7, bars: ["0.......0..0...."] },
    { voice: "clap", level: 0.3, bars: ["....0.......0..."] },
    { voice: "shaker", level: 0.2, pan: -0.3, bars: ["0.0.0.0.0.0.0.0."] },
  ],
};

/** Loose Ends: night, speed, a line that must not break. */
const trails: Song = {
  bpm: 126,
  root: 45,
  scale: MINOR,
  chords: [0, 0, 5, 5, 3, 3, 6, 6],
  tracks: [
    { voice: "bass", level: 0.7, octave: -1, bars: ["0.0.0.0.0.0.0.0.", "0.0.0.0.0.0.7.4."] },
    {
      voice: "pluck",
      level: 0.4,
      octave: 1,
      pan: -0.3,
      bars: ["0.2.4.7.4.2.0.4.", "2.4.7.9.7.4.2.4."],
    },
    {
      voice: "lead",
      level: 0.2,
      octave: 1,
      pan: 0.3,
      bars: ["................", "........4---2---", "0-------........", "........2---4-6-"],
    },
    { voice: "pad", level: 0.22, chord: [0, 2, 4], bars: ["0---------------"] },
    { voice: "kick", level: 0.8, bars: ["0...0...0...0..."] },
    { voice: "snare", level: 0.36, bars: ["....0.......0..."] },
    { voice: "hat", level: 0.22, pan: 0.2, bars: ["..0...0...0...0.", "..0...0...0.0.00"] },
  ],
};

/** Open Field: wide and floating, something grows. */
const field: Song = {
  bpm: 88,
  root: 50,
  scale: PENTATONIC,
  chords: [0, 3, 1, 4, 0, 3, 2, 4],
  tracks: [
    { voice: "pad", level: 0.4, chord: [0, 2, 4], bars: ["0---------------"] },
    { voice: "bass", level: 0.6, octave: -1, bars: ["0-----..0---..2."] },
    {
      voice: "bell",
      level: 0.34,
      octave: 1,
      pan: 0.4,
      bars: ["0...4...7...4...", "2.....5.....9...", "4...7...9...7...", "..5...4...2....."],
    },
    { voice: "pluck", level: 0.22, octave: 2, pan: -0.4, bars: ["..0...2...4...2.", "....5...4...2..."] },
    { voice: "kick", level: 0.5, bars: ["0.........0....."] },
    { voice: "shaker", level: 0.16, bars: ["..0...0...0...0."] },
  ],
};

/** Short Fuse: sneaking, ticking, about to burst. */
const fuse: Song = {
  bpm: 138,
  root: 45,
  scale: [0, 2, 3, 5, 7, 8, 11],
  chords: [0, 0, 3, 0, 4, 3, 0, 4],
  tracks: [
    { voice: "bass", level: 0.8, octave: -1, bars: ["0...4...0...4...", "0...4...0.2.3.4."] },
    {
      voice: "pluck",
      level: 0.46,
      octave: 1,
      bars: ["..0.2.0...4.....", "..0.2.4.6.7.....", "7.6.7.4...2.....", "..4...2...0.1.0."],
    },
    { voice: "lead", level: 0.13, octave: 2, pan: 0.35, bars: ["................", "............4.3."] },
    { voice: "block", level: 0.32, pan: -0.35, bars: ["0.0.0.0.0.0.0.0."] },
    { voice: "kick", level: 0.75, bars: ["0.......0......."] },
    { voice: "snare", level: 0.3, bars: ["....0.......0..0", "....0.......0000"] },
  ],
};

/** All Thumbs: a quiz show that thinks. */
const thumbs: Song = {
  bpm: 112,
  root: 48,
  scale: DORIAN,
  chords: [0, 3, 0, 4, 5, 3, 1, 4],
  tracks: [
    { voice: "bass", level: 0.7, octave: -1, bars: ["0..0..0.....0.2.", "0..0..0...4.2.1."] },
    {
      voice: "bell",
      level: 0.3,
      octave: 1,
      pan: 0.25,
      bars: ["0.4.7.4.0.4.7.4.", "0.2.4.7.4.2.0.2."],
    },
    { voice: "pad", level: 0.2, chord: [0, 2, 4], bars: ["0-------........"] },
    { voice: "block", level: 0.26, pan: -0.4, bars: ["0...0...0...0..."] },
    { voice: "hat", level: 0.12, bars: ["..0...0...0...0."] },
    { voice: "kick", level: 0.45, bars: ["0.....0........."] },
  ],
};

/** Kick Off: a full stand, drums and claps. */
const kick: Song = {
  bpm: 118,
  root: 43,
  scale: MIXOLYDIAN,
  chords: [0, 0, 6, 3, 0, 0, 3, 4],
  tracks: [
    { voice: "bass", level: 0.75, octave: 0, bars: ["0..0..0...0.4...", "0..0..0...2.1..."] },
    {
      voice: "lead",
      level: 0.24,
      octave: 2,
      pan: 0.15,
      chord: [0, 2],
      bars: ["0--.0--.2-4-....", "4--.2--.0-......", "0--.0--.2-4-6---", "4-2-0-.........."],
    },
    { voice: "kick", level: 0.85, bars: ["0..0..0...0.0..."] },
    { voice: "snare", level: 0.34, pan: 0.2, bars: ["..0..0.0..0..0.0", "..0..0.0..0.0000"] },
    { voice: "clap", level: 0.4, bars: ["................", "....0...0.0.0..."] },
    { voice: "shaker", level: 0.22, pan: -0.3, bars: ["0.000.000.000.00"] },
  ],
};

/** Last Card: a back room, brushes and a walking bass. */
const lastcard: Song = {
  bpm: 104,
  swing: 0.6,
  root: 46,
  scale: DORIAN,
  chords: [0, 3, 0, 0, 3, 3, 4, 0],
  tracks: [
    { voice: "bass", level: 0.8, octave: -1, bars: ["0---2---4---5---", "0---2---3---4---"] },
    {
      voice: "pluck",
      level: 0.34,
      octave: 1,
      pan: 0.3,
      chord: [0, 2, 4, 6],
      bars: ["......0.......0.", "..0.........0..."],
    },
    {
      voice: "bell",
      level: 0.2,
      octave: 2,
      pan: -0.3,
      bars: ["................", "..4.5.4.2.......", "................", "0..2..4....2...."],
    },
    { voice: "hat", level: 0.2, bars: ["0...0..00...0..0"] },
    { voice: "shaker", level: 0.26, pan: -0.2, bars: ["....0.......0..."] },
    { voice: "kick", level: 0.3, bars: ["0.......0......."] },
  ],
};

export const SONGS = { lobby, trails, field, fuse, thumbs, kick, lastcard } as const satisfies Record<
  string,
  Song
>;
export type SongName = keyof typeof SONGS;

/** The music of a game; games from elsewhere have that of the lobby. */
export const songOf = (game: string): SongName => (Object.hasOwn(SONGS, game) ? (game as SongName) : "lobby");
