// Changes of controls other than buttons, on their way to the server and to the rules. Twin of game/rules/controls.py.

/** [x, y, down]: down 0 begins a stroke, 1 draws a line from the point before. */
export type Point = readonly [number, number, number];

/** A change of a control. */
export type Change =
  | { control: number; form: "number"; value: number }
  | { control: number; form: "text" | "live"; value: string }
  | { control: number; form: "points"; value: readonly Point[] };

const CHUNK = 3;
/** As in game/rules/controls.py. */
const CONTROL_ENTRY = { last: 256, live: 512 };

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function put(out: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>= 7;
  }
  out.push(rest);
}

/** Points as `bytes_of` in game/rules/controls.py writes them. */
export function bytesOf(points: readonly Point[]): Uint8Array {
  const out: number[] = [];
  let [atX, atY] = [0, 0];
  for (const [x, y, down] of points) {
    put(out, zigzag(x - atX) * 2 + down);
    put(out, zigzag(y - atY));
    [atX, atY] = [x, y];
  }
  return Uint8Array.from(out);
}

const encoder = new TextEncoder();

/** A text or points as bytes; null for a number. */
export function rawOf(change: Change): Uint8Array | null {
  if (change.form === "number") return null;
  return change.form === "points" ? bytesOf(change.value) : encoder.encode(change.value);
}

/** A change as entries of the journal: two numbers for each, as `Controls.entries` in game/rules/controls.py. */
export function entriesOf(change: Change): number[] {
  const raw = rawOf(change);
  if (change.form === "number") return [change.control, change.value];
  const bytes = raw ?? new Uint8Array(0);
  const out: number[] = [];
  for (let at = 0; at < Math.max(1, bytes.length); at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    let what = change.control | ((1 + part.length) << 5);
    if (at + CHUNK >= bytes.length) what |= CONTROL_ENTRY.last;
    if (change.form === "live") what |= CONTROL_ENTRY.live;
    let value = 0;
    for (const [k, byte] of part.entries()) value |= byte << (8 * k);
    out.push(what, value);
  }
  return out;
}
