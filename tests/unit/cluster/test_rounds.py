"""Rounds of writing: hurried words must not put the journal off, which bounds what a crash costs."""

import time
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from gevent.event import Event

from game.cluster.node import Node, Standing


def test_a_stream_of_hurried_words_does_not_put_the_round_off() -> None:
    flushed: list[tuple[float, bool]] = []
    node: Any = SimpleNamespace(
        _settings=SimpleNamespace(journal_flush_ms=50),
        _writes=Event(),
        _round_at=time.monotonic(),
        _desk=SimpleNamespace(lobby=[]),
        standing=Standing.OK,
        blocked=lambda: False,
        flush=lambda whole: flushed.append((time.monotonic(), whole)),
    )
    until = time.monotonic() + 0.6
    while time.monotonic() < until:
        node._writes.set()  # somebody chats all the time
        Node._write(node)
    rounds = [at for at, whole in flushed if whole]
    assert len(flushed) > len(rounds) > 5
    assert max(b - a for a, b in pairwise(rounds)) < 0.2
