// A message with a wrong value at any depth is dropped; one of an older server, which lacks a key, is completed.

import { describe, expect, it } from "vitest";
import { readAnswer, readEvent, readLobby, readRoom } from "../../src/net/messages";
import { SAMPLES } from "../../src/protocol.gen";

const person = { name: "Ann", colour: 1, shape: 2, connected: true, away: false, muted: false, wins: 0 };
const seat = { kind: "player", name: "Ann", colour: 1, shape: 2, team: 0, ready: true, playing: false };
const room = { ...SAMPLES.room, options: { speed: 100 }, people: { p1: person }, seats: { 0: seat } };
const game = { ...SAMPLES.welcome.games[0], rules: "/rules/x.json", options: [], presets: [], seats: [2, 8] };

describe("a message of the server", () => {
  it("is taken when it is as declared", () => {
    expect(readRoom(room)).toEqual(room);
    expect(readEvent("games", [game])).toEqual({ name: "games", argument: [game] });
    expect(readLobby({ rooms: [], online: 3 })).toEqual({ rooms: [], online: 3 });
    expect(readEvent("welcome", { ...SAMPLES.welcome, games: [game] })?.name).toBe("welcome");
  });

  it.each([
    ["a person is null", { people: { p1: null } }],
    ["a person's name is a number", { people: { p1: { ...person, name: 5 } } }],
    ["a seat is a text", { seats: { 0: "Ann" } }],
    ["a seat is ready by a word", { seats: { 0: { ...seat, ready: "yes" } } }],
    ["the rematch holds numbers", { rematch: [1] }],
    ["an option is an object", { options: { speed: {} } }],
    ["people are a list", { people: [person] }],
  ])("is dropped when %s", (_, wrong) => {
    expect(readRoom({ ...room, ...wrong })).toBeNull();
    const joined = { ...SAMPLES.joined, room: { ...room, ...wrong }, chat: [] };
    expect(readEvent("joined", joined)).toBeNull();
    expect(readAnswer("join", { ok: true, ...joined })).toBeNull();
  });

  it.each([
    ["a game is null", [null]],
    ["a game's buttons are no list", [{ ...game, buttons: "left" }]],
    ["an option of a game has no list of names", [{ ...game, options: [{ name: "speed", names: null }] }]],
  ])("with games is dropped when %s", (_, games) => {
    expect(readEvent("games", games)).toBeNull();
    expect(readEvent("welcome", { ...SAMPLES.welcome, games })).toBeNull();
  });

  it("with a list of rooms is dropped when a room has no code", () => {
    expect(readLobby({ rooms: [{ ...SAMPLES.rooms.rooms[0], code: 7 }], online: 3 })).toBeNull();
  });

  it("of an older server is completed by what it lacks, and may lack more below", () => {
    const { polite: _polite, people: _people, ...older } = room;
    expect(readRoom(older)).toEqual({ ...older, polite: false, people: {} });
    const { wins: _wins, ...olderPerson } = person;
    expect(readRoom({ ...room, people: { p1: olderPerson } })).not.toBeNull();
  });

  it("may hold keys that this client does not know", () => {
    expect(readRoom({ ...room, later: 1, people: { p1: { ...person, later: [] } } })).not.toBeNull();
  });
});
