"""Recovery of missed events: a client that was away for a moment gets what it missed, in order.

It is Socket.IO's connection state recovery, as clients of socket.io-client 4.6 and newer understand it. With
the answer to its connect a client gets a secret `pid`, and with each event, as one more argument, the event's
offset. A client that comes back says both, and has its id and its rooms again. Sessions and events are kept
in memory, within limits.

Source: the protocol of socket.io 4.6, https://socket.io/docs/v4/connection-state-recovery.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from time import monotonic, time

import msgspec

from game.transport.message import EventMessage

NOTICED_S = 60.0
"""A lost connection is noticed after so long at most; events are kept for this and the window."""
CLOCKS_S = 1.0
"""So much may the clocks of two workers differ."""
MOST_NAMED = 1000
"""A session that another worker may take names this many events at most that its client got or missed."""


@dataclass(frozen=True)
class RecoveryLimits:
    """What is kept for clients that are away, in one worker.

    Attributes:
        window_s: a client that comes back later starts over.
        max_sessions: of clients that are away; the oldest is forgotten first.
        max_events: events that are kept; the oldest is forgotten first.
        max_bytes: of those events.
    """

    window_s: float = 120.0
    max_sessions: int = 10_000
    max_events: int = 10_000
    max_bytes: int = 16 << 20


class Session(msgspec.Struct):
    """What a client finds again.

    Attributes:
        sid: its id in the namespace.
        namespace: which one.
        rooms: those that it was in; applications name them by texts or numbers.
        since: the offset of the newest event when it connected; "" if there was none.
        connected_s: when that was, in seconds since 1970.
        kept_s: when its connection was lost.
        newest: the offset of the newest event then, even if this client did not get it.
        events: offsets of kept events for its rooms, in the order in which its worker sent them; None in the
            worker itself.
    """

    sid: str
    namespace: str
    rooms: list[str | int]
    since: str
    connected_s: float
    kept_s: float = 0.0
    newest: str = ""
    events: list[str] | None = None


class _Event(msgspec.Struct):
    """An event that was sent."""

    offset: str
    at: float
    namespace: str
    rooms: tuple[str | None, ...]
    skipped: tuple[str, ...]
    message: EventMessage
    size: int


class Recovery:
    """The events that were sent lately, and the sessions of clients that are here or were lately."""

    def __init__(
        self, limits: RecoveryLimits, now: Callable[[], float] = monotonic, wall: Callable[[], float] = time
    ) -> None:
        """Keep nothing yet; `now` and `wall` return seconds, those of `wall` are the same for all workers."""
        self.limits = limits
        self._now, self._wall = now, wall
        self._tag = token_urlsafe(6)
        self._count = 0
        self._events: deque[_Event] = deque()
        self._first = 0
        """Number of the oldest event that is kept."""
        self._numbers: dict[str, int] = {}
        self._rooms: dict[tuple[str, str | int | None], deque[int]] = {}
        """Numbers of the kept events by namespace and room."""
        self._bytes = 0
        self._forgotten_at = float("-inf")
        """When the newest event was sent that was forgotten because there were too many."""
        self._newest = ""
        self._complete_since_s = self._wall()
        self._complete_from = 0
        self._here: dict[str, Session] = {}
        self._pids: dict[str, str] = {}
        self._away: OrderedDict[str, tuple[float, Session]] = OrderedDict()

    # --- events

    def next_offset(self) -> str:
        """An offset that no other event has, of this or another worker."""
        self._count += 1
        return f"{self._tag}{self._count:x}"

    def listens_again(self) -> None:
        """From now on the events of all workers are known here; some of before may not be."""
        self._complete_since_s = self._wall()
        self._complete_from = self._first + len(self._events)

    def add(
        self,
        offset: str,
        namespace: str,
        rooms: Sequence[str | None],
        skipped: Iterable[str],
        encoded: list[str | bytes],
    ) -> EventMessage:
        """Keep an event that is sent now.

        Args:
            offset: which its last argument is.
            namespace: in which it is sent.
            rooms: to which; None is the whole namespace.
            skipped: the sids that do not get it.
            encoded: the Socket.IO packet: a text, then its attachments.

        Returns:
            The event, to be sent to who is here.
        """
        now = self._now()
        size = 200 + sum(map(len, encoded))
        message = EventMessage(encoded)
        event = _Event(offset, now, namespace, tuple(rooms), tuple(skipped), message, size)
        self._numbers[offset] = number = self._first + len(self._events)
        for room in event.rooms:
            self._rooms.setdefault((namespace, room), deque()).append(number)
        self._events.append(event)
        self._bytes += size
        self._newest = offset
        self._forget(now)
        return message

    def _forget(self, now: float) -> None:
        limits, events = self.limits, self._events
        oldest = now - limits.window_s - NOTICED_S
        while events:
            event = events[0]
            full = len(events) > limits.max_events or self._bytes > limits.max_bytes
            if not full and event.at >= oldest:
                return
            if full:
                self._forgotten_at = event.at
            events.popleft()
            self._bytes -= event.size
            self._numbers.pop(event.offset, None)
            for room in event.rooms:
                numbers = self._rooms[event.namespace, room]
                numbers.popleft()
                if not numbers:
                    del self._rooms[event.namespace, room]
            self._first += 1

    def _of(self, session: Session) -> list[_Event]:
        """The kept events for the rooms of a session, the oldest first."""
        rooms: list[str | int | None] = [None, *session.rooms]
        numbers = {k for room in rooms for k in self._rooms.get((session.namespace, room), ())}
        found = [self._events[number - self._first] for number in sorted(numbers)]
        return [event for event in found if session.sid not in event.skipped]

    def missed(self, session: Session, offset: str | None) -> list[EventMessage] | None:
        """What a client did not get.

        Args:
            session: the client's.
            offset: of the last event that it got; None if it got none.

        Returns:
            The events, the oldest first; None if some of them are not kept any more.
        """
        now = self._now()
        self._forget(now)
        last = session.since if offset is None else offset
        if session.events is not None:
            return self._missed_elsewhere(session, session.events, last, now)
        events = self._of(session)
        if last in self._numbers:
            number = self._numbers[last]
            return [event.message for event in events if self._numbers[event.offset] > number]
        # The last one is older than all that are kept. Unless some were too many, all of these came later.
        return None if self._overflowed(now) else [event.message for event in events]

    def _missed_elsewhere(
        self, session: Session, named: list[str], last: str, now: float
    ) -> list[EventMessage] | None:
        """As `missed`, for a client of another worker, which may have sent the events in another order."""
        known = last in named
        if not known and len(named) >= MOST_NAMED:
            return None
        if self._overflowed(now) and not known:
            return None
        heard = self._numbers.get(session.newest, -1) >= self._complete_from
        if not heard and session.kept_s < self._complete_since_s + CLOCKS_S:
            return None  # other workers may have emitted what this one did not hear
        place = named.index(last) + 1 if known else 0
        if any(one not in self._numbers for one in named[place:]):
            return None
        got = {last, *named[:place]}
        # What the other worker does not name came after the client had gone, or before it came.
        numbers = [self._numbers[one] for one in (last, *named) if one in self._numbers]
        first = min(numbers, default=0)
        came = now - (self._wall() - session.connected_s) - CLOCKS_S
        return [
            event.message
            for event in self._of(session)
            if event.offset not in got and self._numbers[event.offset] >= first and event.at >= came
        ]

    def _overflowed(self, now: float) -> bool:
        return self._forgotten_at >= now - self.limits.window_s - NOTICED_S

    # --- sessions

    def begin(self, sid: str, namespace: str, pid: str | None = None) -> str:
        """A client enters a namespace, or comes back with the `pid` that it had. Returns its `pid`."""
        pid = pid or token_urlsafe(18)
        self._here[pid] = Session(sid, namespace, [], self._newest, self._wall())
        self._pids[sid] = pid
        return pid

    def pid(self, sid: str) -> str | None:
        """The secret of a client that is here."""
        return self._pids.get(sid)

    def here(self, pid: str, namespace: str) -> str | None:
        """The sid of a client that is still thought to be here; None if there is none."""
        session = self._here.get(pid)
        return session.sid if session is not None and session.namespace == namespace else None

    def keep(self, sid: str, rooms: Iterable[str | int]) -> tuple[str, Session] | None:
        """A client's connection is lost: keep its session.

        Returns:
            Its `pid` and its session; None if it has none.
        """
        pid = self._pids.pop(sid, None)
        session = None if pid is None else self._here.pop(pid, None)
        if pid is None or session is None:
            return None
        session.rooms = [room for room in rooms if room != sid] + [sid]
        session.kept_s = self._wall()
        session.newest = self._newest
        now = self._now()
        self._away.pop(pid, None)
        self._away[pid] = (now + self.limits.window_s, session)
        while self._away and (
            len(self._away) > self.limits.max_sessions or next(iter(self._away.values()))[0] < now
        ):
            self._away.popitem(last=False)
        return pid, session

    def drop(self, sid: str) -> None:
        """A client has left on its own, or was sent away: it does not come back."""
        pid = self._pids.pop(sid, None)
        if pid is not None:
            self._here.pop(pid, None)

    def take(self, pid: str, namespace: str) -> Session | None:
        """The session of a client that comes back; it is kept no more."""
        found = self._away.get(pid)
        if found is None or found[1].namespace != namespace:
            return None
        del self._away[pid]
        return found[1] if found[0] >= self._now() else None

    def named(self, session: Session) -> Session:
        """A session as another worker needs it."""
        events = [event.offset for event in self._of(session)]
        begun = self._numbers.get(session.since)
        if begun is not None:
            events = [one for one in events if self._numbers[one] > begun]
        return msgspec.structs.replace(session, events=events[-MOST_NAMED:])
