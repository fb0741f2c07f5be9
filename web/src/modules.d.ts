// Python files that go into the build as text.
declare module "*.py?raw" {
  const text: string;
  export default text;
}

// The interpreter's package brings no types; engine.ts says what is used of it.
declare module "@micropython/micropython-webassembly-pyscript/micropython.mjs" {
  export const loadMicroPython: import("./prediction/engine").LoadMicroPython;
}

// The part of zzfx that we use; the package has no types of its own.
declare module "zzfx" {
  export const ZZFX: {
    volume: number;
    sampleRate: number;
    audioContext: AudioContext;
    buildSamples(...parameters: (number | undefined)[]): number[];
    playSamples(
      channels: number[][],
      volumeScale?: number,
      rate?: number,
      pan?: number,
      loop?: boolean,
    ): AudioBufferSourceNode;
  };
}
