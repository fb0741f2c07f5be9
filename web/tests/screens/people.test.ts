import { afterEach, describe, expect, it } from "vitest";
import { heirs } from "../../src/screens/GiveSeat";
import { hush, isHushed } from "../../src/screens/room";
import { session } from "../../src/session/page";
import type { Person, Room } from "../../src/session/room_state";
import { settings } from "../../src/settings";

const person = (name: string, more: Partial<Person> = {}): Person => ({
  name,
  colour: 0,
  shape: 0,
  seat: null,
  second: null,
  connected: true,
  away: false,
  muted: false,
  rtt: null,
  wins: 0,
  ...more,
});

/** Shows a room with these people, the first of whom is me. */
function enter(code: string, people: Record<string, Person>): void {
  const told = { code, people, seats: {}, host: null, owner: null, options: {} } as Partial<Room> as Room;
  session.room.value = told;
  session.me.value = Object.keys(people)[0]!;
}

afterEach(() => {
  session.room.value = null;
  settings.mutedPlayers.value = [];
});

describe("hiding a person", () => {
  it("goes by the player: a new name does not help, and a namesake is heard", () => {
    enter("AAAAAA", { p1: person("Me"), p2: person("Troll"), p3: person("Ann") });
    hush("p2", true);
    enter("AAAAAA", { p1: person("Me"), p2: person("Innocent"), p3: person("Troll") });
    expect(isHushed("p2")).toBe(true);
    expect(isHushed("p3")).toBe(false);
    hush("p2", false);
    expect(isHushed("p2")).toBe(false);
  });

  it("concerns one room: others call other people p2", () => {
    enter("AAAAAA", { p1: person("Me"), p2: person("Troll") });
    hush("p2", true);
    enter("BBBBBB", { p1: person("Me"), p2: person("Ann") });
    expect(isHushed("p2")).toBe(false);
  });
});

describe("a held seat can be given", () => {
  const ids = (name: string) => heirs(name).map(({ id }) => id);

  it("to who came in under the same name", () => {
    enter("AAAAAA", {
      p1: person("Host", { seat: 0 }),
      p2: person("Ann", { seat: 1, connected: false }),
      p3: person("Ann 2", { seat: 2 }),
      p4: person("Bob", { seat: 3 }),
      p5: person("Cyd"),
    });
    expect(ids("Ann")).toEqual(["p3"]);
    expect(ids("A very long name")).toEqual(["p5"]);
  });

  it("to who watches, and to nobody who has gone", () => {
    enter("AAAAAA", {
      p1: person("Host", { seat: 0 }),
      p2: person("Ann", { seat: 1, connected: false }),
      p3: person("Annika"),
      p4: person("Bob", { seat: 3 }),
      p5: person("Cyd", { connected: false }),
    });
    expect(ids("Ann")).toEqual(["p3"]);
  });
});
