"""New and closing connections wait in a queue, and others do not wait for them."""

import logging
from collections.abc import Callable
from functools import partial
from threading import Thread
from time import perf_counter

import gevent
import pytest
from gevent import get_hub
from gevent.event import Event

from game.transport.admission import Admission

CROWD = 200


def work_for(seconds: float, done: list[str], name: str) -> None:
    """Keep the event loop busy."""
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass
    done.append(name)


def from_the_loop(do: Callable[[], None]) -> None:
    """Let the event loop call `do`, as it calls readers of sockets, and wait until it has."""
    over = Event()

    def call() -> None:
        do()
        over.set()

    get_hub().loop.run_callback(call)
    assert over.wait(10)


def until(holds: Callable[[], bool]) -> None:
    with gevent.Timeout(30):
        while not holds():
            gevent.sleep(0.001)


def test_one_who_comes_alone_is_served_at_once() -> None:
    admission, done = Admission(), list[str]()
    from_the_loop(lambda: admission.arrive(partial(done.append, "one")))
    assert done == ["one"]


def test_ticks_go_on_while_a_crowd_is_served() -> None:
    admission, done = Admission(), list[str]()
    for _ in range(CROWD):
        admission.arrive(partial(work_for, 0.001, done, "one"))
    between: list[int] = []
    seen = 0
    with gevent.Timeout(60):
        while len(done) < CROWD:
            gevent.sleep(0.001)
            between.append(len(done) - seen)
            seen = len(done)
    assert max(between) <= 10
    assert sum(between) == CROWD


def test_who_leaves_comes_first_and_who_has_only_connected_last() -> None:
    admission, done = Admission(), list[str]()
    for number in range(20):
        admission.arrive(partial(work_for, 0.001, done, "arrives"))
        admission.join(partial(work_for, 0.001, done, f"joins {number}"))
        admission.leave(partial(work_for, 0.001, done, "leaves"))
    assert done == [], "a greenlet, which may be the one that ticks, does not do others' work"
    until(lambda: len(done) == 60)
    assert done == ["leaves"] * 20 + [f"joins {number}" for number in range(20)] + ["arrives"] * 20
    assert admission.arriving == 0


def test_work_that_fails_keeps_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    admission, done = Admission(), list[str]()

    def fail() -> None:
        raise RuntimeError("a handshake that fails")

    with caplog.at_level(logging.ERROR):
        for work in (fail, partial(done.append, "one"), fail, partial(done.append, "two")):
            admission.arrive(work)
        until(lambda: len(done) == 2)
    assert "a handshake that fails" in caplog.text


def test_greenlets_that_wait_for_a_turn_all_get_one_and_ticks_go_on() -> None:
    admission, done = Admission(turn_s=0.002), list[str]()
    most = 0

    def read(name: str) -> None:
        admission.wait()
        work_for(0.001, done, name)

    readers = [gevent.spawn(read, str(number)) for number in range(CROWD)]
    while len(done) < CROWD:
        before = len(done)
        gevent.sleep(0.001)
        most = max(most, len(done) - before)
    gevent.joinall(readers)
    assert done == [str(number) for number in range(CROWD)]
    assert most < CROWD / 4, "the crowd was served in one go"


def test_a_greenlet_that_is_killed_while_it_waits_is_left_out() -> None:
    admission, done = Admission(), list[str]()

    def read(name: str) -> None:
        admission.wait()
        done.append(name)

    first, second = gevent.spawn(read, "first"), gevent.spawn(read, "second")
    gevent.idle()
    first.kill()
    second.join(10)
    assert done == ["second"]


def test_it_works_in_the_thread_that_settles_it() -> None:
    done: list[str] = []
    admission = Admission()

    def serve() -> None:
        admission.use_this_thread()
        for name in "abc":
            admission.leave(partial(done.append, name))
        with gevent.Timeout(10):
            while len(done) < 3:
                gevent.sleep(0.001)
        get_hub().destroy(destroy_loop=True)

    thread = Thread(target=serve)
    thread.start()
    thread.join(20)
    assert done == ["a", "b", "c"]
