"""The poller calls readers when a socket can be read: with real sockets and the real event loop."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from gevent.event import Event

from game.transport.poller import EpollPoller, Poller, WatcherPoller, make_poller

MANY = 650


def unexpected(error: Exception) -> None:
    raise AssertionError(f"the poller gave up: {error!r}")


class Client:
    """Reads a socket and notes what it got."""

    def __init__(self, poller: Poller, stack: ExitStack) -> None:
        self.near, self.far = socket.socketpair()
        stack.enter_context(self.near)
        stack.enter_context(self.far)
        self.near.setblocking(False)
        self.fd = self.near.fileno()
        self.poller = poller
        self.heard: list[bytes] = []
        self.woken = Event()
        self.then: Callable[[], None] = lambda: None
        poller.add(self.fd, self)

    def readable(self) -> None:
        self.heard.append(self.near.recv(100))
        self.woken.set()
        self.then()

    def wait(self) -> None:
        assert self.woken.wait(5)
        self.woken.clear()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=[lambda: EpollPoller(unexpected), WatcherPoller], ids=["epoll", "watchers"])
def poller(request: pytest.FixtureRequest) -> Poller:
    made: Poller = request.param()
    return made


def test_one_is_told_what_comes_until_it_is_removed(poller: Poller, stack: ExitStack) -> None:
    one, other = Client(poller, stack), Client(poller, stack)
    for word in (b"one", b"two"):
        one.far.send(word)
        one.wait()
    assert one.heard == [b"one", b"two"]
    poller.remove(one.fd)
    poller.remove(one.fd)
    one.far.send(b"three")
    other.far.send(b"word")
    other.wait()
    poller.read()
    assert (one.heard, other.heard) == ([b"one", b"two"], [b"word"])
    poller.add(one.fd, one)
    one.wait()
    assert one.heard[2:] == [b"three"]
    poller.remove(one.fd)
    poller.remove(other.fd)


def test_all_of_many_are_told(poller: Poller, stack: ExitStack) -> None:
    clients = [Client(poller, stack) for _ in range(MANY)]
    for turn in range(3):
        for client in clients:
            client.far.send(bytes([turn]))
        for client in clients:
            client.wait()
    assert all(client.heard == [b"\0", b"\1", b"\2"] for client in clients)
    for client in clients:
        poller.remove(client.fd)


def test_a_descriptor_that_is_used_again_belongs_to_the_new_one(poller: Poller, stack: ExitStack) -> None:
    old = Client(poller, stack)
    poller.remove(old.fd)
    old.near.close()
    new = Client(poller, stack)
    assert new.fd == old.fd
    new.far.send(b"new")
    new.wait()
    assert (old.heard, new.heard) == ([], [b"new"])
    poller.remove(new.fd)


def test_who_is_removed_by_another_in_the_same_turn_is_not_told(stack: ExitStack) -> None:
    poller = EpollPoller(unexpected)
    clients = [Client(poller, stack) for _ in range(2)]
    for client, other in zip(clients, reversed(clients), strict=True):
        client.then = lambda other=other: poller.remove(other.fd)  # type: ignore[misc]
        client.far.send(b"word")
    poller.read()
    assert sorted(len(client.heard) for client in clients) == [0, 1]
    for client in clients:
        poller.remove(client.fd)


def test_one_that_fails_keeps_nobody_from_being_told(
    stack: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    poller = EpollPoller(unexpected)
    bad, good = Client(poller, stack), Client(poller, stack)

    def fail() -> None:
        raise RuntimeError("an client that fails")

    bad.then = fail
    with caplog.at_level(logging.ERROR):
        for word in (b"one", b"two"):
            bad.far.send(word)
            good.far.send(word)
            good.wait()
    assert (good.heard, bad.heard) == ([b"one", b"two"], [b"one", b"two"])
    assert "an client that fails" in caplog.text
    poller.remove(bad.fd)
    poller.remove(good.fd)


def test_a_poller_that_fails_says_so_once(stack: ExitStack) -> None:
    failures: list[Exception] = []
    poller = EpollPoller(failures.append)
    client, clock = Client(poller, stack), Client(WatcherPoller(), stack)
    poller._epoll = FailingPoller(poller._epoll)
    client.far.send(b"word")
    for _ in range(3):  # turns of the event loop
        clock.far.send(b"turn")
        clock.wait()
    assert [str(error) for error in failures] == ["the poller fails"]
    for one in (client, clock):
        one.poller.remove(one.fd)


class FailingPoller:
    """An epoll that cannot be asked any more."""

    def __init__(self, epoll: Any) -> None:
        self.unregister = epoll.unregister

    def poll(self, *_: object) -> None:
        raise OSError("the poller fails")


def test_a_crowd_is_read_from_when_a_tick_asks(stack: ExitStack) -> None:
    poller = EpollPoller(unexpected, us_per_client=100_000, most_us=60_000_000)
    clients = [Client(poller, stack) for _ in range(50)]
    one, clock = clients[0], Client(WatcherPoller(), stack)
    poller.read()  # five seconds of pause begin
    one.far.send(b"word")
    for _ in range(3):  # turns of the event loop in which it would have been told
        clock.far.send(b"turn")
        clock.wait()
    assert one.heard == []
    poller.read()
    assert one.heard == [b"word"]
    for client in [*clients, clock]:
        client.poller.remove(client.fd)


def test_a_crowd_is_read_from_when_the_pause_is_over(stack: ExitStack) -> None:
    poller = EpollPoller(unexpected, us_per_client=1000, most_us=2000)
    clients = [Client(poller, stack) for _ in range(50)]
    for _ in range(3):
        clients[0].far.send(b"word")
        clients[0].wait()
    assert clients[0].heard == [b"word"] * 3
    for client in clients:
        poller.remove(client.fd)


def test_a_pause_ends_when_the_crowd_goes(stack: ExitStack) -> None:
    poller = EpollPoller(unexpected, us_per_client=100_000, most_us=600_000_000)
    last, *others = [Client(poller, stack) for _ in range(100)]
    poller.read()  # ten seconds of pause begin
    last.far.send(b"word")
    for client in others:
        poller.remove(client.fd)
    last.wait()
    assert last.heard == [b"word"]
    poller.remove(last.fd)


def test_linux_reads_together() -> None:
    assert isinstance(make_poller(unexpected), EpollPoller)
