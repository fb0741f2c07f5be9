"""Following a match: frames or JSON states in, the present view out. No socket, no thread, no clock.

A follower checks the sequence of the states' numbers. After a gap, or anything that does not decode, it
knows nothing until the next keyframe; `wants_keyframe` then asks its owner to send `resync`.
"""

from collections import deque
from typing import Any

from game.sync.delta import StateDecoder
from game.sync.varint import BadFrame
from game.sync.wire import ClockFrame, Keyframe, PrivateFrame, ShiftFrame, StateFrame, parse_frame

MOST_EVENTS = 4096
ASK_EVERY = 60
"""States that come while the view is lost before a keyframe is asked for again."""

Said = tuple[Any, ...]
"""A game event: its name, then its arguments."""


class Follower:
    """The present view of one match, by the SCHEMA that the server gave.

    Attributes:
        tick: the tick that the view shows; the game's ticks.
        epoch: rises when the match went on elsewhere.
        at_ms, at_tick: by the server's clock tick `at_tick` was due at `at_ms`.
        number: the last state's number, 0..255.
        acks: the newest (seq, margin) of each seat.
        events: what happened, as (name, *arguments), the oldest first; the owner may clear it.
        states, keyframes: how many of each were taken.
        resyncs: how often the view was lost.
        clock: the answer to the last clock message of the bare framing, as (client's, server's) milliseconds.
        wants_keyframe: the view is lost and nobody has asked for a keyframe since.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
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
        self._names = [str(event["name"]) for event in schema["events"]]
        self._argument_counts = [len(event["args"]) for event in schema["events"]]
        self._decoder = StateDecoder(schema)
        self._lost = True
        self._ignored = 0
        self._private: dict[tuple[bool, int], StateDecoder] = {}

    @property
    def following(self) -> bool:
        """Whether the view is known: a keyframe came and no gap since."""
        return not self._lost

    @property
    def state(self) -> dict[str, Any]:
        """The view as a tree of plain data; see `game.sync.tree`. Raises BadFrame before a keyframe."""
        return self._decoder.state

    def secret(self, seat: int, of_host: bool = False) -> dict[str, Any] | None:
        """What only `seat` is told, or with `of_host` only the host; None while that is nothing."""
        decoder = self._private.get((of_host, seat))
        return None if decoder is None else decoder.state

    def due_ms(self, tick: int) -> int:
        """The server time at which `tick` is due."""
        return self.at_ms + (tick - self.at_tick) * 1000 // int(self.schema["tick_hz"])

    def frame(self, data: bytes) -> None:
        """Take one frame of the framings `binary` and `bare`. Never raises for what the bytes are."""
        try:
            frame = parse_frame(data, self._argument_counts)
            if isinstance(frame, Keyframe):
                self._decoder.full(frame.full)
                self._start(frame.number, frame.epoch, frame.tick, frame.at_ms)
                self._take_acks(frame.acks)
            elif isinstance(frame, StateFrame):
                if self._is_next(frame.number):
                    self._decoder.update(frame.update)
                    self._go_on(frame.number, self.tick + frame.advance)
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
            self._lose()

    def json(self, event: str, told: dict[str, Any]) -> None:
        """Take one `k`, `s` or `p` of the framing `json`. Never raises for what it holds."""
        try:
            if event == "k":
                self._decoder.apply_json_full(told["state"])
                self._start(told["number"], told["epoch"], told["tick"], told["at"])
                self._take_acks(told["acks"])
            elif event == "p":
                decoder = self._part(told["host"], told["seat"], "state" in told)
                if "state" in told:
                    decoder.apply_json_full(told["state"])
                else:
                    decoder.apply_json_changes(told["changes"])
            elif "shift" in told:
                self.at_tick, self.at_ms = told["shift"]["tick"], told["shift"]["at"]
            elif self._is_next(told["number"]):
                self._decoder.apply_json_changes(told["changes"])
                self._go_on(told["number"], told["tick"])
                self._take_acks(told["acks"])
                self.events.extend((name, *args) for name, *args in told["events"])
        except (BadFrame, KeyError, TypeError, ValueError):
            self._lose()

    def _part(self, of_host: bool, seat: int, afresh: bool) -> StateDecoder:
        """The private part of a seat or of the host, begun anew when it comes in full."""
        if afresh:
            schema = self.schema["private"]["host" if of_host else "owner"]
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
        self._lost = False
        self._ignored = 0
        self.wants_keyframe = False

    def _is_next(self, number: int) -> bool:
        if self._lost:
            # The question may have been one too many: ask again, but not with every state.
            self._ignored += 1
            if self._ignored % ASK_EVERY == 1:
                self.wants_keyframe = True
            return False
        if number != (self.number + 1) & 255:
            self._lose()
            return False
        return True

    def _go_on(self, number: int, tick: int) -> None:
        self.number, self.tick = number, tick
        self.states += 1

    def _take_acks(self, acks: Any) -> None:
        for seat, seq, margin in acks:
            self.acks[seat] = (seq, margin)

    def _lose(self) -> None:
        if not self._lost:
            self.resyncs += 1
            self._lost = True
            self._ignored = 1
            self.wants_keyframe = True
