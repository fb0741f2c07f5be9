"""The objects that messages hold: GAME, ROOM, PERSON, SEAT, SCHEMA, JOINED and their parts.

The server builds them and a client decodes them, so a decoder accepts keys that it does not know. A field
that may be absent is left out of the message, never null: in a merge patch null removes a key.
"""

from typing import Annotated, Literal, NamedTuple, get_args

from msgspec import UNSET, Struct

from game.protocol.fields import Absent, OptionValue, about

VERSION = 1
"""The version of the protocol."""
SCHEMA_VERSION = 1

Phase = Literal["lobby", "countdown", "live", "paused", "results"]
OptionKind = Literal["int", "auto", "flag", "choice", "subset"]
SeatKind = Literal["human", "bot"]
NobodyWon = Literal["none_scored", "draw"]
Replication = Literal["events", "delta"]
FieldKind = Literal[
    "int", "fixed", "angle", "flag", "choice", "text", "ints", "series", "track", "grid", "entities"
]

OPTION_KINDS: dict[str, OptionKind] = {kind: kind for kind in get_args(OptionKind)}
FIELD_KINDS: dict[str, FieldKind] = {kind: kind for kind in get_args(FieldKind)}
REPLICATIONS: dict[str, Replication] = {kind: kind for kind in get_args(Replication)}
"""The literals by their text, for what games declare as plain text."""


class Object(Struct, frozen=True, kw_only=True):
    """A JSON object of the protocol."""


# --- games -------------------------------------------------------------------------------------------


class OptionInfo(Object, frozen=True, kw_only=True):
    """OPTION: one option of a game."""

    name: str
    kind: OptionKind
    default: Annotated[int, about("a number, as in ROOM")]
    low: Annotated[int, about("the least value")]
    high: Annotated[int, about("the greatest value")]
    names: Annotated[list[str], about("of a choice and a subset: what can be chosen")]
    doc: Annotated[str, about("what it changes, in English")]


class PresetInfo(Object, frozen=True, kw_only=True):
    """PRESET: values of options under one name."""

    name: str
    values: Annotated[
        dict[str, OptionValue], about("by the option's name, in any of the forms that may be sent")
    ]


ControlKind = Literal["button", "stick", "pointer", "typed", "choose", "stroke"]


class ControlInfo(Object, frozen=True, kw_only=True):
    """CONTROL: something that a player can do; those that are not buttons are numbered in order, from 0."""

    kind: ControlKind
    name: str
    label: Annotated[str, about("what people read, in English")]
    doc: Annotated[str, about("what it does, in English")] | Absent = UNSET
    key: Annotated[str, about("button: the key's `code` of the DOM")] | Absent = UNSET
    keys: (
        Annotated[
            str, about("stick: `WASD`, `arrows`, or the `code`s of up, left, down and right, with spaces")
        ]
        | Absent
    ) = UNSET
    pad: (
        Annotated[
            str, about("on a gamepad: A, B, X, Y, LB, RB, LT, RT of a button; left or right of a stick")
        ]
        | Absent
    ) = UNSET
    touch: Annotated[str, about("on a touch screen: `left` or `right`")] | Absent = UNSET
    width: (
        Annotated[
            int,
            about(
                "pointer, stroke: x is 0 to `width`, in units; a pointer's packed number is "
                "y × (`width` + 1) + x"
            ),
        ]
        | Absent
    ) = UNSET
    height: Annotated[int, about("pointer, stroke: y is 0 to `height`, in units")] | Absent = UNSET
    chars: Annotated[int, about("typed: the most characters")] | Absent = UNSET
    live: Annotated[bool, about("typed: the game also sees what is being typed")] | Absent = UNSET
    most: Annotated[int, about("choose: the packed number is an index below this")] | Absent = UNSET
    of: Annotated[str, about("choose: the list of the state that it chooses from")] | Absent = UNSET
    only: Annotated[str, about("the field of the root with the only seat that may use it now")] | Absent = (
        UNSET
    )


class GameInfo(Object, frozen=True, kw_only=True):
    """GAME: a game that the server offers."""

    name: Annotated[str, about("its name in commands")]
    title: Annotated[str, about("its name for people")]
    blurb: Annotated[str, about("one sentence about it")]
    how: Annotated[str, about('how to play, in one short sentence, or ""')]
    minutes: Annotated[int, about("about how many minutes a match takes; 0: unknown")]
    accent: Annotated[str, about("the colour of its headings and buttons, as #RRGGBB")]
    ground: Annotated[str, about("the dark colour behind everything of it, as #RRGGBB")]
    seats: Annotated[tuple[int, int], about("the fewest and the most seats of a match")]
    tick_hz: Annotated[int, about("ticks a second")]
    buttons: Annotated[list[str], about("names of the buttons; bit k of an input is the k-th")]
    replication: Annotated[Replication, about("`events`: a client can run the rules itself, see section 7")]
    rules: Annotated[
        str | None, about("the path of the rules that a browser can run; null: they stay on the server")
    ]
    options: list[OptionInfo]
    presets: list[PresetInfo]
    preset_of: Annotated[str, about('the game of which this is a variation, or ""')]
    bot_styles: Annotated[list[str], about("names of the ways in which bots play")]
    team_option: Annotated[str, about('the option that holds the number of teams, or ""')]
    awards: Annotated[list[str], about("names of the awards that a match gives")]
    commands: Annotated[list[str], about("names of the host's commands to the game, see `verb`")]
    hosted: Annotated[bool, about("true: the host leads it, and may bring questions by `pack`")]
    countdown: Annotated[
        int,
        about(
            "for this many seconds from its tick 0 a match counts down, while its picture is there "
            "already; the room does not count down before it. 0: the room counts down"
        ),
    ] = 0
    button_docs: (
        Annotated[list[str], about("what each button does, in English, in the order of `buttons`")] | Absent
    ) = UNSET
    controls: (
        Annotated[
            list[ControlInfo],
            about(
                "what players can do, if that is more than pressing buttons. A stick's packed number is "
                "(x & 255) × 256 + (y & 255), with axes of −127 to 127 that are together no longer than 127"
            ),
        ]
        | Absent
    ) = UNSET
    command_docs: (
        Annotated[list[str], about("what each command does, in English, in the order of `commands`")] | Absent
    ) = UNSET
    words: (
        Annotated[
            dict[str, dict[str, str]],
            about(
                'by language, such as "de", and by the English text: translations of the texts about it: '
                "title, blurb, how, and the names and docs of what it declares, as the page shows them"
            ),
        ]
        | Absent
    ) = UNSET


class OptionForm(NamedTuple):
    """In which forms the value of an option of one kind may be sent, and the form in which ROOM holds it."""

    kind: str
    sent: str
    in_room: str


OPTION_FORMS = (
    OptionForm("int", "a number from `low` to `high`", "that number"),
    OptionForm(
        "auto",
        'a number from `low` to `high`, or 0 or `"auto"`: the game chooses by the number of players',
        "0 for auto",
    ),
    OptionForm("flag", "`true`, `false`, 1, 0", "1 or 0"),
    OptionForm("choice", "one of `names`, or its index", "the index"),
    OptionForm("subset", "a list of some of `names`, or a bit mask (bit k: `names[k]`)", "the bit mask"),
)


# --- rooms -------------------------------------------------------------------------------------------


class PersonInfo(Object, frozen=True, kw_only=True):
    """PERSON: somebody in a room."""

    name: str
    colour: Annotated[int, about("0 to 7, an index into the client's palette of colours")]
    shape: Annotated[int, about("0 to 7, an index into the client's set of shapes")]
    seat: Annotated[int, about("their seat; absent for a spectator")] | Absent = UNSET
    second: Annotated[int, about("the seat of the second player at the same keyboard")] | Absent = UNSET
    connected: Annotated[bool, about("false while their connection is lost")]
    away: Annotated[bool, about("their page is hidden")]
    muted: Annotated[bool, about("the host lets them write nothing")]
    rtt: Annotated[int, about("round trip in ms; absent while it is unknown")] | Absent = UNSET
    wins: Annotated[int, about("matches that they won in this room")]


class SeatInfo(Object, frozen=True, kw_only=True):
    """SEAT: a taken seat."""

    kind: SeatKind
    name: str
    colour: Annotated[int, about("0 to 7; the player's, or a free one if another seat has it")]
    shape: Annotated[int, about("0 to 7, as `colour`")]
    team: Annotated[int, about("from 1; 0 without teams")]
    ready: bool
    playing: Annotated[bool, about("it is in the running match")]
    player: Annotated[str, about("of a person: a key of `ROOM.people`")] | Absent = UNSET
    held: Annotated[bool, about("of a person: it is kept for a player whose connection is lost")] | Absent = (
        UNSET
    )
    covered: Annotated[bool, about("of a person: a bot plays for them while they are gone")] | Absent = UNSET
    level: Annotated[int, about("of a bot: 1 to 5, 5 plays best")] | Absent = UNSET
    style: Annotated[int, about("of a bot: an index into `GAME.bot_styles`")] | Absent = UNSET


class PlaceLine(Object, frozen=True, kw_only=True):
    """One seat's place in the results."""

    seat: int
    name: Annotated[str, about("the name that the seat had when the match ended")]
    player: Annotated[str | None, about("null: a bot, or somebody who left before the end")]
    colour: int
    shape: int
    place: Annotated[int, about("1 is the winner's; if nobody has 1, all have lost together")]
    points: int
    evening: (
        Annotated[int, about("points for the evening; absent for bots, and if the match does not count")]
        | Absent
    ) = UNSET


class AwardLine(Object, frozen=True, kw_only=True):
    """One award in the results."""

    seat: int
    name: str
    player: str | None
    colour: int
    shape: int
    award: Annotated[str, about("one of `GAME.awards`")]
    value: Annotated[int, about("the figure that it was given for")]


class FigureLine(Object, frozen=True, kw_only=True):
    """FIGURE: a figure of each seat, of those that awards are given for."""

    award: Annotated[str, about("one of `GAME.awards`")]
    values: Annotated[
        list[int], about("of each seat of `places`, by rising seat; -1: the seat has no such figure")
    ]
    fewest: Annotated[bool, about("true: a smaller figure is better")]


class Results(Object, frozen=True, kw_only=True):
    """RESULTS: how a match ended."""

    places: Annotated[list[PlaceLine], about("empty if all players left the match")]
    awards: list[AwardLine]
    rounds: Annotated[
        list[list[int]], about("one list for each round: the points of each seat of `places`, by rising seat")
    ]
    ticks: Annotated[int, about("length of the match in ticks")]
    record: (
        Annotated[
            str, about("id of the match's record: its page is `/m/ID`; absent where matches are not kept")
        ]
        | Absent
    ) = UNSET
    ended: (
        Annotated[bool, about("true: the host ended the match, and the places are those of that moment")]
        | Absent
    ) = UNSET
    figures: Annotated[list[FigureLine], about("what each player did, where the game counts it")] | Absent = (
        UNSET
    )
    nobody_won: (
        Annotated[
            NobodyWon,
            about(
                "why nobody has won though all share the first place. `none_scored`: the host ended the "
                "match before anybody had a point; `draw`: teams are level, or all were when it was ended"
            ),
        ]
        | Absent
    ) = UNSET


class RunningMatch(Object, frozen=True, kw_only=True):
    """The match that runs in a room."""

    number: Annotated[int, about("counts the matches of the room from 1")]


class ContinuedInfo(Object, frozen=True, kw_only=True):
    """The kept match that goes on in a room."""

    match: Annotated[str, about("the id of its record")]
    tick: Annotated[int, about("the tick from which it goes on")]


class PackInfo(Object, frozen=True, kw_only=True):
    """What everyone may know of the host's questions."""

    title: str
    questions: Annotated[int, about("how many have answers to choose from")]
    buzzers: Annotated[int, about("how many are for the buzzers")]


class StandingInfo(Object, frozen=True, kw_only=True):
    """STANDING: what one person has collected in the room's matches."""

    name: Annotated[str, about("the name in the last match; `ROOM.people` may have a newer one")]
    colour: int
    shape: int
    points: Annotated[int, about("for places, see `place_points`")]
    wins: Annotated[int, about("matches that they won, bots included")]
    matches: Annotated[int, about("counted matches that they played to the end")]


class EveningInfo(Object, frozen=True, kw_only=True):
    """EVENING: how the people stand over all matches and games of the room.

    A match counts when at least two people have a place in it.
    """

    matches: Annotated[int, about("how many matches count so far")]
    bot_wins: Annotated[int, about("in how many of them a bot came first")]
    place_points: Annotated[
        list[int],
        about("points for the places among the people, bots left out; the last is for all further places"),
    ]
    standings: Annotated[
        dict[str, StandingInfo],
        about(
            "by player, also of those who have left; with `+` behind the player: the second one at the same "
            "keyboard"
        ),
    ]


class PlaylistEntry(Object, frozen=True, kw_only=True):
    """ENTRY: a game of the playlist."""

    game: str
    preset: Annotated[str, about('one of `GAME.presets`; "": the first')]
    matches: Annotated[int, about("how many matches of it")]


class PlaylistInfo(Object, frozen=True, kw_only=True):
    """PLAYLIST: the games that the host has chosen, in order."""

    entries: list[PlaylistEntry]
    at: Annotated[int, about("the entry that is played now or next; equal to the length: all are played")]
    played: Annotated[int, about("matches of that entry so far")]


class PollInfo(Object, frozen=True, kw_only=True):
    """POLL: an open vote for the next game."""

    games: Annotated[list[str], about("names of the games to choose from")]
    votes: Annotated[dict[str, str], about("the game that each player has voted for, by player")]
    ends_at: Annotated[
        int, about("server time at which it ends, in ms; sooner when everyone who plays has voted")
    ]


class NextInfo(Object, frozen=True, kw_only=True):
    """NEXT: the game that is played next."""

    game: str
    preset: Annotated[str, about("absent: the game's first")] | Absent = UNSET
    by: Annotated[Literal["vote", "playlist"], about("what has decided it")]
    tied: Annotated[list[str], about("games with equal votes, between which chance has decided")] | Absent = (
        UNSET
    )


class RoomInfo(Object, frozen=True, kw_only=True):
    """ROOM: a room as everyone in it sees it."""

    version: Annotated[int, about("rises by one with each change")]
    code: str
    private: Annotated[bool, about("it is in no list of open rooms")]
    locked: Annotated[bool, about("nobody new is let in")]
    hidden: Annotated[bool, about("screens do not show the code")]
    cover: Annotated[bool, about("bots stand in for absent players")]
    polite: Annotated[bool, about("coarse words in names and chat are masked by stars")]
    delay: Annotated[int, about("how many seconds later than the players people without a seat see a match")]
    demo: Annotated[bool, about("bots play for the home page; nobody can take a seat")]
    phase: Phase
    game: Annotated[str, about("the name of its GAME")]
    preset: Annotated[str, about('the name of the preset that the options equal, or ""')]
    options: Annotated[dict[str, int], about("the value of each option, by name")]
    people: Annotated[dict[str, PersonInfo], about("everyone in the room, by player")]
    seats: Annotated[dict[str, SeatInfo], about("the taken seats, by number (as a string)")]
    rematch: Annotated[list[str], about("the players who want to play again")]
    host: Annotated[str, about("the player with the host's powers")] | Absent = UNSET
    owner: Annotated[str, about("the player who made the room")] | Absent = UNSET
    countdown_at: Annotated[int, about("server time at which the match starts, in ms")] | Absent = UNSET
    next_at: (
        Annotated[int, about("in the lobby of quick play: server time at which a match begins automatically")]
        | Absent
    ) = UNSET
    match: Annotated[RunningMatch, about("there only while a match runs")] | Absent = UNSET
    results: Annotated[Results, about("of the last match")] | Absent = UNSET
    paused_by: Annotated[str, about("the player who paused the match")] | Absent = UNSET
    bans: Annotated[int, about("how many devices are banned; absent for none")] | Absent = UNSET
    pack: Annotated[PackInfo, about("the host's own questions")] | Absent = UNSET
    sleeps: (
        Annotated[
            bool, about("true: the match is kept while everybody is away, and goes on when somebody returns")
        ]
        | Absent
    ) = UNSET
    continues: Annotated[ContinuedInfo, about("what the next match continues")] | Absent = UNSET
    results_until: (
        Annotated[int, about("server time at which the lobby follows the results, in ms")] | Absent
    ) = UNSET
    evening: Annotated[EveningInfo, about("absent before the first match that counts")] | Absent = UNSET
    playlist: PlaylistInfo | Absent = UNSET
    poll: Annotated[PollInfo, about("absent while no vote is open")] | Absent = UNSET
    poll_each: Annotated[bool, about("true: a vote begins after each match")] | Absent = UNSET
    next: Annotated[NextInfo, about("between matches, if a vote or the playlist has decided it")] | Absent = (
        UNSET
    )


class ChatLine(Object, frozen=True, kw_only=True):
    """LINE: a line of chat."""

    id: Annotated[int, about("rises by one in a room")]
    player: str
    name: Annotated[str, about("the writer's name at that time")]
    text: str
    at: Annotated[int, about("server time, in ms")]


class OpenRoom(Object, frozen=True, kw_only=True):
    """OPEN ROOM: a room in the list of the namespace `/lobby`."""

    code: str
    game: str
    title: Annotated[str, about("the game's")]
    phase: Phase
    people: Annotated[int, about("seats that people have")]
    bots: Annotated[int, about("seats that bots have")]
    seats: Annotated[int, about("the most seats of the game")]
    name: Annotated[str, about("the host's")]


# --- the shape of a match's state ---------------------------------------------------------------------


class FieldInfo(Object, frozen=True, kw_only=True):
    """FIELD: one field of an entity."""

    name: str
    kind: FieldKind
    names: Annotated[list[str], about("choice: what the values 0, 1, … are called")] | Absent = UNSET
    frac: Annotated[int, about("fixed: divide by 2**frac to draw")] | Absent = UNSET
    wraps: Annotated[int, about("the modulus of a cyclic value")] | Absent = UNSET
    drop: Annotated[int, about("low bits that the wire leaves out")] | Absent = UNSET
    columns: Annotated[list[str], about("series, track: the columns of a row")] | Absent = UNSET
    drops: Annotated[list[int], about("series, track: the drop of each column; absent: all 0")] | Absent = (
        UNSET
    )
    when: (
        Annotated[str, about("track: the field of the same entity that says whether it records")] | Absent
    ) = UNSET
    last: (
        Annotated[
            str, about("track of finite length: the field of the same entity that says how many rows count")
        ]
        | Absent
    ) = UNSET
    width: Annotated[str, about("grid: the field that holds the length of a row")] | Absent = UNSET
    near: Annotated[bool, about("entities: you receive only those near you")] | Absent = UNSET
    doc: (
        Annotated[
            str, about("what it means, in English, with its unit; of a choice also what each name means")
        ]
        | Absent
    ) = UNSET
    of: Annotated[str, about("entities: the name of their entity")] | Absent = UNSET


class TreeInfo(Object, frozen=True, kw_only=True):
    """The shape of a tree: its root and every entity in it."""

    root: Annotated[str, about("the name of the root entity")]
    entities: Annotated[dict[str, list[FieldInfo]], about("the fields of each entity, by name")]


PartValue = bool | int | str | list[int | str] | dict[str, int | str | list[int | str]]
PartInfo = dict[str, PartValue]
"""PART: one part of a picture; `part` names its kind and `of` what it shows, see `game/rules/drawing.py`."""


class EventInfo(Object, frozen=True, kw_only=True):
    """A kind of event of a match."""

    name: str
    args: Annotated[list[str], about("the names of its arguments, all integers")]
    doc: Annotated[str, about("what it means, if its name does not say it")] | Absent = UNSET


class PrivateTrees(Object, frozen=True, kw_only=True):
    """The parts of the state that not everyone sees; each is a tree of its own."""

    owner: Annotated[TreeInfo, about("what only a seat itself sees")] | Absent = UNSET
    host: Annotated[TreeInfo, about("what only the host sees")] | Absent = UNSET


class SchemaInfo(Object, frozen=True, kw_only=True):
    """SCHEMA: the shape of a game's state, as this client sees it."""

    version: Annotated[int, about("1")]
    game: str
    tick_hz: int
    root: Annotated[str, about("the name of the root entity")]
    entities: Annotated[dict[str, list[FieldInfo]], about("the fields of each entity, by name")]
    events: Annotated[list[EventInfo], about("the kinds of events; a frame names them by index")]
    picture: Annotated[list[PartInfo], about("how the game asks to be drawn: a list of PART")] | Absent = (
        UNSET
    )
    private: Annotated[PrivateTrees, about("absent if the game hides nothing")] | Absent = UNSET
    files: (
        Annotated[
            dict[str, str],
            about("paths of the game's own images and sounds by name, and of its renderer as `renderer`"),
        ]
        | Absent
    ) = UNSET


# --- entering ----------------------------------------------------------------------------------------


class Joined(Object, frozen=True, kw_only=True):
    """JOINED: all that a client needs to know of the room that it is in now."""

    code: Annotated[str, about("the room's code")]
    player: Annotated[str, about("you, as a key of `ROOM.people`")]
    seat_token: Annotated[str, about("send it as `seat` when you connect again")]
    room: RoomInfo
    schema: SchemaInfo
    chat: Annotated[list[ChatLine], about("the last lines, the oldest first")]
    chat_n: Annotated[int, about("the number of your last line that the server has")]


class Limits(Object, frozen=True, kw_only=True):
    """LIMITS: what this server accepts."""

    chat_chars: Annotated[int, about("characters of a line of chat that are kept")]
    name_chars: Annotated[int, about("visible characters of a name that are kept")]
    input_hz: Annotated[int, about("input messages a second")]
    payload_bytes: Annotated[int, about("the longest message")]
