"""The way out to one WebSocket client: straight into the kernel, a queue only for what it refuses.

No writer greenlet and, while the kernel takes everything, no queue. A short write or EAGAIN puts the
remainder into a queue and starts a write watcher; from then on the slow-client policy of `backlog.py`
decides. A frame is never sent in half: what has begun is always finished.
"""

from collections.abc import Callable
from socket import SHUT_RDWR, SHUT_WR, SO_LINGER, SOL_SOCKET
from socket import socket as PlainSocket
from struct import pack
from time import monotonic
from typing import Any, Protocol

from gevent import get_hub
from gevent.socket import socket as Socket

from game.transport.kernel import longest_round_trip_ms
from game.transport.slow_client import Backlog, Flow
from game.transport.traffic import TRAFFIC

_WRITE = 2  # libev's EV_WRITE


def raw(sock: Socket) -> PlainSocket:
    """The plain socket inside gevent's: it never waits, which is what the event loop needs."""
    plain: PlainSocket = getattr(sock, "_sock")  # noqa: B009 (untyped attribute)
    return plain


class PipeOwner(Protocol):
    """Who wants to know about a pipe; called from anywhere, so it must not block."""

    def behind(self) -> None:
        """The client has not taken everything: somebody should look at the clock now and then."""

    def lost(self, reason: str) -> None:
        """The connection was cut; told at most once."""

    def turned(self) -> None:
        """The pipe is blocked now, or it no longer is."""


class _Nobody:
    """The owner of a pipe whose connection is over."""

    def behind(self) -> None:
        """Do nothing."""

    def lost(self, reason: str) -> None:
        """Do nothing."""

    def turned(self) -> None:
        """Do nothing."""


_NOBODY = _Nobody()


class Pipe:
    """Write side of one socket.

    Attributes:
        raw_send: the kernel's own send; `Channel` calls it without going through the pipe.
        backlog: counts what is queued and knows whether the client is stale.
    """

    __slots__ = ("_blocked", "_chunks", "_failed", "_finishing", "_owner", "_sock", "_watcher",
                 "backlog", "raw_send")  # fmt: skip

    def __init__(self, sock: Socket, backlog: Backlog, owner: PipeOwner) -> None:
        self._sock = sock
        self._chunks: list[bytes | memoryview] = []
        self._failed = False
        self._finishing = False
        self._owner = owner
        self._watcher: Any = None
        self.backlog = backlog
        self._blocked = backlog.flow is not Flow.FLOWING
        self.raw_send: Callable[[bytes | memoryview], int] = raw(sock).send

    def raw_send_anew(self) -> Callable[[bytes | memoryview], int]:
        """`raw_send` as a new object."""
        return raw(self._sock).send

    def longest_round_trip_ms(self) -> float | None:
        """The longest round trip that an honest answer needs, see `kernel`; None if it is not known."""
        return longest_round_trip_ms(raw(self._sock))

    @property
    def blocked(self) -> bool:
        """Whether `raw_send` must not be called from outside; its owner is told when that changes."""
        return self._blocked

    @blocked.setter
    def blocked(self, value: bool) -> None:
        if value is not self._blocked:
            self._blocked = value
            self._owner.turned()

    def send(self, data: bytes, droppable: bool = False) -> bool:
        """Send whole WebSocket frames now or as soon as the client takes them; False if dropped."""
        TRAFFIC.messages_out += 1
        TRAFFIC.bytes_out += len(data)
        if self._blocked:
            return self.push(data, droppable)
        try:
            sent = self.raw_send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.stop()
            return False
        return sent == len(data) or self.keep(data, sent)

    def push(self, data: bytes, droppable: bool) -> bool:
        """`send` for a blocked pipe: behind what is queued, if the policy admits it."""
        if self._finishing or not self.backlog.admits(len(data), droppable, monotonic()):
            return False
        if self._chunks:
            return self.keep(data, 0)
        # Nothing is queued: the client has caught up and waits for its keyframe.
        try:
            sent = self.raw_send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.stop()
            return False
        return sent == len(data) or self.keep(data, sent)

    def keep(self, data: bytes, sent: int) -> bool:
        """Queue what the kernel refused: all of `data` but its first `sent` bytes."""
        rest = memoryview(data)[sent:] if sent else data
        if not self.backlog.add(len(rest), monotonic()):
            self.fail("slow client")
            return False
        self.blocked = True
        self._chunks.append(rest)
        if self._watcher is None:
            self._watcher = get_hub().loop.io(self._sock.fileno(), _WRITE)
        if not self._watcher.active:
            self._watcher.start(self._writable)
            self._owner.behind()
        return True

    def unblock(self) -> None:
        """Let outsiders call `raw_send` again, if nothing stands against it."""
        self.blocked = self._finishing or bool(self._chunks) or self.backlog.flow is not Flow.FLOWING

    @property
    def finishing(self) -> bool:
        """No more can be sent: `finish` or `fail` was called."""
        return self._finishing

    @property
    def flushed(self) -> bool:
        """Nothing is queued any more."""
        return not self._chunks

    def finish(self, last: bytes) -> None:
        """Send `last` behind what is queued, then close the writing half; nothing can follow."""
        if self._finishing:
            return
        self.push(last, droppable=False)
        self._finishing = self.blocked = True
        if not self._chunks:
            self._shut(SHUT_WR)

    def stop(self) -> None:
        """Write no more: the peer is gone. What it sent last may still be there to be read, so no cut."""
        self._finishing = self.blocked = True
        self._chunks.clear()
        self.detach()

    def fail(self, reason: str) -> None:
        """Drop what is queued and cut the connection now, both ways."""
        if self._failed:
            return
        self._failed = True
        if self._chunks:
            # Unsent data would stay in the kernel long after the close: reset instead.
            try:
                self._sock.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
            except OSError:
                pass
        self.stop()
        self._shut(SHUT_RDWR)
        self._owner.lost(reason)

    def detach(self) -> None:
        """Let go of the event loop; must be called before the socket is closed."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None

    def release(self) -> None:
        """Let go of the event loop and of the owner, which would else be kept in memory by a cycle."""
        self.detach()
        self._failed = self._finishing = True
        self._owner = _NOBODY

    def _writable(self) -> None:
        """Write what the kernel takes now; called by the event loop."""
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        try:
            sent = self.raw_send(data)
        except BlockingIOError:
            return
        except OSError:
            self.stop()
            return
        self._chunks.clear()
        if sent < len(data):
            self._chunks.append(memoryview(data)[sent:])
        else:
            self._watcher.stop()
            if self._finishing:
                self._shut(SHUT_WR)
        self.backlog.take(sent, monotonic())  # may call back: the keyframe is sent from here
        self.unblock()

    def _shut(self, how: int) -> None:
        try:
            self._sock.shutdown(how)
        except OSError:
            pass  # the peer was faster
