// A connection whose code comes later, or cannot be had.
import { expect, it, vi } from "vitest";
import type { Connect, Connection, ConnectionEvents } from "../../src/net/connection";
import { connectLater } from "../../src/net/later_connection";

const CREDENTIALS = {} as Parameters<Connect>[0];
const settled = () => new Promise((resolve) => setTimeout(resolve));

function events() {
  const ended = vi.fn();
  return { ended, on: { ended } as unknown as ConnectionEvents };
}

it("says each time that the code cannot be had, and connects when it can", async () => {
  const watchLobby = vi.fn();
  const made = { watchLobby, heardAt: 5, close: vi.fn() } as unknown as Connection;
  let there = false;
  const failed = vi.fn();
  const connect = connectLater(
    async () => {
      if (!there) throw new TypeError("Failed to fetch dynamically imported module");
      return () => made;
    },
    () => 1,
    failed,
  );
  for (const times of [1, 2]) {
    const { ended, on } = events();
    const connection = connect(CREDENTIALS, on);
    expect((await connection.command("ready", { ready: true })).ok).toBe(false);
    expect(failed).toHaveBeenCalledTimes(times);
    expect(ended).toHaveBeenCalledWith("", "");
  }
  there = true;
  const { ended, on } = events();
  const connection = connect(CREDENTIALS, on);
  connection.watchLobby(true);
  expect(connection.heardAt).toBe(1);
  await settled();
  expect(watchLobby).toHaveBeenCalledWith(true);
  expect(connection.heardAt).toBe(5);
  expect(ended).not.toHaveBeenCalled();
  expect(connect(CREDENTIALS, on)).toBe(made);
  expect(failed).toHaveBeenCalledTimes(2);
});

it("makes no connection for a page that has gone meanwhile", async () => {
  const inner = vi.fn();
  const { ended, on } = events();
  const connection = connectLater(
    async () => inner,
    () => 1,
    () => {},
  )(CREDENTIALS, on);
  connection.close();
  await settled();
  expect(inner).not.toHaveBeenCalled();
  expect(ended).not.toHaveBeenCalled();
});
