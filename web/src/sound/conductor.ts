// Plays the music that is wanted at the volume that is set. Its code is loaded when there is music to be heard.
import { effect, signal } from "@preact/signals";
import type { Music } from "./music";
import { isRunning, onRunning, setMusicVolume } from "./output";
import type { SongName } from "./songs";

/** The volume where nobody has chosen one. */
export const USUAL_MUSIC = 0.35;

/** What is to be heard now. */
export interface Wish {
  song: SongName | null;
  /** Something else must be heard. */
  duck: boolean;
  /** The time runs out. */
  hurry: boolean;
}

/**
 * Plays music until the answer is called. Both functions are asked again whenever a signal that they read changes:
 * `level` for the volume, 0 to 1, and `wish`, which gets the song of a game by its name.
 */
export function conduct(level: () => number, wish: (songOf: (game: string) => SongName) => Wish): () => void {
  let over = false;
  let asked = false;
  const runs = signal(isRunning());
  const endings: (() => void)[] = [
    onRunning(() => {
      runs.value = true;
    }),
    effect(() => setMusicVolume(level())),
  ];
  const follow = (music: Music, songOf: (game: string) => SongName) => {
    const { song, duck, hurry } = wish(songOf);
    music.want(level() > 0 ? song : null);
    music.duck(duck);
    music.hurry(hurry);
  };
  endings.push(
    effect(() => {
      if (asked || !runs.value || level() === 0) return;
      asked = true;
      Promise.all([import("./music"), import("./songs")]).then(
        ([{ Music }, { songOf }]) => {
          if (over) return;
          const music = new Music();
          endings.push(
            effect(() => follow(music, songOf)),
            () => music.end(),
          );
        },
        () => {}, // offline: play on without
      );
    }),
  );
  return () => {
    over = true;
    for (const end of endings) end();
    setMusicVolume(0);
  };
}
