"""One message for many receivers; each of its encodings is made at most once, and only if it is needed."""

from collections.abc import Callable
from enum import Enum

import msgspec
from engineio.packet import MESSAGE, Packet

from game.transport.frames import BINARY, TEXT, frame


class Framing(Enum):
    """How a client wants to get its state messages; agreed when it connects."""

    BARE = "bare"
    """The payload alone, as one binary Engine.IO message: needs a client that expects it."""
    BINARY = "binary"
    """An ordinary Socket.IO event with one binary attachment: any client."""
    JSON = "json"
    """An ordinary Socket.IO event with one JSON argument: any client."""


class EncodedMessage:
    """An event with one argument, ready to be sent in any framing, to any number of receivers."""

    __slots__ = ("_as_json", "_bare", "_binary", "_json", "event", "namespace", "payload")

    def __init__(
        self, event: str, payload: bytes, as_json: Callable[[], object] | None = None, namespace: str = "/"
    ) -> None:
        """Hold `payload`, and how to express the same in JSON.

        Args:
            event: name of the Socket.IO event for receivers with ordinary framing.
            payload: the argument as bytes.
            as_json: returns the argument as something JSON can hold; without it JSON receivers get bytes.
            namespace: the Socket.IO namespace in which ordinary receivers get the event.
        """
        self.event = event
        self.payload = payload
        self.namespace = namespace
        self._as_json = as_json
        self._bare: bytes | None = None
        self._binary: bytes | None = None
        self._json: bytes | None = None

    @property
    def bare(self) -> bytes:
        """One WebSocket frame that holds the payload and nothing else."""
        if self._bare is None:
            self._bare = frame(BINARY, self.payload)
        return self._bare

    @property
    def binary(self) -> bytes:
        """Two WebSocket frames: the event with a placeholder, then the payload."""
        if self._binary is None:
            self._binary = frame(TEXT, b"4" + self._event_with_placeholder()) + frame(BINARY, self.payload)
        return self._binary

    @property
    def json(self) -> bytes:
        """One WebSocket frame: the event with its JSON argument; `binary` if there is no JSON form."""
        if self._json is None:
            text = self._event_with_json()
            self._json = self.binary if text is None else frame(TEXT, b"4" + text)
        return self._json

    def wire(self, framing: Framing) -> bytes:
        """The WebSocket frames for a receiver with that framing."""
        if framing is Framing.BARE:
            return self.bare
        return self.binary if framing is Framing.BINARY else self.json

    def packets(self, framing: Framing) -> list[Packet]:
        """The same message as Engine.IO packets, for a receiver that is still on long-polling."""
        if framing is Framing.BARE:
            return [Packet(MESSAGE, self.payload)]
        text = self._event_with_json() if framing is Framing.JSON else None
        if text is not None:
            return [Packet(MESSAGE, text.decode())]
        return [Packet(MESSAGE, self._event_with_placeholder().decode()), Packet(MESSAGE, self.payload)]

    def _event_with_placeholder(self) -> bytes:
        name = msgspec.json.encode(self.event)
        return b"51-%b[%b,%b]" % (self._prefix(), name, b'{"_placeholder":true,"num":0}')

    def _event_with_json(self) -> bytes | None:
        if self._as_json is None:
            return None
        return b"2%b%b" % (self._prefix(), msgspec.json.encode([self.event, self._as_json()]))

    def _prefix(self) -> bytes:
        return b"" if self.namespace == "/" else self.namespace.encode() + b","


class EventMessage:
    """An event of any arguments, ready to be sent to any number of receivers, whatever their framing.

    It takes the place of an `EncodedMessage`.
    """

    __slots__ = ("_encoded", "_packets", "_wire")

    def __init__(self, encoded: list[str | bytes]) -> None:
        """Hold a Socket.IO packet as python-socketio encodes it: a text, then its attachments."""
        self._encoded = encoded
        self._packets: list[Packet] | None = None
        self._wire: bytes | None = None

    @property
    def bare(self) -> bytes:
        """The WebSocket frames: one for the text, and one for each attachment."""
        if self._wire is None:
            self._wire = b"".join(
                frame(TEXT, b"4" + one.encode()) if isinstance(one, str) else frame(BINARY, one)
                for one in self._encoded
            )
        return self._wire

    binary = json = bare

    def wire(self, _framing: Framing) -> bytes:
        """The WebSocket frames, for any receiver."""
        return self.bare

    def packets(self, _framing: Framing) -> list[Packet]:
        """The same as Engine.IO packets, for receivers that are on long-polling."""
        if self._packets is None:
            self._packets = [Packet(MESSAGE, one) for one in self._encoded]
        return self._packets
