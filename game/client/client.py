"""A client for programs and tests: blocking commands, and a mirror of everything the server tells.

It is python-socketio's client with one change: messages are worked off in the order in which they come (the
original starts a thread for each, and a state that overtakes another is a gap).
"""

import secrets
import threading
from collections.abc import Callable
from typing import Any, Literal, Self

import engineio
import socketio
import socketio.exceptions

from game.client.commands import Commands
from game.client.follower import Follower
from game.client.place import Place
from game.client.refused import ConnectionRefused, NoAnswer, answer_of

Json = dict[str, Any]

REPEATED = 8
"""Inputs that one message holds at most."""
ENTRANCES = frozenset({"create", "join", "quick"})
"""Commands whose answer is JOINED."""


class _Engine(engineio.Client):
    """An Engine.IO client that handles messages one after the other."""

    def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
        # The server's goodbye is handled by the thread that reads: it cannot wait for itself.
        super().disconnect(abort or threading.current_thread() is self.read_loop_task, reason)

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        kwargs["run_async"] = False
        return super()._trigger_event(event, *args, **kwargs)


class _SocketIO(socketio.Client):
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _Engine


class Client(Commands):
    """One player's connection. May be used by one thread beside its own; a context manager.

    Args:
        url: the server's address, such as "http://localhost:8080".
        framing: how states come: "binary" or "json".
        device: the token that an earlier `welcome` gave.
        seat: the token of the seat to return to.
        code: the room's code for load balancers; a random text when in no room.
        transports: what to connect by.
        headers: of the HTTP requests that connect.
        timeout_s: how long to wait for each answer.

    Attributes:
        welcome: the server's greeting.
        place: the room this client is in, None in none.
        said: events besides room, chat and states, as (event, argument), oldest first.
        lines: how many lines this client has said in its room.
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
        self.place: Place | None = None
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
        self._unacknowledged: dict[int, list[list[int]]] = {}
        self._next_seq: dict[int, int] = {}
        self._socket = _SocketIO(reconnection=False, handle_sigint=False)
        self._socket.on("welcome", self._greeted)
        self._socket.on("room", self._room)
        self._socket.on("schema", self._schema)
        self._socket.on("joined", self._rejoined)
        self._socket.on("chat", self._chat)
        self._socket.on("bye", self._bye)
        self._socket.on("k", lambda told: self._state("k", told))
        self._socket.on("s", lambda told: self._state("s", told))
        self._socket.on("p", lambda told: self._state("p", told))
        self._socket.on("connect_error", self._refused)
        self._socket.on("disconnect", self._disconnected)
        self._socket.on("*", self._said)

    # --- coming and going ----------------------------------------------------------------------

    def connect(self) -> Self:
        """Connect, and return to the seat whose token was given.

        Raises:
            ConnectionRefused: the server does not want this client.
            NoAnswer: no server answers there.
        """
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
        """Drop the connection without a word, as a broken network does."""
        websocket = self._socket.eio.ws
        if websocket is not None:
            websocket.shutdown()

    def __enter__(self) -> Self:
        return self.connect()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connected(self) -> bool:
        """Whether the connection stands."""
        return bool(self._socket.connected)

    @property
    def device(self) -> str:
        """The token that says who this client is; give it to the next one to be the same person."""
        return str(self.welcome["device"])

    @property
    def match(self) -> Follower:
        """The match of the room this client is in. Raises LookupError in none."""
        return self.here.match

    def wait_for(self, holds: Callable[[], object], what: str = "it", timeout_s: float | None = None) -> None:
        """Wait until `holds()` is true; it is asked whenever the server has said something.

        Raises:
            TimeoutError: that did not happen in time; the text says where things stood.
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

        def answered(*told: object) -> None:
            with self._changed:
                answer = told[0] if told else None
                # At once, for what comes next is already about that room.
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

    def press(self, buttons: int, *, seat: int | None = None, tick: int | None = None, value: int = 0) -> int:
        """Hold exactly these buttons from `tick` on (None: from now); returns the input's number.

        Raises LookupError for who has no seat.
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
            row = [seq, match.tick if tick is None else tick, buttons]
            rows = [one for one in self._unacknowledged.get(number, []) if one[0] > acknowledged]
            rows.append([*row, value] if value else row)
            self._unacknowledged[number] = rows
        for first in range(0, len(rows), REPEATED):
            self._socket.emit("i", [number, *rows[first : first + REPEATED]])
        return seq

    # --- what the server says (on the connection's thread) ---------------------------------------

    def _greeted(self, told: Json) -> None:
        with self._changed:
            if told["resumed"] is not None:
                self._enter(told["resumed"])
            self.welcome = told
            self._changed.notify_all()

    def _rejoined(self, joined: Json) -> None:
        with self._changed:
            self._enter(joined)
            self.said.append(("joined", joined))
            self._changed.notify_all()

    def _enter(self, joined: Json) -> None:
        old = self.place
        self.place = Place(joined)
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

    def _state(self, event: str, told: Any) -> None:
        with self._changed:
            place = self.place
            if place is None:
                return
            match = place.match
            if isinstance(told, bytes):
                match.frame(told)
            else:
                match.json(event, told)
            ask = match.wants_keyframe
            if ask:
                match.asked()
            self._changed.notify_all()
        if ask:
            self._socket.emit("resync", {})

    def _bye(self, told: Json) -> None:
        with self._changed:
            self.bye = (told["code"], told["message"])
            self._changed.notify_all()

    def _refused(self, told: Any = None) -> None:
        if isinstance(told, dict):  # else no server answered
            data = told.get("data")
            found = data if isinstance(data, dict) else told
            self._refusal = (str(found.get("code", "")), str(found.get("message", "")))

    def _disconnected(self, *_: object) -> None:
        with self._changed:
            self._changed.notify_all()

    def _said(self, event: str, told: Any = None) -> None:
        with self._changed:
            self.said.append((event, told))
            self._changed.notify_all()
