"""Reading from many clients: one epoll for all their sockets, polled at intervals when there are many.

A worker that wakes up for every input pays more for waking (a system call, cold caches) than for the input.
An input counts from the next tick on, so the tick itself polls first (`read`); between ticks a worker with
many clients polls once in a few milliseconds. A worker with few clients is woken by each of them at once.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from gevent import get_hub
from gevent.monkey import get_original

from game.transport.sampling import log_failure

_READ = 1  # libev's EV_READ
_EPOLLIN = 1
_AT_ONCE = 512
_PAUSE_US_PER_CLIENT = 16
_MOST_PAUSE_US = 12_000
"""Longer than the interval between the phase slots of the rooms, whose ticks poll while matches run."""


class Readable(Protocol):
    """Reads from one socket."""

    def readable(self) -> None:
        """There is something to read. Must not block; may be called from any greenlet."""


class Poller(Protocol):
    """Calls readers when their sockets can be read."""

    def add(self, fd: int, reader: Readable) -> None:
        """Call `reader` when there is something to read, until `remove`."""

    def remove(self, fd: int) -> None:
        """Call it no more, from this moment on; must happen before the socket is closed."""

    def read(self) -> None:
        """Call all readers that have something to read now; from any greenlet."""


def make_poller(
    on_failure: Callable[[Exception], None], report: Callable[[str, Exception], None] = log_failure
) -> Poller:
    """The best poller that the system has, for many clients.

    Args:
        on_failure: called when no client can be read from any more.
        report: called with (what, error) when a reader fails.

    Returns:
        a poller that pauses between polls.
    """
    return EpollPoller(on_failure, report=report) if _epoll() is not None else WatcherPoller()


def make_prompt_poller(at_once: int, on_failure: Callable[[Exception], None]) -> Poller:
    """The best poller that the system has, without pauses; it reads from `at_once` sockets in a turn."""
    return EpollPoller(on_failure, 0, 0, at_once=at_once) if _epoll() is not None else WatcherPoller()


def _epoll() -> Callable[[], Any] | None:
    try:
        found: Callable[[], Any] = get_original(
            "select", "epoll"
        )  # gevent hides it: one may wait in it for ever
    except AttributeError:
        return None
    return found


class WatcherPoller:
    """A watcher of the event loop for each socket, where there is no epoll."""

    def __init__(self) -> None:
        self._watchers: dict[int, Any] = {}

    def add(self, fd: int, reader: Readable) -> None:
        """See `Poller`."""
        watcher = self._watchers[fd] = get_hub().loop.io(fd, _READ)
        watcher.start(reader.readable)

    def remove(self, fd: int) -> None:
        """See `Poller`."""
        watcher = self._watchers.pop(fd, None)
        if watcher is not None:
            watcher.stop()
            watcher.close()

    def read(self) -> None:
        """See `Poller`: the event loop calls each reader as soon as it can read."""


class EpollPoller:
    """One epoll for all sockets; the event loop watches it, except for a pause after each poll."""

    def __init__(
        self,
        on_failure: Callable[[Exception], None],
        us_per_client: int = _PAUSE_US_PER_CLIENT,
        most_us: int = _MOST_PAUSE_US,
        *,
        report: Callable[[str, Exception], None] = log_failure,
        at_once: int = _AT_ONCE,
    ) -> None:
        """Watch no socket yet.

        Args:
            on_failure: called when no socket can be read from any more.
            us_per_client: microseconds of pause after a poll, for each client; below 1 ms there is no pause.
            most_us: the longest pause, in microseconds.
            report: called with (what, error) when a reader fails.
            at_once: how many sockets are read from in one poll.
        """
        epoll = _epoll()
        assert epoll is not None
        self._at_once = at_once
        self._on_failure = on_failure
        self._report = report
        self._us_per_client = us_per_client
        self._most_us = most_us
        self._epoll: Any = epoll()
        self._readers: list[Readable | None] = []  # by file descriptor: these are small, and used again
        self._count = 0
        self._loop: Any = None
        self._watcher: Any = None
        self._listening = False
        self._pause: Any = None
        self._pause_ms = 0

    def add(self, fd: int, reader: Readable) -> None:
        """See `Poller`."""
        if not self._count:
            self._use_loop()
        self._epoll.register(fd, _EPOLLIN)
        if fd >= len(self._readers):
            self._readers.extend([None] * (fd + 1 - len(self._readers)))
        self._readers[fd] = reader
        self._count += 1
        self._adapt()
        if self._pause is None or not self._pause.active:
            self._listen()

    def remove(self, fd: int) -> None:
        """See `Poller`."""
        if fd < len(self._readers) and self._readers[fd] is not None:
            self._readers[fd] = None
            self._count -= 1
            self._epoll.unregister(fd)
            self._adapt()
            if not self._count:
                self._listening = False
                self._watcher.stop()

    def _use_loop(self) -> None:
        """Let this thread's event loop watch: a server need not run in the thread that has made its parts."""
        loop: Any = get_hub().loop
        if loop is not self._loop:
            if self._watcher is not None:
                with suppress(ValueError):  # its thread has destroyed its loop
                    self._watcher.close()
            self._loop, self._watcher = loop, loop.io(self._epoll.fileno(), _READ)

    # hot: once for each phase slot, and between slots for clients that have sent; guarded by the S1 bench
    def read(self) -> None:
        """See `Poller`."""
        readers = self._readers
        for fd, _ in self._epoll.poll(0, self._at_once):
            reader = readers[fd]  # one before it may have ended this one
            if reader is not None:
                try:
                    reader.readable()
                except Exception as error:  # noqa: BLE001  others must be read from all the same
                    self._report("reading from a client", error)
        if self._pause is not None:
            if self._listening:
                self._listening = False
                self._watcher.stop()
            self._pause.again(self._rest_over)

    def _rest_over(self) -> None:
        self._pause.stop()
        self._listen()

    def _listen(self) -> None:
        """Let the event loop call `read` as soon as there is something to read."""
        if self._count and not self._listening:
            self._listening = True
            self._watcher.start(self._woken)

    def _woken(self) -> None:
        try:
            self.read()
        except Exception as error:  # noqa: BLE001  the event loop would print it, and call again for ever
            self._listening = False
            self._watcher.stop()
            self._on_failure(error)

    def _adapt(self) -> None:
        """Make the pause longer with the number of clients."""
        pause_ms = min(self._count * self._us_per_client, self._most_us) // 1000
        if pause_ms == self._pause_ms:
            return
        self._pause_ms = pause_ms
        if self._pause is not None:
            self._pause.stop()
            self._pause.close()
            self._pause = None
        if pause_ms:
            self._pause = self._loop.timer(pause_ms / 1000, pause_ms / 1000)
        self._listen()
