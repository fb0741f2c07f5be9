"""The delta stream: changes of the state, encoded once a tick for all followers that see the same."""

from game.protocol.events import KeyframeJson, Shift, ShiftJson, StateJson
from game.rooms.outbox import JsonMaker, Message, no_json
from game.rules import Match
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import Ack, keyframe, shift_frame, state_frame


class DeltaStream:
    """The frames of a match whose followers all see the same state.

    Args:
        m: the match; its present state is the base of the first frame.
        epoch: the epoch under which this worker owns the room.
    """

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

    # hot: once per room and tick
    def add(self, acks: list[Ack], events: list[tuple[int, ...]]) -> None:
        """Keep the acks and events of a tick for the next frame."""
        for ack in acks:
            self._acks[ack[0]] = ack
        if events:
            self._events.extend(event for event in events if event[0] in self._seen_events)

    def rebase(self, m: Match) -> None:
        """Take the present state as the base of the next frame; nobody may follow."""
        if self._tick != m.tick:
            self.number = (self.number + 1) & 255
            self._encoder.start(m.state)
            self._tick = m.tick
        self._acks = {}
        self._events = []

    def clear(self) -> None:
        """Drop what is kept for the next frame: nobody follows, and new followers start from a keyframe."""
        self._acks.clear()
        self._events.clear()

    def forget_acks(self, seat: int) -> None:
        """Send no ack of the seat's present player: who plays there next counts inputs from 1."""
        self._acks.pop(seat, None)

    # hot: once per room and tick that is sent
    def state(self, m: Match, with_json: bool) -> Message:
        """The frame of all changes since the last one."""
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
        frame = state_frame(self.number, advance, acks, events, update)
        return Message("s", frame, state_json(self.number, m, acks, events, changes))

    def keyframe(self, acks: list[Ack], at_ms: int) -> Message:
        """The whole state as the last frame left it.

        Args:
            acks: the last applied input of each seat.
            at_ms: the server's time at which the state's tick was due.

        Returns:
            A message from which a client follows the next frames.
        """
        number, epoch, tick = self.number, self.epoch, self._tick
        binary = keyframe(number, epoch, tick, at_ms, acks, self._encoder.full())

        def as_json() -> object:
            return KeyframeJson(number, epoch, tick, at_ms, acks, self._encoder.full_json())

        return Message("k", binary, as_json)


def state_json(
    number: int, m: Match, acks: list[Ack], events: list[tuple[int, ...]], changes: dict[str, object]
) -> JsonMaker:
    """A state frame's twin for clients that receive JSON."""
    frame = StateJson(
        number=number,
        tick=m.tick,
        acks=acks,
        events=[[m.game.events[kind].name, *args] for kind, *args in events],
        changes=changes,
    )
    return lambda: frame


def shift_message(tick: int, at_ms: int) -> Message:
    """The message that the schedule has moved: `tick` is due at `at_ms` of the server's time."""
    return Message("s", shift_frame(tick, at_ms), lambda: ShiftJson(Shift(tick, at_ms)))
