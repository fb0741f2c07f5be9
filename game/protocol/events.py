"""The events that a server sends, and what a client says when it connects.

The room's own events (`room`, `schema`, `chat` …) are low-rate and travel as JSON in every framing. The
states of a match are the events `k`, `s` and `p` in the framing "json", and the frames of `frames.py`
otherwise.
"""

from typing import Annotated, Literal, NamedTuple

from msgspec import UNSET, Struct

from game.protocol.fields import Absent, Patch, about
from game.protocol.objects import ChatLine, GameInfo, Joined, Limits, Object, OpenRoom, RoomInfo, SchemaInfo

Transport = Literal["websocket", "polling"]
Framing = Literal["binary", "json", "bare"]


class Auth(Object, frozen=True, kw_only=True):
    """What a client sends when it connects, as Socket.IO's `auth`."""

    version: Annotated[int, about("1; a connection that names none is taken for a client of version 1")]
    device: (
        Annotated[str, about("the token that `welcome` gave earlier; it says that you are the same person")]
        | Absent
    ) = UNSET
    seat: (
        Annotated[
            str,
            about(
                "the seat token of the room you were in, together with the `device` that it was given to: "
                "you are "
                "put back there at once. Alone, or when the room is gone, it changes nothing and `resumed` "
                "is null"
            ),
        ]
        | Absent
    ) = UNSET
    framing: (
        Annotated[
            Framing,
            about(
                "`binary` (default): states are `s`/`k` events with one binary attachment; `json`: they "
                "are plain "
                "JSON; `bare`: see section 6"
            ),
        ]
        | Absent
    ) = UNSET


class Welcome(Object, frozen=True, kw_only=True):
    """WELCOME: the first event of each connection."""

    version: Annotated[int, about("1")]
    device: Annotated[str, about("keep this token and send it as `device` when you connect again")]
    now: Annotated[int, about("server time, in ms")]
    build: Annotated[
        str,
        about(
            "names the browser client that this server hands out, and changes with each of its builds. A "
            "page of "
            "another build should reload when that loses nothing: between matches. Other clients ignore it"
        ),
    ]
    transports: Annotated[
        list[Transport], about("what this server accepts; the examples of the document use the WebSocket")
    ]
    games: Annotated[list[GameInfo], about("the games of this server")]
    limits: Limits
    emotes: Annotated[list[str], about("the emotes that `emote` accepts")]
    shapes: Annotated[int, about("how many shapes, and how many colours, there are: 8")]
    public_url: Annotated[
        str,
        about(
            'where players reach the server from outside, if its operator says so, else "": the link of a '
            "room is "
            "that and `/r/CODE`"
        ),
    ]
    resumed: Annotated[Joined | None, about("the room that the seat token brought you back into, or null")]


class Bye(Object, frozen=True, kw_only=True):
    """BYE: why the server closes the connection."""

    code: str
    message: Annotated[str, about("a sentence for a person")]


class Notice(Object, frozen=True, kw_only=True):
    """NOTICE: something that the server tells people."""

    code: str
    message: Annotated[str, about("a sentence for a person")]


class EmoteShown(Object, frozen=True, kw_only=True):
    """EMOTE: somebody showed an emote."""

    player: str
    seat: Annotated[int | None, about("null: a spectator")]
    emote: str


class OpenRooms(Object, frozen=True, kw_only=True):
    """ROOMS: the list of open rooms."""

    rooms: list[OpenRoom]
    online: Annotated[int, about("connections to the server")]


class Move(Object, frozen=True, kw_only=True):
    """MOVE: an empty object."""


Payload = Struct | Patch
"""The argument of an event of a room: an object, or a change of one."""


class EventSpec(NamedTuple):
    """One event: the type of its argument, how the document writes that, and what it means."""

    argument: object
    shown: str
    text: str


EVENTS: dict[str, EventSpec] = {
    "welcome": EventSpec(Welcome, "WELCOME", "you are connected"),
    "bye": EventSpec(Bye, "BYE", "the server closes this connection"),
    "room": EventSpec(RoomInfo, "a merge patch of ROOM", "the room changed, see section 3"),
    "games": EventSpec(
        list[GameInfo],
        "a list of GAME",
        "the server replaced the rules of a game; rooms use them from their next match on",
    ),
    "schema": EventSpec(SchemaInfo, "SCHEMA", "the game of the room, or its rules, changed"),
    "chat": EventSpec(ChatLine, "LINE", "somebody said something"),
    "emote": EventSpec(EmoteShown, "EMOTE", "somebody showed an emote"),
    "notice": EventSpec(Notice, "NOTICE", "a message of the server to people"),
    "joined": EventSpec(Joined, "JOINED", "the room continues at another worker, see below"),
    "move": EventSpec(Move, "`{}`", "connect once more, see below"),
    "k": EventSpec(None, "a keyframe", "the whole state, see section 5"),
    "s": EventSpec(None, "a state", "what changed in the state, see section 5"),
    "p": EventSpec(None, "a private part", "what only you see of the state, see section 5"),
}
"""Every event of the namespace `/`."""


# --- the states of a match as JSON ---------------------------------------------------------------------

AckRow = tuple[int, int, int]
State = dict[str, object]
"""A tree of a match's state, or changes of one, as its SCHEMA says."""


class KeyframeJson(Struct, frozen=True):
    """The event `k` in the framing "json"."""

    number: Annotated[int, about("the number of the state that it replaces, modulo 256")]
    epoch: Annotated[int, about("rises with each owner of the room")]
    tick: int
    at: Annotated[int, about("server time at which `tick` was due, in ms")]
    acks: Annotated[list[AckRow], about("`[seat, seq, margin]` of each seat that has an input")]
    state: Annotated[State, about("the whole view")]


class StateJson(Struct, frozen=True):
    """The event `s` in the framing "json"."""

    number: Annotated[int, about("the last number plus one, modulo 256")]
    tick: int
    acks: Annotated[list[AckRow], about("`[seat, seq, margin]`, since the last message")]
    events: Annotated[list[list[str | int]], about("`[name, …arguments]`")]
    changes: Annotated[State, about("the changed fields")]


class Shift(Struct, frozen=True):
    """The new schedule: `tick` is due at `at`, and the others around it."""

    tick: int
    at: int


class ShiftJson(Struct, frozen=True):
    """The event `s` of a shift in the framing "json"."""

    shift: Shift


class PrivateJson(Struct, frozen=True):
    """The event `p` in the framing "json": `state` is the whole part, `changes` what changed in it."""

    seat: int
    host: bool
    state: State | Absent = UNSET
    changes: State | Absent = UNSET
