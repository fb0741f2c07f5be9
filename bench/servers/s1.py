"""Workload S1 in Python: what one room holds and does. The frameworks around it differ, this does not.

Eight players send an input four times a second; twenty times a second the room moves them and tells
everyone where all are, in 60 bytes (little-endian: tick u32, time in µs u64, and per seat seq, x, y u16)
or as the same in JSON.
"""

import struct
import time
from itertools import chain

SEATS = 8
TICK_HZ = 20
INPUT = struct.Struct("<HB")
_STATE = struct.Struct("<IQ24H")


class S1Room:
    """One room of S1."""

    def __init__(self) -> None:
        self.tick = 0
        self.at_us = 0
        self.buttons = [0] * SEATS
        self.players = [[0, 0, 0] for _ in range(SEATS)]

    def press(self, seat: int, seq: int, buttons: int) -> None:
        """Take an input."""
        self.players[seat][0] = seq
        self.buttons[seat] = buttons

    def step(self) -> None:
        """Move everyone by one tick."""
        self.at_us = time.monotonic_ns() // 1000
        self.tick += 1
        for player, buttons in zip(self.players, self.buttons, strict=True):
            player[1] = player[1] + (3 if buttons & 1 else 1) & 0xFFFF
            player[2] = player[2] + (3 if buttons & 2 else 1) & 0xFFFF

    def packed(self) -> bytes:
        """The state as 60 bytes."""
        return _STATE.pack(self.tick, self.at_us, *chain.from_iterable(self.players))

    def as_json(self) -> dict[str, object]:
        """The state as something JSON can hold."""
        return {"t": self.tick, "at": self.at_us, "p": self.players}
