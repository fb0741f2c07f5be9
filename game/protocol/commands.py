"""The commands that a client may send, each with its exact arguments, its answer and who may give it.

The edge converts a payload into one of these Structs. A wrong type, a missing key or an unknown key is
refused there.
"""

from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta, Raw

from game.protocol.fields import (
    INT_BITS,
    GameName,
    Index,
    Look,
    Name,
    OptionValues,
    PlayerId,
    RoomCode,
    SeatNumber,
    about,
)
from game.protocol.frames import MOST_CHANGE_BYTES, MOST_CHANGES, MOST_INPUTS, MOST_POINTS
from game.protocol.http import MATCH_ID
from game.protocol.objects import Joined, Object, PackInfo

EMOTES = ("wave", "laugh", "wow", "cry", "angry", "heart", "clap", "gg")
MOST_CLOCK = 1 << 53
"""JSON numbers are exact up to here."""


MOST_ENTRIES = 12
MOST_MATCHES = 9
"""Of a playlist, and of one of its entries."""
MOST_WORDS = 500
MOST_AGENT = 300
MOST_STATE_BYTES = 65_536
MOST_STATE_CHARS = 10_000
"""Of a packed state, so that the whole message stays under the shortest `server.max_payload_bytes`."""

PackedState = Annotated[
    str,
    Meta(max_length=MOST_STATE_CHARS),
    about(
        "your state there, if it is at most 64 kB: what a checkpoint packs, compressed with zlib, in base64; "
        'or ""'
    ),
]
UserAgent = Annotated[str, Meta(max_length=MOST_AGENT), about("the browser, as it names itself")]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The argument of a command."""


class Profile(Command, frozen=True):
    """How a person is called and looks.

    `place` is an opaque mark of the address that they connect from. The edge sets it and ignores what a
    client sends.
    """

    name: Annotated[Name, about("the first 16 visible characters are kept")] | None = None
    colour: Annotated[Look, about("an index into the client's palette of colours")] | None = None
    shape: Annotated[Look, about("an index into the client's set of shapes")] | None = None
    language: (
        Annotated[
            str,
            Meta(max_length=8),
            about(
                'the language that they read, such as "de": of the built-in questions if they are the host'
            ),
        ]
        | None
    ) = None
    place: Annotated[str, Meta(max_length=32)] = ""


class Create(Profile, frozen=True):
    """Open a room."""

    game: Annotated[GameName, about("one of `welcome.games`")] | None = None
    preset: Annotated[Name, about("one of `GAME.presets`")] | None = None
    options: Annotated[OptionValues, about("at most 64 options; names and lists as in `values`")] | None = (
        None
    )
    private: Annotated[bool, about("the room is in no list of open rooms")] = True


class Join(Profile, frozen=True, kw_only=True):
    """Enter a room by its code."""

    code: Annotated[RoomCode, about("spaces, hyphens and small letters are allowed")]
    spectate: Annotated[bool, about("take no seat")] = False


class Knock(Command, frozen=True, kw_only=True):
    """Ask whether a code would let you in.

    `place` is set by the edge, as in `Profile`.
    """

    code: Annotated[RoomCode, about("spaces, hyphens and small letters are allowed")]
    spectate: Annotated[bool, about("take no seat")] = False
    place: Annotated[str, Meta(max_length=32)] = ""


class Quick(Profile, frozen=True):
    """Enter the fullest public room of a game, or a new one with bots."""

    game: Annotated[GameName, about("one of `welcome.games`")] | None = None


class PlayOn(Profile, frozen=True, kw_only=True):
    """Open a room in which a kept match goes on."""

    match: Annotated[str, Meta(pattern=f"^{MATCH_ID}$"), about("the id of the match's record")]
    tick: Annotated[int, Meta(ge=0, le=1 << INT_BITS), about("the tick from which it goes on")]
    seat: Annotated[SeatNumber, about("a seat of the match; absent: the first that a person had")] | None = (
        None
    )


class Demo(Command, frozen=True):
    """Watch the bots of the home page."""

    game: Annotated[GameName, about("one of `welcome.games`")] | None = None


class Nothing(Command, frozen=True):
    """A command without arguments."""


class Resign(Command, frozen=True):
    """A match that is given up."""

    code: RoomCode


MOST_ENDPOINT = 1000


class Subscribe(Command, frozen=True):
    """A browser's push subscription, as `PushSubscription.toJSON` has it; `p256dh` "" ends it."""

    endpoint: Annotated[str, Meta(min_length=8, max_length=MOST_ENDPOINT)]
    p256dh: Annotated[str, Meta(max_length=128)] = ""
    auth: Annotated[str, Meta(max_length=64)] = ""
    language: Annotated[str, Meta(max_length=8)] = "en"


class Sit(Command, frozen=True):
    """Take a seat, or give it up and watch."""

    spectate: Annotated[bool, about("true: give your seat up and watch")]
    seat: (
        Annotated[
            SeatNumber,
            about("between matches: this seat, if it is free; in a room with `continues` also a bot's"),
        ]
        | None
    ) = None


class Second(Command, frozen=True):
    """Add or remove a second player at the same keyboard."""

    on: bool
    name: Annotated[Name, about("the first 16 visible characters are kept")] | None = None


class Ready(Command, frozen=True):
    """Ready, or not."""

    ready: bool


class Team(Command, frozen=True):
    """Put a seat into a team."""

    seat: Annotated[SeatNumber, about("a key of `ROOM.seats`")]
    team: Annotated[
        int, Meta(ge=1, le=8), about("at most the value of the option that `GAME.team_option` names")
    ]


class Options(Command, frozen=True):
    """Set a preset, or single options, or both in this order."""

    preset: Annotated[Name, about("one of `GAME.presets`")] | None = None
    values: (
        Annotated[
            OptionValues,
            about("at most 64 options; names of at most 32 characters, lists of at most 32 names"),
        ]
        | None
    ) = None


class ChooseGame(Command, frozen=True):
    """Play another game in this room."""

    game: Annotated[GameName, about("one of `welcome.games`")]


class Bot(Command, frozen=True):
    """Add a bot, change the one on `seat`, or remove the one on seat `remove`."""

    add: bool = False
    seat: Annotated[SeatNumber, about("a key of `ROOM.seats`")] | None = None
    remove: Annotated[SeatNumber, about("a key of `ROOM.seats`")] | None = None
    level: Annotated[int, Meta(ge=1, le=5), about("how well the bot plays, 5 is best")] | None = None
    style: Annotated[Index, about("an index into `GAME.bot_styles`")] | None = None


class OnPlayer(Command, frozen=True):
    """Something that the host does to one player."""

    player: Annotated[PlayerId, about("a key of `ROOM.people`")]
    on: Annotated[bool, about("of `mute`: false lets the player write again")] = True


class Ban(OnPlayer, frozen=True):
    """Keep a player's device out of the room, and with `address` also newcomers from the same address."""

    address: Annotated[bool, about("also refuse everyone new from the same address")] = False


class Give(Command, frozen=True):
    """Let `player` continue in the seat that is held for somebody else."""

    seat: Annotated[SeatNumber, about("a key of `ROOM.seats`")]
    player: Annotated[PlayerId, about("a key of `ROOM.people`")]


class Lock(Command, frozen=True):
    """Set who may enter and what the room shows."""

    locked: Annotated[bool, about("let nobody new in")] | None = None
    hidden: Annotated[bool, about("do not show the code")] | None = None
    private: Annotated[bool, about("the room is in no list of open rooms")] | None = None
    cover: Annotated[bool, about("bots stand in for absent players")] | None = None
    polite: Annotated[bool, about("mask coarse words by stars")] | None = None
    delay: (
        Annotated[Literal[0, 3, 10, 30], about("how many seconds later people without a seat see a match")]
        | None
    ) = None


class Pause(Command, frozen=True):
    """Pause the match, or resume it."""

    paused: bool


class Verb(Command, frozen=True):
    """A host's command to the game."""

    verb: Annotated[Index, about("an index into `GAME.commands`")]
    value: Annotated[int, Meta(ge=-(1 << 28), le=1 << 28), about("what it means depends on the command")] = 0


class Pack(Command, frozen=True):
    """The host's own questions, as TOML or CSV.

    `game.questions` limits its length, since a person is to get a sentence and not a strike.
    """

    text: Annotated[str, about('at most 14,000 characters and 600 lines; "": the game\'s own')] = ""


class Rematch(Command, frozen=True):
    """Vote to play again, or not."""

    want: bool


class PlaylistGame(Command, frozen=True):
    """LISTED: a game of the playlist."""

    game: Annotated[GameName, about("one of `welcome.games`")]
    preset: Annotated[Name, about('one of `GAME.presets`; "": the first')] = ""
    matches: Annotated[int, Meta(ge=1, le=MOST_MATCHES), about("how many matches of it")] = 1


class Playlist(Command, frozen=True):
    """Set what is played one after the other; an empty list ends it."""

    entries: Annotated[
        list[PlaylistGame],
        Meta(max_length=MOST_ENTRIES),
        about('at most 12, in order, as in PLAYLIST; without `preset` it is "", without `matches` 1'),
    ]
    at: Annotated[int, Meta(ge=0, le=MOST_ENTRIES), about("the entry that is next, from 0")] = 0


class Next(Command, frozen=True):
    """Go on to the next game."""

    skip: Annotated[bool, about("leave out the present entry of the playlist")] = False


class OpenPoll(Command, frozen=True):
    """Begin or end a vote for the next game, or have one after each match."""

    open: Annotated[bool, about("true: begin a vote; false: end it now and count")] | None = None
    each: Annotated[bool, about("begin a vote after each match")] | None = None


class Vote(Command, frozen=True):
    """A vote for the next game."""

    game: Annotated[GameName, about('one of `POLL.games`; "" takes the vote back')]


class Say(Command, frozen=True):
    """A line of chat with the writer's number."""

    text: Annotated[str, Meta(max_length=2000), about("the first `welcome.limits.chat_chars` are kept")]
    n: Annotated[int, Meta(ge=1, le=1 << 28), about("counts your lines in this room from 1")]


class Emote(Command, frozen=True):
    """Show an emote."""

    emote: Annotated[str, Meta(max_length=16), about("one of `welcome.emotes`")]


class Away(Command, frozen=True):
    """The page is hidden, or shown again."""

    away: bool


class Rtt(Command, frozen=True):
    """The round trip that the client measured."""

    rtt: Annotated[int, Meta(ge=0, le=60000), about("in ms")]


class Predict(Command, frozen=True):
    """Run the rules in the client: receive entries instead of states."""

    on: bool
    game: Annotated[GameName, about("the game whose rules you run")] = ""


class Desync(Command, frozen=True):
    """The client's state differs from the server's."""

    tick: Annotated[int, Meta(ge=0, le=1 << INT_BITS), about("the tick after which they differ")]
    hash: Annotated[int, Meta(ge=0, le=1 << 28), about("your `state_hash`")]
    state: PackedState = ""
    agent: UserAgent = ""


class Report(Command, frozen=True):
    """Something is wrong in the match."""

    words: Annotated[str, Meta(max_length=MOST_WORDS), about("what the person writes, may be empty")]
    tick: Annotated[int, Meta(ge=0, le=1 << INT_BITS), about("the tick of your confirmed state")] | None = (
        None
    )
    hash: Annotated[int, Meta(ge=0, le=1 << 28), about("your `state_hash` there")] | None = None
    state: PackedState = ""
    agent: UserAgent = ""


class Clock(Command, frozen=True):
    """Ask for the server's time."""

    client: Annotated[
        Annotated[int, Meta(ge=-MOST_CLOCK, le=MOST_CLOCK)]
        | Annotated[float, Meta(ge=-MOST_CLOCK, le=MOST_CLOCK)],
        about(
            "any number from −2^53 to 2^53, also a fraction; in the bare framing a whole number from 0 to "
            "2^35 − 1"
        ),
    ]


class Answer(msgspec.Struct, frozen=True):
    """What the answer to a command holds besides `ok`."""


class Done(Answer, frozen=True):
    """The command was carried out."""


class Seated(Answer, frozen=True):
    """The seat that the command was about; null: none."""

    seat: int | None


class Knocked(Answer, frozen=True):
    """What is behind the door: the game, who is the host, and how many people are there."""

    game: str
    host: str
    people: int


class PackTaken(Answer, frozen=True):
    """What the room shows of the questions; null: the game's own."""

    pack: PackInfo | None


class Said(Answer, frozen=True):
    """The id of the line of chat."""

    id: int


class Reported(Answer, frozen=True):
    """The id of the report, by which those who run the server find it."""

    report: str


class Forgotten(Answer, frozen=True):
    """How many seats of kept matches have lost their name."""

    seats: int


class OwnMatch(Object, frozen=True, kw_only=True):
    """OWN MATCH: a turn-based match in which you have a seat, and which waits for its players."""

    code: Annotated[str, about("of its room: `join` wakes it")]
    game: str
    title: Annotated[str, about("the game's")]
    others: Annotated[list[str], about("the names of the other seats")]
    mine: Annotated[bool, about("it is your turn")]
    turn: Annotated[list[str], about("the names of the others whose turn it is")]
    turn_ms: Annotated[int, about("since when, in ms since 1970, UTC")]
    due_ms: Annotated[int | None, about("when the time of the turn is up; null: it has no limit")]
    older_rules: Annotated[bool, about("its rules have changed, so it cannot go on")]


class OwnMatches(Answer, frozen=True):
    """Your waiting matches: yours to move first. `push_key`: subscribe to push messages with it; "": none."""

    matches: list[OwnMatch]
    push_key: str


class Subscribed(Answer, frozen=True):
    """Whether this browser is told when it is its turn."""

    on: bool


class Time(Answer, frozen=True):
    """The client's number, and the server's time in ms."""

    client: int | float
    now: int


CommandAnswer = Answer | Joined
"""What the answer to any command holds besides `ok`."""


class CommandSpec(NamedTuple):
    """One command of the protocol.

    Attributes:
        argument: its argument.
        answer: what its answer holds besides `ok`.
        text: what it does, for the document.
        host_only: whether only the host may give it.
    """

    argument: type[Command]
    answer: type[Answer] | type[Joined]
    text: str
    host_only: bool = False


COMMANDS: dict[str, CommandSpec] = {
    "create": CommandSpec(Create, Joined, "open a room and enter it as its host"),
    "join": CommandSpec(Join, Joined, "enter a room by its code"),
    "quick": CommandSpec(
        Quick,
        Joined,
        "play now: enter the fullest public room of the game that has space, or a new one with bots",
    ),
    "play_on": CommandSpec(
        PlayOn,
        Joined,
        "open a private room in which a kept match goes on from a tick, and enter it as its host. The seats "
        "of the match are taken by bots at first; its settings stay as they were. The answer may take some "
        "seconds. Refused with `older_rules` if the server's rules of the game have changed since",
    ),
    "demo": CommandSpec(Demo, Joined, "watch bots play, in a room in which nobody can take a seat"),
    "knock": CommandSpec(
        Knock,
        Knocked,
        "ask whether `join` would let you in, before a person is asked for a name. It is refused as `join` "
        "would be, within the same limits, and leads nowhere",
    ),
    "leave": CommandSpec(Nothing, Done, "leave the room"),
    "profile": CommandSpec(Profile, Done, "change your name, colour or shape"),
    "sit": CommandSpec(Sit, Seated, "take a seat, or give yours up and watch"),
    "second": CommandSpec(
        Second, Seated, "add a second player at your keyboard, on a seat of its own, or remove it"
    ),
    "ready": CommandSpec(
        Ready,
        Done,
        "when every connected person with a seat is ready and enough seats are taken, the countdown begins; "
        "players whose seat is held are not waited for. A change of game or options makes everyone not "
        "ready; "
        "a player who was ready and is no longer stops the countdown",
    ),
    "team": CommandSpec(Team, Done, "put your own seat into a team, or as host any seat"),
    "start": CommandSpec(
        Nothing, Done, "begin the countdown now; `wrong_phase` if it has begun", host_only=True
    ),
    "cancel": CommandSpec(Nothing, Done, "stop the countdown", host_only=True),
    "options": CommandSpec(
        Options, Done, "choose a preset, then set single options, in the lobby or results", host_only=True
    ),
    "game": CommandSpec(ChooseGame, Done, "play another game in this room", host_only=True),
    "bot": CommandSpec(
        Bot,
        Seated,
        "`{add: true, level?, style?}` adds a bot, `{seat, level?, style?}` changes one, `{remove: seat}` "
        "removes one",
        host_only=True,
    ),
    "kick": CommandSpec(OnPlayer, Done, "remove a player from the room", host_only=True),
    "ban": CommandSpec(
        Ban,
        Done,
        "remove a player and keep that device out of the room; a new device or another browser can enter "
        "again. "
        "With `address` everyone from the same address who is not in the room yet is kept out as well",
        host_only=True,
    ),
    "unban": CommandSpec(Nothing, Done, "lift all bans of this room", host_only=True),
    "give": CommandSpec(
        Give,
        Done,
        "`player`, who is connected, continues in a seat that is `held` for somebody else, with its name and "
        "points; that other person is removed. For people whose browser has lost its tokens",
        host_only=True,
    ),
    "mute": CommandSpec(
        OnPlayer, Done, "stop a player from writing, or with `on: false` let them write again", host_only=True
    ),
    "transfer": CommandSpec(OnPlayer, Done, "make a player the host", host_only=True),
    "reclaim": CommandSpec(
        Nothing,
        Done,
        "the person who made the room becomes its host again, also after leaving and entering again on the "
        "same device",
    ),
    "lock": CommandSpec(
        Lock,
        Done,
        "change who may enter and what is shown. `polite` is on at first where `private` is false. `delay` "
        "is 0 at first where `private` is true, else 3; those who have a seat, and the host of a game with "
        "`hosted`, are never delayed",
        host_only=True,
    ),
    "pause": CommandSpec(Pause, Done, "pause the match, or resume it", host_only=True),
    "verb": CommandSpec(
        Verb,
        Done,
        "a command to the game, while the match is live; `GAME.command_docs` says what each does",
        host_only=True,
    ),
    "pack": CommandSpec(
        Pack,
        PackTaken,
        "between matches, for games with `hosted`: set your own questions, as TOML or CSV, 12 times a "
        "minute at "
        'most; "" selects the '
        "game's own. A text that cannot be read is answered with `bad_pack` and the line",
        host_only=True,
    ),
    "rematch": CommandSpec(Rematch, Done, "in the results: vote to play again, or not"),
    "lobby": CommandSpec(
        Nothing, Done, "take everyone back to the lobby; a running match ends without results", host_only=True
    ),
    "end": CommandSpec(
        Nothing,
        Done,
        "end the running match: the results show the places of this moment, and `RESULTS.ended` is true",
        host_only=True,
    ),
    "playlist": CommandSpec(
        Playlist,
        Done,
        "set the playlist, at any time. In the lobby its entry `at` is chosen at once, after a match when "
        "the results are left",
        host_only=True,
    ),
    "next": CommandSpec(
        Next,
        Done,
        "in the results or the lobby: choose the game of `next`, or of the playlist, and go to the lobby; an "
        "open vote ends. With `skip` the playlist goes on by one entry first",
        host_only=True,
    ),
    "poll": CommandSpec(
        OpenPoll,
        Done,
        "between matches: begin a vote for the next game among the games with enough seats, or end it. It "
        "lasts 20 s, or until everyone who plays has voted. Chance decides between equal votes; without "
        "votes nothing is decided. A match that begins drops it",
        host_only=True,
    ),
    "vote": CommandSpec(
        Vote, Done, "vote for the next game; each person has one vote and may change it, also spectators"
    ),
    "new_evening": CommandSpec(Nothing, Done, "forget all points of `evening`", host_only=True),
    "chat": CommandSpec(
        Say,
        Said,
        "say a line. A line that is sent again with its `n` is answered with its first id; another text "
        "under a "
        "used `n` is refused with `gap`: count on from the `chat_n` of the last JOINED",
    ),
    "emote": CommandSpec(Emote, Done, "show an emote"),
    "away": CommandSpec(
        Away,
        Done,
        "the page is hidden: states stop until it is shown again, which brings a keyframe",
    ),
    "rtt": CommandSpec(Rtt, Done, "the round trip that you measured, for the others to see"),
    "resync": CommandSpec(
        Nothing,
        Done,
        "send a keyframe: at most one a tick, and two a second in the long run; a request that comes "
        "sooner is "
        "answered when the next is due",
    ),
    "predict": CommandSpec(
        Predict,
        Done,
        "you run the rules of `game` yourself, see section 7. Refused with `bad_request` if the connection "
        "has "
        "the framing `json`, if the game's `replication` is `delta` or it has private parts, if the room "
        "plays "
        "another game by now, or if its rules have been replaced since the match began. A change of the game "
        "ends it",
    ),
    "desync": CommandSpec(
        Desync, Done, "the hash of your state after `tick` is not the one that you received"
    ),
    "report": CommandSpec(
        Report,
        Reported,
        "something is wrong in the match that runs, or whose results are shown: keep its journal with these "
        "words. Once in half a minute; `no_records` if the server, or this match, keeps none",
    ),
    "forget": CommandSpec(
        Nothing,
        Forgotten,
        "remove what is kept of this device: its player with name and ratings. Kept matches stay, and the "
        "seats that it had in them have no name any more. Leave your room first, and drop the device's token "
        "afterwards",
    ),
    "matches": CommandSpec(
        Nothing,
        OwnMatches,
        "the turn-based matches in which this device has a seat and which wait for their players. Refused "
        "with `no_records` by a server that keeps none",
    ),
    "resign": CommandSpec(
        Resign, Done, "leave a match of `matches` for good; its rules decide what that means for the others"
    ),
    "subscribe": CommandSpec(
        Subscribe,
        Subscribed,
        "have a push message say to this browser when it is your turn in a match and you are not there; "
        "`push_key` of `matches` is the key to subscribe with. Without `p256dh` it is not told any more",
    ),
    "clock": CommandSpec(Clock, Time, "ask for the server's time, see section 4"),
}
"""Every command with an acknowledgement, in the order of the document. `i` has none: see `frames`."""
ENTRANCES: dict[str, type[Command]] = {
    name: spec.argument for name, spec in COMMANDS.items() if spec.answer is Joined
}
"""The commands that lead into a room."""

InputNumber = Annotated[int, Meta(ge=-(1 << INT_BITS), lt=1 << INT_BITS)]


ControlValue = (
    InputNumber
    | Annotated[str, Meta(max_length=MOST_CHANGE_BYTES)]
    | Annotated[
        list[InputNumber | Annotated[list[InputNumber], Meta(max_length=3)]], Meta(max_length=MOST_POINTS)
    ]
)
"""The value of a control: a number, a text, `[x, y]`, or points `[x, y, down]`."""


class Inputs(msgspec.Struct, frozen=True):
    """The event `i`, which is `[seat, [seq, tick, buttons, value?, {control: value}?], …]` on the wire."""

    seat: SeatNumber
    rows: Annotated[
        list[
            Annotated[
                list[InputNumber | Annotated[dict[str, ControlValue], Meta(max_length=MOST_CHANGES)]],
                Meta(min_length=3, max_length=5),
            ]
        ],
        Meta(min_length=1, max_length=MOST_INPUTS),
    ]


def read_joined(data: bytes | Raw) -> Joined:
    """Read another worker's answer to a way into a room. Raises msgspec.ValidationError."""
    return msgspec.msgpack.decode(data, type=Joined)


def read_answer(name: str, data: bytes | Raw) -> CommandAnswer:
    """Read an answer that another worker gave.

    Args:
        name: the command.
        data: what the answer holds besides `ok`, as MessagePack.

    Returns:
        JOINED for a command that leads into a room, else what COMMANDS declares.

    Raises:
        msgspec.ValidationError: it is not what is declared.
    """
    if COMMANDS[name].answer is Joined:
        return read_joined(data)
    answer: CommandAnswer = msgspec.msgpack.decode(data, type=COMMANDS[name].answer)
    return answer
