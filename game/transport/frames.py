"""WebSocket frames (RFC 6455), without any I/O: bytes in, messages out, and the other way round.

Theory of operation. A `Parser` is fed whatever arrived and answers with whole messages. Every limit is
checked on a frame's *header*, before one byte of its payload is kept, so a peer that declares a gigabyte
costs 14 bytes. A breach is remembered in `Parser.violation` together with the close code that the shell
must send; from then on the parser ignores its input.

This file knows no socket, no clock and nothing of what a message means.
"""

from struct import Struct
from typing import Final

CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
PROTOCOL_ERROR: Final = 1002
NO_STATUS: Final = 1005
"""What `read_close` says of a close frame without a code; never sent."""
INVALID_PAYLOAD: Final = 1007
POLICY: Final = 1008
TOO_BIG: Final = 1009
INTERNAL_ERROR: Final = 1011

CONTROL_MAX: Final = 125
"""Longest payload of a control frame, in bytes."""

_FIN: Final = 0x80
_MASKED: Final = 0x80
_SHORT: Final = 126
_LONG: Final = 127
_HEAD_16: Final = Struct("!BBH")
_HEAD_64: Final = Struct("!BBQ")

MAX_MESSAGE_BYTES: Final = 16_384

Received = tuple[int, bytes]
"""A message or control frame that has come: an opcode (never CONTINUATION) and a whole, unmasked payload."""


class Violation(Exception):
    """The peer broke the protocol or a limit.

    `code` is the close code that tells it so: 1002 (protocol), 1007 (not UTF-8) or 1009 (too big).
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


# --- out -----------------------------------------------------------------------------------------


def frame(opcode: int, payload: bytes) -> bytes:
    """Build one whole, unmasked frame, as a server sends it."""
    size = len(payload)
    if size < _SHORT:
        return bytes((_FIN | opcode, size)) + payload
    if size < 1 << 16:
        return _HEAD_16.pack(_FIN | opcode, _SHORT, size) + payload
    return _HEAD_64.pack(_FIN | opcode, _LONG, size) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """Build a close frame; the reason is cut to the 123 bytes that fit."""
    if code == NO_STATUS:
        return frame(CLOSE, b"")
    text = reason.encode()[: CONTROL_MAX - 2].decode(errors="ignore")
    return frame(CLOSE, code.to_bytes(2, "big") + text.encode())


def read_close(payload: bytes) -> tuple[int, str]:
    """Split a close frame's payload into code and reason.

    Returns:
        the code, NO_STATUS if there is none, and the reason.

    Raises:
        Violation: a payload of one byte, a code that may not be sent, or a reason that is not UTF-8.
    """
    if not payload:
        return NO_STATUS, ""
    if len(payload) == 1:
        raise Violation(PROTOCOL_ERROR, "a close code has two bytes")
    code = int.from_bytes(payload[:2], "big")
    # 1004-1006 and 1015 are reserved, 1016-2999 unassigned; 3000-4999 belong to libraries and applications.
    if not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise Violation(PROTOCOL_ERROR, "no such close code")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise Violation(INVALID_PAYLOAD, "the close reason is not UTF-8") from None


# --- in ------------------------------------------------------------------------------------------

LONE_TEXT: Final = _FIN | TEXT
LONE_BINARY: Final = _FIN | BINARY
_ONES: Final = [sum(1 << 32 * word for word in range((size + 3) // 4)) for size in range(CONTROL_MAX + 1)]
_ALL: Final = [(1 << 8 * size) - 1 for size in range(CONTROL_MAX + 1)]


# hot: once per input; guarded by the S1 bench
def lone(data: bytes, first: int) -> bytes | None:
    """The payload, if `data` is one whole message of at most 125 bytes; None says nothing of `data`.

    That is what an input looks like. Ask only while the connection's parser is idle, and for messages that
    its limits allow; whatever is None, a parser can judge. Text is not looked at.

    Args:
        data: all that has come.
        first: the frame's first byte, LONE_TEXT or LONE_BINARY.

    Returns:
        the unmasked payload, or None.
    """
    size = len(data) - 6
    if not 0 <= size <= CONTROL_MAX or data[0] != first or data[1] != _MASKED | size:
        return None
    frame_bits = int.from_bytes(data, "little") >> 16
    mask = (frame_bits & 0xFFFF_FFFF) * _ONES[size]
    return ((frame_bits >> 32 ^ mask) & _ALL[size]).to_bytes(size, "little")


class Parser:
    """Turns a client's bytes into messages.

    Attributes:
        violation: what the peer did wrong, once it has; nothing is parsed after that.
        closed: the peer's close frame was seen; nothing is parsed after that.
        pending: the last `feed` stopped at its budget; call `feed(b"")` to go on.
        begun: how many messages have come in pieces so far, the one that is `unfinished` included.
    """

    __slots__ = ("_joined", "_kept", "_max_bytes", "_needed", "_opcode", "begun", "closed", "pending",
                 "violation")  # fmt: skip

    def __init__(self, max_message_bytes: int = MAX_MESSAGE_BYTES) -> None:
        """Expect the beginning of a message.

        Args:
            max_message_bytes: payload of one message, all its fragments together. The number of fragments is
                not limited: they are joined as they come, so an empty one takes no memory.
        """
        self._max_bytes = max_message_bytes
        self._kept = bytearray()  # the beginning of a frame whose end has not come
        self._needed = 0  # no use in looking at `_kept` before it holds this many bytes
        self._opcode = CONTINUATION  # of the message in fragments, CONTINUATION when there is none
        self._joined = bytearray()  # the fragments so far
        self.begun = 0
        self.closed = False
        self.pending = False
        self.violation: Violation | None = None

    def feed(self, data: bytes, budget: int = 1 << 30) -> list[Received]:
        """Parse what has come; never raises, see `violation`.

        Args:
            data: the bytes that follow those of the last call.
            budget: how many frames are parsed at most; `pending` says whether that was the reason to stop.

        Returns:
            the messages that are whole now, in order, control frames among them. Text payloads are valid
            UTF-8, CLOSE payloads have passed `read_close`.
        """
        messages: list[Received] = []
        if self.violation is not None or self.closed:
            return messages
        self.pending = False
        kept = self._kept
        continued = bool(kept)
        if continued:
            kept += data
            if len(kept) < self._needed:
                return messages
            data = bytes(kept)
            self._kept = bytearray()
        self._needed = 0
        try:
            rest = self._parse(data, messages, budget)
        except Violation as violation:
            # Its traceback holds this parser: such a cycle would stay in memory until a collection.
            self.violation = violation.with_traceback(None)
            self._joined.clear()
            return messages
        if rest < len(data):
            self._kept += data[rest:]
            if not self._opcode and (rest or not continued):
                self.begun += 1
        return messages

    @property
    def idle(self) -> bool:
        """Nothing has begun and not ended, and nothing is wrong: what comes next begins a message."""
        return not (self._kept or self._opcode or self.closed or self.pending or self.violation)

    @property
    def unfinished(self) -> bool:
        """Whether the client has begun a message and still owes a part of it."""
        return bool(self._kept or self._opcode) and not self.pending

    # hot: once per wake-up of a client; guarded by the S1 bench
    def _parse(  # noqa: C901  another call would cost each message 5 %
        self, data: bytes, messages: list[Received], budget: int
    ) -> int:
        """Append the messages in `data`; return how many bytes were used up."""
        max_bytes = self._max_bytes
        start, end = 0, len(data)
        while end - start >= 2:
            first, size = data[start], data[start + 1]
            if size < _MASKED:
                raise Violation(PROTOCOL_ERROR, "client frames must be masked")
            size -= _MASKED
            body = start + 6
            if size >= _SHORT:
                head = 8 if size == _SHORT else 14
                if end - start < head - 4:
                    # A control frame with a long length is wrong already; do not wait for the length.
                    self._check(first, size)
                    self._needed = head - 4
                    return start
                size = _long_size(data, start, size)
                body = start + head
            if first != _FIN | BINARY and first != _FIN | TEXT:
                self._check(first, size)
            elif self._opcode:
                raise Violation(PROTOCOL_ERROR, "a new message before the last fragment")
            if size > max_bytes:
                raise Violation(TOO_BIG, f"messages are limited to {max_bytes} bytes")
            stop = body + size
            if stop > end:
                self._needed = stop - start
                return start
            if budget == 0:
                self.pending = True
                return start
            budget -= 1
            # Unmasking by one XOR of two big integers costs a tenth of a loop over the bytes.
            repeated = (data[body - 4 : body] * ((size + 3) >> 2))[:size]
            payload = (
                int.from_bytes(data[body:stop], "little") ^ int.from_bytes(repeated, "little")
            ).to_bytes(size, "little")
            start = stop
            if first == _FIN | BINARY:
                messages.append((BINARY, payload))
            elif first == _FIN | TEXT:
                messages.append((TEXT, _utf8(payload)))
            else:
                self._uncommon(first, payload, messages)
                if self.closed:
                    return end
        self._needed = 2
        return start

    def _check(self, first: int, size: int) -> None:  # noqa: C901  one rule of RFC 6455 after the other
        """Judge the header of any frame that is not a whole data message.

        Args:
            first: the frame's first byte.
            size: its payload's bytes.

        Raises:
            Violation: the frame is not allowed.
        """
        opcode = first & 0x0F
        if first & 0x70:
            raise Violation(PROTOCOL_ERROR, "no extension was agreed, so RSV bits must be 0")
        if opcode >= CLOSE:
            if opcode > PONG:
                raise Violation(PROTOCOL_ERROR, "reserved opcode")
            if not first & _FIN:
                raise Violation(PROTOCOL_ERROR, "control frames cannot be fragmented")
            if size > CONTROL_MAX:
                raise Violation(PROTOCOL_ERROR, "control frames hold 125 bytes at most")
            return
        if opcode > BINARY:
            raise Violation(PROTOCOL_ERROR, "reserved opcode")
        if opcode == CONTINUATION:
            if not self._opcode:
                raise Violation(PROTOCOL_ERROR, "a continuation of nothing")
            if len(self._joined) + size > self._max_bytes:
                raise Violation(TOO_BIG, f"messages are limited to {self._max_bytes} bytes")
        elif self._opcode:
            raise Violation(PROTOCOL_ERROR, "a new message before the last fragment")

    def _uncommon(self, first: int, payload: bytes, messages: list[Received]) -> None:
        """Take a frame that `_check` has passed and that is whole: a control frame or a fragment."""
        opcode = first & 0x0F
        if opcode >= CLOSE:
            if opcode == CLOSE:
                read_close(payload)
                self.closed = True
            messages.append((opcode, payload))
            return
        if opcode:
            self._opcode = opcode
            self.begun += 1
        self._joined += payload
        if first & _FIN:
            whole = bytes(self._joined)
            opcode, self._opcode = self._opcode, CONTINUATION
            self._joined.clear()
            messages.append((opcode, _utf8(whole) if opcode == TEXT else whole))


def _long_size(data: bytes, start: int, marker: int) -> int:
    """Read the 16 or 64 bit length of the frame at `start`."""
    if marker == _SHORT:
        size = data[start + 2] << 8 | data[start + 3]
        minimum = _SHORT
    else:
        size = int.from_bytes(data[start + 2 : start + 10], "big")
        minimum = 1 << 16
        if size >> 63:
            raise Violation(PROTOCOL_ERROR, "the top bit of a 64 bit length must be 0")
    if size < minimum:
        raise Violation(PROTOCOL_ERROR, "the length is not in its shortest form")
    return size


def _utf8(payload: bytes) -> bytes:
    if not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError:
            raise Violation(INVALID_PAYLOAD, "text is not UTF-8") from None
    return payload
