import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SendCommand } from "../../src/net/commands";
import type { Connection, ConnectionEvents, Credentials } from "../../src/net/connection";
import { readAnswer } from "../../src/net/messages";
import {
  type ConnectionState,
  NO_TRANSPORT,
  ReconnectingConnection,
  type Unreachable,
} from "../../src/net/reconnecting_connection";
import type { Transport, Welcome } from "../../src/protocol.gen";

/** A connection without a network: the test says what happens on it. */
class FakeConnection implements Connection {
  heardAt = performance.now();
  closed = false;
  sent: Uint8Array[] = [];
  commands: string[] = [];
  lobby = false;
  readonly who: Credentials;
  readonly on: ConnectionEvents;
  constructor(who: Credentials, on: ConnectionEvents) {
    this.who = who;
    this.on = on;
  }
  command: SendCommand = async (name) => {
    this.commands.push(name);
    return readAnswer(name, { ok: true }) ?? { ok: false, code: "internal", message: "" };
  };
  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }
  watchLobby(on: boolean): void {
    this.lobby = on;
  }
  close(): void {
    this.closed = true;
  }
  welcome(transports: Transport[] = ["websocket", "polling"]): void {
    const welcome = { device: "d", resumed: null, transports } as unknown as Welcome;
    this.on.event({ name: "welcome", argument: welcome });
  }
}

const lines: FakeConnection[] = [];
let states: ConnectionState[] = [];
let welcomes = 0;
let goodbyes: string[] = [];
let reaches: (Unreachable | null)[] = [];
let frames = 0;

function newLink(offline = false): ReconnectingConnection {
  return new ReconnectingConnection(
    {
      connect: (who, on) => {
        const line = new FakeConnection(who, on);
        lines.push(line);
        return line;
      },
      credentials: (elsewhere, polling) => ({
        hash: elsewhere ? "other" : "h",
        device: null,
        seat: null,
        polling,
      }),
      now: () => performance.now(),
      timers: { start: (run, ms) => setTimeout(run, ms), stop: (timer) => clearTimeout(timer) },
      random: Math.random,
      offline: () => offline,
    },
    {
      state: (state) => states.push(state),
      welcome: () => welcomes++,
      event: () => {},
      frame: () => frames++,
      unreachable: (why) => reaches.push(why),
      bye: ({ code }) => goodbyes.push(code),
      lobby: () => {},
    },
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  lines.length = 0;
  states = [];
  goodbyes = [];
  reaches = [];
  welcomes = 0;
  frames = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function connected(): { link: ReconnectingConnection; line: FakeConnection } {
  const link = newLink();
  link.start();
  const line = lines[0]!;
  line.welcome();
  return { link, line };
}

describe("a reconnecting connection", () => {
  it("says at once that nothing can be reached where the device has no network, and takes it back", () => {
    newLink(true).start();
    expect(reaches).toEqual(["server"]);
    lines[0]!.welcome();
    expect(reaches).toEqual(["server", null]);
    reaches = [];
    newLink(false).start();
    expect(reaches).toEqual([]);
  });

  it("connects again after a break, waiting longer each time", () => {
    const { link, line } = connected();
    expect(states).toEqual(["connecting", "online"]);
    line.on.ended("", "");
    expect(link.online).toBe(false);
    expect(states.at(-1)).toBe("reconnecting");
    vi.advanceTimersByTime(326);
    expect(lines).toHaveLength(2);
    lines[1]!.on.ended("", "");
    vi.advanceTimersByTime(340);
    expect(lines).toHaveLength(2);
    vi.advanceTimersByTime(320);
    expect(lines).toHaveLength(3);
    lines[2]!.welcome();
    expect(states.at(-1)).toBe("online");
  });

  it("does not wait when the device is back on the net", () => {
    const { link, line } = connected();
    line.on.ended("", "");
    link.start();
    expect(lines).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
  });

  it("stays away after another tab took the seat, until told otherwise", () => {
    const { link, line } = connected();
    line.on.event({ name: "bye", argument: { code: "replaced", message: "" } });
    line.on.ended("", "");
    expect(states.at(-1)).toBe("replaced");
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
    link.start();
    expect(lines).toHaveLength(2);
  });

  it("comes back at once after being sent out of a room", () => {
    const { line } = connected();
    line.on.event({ name: "bye", argument: { code: "kicked", message: "" } });
    line.on.ended("", "");
    vi.advanceTimersByTime(1);
    expect(lines).toHaveLength(2);
    expect(goodbyes).toEqual(["kicked"]);
  });

  it("opens a second line beside a silent one and changes over without a break", () => {
    const { link, line } = connected();
    link.checkSilence(line.heardAt + 1400);
    expect(lines).toHaveLength(1);
    link.checkSilence(line.heardAt + 1600);
    link.checkSilence(line.heardAt + 1700);
    expect(lines).toHaveLength(2);
    // The first speaks until the second stands; that the server says "replaced" there is our own doing.
    line.on.frame(Uint8Array.of(1));
    line.on.event({ name: "bye", argument: { code: "replaced", message: "" } });
    lines[1]!.welcome();
    expect(line.closed).toBe(true);
    expect(goodbyes).toEqual([]);
    expect(welcomes).toBe(2);
    line.on.frame(Uint8Array.of(1));
    line.on.ended("", "");
    lines[1]!.on.frame(Uint8Array.of(1));
    expect(frames).toBe(2);
    expect(link.online).toBe(true);
    expect(states).toEqual(["connecting", "online", "online"]);
  });

  it("goes on with the second line when the first breaks before that stands", () => {
    const { link, line } = connected();
    link.openSecond();
    line.on.ended("", "");
    // Mostly the second stands before anybody notices.
    expect(states).toEqual(["connecting", "online"]);
    vi.advanceTimersByTime(800);
    expect(states.at(-1)).toBe("reconnecting");
    lines[1]!.welcome();
    expect(states.at(-1)).toBe("online");
    vi.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
  });

  it("looks for another worker when the usual one does not answer", () => {
    const { link, line } = connected();
    link.checkSilence(line.heardAt + 1600);
    expect(lines[1]!.who.hash).toBe("h");
    link.checkSilence(line.heardAt + 2700);
    expect(lines[1]!.closed).toBe(true);
    expect(lines[2]!.who.hash).toBe("other");
    lines[2]!.welcome();
    expect(states.at(-1)).toBe("online");
    expect(line.closed).toBe(true);
  });

  it("tries again when the second line fails that became the first", () => {
    const { link, line } = connected();
    link.openSecond();
    line.on.ended("", "");
    lines[1]!.on.ended("", "");
    vi.advanceTimersByTime(400);
    expect(lines).toHaveLength(3);
  });

  it("keeps the first line when the second cannot be opened", () => {
    const { link, line } = connected();
    link.openSecond();
    lines[1]!.on.ended("", "");
    expect(link.online).toBe(true);
    link.checkSilence(line.heardAt + 5000);
    expect(lines).toHaveLength(3);
  });

  it("moves to another worker before the old one goes", () => {
    const { line } = connected();
    line.on.event({ name: "bye", argument: { code: "draining", message: "" } });
    expect(lines).toHaveLength(2);
    lines[1]!.welcome();
    expect(line.closed).toBe(true);
    expect(states.at(-1)).toBe("online");
  });

  it("holds a command back until it is connected, and gives up in words", async () => {
    const link = newLink();
    link.start();
    const waiting = link.command("cancel", {});
    lines[0]!.welcome();
    expect(await waiting).toEqual({ ok: true });
    expect(lines[0]!.commands).toEqual(["cancel"]);
    lines[0]!.on.ended("", "");
    const lost = link.command("start", {});
    await vi.advanceTimersByTimeAsync(8001);
    expect(await lost).toMatchObject({ ok: false, code: "timeout" });
  });

  it("watches the lobby again on each new line", () => {
    const { link, line } = connected();
    link.watchLobby(true);
    expect(line.lobby).toBe(true);
    line.on.ended("", "");
    vi.advanceTimersByTime(400);
    lines[1]!.welcome();
    expect(lines[1]!.lobby).toBe(true);
  });
});

describe("where no WebSocket gets through", () => {
  const LONG_MS = 6000; // longer than any wait between two tries

  /** A link whose first try has failed, and the line of its second. */
  function second(): FakeConnection {
    newLink().start();
    expect(lines[0]!.who.polling).toBe(false);
    lines[0]!.on.ended("", "");
    vi.advanceTimersByTime(LONG_MS);
    return lines[1]!;
  }

  it("the next try begins by long-polling, and stays with what stood", () => {
    const line = second();
    expect(line.who.polling).toBe(true);
    line.welcome(["websocket", "polling"]);
    expect(states.at(-1)).toBe("online");
    line.on.ended("", "");
    vi.advanceTimersByTime(LONG_MS);
    expect(lines[2]!.who.polling).toBe(true);
  });

  it("both are tried in turn while the server is away", () => {
    let line = second();
    for (const polling of [true, false, true]) {
      expect(line.who.polling).toBe(polling);
      line.on.ended("", "");
      vi.advanceTimersByTime(LONG_MS);
      line = lines.at(-1)!;
    }
  });

  it("nothing else is tried once the server has said that it takes WebSockets only", () => {
    const { line } = connected();
    line.welcome(["websocket"]);
    for (let k = 0; k < 4; k++) {
      lines.at(-1)!.on.ended("", "");
      vi.advanceTimersByTime(LONG_MS);
      expect(lines.at(-1)!.who.polling).toBe(false);
    }
  });

  it("that is said, if the server is there and takes nothing else", () => {
    const line = second();
    line.on.ended(NO_TRANSPORT, "");
    expect(goodbyes).toEqual([]);
    vi.advanceTimersByTime(LONG_MS);
    expect(reaches.at(-1)).toBe("transport");
    expect(lines.at(-1)!.who.polling).toBe(false);
    lines.at(-1)!.welcome(["websocket"]);
    expect(reaches.at(-1)).toBeNull();
  });
});

/** Five seconds and thirty per cent, as the wait before another try is at most. */
const LONGEST_WAIT_MS = 6600;

describe("a server that cannot be reached", () => {
  it("is said to be so after some seconds, and no longer when it is back", () => {
    const { line } = connected();
    line.on.ended("", "");
    vi.advanceTimersByTime(1000);
    expect(reaches.filter(Boolean)).toEqual([]);
    for (let k = 0; k < 5; k++) {
      vi.advanceTimersByTime(LONGEST_WAIT_MS);
      lines.at(-1)!.on.ended("", "");
    }
    expect(reaches.filter(Boolean)).toEqual(["server"]);
    vi.advanceTimersByTime(LONGEST_WAIT_MS);
    lines.at(-1)!.welcome();
    expect(reaches.at(-1)).toBeNull();
  });

  it("is not said to be so after a short break", () => {
    const { line } = connected();
    line.on.ended("", "");
    vi.advanceTimersByTime(500);
    lines.at(-1)!.welcome();
    vi.advanceTimersByTime(60_000);
    expect(reaches.filter(Boolean)).toEqual([]);
  });
});
