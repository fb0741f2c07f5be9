"""Games of rounds: count down, play, pause, and again until the match is decided.

This module knows the phases of a round. The game decides what a round is about, who wins it and when the
match ends.
"""

from .game import Event, Game

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .entity import Entity
    from .match import Match

COUNT, LIVE, ROUND_END, MATCH_END = 0, 1, 2, 3
"""A value of the field `phase`: count down, in play, a pause after a round, decided."""
PHASES = ("count", "live", "roundEnd", "matchEnd")
"""The names of the phases, in the order of their numbers."""
PHASES_DOC = "count: before a round goes live; live: in play; roundEnd: pause after it; matchEnd: decided"
"""What the phases mean, for `Choice(*PHASES, doc=PHASES_DOC)`."""
NEEDED = ("phase", "until", "began", "round", "history")


class Rounds(Game):
    """A game of rounds. Its `start` adds the players and calls `begin_round`.

    Then follow deal, countdown, went_live, and play in each tick until play calls close_round; then a break,
    and end_round, which calls begin_round or end_match. The game writes `deal`, `play` and `end_round`, and
    its state declares:

        phase = Choice(*PHASES, doc=PHASES_DOC)
        until = Int()                       # tick at which this phase ends, 0: not known
        began = Int()                       # tick at which this round went live, 0: not yet
        round = Count(max=...)              # from 1
        history = Series(..., see=NOBODY)   # a column for each seat: points after each round
    """

    countdown = 3
    """Seconds from the beginning of a round until it goes live."""
    break_ticks = 75
    """Ticks from a round's end to `end_round`."""
    events: "tuple[Event, ...]" = (
        Event("beat", "left", doc="seconds until the round goes live: 3, 2, 1"),
        Event("go", "round", doc="the round goes live"),
        Event("roundEnd", "seat", "round", doc="the round is over; seat: a survivor, -1: none"),
        Event("matchEnd", "seat", doc="seat: the winner, or one of those who share the win; -1: none"),
    )
    """A game appends its own events: `events = Rounds.events + (Event("crash", "seat"),)`."""

    def deal(self, m: "Match") -> None:
        """Set up the round that is about to count down."""
        raise NotImplementedError

    def went_live(self, m: "Match") -> None:
        """The countdown is over; `play` is next."""

    def play(self, m: "Match", inputs: "list[int]") -> None:
        """Advance a live round by one tick."""
        raise NotImplementedError

    def pause(self, m: "Match") -> None:
        """A tick of the break after a round."""

    def end_round(self, m: "Match") -> None:
        """The break is over: `note` the points, then begin the next round or end the match."""
        raise NotImplementedError

    def step(self, m: "Match", inputs: "list[int]") -> None:
        """Advance by one tick."""
        s = m.state
        if s.phase == LIVE:
            self.play(m, inputs)
        elif s.phase == COUNT:
            left = s.until - m.tick
            if left == 0:
                s.phase = LIVE
                s.until = 0
                s.began = m.tick
                self.went_live(m)
                m.emit("go", s.round)
            elif left % self.tick_hz == 0:
                m.emit("beat", left // self.tick_hz)
        elif m.tick == s.until:
            self.end_round(m)
        else:
            self.pause(m)

    def begin_round(self, m: "Match") -> None:
        """Set up the next round and count down. Raises TypeError when the state lacks a field."""
        s = m.state
        for name in NEEDED:
            if name not in s.declared:
                raise TypeError("a game of rounds needs the field %s in %s" % (name, type(s).__name__))
        s.phase = COUNT
        s.until = m.tick + self.countdown * self.tick_hz
        s.began = 0
        s.round += 1
        self.deal(m)
        m.emit("beat", self.countdown)

    def close_round(self, m: "Match", survivors: "Sequence[Entity]") -> None:
        """End the round; these have survived it."""
        s = m.state
        s.phase = ROUND_END
        s.until = m.tick + self.break_ticks
        m.emit("roundEnd", survivors[0].id if survivors else -1, s.round)

    def note(self, m: "Match", points: "list[tuple[int, int]]") -> None:
        """Record these (seat, points) for the graph in the results."""
        row = [0] * _columns(m)
        for seat, won in points:
            row[seat] = won
        m.state.history += row

    def end_match(self, m: "Match", points: "list[tuple[int, int]]") -> None:
        """Rank everyone by these (seat, points), and end the match."""
        s = m.state
        s.phase = MATCH_END
        s.until = 0
        m.rank(points)
        m.emit("matchEnd", m.places[0].seat if m.places else -1)

    def stop(self, m: "Match") -> None:
        """Rank everyone by the points after the last round that has ended."""
        rows = m.state.history
        last = rows[len(rows) - _columns(m) :] if rows else [0] * m.game.seats[1]
        self.end_match(m, [(seat, last[seat]) for seat in m.seats])

    def rounds(self, m: "Match") -> "list[list[int]]":
        """The points of those who were ranked, by rising seat, after each round."""
        seats = sorted([place.seat for place in m.places])
        rows = m.state.history
        return [[rows[at + seat] for seat in seats] for at in range(0, len(rows), _columns(m))]


def _columns(m: "Match") -> int:
    return len(m.state.declared["history"].columns)
