"""The write side of one WebSocket: straight into the kernel, with a queue only for what the kernel refuses.

There is no writer greenlet and, while the kernel takes everything, no queue. A short write or EAGAIN puts the
rest into a queue and starts a write watcher; from then on the policy of `slow_client.py` decides. A frame is
never cut: what has begun is always finished.
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
from game.transport.slow_client import Flow, SlowClient
from game.transport.traffic import TRAFFIC

_WRITE = 2  # libev's EV_WRITE


def raw(sock: Socket) -> PlainSocket:
    """The plain socket inside gevent's: it never waits, which is what the event loop needs."""
    plain: PlainSocket = sock._sock  # type: ignore[attr-defined]  # noqa: SLF001  gevent has no public name for it
    return plain


class WriterOwner(Protocol):
    """Is notified of what happens to a writer; called from any greenlet, so it must not block."""

    def behind(self) -> None:
        """The client has not taken everything: look at its `slow_client` at intervals."""

    def lost(self, reason: str) -> None:
        """The connection was cut; called at most once."""

    def reorder(self) -> None:
        """The writer is blocked now, or it no longer is."""


class _NoOwner:
    """The owner of a writer whose connection is over."""

    def behind(self) -> None:
        """Do nothing."""

    def lost(self, reason: str) -> None:
        """Do nothing."""

    def reorder(self) -> None:
        """Do nothing."""


NO_OWNER = _NoOwner()


class Writer:
    """Write side of one socket.

    Attributes:
        raw_send: the kernel's own send; `Channel` calls it directly.
        slow_client: counts what is queued and knows whether the client is stale.
    """

    __slots__ = ("_blocked", "_chunks", "_failed", "_finishing", "_owner", "_sock", "_watcher",
                 "raw_send", "slow_client")  # fmt: skip

    def __init__(self, sock: Socket, slow_client: SlowClient, owner: WriterOwner) -> None:
        self._sock = sock
        self._chunks: list[bytes | memoryview] = []
        self._failed = False
        self._finishing = False
        self._owner = owner
        self._watcher: Any = None
        self.slow_client = slow_client
        self._blocked = slow_client.flow is not Flow.FLOWING
        self.raw_send: Callable[[bytes | memoryview], int] = raw(sock).send

    def make_raw_send(self) -> Callable[[bytes | memoryview], int]:
        """Make another `raw_send`."""
        return raw(self._sock).send

    def longest_round_trip_ms(self) -> float | None:
        """The longest round trip that an honest answer needs, see `kernel`; None if it is not known."""
        return longest_round_trip_ms(raw(self._sock))

    @property
    def blocked(self) -> bool:
        """Whether `raw_send` must not be called from outside; the owner is notified of changes."""
        return self._blocked

    @blocked.setter
    def blocked(self, value: bool) -> None:
        if value is not self._blocked:
            self._blocked = value
            self._owner.reorder()

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
        """`send` for a blocked writer: behind what is queued, if the policy admits it."""
        if self._finishing or not self.slow_client.admits(len(data), droppable, monotonic()):
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
        if not self.slow_client.add(len(rest), monotonic()):
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
        """Let others call `raw_send` again, if nothing is queued and the client is not slow."""
        self.blocked = self._finishing or bool(self._chunks) or self.slow_client.flow is not Flow.FLOWING

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
        """Stop the write watcher; must be called before the socket is closed."""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None

    def release(self) -> None:
        """Stop the write watcher and drop the owner: a reference cycle would keep both in memory."""
        self.detach()
        self._failed = self._finishing = True
        self._owner = NO_OWNER

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
        self.slow_client.take(sent, monotonic())  # may call back: the keyframe is sent from here
        self.unblock()

    def _shut(self, how: int) -> None:
        try:
            self._sock.shutdown(how)
        except OSError:
            pass  # the peer was faster
