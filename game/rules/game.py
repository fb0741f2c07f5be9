"""A game: one class in one file, that says how a match starts, steps and ends, and how a bot plays."""

from .entity import Entity
from .options import Options
from .random import Random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .drawing import Part
    from .match import Match


class Event:
    """A kind of thing that happens in a step, with named integer arguments: `Event("crash", "seat")`.

    Events are for sounds, announcements and effects. They are no part of the state. `Match.emit` sends
    one; arguments lie within 30 bits. With `near` only those are told who are told of the entity whose id is
    the first argument, in a list that is declared so.
    """

    def __init__(self, name: str, *args: str, near: bool = False, see: str = "all", doc: str = "") -> None:
        self.name = name
        self.args = args
        self.near = near
        self.see = see
        self.doc = doc


class Mind:
    """What one bot keeps for itself: level 1..5, style, its own chance and memory; never in the state."""

    def __init__(self, seat: int, level: int, style: int, seed: int) -> None:
        self.seat = seat
        self.level = level
        self.style = style
        self.rng = Random(seed)
        self.memory: "list[Any]" = []
        self.buttons = 0
        self.value = 0
        """What goes with the buttons when they change, as a client's input may carry it."""


class Game:
    """The rules of one game. Subclass it, declare, and write `start` and `step`; the rest is optional."""

    name = ""
    """Identifier: lower-case letters, digits, underscores; its file is called so."""
    title = ""
    """What people call it."""
    blurb = ""
    """One sentence for the tile on the home page."""
    seats = (2, 8)
    """Fewest and most seats of a match."""
    tick_hz = 30
    """Steps a second."""
    buttons: "tuple[str, ...]" = ()
    """Names of the buttons; an input is a bit mask of those held, the first being bit 0."""
    button_docs: "tuple[str, ...]" = ()
    """What each button does, in the order of `buttons`, for the authors of other clients."""
    replication = "events"
    """"events": the browser runs these rules itself; "delta": it is told what changed."""
    options = Options()
    presets: "tuple[tuple[str, dict[str, Any]], ...]" = ()
    """Named sets of options, the first is the default: `(("Classic", {}), ("Chaos", {"speed": 130}))`."""
    preset_of = ""
    """Name of the game of which this one is a variation: it is offered among that one's presets."""
    bot_styles: "tuple[str, ...]" = ("Bot",)
    """Personalities of bots; a bot's `mind.style` is an index into it."""
    events: "tuple[Event, ...]" = ()
    awards: "tuple[str, ...]" = ()
    """Names of awards that `Match.award` may give."""
    team_option = ""
    """Name of the option that holds the number of teams (0 or 1: none), if the game has teams."""
    picture: "tuple[Part, ...]" = ()
    """What browsers draw, of the parts in game/rules/drawing.py; without any they draw what has x and y."""
    crowd = 0
    """Seats that quick play keeps taken, by bots if need be, in a game that is empty with few; 0: as usual.
    A room of such a game may hold more bots than others."""
    hosted = False
    """The host leads the game, see `HostedGame`. Seats of players who lost the connection are held for the
    whole match."""
    State: "type[Entity]" = Entity
    """The root entity, made afresh for each match as `m.state`."""

    def start(self, m: "Match") -> None:
        """Set up `m.state` for tick 0; `m.seats` lists the seats that play."""
        raise NotImplementedError

    def step(self, m: "Match", inputs: "list[int]") -> None:
        """Advance `m.state` by one tick; `inputs[seat]` is the bit mask of buttons that seat holds."""
        raise NotImplementedError

    def join(self, m: "Match", seat: int) -> None:
        """A seat is taken while the match runs; most games let it in with the next round."""

    def leave(self, m: "Match", seat: int) -> None:
        """A seat is given up for good while the match runs."""

    def command(self, m: "Match", seat: int, verb: int, value: int) -> None:
        """The host said something to the game: an index into `commands` and a number."""

    commands: "tuple[str, ...]" = ()
    """Names of the host's commands; a command's verb is an index into it."""
    command_docs: "tuple[str, ...]" = ()
    """What each command does and what its value means, in the order of `commands`."""

    def near(self, m: "Match", seat: int) -> "list[int]":
        """Rising ids of what a seat is told of in the list that is declared `near`; its own must be there.

        Seat -1 stands for everyone who only looks on. Asked a few times a second for each who follows.
        """
        return []

    def shown(self, m: "Match") -> int:
        """For games of reaction: the tick from which on a press counts, 0 while none does; -1: no such game.

        The value of a press is the milliseconds from that tick then. The room checks what players claim
        against their lines, fills in what they leave out, and lets presses wait for no tick.
        """
        return -1

    def rebuild(self, m: "Match") -> None:
        """Make `m.scratch`, what the game derives from its state, anew; called when one is restored."""

    def rewound(self, m: "Match") -> None:
        """`m` went back to an earlier tick: drop from `m.scratch` whatever is newer than `m.tick`."""

    def rounds(self, m: "Match") -> "list[list[int]]":
        """For the graph in the results: for each finished round, the points of every seat after it."""
        return []

    def bot(self, m: "Match", mind: Mind) -> int:
        """The buttons that a bot on `mind.seat` holds from now on. It must not change `m`.

        Called every tick; a costly bot decides every few ticks and returns `mind.buttons` between.
        """
        return 0
