"""The commands that a client may send, each with its exact shape; nothing else is let in.

The edge turns a payload into one of these; a wrong type, a missing or an unknown key never gets further.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(max_length=64)]
PlayerId = Annotated[str, Meta(max_length=8)]
SeatNumber = Annotated[int, Meta(ge=0, le=127)]
Small = Annotated[int, Meta(ge=0, le=127)]
GameName = Annotated[str, Meta(max_length=32)]
OptionName = Annotated[str, Meta(max_length=32)]
OptionValue = (
    bool
    | Annotated[int, Meta(ge=-(1 << 31), lt=1 << 31)]
    | OptionName
    | Annotated[list[OptionName], Meta(max_length=32)]
)
OptionValues = Annotated[dict[OptionName, OptionValue], Meta(max_length=64)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a person asks for."""


class Profile(Command, frozen=True):
    """How a person is called and looks: a name, colour 0..7, shape 0..7.

    `place` is an opaque mark of the address they connect from. The edge sets it, whatever a client sends.
    """

    name: Name | None = None
    colour: Annotated[int, Meta(ge=0, le=7)] | None = None
    shape: Annotated[int, Meta(ge=0, le=7)] | None = None
    place: Annotated[str, Meta(max_length=32)] = ""


class Create(Profile, frozen=True):
    """Open a room."""

    game: GameName | None = None
    preset: Name | None = None
    options: OptionValues | None = None
    private: bool = True


class Join(Profile, frozen=True, kw_only=True):
    """Enter a room by its code."""

    code: Annotated[str, Meta(max_length=32)]
    spectate: bool = False


class Quick(Profile, frozen=True):
    """Play now, with whoever waits."""

    game: GameName | None = None


class Demo(Command, frozen=True):
    """Watch the bots on the home page."""

    game: GameName | None = None


class Nothing(Command, frozen=True):
    """A command without arguments."""


class Sit(Command, frozen=True):
    """Take a seat, or give it up and watch."""

    spectate: bool


class Second(Command, frozen=True):
    """A second player on the same keyboard."""

    on: bool
    name: Name | None = None


class Ready(Command, frozen=True):
    """Ready, or not."""

    ready: bool


class Team(Command, frozen=True):
    """Change to a team, 1..4."""

    seat: SeatNumber
    team: Annotated[int, Meta(ge=1, le=8)]


class Options(Command, frozen=True):
    """Set a preset, or single options, or both in this order."""

    preset: Name | None = None
    values: OptionValues | None = None


class ChooseGame(Command, frozen=True):
    """Play another game."""

    game: GameName


class Bot(Command, frozen=True):
    """Add a bot, change the one on `seat`, or remove the one on seat `remove`."""

    add: bool = False
    seat: SeatNumber | None = None
    remove: SeatNumber | None = None
    level: Annotated[int, Meta(ge=1, le=5)] | None = None
    style: Small | None = None


class About(Command, frozen=True):
    """A host power over one player."""

    player: PlayerId
    on: bool = True


class Ban(About, frozen=True):
    """Keep a player's device out of the room; with `address` also all newcomers from where they connect."""

    address: bool = False


class Give(Command, frozen=True):
    """Let `player` go on in the seat that is held for somebody who dropped out."""

    seat: SeatNumber
    player: PlayerId


class Lock(Command, frozen=True):
    """Who may come in, whether the code is shown, whether bots stand in, whether coarse words are masked."""

    locked: bool | None = None
    hidden: bool | None = None
    private: bool | None = None
    cover: bool | None = None
    polite: bool | None = None


class Pause(Command, frozen=True):
    """Pause, or go on."""

    paused: bool


class Verb(Command, frozen=True):
    """The host's word to the game."""

    verb: Small
    value: Annotated[int, Meta(ge=-(1 << 28), le=1 << 28)] = 0


class Pack(Command, frozen=True):
    """Bring questions along, as TOML or CSV text; without any text the pack in the box is back.

    How long the text may be is said by who reads it: a person is to get a sentence, not a strike.
    """

    text: str = ""


class Rematch(Command, frozen=True):
    """Play again, or not."""

    want: bool


class Say(Command, frozen=True):
    """A line of chat with the writer's number."""

    text: Annotated[str, Meta(max_length=2000)]
    n: Annotated[int, Meta(ge=1, le=1 << 28)]


class Emote(Command, frozen=True):
    """One of the emotes."""

    emote: Annotated[str, Meta(max_length=16)]


class Away(Command, frozen=True):
    """The page is hidden, or shown again."""

    away: bool


class Rtt(Command, frozen=True):
    """The round trip that the client measured, in milliseconds."""

    rtt: Annotated[int, Meta(ge=0, le=60000)]


class Predict(Command, frozen=True):
    """Run the rules yourself: be told entries instead of states. `game` is the one whose rules you run."""

    on: bool
    game: GameName = ""


class Desync(Command, frozen=True):
    """Your state's hash after `tick` is not the server's."""

    tick: Annotated[int, Meta(ge=0, le=1 << 29)]
    hash: Annotated[int, Meta(ge=0, le=1 << 28)]


EMOTES = ("wave", "laugh", "wow", "cry", "angry", "heart", "clap", "gg")
