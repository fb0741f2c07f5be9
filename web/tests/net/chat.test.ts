import { describe, expect, it } from "vitest";
import { ChatOutbox } from "../../src/net/chat";
import type { Ack } from "../../src/net/types";

const lost: Ack = { ok: false, code: "timeout", message: "" };

/** A server that numbers lines as the protocol says; `answers` says which of its answers get lost. */
function server(answers: boolean[] = []) {
  const said: string[] = [];
  const ids = new Map<number, number>();
  let tries = 0;
  return {
    said,
    command: async (_event: string, arg: object): Promise<Ack> => {
      const { text, n } = arg as { text: string; n: number };
      let answer: Ack;
      const known = ids.get(n);
      if (known !== undefined) answer = { ok: true, id: known };
      else if (n !== ids.size + 1) answer = { ok: false, code: "gap", message: "" };
      else if (text === "rude") answer = { ok: false, code: "muted", message: "no" };
      else {
        said.push(text);
        ids.set(n, said.length);
        answer = { ok: true, id: said.length };
      }
      return answers[tries++] === false ? lost : answer;
    },
  };
}

let room = 0;
function outboxFor(side: { command: (event: string, arg: object) => Promise<Ack> }): ChatOutbox {
  const outbox = new ChatOutbox(side.command);
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
    const again = new ChatOutbox(side.command);
    again.enter(`ROOM${room - 1}`, "p1", 1);
    expect(await again.say("two")).toMatchObject({ ok: true, id: 2 });
  });

  it("tells what was never sent when the room is left", async () => {
    const outbox = outboxFor({ command: async () => lost });
    const waiting = outbox.say("bye");
    await Promise.resolve();
    outbox.drop("gone");
    expect(await waiting).toMatchObject({ ok: false, code: "not_in_room", message: "gone" });
  });
});
