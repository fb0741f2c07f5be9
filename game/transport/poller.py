"""Reading from many clients: one epoll for all their sockets, looked at now and then when they are many.

A worker that wakes up for every press pays more for waking (a system call, cold caches) than for the press.
What is pressed counts from the next tick on, so the tick itself looks first (`read`); between ticks a worker
with many clients looks at them once in a few milliseconds. One with few is woken by each of them at once.
"""

from collections.abc import Callable
from typing import Any, Protocol

from gevent import get_hub
from gevent.monkey import get_original

from game import error_log

_READ = 1  # libev's EV_READ
_EPOLLIN = 1
_AT_ONCE = 512
_PAUSE_US_PER_CLIENT = 16
_MOST_PAUSE_US = 12_000
"""More than the phase slots of the rooms lie apart, which do all the waking while matches run."""


class Reader(Protocol):
    """Who reads from a socket."""

    def readable(self) -> None:
        """There is something to read. Must not block; may be called from any greenlet."""


class Intake(Protocol):
    """Tells when sockets can be read."""

    def add(self, fd: int, reader: Reader) -> None:
        """Tell `reader` when there is something to read, until `remove`."""

    def remove(self, fd: int) -> None:
        """No more, from this moment on; before the socket is closed."""

    def read(self) -> None:
        """Do now what there is to do, from any greenlet."""


def _report(error: Exception) -> None:
    error_log.report("reading from clients", error)


def make_intake(on_failure: Callable[[Exception], None] = _report) -> Intake:
    """The best that the system has; `on_failure` is called when nobody can be read from any more."""
    return Together(on_failure=on_failure) if _epoll() is not None else Apart()


def make_prompt_intake(at_once: int) -> Intake:
    """The best that the system has without a pause, that reads from so many in a turn of the event loop."""
    return Together(0, 0, at_once=at_once) if _epoll() is not None else Apart()


def _epoll() -> Any:
    try:
        return get_original("select", "epoll")  # gevent hides it: one may wait in it for ever
    except AttributeError:
        return None


class Apart:
    """A watcher of the event loop for each socket, where there is no epoll."""

    def __init__(self) -> None:
        self._watchers: dict[int, Any] = {}

    def add(self, fd: int, reader: Reader) -> None:
        """See `Intake`."""
        watcher = self._watchers[fd] = get_hub().loop.io(fd, _READ)
        watcher.start(reader.readable)

    def remove(self, fd: int) -> None:
        """See `Intake`."""
        watcher = self._watchers.pop(fd, None)
        if watcher is not None:
            watcher.stop()
            watcher.close()

    def read(self) -> None:
        """See `Intake`: each is read when it can be."""


class Together:
    """One epoll for all, itself watched by the event loop except for a pause after each look."""

    def __init__(
        self,
        us_per_client: int = _PAUSE_US_PER_CLIENT,
        most_us: int = _MOST_PAUSE_US,
        on_failure: Callable[[Exception], None] = _report,
        at_once: int = _AT_ONCE,
    ) -> None:
        """Pause for so many microseconds by client, for `most_us` at most, and not for less than 1 ms.

        Args:
            us_per_client: microseconds of pause after a look, for each client.
            most_us: of pause at most.
            on_failure: called when nobody can be read from any more.
            at_once: how many are read from in one look.
        """
        self._at_once = at_once
        self._on_failure = on_failure
        self._us_per_client = us_per_client
        self._most_us = most_us
        self._epoll: Any = _epoll()()
        self._readers: list[Reader | None] = []  # by file descriptor, which are small and used again
        self._count = 0
        self._loop: Any = get_hub().loop
        self._watcher: Any = self._loop.io(self._epoll.fileno(), _READ)
        self._listening = False
        self._pause: Any = None
        self._pause_ms = 0

    def add(self, fd: int, reader: Reader) -> None:
        """See `Intake`."""
        self._epoll.register(fd, _EPOLLIN)
        if fd >= len(self._readers):
            self._readers.extend([None] * (fd + 1 - len(self._readers)))
        self._readers[fd] = reader
        self._count += 1
        self._adapt()
        if self._pause is None or not self._pause.active:
            self._listen()

    def remove(self, fd: int) -> None:
        """See `Intake`."""
        if fd < len(self._readers) and self._readers[fd] is not None:
            self._readers[fd] = None
            self._count -= 1
            self._epoll.unregister(fd)
            self._adapt()
            if not self._count:
                self._listening = False
                self._watcher.stop()

    # hot: once for each slot, and between slots for whoever has come; guarded by the S1 bench
    def read(self) -> None:
        """See `Intake`."""
        readers = self._readers
        for fd, _ in self._epoll.poll(0, self._at_once):
            reader = readers[fd]  # one before it may have ended this one
            if reader is not None:
                try:
                    reader.readable()
                except Exception as error:
                    error_log.report("reading from a client", error)
        if self._pause is not None:
            if self._listening:
                self._listening = False
                self._watcher.stop()
            self._pause.again(self._rest_over)

    def _rest_over(self) -> None:
        self._pause.stop()
        self._listen()

    def _listen(self) -> None:
        """Let the event loop call `read` as soon as anyone has something."""
        if self._count and not self._listening:
            self._listening = True
            self._watcher.start(self._woken)

    def _woken(self) -> None:
        try:
            self.read()
        except Exception as error:  # the event loop would print it, and call again at once, for ever
            self._listening = False
            self._watcher.stop()
            self._on_failure(error)

    def _adapt(self) -> None:
        """The more clients, the longer the pause."""
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
