// A state as reports carry it: tick, hash, and the packed match if it is small.
import { MOST_AGENT, MOST_STATE_BYTES } from "../protocol.gen";
import type { ConfirmedState } from "./predictor";

/** The fields that the commands `desync` and `report` have in common. */
export interface DescribedState {
  tick: number;
  hash: number;
  /** The packed match, compressed with zlib, in base64; "" if it is too large. */
  state: string;
  agent: string;
}

/** The browser as it names itself. */
export function userAgent(): string {
  return (globalThis.navigator?.userAgent ?? "").slice(0, MOST_AGENT);
}

/** Describes a state; its packed match is left out if it would be longer than `most` characters. */
export async function describeState(
  { tick, hash, packed }: ConfirmedState,
  most: number,
): Promise<DescribedState> {
  return { tick, hash, state: await packState(packed, most), agent: userAgent() };
}

async function packState(packed: Uint8Array<ArrayBuffer>, most: number): Promise<string> {
  if (packed.length > MOST_STATE_BYTES || typeof CompressionStream !== "function") return "";
  try {
    const stream = new Blob([packed]).stream().pipeThrough(new CompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    if (Math.ceil(bytes.length / 3) * 4 > most) return "";
    return btoa(String.fromCharCode(...bytes));
  } catch {
    return ""; // the report goes out without it
  }
}
