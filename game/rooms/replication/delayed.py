"""Delayed streams: what spectators receive of a match some seconds after its players.

A delayed stream keeps the frames of a live stream, already encoded and once for all its followers, and sends
each of them when its time has come. A follower starts from a keyframe like any other: one is kept about every
second, so that somebody who comes while others follow sees a picture at once. The first follower waits as
long as the delay, since nothing is kept while nobody follows. Times are milliseconds, passed in.
"""

from collections import deque
from collections.abc import Callable
from enum import IntEnum, auto
from typing import NamedTuple

from game.rooms.outbox import Message, Outbox, no_json

KEYFRAME_EVERY_MS = 1000
"""A newcomer receives at most the frames of this time at once."""
MAX_KEPT_BYTES = 8_000_000
"""A room that needs more starts again, and its spectators wait for the next keyframe."""


class Kind(IntEnum):
    """What a kept frame is for."""

    CHANGE = auto()
    """All followers receive it."""
    KEYFRAME = auto()
    """Those receive it who begin to follow."""
    OPENING = auto()
    """All followers receive it: the frames after it do not continue those before."""


class Kept(NamedTuple):
    """A frame, and when it is due. `json` is its JSON form; None: nobody asked for it."""

    due_ms: int
    kind: Kind
    event: str
    binary: bytes
    json: object | None

    def message(self) -> Message:
        """The frame as the outbox takes it."""
        json = self.json
        return Message(self.event, self.binary, no_json if json is None else lambda: json)


class DelayedStream:
    """The frames of one live stream, kept until they are due, and those who follow them.

    Args:
        outbox: sends the frames.
        channel: the name of the channel of its followers.
        sent: called with a connection and the bytes of the keyframe that it was sent.

    Attributes:
        collecting: a match is running, and its frames are kept.
        waiting: the connections that wait for the first keyframe that is due.
        following: the connections that receive each frame.
    """

    def __init__(self, outbox: Outbox, channel: str, sent: Callable[[str, int], None]) -> None:
        self.channel = channel
        self.collecting = False
        self.waiting: dict[str, None] = {}
        self.following: dict[str, None] = {}
        self._outbox = outbox
        self._sent = sent
        self._ahead: deque[Kept] = deque()
        self._past: list[Kept] = []  # the last keyframe that was due, and what was due since
        self._size = 0
        self._keyframe_ms = 0
        self._as_json: set[str] = set()  # the followers that receive JSON

    def __contains__(self, member: str) -> bool:
        return member in self.following or member in self.waiting

    @property
    def followed(self) -> bool:
        """Whether anybody follows or waits."""
        return bool(self.following or self.waiting)

    @property
    def wants_json(self) -> bool:
        """Whether a follower receives JSON."""
        return bool(self._as_json)

    @property
    def next_ms(self) -> int | None:
        """When the next frame is due; None: none is kept."""
        return self._ahead[0].due_ms if self._ahead else None

    # --- frames -------------------------------------------------------------------------------

    def begin(self, due_ms: int, keyframe: Message) -> None:
        """Keep a match from here on, which begins with this keyframe."""
        self.collecting = True
        self._keep(due_ms, Kind.OPENING, keyframe)

    def keyframe_due(self, due_ms: int) -> bool:
        """Whether a keyframe should be kept between the frames that are due now and those after them."""
        return due_ms - self._keyframe_ms >= KEYFRAME_EVERY_MS

    def add_keyframe(self, due_ms: int, keyframe: Message) -> None:
        """Keep a keyframe of the state that the last frame leads to."""
        self._keep(due_ms, Kind.KEYFRAME, keyframe)

    # hot: in rooms with delayed spectators, once per tick
    def add(self, due_ms: int, change: Message) -> None:
        """Keep a frame that continues the last one."""
        self._keep(due_ms, Kind.CHANGE, change)

    def _keep(self, due_ms: int, kind: Kind, message: Message) -> None:
        if kind is not Kind.CHANGE:
            self._keyframe_ms = due_ms
        self._ahead.append(
            Kept(due_ms, kind, message.event, message.binary, message.json() if self._as_json else None)
        )
        self._size += len(message.binary)

    @property
    def too_large(self) -> bool:
        """Whether more bytes are kept than a room may have."""
        return self._size > MAX_KEPT_BYTES

    # hot: in rooms with delayed spectators, once per tick
    def release(self, now_ms: int) -> None:
        """Send what is due."""
        ahead = self._ahead
        while ahead and ahead[0].due_ms <= now_ms:
            kept = ahead.popleft()
            if kept.kind is Kind.CHANGE:
                self._past.append(kept)
            else:
                self._forget_past()
                self._past.append(kept)
            if kept.kind is not Kind.KEYFRAME and self.following:
                self._outbox.state(self.channel, kept.message())
            if kept.kind is not Kind.CHANGE:
                for member in list(self.waiting):
                    self._start(member)

    def _forget_past(self) -> None:
        self._size -= sum(len(kept.binary) for kept in self._past)
        self._past.clear()

    def finish(self) -> None:
        """The match is over: what is kept of it is still sent."""
        self.collecting = False

    def restart(self) -> None:
        """Forget all frames; all followers wait for a keyframe."""
        self.collecting = False
        self._ahead.clear()
        self._past.clear()
        self._size = 0
        for member in list(self.following):
            self._outbox.unwatch(member)
            self.waiting[member] = None
        self.following.clear()

    # --- followers ----------------------------------------------------------------------------

    def follow(self, member: str) -> int:
        """Let a connection follow, from a keyframe that is due by now or from the next one.

        Args:
            member: the connection.

        Returns:
            The bytes that it was sent; 0 while it waits.
        """
        if not self._outbox.takes_entries(member):
            self._as_json.add(member)
        self.following.pop(member, None)
        self.waiting[member] = None
        size = self._start(member)
        if not size:
            self._outbox.unwatch(member)
        return size

    def leave(self, member: str) -> None:
        """Let a connection follow no more; nothing is kept for nobody."""
        if member not in self:
            return
        self._as_json.discard(member)
        if self.following.pop(member, self) is None:
            self._outbox.unwatch(member)
        self.waiting.pop(member, None)
        if not self.followed:
            self.restart()

    def _start(self, member: str) -> int:
        """Send a waiting connection the last keyframe that was due and all since; returns the bytes sent."""
        if not self._past or self._past[0].kind is Kind.CHANGE:
            return 0
        if member in self._as_json and not self._has_json():
            return 0
        size = 0
        for kept in self._past:
            self._outbox.state_one(member, kept.message(), False)
            size += len(kept.binary)
        self._outbox.watch(self.channel, member)
        self.waiting.pop(member, None)
        self.following[member] = None
        self._sent(member, size)
        return size

    def _has_json(self) -> bool:
        """Whether each frame since the last keyframe that was due has its JSON form."""
        frames = [*self._past, *self._ahead]
        return all(kept.json is not None for kept in frames)


class DelayedStreams:
    """The delayed streams of one room.

    Args:
        outbox: sends the frames.
        code: the room's code.
        sent: called with a connection and the bytes of the keyframe that it was sent.

    Attributes:
        state: for followers of the state.
        inputs: for followers that run the rules.
    """

    __slots__ = ("inputs", "state")

    def __init__(self, outbox: Outbox, code: str, sent: Callable[[str, int], None]) -> None:
        self.state = DelayedStream(outbox, code + "~", sent)
        self.inputs = DelayedStream(outbox, code + "~+", sent)

    def __contains__(self, member: str) -> bool:
        return member in self.state or member in self.inputs

    # hot: once per room and tick
    @property
    def followed(self) -> bool:
        """Whether anybody follows the match with a delay."""
        return bool(
            self.state.following or self.state.waiting or self.inputs.following or self.inputs.waiting
        )

    def of(self, predicts: bool) -> DelayedStream:
        """The stream for clients that run the rules, or that of the state."""
        return self.inputs if predicts else self.state

    def leave(self, member: str) -> None:
        """Let a connection follow no more."""
        self.state.leave(member)
        self.inputs.leave(member)
        if not self.followed:
            self.restart()

    def finish(self) -> None:
        """The match is over: what is kept of it is still sent."""
        self.state.finish()
        self.inputs.finish()

    def restart(self) -> None:
        """Forget all frames; all followers wait for a keyframe."""
        self.state.restart()
        self.inputs.restart()

    def release(self, now_ms: int) -> None:
        """Send what is due."""
        self.state.release(now_ms)
        self.inputs.release(now_ms)

    @property
    def next_ms(self) -> int | None:
        """When the next frame is due; None: none is kept."""
        return min((at for at in (self.state.next_ms, self.inputs.next_ms) if at is not None), default=None)
