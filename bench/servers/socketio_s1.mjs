// S1 on Socket.IO for Node (ws) as its users write it: rooms, one timer per room, emit.
//
// Usage: node socketio_s1.mjs ROOMS json|binary. The client's auth tells room and seat.

import { Server } from "socket.io";
import { S1Room, TICK_MS } from "./s1.mjs";

const count = Number(process.argv[2]);
const packed = process.argv[3] === "binary";
const rooms = Array.from({ length: count }, () => new S1Room());
const io = new Server({ transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  const { room: number, seat } = socket.handshake.auth;
  const room = rooms[number];
  socket.join(`room ${number}`);
  socket.on("i", (seq, buttons) => room.press(seat, seq, buttons));
});

rooms.forEach((room, number) => {
  // Timers that start together would fire together: rooms of real life begin when they like.
  setTimeout(() => {
    setInterval(() => {
      room.step();
      io.to(`room ${number}`).emit("s", packed ? room.packed() : room.asJson());
    }, TICK_MS);
  }, (number % 10) * (TICK_MS / 10));
});

const http = (await import("node:http")).createServer();
io.attach(http);
http.listen(0, "127.0.0.1", 1024, () => console.log(`ready ${http.address().port}`));
