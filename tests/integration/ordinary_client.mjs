// An ordinary Socket.IO client, straight from npm, that knows docs/protocol.md and nothing else.
//
//   node ordinary_client.mjs URL FRAMING CODE
//
// It joins the room, says hello, follows the match by JSON or takes its states as bytes, presses, and tells what it
// saw as one line of JSON. Whatever goes wrong ends it with code 1 and a sentence.

import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { io } = require("socket.io-client");

const [url, framing, code] = process.argv.slice(2);
const STATES = 40;
const TIMEOUT_MS = 30_000;

const fail = (why) => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};
const watchdog = setTimeout(() => fail(`not done: ${JSON.stringify(saw)}`), TIMEOUT_MS);

const saw = { welcome: null, keyframes: 0, states: 0, gaps: 0, events: [], applied: 0, chat: [], room: null };
let me = null;
let view = null;
let number = null;
let tick = 0;
let seq = 0;
let pressed = false;

const socket = io(url, {
  transports: ["websocket"],
  query: { h: code },
  auth: { version: 1, framing },
  reconnection: false,
});

// A callback, not a promise: what comes right after the answer is to find it taken already.
function ask(event, argument, then = () => {}) {
  socket.timeout(10_000).emit(event, argument, (error, answer) => {
    if (error) fail(`${event} was not answered`);
    if (!answer.ok) fail(`${event}: ${answer.code}: ${answer.message}`);
    then(answer);
  });
}

socket.on("connect_error", (error) => fail(`connect_error ${error.message} ${JSON.stringify(error.data)}`));
socket.on("disconnect", (reason) => fail(`disconnected: ${reason}`));

socket.on("welcome", (welcome) => {
  saw.welcome = { version: welcome.version, games: welcome.games.map((game) => game.name) };
  ask("join", { code, name: "Ordinary" }, (joined) => {
    me = joined;
    saw.room = joined.room;
    ask("chat", { text: "hello from npm", n: 1 });
    ask("ready", { ready: true });
  });
});

socket.on("chat", (line) => saw.chat.push(line.text));

// RFC 7396
function merge(target, patch) {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result = typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

socket.on("room", (patch) => {
  if (saw.room === null || patch.version <= saw.room.version) return;
  if (patch.version !== saw.room.version + 1) fail("a change of the room is missing");
  saw.room = merge(saw.room, patch);
});

function press(buttons) {
  seq += 1;
  const seat = saw.room.people[me.player].seat;
  socket.emit("i", [seat, [seq, tick, buttons]]);
}

function applied(acks) {
  for (const [seat, ackSeq] of acks) {
    if (seat === saw.room.people[me.player].seat) saw.applied = Math.max(saw.applied, ackSeq);
  }
}

// --- states as JSON --------------------------------------------------------------------------

function fieldsOf(name) {
  return me.schema.entities[name];
}

function change(entity, name, changes) {
  for (const [key, value] of Object.entries(changes)) {
    const field = fieldsOf(name).find((one) => one.name === key);
    if (!field) fail(`no field ${key} in ${name}`);
    if (field.kind === "series" || field.kind === "track") {
      entity[key].length = value.keep;
      entity[key].push(...value.add);
    } else if (field.kind === "grid") {
      if (value.all) entity[key] = value.all;
      else for (const [index, cell] of value.cells) entity[key][index] = cell;
    } else if (field.kind === "entities") {
      for (const [id, one] of Object.entries(value)) {
        if (one === null) delete entity[key][id];
        else if (id in entity[key]) change(entity[key][id], field.of, one);
        else entity[key][id] = one;
      }
    } else {
      entity[key] = value;
    }
  }
}

// --- states as bytes: only who pressed what is taken out of them --------------------------------

function acksIn(bytes) {
  let at = 2;
  const varint = () => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  if (bytes[0] & 0x40) varint();
  if (!(bytes[0] & 0x10)) return [];
  return Array.from({ length: varint() }, () => [varint(), varint(), varint()]);
}

// --- both framings ---------------------------------------------------------------------------

socket.on("k", (told) => {
  if (framing === "json") {
    view = told.state;
    number = told.number;
    tick = told.tick;
    applied(told.acks);
  } else {
    const bytes = new Uint8Array(told);
    if ((bytes[0] & 15) !== 2) fail(`a keyframe begins with ${bytes[0]}`);
    number = bytes[1];
  }
  saw.keyframes += 1;
  step();
});

socket.on("s", (told) => {
  if (number === null) return;
  if (framing === "json") {
    if (told.shift) return;
    follow(told.number);
    change(view, me.schema.root, told.changes);
    tick = told.tick;
    applied(told.acks);
    saw.events.push(...told.events.map((event) => event[0]));
  } else {
    const bytes = new Uint8Array(told);
    if ((bytes[0] & 15) !== 1) return;
    follow(bytes[1]);
    applied(acksIn(bytes));
  }
  step();
});

function follow(found) {
  if (found !== ((number + 1) & 255)) saw.gaps += 1;
  number = found;
  saw.states += 1;
}

function step() {
  if (saw.states >= 5 && !pressed) {
    pressed = true;
    press(1);
    press(0);
  }
  if (saw.states < STATES || saw.applied < 2 || saw.chat.length < 1) return;
  clearTimeout(watchdog);
  socket.off("disconnect");
  socket.close();
  const racers = view === null ? null : Object.values(view.racers).map((one) => [one.x, one.y]);
  process.stdout.write(`${JSON.stringify({ ...saw, tick, racers, player: me.player })}\n`);
}
