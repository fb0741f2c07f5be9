"""What each player is told of a match that tells everybody only what is near: a view for each who follows.

A view belongs to the seats of one person; all who only look on share one. Each view is asked anew a few times
a second what it is to hold, and not all in the same tick.
"""

from collections.abc import Collection, Sequence

from game.protocol.events import KeyframeJson, StateJson
from game.rooms.outbox import Message
from game.rooms.replication.deltas import no_json
from game.rules import Match
from game.sync.near import NearEncoder
from game.sync.schema import Schema
from game.sync.wire import Ack, keyframe, state_frame

LOOK_EVERY = 6
"""Ticks between two looks at what is near."""
ONLOOKER = -1

Seats = tuple[int, ...]


class InterestSet:
    """What the followers of one view hold."""

    def __init__(self, held: list[int], looked: int) -> None:
        self.held = held
        self.looked = looked


class InterestStream:
    """All views of a match. Frames are numbered alike in all of them."""

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
        self._views: dict[Seats, InterestSet] = {}

    def __contains__(self, seats: Seats) -> bool:
        return seats in self._views

    def views(self) -> Collection[InterestSet]:
        """Every view that is followed."""
        return self._views.values()

    def acknowledge(self, ack: Ack) -> None:
        """The next message to this seat tells that an input was applied."""
        self._acks[ack[0]] = ack

    def happened(self, events: list[tuple[int, ...]]) -> None:
        """The next messages tell what happened."""
        seen = self._schema.seen_events
        self._events.extend(event for event in events if event[0] in seen)

    def catch_up(self, m: Match) -> None:
        """Nobody followed for a while: the present state counts as told, so that keyframes can be sent."""
        if self._tick != m.tick:
            self.number = (self.number + 1) & 255
            self._encoder.start(m.state)
            self._tick = m.tick
        self._views.clear()
        self._acks = {}
        self._events = []

    def unfollowed(self) -> None:
        """Nobody follows: whoever does next starts from a keyframe, so nothing needs to be kept for them."""
        self._acks.clear()
        self._events.clear()

    # hot: once per room and tick that is sent
    def step(self, m: Match, with_json: bool) -> None:
        """Encode what has changed since the last messages; then every `message` of this tick can be made."""
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
        """What changed in a view since its last message; ask for it once in each tick, of every view.

        Raises KeyError for a view that began with no keyframe. `as_json` needs a step `with_json`.
        """
        view = self._views[seats]
        before = view.held
        if m.tick - view.looked >= LOOK_EVERY:
            view.looked = m.tick
            now = self._near(m, seats)
        else:
            now = self._encoder.known(before)
        view.held = now
        acks = [self._due_acks[seat] for seat in seats if seat in self._due_acks]
        near = self._schema.near_events
        events = [event for event in self._due if event[0] not in near or event[1] in now]
        update = self._encoder.update(before, now)
        frame = state_frame(self.number, self._advance, acks, events, update)
        if not as_json:
            return Message("s", frame, no_json)
        shown = StateJson(
            number=self.number,
            tick=m.tick,
            acks=acks,
            events=[[m.game.events[kind].name, *args] for kind, *args in events],
            changes=self._encoder.update_json(before, now),
        )
        return Message("s", frame, lambda: shown)

    def keyframe(self, m: Match, seats: Seats, acks: Sequence[Ack], at_ms: int) -> Message:
        """A whole view as it was told last, or as it begins; `at_ms` is when its tick was due."""
        view = self._views.get(seats)
        if view is None:
            # InterestStream that begin together look around in different ticks.
            looked = self._tick - len(self._views) % LOOK_EVERY
            view = self._views[seats] = InterestSet(self._near(m, seats), looked)
        held = list(view.held)
        number, tick = self.number, self._tick
        own = [ack for ack in acks if ack[0] in seats]
        frame = keyframe(number, self.epoch, tick, at_ms, own, self._encoder.full(held))

        def as_json() -> object:
            return KeyframeJson(
                number=number,
                epoch=self.epoch,
                tick=tick,
                at=at_ms,
                acks=own,
                state=self._encoder.full_json(held),
            )

        return Message("k", frame, as_json)

    def keep(self, followed: Collection[Seats]) -> None:
        """Forget all views but these: nobody follows the others any more."""
        if len(self._views) > len(followed):
            self._views = {seats: view for seats, view in self._views.items() if seats in followed}

    def _near(self, m: Match, seats: Seats) -> list[int]:
        game = m.game
        if len(seats) < 2:
            return self._encoder.known(game.near(m, seats[0] if seats else ONLOOKER))
        found = {number for seat in seats for number in game.near(m, seat)}
        return self._encoder.known(sorted(found))
