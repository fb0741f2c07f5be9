"""Channels: one message to many sessions, with one kernel call each."""

from collections.abc import Callable, Iterable
from itertools import repeat
from operator import call
from typing import Protocol

from game.transport.message import EncodedMessage, Framing
from game.transport.traffic import TRAFFIC
from game.transport.writer import Writer


class Receiver(Protocol):
    """What a channel needs of a connection.

    Attributes:
        framing: how it wants its messages.
        writer: the write side of its WebSocket; None while it is on long-polling.
        channels: those that it is in, by the Socket.IO sid that was added.
    """

    framing: Framing
    writer: Writer | None
    channels: "dict[str, set[Channel]]"

    def deliver(self, message: EncodedMessage, droppable: bool) -> bool:
        """Send a message in this connection's framing; False if it was dropped."""


class Targets:
    """Members with one framing and writers that are not blocked: their sends, and their writers in order."""

    __slots__ = ("sends", "writers")

    def __init__(self) -> None:
        self.sends: list[Callable[[bytes | memoryview], int]] = []
        self.writers: list[Writer] = []

    def add(self, writer: Writer) -> None:
        """Send to this writer as well."""
        # A method object of its own, made beside its neighbours': they are touched one after the other in
        # every tick, and those that were made with the connections are spread over as many memory pages.
        self.sends.append(writer.make_raw_send())
        self.writers.append(writer)

    # hot: 20,000 sends a second; guarded by the S1 bench
    def send(self, data: bytes) -> int:
        """Send `data` to all.

        The interpreter's own loop makes the calls: of a writer that takes everything only its send is
        touched.

        Returns:
            how many refused it.
        """
        sends, refused, size = self.sends, 0, len(data)
        TRAFFIC.messages_out += len(sends)
        TRAFFIC.bytes_out += size * len(sends)
        done: list[int] = []
        while True:
            try:
                done.extend(map(call, sends[len(done) :] if done else sends, repeat(data)))
                break
            except BlockingIOError:
                done.append(0)
            except OSError:
                self.writers[len(done)].stop()
                refused += 1
                done.append(size)
        if sum(done) != size * len(done):
            for writer, sent in zip(self.writers, done, strict=True):
                if sent != size:
                    refused += not writer.keep(data, sent)
        return refused


class Channel:
    """Receivers of the same messages, e.g. the viewers of one view of a room.

    Members leave when they disconnect. A channel lives while it is referenced or has members; meanwhile
    `ClientManager.channel` returns the same channel for the same name.
    """

    __slots__ = ("__weakref__", "_bare", "_binary", "_find", "_json", "_members", "_others", "_sorted",
                 "name")  # fmt: skip

    def __init__(self, name: str, find: Callable[[str], Receiver | None]) -> None:
        """Make an empty channel; `find` returns the connection behind a Socket.IO sid."""
        self.name = name
        self._find = find
        self._members: dict[str, Receiver] = {}
        self._sorted = True  # the lists below match the members
        self._bare: Targets | None = None
        self._binary: Targets | None = None
        self._json: Targets | None = None
        self._others: list[Receiver] = []  # on long-polling, or with something queued

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, sid: str) -> bool:
        return sid in self._members

    @property
    def members(self) -> Iterable[str]:
        """The members' sids."""
        return self._members.keys()

    def add(self, sid: str) -> bool:
        """Let `sid` receive what is sent from now on; False if that client has gone already."""
        connection = self._find(sid)
        if connection is None:
            return False
        self._members[sid] = connection
        connection.channels.setdefault(sid, set()).add(self)
        self._sorted = False
        return True

    def remove(self, sid: str) -> None:
        """Send `sid` no more; does nothing if it is no member."""
        connection = self._members.pop(sid, None)
        if connection is not None:
            connection.channels.get(sid, set()).discard(self)
            self._sorted = False

    def send(self, message: EncodedMessage, droppable: bool = True) -> int:
        """Send `message` to all members, each in its framing.

        Args:
            message: its namespace must be that of the members' sids.
            droppable: a slow client may miss it. It will not get the following ones either, until it has
                caught up and was resumed.

        Returns:
            the number of members that it was sent to or is queued for.
        """
        if not self._sorted:
            self._sort()
        refused = 0
        if self._bare is not None:
            refused += self._bare.send(message.bare)
        if self._binary is not None:
            refused += self._binary.send(message.binary)
        if self._json is not None:
            refused += self._json.send(message.json)
        for connection in self._others:
            refused += not connection.deliver(message, droppable)
        return len(self._members) - refused

    def reorder(self) -> None:
        """Sort the members again: a framing, a transport or a writer's `blocked` has changed."""
        self._sorted = False

    def _sort(self) -> None:
        by_framing: dict[Framing, Targets] = {}
        self._others = []
        for connection in self._members.values():
            writer = connection.writer
            if writer is None or writer.blocked:
                self._others.append(connection)
            else:
                by_framing.setdefault(connection.framing, Targets()).add(writer)
        self._bare = by_framing.get(Framing.BARE)
        self._binary = by_framing.get(Framing.BINARY)
        self._json = by_framing.get(Framing.JSON)
        self._sorted = True
