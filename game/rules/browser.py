"""A match as a browser runs it: confirmed up to one tick by the server, predicted beyond it.

This file runs under MicroPython in a web worker, and in the tests under both interpreters. It knows no
server and no browser: numbers come in, an array of numbers goes out. web/src/prediction/engine.ts calls it.
"""

from array import array

from .game import Game, Mind
from .match import CHANCE, PRESS, Match
from .render_snapshot import KEPT, Picture
from .snapshot import load, state_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional

    from .match import Entry

CONFIRMED = 1
"""Flag of a picture: it tells the confirmed state."""
ANEW = 2
"""Flag of a picture: nothing of what was told before holds."""
OVER = 4
"""Flag of a picture: the match is decided."""


class Bridge:
    """One match of a game, in the hands of a browser."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self._hold(Match(game, game.options.defaults(), [], [], 0))

    def _hold(self, m: Match) -> None:
        self.m = m
        self.tick = m.tick
        """The confirmed tick."""
        self._mark: "Optional[list[object]]" = None
        self._near_mark: "Optional[list[object]]" = None
        self._near_tick = 0
        self._near_waiting: "list[tuple[int, int, int, int]]" = []
        self._words: "list[tuple[int, int]]" = []
        self._own: "list[int]" = []
        self._waiting: "list[tuple[int, int, int, int]]" = []
        self._events: "list[int]" = []
        self._events_count = 0
        self._over = m.over
        self._fresh = True
        self._anew = True
        self._minds: "list[Mind]" = []
        self._picture = Picture(type(m.state))
        self._picture.note(m.tick, m.state)

    # --- confirmed by a server

    def load(self, data: "bytes | bytearray") -> None:
        """Take over a packed match. Raises BadPack when the bytes are none of this game."""
        self._hold(load(self.game, data))

    def chance(self, tick: int, word: int) -> None:
        """A word of chance is stirred in at the beginning of the step from `tick`."""
        self._words.append((tick, word))

    def confirm(self, until: int, rows: "Sequence[int]", quiet: bool = False) -> None:
        """Go on to tick `until` with what the server accepted.

        `rows` are five numbers an entry: the tick of its step, kind, seat, a and b. What happens is told with
        the next picture, unless `quiet`. Raises ValueError when an entry comes too late or too early.
        """
        self._back()
        m = self.m
        entries = list(rows)
        k = 0
        while m.tick < until:
            tick = m.tick
            due = self._chance_at(tick)
            while k < len(entries) and entries[k] == tick:
                due.append((entries[k + 1], entries[k + 2], entries[k + 3], entries[k + 4]))
                k += 5
            m.step(due)
            self._happened(quiet)
            if until - m.tick < KEPT:
                self._picture.note(m.tick, m.state)
        if k < len(entries):
            raise ValueError("an entry for tick %d between %d and %d" % (entries[k], self.tick, until))
        self._confirmed()

    def hash(self) -> int:
        """The hash of the confirmed state; call it before `look`."""
        return state_hash(self.m)

    def _confirmed(self) -> None:
        self.tick = self.m.tick
        self._mark = None
        self._near_mark = None
        self._fresh = True
        self._over = self.m.over
        self._words = [word for word in self._words if word[0] >= self.tick]

    def _chance_at(self, tick: int) -> "list[Entry]":
        due: "list[Entry]" = []
        for at, word in self._words:
            if at == tick:
                due.append((CHANCE, 0, word, 0))
        return due

    def _happened(self, quiet: bool) -> None:
        if quiet:
            return
        for event in self.m.happened:
            self._events.append(len(event) + 1)
            self._events.append(self.m.tick)
            self._events += event
            self._events_count += 1

    # --- predicted

    def _back(self) -> None:
        """Return to the confirmed tick."""
        if self._mark is not None:
            self.m.rewind(self._mark)
        self._near_mark = None
        self._waiting = _quads(self._own)

    def _take_own(self, own: "list[int]") -> None:
        """From now on these are the own inputs; go back no further than to where they make a difference."""
        known = len(self._own)
        added = _quads(own[known:])
        near = self._near_mark
        if near is None or own[:known] != self._own or [one for one in added if one[1] < self._near_tick]:
            self._own = own
            self._back()
            return
        self.m.rewind(near)
        self._own = own
        self._waiting = self._near_waiting + added

    def _predict(self, until: int, near: int) -> None:
        """Step on with the inputs of the own seats that no server has confirmed, one a tick and seat.

        Tick `near` is remembered: that is how far back a new input of one's own reaches.
        """
        m = self.m
        if self._mark is None:
            self._mark = m.mark()
        m.ahead = True
        while m.tick < until:
            if m.tick == near and m.tick > self.tick:
                self._near_mark = m.mark()
                self._near_tick = near
                self._near_waiting = list(self._waiting)
            due = self._chance_at(m.tick)
            later: "list[tuple[int, int, int, int]]" = []
            served: "list[int]" = []
            for press in self._waiting:
                seat, tick, buttons, value = press
                if tick <= m.tick and seat not in served:
                    due.append((PRESS, seat, buttons, value))
                else:
                    later.append(press)
                served.append(seat)
            self._waiting = later
            m.step(due)
            self._picture.note(m.tick, m.state)

    def look(self, first: int, last: int, own: "Sequence[int]" = (), near: int = -1) -> "array[int]":
        """The picture of now: the confirmed state, if it is new, and all positions from `first` to `last`.

        `own` are four numbers an input that is not confirmed yet: seat, tick, buttons and value, in order;
        the next one is likely to be for tick `near` or later.
        The numbers: flags, the confirmed tick, the first tick of the paths, the last; how many events, and
        each as its length, tick, kind and arguments; the state (see `Picture.tell`) if flagged; the paths
        (see `Picture.paths`).
        """
        wanted = list(own)
        if wanted != self._own:
            self._take_own(wanted)
        elif self._mark is None:
            self._waiting = _quads(wanted)
        flags = OVER if self._over else 0
        state: "list[int]" = []
        if self._fresh:
            flags |= CONFIRMED
            if self._anew:
                flags |= ANEW
            self._picture.tell(state, self.m.state)
            self._fresh = self._anew = False
        last = min(max(last, self.tick), self.tick + KEPT - 2)
        if last > self.m.tick:
            self._predict(last, near)
        first = min(max(first, last - KEPT + 2), last)
        while not self._picture.knows(first):
            first += 1
        out = [flags, self.tick, first, last, self._events_count]
        out += self._events
        self._events = []
        self._events_count = 0
        out += state
        self._picture.paths(out, self.tick, first, last)
        return array("i", out)

    # --- without a server

    def begin(
        self, chosen: "Sequence[int]", seats: "Sequence[int]", teams: "Sequence[int]", seed: int
    ) -> None:
        """Begin a match of one's own. Raises BadOption."""
        m = Match(self.game, list(chosen), list(seats), list(teams), seed)
        m.begin()
        self._hold(m)

    def bot(self, seat: int, level: int, style: int, seed: int) -> None:
        """Let a bot play on `seat`, in a match of one's own."""
        self.free(seat)
        self._minds.append(Mind(seat, level, style, seed))

    def free(self, seat: int) -> None:
        """The seat's bot stops."""
        self._minds = [mind for mind in self._minds if mind.seat != seat]

    def play(self, until: int, held: "Sequence[int]" = ()) -> None:
        """Go on to tick `until`, with bots; `held[seat]` are the buttons that a person holds there."""
        m = self.m
        while m.tick < until and not m.over:
            due: "list[Entry]" = []
            thought: "list[int]" = []
            for mind in self._minds:
                mind.buttons = self.game.bot(m, mind)
                thought.append(mind.seat)
                if mind.buttons != m.inputs[mind.seat]:
                    due.append((PRESS, mind.seat, mind.buttons, 0))
            for seat, buttons in enumerate(held):
                if seat not in thought and buttons != m.inputs[seat]:
                    due.append((PRESS, seat, buttons, 0))
            m.step(due)
            self._happened(False)
            self._picture.note(m.tick, m.state)
        self._confirmed()

    def places(self) -> "array[int]":
        """The final ranking: seat, place and points, three numbers a seat."""
        out: "list[int]" = []
        for place in self.m.places:
            out += [place.seat, place.place, place.points]
        return array("i", out)


def _quads(numbers: "list[int]") -> "list[tuple[int, int, int, int]]":
    found = []
    for k in range(0, len(numbers) - 3, 4):
        found.append((numbers[k], numbers[k + 1], numbers[k + 2], numbers[k + 3]))
    return found
