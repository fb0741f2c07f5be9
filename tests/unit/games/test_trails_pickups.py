"""Loose Ends: the eleven pick-ups."""

import itertools

import pytest

from game.games.trails.tuning import (
    CRAWL,
    ERASER,
    GAPPY,
    GHOST,
    KINDS,
    RUSH,
    SECONDS,
    SQUARE,
    SWAP,
    THICK,
    THIN,
    WALL,
    WRAP,
    ZIP,
)
from game.rules import Match
from game.rules.snapshot import dump, load
from tests.unit.games.arena import (
    LEFT,
    NEVER,
    RIGHT,
    U,
    arena,
    emitted,
    of,
    offer,
    park,
    pen_down,
    place,
    wall_of_ink,
)
from tests.unit.games.harness import steps

ON_TAKER = [ZIP, CRAWL, THIN, GHOST, SQUARE]
ON_OTHERS = [RUSH, THICK, SWAP]


def taken(kind: int, seats: int = 3, teams: list[int] | None = None) -> Match:
    """A match of which seat 0 has just taken a pick-up of this kind, at (280, 450), heading right."""
    m = arena(seats, teams, walls="solid")
    for seat in range(1, seats):
        place(m, seat, 300, 100 + 60 * seat + (150 if seat > 2 else 0), 0)
    place(m, 0, 280, 450, 0)
    offer(m, kind, 290, 450)
    happened = steps(m, 1)
    assert emitted(happened, "take") == [(0, kind, 290 * U, 450 * U)]
    assert not m.state.pickups
    assert of(m, 0).taken == 1
    return m


@pytest.mark.parametrize("kind", ON_TAKER)
def test_it_works_on_who_takes_it(kind: int) -> None:
    m = taken(kind)
    ends = m.tick + SECONDS[kind] * 30
    assert [racer.effects[kind] for racer in m.state.racers] == [ends, 0, 0]


@pytest.mark.parametrize("kind", ON_OTHERS)
def test_it_works_on_all_the_others(kind: int) -> None:
    m = taken(kind)
    ends = m.tick + SECONDS[kind] * 30
    assert [racer.effects[kind] for racer in m.state.racers] == [0, ends, ends]


@pytest.mark.parametrize("kind", ON_OTHERS)
def test_it_spares_your_team(kind: int) -> None:
    m = taken(kind, 4, [1, 2, 1, 2])
    assert [racer.effects[kind] > 0 for racer in m.state.racers] == [False, True, False, True]


@pytest.mark.parametrize("kind", ON_TAKER + ON_OTHERS + [WRAP, GAPPY])
def test_it_fades_in_time_and_a_repeat_extends_it_to_12_seconds_at_most(kind: int) -> None:
    m = taken(kind)
    victim = 0 if kind in ON_TAKER else 1

    def until() -> int:
        if kind in (WRAP, GAPPY):
            return int(m.state.wrap if kind == WRAP else m.state.gappy)
        return of(m, victim).effects[kind]

    ticks = SECONDS[kind] * 30
    assert until() == m.tick + ticks
    for _ in range(2):
        racer = of(m, 0)
        offer(m, kind, racer.x // U + 5, racer.y // U)
        before = until()
        steps(m, 1)
        assert until() == min(before + ticks, m.tick + 360)
    for _ in range(400):
        for seat in range(3):
            # kept alive, far from each other and from the walls
            place(m, seat, 300, 100 + 150 * seat, 0).flip = NEVER
        happened = steps(m, 1)
        if emitted(happened, "fade"):
            break
    expected = (
        [(WALL, kind)]
        if kind in (WRAP, GAPPY)
        else [(0, kind)]
        if kind in ON_TAKER
        else [(1, kind), (2, kind)]
    )
    assert emitted(happened, "fade") == expected
    assert until() == 0
    assert [racer.pace for racer in m.state.racers] == [768] * 3
    assert [racer.half for racer in m.state.racers] == [10] * 3
    assert [racer.turn for racer in m.state.racers] == [59] * 3


def test_zip_and_crawl_change_the_pace_rush_that_of_the_others() -> None:
    assert of(taken(ZIP), 0).pace == 768 * 8 // 5
    assert of(taken(CRAWL), 0).pace == 768 * 3 // 5
    assert of(taken(RUSH), 1).pace == 768 * 8 // 5


def test_the_pace_stays_within_its_limits() -> None:
    m = taken(ZIP)
    place(m, 1, 300, 200, 0)
    offer(m, RUSH, 310, 200)
    steps(m, 1)
    assert of(m, 0).pace == 768 * 11 // 5


def test_thin_halves_the_line_and_thick_doubles_that_of_the_others() -> None:
    m = taken(THIN)
    pen_down(m, 0)
    steps(m, 2)
    assert of(m, 0).half == of(m, 0).trail[-1] == 5
    assert of(taken(THICK), 1).half == 20


def test_a_ghost_flies_through_ink_and_heads_and_leaves_no_ink() -> None:
    m = taken(GHOST)
    racer = of(m, 0)
    wall_of_ink(m, 1, 350, 300, 590)
    park(m, 2)
    other = place(m, 1, 310, 450, 2048)
    other.pace = 0
    happened = steps(m, 40)
    assert not emitted(happened, "crash")
    assert racer.x > 380 * U
    assert not racer.inking
    assert not racer.trail


def test_a_ghost_inks_again_when_it_is_one_no_more() -> None:
    m = taken(GHOST)
    racer = place(m, 0, 300, 450, 0)
    steps(m, 89)
    assert racer.inking == 0
    steps(m, 2)
    assert racer.inking == 1
    assert not racer.effects[GHOST]


def test_gappy_does_not_make_a_ghost_ink() -> None:
    m = taken(GHOST)
    place(m, 1, 300, 300, 0)
    offer(m, GAPPY, 310, 300)
    for _ in range(40):
        steps(m, 1)
        assert not of(m, 0).inking


def test_a_ghost_dies_at_a_wall() -> None:
    m = taken(GHOST)
    place(m, 0, 1110, 450, 0)
    assert [(seat, by) for seat, by, _, _ in emitted(steps(m, 5), "crash")] == [(0, WALL)]


def test_the_right_angle_turns_once_for_each_press() -> None:
    m = taken(SQUARE)
    racer = of(m, 0)
    assert emitted(steps(m, 5, s0=RIGHT), "corner") == [(0,)]
    assert racer.heading == 1024
    steps(m, 1, s0=0)
    steps(m, 5, s0=LEFT)
    assert racer.heading == 0
    steps(m, 1, s0=RIGHT)
    assert racer.heading == 1024


def test_swap_changes_left_for_right() -> None:
    m = taken(SWAP)
    steps(m, 10, s1=LEFT, s0=LEFT)
    assert of(m, 1).heading == 590
    assert of(m, 0).heading == 4096 - 590
    other = of(m, 2)
    offer(m, SQUARE, other.x // U, other.y // U)
    steps(m, 1)
    heading = other.heading
    steps(m, 1, s2=LEFT)
    assert other.heading == heading + 1024


def test_the_eraser_takes_all_ink_and_can_be_rewound() -> None:
    m = arena(3)
    park(m, 2)
    place(m, 1, 300, 300, 0)
    pen_down(m, 1)
    wall_of_ink(m, 1, 600, 400, 500)
    steps(m, 20)
    place(m, 0, 560, 450, 0)
    mark = m.mark()
    assert emitted(steps(m, 20), "crash")
    m.rewind(mark)
    offer(m, ERASER, 565, 450)
    happened = steps(m, 20)
    assert emitted(happened, "take")
    assert not emitted(happened, "crash")
    assert len(of(m, 1).laid) == 20
    assert of(m, 1).trail[2] == 0
    m.rewind(mark)
    assert emitted(steps(m, 20), "crash")


def test_ink_is_the_same_in_a_match_restored_right_after_a_pick_up_changed_the_pace() -> None:
    m = arena(3, speed=110)
    racer = place(m, 0, 600, 450, 0)
    pen_down(m, 0)
    steps(m, 10)
    offer(m, ZIP, racer.x // U + 30, 450)
    pace = racer.pace
    while racer.pace == pace:
        steps(m, 1)
    assert racer.pace > pace
    assert load(m.game, dump(m)).scratch.chains == m.scratch.chains


def test_wrap_opens_the_walls_for_a_while_and_then_hurts_nobody_who_is_within_them() -> None:
    m = taken(WRAP)
    racer = place(m, 0, 1110, 450, 0)
    assert emitted(steps(m, 8), "through") == [(0,)]
    place(m, 1, 400, 100, 0)
    place(m, 2, 400, 200, 0)
    while m.tick < m.state.wrap - 1:
        place(m, 1, 400, 100, 0)
        place(m, 2, 400, 200, 0)
        place(m, 0, 400, 450, 0)
        steps(m, 1)
    racer = place(m, 0, 1119, 450, 3072)
    happened = steps(m, 2)
    assert emitted(happened, "fade") == [(WALL, WRAP)]
    assert not emitted(happened, "crash")
    assert racer.x < 1118 * U


def test_gappy_fills_every_line_with_gaps_even_where_gaps_are_off() -> None:
    m = arena(2, gaps=False, size="huge")
    park(m, 1)
    racer = place(m, 0, 100, 500, 0)
    pen_down(m, 0)
    steps(m, 20)
    assert racer.flip == NEVER
    offer(m, GAPPY, 160, 500)
    downs = []
    for _ in range(160):
        steps(m, 1)
        downs.append(racer.inking)
    assert sum(1 for k in range(1, len(downs)) if downs[k - 1] < downs[k]) >= 4


def test_two_who_touch_a_pick_up_at_once_leave_it_to_the_nearer() -> None:
    m = arena(2)
    place(m, 0, 300, 300, 0)
    place(m, 1, 320, 300, 2048)
    offer(m, ZIP, 314, 300)
    assert [seat for seat, *_ in emitted(steps(m, 1), "take")] == [1]


def test_pick_ups_appear_every_4_to_7_seconds_four_at_most_and_only_the_chosen() -> None:
    m = arena(2, pickups=["thin", "wrap"])
    park(m, 0, 1)
    m.state.offer = m.tick + 1
    at = []
    for _ in range(30 * 60):
        m.state.began = m.tick - 100
        if emitted(steps(m, 1), "offer"):
            at.append(m.tick)
    waits = [after - before for before, after in itertools.pairwise(at)]
    assert all(120 <= wait <= 210 for wait in waits)
    assert len(m.state.pickups) == 4
    kinds = {KINDS[one.kind] for one in m.state.pickups}
    assert kinds <= {"thin", "wrap"}
    ids = [one.id for one in m.state.pickups]
    assert ids == sorted(set(ids))


def test_wrap_never_appears_where_walls_are_open_anyway() -> None:
    m = arena(2, pickups=["wrap"], walls="wrap")
    park(m, 0, 1)
    m.state.offer = m.tick + 1
    assert not emitted(steps(m, 400), "offer")
