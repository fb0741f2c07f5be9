"""A process that only keeps time: its delays are delays of the machine.

It works a little thirty times a second, as a worker with some rooms does, and says so through a pipe; a
thread of the test notes when that comes. A promise may be exceeded by as much as this was held up meanwhile,
and by nothing else.
"""

import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, Self

PERIOD_S = 1 / 30
FAIR_S = PERIOD_S * 1.5
"""A longer time than this between two beats is the machine's fault."""
WORK = 40_000
"""Turns of an empty loop for every beat: about the work of a tick."""
BEAT, ECHO = b".", b"e"


@dataclass(frozen=True, slots=True)
class HoldUp:
    """How long the machine kept its control waiting in some span, in seconds.

    Attributes:
        lost_s: all of it together.
        worst_s: the longest single one.
        p99_s: what one beat in a hundred exceeds.
    """

    lost_s: float
    worst_s: float
    p99_s: float

    def __str__(self) -> str:
        return f"the machine's own hold-up: {self.worst_s * 1000:.0f} ms at worst, {self.lost_s:.2f} s in all"


class Pulse:
    """The process and the thread that listens to it. A context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._beats: list[float] = []
        self._echoed = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(5)
        self._thread.join(5)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while heard := self._process.stdout.read(1):
            if heard == BEAT:
                self._beats.append(time.monotonic())
            else:
                self._echoed.set()

    def during(self, begun: float, ended: float | None = None) -> HoldUp:
        """What the machine held up between two moments of `time.monotonic()`; until now by default."""
        until = time.monotonic() if ended is None else ended
        beats = list(self._beats)
        gaps = [b - a for a, b in pairwise(beats) if b >= begun and a <= until]
        if beats and until > beats[-1]:
            gaps.append(until - beats[-1])
        over = sorted(max(0.0, gap - FAIR_S) for gap in gaps) or [0.0]
        return HoldUp(sum(over), over[-1], over[min(len(over) - 1, int(len(over) * 0.99))])

    def echo(self) -> float:
        """Seconds from a word to this process until its answer: two wake-ups and next to no work."""
        assert self._process.stdin is not None
        self._echoed.clear()
        asked = time.monotonic()
        self._process.stdin.write(ECHO)
        assert self._echoed.wait(5), "the pulse has stopped"
        return time.monotonic() - asked


def keep_time(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Beat, and answer, until the parent has ended."""
    due = time.monotonic()
    while True:
        ready, _, _ = select.select([stdin], [], [], max(0.0, due - time.monotonic()))
        if ready:
            asked = os.read(stdin.fileno(), 64)
            if not asked:
                return
            stdout.write(asked)
        if time.monotonic() >= due:
            for _ in range(WORK):
                pass
            stdout.write(BEAT)
            due = max(due + PERIOD_S, time.monotonic())


if __name__ == "__main__":
    with open(0, "rb", 0) as asks, open(1, "wb", 0) as answers:
        keep_time(asks, answers)
