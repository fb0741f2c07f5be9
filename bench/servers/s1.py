"""Workload S1 in Python: what one room holds and does. The frameworks around it differ, this does not.

Eight players send an input four times a second; twenty times a second the room moves them and tells
everyone where all are, in 60 bytes (little-endian: tick u32, time in µs u64, and per seat seq, x, y u16)
or as the same in JSON.
"""

import struct
import time
from array import array

SEATS = 8
TICK_HZ = 20
INPUT = struct.Struct("<HB")
_HEAD = struct.Struct("<IQ")
_CELLS = 3  # of a seat: seq, x, y
_BUTTONS = SEATS * _CELLS  # where everyone's buttons begin, which are not told


class S1Room:
    """One room of S1. All of it in one array, because a tick finds little in the cache."""

    __slots__ = ("_cells", "at_us", "tick")

    def __init__(self) -> None:
        self.tick = 0
        self.at_us = 0
        self._cells = array("H", [0] * (_BUTTONS + SEATS))

    def press(self, seat: int, seq: int, buttons: int) -> None:
        """Take an input."""
        cells = self._cells
        cells[seat * _CELLS] = seq
        cells[_BUTTONS + seat] = buttons

    def step(self) -> None:
        """Move everyone by one tick."""
        self.at_us = time.monotonic_ns() // 1000
        self.tick += 1
        cells, at = self._cells, 1
        for buttons in cells[_BUTTONS:]:
            cells[at] = cells[at] + (3 if buttons & 1 else 1) & 0xFFFF
            cells[at + 1] = cells[at + 1] + (3 if buttons & 2 else 1) & 0xFFFF
            at += _CELLS

    def packed(self) -> bytes:
        """The state as 60 bytes."""
        return _HEAD.pack(self.tick, self.at_us) + self._cells[:_BUTTONS].tobytes()

    def as_json(self) -> dict[str, object]:
        """The state as something JSON can hold."""
        cells = iter(self._cells[:_BUTTONS])
        return {"t": self.tick, "at": self.at_us, "p": list(zip(cells, cells, cells, strict=True))}


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
