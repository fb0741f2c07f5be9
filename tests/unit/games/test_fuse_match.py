"""Short Fuse: the course of a round and of a match, points, stones, the rim, who waits for bots."""

import pytest

from game.games.fuse.board import Man, spiral, starts
from game.games.fuse.tuning import (
    CRATE,
    FIRST_LOB,
    FREE,
    LOB_EVERY,
    LOB_TICKS,
    SIZES,
    STONE,
    STONE_EVERY,
    WARNING,
    C,
)
from game.rules import JOIN, LEAVE, LIVE, MATCH_END, ROUND_END, Match
from tests.unit.games.fuse_board import (
    BOMB,
    DOWN,
    GAME,
    LEFT,
    RIGHT,
    UP,
    at,
    board,
    crates,
    emitted,
    go_live,
    lay,
    of,
    put,
    until,
)
from tests.unit.games.harness import bot_match, choose, replay, steps


def begun(seats: int, seed: int = 3, **options: object) -> Match:
    m = Match(GAME, choose(GAME, **options), list(range(seats)), [], seed)
    m.begin()
    return m


def place_of(m: Match, man: Man) -> tuple[int, int]:
    return man.x // C, man.y // C


def win(m: Match, seat: int) -> None:
    """Let a stone fall on everyone but one."""
    for man in m.state.men:
        if man.alive and man.id != seat:
            GAME.fall(m, at(m, *place_of(m, man)))
    steps(m, 1)


# --- the board


@pytest.mark.parametrize(("seats", "size"), [(2, 0), (4, 0), (5, 1), (6, 1), (7, 2), (8, 2)])
def test_the_board_fits_the_players(seats: int, size: int) -> None:
    m = begun(seats)
    assert (m.state.width, m.state.height) == SIZES[size]
    assert len(m.state.cells) == m.state.width * m.state.height


@pytest.mark.parametrize("seats", range(2, 9))
def test_every_start_is_a_pocket_with_a_corner(seats: int) -> None:
    m = begun(seats, crates=90)
    places = {place_of(m, man) for man in m.state.men}
    assert places == set(starts(m.state.width, m.state.height, seats))
    for column, row in places:
        free = [
            (dx, dy)
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))
            if m.state.cells[at(m, column + dx, row + dy)] == FREE
        ]
        assert any(dx for dx, _ in free)
        assert any(dy for _, dy in free)


def test_rim_and_pillars_are_stone_and_crates_are_as_many_as_the_option_says() -> None:
    for percent in (30, 90):
        full = free = 0
        for seed in range(8):
            m = begun(4, seed, crates=percent)
            width, height = m.state.width, m.state.height
            for cell, what in enumerate(m.state.cells):
                row, column = divmod(cell, width)
                rim = column in (0, width - 1) or row in (0, height - 1)
                assert (what == STONE) == (rim or (column % 2 == 0 and row % 2 == 0))
                full += what == CRATE
                free += what == FREE
        pockets = 8 * 4 * 3
        assert abs(full / (full + free - pockets) * 100 - percent) < 7


# --- rounds


def test_a_round_begins_after_a_countdown() -> None:
    m = begun(2)
    happened = steps(m, GAME.countdown * GAME.tick_hz - 1)
    assert emitted(happened, "beat") == [(2,), (1,)]
    assert emitted(steps(m, 1), "go") == [(1,)]
    assert m.state.phase == LIVE


def test_the_last_who_stands_gets_three_points() -> None:
    m = board(seats=3)
    win(m, 1)
    assert m.state.phase == ROUND_END
    assert [man.score for man in m.state.men] == [0, 3, 0]
    happened = until(m, "beat")
    assert m.state.round == 2
    assert all(man.alive for man in m.state.men)
    assert emitted(happened, "beat")


def test_who_dies_in_the_same_tick_gets_no_points_for_the_round() -> None:
    m = board()
    put(m, 0, 3, 3)
    put(m, 1, 3, 5)
    steps(m, 1, s0=BOMB, s1=BOMB)
    happened = until(m, "roundEnd")
    assert len(emitted(happened, "out")) == 2
    assert emitted(happened, "roundEnd") == [(-1, 1)]
    # Each stood in a flame of one of them, and nobody was the last one standing.
    assert max(man.score for man in m.state.men) <= 1


def test_the_points_are_the_whole_teams() -> None:
    m = board(seats=4, teams=[1, 2, 1, 2])
    for seat in (0, 1, 3):
        assert m.state.phase == LIVE
        GAME.fall(m, at(m, *place_of(m, of(m, seat))))
        steps(m, 1)
    assert m.state.phase == ROUND_END
    assert [man.score for man in m.state.men] == [3, 0, 3, 0]


def test_items_are_for_a_round() -> None:
    m = board()
    man = of(m, 0)
    man.bombs, man.reach, man.boots, man.shield, man.kick = 6, 8, 6, 1, 1
    win(m, 0)
    until(m, "go")
    assert (man.bombs, man.reach, man.boots, man.shield, man.kick) == (1, 2, 0, 0, 0)


def test_so_many_points_win_the_match() -> None:
    m = board(target=5)
    win(m, 1)
    until(m, "go")
    win(m, 1)
    happened = until(m, "matchEnd")
    assert emitted(happened, "matchEnd") == [(1,)]
    assert m.over
    assert m.state.phase == MATCH_END
    assert [(place.seat, place.place, place.points) for place in m.places] == [(1, 1, 6), (0, 2, 0)]
    assert GAME.rounds(m) == [[0, 3], [0, 6]]


def test_after_the_last_round_the_lead_is_shared() -> None:
    m = board(seats=3, rounds=2)
    win(m, 1)
    until(m, "go")
    win(m, 2)
    until(m, "matchEnd")
    assert [(place.seat, place.place) for place in m.places] == [(1, 1), (2, 1), (0, 3)]


def test_awards_name_the_best_and_their_figures() -> None:
    m = board(target=3)
    of(m, 0).wrecked = 9
    of(m, 1).kills = 2
    of(m, 1).own = 1
    of(m, 1).chain = 1
    win(m, 1)
    until(m, "matchEnd")
    given = {GAME.awards[award.kind]: (award.seat, award.value) for award in m.given}
    assert given == {"Wrecker": (0, 9), "Most knock-outs": (1, 2), "Own goals": (1, 1)}


def test_who_left_for_good_is_gone_with_the_next_round_and_the_board_shrinks() -> None:
    m = board(seats=5)
    m.step([(LEAVE, 4, 0, 0)])
    assert of(m, 4).alive
    win(m, 0)
    until(m, "go")
    assert [man.id for man in m.state.men] == [0, 1, 2, 3]
    assert (m.state.width, m.state.height) == SIZES[0]


def test_a_match_ends_when_one_side_is_left() -> None:
    m = board()
    m.step([(LEAVE, 1, 0, 0)])
    win(m, 0)
    until(m, "matchEnd")
    assert [place.seat for place in m.places] == [0]


def test_a_latecomer_waits_for_the_next_round() -> None:
    m = board()
    m.step([(JOIN, 4, 0, 0)])
    assert (of(m, 4).alive, of(m, 4).plays) == (0, 0)
    steps(m, 5, s4=RIGHT | BOMB)
    assert not m.state.bombs
    win(m, 0)
    until(m, "go")
    assert (of(m, 4).alive, of(m, 4).plays) == (1, 1)


def test_whoever_comes_back_to_a_seat_takes_its_man_without_its_points() -> None:
    m = board(seats=3)
    of(m, 2).score = 2
    man = of(m, 2)
    m.step([(LEAVE, 2, 0, 0)])
    m.step([(JOIN, 2, 0, 0)])
    assert of(m, 2) is man
    assert man.alive
    assert man.score == 0


def test_each_knock_out_is_a_point_for_the_whole_side_and_ones_own_is_none() -> None:
    m = board(seats=4, teams=[1, 2, 1, 2])
    GAME.knock_out(m, of(m, 1), 0)
    assert [man.score for man in m.state.men] == [1, 0, 1, 0]
    GAME.knock_out(m, of(m, 2), 0)
    GAME.knock_out(m, of(m, 0), 0)
    assert [man.score for man in m.state.men] == [1, 0, 1, 0]


def test_who_shares_the_lead_at_the_target_plays_on() -> None:
    m = board(seats=3, target=3)
    of(m, 0).score = 3
    win(m, 1)
    until(m, "go")
    assert not m.over
    win(m, 1)
    until(m, "matchEnd")
    assert [(place.seat, place.points) for place in m.places] == [(1, 6), (0, 3), (2, 0)]


# --- stones


def sudden(m: Match) -> None:
    """Skip to the first shadow."""
    m.state.sudden = m.tick + 1
    steps(m, 1)


def test_the_spiral_covers_every_cell_once_and_goes_round() -> None:
    for width, height in SIZES:
        order = spiral(width, height)
        assert len(order) == len(set(order))
        inside = {
            row * width + column
            for row in range(1, height - 1)
            for column in range(1, width - 1)
            if column % 2 or row % 2
        }
        assert set(order) == inside
        assert order[:3] == [width + 1, width + 2, width + 3]
        last = order[-1]
        assert abs(last // width - height // 2) <= 1


def test_stones_fall_a_second_after_their_shadow() -> None:
    m = board()
    sudden(m)
    order = spiral(m.state.width, m.state.height)
    assert [stone.cell for stone in m.state.stones] == order[:1]
    steps(m, WARNING - 1)
    assert [stone.cell for stone in m.state.stones] == order[:5]
    assert m.state.cells[order[0]] == FREE
    steps(m, 1)
    assert m.state.cells[order[0]] == STONE
    steps(m, STONE_EVERY[13])
    assert m.state.cells[order[1]] == STONE


def test_a_stone_crushes_men_bombs_and_items() -> None:
    m = board(seats=3)
    put(m, 1, 1, 1).shield = 1
    lay(m, 0, 2, 1)
    m.state.cells[at(m, 3, 1)] = 3
    sudden(m)
    happened = steps(m, WARNING + 3 * STONE_EVERY[13])
    assert emitted(happened, "out")[0][:2] == (1, -1)
    assert not m.state.bombs
    assert of(m, 0).out == 0
    assert m.state.cells[at(m, 3, 1)] == STONE


def test_stones_end_every_round() -> None:
    m = board(sudden=30)
    happened = until(m, "roundEnd", 2400)
    assert emitted(happened, "spiral") == [()]
    assert m.tick < (30 + 20) * 30


# --- the rim


def dead(m: Match, seat: int, column: int, row: int) -> Man:
    """Let a stone fall on a man, and clear it away."""
    man = put(m, seat, column, row)
    GAME.fall(m, at(m, column, row))
    m.state.cells[at(m, column, row)] = FREE
    return man


def test_with_four_the_dead_ride_the_rim_where_it_was_nearest() -> None:
    m = board(seats=4)
    man = dead(m, 0, 3, 1)
    assert man.rides
    assert place_of(m, man) == (3, 0)
    assert not dead(board(seats=4, revenge=False), 0, 3, 1).rides
    assert not dead(board(seats=3), 0, 3, 1).rides


def test_a_rider_goes_round_the_rim_and_never_into_the_board() -> None:
    m = board(seats=4)
    man = dead(m, 0, 1, 1)
    man.x, man.y = C // 2, C // 2
    seen = []
    for way in (RIGHT, DOWN, LEFT, UP):
        steps(m, 150, s0=way)
        seen.append(place_of(m, man))
    assert seen == [(12, 0), (12, 10), (0, 10), (0, 0)]
    man.x = 5 * C + C // 2
    steps(m, 20, s0=DOWN)
    assert place_of(m, man) == (5, 0)


def test_a_rider_lobs_a_bomb_over_four_cells_every_eight_seconds() -> None:
    m = board(seats=4)
    dead(m, 0, 3, 1)
    steps(m, 1, s0=BOMB)
    assert not m.state.bombs
    steps(m, FIRST_LOB, s0=0)
    happened = steps(m, 1, s0=BOMB)
    assert emitted(happened, "lob") == [(0, at(m, 3, 4))]
    steps(m, LOB_TICKS, s0=0)
    (bomb,) = m.state.bombs
    assert (bomb.x // C, bomb.y // C, bomb.lands) == (3, 4, 0)
    assert bomb.x % C == bomb.y % C == C // 2
    happened = steps(m, 1, s0=BOMB)
    assert not emitted(happened, "lob")
    steps(m, LOB_EVERY, s0=0)
    assert emitted(steps(m, 1, s0=BOMB), "lob")


def test_a_bomb_in_the_air_is_in_nobodys_way_and_does_not_burn() -> None:
    m = board(seats=4)
    man = dead(m, 0, 3, 1)
    man.lob = 0
    steps(m, 1, s0=BOMB)
    lay(m, 1, 3, 1)
    m.state.bombs[1].explodes = m.tick + 3
    steps(m, 5)
    assert [bomb.lands > 0 for bomb in m.state.bombs] == [True]


def test_a_lob_looks_for_room_and_hops_over_what_came_in_between() -> None:
    m = board(seats=4)
    man = dead(m, 0, 3, 1)
    man.lob = 0
    crates(m, (3, 4), (3, 5))
    happened = steps(m, 1, s0=BOMB)
    assert emitted(happened, "lob") == [(0, at(m, 3, 6))]
    crates(m, (3, 6))
    steps(m, LOB_TICKS + 8, s0=0)
    (bomb,) = m.state.bombs
    assert (bomb.y // C, bomb.lands) == (7, 0)


def test_a_bomb_that_finds_no_room_leaves_the_board() -> None:
    m = board(seats=4)
    man = dead(m, 0, 3, 1)
    man.lob = 0
    steps(m, 1, s0=BOMB)
    crates(m, *[(3, row) for row in range(1, 10)])
    steps(m, LOB_TICKS + 60, s0=0)
    assert not m.state.bombs


@pytest.mark.parametrize("corner", [(0, 0), (12, 0), (0, 10), (12, 10)])
def test_nobody_lobs_from_a_corner(corner: tuple[int, int]) -> None:
    m = board(seats=4)
    dead(m, 0, 3, 1).lob = 0
    put(m, 0, *corner)
    assert not emitted(steps(m, 1, s0=BOMB), "lob")


@pytest.mark.parametrize(("place", "lands"), [((0, 3), (4, 3)), ((12, 3), (8, 3)), ((3, 10), (3, 6))])
def test_a_lob_goes_inwards_from_every_side(place: tuple[int, int], lands: tuple[int, int]) -> None:
    m = board(seats=4)
    dead(m, 0, 3, 1).lob = 0
    put(m, 0, *place)
    assert emitted(steps(m, 1, s0=BOMB), "lob") == [(0, at(m, *lands))]
    steps(m, LOB_TICKS)
    (bomb,) = m.state.bombs
    assert (bomb.x // C, bomb.y // C) == lands


def test_once_stones_fall_nobody_lobs() -> None:
    m = board(seats=4)
    dead(m, 0, 3, 1).lob = 0
    m.state.sudden = m.tick
    assert not emitted(steps(m, 1, s0=BOMB), "lob")


def test_a_knock_out_from_the_rim_counts() -> None:
    m = board(seats=4)
    dead(m, 0, 3, 1).lob = 0
    put(m, 1, 3, 4)
    steps(m, 1, s0=BOMB)
    until(m, "out")
    assert of(m, 0).kills == 1
    assert of(m, 0).score == 1


# --- whole matches


@pytest.mark.parametrize("preset", [name for name, _ in GAME.presets])
def test_bots_play_every_preset_to_its_end(preset: str) -> None:
    changes = dict(GAME.presets)[preset]
    seats = 4 if preset == "Teams" else 3
    teams = [1, 2, 1, 2] if preset == "Teams" else []
    journal = bot_match(GAME, range(seats), 5, ticks=40_000, options=changes, teams=teams, hashed=False)
    *_, m = replay(journal)
    assert m.over
    assert len(GAME.rounds(m)) == m.state.round
    assert all(len(row) == seats for row in GAME.rounds(m))


def test_the_rounds_of_the_graph_end_at_the_final_points() -> None:
    journal = bot_match(GAME, range(4), 11, ticks=40_000, options={"sudden": 30}, hashed=False)
    *_, m = replay(journal)
    points = {place.seat: place.points for place in m.places}
    assert GAME.rounds(m)[-1] == [points[seat] for seat in sorted(points)]


def test_a_new_round_leaves_nothing_of_the_old_one() -> None:
    m = board(sudden=30)
    put(m, 0, 1, 1)
    until(m, "roundEnd", 2400)
    go_live(m)
    assert not m.state.bombs
    assert not m.state.blasts
    assert not m.state.stones
    assert m.state.shadows == 0
