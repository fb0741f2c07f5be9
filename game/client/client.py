"""A client for programs and tests: blocking commands, and the state of its room and match.

It uses python-socketio's client with one change: messages are handled in the order in which they arrive. The
original starts a thread for each, and a state that overtakes another looks like a gap. Install
`websocket-client` with pip for it; `RawClient` needs nothing.
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Literal, Self

import engineio
import socketio
import socketio.exceptions

from game.client.commands import Commands
from game.client.follower import Follower
from game.client.joined_room import JoinedRoom
from game.client.refused import ConnectionRefused, NoAnswer, answer_of
from game.protocol.commands import ENTRANCES

Json = dict[str, Any]

REPEATED = 8
"""The greatest number of inputs in one message."""
"""Commands whose answer is JOINED."""


class _Engine(engineio.Client):
    """An Engine.IO client that handles messages one after another."""

    def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
        # The thread that reads handles the server's disconnect: it cannot wait for itself.
        super().disconnect(abort or threading.current_thread() is self.read_loop_task, reason)

    def _trigger_event(self, event: str, *args: object, **kwargs: object) -> object:
        kwargs["run_async"] = False
        return super()._trigger_event(event, *args, **kwargs)


class _SocketIO(socketio.Client):
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _Engine


class Client(Commands):
    """One player's connection. A context manager; one thread may use it besides its own.

    Args:
        url: the server's address, such as "http://localhost:8080".
        framing: the framing of states, "binary" or "json".
        device: the token of an earlier `welcome`.
        seat: the token of the seat to return to.
        code: the room code for load balancers; None: a random text.
        transports: the transports to connect by.
        headers: HTTP headers of the request that connects.
        timeout_s: how long to wait for each answer.

    Attributes:
        welcome: the `welcome` of the server.
        place: the room that this client is in, or None.
        said: events besides room, chat and states, as (event, argument), oldest first.
        lines: how many chat lines this client has sent in its room.
        bye: the code and message with which the server closed the connection.
    """

    def __init__(
        self,
        url: str,
        *,
        framing: Literal["binary", "json"] = "binary",
        device: str | None = None,
        seat: str | None = None,
        code: str | None = None,
        transports: tuple[str, ...] = ("websocket",),
        headers: dict[str, str] | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self.url = url
        self.welcome: Json = {}
        self.place: JoinedRoom | None = None
        self.said: list[tuple[str, Json]] = []
        self.bye: tuple[str, str] | None = None
        self._framing = framing
        self._device = device
        self._seat = seat
        self._code = code or secrets.token_hex(3)
        self._transports = list(transports)
        self._headers = headers or {}
        self._timeout_s = timeout_s
        self._changed = threading.Condition(threading.RLock())
        self._refusal: tuple[str, str] | None = None
        self.lines = 0
        self._unacknowledged: dict[int, list[tuple[int, list[object]]]] = {}
        self._next_seq: dict[int, int] = {}
        self._socket = _SocketIO(reconnection=False, handle_sigint=False)
        self._socket.on("welcome", self._greeted)
        self._socket.on("room", self._room)
        self._socket.on("schema", self._schema)
        self._socket.on("joined", self._rejoined)
        self._socket.on("chat", self._chat)
        self._socket.on("bye", self._bye)
        self._socket.on("k", lambda data: self._state("k", data))
        self._socket.on("s", lambda data: self._state("s", data))
        self._socket.on("p", lambda data: self._state("p", data))
        self._socket.on("connect_error", self._refused)
        self._socket.on("disconnect", self._disconnected)
        self._socket.on("*", self._said)

    # --- the connection ------------------------------------------------------------------------

    def connect(self) -> Self:
        """Connect, and return to the seat whose token was given.

        Returns:
            this client.

        Raises:
            ConnectionRefused: the server refuses this client.
            NoAnswer: no server answers.
        """
        if "websocket" in self._transports and find_spec("websocket") is None:
            raise NoAnswer(
                "the transport websocket needs a package that is missing: pip install websocket-client"
            )
        auth = {"version": 1, "framing": self._framing, "device": self._device, "seat": self._seat}
        try:
            self._socket.connect(
                f"{self.url}/?h={self._code}",
                auth={key: value for key, value in auth.items() if value is not None},
                headers=self._headers,
                transports=self._transports,
                wait_timeout=self._timeout_s,
            )
        except socketio.exceptions.ConnectionError as error:
            if self._refusal is not None:
                raise ConnectionRefused(*self._refusal) from None
            raise NoAnswer(f"{self.url}: {error}") from None
        self.wait_for(lambda: self.welcome, "the welcome")
        return self

    def close(self) -> None:
        """Disconnect; the seat is held for a while."""
        self._socket.disconnect()

    def lose(self) -> None:
        """Drop the connection without a close frame, as a broken network does."""
        websocket = self._socket.eio.ws
        if websocket is not None:
            websocket.shutdown()

    def __enter__(self) -> Self:
        return self.connect()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connected(self) -> bool:
        """Whether the connection is open."""
        return bool(self._socket.connected)

    @property
    def device(self) -> str:
        """The token of this device; a client that connects with it is the same person."""
        return str(self.welcome["device"])

    @property
    def match(self) -> Follower:
        """The match of this client's room. Raises LookupError without a room."""
        return self.here.match

    def wait_for(self, holds: Callable[[], object], what: str = "it", timeout_s: float | None = None) -> None:
        """Wait until `holds()` is true; it is called after each message of the server.

        Raises:
            TimeoutError: that did not happen in time; the text shows the room.
        """
        limit = self._timeout_s if timeout_s is None else timeout_s
        with self._changed:
            if not self._changed.wait_for(holds, limit):
                stands = self.place.room if self.place is not None else "in no room"
                raise TimeoutError(f"waited {limit} s for {what}; {self.bye or stands}")

    # --- commands and presses ------------------------------------------------------------------

    def call(self, event: str, argument: object = None) -> Json:
        """Send any command and return its answer; see `Commands`."""
        answers: list[object] = []

        def answered(*data: object) -> None:
            with self._changed:
                answer = data[0] if data else None
                # Now, because the next message is already about that room.
                if event in ENTRANCES and isinstance(answer, dict) and answer.get("ok"):
                    self._enter(answer)
                answers.append(answer)
                self._changed.notify_all()

        try:
            self._socket.emit(event, {} if argument is None else argument, callback=answered)
        except socketio.exceptions.SocketIOError as error:
            raise NoAnswer(f"{event}: {error}") from None
        with self._changed:
            self._changed.wait_for(lambda: answers or not self.connected, self._timeout_s)
        if not answers:
            raise NoAnswer(f"{event} was not answered; {self.bye or f'waited {self._timeout_s} s'}")
        return answer_of(event, answers[0])

    def send(self, event: str, argument: object) -> None:
        """Send any event and request no answer."""
        self._socket.emit(event, argument)

    def press(
        self,
        buttons: int,
        *,
        seat: int | None = None,
        tick: int | None = None,
        value: int = 0,
        controls: Mapping[str, object] | None = None,
    ) -> int:
        """Send an input.

        Args:
            buttons: the buttons that are held, as bits.
            seat: the seat; None: this client's own.
            tick: from this tick on; None: from now on.
            value: the value of the input, in games that use one.
            controls: what other controls change to, by name: `{"move": [127, 0], "word": "ship"}`.

        Returns:
            the sequence number of the input.

        Raises:
            LookupError: this client has no seat.
        """
        with self._changed:
            here = self.here
            number = here.seat if seat is None else seat
            if number is None:
                raise LookupError("this client has no seat")
            match = here.match
            acknowledged = match.acks.get(number, (0, 0))[0]
            seq = max(self._next_seq.get(number, 1), acknowledged + 1)
            self._next_seq[number] = seq + 1
            row: list[object] = [seq, match.tick if tick is None else tick, buttons]
            rows = [one for one in self._unacknowledged.get(number, []) if one[0] > acknowledged]
            row += [value] if value else []
            row += [dict(controls)] if controls else []
            rows.append((seq, row))
            self._unacknowledged[number] = rows
        for first in range(0, len(rows), REPEATED):
            self.send("i", [number, *(row for _, row in rows[first : first + REPEATED])])
        return seq

    # --- events of the server (on the connection's thread) ---------------------------------------

    def _greeted(self, data: Json) -> None:
        with self._changed:
            if data["resumed"] is not None:
                self._enter(data["resumed"])
            self.welcome = data
            self._changed.notify_all()

    def _rejoined(self, joined: Json) -> None:
        with self._changed:
            self._enter(joined)
            self.said.append(("joined", joined))
            self._changed.notify_all()

    def _enter(self, joined: Json) -> None:
        old = self.place
        self.place = JoinedRoom(joined)
        self.lines = joined["chat_n"]
        if old is None or old.code != self.place.code or old.player != self.place.player:
            self._forget_inputs()

    def _forget_inputs(self) -> None:
        self._next_seq.clear()
        self._unacknowledged.clear()

    def _room(self, change: Json) -> None:
        with self._changed:
            place = self.place
            if place is not None:
                number = place.room.get("match", {}).get("number")
                if place.patch(change) and place.room.get("match", {}).get("number") != number:
                    self._forget_inputs()
            self._changed.notify_all()

    def _schema(self, schema: Json) -> None:
        with self._changed:
            if self.place is not None:
                self.place.change_game(schema)
            self._changed.notify_all()

    def _chat(self, line: Json) -> None:
        with self._changed:
            if self.place is not None:
                self.place.chat.append(line)
            self._changed.notify_all()

    def _state(self, event: str, data: bytes | Json) -> None:
        with self._changed:
            place = self.place
            if place is None:
                return
            match = place.match
            if isinstance(data, bytes):
                match.frame(data)
            else:
                match.json(event, data)
            ask = match.wants_keyframe
            if ask:
                match.asked()
            self._changed.notify_all()
        if ask:
            self.send("resync", {})

    def _bye(self, data: Json) -> None:
        with self._changed:
            self.bye = (data["code"], data["message"])
            self._changed.notify_all()

    def _refused(self, data: object = None) -> None:
        if isinstance(data, dict):  # if not, no server answered
            inner = data.get("data")
            found = inner if isinstance(inner, dict) else data
            self._refusal = (str(found.get("code", "")), str(found.get("message", "")))

    def _disconnected(self, *_: object) -> None:
        with self._changed:
            self._changed.notify_all()

    def _said(self, event: str, data: Json | None = None) -> None:
        with self._changed:
            self.said.append((event, data if data is not None else {}))
            self._changed.notify_all()
