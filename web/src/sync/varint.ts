// Numbers as bytes: varints (seven bits a byte, lowest first) and zigzags, and a reader that never
// reads past its end. Twin of the server's codec; the vectors in tests/data/sync hold both together.
import { MOST_VARINT_BYTES } from "../protocol.gen";

/** Bytes that are no frame of this schema; the text tells what was found. Cure: ask for a keyframe. */
export class DecodeError extends Error {
  override name = "DecodeError";
}

export class Reader {
  at = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private end = 0;

  /** Reads `bytes` from `start` up to, not including, `end`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  get done(): boolean {
    return this.at === this.end;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined || this.at >= this.end)
      throw new DecodeError(`the frame ends too soon, at byte ${this.at}`);
    this.at++;
    return byte;
  }

  /** An unsigned number. */
  varint(): number {
    let byte = this.byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    for (let k = 1; k < MOST_VARINT_BYTES; k++) {
      byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new DecodeError(`a number too long ends at byte ${this.at}`);
  }

  /** A signed number. */
  zigzag(): number {
    const folded = this.varint();
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
  }

  /** An unsigned number of things, at most `most`. */
  count(most: number, what: string): number {
    const value = this.varint();
    if (value > most) throw new DecodeError(`${value} ${what}, at most ${most} can be`);
    return value;
  }

  /** The next `length` bytes, not copied. */
  raw(length: number): Uint8Array {
    if (this.at + length > this.end) throw new DecodeError(`${length} bytes wanted at ${this.at}`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** Builds a small frame upward. */
export class Writer {
  private bytes: number[] = [];

  byte(value: number): this {
    this.bytes.push(value & 255);
    return this;
  }

  varint(value: number): this {
    let rest = value;
    while (rest > 127) {
      this.bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.bytes.push(rest);
    return this;
  }

  zigzag(value: number): this {
    return this.varint(value >= 0 ? 2 * value : -2 * value - 1);
  }

  raw(bytes: ArrayLike<number>): this {
    for (let k = 0; k < bytes.length; k++) this.bytes.push(bytes[k] ?? 0);
    return this;
  }

  get length(): number {
    return this.bytes.length;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.bytes);
  }
}
