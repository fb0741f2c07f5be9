"""Short Fuse: what crates hide, what items do, and how curses work and jump."""

from collections import Counter

import pytest

from game.games.fuse.tuning import (
    BOOTS,
    CURSE,
    CURSE_TICKS,
    DUD,
    ITEM,
    ITEMS,
    LEAK,
    LOTS,
    MORE_BOMBS,
    MORE_RANGE,
    MOST_BOMBS,
    MOST_BOOTS,
    MOST_RANGE,
    PACE,
    SHIELD,
    SLOW,
    SPARED,
    SWAP,
    C,
)
from game.rules import Match
from tests.unit.games.fuse_board import BOMB, LEFT, RIGHT, UP, board, crates, emitted, item, of, put, until
from tests.unit.games.harness import steps


def freed(drops: int, curses: bool = True) -> Counter[int]:
    """What many crates hid: items by kind, -1 for nothing."""
    found: Counter[int] = Counter()
    for seed in range(6):
        m = board(reach=1, bombs=6, drops=drops, curses=curses)
        m.rng.mix(seed * 99_991)
        put(m, 1, 1, 2)
        for row in (1, 3, 5, 7, 9):
            for column in (2, 6, 10):
                crates(m, (column - 1, row), (column + 1, row))
                put(m, 0, column, row)
                of(m, 0).out = 0
                steps(m, 1, s0=BOMB)
                steps(m, 1, s0=0)
                put(m, 0, 11, 2)
        width = m.state.width
        boxes = [row * width + column for row in (1, 3, 5, 7, 9) for column in (1, 3, 5, 7, 9, 11)]
        while m.state.bombs:
            steps(m, 1)
        found.update(m.state.cells[cell] - ITEM if m.state.cells[cell] else -1 for cell in boxes)
    return found


def test_crates_hide_things_as_often_as_the_option_says_and_by_their_weights() -> None:
    found = freed(drops=80)
    total = sum(found.values())
    hidden = total - found[-1]
    assert abs(hidden / total - 0.8) < 0.1
    for kind in range(len(ITEMS)):
        assert abs(found[kind] / hidden - LOTS.count(kind) / len(LOTS)) < 0.12
    assert freed(drops=0) == {-1: total}


def test_without_curses_no_crate_hides_one() -> None:
    found = freed(drops=80, curses=False)
    assert found[CURSE] == 0
    assert found[MORE_BOMBS] > 0


def step_on(m: Match, kind: int) -> list[tuple[int, ...]]:
    put(m, 0, 1, 1)
    item(m, 1, 1, kind)
    return steps(m, 1)


@pytest.mark.parametrize(
    ("kind", "field", "most"),
    [
        (MORE_BOMBS, "bombs", MOST_BOMBS),
        (MORE_RANGE, "reach", MOST_RANGE),
        (BOOTS, "boots", MOST_BOOTS),
        (SHIELD, "shield", 1),
    ],
)
def test_items_add_up_to_their_limit(kind: int, field: str, most: int) -> None:
    m = board()
    before = getattr(of(m, 0), field)
    happened = step_on(m, kind)
    assert emitted(happened, "take")[0][:2] == (0, kind)
    assert getattr(of(m, 0), field) == before + 1
    for _ in range(9):
        step_on(m, kind)
    assert getattr(of(m, 0), field) == most
    assert of(m, 0).taken == 10


def test_more_range_makes_longer_flames_and_more_bombs_more_bombs() -> None:
    m = board()
    step_on(m, MORE_RANGE)
    step_on(m, MORE_BOMBS)
    steps(m, 1, s0=BOMB)
    steps(m, 1, s0=0)
    put(m, 0, 5, 5)
    steps(m, 1, s0=BOMB)
    assert [bomb.reach for bomb in m.state.bombs] == [3, 3]


def cursed(m: Match, seat: int, curse: int) -> None:
    man = of(m, seat)
    man.curse = curse
    man.cursed = m.tick + CURSE_TICKS
    man.spared = 0


def test_a_curse_is_drawn_by_lot_and_ends() -> None:
    m = board()
    happened = step_on(m, CURSE)
    ((seat, kind, by),) = emitted(happened, "curse")
    assert (seat, by) == (0, -1)
    assert of(m, 0).curse == kind
    assert kind in (SLOW, SWAP, LEAK, DUD)
    happened = steps(m, CURSE_TICKS)
    assert emitted(happened, "lift") == [(0,)]
    assert of(m, 0).curse == 0


def test_the_slow_walk_at_half_the_pace() -> None:
    m = board()
    man = put(m, 0, 1, 1)
    cursed(m, 0, SLOW)
    steps(m, 2, s0=RIGHT)
    assert man.x == C + C // 2 + PACE


def test_swapped_controls_swap_both_axes() -> None:
    m = board()
    man = put(m, 0, 3, 3)
    cursed(m, 0, SWAP)
    steps(m, 1, s0=LEFT)
    assert man.x == 3 * C + C // 2 + PACE
    put(m, 0, 3, 3)
    steps(m, 1, s0=UP)
    assert man.y == 3 * C + C // 2 + PACE
    steps(m, 1, s0=BOMB)
    assert len(m.state.bombs) == 1


def test_a_leak_lays_bombs_by_itself() -> None:
    m = board(bombs=3)
    put(m, 0, 1, 1)
    cursed(m, 0, LEAK)
    steps(m, 20, s0=RIGHT)
    assert [bomb.x // C for bomb in m.state.bombs] == [1, 2, 3]


def test_a_dud_lays_none() -> None:
    m = board()
    put(m, 0, 1, 1)
    cursed(m, 0, DUD)
    steps(m, 1, s0=BOMB)
    assert not m.state.bombs


def test_a_curse_jumps_to_whom_its_bearer_meets_and_not_straight_back() -> None:
    m = board(seats=3)
    put(m, 0, 1, 1)
    put(m, 1, 1, 1)
    cursed(m, 0, SLOW)
    until_then = of(m, 0).cursed
    happened = steps(m, 1)
    assert emitted(happened, "curse") == [(1, SLOW, 0)]
    assert (of(m, 0).curse, of(m, 1).curse) == (0, SLOW)
    assert of(m, 1).cursed == until_then
    assert not emitted(steps(m, SPARED - 1), "curse")
    assert emitted(steps(m, 1), "curse") == [(0, SLOW, 1)]


def test_the_dead_keep_no_curse() -> None:
    m = board(seats=3)
    put(m, 0, 1, 1)
    steps(m, 1, s0=BOMB)
    cursed(m, 0, SLOW)
    until(m, "out")
    assert of(m, 0).curse == 0
