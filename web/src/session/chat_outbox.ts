// Chat lines on their way up: numbered from 1 in each room and kept until the server has answered, so
// that a line is said exactly once however often the connection breaks.
import type { Ack } from "../net/types";

interface Line {
  text: string;
  /** The number it is sent with, or 0 while it has none. */
  n: number;
  /** The server had another line of mine under its number: it got a new one, and gets no third. */
  moved: boolean;
  answered: (ack: Ack) => void;
}

type Command = (event: string, arg: object) => Promise<Ack>;

/** A line that finds the server busy is tried again this often, each 300 ms; then its writer is told. */
const BUSY_TRIES = 30;

export class ChatOutbox {
  private tries = 0;
  private lines: Line[] = [];
  private code = "";
  /** The number of my last line that the server is known to have. */
  private last = 0;
  private busy = false;
  /** How often the server has told the number of my last line. */
  private entered = 0;
  private command: Command;

  constructor(command: Command) {
    this.command = command;
  }

  /**
   * The room whose lines are numbered now; `known` is the number of my last line that the server has. It
   * counts in the same room, too: another window may have written as me meanwhile.
   */
  enter(code: string, player: string, known: number): void {
    const key = `${code}.${player}`;
    if (key !== this.code) this.drop("You left the room before this was sent.");
    this.code = key;
    this.last = known;
    this.entered++;
    for (const line of this.lines) {
      line.moved = false;
      // The server does not have it. One with a lower number may have arrived: only its answer was lost.
      if (line.n > known) line.n = 0;
    }
  }

  /** Whether a line was not answered yet. */
  get waiting(): boolean {
    return this.lines.length > 0;
  }

  /** Gives up what was not sent. */
  drop(message: string): void {
    const lines = this.lines;
    this.lines = [];
    this.code = "";
    for (const line of lines) line.answered({ ok: false, code: "not_in_room", message });
  }

  /** Says a line; the answer comes when the server has it, or refused it. */
  say(text: string): Promise<Ack> {
    return new Promise((answered) => {
      this.lines.push({ text, n: 0, moved: false, answered });
      void this.flush();
    });
  }

  /** Sends what waits, one line after the other; call it again when a connection stands. */
  async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.lines.length > 0) {
      const line = this.lines[0]!;
      if (line.n === 0) line.n = this.last + 1;
      const { n } = line;
      const { entered } = this;
      const ack = await this.command("chat", { text: line.text, n });
      if (line !== this.lines[0]) continue;
      if (!ack.ok && ack.code === "timeout") {
        // Its connection broke. If the next one stands already, nobody else will ask for another try.
        if (entered !== this.entered) continue;
        break;
      }
      if (!ack.ok && ack.code === "busy" && this.tries++ < BUSY_TRIES) {
        // The room is just moving to another worker.
        setTimeout(() => void this.flush(), 300);
        break;
      }
      if (!ack.ok && ack.code === "gap" && !line.moved) {
        // The number is another line's, written as me in another window.
        line.n = 0;
        line.moved = true;
        continue;
      }
      if (ack.ok) this.last = Math.max(this.last, n);
      else line.n = 0;
      this.tries = 0;
      this.lines.shift();
      line.answered(ack);
    }
    this.busy = false;
  }
}
