// Workload S1 in JavaScript: what one room holds and does; the same as s1.py.

export const SEATS = 8;
export const TICK_MS = 50;

export class S1Room {
  tick = 0;
  atUs = 0;
  buttons = new Uint8Array(SEATS);
  players = Array.from({ length: SEATS }, () => [0, 0, 0]);

  press(seat, seq, buttons) {
    this.players[seat][0] = seq;
    this.buttons[seat] = buttons;
  }

  step() {
    this.atUs = Math.floor(Number(process.hrtime.bigint()) / 1000);
    this.tick++;
    for (let seat = 0; seat < SEATS; seat++) {
      const player = this.players[seat];
      const buttons = this.buttons[seat];
      player[1] = (player[1] + (buttons & 1 ? 3 : 1)) & 0xffff;
      player[2] = (player[2] + (buttons & 2 ? 3 : 1)) & 0xffff;
    }
  }

  /** The state as 60 bytes, little-endian: tick u32, time in µs u64, per seat seq, x, y u16. */
  packed() {
    const bytes = Buffer.allocUnsafe(60);
    bytes.writeUInt32LE(this.tick, 0);
    bytes.writeUInt32LE(this.atUs % 2 ** 32, 4);
    bytes.writeUInt32LE(Math.floor(this.atUs / 2 ** 32), 8);
    let at = 12;
    for (const player of this.players) {
      for (const number of player) at = bytes.writeUInt16LE(number, at);
    }
    return bytes;
  }

  asJson() {
    return { t: this.tick, at: this.atUs, p: this.players };
  }
}
