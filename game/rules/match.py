"""A match: a state, its chance, and the entries of a journal that move it on. All of it is integers."""

from .entity import mark, rewind
from .game import Game
from .options import Values
from .random import Random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PRESS = 0
"""Entry (PRESS, seat, buttons, value): the seat holds these buttons from this tick on."""
CHANCE = 1
"""Entry (CHANCE, 0, word, 0): a secret word of 28 bits is stirred into the match's chance."""
JOIN = 2
"""Entry (JOIN, seat, team, 0): the seat is taken."""
LEAVE = 3
"""Entry (LEAVE, seat, 0, 0): the seat is given up."""
COMMAND = 4
"""Entry (COMMAND, seat, verb, value): the host's word to the game."""

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


class Match:
    """One running match of a game.

    `chosen` are the options' values in order, `seats` the taken seats in rising order, `teams[seat]` the
    team of each of the game's seats (0: none), `seed` 28 bits.
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
        self.over = False
        self.ahead = False
        """A client runs ahead of what is confirmed, until it rewinds: leave out what must not be foretold."""
        self.places: "list[Place]" = []
        self.given: "list[Award]" = []
        self.happened: "list[tuple[int, ...]]" = []
        self.scratch: "Any" = None
        self.state: "Any" = game.State()
        self._kinds = {}
        for k in range(len(game.events)):
            self._kinds[game.events[k].name] = k

    def begin(self) -> None:
        """Let the game set up tick 0."""
        self.game.start(self)

    def step(self, entries: "list[Entry]") -> None:
        """Apply the journal's entries for this tick in order, then advance the game by one tick.

        What happened is in `happened` until the next step: tuples (event kind, *arguments).
        """
        self.happened = []
        game = self.game
        for kind, seat, a, b in entries:
            if kind == PRESS:
                self.inputs[seat] = a
                self.values[seat] = b
            elif kind == CHANCE:
                self.rng.mix(a)
            elif kind == JOIN:
                if seat not in self.seats:
                    self.seats.append(seat)
                    self.seats.sort()
                self.teams[seat] = a
                self.inputs[seat] = 0
                game.join(self, seat)
            elif kind == LEAVE:
                if seat in self.seats:
                    self.seats.remove(seat)
                self.inputs[seat] = 0
                game.leave(self, seat)
            else:
                game.command(self, seat, a, b)
        self.tick += 1
        if not self.over:
            game.step(self, self.inputs)

    def emit(self, event: str, *args: int) -> None:
        """Tell that something happened in this step, with the arguments that the event declares."""
        self.happened.append((self._kinds[event],) + args)

    def finish(self, places: "list[Place]") -> None:
        """End the match with this ranking."""
        self.over = True
        self.places = places

    def rank(self, points: "list[tuple[int, int]]") -> None:
        """End the match: of these (seat, points) the most points are best, and equal points share a place."""
        places: "list[Place]" = []
        # The key is never equal for two: MicroPython's sort does not keep the order of equals.
        for seat, won in sorted(points, key=lambda one: (-one[1], one[0])):
            shared = bool(places) and places[-1].points == won
            places.append(Place(seat, places[-1].place if shared else len(places) + 1, won))
        self.finish(places)

    def award(self, name: str, seat: int, value: int) -> None:
        """Give an award, one of `Game.awards`, with the figure that earned it."""
        self.given.append(Award(self.game.awards.index(name), seat, value))

    def award_most(self, name: str, figures: "list[tuple[int, int]]") -> None:
        """Give an award for the largest figure above 0 of these (seat, figure), to the first if several."""
        best = 0
        for _, figure in figures:
            best = max(best, figure)
        for seat, figure in figures:
            if figure == best > 0:
                self.award(name, seat, figure)
                return

    def mark(self) -> "list[Any]":
        """Remember this tick, cheaply, so that `rewind` can come back to it any number of times."""
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
            mark(self.state),
        ]

    def rewind(self, saved: "list[Any]") -> None:
        """Go back to a marked tick."""
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
        rewind(self.state, saved[12])
        self.game.rewound(self)
