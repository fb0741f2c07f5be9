"""The HTTP API: kept matches and their rules as JSON, under `/api/v1`.

What these answers hold of a player is what everybody in the match saw: no device, no address.
"""

from typing import Annotated, Literal, NamedTuple

from msgspec import UNSET

from game.protocol.codes import Code
from game.protocol.fields import Absent, about
from game.protocol.objects import NobodyWon, Object

Outcome = Literal["decided", "ended", "left", "failed"]
"""decided: by the rules; ended: by the host, with the places of that moment; left: all players left, the
host went back to the lobby, or its worker could not go on with it; failed: the rules raised an error."""
Visibility = Literal["public", "link", "private"]
"""public: for everybody, and in lists; link: for everybody who has the id; private: not shown to anybody."""
RoomKind = Literal["private", "public", "quick"]

MATCH_ID = "[0-9A-Za-z]{10}"
"""The pattern of a match's id."""
RULES_HASH = "[0-9a-f]{24}"
"""The pattern of the hash of a rules document."""


class MatchAward(Object, frozen=True, kw_only=True):
    """One award of a kept match."""

    award: Annotated[str, about("one of `GAME.awards`, as the game had them then")]
    value: Annotated[int, about("the figure that it was given for")]


class MatchSeat(Object, frozen=True, kw_only=True):
    """MATCH_SEAT: one seat of a kept match."""

    seat: int
    bot: Annotated[bool, about("a bot had it at the end")]
    level: Annotated[int, about("of a bot, 1 to 5; 0: a person")]
    style: Annotated[int, about("of a bot: an index into `GAME.bot_styles`")]
    name: str
    colour: Annotated[int, about("0 to 7")]
    shape: Annotated[int, about("0 to 7")]
    team: Annotated[int, about("from 1; 0: no team")]
    place: Annotated[int, about("1 is the winner's; 0: the match was not decided, or the seat left it")]
    points: int
    awards: list[MatchAward]


class MatchInfo(Object, frozen=True, kw_only=True):
    """MATCH: a kept match."""

    id: Annotated[str, about("10 letters and digits; its page is `/m/ID`")]
    game: Annotated[str, about("the game's name in commands")]
    title: Annotated[str, about("the game's name for people")]
    tick_hz: Annotated[int, about("ticks a second")]
    rules: Annotated[str, about("hash of the rules document that it was played by")]
    options: Annotated[dict[str, int], about("every option's value, by name")]
    preset: Annotated[str, about('the preset that the options equal, or ""')]
    started_ms: Annotated[int, about("milliseconds since 1970, UTC")]
    ended_ms: Annotated[int, about("milliseconds since 1970, UTC")]
    ticks: Annotated[int, about("length of the match in ticks")]
    outcome: Annotated[
        Outcome,
        about(
            "`decided` by the rules; `ended` by the host, with the places of that moment; `left`: nobody "
            "was there to go on; `failed`: the rules raised an error"
        ),
    ]
    visibility: Annotated[Visibility, about("for how many people it is kept, see above")]
    room_kind: Annotated[RoomKind, about("what its room was")]
    final_hash: Annotated[int, about("hash of the state after the last tick; 0 if the rules failed")]
    seats: Annotated[list[MatchSeat], about("by rising seat")]
    rounds: Annotated[list[list[int]], about("as in RESULTS: the points of each seat after each round")]
    nobody_won: (
        Annotated[NobodyWon, about("as in RESULTS: why nobody has won though all share the first place")]
        | Absent
    ) = UNSET


class Problem(Object, frozen=True, kw_only=True):
    """PROBLEM: why a request of the HTTP API was not served."""

    code: Annotated[str, about("for programs")]
    message: Annotated[str, about("a sentence for people, in English")]


class ProblemKind(NamedTuple):
    """A problem: its status of HTTP, the sentence for people, and what it means for programs."""

    status: int
    message: str
    code: Code


PROBLEMS: dict[str, ProblemKind] = {
    "no_match": ProblemKind(
        404,
        "There is no match with this address. It may have been deleted, or the link is not complete.",
        Code("no kept match has this id", "check the link"),
    ),
    "private": ProblemKind(
        403,
        "This match is private.",
        Code("the match is kept for its players alone", "show the message"),
    ),
    "no_journal": ProblemKind(
        410,
        "The result of this match is kept, but its replay has been deleted, as all old ones are.",
        Code("the match's journal is not kept any more", "show the result alone"),
    ),
    "no_rules": ProblemKind(
        404,
        "This server has no rules with this hash.",
        Code("no kept match was played by these rules", "check the hash"),
    ),
    "not_kept": ProblemKind(
        404,
        "This server keeps no matches.",
        Code("`records.url` is empty at this server", "show the message"),
    ),
    "unavailable": ProblemKind(
        503,
        "Matches cannot be looked up right now. Try again in a minute.",
        Code("the database does not answer", "try again after the seconds in `Retry-After`"),
    ),
    "too_many": ProblemKind(
        429,
        "Too many matches were looked up from your network. Wait a few seconds.",
        Code(
            "this address looked up too many matches that were not in memory",
            "try again after the seconds in `Retry-After`",
        ),
    ),
    "busy": ProblemKind(
        503,
        "Too many pictures are being drawn right now. Try again in a few seconds.",
        Code("(of `/m/ID.png`) other pictures come first", "try again after the seconds in `Retry-After`"),
    ),
}
"""Every problem that an answer can name, by its code."""


class Resource(NamedTuple):
    """What is at a path of the HTTP API.

    Attributes:
        path: with the names of its parts in braces.
        text: what it is.
        media_type: of its content.
        schema: of its content; None for what is not described as an object here.
        immutable: it never changes, so it may be cached for ever.
        problems: the codes that an answer may have.
    """

    path: str
    text: str
    media_type: str
    schema: type[Object] | None
    immutable: bool
    problems: tuple[str, ...]


LOOKED_UP = ("not_kept", "unavailable", "too_many")

RESOURCES = (
    Resource(
        "/api/v1/matches/{id}",
        "the match as MATCH",
        "application/json",
        MatchInfo,
        False,
        ("no_match", "private", *LOOKED_UP),
    ),
    Resource(
        "/api/v1/matches/{id}/journal",
        "its journal, compressed with zlib: the text below describes the bytes",
        "application/octet-stream",
        None,
        False,
        ("no_match", "private", "no_journal", *LOOKED_UP),
    ),
    Resource(
        "/api/v1/rules/{hash}.json",
        "the rules document: JSON with the Python files in `files`, GAME in `info` and SCHEMA in `schema`",
        "application/json",
        None,
        True,
        ("no_rules", *LOOKED_UP),
    ),
    Resource(
        "/api/v1/openapi.json", "this table for programs, as OpenAPI 3.1", "application/json", None, False, ()
    ),
)

PARAMETERS = {
    "id": (MATCH_ID, "a match's id"),
    "hash": (RULES_HASH, "the hash of a rules document: MATCH.rules"),
}
"""The parts of the paths: their pattern and what they are."""
