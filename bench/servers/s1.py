"""Workload S1 in Python: the state and the work of one room, the same for all frameworks.

Eight players send an input four times a second; twenty times a second the room moves them and sends
all positions to everyone, in 60 bytes (little-endian: tick u32, time in µs u64, and per seat seq, x, y u16)
or as the same in JSON.
"""

import struct
import time

SEATS = 8
TICK_HZ = 20
INPUT = struct.Struct("<HB")
_HEAD = struct.Struct("<IQ")
_NUMBERS = struct.Struct(f"<{3 * SEATS}H")  # of each seat seq, x, y


def _lane(seat: int, number: int, bits: int) -> int:
    """The bits of a number, from its position on."""
    return (1 << bits) - 1 << 16 * (3 * seat + number)


_HIGH = int.from_bytes(b"\x00\x80" * (3 * SEATS), "little")
_LOW = int.from_bytes(b"\xff\x7f" * (3 * SEATS), "little")
_SEQ_AT = [48 * seat for seat in range(SEATS)]
_BUT_SEQ = [~_lane(seat, 0, 16) for seat in range(SEATS)]
_BUT_SPEED = [~_lane(seat, 1, 32) for seat in range(SEATS)]
_SPEED = [
    [((3 if held & 1 else 1) | (3 if held & 2 else 1) << 16) << 48 * seat + 16 for held in range(4)]
    for seat in range(SEATS)
]


class S1Room:
    """One room of S1. Its 24 numbers are one integer, so that one addition moves all players.

    Moved one by one they were 4 % of the cost of a message, and S1 measures the framework.
    """

    __slots__ = ("_numbers", "_speeds", "at_us", "tick")

    def __init__(self) -> None:
        self.tick = 0
        self.at_us = 0
        self._numbers = 0
        self._speeds = sum(speeds[0] for speeds in _SPEED)

    def press(self, seat: int, seq: int, buttons: int) -> None:
        """Take an input."""
        self._numbers = self._numbers & _BUT_SEQ[seat] | seq << _SEQ_AT[seat]
        self._speeds = self._speeds & _BUT_SPEED[seat] | _SPEED[seat][buttons & 3]

    def step(self) -> None:
        """Move everyone by one tick."""
        self.at_us = time.monotonic_ns() // 1000
        self.tick += 1
        numbers, speeds = self._numbers, self._speeds
        # Without the top bits no sum overflows into the next number; they are added separately.
        self._numbers = (numbers & _LOW) + (speeds & _LOW) ^ (numbers ^ speeds) & _HIGH

    def packed(self) -> bytes:
        """The state as 60 bytes."""
        return _HEAD.pack(self.tick, self.at_us) + self._numbers.to_bytes(_NUMBERS.size, "little")

    def as_json(self) -> dict[str, object]:
        """The state as JSON values."""
        numbers = iter(_NUMBERS.unpack(self._numbers.to_bytes(_NUMBERS.size, "little")))
        return {"t": self.tick, "at": self.at_us, "p": list(zip(numbers, numbers, numbers, strict=True))}


class S1Player:
    """A player's place in a room."""

    __slots__ = ("_room", "_seat")

    def __init__(self, room: S1Room, seat: int) -> None:
        self._room = room
        self._seat = seat

    def take(self, payload: bytes) -> None:
        """Take an input of three bytes."""
        seq, buttons = INPUT.unpack(payload)
        self._room.press(self._seat, seq, buttons)

    def press(self, seq: int, buttons: int) -> None:
        """Take an input of two numbers."""
        self._room.press(self._seat, seq, buttons)
