"""The follower decodes a match: frames or JSON states in, the current view out. No socket, no clock.

It checks the sequence numbers of states. After a gap, or bytes that do not decode, the view is unknown until
the next keyframe; `wants_keyframe` then asks its owner to send `resync`.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import UNSET

from game.protocol.objects import PrivateTrees, SchemaInfo
from game.sync.delta import StateDecoder
from game.sync.described import event_args_of
from game.sync.varint import BadFrame
from game.sync.wire import ClockFrame, Keyframe, PrivateFrame, ShiftFrame, StateFrame, parse_frame

MOST_EVENTS = 4096
ASK_EVERY = 60
"""After this many states without a view, a keyframe is requested again."""

Said = tuple[Any, ...]
"""A game event: its name, then its arguments."""


class Follower:
    """The current view of one match, decoded by the SCHEMA that the server sent.

    Attributes:
        tick: the tick that the view shows.
        epoch: rises when the match continues at another worker.
        at_ms, at_tick: tick `at_tick` was due at `at_ms` of the server's clock.
        number: the sequence number of the last state, 0..255.
        acks: the newest (seq, margin) of each seat.
        events: the game's events, as (name, *arguments), the oldest first; the owner may clear it.
        states, keyframes: how many of each were decoded.
        resyncs: how often the view became unknown.
        clock: the answer to the last clock message of the bare framing, as (client's, server's) milliseconds.
        wants_keyframe: the view is unknown, and no keyframe was requested since.
    """

    def __init__(self, schema: SchemaInfo) -> None:
        self.schema = schema
        self.tick = 0
        self.epoch = 0
        self.at_ms = 0
        self.at_tick = 0
        self.number = 0
        self.acks: dict[int, tuple[int, int]] = {}
        self.events: deque[Said] = deque(maxlen=MOST_EVENTS)
        self.states = 0
        self.keyframes = 0
        self.resyncs = 0
        self.clock: tuple[int, int] | None = None
        self.wants_keyframe = False
        self._names = [event.name for event in schema.events]
        self._argument_counts = event_args_of(schema)
        self._decoder = StateDecoder(schema)
        self._unknown = True
        self._ignored = 0
        self._private: dict[tuple[bool, int], StateDecoder] = {}

    @property
    def following(self) -> bool:
        """Whether the view is known: a keyframe was received, and no gap since."""
        return not self._unknown

    @property
    def state(self) -> dict[str, Any]:
        """The view as a tree of plain data; see `game.sync.tree`. Raises BadFrame before a keyframe."""
        return self._decoder.state

    @property
    def private_parts(self) -> set[tuple[bool, int]]:
        """The private parts that were received, as (of_host, seat)."""
        return set(self._private)

    def secret(self, seat: int, of_host: bool = False) -> dict[str, Any] | None:
        """The private part of `seat`, or with `of_host` that of the host; None if nothing was received."""
        decoder = self._private.get((of_host, seat))
        return None if decoder is None else decoder.state

    def due_ms(self, tick: int) -> int:
        """The server time at which `tick` is due."""
        return self.at_ms + (tick - self.at_tick) * 1000 // self.schema.tick_hz

    def frame(self, data: bytes) -> None:
        """Take one frame of the framings `binary` and `bare`. Raises nothing, whatever the bytes are."""
        try:
            frame = parse_frame(data, self._argument_counts)
            if isinstance(frame, Keyframe):
                self._decoder.full(frame.full)
                self._start(frame.number, frame.epoch, frame.tick, frame.at_ms)
                self._take_acks(frame.acks)
            elif isinstance(frame, StateFrame):
                if self._is_next(frame.number):
                    self._decoder.update(frame.update)
                    self._advance(frame.number, self.tick + frame.advance)
                    self._take_acks(frame.acks)
                    self.events.extend((self._names[kind], *args) for kind, *args in frame.events)
            elif isinstance(frame, PrivateFrame):
                decoder = self._part(frame.of_host, frame.seat, frame.is_full)
                (decoder.full if frame.is_full else decoder.update)(frame.body)
            elif isinstance(frame, ShiftFrame):
                self.at_tick, self.at_ms = frame.tick, frame.at_ms
            elif isinstance(frame, ClockFrame):
                self.clock = (frame.client_ms, frame.now_ms)
        except (BadFrame, KeyError):
            self._reset()

    def json(self, event: str, data: dict[str, Any]) -> None:
        """Take one `k`, `s` or `p` of the framing `json`. Raises nothing, whatever it holds."""
        try:
            if event == "k":
                self._decoder.apply_json_full(data["state"])
                self._start(data["number"], data["epoch"], data["tick"], data["at"])
                self._take_acks(data["acks"])
            elif event == "p":
                decoder = self._part(data["host"], data["seat"], "state" in data)
                if "state" in data:
                    decoder.apply_json_full(data["state"])
                else:
                    decoder.apply_json_changes(data["changes"])
            elif "shift" in data:
                self.at_tick, self.at_ms = data["shift"]["tick"], data["shift"]["at"]
            elif self._is_next(data["number"]):
                self._decoder.apply_json_changes(data["changes"])
                self._advance(data["number"], data["tick"])
                self._take_acks(data["acks"])
                self.events.extend((name, *args) for name, *args in data["events"])
        except (BadFrame, KeyError, TypeError, ValueError):
            self._reset()

    def _part(self, of_host: bool, seat: int, full: bool) -> StateDecoder:
        """The decoder of a private part; a new one for a full state."""
        if full:
            private = self.schema.private or PrivateTrees()
            schema = private.host if of_host else private.owner
            if schema is UNSET:
                raise BadFrame("the schema has no such private part")
            self._private[of_host, seat] = StateDecoder(schema)
        return self._private[of_host, seat]

    def asked(self) -> None:
        """The owner has sent `resync`."""
        self.wants_keyframe = False

    def _start(self, number: int, epoch: int, tick: int, at_ms: int) -> None:
        self.number, self.epoch, self.tick = number, epoch, tick
        self.at_tick, self.at_ms = tick, at_ms
        self.acks.clear()
        self.keyframes += 1
        self._unknown = False
        self._ignored = 0
        self.wants_keyframe = False

    def _is_next(self, number: int) -> bool:
        if self._unknown:
            # The first request may have been lost: ask again, but not with every state.
            self._ignored += 1
            if self._ignored % ASK_EVERY == 1:
                self.wants_keyframe = True
            return False
        if number != (self.number + 1) & 255:
            self._reset()
            return False
        return True

    def _advance(self, number: int, tick: int) -> None:
        self.number, self.tick = number, tick
        self.states += 1

    def _take_acks(self, acks: Iterable[Sequence[int]]) -> None:
        for seat, seq, margin in acks:
            self.acks[seat] = (seq, margin)

    def _reset(self) -> None:
        if not self._unknown:
            self.resyncs += 1
            self._unknown = True
            self._ignored = 1
            self.wants_keyframe = True
