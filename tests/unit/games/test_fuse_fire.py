"""Short Fuse: explosions, chains, what burns and what does not."""

from game.games.fuse.tuning import BOOTS, CRATE, FLAME, FREE, ITEM, STONE, TOO_LONG, UNHURT, C
from game.rules import Match
from tests.unit.games.fuse_board import (
    BOMB,
    DOWN,
    at,
    board,
    burning,
    crates,
    emitted,
    item,
    lay,
    of,
    put,
    until,
)
from tests.unit.games.harness import steps


def explode(m: Match) -> list[tuple[int, ...]]:
    return until(m, "boom")


def test_a_bomb_explodes_when_its_fuse_has_burnt_down() -> None:
    m = board()
    put(m, 0, 1, 1)
    steps(m, 1, s0=BOMB)
    assert not emitted(steps(m, 74), "boom")
    assert emitted(steps(m, 1), "boom") == [(0, at(m, 1, 1))]


def test_the_fuse_is_an_option() -> None:
    m = board(fuse=40)
    put(m, 0, 1, 1)
    steps(m, 1, s0=BOMB)
    assert not emitted(steps(m, 119), "boom")
    assert emitted(steps(m, 1), "boom")


def test_a_blast_is_a_cross_that_stone_stops() -> None:
    m = board(reach=3)
    lay(m, 0, 3, 3)
    explode(m)
    level = {(column, 3) for column in range(1, 7)}
    upright = {(3, row) for row in range(1, 7)}
    assert burning(m) == level - {(0, 3)} | upright
    m = board(reach=3)
    lay(m, 0, 3, 2)  # between two pillars
    explode(m)
    assert burning(m) == {(3, row) for row in range(1, 6)}


def test_flames_stand_for_half_a_second() -> None:
    m = board()
    lay(m, 0, 1, 1)
    explode(m)
    for _ in range(FLAME - 1):
        steps(m, 1)
        assert burning(m)
    steps(m, 1)
    assert not burning(m)


def test_the_first_crate_stops_a_flame_and_burns() -> None:
    m = board(reach=4, drops=0)
    crates(m, (5, 1), (6, 1))
    lay(m, 0, 3, 1)
    explode(m)
    assert (5, 1) in burning(m)
    assert (6, 1) not in burning(m)
    assert m.state.cells[at(m, 5, 1)] == FREE
    assert m.state.cells[at(m, 6, 1)] == CRATE
    assert of(m, 0).wrecked == 1


def test_two_blasts_of_a_tick_are_stopped_by_the_same_crate() -> None:
    m = board(reach=4, drops=0)
    crates(m, (5, 1))
    put(m, 0, 3, 1)
    put(m, 1, 7, 1)
    steps(m, 1, s0=BOMB, s1=BOMB)
    put(m, 0, 1, 9)
    put(m, 1, 11, 9)
    assert len(emitted(explode(m), "boom")) == 2
    cells = {(column, row) for column, row in burning(m) if row == 1}
    assert cells == {(column, 1) for column in range(1, 12)}
    left, right = m.state.blasts
    assert (left.right, right.left) == (2, 2)
    assert of(m, 0).wrecked + of(m, 1).wrecked == 1


def test_what_a_crate_hid_survives_the_blast_that_frees_it_and_burns_in_the_next() -> None:
    m = board(reach=2, drops=80, bombs=2)
    places = [(column, row) for row in (1, 3, 5, 7, 9) for column in (3, 5)]
    crates(m, *places)
    for row in (1, 3, 5, 7, 9):
        put(m, 0, 4, row)
        of(m, 0).out = 0
        steps(m, 1, s0=BOMB)
        steps(m, 1, s0=0)
        put(m, 0, 11, 1)
    happened = explode(m)
    happened += steps(m, 9)
    assert len(emitted(happened, "boom")) == 5
    found = [at(m, *place) for place in places if m.state.cells[at(m, *place)] >= ITEM]
    assert len(found) >= 4
    assert all(m.state.cells[at(m, *place)] != CRATE for place in places)
    steps(m, FLAME + 10)
    assert [cell for cell in found if m.state.cells[cell] >= ITEM] == found
    lay(m, 1, found[0] % m.state.width, found[0] // m.state.width)
    # The man who laid the bomb stood on the item and took it: put it back.
    m.state.cells[found[0]] = ITEM + BOOTS
    explode(m)
    assert m.state.cells[found[0]] == FREE


def test_a_flame_burns_items_and_goes_on() -> None:
    m = board(reach=4)
    item(m, 4, 1, BOOTS)
    lay(m, 0, 3, 1)
    explode(m)
    assert m.state.cells[at(m, 4, 1)] == FREE
    assert (6, 1) in burning(m)


def test_bombs_set_each_other_off_within_the_tick() -> None:
    m = board(bombs=3, reach=2)
    lay(m, 0, 1, 1)
    steps(m, 20)
    lay(m, 0, 3, 1)
    steps(m, 20)
    lay(m, 0, 3, 3)
    happened = explode(m)
    assert emitted(happened, "boom") == [(0, at(m, 1, 1)), (0, at(m, 3, 1)), (0, at(m, 3, 3))]
    assert not m.state.bombs
    assert of(m, 0).chain == 3


def test_a_bomb_stops_the_flame_that_sets_it_off() -> None:
    m = board(seats=2)
    of(m, 0).reach = 5
    of(m, 1).reach = 1
    lay(m, 0, 1, 1)
    lay(m, 1, 3, 1)
    explode(m)
    assert {cell for cell in burning(m) if cell[1] == 1} == {(column, 1) for column in range(1, 5)}


def test_a_bomb_that_comes_into_a_flame_explodes_at_once() -> None:
    m = board()
    lay(m, 0, 3, 3)
    explode(m)
    put(m, 1, 3, 4)
    happened = steps(m, 1, s1=BOMB)
    assert emitted(happened, "boom") == [(1, at(m, 3, 4))]


def test_nobody_burns_before_three_ticks_in_a_flame() -> None:
    m = board(seats=3)
    put(m, 1, 3, 3)
    lay(m, 0, 1, 3)
    happened = explode(m)
    happened += steps(m, TOO_LONG - 1)
    assert of(m, 1).alive
    happened += steps(m, 1)
    assert not of(m, 1).alive
    assert emitted(happened, "out")[0][:2] == (1, 0)
    assert of(m, 0).kills == 1


def test_who_leaves_a_flame_in_time_lives_and_starts_counting_anew() -> None:
    m = board(seats=3)
    lay(m, 0, 1, 3)
    put(m, 1, 3, 3)
    of(m, 1).y += 80
    explode(m)
    happened = steps(m, 2, s1=DOWN)
    assert emitted(happened, "phew") == [(1,)]
    assert of(m, 1).alive
    assert of(m, 1).dodged == 1
    of(m, 1).y -= 2 * C // 4
    steps(m, 2, s1=0)
    assert of(m, 1).alive


def test_a_shield_takes_the_fire_once_and_then_nothing_burns_for_a_while() -> None:
    m = board(seats=3)
    put(m, 1, 3, 3).shield = 1
    lay(m, 0, 1, 3)
    explode(m)
    happened = steps(m, FLAME)
    assert emitted(happened, "shield") == [(1,)]
    assert of(m, 1).alive
    assert not of(m, 1).shield
    assert of(m, 1).safe > m.tick
    lay(m, 0, 1, 3)
    explode(m)
    steps(m, UNHURT)
    assert not of(m, 1).alive


def test_ones_own_bomb_counts_as_an_own_goal_and_no_knock_out() -> None:
    m = board(seats=3)
    put(m, 0, 3, 3)
    steps(m, 1, s0=BOMB)
    until(m, "out")
    assert of(m, 0).own == 1
    assert of(m, 0).kills == 0


def test_a_knock_out_of_ones_own_team_does_not_count() -> None:
    m = board(seats=4, teams=[1, 1, 2, 2])
    put(m, 1, 3, 3)
    lay(m, 0, 1, 3)
    until(m, "out")
    assert of(m, 0).kills == 0


def test_the_rim_and_the_pillars_never_burn() -> None:
    m = board(reach=8)
    before = [cell for cell, what in enumerate(m.state.cells) if what == STONE]
    lay(m, 0, 5, 5)
    explode(m)
    assert [cell for cell, what in enumerate(m.state.cells) if what == STONE] == before
    assert all(m.state.cells[at(m, *place)] != STONE for place in burning(m))
