"""Late answers to pings buy nothing: the kernel at the other end says how long the line is."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from gevent.socket import socket as Socket

from game.rooms.lag_compensation import LatencyModel
from game.transport.connection import Connection
from game.transport.kernel import longest_round_trip_ms
from game.transport.manager import ClientManager
from game.transport.slow_client import SlowClient, SlowClientLimits
from game.transport.writer import NO_OWNER, Writer

LATE_MS = 1000.0
"""So late does the client answer pings; its line is this machine's own."""


@pytest.fixture
def ends() -> Iterator[tuple[Socket, Socket]]:
    """The two ends of a connection that has carried something each way."""
    listener = Socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    client = Socket()
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    for _ in range(8):
        server.sendall(b"state")
        client.recv(100)
        client.sendall(b"input")
        server.recv(100)
    yield server, client
    for sock in (server, client, listener):
        sock.close()


def heard(server: Socket, *, direct: bool) -> float:
    """The round trip that a room is told after a late answer, in ms."""
    manager = ClientManager()
    manager.direct = direct
    found: list[float] = []
    manager.on_pong = lambda sid, ms: found.append(ms)
    writer = Writer(server, SlowClient(SlowClientLimits(), lambda flow: None), NO_OWNER)
    manager.pong(cast(Connection, SimpleNamespace(root_sid="sid", writer=writer)), LATE_MS)
    return found[0]


def test_a_late_answer_counts_as_the_line_and_buys_no_reaction_time(ends: tuple[Socket, Socket]) -> None:
    server, _ = ends
    if longest_round_trip_ms(server) is None:
        pytest.skip("this kernel tells nothing of a connection")
    told = heard(server, direct=True)
    assert 0 < told < LATE_MS / 2
    honest, late = LatencyModel(), LatencyModel()
    for _ in range(20):
        honest.measured(0.0)
        late.measured(told)
    press_ms, claim_ms = 330, 140
    believed = late.reaction(claim_ms, press_ms)
    assert believed > press_ms - told
    assert LatencyModel().reaction(None, press_ms) <= press_ms, "who claims nothing keeps what the line takes"


def test_behind_a_proxy_the_kernel_knows_the_proxys_line_alone(ends: tuple[Socket, Socket]) -> None:
    server, _ = ends
    assert heard(server, direct=False) == LATE_MS


def test_a_connection_that_is_over_has_no_round_trip(ends: tuple[Socket, Socket]) -> None:
    server, client = ends
    client.close()
    server.close()
    closed: Any = server
    assert longest_round_trip_ms(closed) is None
