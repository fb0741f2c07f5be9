"""What workers send each other: every message, and the packet that carries some of them.

A *process* is the name of a running worker, never used twice. A connection is named by its `sid` at the
worker to which it is connected, and by `process/sid` at other workers.

What a client sent or receives is carried encoded (`msgspec.Raw`) and decoded once, where it is used, to the
type that the protocol declares.

Messages are arrays on the wire: a build may add fields with a default at the end, since the build before it
ignores them, and new messages for peers that report to know them.
"""

import msgspec

from game.protocol.fields import Patch
from game.sync.wire import Changes, JsonValue


class PeerMessage(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One message to another worker."""


# --- from the worker that has the connection to the room's owner --------------------------------------


class Call(PeerMessage, tag=1, frozen=True):
    """A connection's command, for the owner of its room. It is answered by a Reply.

    Attributes:
        id: the caller's number of this call.
        sid: the connection.
        device: the connection's device.
        what: `create`, `join`, `quick`, `resume` or the name of a command in a room.
        code: the room's code, "" for none.
        as_json: whether the connection wants states as JSON.
        hashed: whether the load balancer placed the connection by the room's code.
        payload: the command without `place`, which older workers refuse, encoded.
        place: an opaque mark of the connection's address.
    """

    id: int
    sid: str
    device: str
    what: str
    code: str
    as_json: bool
    hashed: bool
    payload: msgspec.Raw
    place: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The data of a Reply to what was not carried out: the error's code, and a sentence for a person."""

    code: str = ""
    message: str = ""


class Reply(PeerMessage, tag=2, frozen=True):
    """The answer to a Call or an Offer.

    Attributes:
        id: the number of the call.
        ok: whether it was carried out.
        epoch: the room's epoch, 0 if the caller is in no room.
        data: the command's answer, or a Refusal if not `ok`, encoded.
    """

    id: int
    ok: bool
    epoch: int
    data: msgspec.Raw


class Inputs(PeerMessage, tag=3, frozen=True):
    """Inputs of a seat, as `sync.wire.InputMessage` has them."""

    sid: str
    code: str
    seat: int
    first_seq: int
    inputs: tuple[tuple[int, int, int | None], ...]
    changes: tuple[Changes, ...] = ()
    named: tuple[dict[str, JsonValue], ...] = ()


class Disconnected(PeerMessage, tag=4, frozen=True):
    """A connection is closed, or has left the room."""

    sid: str
    code: str


class Follow(PeerMessage, tag=5, frozen=True):
    """A connection asks for a keyframe."""

    sid: str
    code: str


class RoundTrip(PeerMessage, tag=6, frozen=True):
    """A round trip to a connection was timed."""

    sid: str
    code: str
    round_trip_ms: float


# --- from the room's owner to the worker that has the connection --------------------------------------


class Enter(PeerMessage, tag=10, frozen=True):
    """The connection gets the room's events from now on."""

    code: str
    sid: str


class Exit(PeerMessage, tag=11, frozen=True):
    """The connection gets no more of the room's events."""

    code: str
    sid: str


class Watch(PeerMessage, tag=12, frozen=True):
    """The connection gets this channel's states from now on, and no other's."""

    channel: str
    sid: str


class Unwatch(PeerMessage, tag=13, frozen=True):
    """The connection gets no more of this channel's states."""

    channel: str
    sid: str


class RoomEvent(PeerMessage, tag=14, frozen=True):
    """An event for everyone in the room; `data` is its argument, encoded."""

    code: str
    epoch: int
    event: str
    data: msgspec.Raw


class ClientEvent(PeerMessage, tag=15, frozen=True):
    """An event for one connection; `data` is its argument, encoded."""

    sid: str
    event: str
    data: msgspec.Raw


class ChannelState(PeerMessage, tag=16, frozen=True):
    """An encoded state for all who watch the channel; `json` is its JSON form if one of them wants that."""

    channel: str
    epoch: int
    event: str
    binary: bytes
    json: object = None


class ClientState(PeerMessage, tag=17, frozen=True):
    """An encoded keyframe or private state for one connection."""

    sid: str
    event: str
    binary: bytes
    json: object
    droppable: bool


class Strike(PeerMessage, tag=19, frozen=True):
    """A connection sent what makes no sense: `message` says what, for its person."""

    sid: str
    message: str


class Close(PeerMessage, tag=18, frozen=True):
    """Close a connection, after a last event that gives the reason."""

    sid: str
    code: str
    message: str


# --- rooms that move -----------------------------------------------------------------------------------


class Attachment(msgspec.Struct, frozen=True, array_like=True):
    """A connection of a room that moves.

    Attributes:
        person: the id of the person in the room.
        member: the connection as `process/sid`.
        as_json: whether it wants states as JSON.
        hashed: whether the load balancer placed it by the room's code.
        away: whether the person's page is hidden.
        predicts: whether the client runs the rules.
        rtt: its round trip in ms, None if it is unknown.
    """

    person: str
    member: str
    as_json: bool
    hashed: bool
    away: bool
    predicts: bool
    rtt: int | None


class Transfer(PeerMessage, tag=20, frozen=True):
    """A room that the receiver owns from now on, and its connections.

    Attributes:
        code: the room's code.
        epoch: the receiver's epoch.
        frozen: the room, as `rooms.freeze` writes it.
        tick_at_ms: when its next tick is due, by the world's clock.
        attached: its connections.
        to: the lease id that owns the room now; "" from older workers.
        past: the running match's journal, compressed with zlib; b"" for none, and from older workers.
    """

    code: str
    epoch: int
    frozen: bytes
    tick_at_ms: int
    attached: list[Attachment]
    to: str = ""
    past: bytes = b""


class RoomMoved(PeerMessage, tag=21, frozen=True):
    """A room is at another process; `process` is "" when the sender does not know at which."""

    code: str
    epoch: int
    process: str


class Offer(PeerMessage, tag=22, frozen=True):
    """A room as it would be transferred: the Reply tells whether the receiver could go on with it.

    Only sent to workers that report which format of a frozen room they read; older ones do not know it.
    """

    id: int
    code: str
    frozen: bytes


AnyMessage = (
    Call
    | Reply
    | Inputs
    | Disconnected
    | Follow
    | RoundTrip
    | Enter
    | Exit
    | Watch
    | Unwatch
    | RoomEvent
    | ClientEvent
    | ChannelState
    | ClientState
    | Close
    | Strike
    | Transfer
    | RoomMoved
    | Offer
)


class Packet(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Messages from one process to another.

    Attributes:
        sender: the sending process.
        stream: rises when the sender gave up packets that were not acknowledged.
        seq: the packet's number in its stream, from 1; 0: it only acknowledges.
        ack_stream: the receiver's stream to which `ack` belongs.
        ack: the last `seq` of that stream that the sender has received without a gap.
        messages: what it carries, in order.
    """

    sender: str
    stream: int
    seq: int
    ack_stream: int
    ack: int
    messages: list[AnyMessage]


_encode = msgspec.msgpack.Encoder().encode


def encoded(value: msgspec.Struct | Patch) -> msgspec.Raw:
    """A command, an answer or an event's argument as a message carries it."""
    return msgspec.Raw(_encode(value))


_decode_refusal = msgspec.msgpack.Decoder(Refusal).decode


def refusal_of(reply: Reply) -> Refusal:
    """Why a request was not carried out. Raises msgspec.MsgspecError for other data."""
    return _decode_refusal(reply.data)


decode_event = msgspec.msgpack.Decoder(dict).decode
"""The argument of an event, as a client gets it. Raises msgspec.MsgspecError for what is no object."""

encode_packet = msgspec.msgpack.Encoder().encode
decode_packet = msgspec.msgpack.Decoder(Packet).decode
"""Bytes to a packet. Raises msgspec.MsgspecError for bytes that are no packet."""
