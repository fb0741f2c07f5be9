"""A game: one class that says how a match starts, steps and ends, and how a bot plays."""

from .controls import STICK, BadControl, Control, Controls, Pointer, SeatControls, pack_pointer, pack_stick
from .entity import Entity
from .fields import ALL, HOST, NOBODY, OWNER
from .maths import distance
from .options import Options
from .random import Random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from .controls import Change, Point
    from .drawing import Part
    from .match import Match


class Event:
    """A kind of thing that happens in a step: `Event("crash", "seat")` has one integer argument.

    Events are for sounds, announcements and effects. They are not part of the state. `Match.emit` sends one;
    arguments lie within 30 bits.

    Args:
        name: what happens.
        args: the names of its arguments.
        near: only those players get it who see the entity whose id is the first argument, in the list that
            is declared `near`.
        see: who gets it, as for a field.
        doc: one sentence for the authors of other clients.
    """

    def __init__(self, name: str, *args: str, near: bool = False, see: str = "all", doc: str = "") -> None:
        self.name = name
        self.args = args
        self.near = near
        if see not in (ALL, OWNER, HOST, NOBODY):
            raise ValueError("see is %r; write ALL, OWNER, HOST or NOBODY" % (see,))
        self.see = see
        self.doc = doc


class BotContext:
    """What one bot knows besides the match; it is never part of the state.

    Args:
        seat: the seat that it plays.
        level: how well it plays, 1 to 5.
        style: an index into `Game.bot_styles`.
        seed: of its random numbers, 28 bits.
        controls: those of the game, or None.

    Attributes:
        rng: its own random numbers.
        memory: what the game's `bot` keeps there for this bot.
        buttons: the buttons that it holds.
        value: what goes with the buttons when they change, as a client's input may carry it.
        changes: changes of other controls that the next step gets.
    """

    def __init__(
        self, seat: int, level: int, style: int, seed: int, controls: "Optional[Controls]" = None
    ) -> None:
        self.seat = seat
        self.level = level
        self.style = style
        self.rng = Random(seed)
        self.memory: "list[Any]" = []
        self.buttons = 0
        self.value = 0
        self.changes: "list[Change]" = []
        self.controls = controls

    # --- in a game that declares `controls`

    def hold(self, *names: str) -> int:
        """The mask of the buttons with these names, to return from `bot`. Raises BadControl for others."""
        known = [button.name for button in self._declared().buttons]
        mask = 0
        for name in names:
            if name not in known:
                raise BadControl("there is no button %s; %s" % (name, _listed(known)))
            mask |= 1 << known.index(name)
        return mask

    def move(self, name: str, x: int, y: int) -> None:
        """Move a stick to x, y of -127 to 127; y points down. Axes too long together are shortened."""
        length = distance(x, y)
        if length > STICK:
            # Both round to zero, so that the shorter one is in every direction alike.
            x = x * STICK // length if x >= 0 else -(-x * STICK // length)
            y = y * STICK // length if y >= 0 else -(-y * STICK // length)
        self._change(self._control("stick", name), pack_stick(x, y))

    def point(self, name: str, x: int, y: int) -> None:
        """Point at a place of the world, in units; places outside of it are moved to its edge."""
        control = self._control("pointer", name)
        assert isinstance(control, Pointer)
        x = min(max(x, 0), control.width)
        y = min(max(y, 0), control.height)
        self._change(control, pack_pointer(x, y, control.width))

    def choose(self, name: str, index: int) -> None:
        """Choose an index. Raises BadControl if the control has no such index."""
        self._change(self._control("choose", name), index)

    def write(self, name: str, text: str) -> None:
        """Send a text. Raises BadControl if it is too long for the control."""
        self._change(self._control("typed", name), text)

    def draw(self, name: str, points: "list[Point]") -> None:
        """Draw 1 to 64 points (x, y, down); a stroke begins with down 0. Raises BadControl for others."""
        self._change(self._control("stroke", name), tuple(points))

    def _declared(self) -> Controls:
        if self.controls is None:
            raise BadControl("this game declares no controls")
        return self.controls

    def _control(self, kind: str, name: str) -> Control:
        control = self._declared().find(name)
        if control is None or control.kind != kind:
            known = [one.name for one in self._declared().others if one.kind == kind]
            raise BadControl("there is no control %s of kind %s; %s" % (name, kind, _listed(known)))
        return control

    def _change(self, control: Control, value: "Any") -> None:  # noqa: ANN401 (by the control's kind)
        change = (control.number, False, value)
        self._declared().check(change)
        self.changes.append(change)


def _listed(names: "list[str]") -> str:
    return "there are " + ", ".join(names) if names else "there is none"


class Game:
    """The rules of one game. Subclass it, declare, and write `start` and `step`; the rest is optional."""

    name = ""
    """Identifier: lower-case letters, digits, underscores. Its file or package has this name."""
    title = ""
    """The name that people read."""
    blurb = ""
    """One sentence for the tile on the home page."""
    how = ""
    """How to play, in one short sentence, for the tile: "Steer left and right. Touch no line."."""
    minutes = 0
    """About how many minutes a match takes with its default options; 0: unknown."""
    accent = "#FFC857"
    """The game's colour for headings and buttons, as #RRGGBB; texts in it are read on `ground`."""
    ground = "#0B1020"
    """The dark colour behind everything of the game, as #RRGGBB; panels and lines are made of it."""
    seats = (2, 8)
    """Fewest and most seats of a match."""
    tick_hz = 30
    """Steps a second."""
    buttons: "tuple[str, ...]" = ()
    """Names of the buttons; an input is a bit mask of those held, the first is bit 0. It is the short form of
    `controls` with nothing but buttons."""
    controls: "Optional[Controls]" = None
    """Everything that a player can do, see `game.rules.controls`; `buttons` are those among it then."""
    button_docs: "tuple[str, ...]" = ()
    """What each button does, in the order of `buttons`, for the authors of other clients."""
    replication = "events"
    """"events": browsers run these rules too; "delta": browsers are sent what changed."""
    options = Options()
    """What a host may set; the form in the lobby is made of it."""
    presets: "tuple[tuple[str, dict[str, Any]], ...]" = ()
    """Named sets of options, the first is the default: `(("Classic", {}), ("Chaos", {"speed": 130}))`."""
    preset_of = ""
    """Name of the game of which this one is a variation: it is offered among that game's presets."""
    bot_styles: "tuple[str, ...]" = ("Bot",)
    """Personalities of bots; `BotContext.style` is an index into it."""
    events: "tuple[Event, ...]" = ()
    """What may happen in a step, for sounds, words and effects."""
    awards: "tuple[str, ...]" = ()
    """Names of awards that `Match.award` may give."""
    teasing: "tuple[str, ...]" = ()
    """Awards for what nobody is proud of: only those who get one see the figure."""
    team_option = ""
    """Name of the option that holds the number of teams (0 or 1: no teams), if the game has teams."""
    picture: "tuple[Part, ...]" = ()
    """What browsers draw, of the parts in game/rules/drawing.py; without any they draw what has x and y."""
    files: "dict[str, str]" = {}
    """The game's own images, sounds and renderer by name, as paths on the server; the server fills it."""
    crowd = 0
    """Seats that quick play keeps taken, with bots if needed, in a game that is dull with few players; 0: no.
    A room of such a game may hold more bots than others."""
    hosted = False
    """The host leads the game, see `HostedGame`. Seats of players who lost the connection are held for the
    whole match."""
    countdown = 0
    """Seconds that a match counts down automatically before anybody can play; 0: the room counts down before
    it, without a picture of the match."""
    sleeps = False
    """A turn-based game whose matches wait for their players, for days if need be. While no player is
    connected, time stands still and the match is kept in the records. Write `turn` for it."""
    knows_bots = False
    """The journal says which seats are played by bots, and `bot_plays` is called; without it every seat may
    be a person's."""
    turn_hours = ""
    """Name of the option, an `Int`, that holds how many hours of real time a turn may take (0: no limit)
    in a game that sleeps. They count also while nobody is there. Write `time_up` for it."""
    State: "type[Entity]" = Entity
    """The root entity; each match has one as `m.state`."""

    def __init__(self) -> None:
        controls = self.controls
        if controls is not None:
            self.buttons = tuple([button.name for button in controls.buttons])
            if not self.button_docs:
                self.button_docs = tuple([button.doc or button.label for button in controls.buttons])

    def seat_controls(self) -> "list[SeatControls]":
        """A `SeatControls` for each seat, if the game declares controls; else an empty list."""
        if self.controls is None:
            return []
        return [SeatControls(self.controls) for _ in range(self.seats[1])]

    def control_of(self, what: int) -> "Optional[Control]":
        """The control of a CONTROL entry; None if there is none."""
        if self.controls is None or what & 31 >= len(self.controls.others):
            return None
        return self.controls.others[what & 31]

    def start(self, m: "Match") -> None:
        """Set up `m.state` for tick 0; `m.seats` lists the seats that play."""
        raise NotImplementedError

    def step(self, m: "Match", inputs: "list[Any]") -> None:
        """Advance `m.state` by one tick.

        Args:
            m: the match.
            inputs: by seat, the bit mask of the buttons that it holds; in a game that declares `controls`, a
                `SeatInput`.
        """
        raise NotImplementedError

    def join(self, m: "Match", seat: int) -> None:
        """A player took a seat in the running match; most games let them in with the next round."""

    def leave(self, m: "Match", seat: int) -> None:
        """A player gave up a seat of the running match; it may be one whom `join` did not let in."""

    def command(self, m: "Match", seat: int, verb: int, value: int) -> None:
        """The host gave the game a command: `verb` is an index into `commands`, `value` a number."""

    def turn(self, m: "Match") -> "list[int]":
        """For games that sleep: the seats that have to act now, in rising order. It must not change `m`."""
        return []

    def time_up(self, m: "Match", seat: int) -> None:
        """A seat that has to act has taken all the hours of `turn_hours`: act for it, or let it lose."""

    def bot_plays(self, m: "Match", seat: int, bot: bool) -> None:
        """For games with `knows_bots`: a bot plays this seat from now on, or a person again."""

    def stop(self, m: "Match") -> None:
        """The host ends the match: rank the seats as they stand now, as at its end.

        A match that is not over afterwards ends without a ranking.
        """

    commands: "tuple[str, ...]" = ()
    """Names of the host's commands."""
    command_docs: "tuple[str, ...]" = ()
    """What each command does and what its value means, in the order of `commands`."""

    def near(self, m: "Match", seat: int) -> "list[int]":
        """What a seat sees of the list that is declared `near`, for a game that has one.

        It is called a few times a second for each player.

        Args:
            m: the match.
            seat: a seat; -1: spectators.

        Returns:
            Ids in rising order; the seat's own id must be among them.
        """
        return []

    def shown(self, m: "Match") -> int:
        """For games of reaction: when the buttons came alive.

        The value of a press is the milliseconds from that tick then. The room compares what players claim
        with their latency, fills in what they leave out, and applies a press without waiting for its tick.

        Returns:
            The tick from which presses count; 0: no press counts now; -1: not a game of reaction.
        """
        return -1

    def rebuild(self, m: "Match") -> None:
        """Compute `m.scratch`, which is derived from the state; called for a match that was restored."""

    def rewound(self, m: "Match") -> None:
        """`m` went back to an earlier tick: drop from `m.scratch` what is newer than `m.tick`."""

    def rounds(self, m: "Match") -> "list[list[int]]":
        """For the graph in the results: for each finished round, the points of every seat after it."""
        return []

    def bot(self, m: "Match", bot: BotContext) -> int:
        """Decide what a bot does. It must not change `m`.

        It is called every tick. A costly bot decides every few ticks and returns `bot.buttons` in between.

        Args:
            m: the match.
            bot: the bot that decides.

        Returns:
            The mask of the buttons that it holds from now on.
        """
        return 0
