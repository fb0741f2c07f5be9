"""Channels: one message to many sessions, with one kernel call each."""

from collections.abc import Callable, Iterable
from itertools import repeat
from operator import call

from game.transport.connection import Session
from game.transport.message import Frame, Framing
from game.transport.traffic import TRAFFIC
from game.transport.writer import Pipe


class Targets:
    """Members with one framing whose pipes are open: each one's send, and at the same place its pipe."""

    __slots__ = ("pipes", "sends")

    def __init__(self) -> None:
        self.sends: list[Callable[[bytes | memoryview], int]] = []
        self.pipes: list[Pipe] = []

    def add(self, pipe: Pipe) -> None:
        """Send to this pipe as well."""
        # A method object of its own, made beside its neighbours': they are touched one after the other in
        # every tick, and those that were made with the connections lie on as many pages as there are.
        self.sends.append(pipe.raw_send_anew())
        self.pipes.append(pipe)

    # hot: 20,000 sends a second; guarded by the S1 bench
    def send(self, data: bytes) -> int:
        """Send `data` to all; return how many refused it.

        The interpreter's own loop makes the calls: what is seen of a pipe that takes everything is its send.
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
                self.pipes[len(done)].stop()
                refused += 1
                done.append(size)
        if sum(done) != size * len(done):
            for pipe, sent in zip(self.pipes, done, strict=True):
                if sent != size:
                    refused += not pipe.keep(data, sent)
        return refused


class Channel:
    """Receivers of the same messages, e.g. the viewers of one view of a room.

    Members leave by themselves when they disconnect. A channel lives while somebody holds it or it has
    members; `Fanout.channel` gives the same one for the same name meanwhile.
    """

    __slots__ = ("__weakref__", "_bare", "_binary", "_find", "_json", "_members", "_others", "_sorted",
                 "name")  # fmt: skip

    def __init__(self, name: str, find: Callable[[str], Session | None]) -> None:
        """Make an empty channel; `find` gives the session behind a sid."""
        self.name = name
        self._find = find
        self._members: dict[str, Session] = {}
        self._sorted = True  # the lists below match the members
        self._bare: Targets | None = None
        self._binary: Targets | None = None
        self._json: Targets | None = None
        self._others: list[Session] = []  # on long-polling, or with something queued

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
        session = self._find(sid)
        if session is None:
            return False
        self._members[sid] = session
        session.channels.setdefault(sid, set()).add(self)
        self._sorted = False
        return True

    def remove(self, sid: str) -> None:
        """Send `sid` no more; no matter if it was no member."""
        session = self._members.pop(sid, None)
        if session is not None:
            session.channels.get(sid, set()).discard(self)
            self._sorted = False

    def send(self, frame: Frame, droppable: bool = True) -> int:
        """Send `frame` to all members, each in its framing.

        Args:
            frame: the message; its namespace must be that of the members' sids.
            droppable: a slow client may miss it. It will not get the following ones either, until it has
                caught up and was resumed.

        Returns:
            how many members it was sent to or is queued for.
        """
        if not self._sorted:
            self._sort()
        refused = 0
        if self._bare is not None:
            refused += self._bare.send(frame.bare)
        if self._binary is not None:
            refused += self._binary.send(frame.binary)
        if self._json is not None:
            refused += self._json.send(frame.json)
        for session in self._others:
            refused += not session.deliver(frame, droppable)
        return len(self._members) - refused

    def reorder(self) -> None:
        """A member's framing or transport has changed, or whether its pipe takes everything."""
        self._sorted = False

    def _sort(self) -> None:
        by_framing: dict[Framing, Targets] = {}
        self._others = []
        for session in self._members.values():
            pipe = session.pipe
            if pipe is None or pipe.blocked:
                self._others.append(session)
            else:
                by_framing.setdefault(session.framing, Targets()).add(pipe)
        self._bare = by_framing.get(Framing.BARE)
        self._binary = by_framing.get(Framing.BINARY)
        self._json = by_framing.get(Framing.JSON)
        self._sorted = True
