// Every sound, as zzfx's parameters: volume, randomness, frequency, attack, sustain, release, shape,
// shape curve, slide, delta slide, pitch jump, its time, repeat time, noise, modulation, bit crush, delay,
// sustain volume, decay, tremolo.

type Parameters = readonly (number | undefined)[];
const _ = undefined;

export const TONES = {
  beat: [0.9, 0, 440, 0.005, 0.06, 0.12, 0, 1],
  go: [1, 0, 880, 0.005, 0.12, 0.3, 0, 1, _, _, 220, 0.06],
  crash: [1.1, 0.05, 160, 0.005, 0.06, 0.28, 4, 1.6, -4, _, _, _, _, 1.2, _, 0.2],
  ownCrash: [1.5, 0.02, 90, 0.005, 0.16, 0.5, 4, 1.2, -2, _, _, _, _, 1.6, _, 0.35, _, 0.7],
  take: [0.8, 0.03, 620, 0.005, 0.05, 0.16, 1, 1.4, 6, _, 260, 0.05],
  harm: [0.9, 0.03, 300, 0.005, 0.08, 0.2, 2, 1.2, -6, _, -90, 0.06],
  offer: [0.35, 0.02, 990, 0.01, 0.04, 0.12, 0, 1.5],
  fade: [0.35, 0.02, 420, 0.01, 0.03, 0.14, 0, 1.2, -5],
  shave: [0.6, 0.1, 1500, 0.002, 0.02, 0.08, 3, 0.6, -18],
  closing: [1, 0, 130, 0.05, 0.3, 0.4, 2, 0.8, 0.6, _, _, _, 0.12, _, _, _, _, 0.8, 0.1],
  through: [0.4, 0.05, 500, 0.01, 0.04, 0.1, 1, 1, 12],
  lay: [0.5, 0.05, 220, 0.002, 0.02, 0.09, 1, 1.4, -2],
  kick: [0.7, 0.05, 300, 0.002, 0.02, 0.1, 2, 1.2, -14],
  boom: [1.3, 0.08, 70, 0.005, 0.1, 0.42, 4, 1.4, -0.6, _, _, _, _, 2, _, 0.3, _, 0.6],
  stone: [0.8, 0.06, 110, 0.002, 0.03, 0.16, 4, 1.8, -3, _, _, _, _, 0.8],
  shield: [0.9, 0.02, 1200, 0.004, 0.06, 0.3, 1, 1.5, -9, _, -200, 0.08],
  roundEnd: [0.9, 0, 523, 0.01, 0.12, 0.3, 0, 1.2, _, _, 131, 0.1],
  matchEnd: [1.1, 0, 523, 0.01, 0.3, 0.6, 0, 1.3, _, _, 262, 0.16, _, _, _, _, 0.08],
  lost: [0.9, 0, 392, 0.01, 0.16, 0.4, 0, 1.2, _, _, -98, 0.14],
  click: [0.3, 0.02, 700, 0.001, 0.01, 0.04, 1, 1],
  join: [0.6, 0.02, 587, 0.01, 0.06, 0.16, 0, 1.2, _, _, 196, 0.06],
  leave: [0.5, 0.02, 440, 0.01, 0.06, 0.16, 0, 1.2, _, _, -110, 0.06],
  chat: [0.4, 0.02, 830, 0.005, 0.02, 0.08, 0, 1.6],
} as const satisfies Record<string, Parameters>;

export type ToneName = keyof typeof TONES;

export const isTone = (name: string): name is ToneName => Object.hasOwn(TONES, name);
