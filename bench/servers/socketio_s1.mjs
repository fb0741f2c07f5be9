// S1 on Socket.IO for Node (ws) as its users write it: rooms, one timer per room, emit.
//
// Usage: node socketio_s1.mjs ROOMS json|binary. The client's auth tells room and seat.

import { createServer } from "node:http";
import { Server } from "socket.io";
import { S1Room, TICK_MS } from "./s1.mjs";

const packed = process.argv[3] === "binary";
const rooms = new Map();
const io = new Server({ transports: ["websocket"], serveClient: false });

function open(number) {
  const room = new S1Room();
  rooms.set(number, room);
  setInterval(() => {
    room.step();
    io.to(`room ${number}`).emit("s", packed ? room.packed() : room.asJson());
  }, TICK_MS);
}

io.on("connection", (socket) => {
  const { room: number, seat } = socket.handshake.auth;
  if (!rooms.has(number)) open(number);
  const room = rooms.get(number);
  socket.join(`room ${number}`);
  socket.on("i", (seq, buttons) => room.press(seat, seq, buttons));
});

const http = createServer();
io.attach(http);
http.listen(0, "127.0.0.1", 1024, () => console.log(`ready ${http.address().port}`));
