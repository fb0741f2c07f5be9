"""A match: a state, random numbers, and the entries of a journal that change them. All of it is integers."""

from .controls import CONTROL
from .entity import mark, rewind
from .game import BotContext, Game
from .options import Values
from .random import Random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic

    from typing_extensions import TypeVar

    from .controls import SeatControls

    State = TypeVar("State", default=Any)
else:
    # To interpreters `Generic[State]` is `object`; only type checkers know a `Match[Board]`.
    State = 0
    Generic = (object,)

PRESS = 0
"""Entry (PRESS, seat, buttons, value): the seat holds these buttons from this tick on."""
ENTROPY = 1
"""Entry (ENTROPY, 0, word, 0): a secret word of 28 bits is mixed into the match's random numbers."""
JOIN = 2
"""Entry (JOIN, seat, team, 0): the seat is taken."""
LEAVE = 3
"""Entry (LEAVE, seat, 0, 0): the seat is given up."""
COMMAND = 4
"""Entry (COMMAND, seat, verb, value): the host gave the game a command."""
TIME_UP = 67
"""The verb of the command that a turn has taken all the hours that it may take; the value is their number."""
BOT_PLAYS = 68
"""The verb of the command that says who plays a seat from now on: value 1 a bot, 0 a person."""
STOP = 69
"""The verb of the command that the host ends the match; the value is 0."""

if TYPE_CHECKING:
    Entry = tuple[int, int, int, int]


class Place:
    """One seat's place in the final ranking: place 1 is best, equal places are shared."""

    def __init__(self, seat: int, place: int, points: int) -> None:
        self.seat = seat
        self.place = place
        self.points = points


class Award:
    """An award by its index in `Game.awards`, who got it, and the figure that earned it."""

    def __init__(self, kind: int, seat: int, value: int) -> None:
        self.kind = kind
        self.seat = seat
        self.value = value


class Figure:
    """A figure of every seat that an award is about, as (seat, value), by its index in `Game.awards`.

    `fewest` says that a smaller value is better.
    """

    def __init__(self, kind: int, values: "list[tuple[int, int]]", fewest: bool) -> None:
        self.kind = kind
        self.values = values
        self.fewest = fewest


class Match(Generic[State]):
    """One running match of a game; type checkers know its state if it is declared as `Match[Board]`.

    Args:
        game: the rules.
        chosen: the options' values in order.
        seats: the taken seats in rising order.
        teams: the team of each of the game's seats, 0: no team; it may be shorter.
        seed: of the random numbers, 28 bits.

    Attributes:
        state: the root entity, an instance of `Game.State`.
        options: the value of every option as an attribute.
        seats: the taken seats in rising order.
        teams: by seat, the team of its player, from 1; 0: no team.
        rng: the random numbers of the match, a `Random`.
        tick: how many steps were made.
        inputs: by seat, the mask of the buttons held.
        values: by seat, the value that came with the last press.
        controls: by seat, its controls in a game that declares `controls`; else empty.
        over: whether the match is decided.
        ahead: a client runs ahead of the confirmed tick until it rewinds: leave out what must not be
            predicted.
        places: the ranking, once the match is over.
        stopped: the host has ended it.
        figures: of every seat, once the match is over; they are not part of a snapshot.
        happened: the events of the last step: (event kind, *arguments).
        scratch: what the game derives from its state; it is not part of a snapshot.
    """

    def __init__(
        self, game: Game, chosen: "list[int]", seats: "list[int]", teams: "list[int]", seed: int
    ) -> None:
        most = game.seats[1]
        self.game = game
        self.chosen = list(chosen)
        self.options: Values = game.options.values(chosen)
        self.seats = list(seats)
        self.teams = (list(teams) + [0] * most)[:most]
        self.rng = Random(seed)
        self.tick = 0
        self.inputs = [0] * most
        self.values = [0] * most
        self.controls: "list[SeatControls]" = game.seat_controls()
        self._inputs = [one.input for one in self.controls]
        self.over = False
        self.ahead = False
        self.places: "list[Place]" = []
        self.stopped = False
        self.given: "list[Award]" = []
        self.figures: "list[Figure]" = []
        self.happened: "list[tuple[int, ...]]" = []
        self.scratch: "Any" = None
        root: "Any" = game.State
        self.state: "State" = root()
        self._kinds = {}
        for k in range(len(game.events)):
            self._kinds[game.events[k].name] = k

    def begin(self) -> None:
        """Let the game set up tick 0."""
        self.game.start(self)

    def step(self, entries: "list[Entry]") -> None:
        """Apply the journal's entries for this tick in order, then advance the game by one tick."""
        self.happened = []
        for kind, seat, a, b in entries:
            if kind == PRESS:
                self.inputs[seat] = a
                self.values[seat] = b
            elif kind == ENTROPY:
                self.rng.mix(a)
            elif kind == CONTROL:
                self._control(seat, a, b)
            elif kind in (JOIN, LEAVE):
                self._come_or_go(kind, seat, a)
            else:
                self._command(seat, a, b)
        self.tick += 1
        if self.controls:
            self._step_controls()
        elif not self.over:
            self.game.step(self, self.inputs)

    def _command(self, seat: int, verb: int, value: int) -> None:
        """Take a command of the room, or of the host to the game."""
        if verb == TIME_UP:
            self.game.time_up(self, seat)
        elif verb == BOT_PLAYS:
            self.game.bot_plays(self, seat, value != 0)
        elif verb == STOP:
            self._stop()
        else:
            self.game.command(self, seat, verb, value)

    def _stop(self) -> None:
        """End the match with the standings as the game has them, or without any."""
        if self.over:
            return
        self.game.stop(self)
        self.stopped = True
        if not self.over:
            self.finish([])

    def _come_or_go(self, kind: int, seat: int, team: int) -> None:
        self.inputs[seat] = 0
        if self.controls:
            self.controls[seat].clear()
        if kind == JOIN:
            if seat not in self.seats:
                self.seats.append(seat)
                self.seats.sort()
            self.teams[seat] = team
            self.game.join(self, seat)
            return
        if seat in self.seats:
            self.seats.remove(seat)
        self.game.leave(self, seat)

    def _step_controls(self) -> None:
        for seat in range(len(self.controls)):
            self.controls[seat].press(self.inputs[seat])
        if not self.over:
            self.game.step(self, self._inputs)
        for one in self.controls:
            one.settle()

    def _control(self, seat: int, what: int, value: int) -> None:
        """Take a change of a control, if this seat may use the control now."""
        if seat >= len(self.controls):
            return
        control = self.game.control_of(what)
        if control is not None and control.only:
            state: "Any" = self.state
            if getattr(state, control.only) != seat:
                return
        self.controls[seat].take(what, value)

    def bot_entries(self, bot: BotContext, buttons: int) -> "list[Entry]":
        """The entries of what a bot decided, in a game that declares controls; its changes are taken.

        Args:
            bot: the bot.
            buttons: the mask that it returned.

        Returns:
            No entry for what it holds already.
        """
        seat = bot.seat
        entries: "list[Entry]" = []
        if buttons != self.inputs[seat]:
            entries.append((PRESS, seat, buttons, bot.value))
        controls = self.game.controls
        if controls is not None:
            held = self.controls[seat]
            for change in bot.changes:
                number = change[0]
                if not controls.others[number].held or held.number(number) != change[2]:
                    entries += controls.entries(seat, change)
        bot.changes = []
        return entries

    def emit(self, event: str, *args: int) -> None:
        """Send an event of this step, with the arguments that it declares. Raises ValueError for others."""
        if event not in self._kinds:
            names = ", ".join([one.name for one in self.game.events])
            raise ValueError("there is no event %s; declared: %s" % (event, names or "none"))
        self.happened.append((self._kinds[event],) + args)

    def finish(self, places: "list[Place]") -> None:
        """End the match with this ranking."""
        self.over = True
        self.places = places

    def rank(self, points: "list[tuple[int, int]]") -> None:
        """End the match and rank these (seat, points): more points are better, equal points share a place."""
        places: "list[Place]" = []
        # The key is never equal for two: MicroPython's sort does not keep the order of equals.
        for seat, won in sorted(points, key=lambda one: (-one[1], one[0])):
            shared = bool(places) and places[-1].points == won
            places.append(Place(seat, places[-1].place if shared else len(places) + 1, won))
        self.finish(places)

    def win(self, points: int = 0) -> None:
        """End a cooperative match: everybody has won, with these points, and shares place 1."""
        self.finish([Place(seat, 1, points) for seat in self.seats])

    def lose(self, points: int = 0) -> None:
        """End a cooperative match: everybody has lost, with these points. All share place 2."""
        self.finish([Place(seat, 2, points) for seat in self.seats])

    def award(self, name: str, seat: int, value: int) -> None:
        """Give an award, one of `Game.awards`, with the figure that earned it."""
        self.given.append(Award(self._award(name), seat, value))

    def award_most(self, name: str, figures: "list[tuple[int, int]]") -> None:
        """Give an award for the largest figure above 0 of these (seat, figure), to the first if several.

        Everybody sees their own figure in the results, unless the award is one of `Game.teasing`.
        """
        if name not in self.game.teasing:
            self.show_figures(name, figures)
        best = 0
        for _, figure in figures:
            best = max(best, figure)
        for seat, figure in figures:
            if figure == best > 0:
                self.award(name, seat, figure)
                return

    def show_figures(self, name: str, figures: "list[tuple[int, int]]", fewest: bool = False) -> None:
        """Show each seat its own of these (seat, figure) in the results, without an award.

        Args:
            name: the award that they are about, one of `Game.awards`.
            figures: those of the seats that have one.
            fewest: a smaller figure is better.
        """
        self.figures.append(Figure(self._award(name), figures, fewest))

    def _award(self, name: str) -> int:
        if name not in self.game.awards:
            names = ", ".join(self.game.awards)
            raise ValueError("there is no award %s; declared: %s" % (name, names or "none"))
        return self.game.awards.index(name)

    def mark(self) -> "list[Any]":
        """Save this tick cheaply, so that `rewind` can return to it any number of times."""
        state: "Any" = self.state
        return [
            self.tick,
            self.rng.first,
            self.rng.second,
            list(self.inputs),
            list(self.values),
            list(self.seats),
            list(self.teams),
            self.over,
            self.places,
            list(self.given),
            self.happened,
            self.scratch,
            mark(state),
            self.held(),
            len(self.figures),
        ]

    def held(self) -> "list[int]":
        """What the seats hold of controls that are not buttons, for `hold`."""
        numbers: "list[int]" = []
        for one in self.controls:
            one.save(numbers)
        return numbers

    def hold(self, numbers: "list[int]") -> None:
        """Take back what `held` returned, and the buttons in `inputs`; IndexError: it is too short."""
        at = 0
        for seat in range(len(self.controls)):
            at = self.controls[seat].load(self.inputs[seat], numbers, at)

    def rewind(self, saved: "list[Any]") -> None:
        """Return to a tick that `mark` saved."""
        self.ahead = False
        self.tick = saved[0]
        self.rng.first = saved[1]
        self.rng.second = saved[2]
        self.inputs = list(saved[3])
        self.values = list(saved[4])
        self.seats = list(saved[5])
        self.teams = list(saved[6])
        self.over = saved[7]
        self.places = saved[8]
        self.given = list(saved[9])
        self.happened = saved[10]
        self.scratch = saved[11]
        state: "Any" = self.state
        rewind(state, saved[12])
        if self.controls:
            self.hold(saved[13])
        self.figures = self.figures[: saved[14]]
        self.game.rewound(self)
