"""Who is told that a socket can be read, and when: with real sockets and the real event loop."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from gevent.event import Event

from game.transport.poller import Apart, Intake, Together, make_intake

MANY = 650


class Ear:
    """Reads a socket and notes what it got."""

    def __init__(self, intake: Intake, stack: ExitStack) -> None:
        self.near, self.far = socket.socketpair()
        stack.enter_context(self.near)
        stack.enter_context(self.far)
        self.near.setblocking(False)
        self.fd = self.near.fileno()
        self.intake = intake
        self.heard: list[bytes] = []
        self.woken = Event()
        self.then: Callable[[], None] = lambda: None
        intake.add(self.fd, self)

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


@pytest.fixture(params=[Together, Apart])
def intake(request: pytest.FixtureRequest) -> Intake:
    made: Intake = request.param()
    return made


def test_one_is_told_what_comes_until_it_is_removed(intake: Intake, stack: ExitStack) -> None:
    one, other = Ear(intake, stack), Ear(intake, stack)
    for word in (b"one", b"two"):
        one.far.send(word)
        one.wait()
    assert one.heard == [b"one", b"two"]
    intake.remove(one.fd)
    intake.remove(one.fd)
    one.far.send(b"three")
    other.far.send(b"word")
    other.wait()
    intake.read()
    assert (one.heard, other.heard) == ([b"one", b"two"], [b"word"])
    intake.add(one.fd, one)
    one.wait()
    assert one.heard[2:] == [b"three"]
    intake.remove(one.fd)
    intake.remove(other.fd)


def test_all_of_many_are_told(intake: Intake, stack: ExitStack) -> None:
    ears = [Ear(intake, stack) for _ in range(MANY)]
    for turn in range(3):
        for ear in ears:
            ear.far.send(bytes([turn]))
        for ear in ears:
            ear.wait()
    assert all(ear.heard == [b"\0", b"\1", b"\2"] for ear in ears)
    for ear in ears:
        intake.remove(ear.fd)


def test_a_descriptor_that_is_used_again_belongs_to_the_new_one(intake: Intake, stack: ExitStack) -> None:
    old = Ear(intake, stack)
    intake.remove(old.fd)
    old.near.close()
    new = Ear(intake, stack)
    assert new.fd == old.fd
    new.far.send(b"new")
    new.wait()
    assert (old.heard, new.heard) == ([], [b"new"])
    intake.remove(new.fd)


def test_who_is_removed_by_another_in_the_same_turn_is_not_told(stack: ExitStack) -> None:
    intake = Together()
    ears = [Ear(intake, stack) for _ in range(2)]
    for ear, other in zip(ears, reversed(ears), strict=True):
        ear.then = lambda other=other: intake.remove(other.fd)  # type: ignore[misc]
        ear.far.send(b"word")
    intake.read()
    assert sorted(len(ear.heard) for ear in ears) == [0, 1]
    for ear in ears:
        intake.remove(ear.fd)


def test_one_that_fails_keeps_nobody_from_being_told(
    stack: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    intake = Together()
    bad, good = Ear(intake, stack), Ear(intake, stack)

    def fail() -> None:
        raise RuntimeError("an ear that fails")

    bad.then = fail
    with caplog.at_level(logging.ERROR):
        for word in (b"one", b"two"):
            bad.far.send(word)
            good.far.send(word)
            good.wait()
    assert (good.heard, bad.heard) == ([b"one", b"two"], [b"one", b"two"])
    assert "an ear that fails" in caplog.text
    intake.remove(bad.fd)
    intake.remove(good.fd)


def test_a_poller_that_fails_says_so_once(stack: ExitStack) -> None:
    failures: list[Exception] = []
    intake = Together(on_failure=failures.append)
    ear, clock = Ear(intake, stack), Ear(Apart(), stack)
    intake._epoll = FailingPoller(intake._epoll)
    ear.far.send(b"word")
    for _ in range(3):  # turns of the event loop
        clock.far.send(b"turn")
        clock.wait()
    assert [str(error) for error in failures] == ["the poller fails"]
    for one in (ear, clock):
        one.intake.remove(one.fd)


class FailingPoller:
    """An epoll that cannot be asked any more."""

    def __init__(self, epoll: Any) -> None:
        self.unregister = epoll.unregister

    def poll(self, *_: object) -> None:
        raise OSError("the poller fails")


def test_a_crowd_is_read_from_when_a_tick_asks(stack: ExitStack) -> None:
    intake = Together(us_per_client=100_000, most_us=60_000_000)
    ears = [Ear(intake, stack) for _ in range(50)]
    one, clock = ears[0], Ear(Apart(), stack)
    intake.read()  # five seconds of pause begin
    one.far.send(b"word")
    for _ in range(3):  # turns of the event loop in which it would have been told
        clock.far.send(b"turn")
        clock.wait()
    assert one.heard == []
    intake.read()
    assert one.heard == [b"word"]
    for ear in [*ears, clock]:
        ear.intake.remove(ear.fd)


def test_a_crowd_is_read_from_when_the_pause_is_over(stack: ExitStack) -> None:
    intake = Together(us_per_client=1000, most_us=2000)
    ears = [Ear(intake, stack) for _ in range(50)]
    for _ in range(3):
        ears[0].far.send(b"word")
        ears[0].wait()
    assert ears[0].heard == [b"word"] * 3
    for ear in ears:
        intake.remove(ear.fd)


def test_a_pause_ends_when_the_crowd_goes(stack: ExitStack) -> None:
    intake = Together(us_per_client=100_000, most_us=600_000_000)
    last, *others = [Ear(intake, stack) for _ in range(100)]
    intake.read()  # ten seconds of pause begin
    last.far.send(b"word")
    for ear in others:
        intake.remove(ear.fd)
    last.wait()
    assert last.heard == [b"word"]
    intake.remove(last.fd)


def test_linux_reads_together() -> None:
    assert isinstance(make_intake(), Together)
