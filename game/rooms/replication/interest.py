"""The interest stream: in a world too large to send to everybody, each player receives what is near.

An interest set belongs to the seats of one person; all spectators share one. Each set is looked up again
every few ticks, and different sets in different ticks.
"""

from collections.abc import Collection, Sequence

from game.protocol.events import KeyframeJson
from game.rooms.outbox import Message, no_json
from game.rooms.replication.deltas import state_json
from game.rules import Match
from game.sync.near import NearEncoder
from game.sync.schema import Schema
from game.sync.wire import Ack, keyframe, state_frame

LOOK_UP_EVERY_TICKS = 6
SPECTATOR = -1

Seats = tuple[int, ...]


class InterestSet:
    """The entities that the followers of one set hold, and the tick in which they were looked up."""

    __slots__ = ("held", "looked_up")

    def __init__(self, held: list[int], looked_up: int) -> None:
        self.held = held
        self.looked_up = looked_up


class InterestStream:
    """The frames of a match in which each player sees what is near. All sets share the frame numbers.

    Args:
        m: the match; its present state is the base of the first frame.
        epoch: the epoch under which this worker owns the room.
    """

    def __init__(self, m: Match, epoch: int) -> None:
        self.epoch = epoch
        self.number = 0
        self._schema = Schema.of(m.game)
        self._encoder = NearEncoder(self._schema)
        self._encoder.start(m.state)
        self._tick = m.tick
        self._advance = 0
        self._events: list[tuple[int, ...]] = []
        self._due: list[tuple[int, ...]] = []
        self._acks: dict[int, Ack] = {}
        self._due_acks: dict[int, Ack] = {}
        self._sets: dict[Seats, InterestSet] = {}

    def __contains__(self, seats: Seats) -> bool:
        return seats in self._sets

    def sets(self) -> Collection[InterestSet]:
        """Every set that is followed."""
        return self._sets.values()

    # hot: once per room and tick
    def add(self, acks: list[Ack], events: list[tuple[int, ...]]) -> None:
        """Keep the acks and events of a tick for the next frames."""
        for ack in acks:
            self._acks[ack[0]] = ack
        if events:
            seen = self._schema.seen_events
            self._events.extend(event for event in events if event[0] in seen)

    def rebase(self, m: Match) -> None:
        """Take the present state as the base of the next frames; nobody may follow."""
        if self._tick != m.tick:
            self.number = (self.number + 1) & 255
            self._encoder.start(m.state)
            self._tick = m.tick
        self._sets.clear()
        self._acks = {}
        self._events = []

    def clear(self) -> None:
        """Drop what is kept for the next frames: nobody follows, and new followers start from a keyframe."""
        self._acks.clear()
        self._events.clear()

    def forget_acks(self, seat: int) -> None:
        """Send no ack of the seat's present player: who plays there next counts inputs from 1."""
        self._acks.pop(seat, None)
        self._due_acks.pop(seat, None)

    # hot: once per room and tick that is sent
    def step(self, m: Match, with_json: bool) -> None:
        """Encode what has changed since the last frames; then `message` can be called for each set."""
        self._advance = m.tick - self._tick
        self._tick = m.tick
        self.number = (self.number + 1) & 255
        self._due = self._events
        self._due_acks = self._acks
        self._events = []
        self._acks = {}
        self._encoder.step(m.state, with_json)

    # hot: once per tick and follower
    def message(self, m: Match, seats: Seats, as_json: bool) -> Message:
        """The frame of this tick for one set; call it once in each tick that is sent, for every set.

        Args:
            m: the match.
            seats: the seats to which the set belongs.
            as_json: make the JSON form as well, which needs a `step` with it.

        Returns:
            The changes since the last frame of this set.

        Raises:
            KeyError: the set did not begin with a keyframe.
        """
        interest = self._sets[seats]
        before = interest.held
        if m.tick - interest.looked_up >= LOOK_UP_EVERY_TICKS:
            interest.looked_up = m.tick
            now = self._near(m, seats)
        else:
            now = self._encoder.known(before)
        interest.held = now
        acks = [self._due_acks[seat] for seat in seats if seat in self._due_acks]
        near = self._schema.near_events
        events = [event for event in self._due if event[0] not in near or event[1] in now]
        update = self._encoder.update(before, now)
        frame = state_frame(self.number, self._advance, acks, events, update)
        if not as_json:
            return Message("s", frame, no_json)
        changes = self._encoder.update_json(before, now)
        return Message("s", frame, state_json(self.number, m, acks, events, changes))

    def keyframe(self, m: Match, seats: Seats, acks: Sequence[Ack], at_ms: int) -> Message:
        """The whole of one set as its last frame left it, or as it begins.

        Args:
            m: the match.
            seats: the seats to which the set belongs; () for spectators.
            acks: the last applied input of each seat; those of other seats are left out.
            at_ms: the server's time at which the state's tick was due.

        Returns:
            A message from which a client follows the next frames.
        """
        interest = self._sets.get(seats)
        if interest is None:
            # Sets that begin together are looked up in different ticks.
            looked_up = self._tick - len(self._sets) % LOOK_UP_EVERY_TICKS
            interest = self._sets[seats] = InterestSet(self._near(m, seats), looked_up)
        held = list(interest.held)
        number, epoch, tick = self.number, self.epoch, self._tick
        own = [ack for ack in acks if ack[0] in seats]
        frame = keyframe(number, epoch, tick, at_ms, own, self._encoder.full(held))

        def as_json() -> object:
            return KeyframeJson(number, epoch, tick, at_ms, own, self._encoder.full_json(held))

        return Message("k", frame, as_json)

    def keep(self, followed: Collection[Seats]) -> None:
        """Forget all sets but these."""
        if len(self._sets) > len(followed):
            self._sets = {seats: interest for seats, interest in self._sets.items() if seats in followed}

    def _near(self, m: Match, seats: Seats) -> list[int]:
        game = m.game
        if len(seats) < 2:
            return self._encoder.known(game.near(m, seats[0] if seats else SPECTATOR))
        found = {number for seat in seats for number in game.near(m, seat)}
        return self._encoder.known(sorted(found))
