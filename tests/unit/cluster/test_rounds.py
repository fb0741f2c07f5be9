"""Rounds of writing: hurried words must not put the journal off, which bounds what a crash costs."""

import time
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from game.cluster.lease import Standing
from game.cluster.scribe import Scribe


def test_a_stream_of_hurried_words_does_not_put_the_round_off() -> None:
    flushed: list[tuple[float, bool]] = []
    lease: Any = SimpleNamespace(standing=Standing.OK, blocked=False)
    lobby: Any = []
    nothing: Any = None

    class Noting(Scribe):
        def write(self, whole: bool = True) -> None:
            flushed.append((time.monotonic(), whole))

    scribe = Noting(nothing, nothing, lease, lobby, nothing, nothing, lambda: 0, 50)
    until = time.monotonic() + 0.6
    while time.monotonic() < until:
        scribe.wake()  # somebody chats all the time
        scribe.rounds()
    rounds = [at for at, whole in flushed if whole]
    assert len(flushed) > len(rounds) > 5
    assert max(b - a for a, b in pairwise(rounds)) < 0.2
