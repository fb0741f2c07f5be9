"""Integers as bytes: seven bits a byte, lowest first; signed ones folded so that small stays short.

Both ways are here: tables and functions that write, and a `Reader` that takes numbers off a frame and
never reads past its end.
"""

from typing import Final

from game.protocol.frames import MOST_VARINT_BYTES

VARINT_TABLE_SIZE: Final = 4096
ZIGZAG_TABLE_HALF: Final = 2048


class BadFrame(ValueError):
    """Bytes or JSON that break the protocol; the text tells what was found."""


def _long_varint(n: int) -> bytes:
    if n < 0:
        raise ValueError(f"a varint is 0 or more, got {n}")
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


VARINTS: Final = tuple(_long_varint(n) for n in range(VARINT_TABLE_SIZE))
ZIGZAGS: Final = tuple(
    _long_varint(n << 1 if n < ZIGZAG_TABLE_HALF else (VARINT_TABLE_SIZE - n << 1) - 1)
    for n in range(VARINT_TABLE_SIZE)
)
"""`ZIGZAGS[n]` for n in -2048..2047: a negative index counts from the table's end."""


# hot: several times a state
def varint(n: int) -> bytes:
    """The bytes of n, 0 or more."""
    return VARINTS[n] if 0 <= n < VARINT_TABLE_SIZE else _long_varint(n)


def zigzag(n: int) -> bytes:
    """The bytes of a signed n."""
    if -ZIGZAG_TABLE_HALF <= n < ZIGZAG_TABLE_HALF:
        return ZIGZAGS[n]
    return _long_varint(n << 1 if n >= 0 else (-n << 1) - 1)


class Reader:
    """Takes numbers off `data` between `at` and `end`. Raises BadFrame where they end too soon."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int = 0, end: int = -1) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end < 0 else end

    def byte(self) -> int:
        """The next byte, 0..255."""
        at = self.at
        if at >= self.end:
            raise BadFrame(f"the frame ends within a value at byte {at}")
        self.at = at + 1
        return self.data[at]

    def varint(self, most_bytes: int = MOST_VARINT_BYTES) -> int:
        """The next number, 0 or more, of at most `most_bytes` bytes."""
        value = shift = 0
        for _ in range(most_bytes):
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise BadFrame(f"a number of more than {most_bytes} bytes before byte {self.at}")

    def zigzag(self, most_bytes: int = MOST_VARINT_BYTES) -> int:
        """The next signed number."""
        value = self.varint(most_bytes)
        return value >> 1 if value & 1 == 0 else -(value + 1 >> 1)

    def count(self, each: int = 1) -> int:
        """The next number, which counts things of at least `each` bytes that must follow in the frame."""
        count = self.varint()
        if count * each > self.end - self.at:
            raise BadFrame(f"{count} things of {each} bytes do not fit behind byte {self.at}")
        return count

    def raw(self, length: int) -> bytes:
        """The next `length` bytes."""
        if length > self.end - self.at:
            raise BadFrame(f"{length} bytes do not fit behind byte {self.at}")
        self.at += length
        return self.data[self.at - length : self.at]

    def finish(self) -> None:
        """Raise BadFrame unless everything was taken."""
        if self.at != self.end:
            raise BadFrame(f"{self.end - self.at} bytes left over behind byte {self.at}")
