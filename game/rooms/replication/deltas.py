"""What followers of a match were told last, and what to tell them next: the `delta` way of replication."""

from game.protocol.events import KeyframeJson, Shift, ShiftJson, StateJson
from game.rooms.outbox import Message
from game.rules import Match
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import Ack, keyframe, shift_frame, state_frame


class DeltaStream:
    """The memory of the view that everybody shares. Frames are numbered; each is made once for all."""

    def __init__(self, m: Match, epoch: int) -> None:
        self.epoch = epoch
        self.number = 0
        schema = Schema.of(m.game)
        self._seen_events = schema.seen_events
        self._encoder = StateEncoder(schema)
        self._encoder.start(m.state)
        self._tick = m.tick
        self._acks: dict[int, Ack] = {}
        self._events: list[tuple[int, ...]] = []

    def acknowledge(self, ack: Ack) -> None:
        """The next message tells that an input was applied."""
        self._acks[ack[0]] = ack

    def happened(self, events: list[tuple[int, ...]]) -> None:
        """The next message tells what happened."""
        self._events.extend(event for event in events if event[0] in self._seen_events)

    def catch_up(self, m: Match) -> None:
        """Nobody followed for a while: the present state counts as told, so that keyframes can be sent."""
        if self._tick != m.tick:
            self.number = (self.number + 1) & 255
            self._encoder.start(m.state)
            self._tick = m.tick
        self._acks = {}
        self._events = []

    def unfollowed(self) -> None:
        """Nobody follows: whoever does next starts from a keyframe, so nothing needs to be kept for them."""
        self._acks.clear()
        self._events.clear()

    # hot: once per room and tick that is sent
    def state(self, m: Match, with_json: bool) -> Message:
        """What changed since the last message."""
        acks = list(self._acks.values())
        events = self._events
        advance = m.tick - self._tick
        self.number = (self.number + 1) & 255
        self._tick = m.tick
        if acks:
            self._acks = {}
        if events:
            self._events = []
        if not with_json:
            update = self._encoder.update(m.state)
            return Message("s", state_frame(self.number, advance, acks, events, update), no_json)
        update, changes = self._encoder.update_json(m.state)
        shown = StateJson(
            number=self.number,
            tick=m.tick,
            acks=acks,
            events=[[m.game.events[kind].name, *args] for kind, *args in events],
            changes=changes,
        )
        return Message("s", state_frame(self.number, advance, acks, events, update), lambda: shown)

    def keyframe(self, acks: list[Ack], at_ms: int) -> Message:
        """The whole view as it was told last; `at_ms` is the server's time at which its tick was due."""
        binary = keyframe(self.number, self.epoch, self._tick, at_ms, acks, self._encoder.full())

        def as_json() -> object:
            return KeyframeJson(
                number=self.number,
                epoch=self.epoch,
                tick=self._tick,
                at=at_ms,
                acks=acks,
                state=self._encoder.full_json(),
            )

        return Message("k", binary, as_json)


def shift(tick: int, at_ms: int) -> Message:
    """Tell that the schedule moved: `tick` is due at `at_ms`."""
    return Message("s", shift_frame(tick, at_ms), lambda: ShiftJson(Shift(tick, at_ms)))


def no_json() -> object:
    """The JSON form of a message that nobody asked for as JSON."""
    raise AssertionError("nobody asked for JSON when this message was made")
