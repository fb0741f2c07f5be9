"""Loose Ends: steering, ink, crashes, walls."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.games.trails.tuning import APART, CLOSING_AT, CLOSING_TICKS, FASTER_AT, SIZES
from game.rules import Match, angle_of, turn_towards
from tests.unit.games.arena import (
    GAME,
    HARMLESS,
    LEFT,
    NEVER,
    RIGHT,
    U,
    after_pen,
    arena,
    emitted,
    go_live,
    later,
    of,
    offer,
    park,
    pen_down,
    place,
    wall_of_ink,
)
from tests.unit.games.harness import choose, steps


def test_a_racer_rides_straight_and_turns_on_its_radius() -> None:
    m = arena()
    racer = place(m, 0, 400, 300, 0)
    steps(m, 30)
    assert racer.x == 400 * U + 30 * 768
    assert racer.y == 300 * U
    steps(m, 35, s0=RIGHT)
    assert racer.heading == 35 * 59
    # half a turn to the right leads two radii of 33 units down
    assert abs(racer.y - 300 * U - 2 * 33 * U) < 2 * U
    steps(m, 1, s0=LEFT | RIGHT)
    assert racer.heading == 35 * 59


def test_a_head_on_crash_kills_both_and_gives_neither_a_point() -> None:
    m = arena(2)
    place(m, 0, 400, 300, 0)
    place(m, 1, 500, 300, 2048)
    happened = steps(m, 20)
    assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, 1), (1, 0)]
    assert [of(m, seat).score for seat in (0, 1)] == [0, 0]
    assert emitted(happened, "roundEnd") == [(-1, 1)]


@pytest.mark.parametrize("speed", [60, 90, 150])
@pytest.mark.parametrize("shift", range(0, 24, 3))
def test_heads_that_meet_never_pass_through_each_other(speed: int, shift: int) -> None:
    m = arena(2, speed=speed)
    place(m, 0, 400, 300, 0)
    one = place(m, 1, 560 + shift, 300, 2048)
    one.y += U
    happened = steps(m, 80)
    assert {seat for seat, *_ in emitted(happened, "crash")} == {0, 1}


def test_the_order_of_seats_does_not_matter_in_a_tie() -> None:
    outcomes = []
    for first, second in ((0, 1), (1, 0)):
        m = arena(3)
        place(m, first, 400, 300, 0)
        place(m, second, 450, 250, 1024)
        place(m, 2, 700, 500, 0)
        happened = steps(m, 30)
        outcomes.append({seat for seat, *_ in emitted(happened, "crash")})
    assert outcomes == [{0, 1}, {0, 1}]


def test_ink_of_another_kills_and_tells_whose_it_was() -> None:
    m = arena(3)
    park(m, 2)
    wall_of_ink(m, 1, 500, 100, 500)
    place(m, 0, 460, 300, 0)
    happened = steps(m, 15)
    ((seat, by, x, _),) = emitted(happened, "crash")
    assert (seat, by) == (0, 1)
    # the first tick within 5 units of the line
    assert 495 * U <= x <= 495 * U + 768 + U // 3
    assert of(m, 1).kills == 1


def test_a_gap_lets_pass() -> None:
    m = arena(2)
    park(m, 1)
    wall_of_ink(m, 1, 500, 100, 285)
    wall_of_ink(m, 1, 500, 315, 500)
    place(m, 0, 460, 300, 0)
    happened = steps(m, 30)
    assert not emitted(happened, "crash")
    assert of(m, 0).x > 540 * U


def test_a_lifted_pen_leaves_a_gap_and_a_stroke_starts_with_a_row_of_pen_0() -> None:
    m = arena(2)
    racer = place(m, 0, 300, 300, 0)
    pen_down(m, 0)
    steps(m, 5)
    racer.flip = m.tick + 1
    steps(m, 1)
    racer.flip = m.tick + 10
    steps(m, 10)
    after_pen(m, 0)
    steps(m, 3)
    assert racer.trail[2::3] == [0, 10, 10, 10, 10, 0, 10, 10, 10]
    xs = racer.trail[0::3]
    assert xs[5] - xs[4] == 11 * 768
    assert len(racer.laid) * 3 == len(racer.trail)


def circles() -> list[tuple[int, int, int, int]]:
    """(speed, turn, half, percent of the pace) wherever the circle is wider than its line."""
    found = []
    for speed, turn, half, percent in itertools.product(
        (60, 90, 150), (100, 156, 260), (5, 10, 20), (60, 100, 220)
    ):
        radius = speed * percent / 100 / (turn * 3.1416 / 180)
        if radius > half / 4:
            found.append((speed, turn, half, percent))
    return found


@pytest.mark.parametrize(("speed", "turn", "half", "percent"), circles())
def test_your_own_fresh_ink_does_not_hurt_in_a_half_circle(
    speed: int, turn: int, half: int, percent: int
) -> None:
    m = arena(2, speed=speed, turn=turn, size="huge")
    park(m, 1)
    racer = place(m, 0, 700, 450, 0)
    racer.half = half
    racer.pace = racer.pace * percent // 100
    pen_down(m, 0)
    steps(m, 5)
    happened = steps(m, 2048 // racer.turn, s0=LEFT)
    assert not emitted(happened, "crash")


def test_your_own_older_ink_kills() -> None:
    m = arena(2)
    park(m, 1)
    place(m, 0, 400, 300, 0)
    pen_down(m, 0)
    happened = steps(m, 80, s0=LEFT)
    assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, 0)]
    assert of(m, 0).kills == 0


@given(
    angle=st.integers(0, 4095),
    pace=st.integers(300, 2816),
    pen_pace=st.integers(300, 2816),
    pen=st.sampled_from([4, 5, 10, 20]),
    half=st.sampled_from([4, 5, 10, 20]),
    shift=st.integers(0, 4000),
)
@settings(max_examples=300, deadline=None)
def test_no_head_tunnels_through_a_line(
    angle: int, pace: int, pen_pace: int, pen: int, half: int, shift: int
) -> None:
    m = arena(2, size="huge")
    park(m, 1)
    other = of(m, 1)
    other.pace = pen_pace
    wall_of_ink(m, 1, 700, 50, 850, pen)
    other.pace = 0
    cross = angle & 1023
    racer = place(m, 0, 600, 450, (cross - 512) * 3 // 4 & 4095)
    racer.x += shift
    racer.y += shift * 7 % 2000
    racer.pace = pace
    racer.half = half
    happened = steps(m, 300 * U // pace)
    assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, 1)]


def test_nothing_hurts_and_nobody_inks_at_the_start_of_a_round() -> None:
    m = Match(GAME, choose(GAME), [0, 1], [], 3)
    m.begin()
    while m.state.phase == 0:
        m.step([])
    place(m, 0, 400, 300, 0)
    place(m, 1, 500, 300, 2048)
    happened = steps(m, HARMLESS)
    assert not emitted(happened, "crash")
    assert not of(m, 0).trail
    place(m, 0, 30, 300, 2048)
    place(m, 1, 800, 300, 0)
    m.state.began = m.tick
    happened = steps(m, HARMLESS)
    assert not emitted(happened, "crash")
    happened = steps(m, 1)
    assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, -1)]


def test_solid_walls_kill() -> None:
    for x, y, heading in ((20, 300, 2048), (940, 300, 0), (400, 20, 3072), (400, 580, 1024)):
        m = arena(2)
        place(m, 1, 480, 300, 0)
        racer = place(m, 0, x, y, heading)
        happened = steps(m, 12)
        assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, -1)]
        assert 0 <= racer.x <= 960 * U
        assert 0 <= racer.y <= 600 * U


def test_open_walls_lead_to_the_other_side_and_start_a_new_stroke() -> None:
    m = arena(2, walls="wrap")
    park(m, 1)
    racer = place(m, 0, 950, 300, 0)
    pen_down(m, 0)
    happened = steps(m, 8)
    assert emitted(happened, "through") == [(0,)]
    assert racer.x < 30 * U
    assert racer.trail[2::3] == [0, 10, 10, 0, 10, 10, 10, 10]
    assert not emitted(happened, "crash")


def test_after_15_seconds_everyone_gains_half_a_percent_a_second() -> None:
    m = arena(2, walls="wrap", size="huge")
    park(m, 1)
    place(m, 1, 720, 500, 0).pace = 0
    racer = place(m, 0, 720, 450, 0)
    later(m, FASTER_AT - 1)
    assert emitted(steps(m, 1), "faster") == [()]
    assert racer.pace == 768
    later(m, FASTER_AT + 20 * 30 - 1)
    steps(m, 1)
    assert racer.pace == 768 * 110 // 100
    later(m, FASTER_AT + 54 * 30 - 1)
    steps(m, 1)
    assert racer.pace == 768 * 127 // 100


def test_after_20_seconds_the_walls_come_in_slowly_at_first() -> None:
    m = arena(2)
    park(m, 1)
    place(m, 1, 480, 300, 0)
    of(m, 1).pace = 0
    later(m, CLOSING_AT - 1)
    place(m, 0, 480, 200, 0).turn = 200
    assert emitted(steps(m, 1), "closing") == [()]
    insets = []
    for _ in range(10):
        steps(m, 30)
        of(m, 0).x, of(m, 0).y = 480 * U, 200 * U
        of(m, 1).x, of(m, 1).y, of(m, 1).pace = 480 * U, 300 * U, 0
        insets.append(m.state.inset)
    assert insets == [0, 0, 1, 1, 3, 4, 5, 7, 9, 12]
    place(m, 0, 30, 300, 2048)
    happened = steps(m, 7)
    assert [(seat, by) for seat, by, _, _ in emitted(happened, "crash")] == [(0, -1)]


def test_the_walls_drop_what_lies_outside() -> None:
    m = arena(2)
    offer(m, 0, 30, 30)
    offer(m, 0, 480, 300)
    place(m, 0, 480, 250, 0)
    place(m, 1, 480, 350, 0)
    later(m, CLOSING_AT + CLOSING_TICKS // 2 - 1)
    steps(m, 1)
    assert m.state.inset == 75
    assert [one.x for one in m.state.pickups] == [480 * U]


@pytest.mark.parametrize("walls", ["solid", "wrap"])
def test_the_walls_meet_and_end_every_round(walls: str) -> None:
    m = arena(2, walls=walls)
    place(m, 0, 400, 300, 0)
    place(m, 1, 500, 300, 0)
    later(m, CLOSING_AT + CLOSING_TICKS - 30)
    happened = steps(m, 31)
    assert emitted(happened, "roundEnd")


def test_a_close_shave_is_told_once_with_its_gap() -> None:
    m = arena(2)
    park(m, 1)
    wall_of_ink(m, 1, 500, 100, 500)
    racer = place(m, 0, 494, 200, 1024)
    happened = steps(m, 30)
    assert emitted(happened, "shave") == []
    racer.heading = 2048
    happened = steps(m, 10)
    assert not emitted(happened, "crash")
    ((seat, by, gap),) = emitted(happened, "shave")
    assert (seat, by) == (0, 1)
    assert U <= gap <= U * 5 // 4
    assert racer.shave == gap


@given(
    players=st.integers(2, 8),
    size=st.integers(0, 4),
    seed=st.integers(0, (1 << 28) - 1),
)
@settings(max_examples=60, deadline=None)
def test_starts_are_apart_and_look_inward(players: int, size: int, seed: int) -> None:
    chosen = choose(GAME, size=size)
    m = Match(GAME, chosen, list(range(players)), [], seed)
    m.begin()
    s = m.state
    if size == 0:
        expected = SIZES[{2: 0, 3: 1, 4: 1, 5: 2, 6: 2, 7: 3, 8: 3}[players]]
        assert (s.width, s.height) == expected
    for racer in s.racers:
        assert APART // 2 * U <= racer.x <= (s.width - APART // 2) * U
        assert APART // 2 * U <= racer.y <= (s.height - APART // 2) * U
        inward = angle_of(s.width * U // 2 - racer.x, s.height * U // 2 - racer.y)
        assert abs(turn_towards(racer.heading, inward)) <= 398
        for other in s.racers:
            if other.id < racer.id:
                dx = (racer.x - other.x) // U
                dy = (racer.y - other.y) // U
                assert dx * dx + dy * dy >= APART * APART


def test_strokes_and_gaps_last_as_long_as_they_should() -> None:
    m = arena(2, walls="wrap", size="huge", pickups=[])
    park(m, 1)
    racer = place(m, 0, 300, 300, 300)
    racer.pace = 0
    racer.flip = m.tick + 1
    strokes: list[list[int]] = [[racer.inking, 0]]
    for _ in range(3000):
        m.state.began = m.tick - HARMLESS - 1
        steps(m, 1)
        if racer.inking != strokes[-1][0]:
            strokes.append([racer.inking, 0])
        strokes[-1][1] += 1
    whole = strokes[1:-1]
    ink = [length for down, length in whole if down]
    gaps = [length for down, length in whole if not down]
    assert len(ink) > 20
    assert 36 <= min(ink) < 50
    assert 80 < max(ink) <= 99
    assert (min(gaps), max(gaps)) == (9, 13)


def test_without_gaps_the_pen_stays_down() -> None:
    m = arena(2, gaps=False, pickups=[])
    park(m, 1)
    racer = place(m, 0, 100, 300, 0)
    pen_down(m, 0)
    steps(m, 250)
    assert racer.flip == NEVER
    assert len(racer.laid) == 250


def test_a_round_counts_down_goes_live_and_starts_to_ink() -> None:
    m = Match(GAME, choose(GAME, pickups=[]), [0, 3], [], 11)
    m.begin()
    happened: list[tuple[int, ...]] = []
    at = {}
    for _ in range(90 + HARMLESS + 2):
        m.step([])
        for kind, *args in m.happened:
            at[(GAME.events[kind].name, *args)] = m.tick
        happened += m.happened
    assert at[("beat", 2)] == 30
    assert at[("beat", 1)] == 60
    assert at[("go", 1)] == 90
    assert [racer.inking for racer in m.state.racers] == [1, 1]
    assert [racer.id for racer in m.state.racers] == [0, 3]
    assert len(m.state.racers[0].laid) == 2


def test_a_second_round_is_as_fresh_as_the_first() -> None:
    m = arena(2)
    place(m, 0, 400, 300, 0)
    place(m, 1, 500, 300, 2048)
    pen_down(m, 0)
    steps(m, 30)
    happened = steps(m, 75)
    assert emitted(happened, "beat")[0] == (3,)
    assert m.state.round == 2
    assert m.state.phase == 0
    assert [racer.trail for racer in m.state.racers] == [[], []]
    assert [racer.alive for racer in m.state.racers] == [1, 1]
    go_live(m)
