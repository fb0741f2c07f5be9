"""Short Fuse: how men walk, lay and kick."""

import pytest

from game.games.fuse.tuning import ASSIST, KICK, MIDDLE, PACE, SLIDE, C
from tests.unit.games.fuse_board import (
    BOMB,
    DOWN,
    LEFT,
    RIGHT,
    UP,
    at,
    board,
    burning,
    crates,
    emitted,
    lay,
    of,
    put,
    until,
)
from tests.unit.games.harness import steps


def middle(cell: int) -> int:
    return cell * C + MIDDLE


def test_a_man_walks_his_pace_and_each_pair_of_boots_adds_to_it() -> None:
    m = board()
    man = put(m, 0, 1, 1)
    steps(m, 3, s0=RIGHT)
    assert (man.x, man.y) == (middle(1) + 3 * PACE, middle(1))
    man.boots = 2
    steps(m, 1)
    assert man.x == middle(1) + 3 * PACE + 44
    man.boots = 6
    steps(m, 1)
    assert man.x == middle(1) + 3 * PACE + 44 + 60


@pytest.mark.parametrize("what", ["crate", "stone", "bomb"])
def test_what_is_in_the_way_stops_a_man_in_the_middle_of_his_cell(what: str) -> None:
    m = board()
    man = put(m, 0, 1, 1)
    if what == "crate":
        crates(m, (3, 1))
    elif what == "bomb":
        lay(m, 1, 3, 1)
    else:
        put(m, 0, 10, 1)
        steps(m, 30, s0=RIGHT)
        assert man.x == middle(11)
        return
    steps(m, 30, s0=RIGHT)
    assert (man.x, man.y) == (middle(2), middle(1))


def test_a_man_may_leave_the_bomb_that_he_stands_on_but_not_come_back() -> None:
    m = board()
    man = put(m, 0, 3, 1)
    steps(m, 1, s0=BOMB)
    steps(m, 10, s0=RIGHT)
    assert man.x > middle(4)
    steps(m, 20, s0=LEFT)
    assert man.x == middle(4)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_corner_is_taken_from_a_little_off_the_lane(side: int) -> None:
    m = board()
    man = put(m, 0, 3, 3)
    man.x += side * ASSIST
    steps(m, 1, s0=DOWN)
    assert (man.x, man.y) == (middle(3) + side * (ASSIST - PACE), middle(3))
    steps(m, 2)
    assert man.x == middle(3)
    assert man.y == middle(3) + 3 * PACE - ASSIST


def test_from_too_far_off_a_lane_no_corner_is_taken() -> None:
    m = board()
    man = put(m, 0, 3, 3)
    man.x += ASSIST + 1
    steps(m, 5, s0=DOWN)
    assert (man.x, man.y) == (middle(3) + ASSIST + 1, middle(3))


def test_of_two_ways_held_the_newer_one_is_taken_as_soon_as_it_is_open() -> None:
    m = board()
    man = put(m, 0, 2, 1)  # below is a pillar
    steps(m, 2, s0=RIGHT)
    steps(m, 3, s0=RIGHT | DOWN)
    assert man.y == middle(1)
    assert man.x > middle(2) + 2 * PACE
    steps(m, 8)
    assert man.x == middle(3)
    assert man.y > middle(1)
    # and it is kept, though the older one would be open as well
    steps(m, 12)
    assert man.y > middle(3)
    assert man.x == middle(3)


def test_only_as_many_bombs_lie_as_one_may_lay() -> None:
    m = board(bombs=2)
    put(m, 0, 1, 1)
    for column in (1, 2, 3):
        lay(m, 0, column, 1)
    assert [bomb.x for bomb in m.state.bombs] == [middle(1), middle(2)]
    until(m, "boom")
    assert of(m, 0).out == 0
    lay(m, 0, 5, 5)
    assert len(m.state.bombs) == 1


def test_a_cell_holds_one_bomb() -> None:
    m = board(bombs=2)
    put(m, 0, 1, 1)
    steps(m, 1, s0=BOMB)
    steps(m, 1, s0=0)
    steps(m, 1, s0=BOMB)
    assert len(m.state.bombs) == 1


def test_a_bomb_is_laid_by_a_press_and_not_by_holding_on() -> None:
    m = board(bombs=4)
    put(m, 0, 1, 1)
    happened = steps(m, 20, s0=BOMB | RIGHT)
    assert emitted(happened, "lay") == [(0, at(m, 1, 1))]


def test_who_has_found_a_kick_kicks_a_bomb_until_something_stops_it() -> None:
    m = board()
    man = put(m, 0, 1, 1)
    lay(m, 1, 3, 1)
    crates(m, (9, 1))
    steps(m, 15, s0=RIGHT)
    assert m.state.bombs[0].x == middle(3)
    man.kick = 1
    happened = steps(m, 1)
    assert emitted(happened, "kick") == [(0, at(m, 3, 1))]
    steps(m, 1, s0=0)
    assert m.state.bombs[0].x == middle(3) + 2 * SLIDE
    steps(m, 25)
    bomb = m.state.bombs[0]
    assert (bomb.x, bomb.y, bomb.way) == (middle(8), middle(1), -1)


@pytest.mark.parametrize("stop", ["man", "bomb"])
def test_men_and_bombs_stop_a_bomb_that_slides(stop: str) -> None:
    m = board(bombs=2)
    man = put(m, 0, 1, 1)
    man.kick = 1
    lay(m, 1, 3, 1)
    if stop == "man":
        put(m, 1, 6, 1)
    else:
        lay(m, 1, 6, 1)
    steps(m, 45, s0=RIGHT)
    assert m.state.bombs[0].x == middle(5)


def test_two_bombs_that_slide_towards_each_other_never_share_a_cell() -> None:
    m = board()
    for seat, column, bomb in ((0, 2, 3), (1, 9, 8)):
        lay(m, seat, bomb, 1)
        put(m, seat, column, 1).kick = 1
    steps(m, 1, s0=RIGHT, s1=LEFT)
    for _ in range(40):
        steps(m, 1)
        cells = [bomb.x // C for bomb in m.state.bombs]
        assert len(set(cells)) == 2
    assert sorted(cells) in ([5, 6], [4, 5], [6, 7])
    assert [bomb.way for bomb in m.state.bombs] == [-1, -1]


def test_a_bomb_laid_before_one_that_slides_makes_it_lie_still() -> None:
    m = board(bombs=2)
    put(m, 0, 2, 1).kick = 1
    lay(m, 1, 3, 1)
    steps(m, 1, s0=RIGHT)
    assert m.state.bombs[0].x == middle(3) + SLIDE
    put(m, 1, 4, 1)
    steps(m, 1, s0=0, s1=BOMB)
    assert [(bomb.x, bomb.way) for bomb in m.state.bombs] == [(middle(3), -1), (middle(4), -1)]


def test_a_sliding_bomb_explodes_where_it_is() -> None:
    m = board(fuse=15)
    put(m, 0, 2, 1).kick = 1
    lay(m, 1, 3, 1)
    steps(m, 20)
    happened = steps(m, 30, s0=RIGHT)
    (where,) = emitted(happened, "boom")
    assert where[1] > at(m, 3, 1)
    assert (where[1] % m.state.width, 1) in burning(m)


def test_kicks_are_found() -> None:
    m = board()
    man = put(m, 0, 1, 1)
    m.state.cells[at(m, 2, 1)] = 3 + KICK
    happened = steps(m, 8, s0=RIGHT)
    assert emitted(happened, "take") == [(0, KICK, at(m, 2, 1))]
    assert man.kick == 1


def test_while_counting_down_nobody_walks() -> None:
    m = board()
    m.state.phase = 0
    m.state.until = m.tick + 10
    man = put(m, 0, 1, 1)
    steps(m, 5, s0=RIGHT | BOMB)
    assert man.x == middle(1)
    assert not m.state.bombs
    # A key held since then walks on at once, but lays nothing.
    steps(m, 7, s0=UP | RIGHT)
    assert man.x > middle(1)
