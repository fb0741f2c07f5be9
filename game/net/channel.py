"""Channels: one message to many sessions, with one kernel call each."""

from collections.abc import Callable, Iterable

from game.net.outgoing import Frame, Framing
from game.net.pipe import Pipe
from game.net.session import Session

Target = tuple[Callable[[bytes | memoryview], int], Pipe]


class Channel:
    """Receivers of the same messages, e.g. the viewers of one view of a room.

    Members leave by themselves when they disconnect. A channel lives while somebody holds it or it has
    members; `Fanout.channel` gives the same one for the same name meanwhile.
    """

    def __init__(self, name: str, find: Callable[[str], Session | None]) -> None:
        """Make an empty channel; `find` gives the session behind a sid."""
        self.name = name
        self._find = find
        self._members: dict[str, Session] = {}
        self._sorted = True  # the lists below match the members
        self._bare: list[Target] = []
        self._binary: list[Target] = []
        self._json: list[Target] = []
        self._polling: list[Session] = []

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
        if self._bare:
            refused += _send_to_all(self._bare, frame.bare, droppable)
        if self._binary:
            refused += _send_to_all(self._binary, frame.binary, droppable)
        if self._json:
            refused += _send_to_all(self._json, frame.json, droppable)
        for session in self._polling:
            refused += not session.deliver(frame, droppable)
        return len(self._members) - refused

    def reorder(self) -> None:
        """A member's framing or transport has changed."""
        self._sorted = False

    def _sort(self) -> None:
        by_framing: dict[Framing, list[Target]] = {framing: [] for framing in Framing}
        self._polling = []
        for session in self._members.values():
            if session.pipe is None:
                self._polling.append(session)
            else:
                by_framing[session.framing].append((session.pipe.raw_send, session.pipe))
        self._bare, self._binary = by_framing[Framing.BARE], by_framing[Framing.BINARY]
        self._json = by_framing[Framing.JSON]
        self._sorted = True


# hot: 20,000 turns of this loop a second; guarded by the S1 bench
def _send_to_all(targets: list[Target], data: bytes, droppable: bool) -> int:
    """Send `data` to every pipe; return how many refused it."""
    size, refused = len(data), 0
    for raw_send, pipe in targets:
        if pipe.blocked:
            refused += not pipe.push(data, droppable)
            continue
        try:
            sent = raw_send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            pipe.stop()
            refused += 1
            continue
        if sent != size:
            refused += not pipe.keep(data, sent)
    return refused
