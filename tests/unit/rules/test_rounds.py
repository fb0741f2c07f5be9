"""The course of a game of rounds: countdown, play, break, and again until the match is decided."""

import pytest

from game.rules import (
    COUNT,
    LEAVE,
    LIVE,
    MATCH_END,
    NOBODY,
    PHASES,
    PRESS,
    ROUND_END,
    Choice,
    Count,
    Entities,
    Entity,
    Flag,
    Int,
    Match,
    Rounds,
    Series,
    one_side,
)


class Sitter(Entity):
    """A player who releases the button is out."""

    in_it = Flag()
    points = Count(max=9)
    team = Int(0, 0, 4)


class Circle(Entity):
    """All sitters."""

    sitters = Entities(Sitter, 4)
    phase = Choice(*PHASES)
    until = Int()
    began = Int()
    round = Count(max=9)
    history = Series("a", "b", "c", "d", see=NOBODY)


class Hold(Rounds):
    """Hold on longest, twice."""

    name = "hold"
    seats = (1, 4)
    tick_hz = 10
    countdown = 2
    break_ticks = 5
    buttons = ("hold",)
    State = Circle

    def start(self, m: Match) -> None:
        """Seat everyone."""
        m.state.sitters = [Sitter(seat) for seat in m.seats]
        m.scratch = []
        self.begin_round(m)

    def deal(self, m: Match) -> None:
        """Everyone is in it."""
        m.scratch.append(("deal", m.state.round, m.state.until))
        for sitter in m.state.sitters:
            sitter.in_it = 1

    def went_live(self, m: Match) -> None:
        """Note it."""
        m.scratch.append(("live", m.tick, m.state.began))

    def pause(self, m: Match) -> None:
        """Note it."""
        m.scratch.append(("pause", m.tick))

    def play(self, m: Match, inputs: list[int]) -> None:
        """Put a player out who releases the button."""
        for sitter in m.state.sitters:
            sitter.in_it = sitter.in_it and inputs[sitter.id]
        left = [sitter for sitter in m.state.sitters if sitter.in_it]
        if one_side(left):
            for sitter in left:
                sitter.points += 1
            self.close_round(m, left)

    def end_round(self, m: Match) -> None:
        """Two points win."""
        points = [(sitter.id, sitter.points) for sitter in m.state.sitters if sitter.id in m.seats]
        self.note(m, points)
        if max(won for _, won in points) == 2:
            self.end_match(m, points)
        else:
            self.begin_round(m)


def begun(*seats: int) -> Match:
    m = Match(Hold(), [], list(seats), [], 1)
    m.begin()
    return m


def emitted(m: Match) -> list[tuple[object, ...]]:
    return [(m.game.events[kind].name, *args) for kind, *args in m.happened]


def run(m: Match, ticks: int, *entries: tuple[int, int, int, int]) -> list[tuple[object, ...]]:
    """So many ticks, the entries in the first; what happened, with its tick."""
    found = []
    for tick in range(ticks):
        m.step(list(entries) if tick == 0 else [])
        found += [(m.tick, *one) for one in emitted(m)]
    return found


def held(*seats: int) -> list[tuple[int, int, int, int]]:
    return [(PRESS, seat, 1, 0) for seat in seats]


def test_a_round_is_dealt_counts_down_and_goes_live() -> None:
    m = begun(0, 2)
    assert (m.state.phase, m.state.round, m.state.until, m.state.began) == (COUNT, 1, 20, 0)
    assert emitted(m) == [("beat", 2)]
    assert run(m, 20, *held(0, 2)) == [(10, "beat", 1), (20, "go", 1)]
    assert (m.state.phase, m.state.until, m.state.began) == (LIVE, 0, 20)
    assert m.scratch == [("deal", 1, 20), ("live", 20, 20)]


def test_a_live_round_is_played_from_the_tick_after_it_went_live() -> None:
    m = begun(0, 2)
    run(m, 20)
    assert m.state.phase == LIVE
    assert run(m, 1) == [(21, "roundEnd", -1, 1)]


def test_after_a_round_there_is_a_break_and_then_another_round() -> None:
    m = begun(0, 2)
    run(m, 25, *held(0, 2))
    assert run(m, 1, (PRESS, 2, 0, 0)) == [(26, "roundEnd", 0, 1)]
    assert (m.state.phase, m.state.until) == (ROUND_END, 31)
    assert run(m, 5) == [(31, "beat", 2)]
    assert (m.state.phase, m.state.round, m.state.until, m.state.began) == (COUNT, 2, 51, 0)
    assert m.scratch[2:] == [*[("pause", tick) for tick in range(27, 31)], ("deal", 2, 51)]


def test_the_match_ends_with_a_ranking_and_the_points_of_each_round() -> None:
    m = begun(0, 2, 3)
    run(m, 25, *held(0, 2, 3))
    run(m, 26, (PRESS, 0, 0, 0), (PRESS, 2, 0, 0))
    run(m, 25, *held(0, 2))
    happened = run(m, 6, (PRESS, 0, 0, 0), (PRESS, 2, 0, 0))
    assert happened[-1][1:] == ("matchEnd", 3)
    assert m.over
    assert (m.state.phase, m.state.until) == (MATCH_END, 0)
    assert [(place.seat, place.place, place.points) for place in m.places] == [
        (3, 1, 2),
        (0, 2, 0),
        (2, 2, 0),
    ]
    assert m.state.history == [0, 0, 0, 1, 0, 0, 0, 2]
    assert m.game.rounds(m) == [[0, 0, 1], [0, 0, 2]]


def test_who_has_left_is_not_in_the_graph() -> None:
    m = begun(0, 2, 3)
    run(m, 25, *held(0, 2, 3))
    run(m, 26, (PRESS, 0, 0, 0), (PRESS, 2, 0, 0))
    run(m, 26, *held(0, 2), (LEAVE, 0, 0, 0))
    run(m, 6, (PRESS, 2, 0, 0))
    assert m.over
    assert m.game.rounds(m) == [[0, 1], [0, 2]]


def test_a_state_without_a_field_is_told_which() -> None:
    class Bare(Entity):
        phase = Choice(*PHASES)
        until = Int()
        began = Int()
        round = Int()

    class Forgetful(Rounds):
        State = Bare

        def start(self, m: Match) -> None:
            """Begin at once."""
            self.begin_round(m)

    with pytest.raises(TypeError, match="needs the field history in Bare"):
        Match(Forgetful(), [], [0], [], 1).begin()
