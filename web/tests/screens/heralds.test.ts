import { afterEach, expect, it } from "vitest";
import { heraldRoom } from "../../src/screens/heralds";
import { session } from "../../src/session/page";
import type { Room } from "../../src/session/room_state";
import { announce, assertive, polite } from "../../src/ui/say";

const show = (phase: Room["phase"], name = "Ann"): void => {
  const told = { code: "AAAAAA", phase, people: { p1: { name } }, seats: {}, host: null };
  session.room.value = told as unknown as Room;
};

afterEach(() => {
  session.room.value = null;
});

it("what was read out on one screen is not found on the next", () => {
  show("countdown");
  const end = heraldRoom();
  announce("Cleo came in.");
  announce("Starts in 1", true);
  show("countdown", "Anna");
  expect([polite.value, assertive.value]).toEqual(["Cleo came in.", "Starts in 1"]);
  show("lobby");
  expect([polite.value, assertive.value]).toEqual(["", ""]);
  announce("Cleo came in.");
  session.room.value = null;
  expect(polite.value).toBe("");
  end();
});

it("the news of a change of screen is read out on the new one", () => {
  show("live");
  const end = heraldRoom();
  announce("Round 3.");
  show("results");
  expect(polite.value).not.toBe("");
  expect(polite.value).not.toBe("Round 3.");
  end();
});

it("nobody is said to have won a match that ended before anybody scored", () => {
  show("live");
  const end = heraldRoom();
  const places = [1, 2].map((seat) => ({ seat, name: `Player ${seat}`, place: 1, points: 0 }));
  session.room.value = {
    ...(session.room.value as Room),
    phase: "results",
    results: { places, ended: true, nobody_won: "none_scored", awards: [], rounds: [], ticks: 9 },
  } as unknown as Room;
  expect(polite.value).toBe("Nobody had scored yet");
  end();
});

it("several winners share the win", () => {
  show("live");
  const end = heraldRoom();
  const places = [1, 2].map((seat) => ({ seat, name: `Player ${seat}`, place: 1, points: 5 }));
  session.room.value = {
    ...(session.room.value as Room),
    phase: "results",
    results: { places, awards: [], rounds: [], ticks: 9 },
  } as unknown as Room;
  expect(polite.value).toBe("Player 1, Player 2 share the win");
  end();
});
