"""A client for load tests: one socket, no threads, no dependencies, the bare framing.

It implements the part of HTTP, WebSocket, Engine.IO and Socket.IO that it needs. After `connect` its socket
does not block: the owner waits for many of them at once (`select`, `selectors`) and calls `receive` on those
that are readable. Without `follow`, a client counts states and gaps but decodes nothing.
"""

import json
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

from game.client.joined_room import JoinedRoom
from game.client.raw_frames import client_frame, server_frames, upgrade
from game.client.refused import ConnectionRefused, NoAnswer, answer_of
from game.protocol.commands import ENTRANCES
from game.protocol.frames import ACKS, KEYFRAME, MOST_INPUTS, STATE
from game.sync.varint import BadFrame
from game.sync.wire import (
    Keyframe,
    StateFrame,
    clock_message,
    input_message,
    parse_frame,
    resync_message,
)
from game.transport.frames import BINARY, CLOSE, PING, PONG, TEXT

Json = dict[str, Any]
Answered = Callable[[Json], None]

_RECV_BYTES = 65_536


class RawClient:
    """One player's connection; it does nothing unless its owner calls it.

    Args:
        host, port: the address of the server.
        code: the room code for load balancers.
        device, seat: the tokens of an earlier connection.
        follow: decode states; without it they are only counted.

    Attributes:
        socket: readable when there is something to `receive`.
        welcome: the `welcome` of the server, {} before it.
        place: the room that this client is in, or None.
        bye: why the server closed the connection.
        closed: the connection has ended.
        close_code: the code of the server's close frame, None without one.
        states, keyframes, state_bytes: how many were received, and the bytes of their payloads.
        down_bytes: all bytes received, with WebSocket headers.
        gaps: how often a state was missing.
        on_event: called with (event, argument) for each Socket.IO event.
        on_answer: called with the answer of each command, before the callback of that command.
        on_frame: called with each bare frame, before it is handled.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        code: str | None = None,
        device: str | None = None,
        seat: str | None = None,
        follow: bool = False,
    ) -> None:
        self.host = host
        self.port = port
        self.welcome: Json = {}
        self.place: JoinedRoom | None = None
        self.bye: tuple[str, str] | None = None
        self.closed = False
        self.close_code: int | None = None
        self.follow = follow
        self.states = 0
        self.keyframes = 0
        self.state_bytes = 0
        self.down_bytes = 0
        self.gaps = 0
        self.on_event: Callable[[str, Any], None] | None = None
        self.on_answer: Answered | None = None
        self.on_frame: Callable[[bytes], None] | None = None
        self._code = code or secrets.token_hex(3)
        self._auth = {"version": 1, "framing": "bare", "device": device, "seat": seat}
        self._number: int | None = None
        self._kept = bytearray()
        self._unsent = bytearray()
        self._next_id = 0
        self._waiting: dict[int, tuple[str, Answered]] = {}
        self._seqs: dict[int, int] = {}
        self._unacknowledged: dict[int, list[tuple[int, int, int | None]]] = {}
        self._event_args: list[int] = []

    @classmethod
    def at(
        cls,
        url: str,
        *,
        code: str | None = None,
        device: str | None = None,
        seat: str | None = None,
        follow: bool = False,
    ) -> Self:
        """A client of the server at an address such as "http://localhost:8080"."""
        parts = urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port or 80
        return cls(host, port, code=code, device=device, seat=seat, follow=follow)

    # --- the connection ------------------------------------------------------------------------

    def connect(self, timeout_s: float = 10.0) -> Self:
        """Connect and wait for `welcome`.

        Returns:
            this client.

        Raises:
            NoAnswer: no server answers, or its answer is not an upgrade.
        """
        address = f"{self.host}:{self.port}"
        try:
            self.socket = socket.create_connection((self.host, self.port), timeout_s)
        except OSError as error:
            raise NoAnswer(f"{address}: {error}") from None
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            path = f"/socket.io/?EIO=4&transport=websocket&h={self._code}"
            self._kept += upgrade(self.socket, address, path)
        except OSError as error:
            self._over()
            raise NoAnswer(f"{address}: {error}") from None
        self.socket.setblocking(False)
        auth = {key: value for key, value in self._auth.items() if value is not None}
        self.send_text("40" + json.dumps(auth))
        self.wait_for(lambda: bool(self.welcome), timeout_s, "the welcome")
        return self

    def receive(self) -> None:
        """Handle what has arrived. Does not block; sets `closed` when the connection has ended."""
        if self.closed or not self._read():
            return
        for opcode, payload in server_frames(self._kept):
            if opcode == BINARY:
                self._bare(payload)
            elif opcode == TEXT:
                self._text(payload.decode())
            elif opcode == PING:
                self._send(client_frame(PONG, payload))
            elif opcode == CLOSE:
                self.close_code = int.from_bytes(payload[:2], "big") if payload else None
                self._over()
                return

    def _read(self) -> bool:
        """Read all that has arrived; False if the connection has ended."""
        try:
            while True:
                data = self.socket.recv(_RECV_BYTES)
                if not data:
                    self._over()
                    return False
                self._kept += data
                self.down_bytes += len(data)
                if len(data) < _RECV_BYTES:
                    return True
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            self._over()
            return False

    def wait_for(self, holds: Callable[[], bool], timeout_s: float = 10.0, what: str = "it") -> None:
        """Receive until `holds()` is true. Blocks, so it is for an owner with a single client.

        Raises:
            TimeoutError: that did not happen in time.
            ConnectionRefused: the connection was closed, with the reason that the server gave.
        """
        deadline = time.monotonic() + timeout_s
        while not holds():
            if self.closed:
                raise ConnectionRefused(*(self.bye or ("", f"closed while waiting for {what}")))
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"waited {timeout_s} s for {what}")
            self.socket.settimeout(left)
            try:
                self.socket.recv(1, socket.MSG_PEEK)
            except OSError:
                pass  # receive() handles it
            finally:
                self.socket.setblocking(False)
            self.receive()

    def close(self) -> None:
        """End the connection."""
        if not self.closed:
            self._send(client_frame(CLOSE, (1000).to_bytes(2, "big")))
            self._over()

    def _over(self) -> None:
        self.closed = True
        self.socket.close()

    def fileno(self) -> int:
        """The socket's file descriptor, so that a client can be passed to `select`."""
        return self.socket.fileno()

    # --- sending -------------------------------------------------------------------------------

    def _send(self, data: bytes) -> None:
        """Send what the kernel accepts now, and the rest with the next call."""
        if self.closed:
            return
        self._unsent += data
        try:
            del self._unsent[: self.socket.send(self._unsent)]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self._over()

    def send_bytes(self, data: bytes) -> None:
        """Send raw bytes, to test what a server does with them."""
        self._send(data)

    def send_text(self, packet: str) -> None:
        """Send one Engine.IO packet."""
        self._send(client_frame(TEXT, packet.encode()))

    def send_bare(self, message: bytes) -> None:
        """Send one bare message."""
        self._send(client_frame(BINARY, message))

    def emit(self, event: str, argument: object, answered: Answered | None = None) -> None:
        """Send a command; `answered` is called with its answer."""
        number = ""
        if answered is not None:
            self._next_id += 1
            self._waiting[self._next_id] = (event, answered)
            number = str(self._next_id)
        self.send_text(f"42{number}" + json.dumps([event, argument], separators=(",", ":")))

    def call(self, event: str, argument: object = None, timeout_s: float = 10.0) -> Json:
        """Send a command and wait for its answer. Raises Refused, TimeoutError or ConnectionRefused."""
        answers: list[Json] = []
        self.emit(event, {} if argument is None else argument, answers.append)
        self.wait_for(lambda: bool(answers), timeout_s, f"the answer to {event}")
        return answer_of(event, answers[0])

    def press(self, buttons: int, tick: int, *, seat: int | None = None, value: int | None = None) -> int:
        """Send an input: exactly these buttons are held from `tick` on.

        Returns:
            the sequence number of the input.

        Raises:
            LookupError: this client has no seat.
        """
        if seat is None:
            seat = self.place.seat if self.place is not None else None
            if seat is None:
                raise LookupError("this client has no seat")
        seq = self._seqs.get(seat, 0) + 1
        self._seqs[seat] = seq
        rows = self._unacknowledged.setdefault(seat, [])
        rows.append((tick, buttons, value))
        first = seq - len(rows) + 1
        for start in range(0, len(rows), MOST_INPUTS):
            self.send_bare(input_message(seat, first + start, rows[start : start + MOST_INPUTS]))
        return seq

    def ask_clock(self, client_ms: int) -> None:
        """Request the server's time; the answer is in `place.match.clock`."""
        self.send_bare(clock_message(client_ms))

    # --- receiving -----------------------------------------------------------------------------

    # hot: each state of each client under load
    def _bare(self, payload: bytes) -> None:
        if self.on_frame is not None:
            self.on_frame(payload)
        kind = payload[0] & 0x0F
        self.state_bytes += len(payload)
        if kind == STATE:
            self.states += 1
            if payload[0] & ACKS and self._unacknowledged:
                self._take_acks(payload)
            if self._number is not None:
                self._number = (self._number + 1) & 255
                if self._number != payload[1]:
                    self.gaps += 1
                    self._number = None
        elif kind == KEYFRAME:
            self.keyframes += 1
            self._number = payload[1]
            self._take_acks(payload)
        if self.follow and self.place is not None:
            match = self.place.match
            match.frame(payload)
            if match.wants_keyframe:
                match.asked()
                self.send_bare(resync_message())

    def _take_acks(self, payload: bytes) -> None:
        """Forget the inputs that were applied; the next sequence numbers follow them."""
        try:
            frame = parse_frame(payload, self._event_args)
        except BadFrame:
            return
        assert isinstance(frame, Keyframe | StateFrame)
        for seat, applied, _ in frame.acks:
            seq = self._seqs[seat] = max(self._seqs.get(seat, 0), applied)
            rows = self._unacknowledged.get(seat, [])
            del rows[: len(rows) - (seq - applied)]

    def _text(self, packet: str) -> None:
        if packet == "2":
            self.send_text("3")
        elif packet[2:3] == "/":
            pass  # for another namespace
        elif packet.startswith("42"):
            event, *arguments = json.loads(packet[2:])
            self._event(event, arguments[0] if arguments else {})
        elif packet.startswith("43"):
            number, _, rest = packet[2:].partition("[")
            answers = json.loads("[" + rest)
            self._answer(int(number), answers[0] if answers else {})
        elif packet.startswith("44"):
            self._refused(json.loads(packet[2:]))
        elif packet in ("1", "41"):
            self._over()

    def _refused(self, answer: object) -> None:
        if self.welcome:
            return  # a second request to connect was refused: the first connection is still open
        data = answer.get("data", answer) if isinstance(answer, dict) else {"message": answer}
        self.bye = (str(data.get("code", "")), str(data.get("message", "")))
        self._over()

    def _answer(self, number: int, answer: Json) -> None:
        if self.on_answer is not None:
            self.on_answer(answer)
        if number in self._waiting:
            event, answered = self._waiting.pop(number)
            if event in ENTRANCES and answer.get("ok"):
                self._enter(answer)
            answered(answer)

    def _event(self, event: str, data: Json) -> None:
        if event == "welcome":
            if data["resumed"] is not None:
                self._enter(data["resumed"])
            self.welcome = data
        elif event == "joined":
            self._enter(data)
        elif event == "bye":
            self.bye = (data["code"], data["message"])
        elif self.place is not None:
            self._room_event(self.place, event, data)
        if self.on_event is not None:
            self.on_event(event, data)

    def _room_event(self, place: JoinedRoom, event: str, data: Json) -> None:
        if event == "room":
            number = place.room.get("match", {}).get("number")
            if place.patch(data) and place.room.get("match", {}).get("number") != number:
                self._forget_inputs()
        elif event == "chat":
            place.chat.append(data)
        elif event == "schema":
            place.change_game(data)
            self._learn(data)

    def _enter(self, joined: Json) -> None:
        self.place = JoinedRoom(joined)
        self._learn(joined["schema"])
        self._forget_inputs()

    def _learn(self, schema: Json) -> None:
        self._event_args = [len(event["args"]) for event in schema["events"]]

    def _forget_inputs(self) -> None:
        self._seqs.clear()
        self._unacknowledged.clear()
