"""What workers write to each other: every letter, and the envelope that carries some of them.

A *process* is the name of a running worker, never used twice. A connection is named by its `sid` at the
worker where it is attached, and `process/sid` everywhere else.
"""

from typing import Any

import msgspec


class Letter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that a worker tells another."""


class Ask(Letter, tag=1, frozen=True):
    """A connection's command, for the owner of its room.

    `what` is a way in (create, join, quick), `resume`, or an order's name; `code` is the room's, "" for none.
    `as_json`, `hashed` and `place` tell of the connection: how it wants states, whether it came by the room's
    code, an opaque mark of its address. `payload` is the command without `place`, which older workers refuse.
    """

    id: int
    sid: str
    device: str
    what: str
    code: str
    as_json: bool
    hashed: bool
    payload: dict[str, Any]
    place: str = ""


class Answered(Letter, tag=2, frozen=True):
    """The answer to an Ask: `data` is what the client gets; when not `ok` it holds `code` and `message`."""

    id: int
    ok: bool
    epoch: int
    data: dict[str, Any]


class Pressed(Letter, tag=3, frozen=True):
    """Inputs of a seat."""

    sid: str
    code: str
    seat: int
    first_seq: int
    inputs: tuple[tuple[int, int, int | None], ...]


class Left(Letter, tag=4, frozen=True):
    """A connection is gone."""

    sid: str
    code: str


class Follow(Letter, tag=5, frozen=True):
    """A connection wants a keyframe."""

    sid: str
    code: str


class Measured(Letter, tag=6, frozen=True):
    """A round trip to a connection was timed."""

    sid: str
    code: str
    round_trip_ms: float


class Enter(Letter, tag=10, frozen=True):
    """From now on the connection hears what is said to the room."""

    code: str
    sid: str


class Exit(Letter, tag=11, frozen=True):
    """From now on it does not."""

    code: str
    sid: str


class Watch(Letter, tag=12, frozen=True):
    """The connection follows this channel's states from now on."""

    channel: str
    sid: str


class Unwatch(Letter, tag=13, frozen=True):
    """It does not any more."""

    channel: str
    sid: str


class Tell(Letter, tag=14, frozen=True):
    """Something for everyone in the room."""

    code: str
    epoch: int
    event: str
    data: dict[str, Any]


class TellOne(Letter, tag=15, frozen=True):
    """Something for one connection."""

    sid: str
    event: str
    data: dict[str, Any]


class State(Letter, tag=16, frozen=True):
    """A ready-made state for all who follow the channel; `json` is its JSON form where one wants that."""

    channel: str
    epoch: int
    event: str
    binary: bytes
    json: Any = None


class StateOne(Letter, tag=17, frozen=True):
    """A ready-made keyframe or private state for one connection."""

    sid: str
    event: str
    binary: bytes
    json: Any
    droppable: bool


class Close(Letter, tag=18, frozen=True):
    """Say goodbye to a connection and close it."""

    sid: str
    code: str
    message: str


class Attached(msgspec.Struct, frozen=True, array_like=True):
    """A connection of a room that moves: whose it is, and how it follows. `member` is `process/sid`."""

    person: str
    member: str
    as_json: bool
    hashed: bool
    away: bool
    predicts: bool
    rtt: int | None


class Handed(Letter, tag=20, frozen=True):
    """A room, and who is connected to it. It is the receiver's since `epoch`, under the name `to`."""

    code: str
    epoch: int
    frozen: bytes
    tick_at_ms: int
    attached: list[Attached]
    to: str = ""


class Moved(Letter, tag=21, frozen=True):
    """A room has moved to another process."""

    code: str
    epoch: int
    process: str


class Offer(Letter, tag=22, frozen=True):
    """A room as it would come: can the receiver go on with it? The answer is an Answered.

    Only sent to workers that say which format of a frozen room they read; older ones do not know it.
    """

    id: int
    code: str
    frozen: bytes


AnyLetter = (
    Ask
    | Answered
    | Pressed
    | Left
    | Follow
    | Measured
    | Enter
    | Exit
    | Watch
    | Unwatch
    | Tell
    | TellOne
    | State
    | StateOne
    | Close
    | Handed
    | Moved
    | Offer
)


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Letters of one process to another, numbered; `seq` 0 only acknowledges.

    `stream` rises when a sender gave up what was not acknowledged; `ack` is the last `seq` of the receiver's
    `ack_stream` that the sender has, without a gap before it.
    """

    sender: str
    stream: int
    seq: int
    ack_stream: int
    ack: int
    letters: list[AnyLetter]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Envelope).decode


def seal(envelope: Envelope) -> bytes:
    """The envelope as bytes."""
    return _encode(envelope)


def unseal(data: bytes) -> Envelope:
    """The envelope that `seal` wrote. Raises msgspec.MsgspecError for bytes that are none."""
    return _decode(data)
