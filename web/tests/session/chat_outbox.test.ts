import { describe, expect, it, vi } from "vitest";
import type { Ack, Answer, Refusal } from "../../src/net/commands";
import { ChatOutbox } from "../../src/session/chat_outbox";

type Line = { text: string; n: number };
type Said = Answer<"chat">;

const timers = {
  start: (run: () => void, ms: number) => setTimeout(run, ms),
  stop: (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer),
};
const lost: Refusal = { ok: false, code: "timeout", message: "" };

/** A server that numbers lines as the protocol says; `answers` says which of its answers get lost. */
function server(answers: boolean[] = []) {
  const said: string[] = [];
  const ids = new Map<number, number>();
  const texts = new Map<number, string>();
  let tries = 0;
  return {
    said,
    send: async ({ text, n }: Line): Promise<Said> => {
      let answer: Said;
      const known = ids.get(n);
      if (known !== undefined && texts.get(n) !== text) answer = { ok: false, code: "gap", message: "" };
      else if (known !== undefined) answer = { ok: true, id: known };
      else if (n !== ids.size + 1) answer = { ok: false, code: "gap", message: "" };
      else if (text === "rude") answer = { ok: false, code: "muted", message: "no" };
      else {
        said.push(text);
        ids.set(n, said.length);
        texts.set(n, text);
        answer = { ok: true, id: said.length };
      }
      return answers[tries++] === false ? lost : answer;
    },
  };
}

let room = 0;
function outboxFor(side: { send: (line: Line) => Promise<Ack> }): ChatOutbox {
  const outbox = new ChatOutbox(side.send, timers);
  outbox.enter(`ROOM${room++}`, "p1", 0);
  return outbox;
}

describe("chat on its way up", () => {
  it("says each line once though answers get lost", async () => {
    const side = server([true, false, false, true, true]);
    const outbox = outboxFor(side);
    await outbox.say("one");
    const second = outbox.say("two");
    const third = outbox.say("three");
    await outbox.flush();
    await outbox.flush();
    await outbox.flush();
    expect(await second).toMatchObject({ ok: true, id: 2 });
    expect(await third).toMatchObject({ ok: true, id: 3 });
    expect(side.said).toEqual(["one", "two", "three"]);
  });

  it("tells the writer when the server stays busy, and keeps the number for the next try", async () => {
    vi.useFakeTimers();
    const numbers: number[] = [];
    let busy = true;
    const outbox = outboxFor({
      send: async ({ n }) => {
        numbers.push(n);
        return busy ? { ok: false, code: "busy", message: "not now" } : { ok: true, id: 1 };
      },
    });
    const said = outbox.say("hello");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await said).toMatchObject({ ok: false, code: "busy", message: "not now" });
    busy = false;
    expect(await outbox.say("hello")).toMatchObject({ ok: true });
    expect(new Set(numbers)).toEqual(new Set([1]));
    vi.useRealTimers();
  });

  it("gives a refused line's number to the next", async () => {
    const side = server();
    const outbox = outboxFor(side);
    expect(await outbox.say("rude")).toMatchObject({ ok: false, code: "muted" });
    expect(await outbox.say("hello")).toMatchObject({ ok: true, id: 1 });
  });

  it("goes on counting after a reload", async () => {
    const side = server();
    const outbox = outboxFor(side);
    await outbox.say("one");
    const again = new ChatOutbox(side.send, timers);
    again.enter(`ROOM${room - 1}`, "p1", 1);
    expect(await again.say("two")).toMatchObject({ ok: true, id: 2 });
  });

  it("says every line when the seat goes to another window and comes back", async () => {
    const side = server();
    const first = new ChatOutbox(side.send, timers);
    first.enter("TABS", "p1", 0);
    for (const text of ["one", "two", "three"]) await first.say(text);
    const second = new ChatOutbox(side.send, timers);
    second.enter("TABS", "p1", 3);
    for (const text of ["four", "five"]) await second.say(text);
    first.enter("TABS", "p1", 5);
    for (const text of ["six", "seven", "eight"]) await first.say(text);
    expect(side.said).toEqual(["one", "two", "three", "four", "five", "six", "seven", "eight"]);
  });

  it("says a line whose number another window took while it was on its way", async () => {
    const side = server();
    let cut = true;
    const first = new ChatOutbox(async (line) => (cut ? lost : side.send(line)), timers);
    first.enter("TABS", "p1", 0);
    const waiting = first.say("mine");
    await Promise.resolve();
    const second = new ChatOutbox(side.send, timers);
    second.enter("TABS", "p1", 0);
    await second.say("theirs");
    await second.say("more");
    cut = false;
    first.enter("TABS", "p1", 2);
    await first.flush();
    expect(await waiting).toMatchObject({ ok: true, id: 3 });
    expect(side.said).toEqual(["theirs", "more", "mine"]);
  });

  it("sends a line again when its connection breaks after the next one stands", async () => {
    const side = server();
    const answers: ((ack: Ack) => void)[] = [];
    const outbox = new ChatOutbox(
      (line) => (answers.length === 0 ? new Promise((answer) => answers.push(answer)) : side.send(line)),
      timers,
    );
    outbox.enter("MOVE", "p1", 0);
    const waiting = outbox.say("hello");
    outbox.enter("MOVE", "p1", 0);
    await outbox.flush();
    answers[0]!(lost);
    expect(await waiting).toMatchObject({ ok: true, id: 1 });
  });

  it("tells what was never sent when the room is left", async () => {
    const outbox = outboxFor({ send: async () => lost });
    const waiting = outbox.say("bye");
    await Promise.resolve();
    outbox.drop("gone");
    expect(await waiting).toMatchObject({ ok: false, code: "not_in_room", message: "gone" });
  });
});
