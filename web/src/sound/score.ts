// How a piece of music is written down, and when each of its notes sounds: a loop of bars of sixteen steps, in which every
// track has a pattern for each bar.

export type Voice =
  | "pluck"
  | "bass"
  | "pad"
  | "bell"
  | "lead"
  | "kick"
  | "snare"
  | "hat"
  | "clap"
  | "block"
  | "shaker";

export interface Track {
  voice: Voice;
  /** 0 to 1. */
  level: number;
  /** -1 (left) to 1. */
  pan?: number;
  /** Octaves above the piece's root. */
  octave?: number;
  /**
   * A pattern for each bar, repeated as long as the piece goes on. Each of its sixteen letters is a step: a degree of the
   * scale above the bar's chord in base 36, `.` for a rest, `-` to hold the note before. Drums take any degree.
   */
  bars: readonly string[];
  /** Degrees that sound together with the written one. */
  chord?: readonly number[];
}

export interface Song {
  /** Quarter notes a minute. */
  bpm: number;
  /** How much later every second step is, as part of a step. */
  swing?: number;
  /** MIDI number of degree 0 in octave 0. */
  root: number;
  /** Half tones above the root. */
  scale: readonly number[];
  /** The degree on which each bar stands: as many bars as the loop has. */
  chords: readonly number[];
  tracks: readonly Track[];
}

export interface Note {
  voice: Voice;
  /** Seconds from the beginning of the loop. */
  at: number;
  /** How long it is held, s. */
  held: number;
  /** Hz. */
  pitch: number;
  level: number;
  pan: number;
}

export const STEPS = 16;

export const stepOf = ({ bpm }: Song): number => 60 / bpm / 4;

/** Length of the loop, s. */
export const lengthOf = (song: Song): number => song.chords.length * STEPS * stepOf(song);

/** Frequency of a degree of the song's scale, which may be below or above one octave. */
export function pitchOf({ root, scale }: Song, degree: number, octave: number): number {
  const turns = Math.floor(degree / scale.length);
  const tone = scale[degree - turns * scale.length] ?? 0;
  return 440 * 2 ** ((root + tone + 12 * (turns + octave) - 69) / 12);
}

/** All notes of the loop in the order of their times. Raises RangeError if a pattern is not a bar long. */
export function notesOf(song: Song): Note[] {
  const step = stepOf(song);
  const late = (song.swing ?? 0) * step;
  const notes: Note[] = [];
  for (const { voice, level, pan = 0, octave = 0, bars, chord = [0] } of song.tracks) {
    for (const [bar, base] of song.chords.entries()) {
      const pattern = bars[bar % bars.length] ?? "";
      if (pattern.length !== STEPS) throw new RangeError(`"${pattern}" is no bar of ${STEPS} steps`);
      for (let k = 0; k < STEPS; k++) {
        const degree = Number.parseInt(pattern[k] ?? ".", 36);
        if (Number.isNaN(degree)) continue;
        let held = 1;
        while (pattern[k + held] === "-") held++;
        const at = (bar * STEPS + k) * step + (k % 2 === 1 ? late : 0);
        for (const more of chord) {
          const pitch = pitchOf(song, base + degree + more, octave);
          notes.push({ voice, at, held: held * step, pitch, level: level / Math.sqrt(chord.length), pan });
        }
      }
    }
  }
  return notes.sort((a, b) => a.at - b.at);
}
