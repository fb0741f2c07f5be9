// Lines of chat on their way to the server: numbered from 1 in each room and kept until the server has answered, so
// that a line appears exactly once however often the connection breaks.
import type { Timers } from "../net/clock";
import type { Ack } from "../net/commands";

interface Line {
  text: string;
  /** The number it is sent with, or 0 while it has none. */
  n: number;
  /** The server had another line of this player under its number: it got a second number, and gets no third. */
  renumbered: boolean;
  answered: (ack: Ack) => void;
}

type SendLine = (line: { text: string; n: number }) => Promise<Ack>;

/** A line that finds the server busy is tried again this often; then its writer gets the refusal. */
const BUSY_TRIES = 30;
const BUSY_MS = 300;

export class ChatOutbox {
  private tries = 0;
  private lines: Line[] = [];
  /** The room and the player whose lines are numbered, or "". */
  private writer = "";
  /** The number of the last line that the server is known to have. */
  private last = 0;
  private sending = false;
  /** How often the server has sent the number of the last line. */
  private entered = 0;
  private readonly send: SendLine;
  private readonly timers: Timers;

  constructor(send: SendLine, timers: Timers) {
    this.send = send;
    this.timers = timers;
  }

  /**
   * Numbers the lines in this room from now on. `known` is the number of this player's last line that the server
   * has. It counts in the same room as well: another window may have written for this player meanwhile.
   */
  enter(code: string, player: string, known: number): void {
    const writer = `${code}.${player}`;
    if (writer !== this.writer) this.drop("You left the room before this was sent.");
    this.writer = writer;
    this.last = known;
    this.entered++;
    for (const line of this.lines) {
      line.renumbered = false;
      // The server does not have it. One with a lower number may have arrived: only its answer was lost.
      if (line.n > known) line.n = 0;
    }
  }

  /** Whether a line has no answer yet. */
  get waiting(): boolean {
    return this.lines.length > 0;
  }

  /** Gives up all lines without an answer. */
  drop(message: string): void {
    const lines = this.lines;
    this.lines = [];
    this.writer = "";
    for (const line of lines) line.answered({ ok: false, code: "not_in_room", message });
  }

  /** Sends a line; the answer comes when the server has it, or refused it. */
  say(text: string): Promise<Ack> {
    return new Promise((answered) => {
      this.lines.push({ text, n: 0, renumbered: false, answered });
      void this.flush();
    });
  }

  /** Sends the waiting lines one after the other; call it again after each reconnect. */
  async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    for (let line = this.lines[0]; line; line = this.lines[0]) {
      if (line.n === 0) line.n = this.last + 1;
      const { n } = line;
      const { entered } = this;
      const ack = await this.send({ text: line.text, n });
      if (line !== this.lines[0]) continue;
      if (!ack.ok && ack.code === "timeout") {
        // The connection broke. If there is another one already, nothing else will call flush again.
        if (entered !== this.entered) continue;
        break;
      }
      if (!ack.ok && ack.code === "busy" && this.tries++ < BUSY_TRIES) {
        // The room is just moving to another worker.
        this.timers.start(() => void this.flush(), BUSY_MS);
        break;
      }
      if (!ack.ok && ack.code === "gap" && !line.renumbered) {
        // Another window of this player has used the number.
        line.n = 0;
        line.renumbered = true;
        continue;
      }
      if (ack.ok) this.last = Math.max(this.last, n);
      else line.n = 0;
      this.tries = 0;
      this.lines.shift();
      line.answered(ack);
    }
    this.sending = false;
  }
}
