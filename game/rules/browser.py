"""A match as a browser runs it: confirmed up to one tick by the server, predicted beyond it.

It runs under MicroPython in a web worker, and in tests under both interpreters. It knows neither the server
nor the page: numbers come in, arrays of numbers go out. web/src/prediction/engine.ts calls it.
"""

from array import array

from .controls import CONTROL
from .game import BotContext, Game
from .match import BOT_PLAYS, COMMAND, ENTROPY, PRESS, Match
from .render_snapshot import KEPT, RenderSnapshots
from .snapshot import load, pack, state_hash, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional

    from .match import Entry

CONFIRMED = 1
"""Flag of a render snapshot: it holds the confirmed state."""
RESET = 2
"""Flag of a render snapshot: forget everything that was sent before."""
OVER = 4
"""Flag of a render snapshot: the match is decided."""


class BrowserMatch:
    """One match of a game in a browser."""

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
        self._reset = True
        self._bots: "list[BotContext]" = []
        self._players: "list[Entry]" = []
        self._snapshots = RenderSnapshots(type(m.state))
        self._snapshots.record(m.tick, m.state)

    # --- confirmed by a server

    def load(self, data: "bytes | bytearray") -> None:
        """Continue the match of a snapshot. Raises BadSnapshot if the bytes are not a match of this game."""
        self._hold(load(self.game, data))

    def pack(self) -> "array[int]":
        """The match for `unpack`: a replay returns to it."""
        return pack(self.m)

    def unpack(self, numbers: "array[int]") -> None:
        """Return to the match that `pack` wrote."""
        self._hold(unpack(self.game, numbers))

    def entropy(self, tick: int, word: int) -> None:
        """Take an entropy word that is mixed in at the beginning of the step from `tick`."""
        self._words.append((tick, word))

    def confirm(self, until: int, rows: "Sequence[int]", quiet: bool = False) -> None:
        """Advance to tick `until` with the entries that the server accepted.

        Args:
            until: the tick that is confirmed then.
            rows: five numbers an entry: the tick of its step, kind, seat, a and b.
            quiet: leave the events out of the next render snapshot.

        Raises:
            ValueError: an entry is for a tick that is not between the confirmed tick and `until`.
        """
        self._back()
        m = self.m
        entries = list(rows)
        k = 0
        while m.tick < until:
            tick = m.tick
            due = self._entropy_at(tick)
            while k < len(entries) and entries[k] == tick:
                due.append((entries[k + 1], entries[k + 2], entries[k + 3], entries[k + 4]))
                k += 5
            m.step(due)
            self._happened(quiet)
            if until - m.tick < KEPT:
                self._snapshots.record(m.tick, m.state)
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

    def _entropy_at(self, tick: int) -> "list[Entry]":
        due: "list[Entry]" = []
        for at, word in self._words:
            if at == tick:
                due.append((ENTROPY, 0, word, 0))
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
        """Take these as the own inputs; rewind only as far as they make a difference."""
        known = len(self._own)
        added = _quads(own[known:])
        near = self._near_mark
        if (
            near is None
            or own[:known] != self._own
            or [one for one in added if 0 <= one[1] < self._near_tick]
        ):
            self._own = own
            self._back()
            return
        self.m.rewind(near)
        self._own = own
        self._waiting = self._near_waiting + added

    def _predict(self, until: int, near: int) -> None:
        """Step on with the inputs of the own seats that the server has not confirmed, one a tick and seat.

        Tick `near` is saved, since the next own input is likely to reach back to it.
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
            due = self._entropy_at(m.tick)
            later: "list[tuple[int, int, int, int]]" = []
            served: "list[int]" = []
            taken = False
            for press in self._waiting:
                seat, tick, buttons, value = press
                if tick < 0:  # a change that belongs to the input before
                    if taken:
                        due.append((CONTROL, seat, buttons, value))
                    else:
                        later.append(press)
                    continue
                taken = tick <= m.tick and seat not in served
                if taken:
                    due.append((PRESS, seat, buttons, value))
                else:
                    later.append(press)
                served.append(seat)
            self._waiting = later
            m.step(due)
            self._snapshots.record(m.tick, m.state)

    def look(self, first: int, last: int, own: "Sequence[int]" = (), near: int = -1) -> "array[int]":
        """Make a render snapshot: the confirmed state, if it is new, and positions from tick to tick.

        Args:
            first: the first tick of the positions.
            last: the last tick of the positions; the match is predicted up to it.
            own: four numbers for each own input that is not confirmed: seat, tick, buttons and value, in
                order; after an input, for each entry of another control that it changes: seat, -1, and the
                entry's two numbers.
            near: the next own input is likely to be for this tick or later.

        Returns:
            Flags, the confirmed tick, the first and the last tick of the positions; the number of events, and
            each as its length, tick, kind and arguments; the state, if flagged, by
            `RenderSnapshots.write_state`; the positions by `RenderSnapshots.write_paths`.
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
            if self._reset:
                flags |= RESET
            self._snapshots.write_state(state, self.m.state)
            self._fresh = self._reset = False
        last = min(max(last, self.tick), self.tick + KEPT - 2)
        if last > self.m.tick:
            self._predict(last, near)
        first = min(max(first, last - KEPT + 2), last)
        while not self._snapshots.has(first):
            first += 1
        out = [flags, self.tick, first, last, self._events_count]
        out += self._events
        self._events = []
        self._events_count = 0
        out += state
        self._snapshots.write_paths(out, self.tick, first, last)
        return array("i", out)

    # --- without a server

    def begin(
        self, chosen: "Sequence[int]", seats: "Sequence[int]", teams: "Sequence[int]", seed: int
    ) -> None:
        """Begin a match without a server. Raises BadOption."""
        m = Match(self.game, list(chosen), list(seats), list(teams), seed)
        m.begin()
        self._hold(m)

    def bot(self, seat: int, level: int, style: int, seed: int) -> None:
        """Let a bot play on `seat`."""
        self._bots = [bot for bot in self._bots if bot.seat != seat]
        self._bots.append(BotContext(seat, level, style, seed, self.game.controls))
        self._say_who_plays(seat, 1)

    def free(self, seat: int) -> None:
        """Stop the bot of a seat."""
        self._bots = [bot for bot in self._bots if bot.seat != seat]
        self._say_who_plays(seat, 0)

    def _say_who_plays(self, seat: int, bot: int) -> None:
        if self.game.knows_bots:
            self._players.append((COMMAND, seat, BOT_PLAYS, bot))

    def play(self, until: int, held: "Sequence[int]" = (), changes: "Sequence[int]" = ()) -> None:
        """Advance to tick `until` with bots.

        Args:
            until: the tick.
            held: by seat, the buttons that a person holds there.
            changes: three numbers for each change of another control in the next step: its seat, and the two
                numbers of its entry.
        """
        m = self.m
        pending = list(changes)
        while m.tick < until and not m.over:
            due: "list[Entry]" = self._players
            self._players = []
            by_bots: "list[int]" = []
            for bot in self._bots:
                bot.buttons = self.game.bot(m, bot)
                by_bots.append(bot.seat)
                if self.game.controls is not None:
                    due += m.bot_entries(bot, bot.buttons)
                elif bot.buttons != m.inputs[bot.seat]:
                    due.append((PRESS, bot.seat, bot.buttons, 0))
            for seat, buttons in enumerate(held):
                if seat not in by_bots and buttons != m.inputs[seat]:
                    due.append((PRESS, seat, buttons, 0))
            for k in range(0, len(pending) - 2, 3):
                if pending[k] not in by_bots:
                    due.append((CONTROL, pending[k], pending[k + 1], pending[k + 2]))
            pending = []
            m.step(due)
            self._happened(False)
            self._snapshots.record(m.tick, m.state)
        self._confirmed()

    def places(self) -> "array[int]":
        """The final ranking: seat, place and points, three numbers a seat."""
        out: "list[int]" = []
        for place in self.m.places:
            out += [place.seat, place.place, place.points]
        return array("i", out)


def _quads(numbers: "list[int]") -> "list[tuple[int, int, int, int]]":
    return [
        (numbers[k], numbers[k + 1], numbers[k + 2], numbers[k + 3]) for k in range(0, len(numbers) - 3, 4)
    ]


class Bridge(BrowserMatch):
    """The name that pages of version 0.1 know, with its old method; decision 0020 says until when."""

    def chance(self, tick: int, word: int) -> None:
        """Take an entropy word."""
        self.entropy(tick, word)
