// The unmodified socket.io-client, led by lines of JSON on its standard input; what it hears is written as such lines.
// Arguments: a folder whose node_modules hold it, the server's address, the transport.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [folder, url, transport] = process.argv.slice(2);
const { io } = createRequire(`${folder}/`)("socket.io-client");
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const plain = (value) =>
  Buffer.isBuffer(value)
    ? `bytes ${value.toString("hex")}`
    : Array.isArray(value)
      ? value.map(plain)
      : value && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
        : value;

const socket = io(url, { transports: [transport], reconnectionDelay: 20, reconnectionDelayMax: 20 });
socket.on("connect", () => write({ is: "connect", sid: socket.id, recovered: socket.recovered }));
socket.on("disconnect", (reason) => write({ is: "disconnect", reason }));
socket.onAny((name, ...data) => write({ is: "event", name, data: plain(data) }));

const commands = {
  emit: (name, ...data) => socket.emit(name, ...data),
  // The connection breaks, and no other is made until "back".
  away: () => {
    socket.io.reconnection(false);
    socket.io.engine.close();
  },
  back: (to) => {
    socket.io.uri = to;
    socket.io.reconnection(true);
    socket.connect();
  },
  leave: () => socket.disconnect(),
};
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const [name, ...data] = JSON.parse(line);
    commands[name](...data);
  })
  .on("close", () => process.exit(0));
