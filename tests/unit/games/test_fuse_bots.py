"""Short Fuse: bots are worth playing against, and cheap."""

from itertools import pairwise
from statistics import median

import pytest

from game.games.fuse.bots import think
from game.games.fuse.tuning import COWARD, FARMER, HUNTER, C
from game.rules import PRESS, BotContext, Match
from tests.unit.games.contests import round_seconds, rounds_won, taken_by_style
from tests.unit.games.fuse_board import BOMB, GAME, at, board, crates, emitted, lay, of, put
from tests.unit.games.harness import bot_match, steps


def mind_of(m: Match, seat: int, level: int = 5, style: int = HUNTER) -> BotContext:
    return BotContext(seat, level, style, 12345 + m.tick)


def play(m: Match, bots: list[BotContext], ticks: int) -> list[tuple[int, ...]]:
    """Let bots play some ticks."""
    happened: list[tuple[int, ...]] = []
    for _ in range(ticks):
        entries = []
        for bot in bots:
            bot.buttons = GAME.bot(m, bot)
            entries.append((PRESS, bot.seat, bot.buttons, 0))
        m.step(entries)
        happened += m.happened
    return happened


@pytest.mark.parametrize("reach", [1, 3, 8])
def test_a_good_bot_gets_out_of_the_way_of_bombs(reach: int) -> None:
    for row in (1, 3, 5):
        m = board(bombs=6, reach=reach)
        of(m, 1).alive = 1
        for column in (3, 5, 9):
            lay(m, 1, column, row)
        put(m, 1, 1, 9)
        of(m, 0).out = 6  # lays none of its own
        put(m, 0, 6, row)
        play(m, [mind_of(m, 0)], 110)
        assert of(m, 0).alive
        assert of(m, 0).dodged == 0


def test_a_good_bot_sees_that_a_short_fuse_sets_off_a_long_one() -> None:
    # In the bot's column lies a bomb with a long fuse, and beside that one with a short fuse.
    m = board(bombs=2, reach=3)
    lay(m, 1, 5, 1)
    steps(m, 45)
    lay(m, 1, 3, 1)
    put(m, 0, 3, 4)
    of(m, 0).out = 2
    assert m.state.bombs[1].explodes - m.tick > 40
    play(m, [mind_of(m, 0)], 27)
    assert of(m, 0).alive
    assert (of(m, 0).x // 256, of(m, 0).y // 256) not in {(3, row) for row in range(1, 5)}


def test_a_good_bot_lays_no_bomb_that_it_could_not_escape() -> None:
    # A dead end of three cells, a rival at its mouth.
    m = board(reach=4)
    crates(m, (1, 2), (2, 1), (1, 6), (2, 5))
    put(m, 0, 1, 4)
    crates(m, (1, 3), (2, 3))
    bot = mind_of(m, 0)
    for tick in range(200):
        bot.rng.mix(tick)
        assert not GAME.bot(m, bot) & BOMB
        m.step([])


def test_a_bot_bombs_the_crate_that_it_stands_beside_and_hides() -> None:
    m = board(drops=0)
    put(m, 0, 1, 1)
    crates(m, (3, 1))
    happened = play(m, [mind_of(m, 0, style=FARMER)], 150)
    assert emitted(happened, "lay")[0] == (0, at(m, 2, 1))
    assert m.state.cells[at(m, 3, 1)] == 0
    assert of(m, 0).alive


def test_a_bot_fetches_what_lies_about() -> None:
    m = board()
    put(m, 0, 1, 1)
    m.state.cells[at(m, 5, 5)] = 3
    play(m, [mind_of(m, 0, style=COWARD)], 120)
    assert of(m, 0).bombs == 2


def test_a_bot_on_the_rim_lobs() -> None:
    journal = bot_match(GAME, range(6), 3, ticks=4000, levels=(4,), hashed=False)
    assert len(journal.emitted("lob")) > 3


def test_bots_deal_with_swapped_controls() -> None:
    m = board()
    put(m, 0, 1, 1)
    of(m, 0).curse = 2
    of(m, 0).cursed = m.tick + 9999
    m.state.cells[at(m, 9, 1)] = 3
    play(m, [mind_of(m, 0, style=COWARD)], 150)
    assert of(m, 0).bombs == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        pytest.param(1, 2, marks=pytest.mark.full),
        pytest.param(2, 4, marks=pytest.mark.full),
        (3, 5),
    ],
)
def test_a_higher_level_wins_more_rounds(weak: int, strong: int) -> None:
    won = rounds_won(GAME, (weak, strong), range(8), ticks=9000)
    assert won[strong] > won[weak] * 5 // 4, won


@pytest.mark.slow
@pytest.mark.parametrize("seats", [2, *(pytest.param(more, marks=pytest.mark.full) for more in (4, 8))])
def test_a_round_of_bots_is_neither_short_nor_left_to_the_stones(seats: int) -> None:
    lasted = round_seconds(GAME, seats, range(900, 905), ticks=12_000)
    assert 25 < median(lasted) < 82
    assert sum(1 for seconds in lasted if seconds < 60) > len(lasted) // 5


def test_farmers_gather_most() -> None:
    taken = taken_by_style(GAME, range(4), ticks=4000)
    assert taken["Farmer"] > taken["Hunter"]
    assert taken["Farmer"] > taken["Coward"]


def test_hunters_come_and_cowards_go() -> None:
    far = {}
    for style in (HUNTER, COWARD):
        m = board(seats=2)
        of(m, 0).out = 1  # lays none
        put(m, 0, 3, 3)
        put(m, 1, 5, 5)
        play(m, [mind_of(m, 0, style=style)], 60)
        man = of(m, 0)
        far[style] = (abs(man.x - of(m, 1).x) + abs(man.y - of(m, 1).y)) // C
    assert far[COWARD] >= 4 > far[HUNTER]


def test_a_bot_that_walks_asks_for_nothing_between_two_cells() -> None:
    m = board()
    put(m, 0, 1, 1)
    bot = mind_of(m, 0)
    m.state.cells[at(m, 9, 1)] = 3
    pressed = []
    for _ in range(60):
        bot.buttons = GAME.bot(m, bot)
        pressed.append(bot.buttons)
        m.step([(PRESS, 0, bot.buttons, 0)])
    changes = sum(1 for before, after in pairwise(pressed) if before != after)
    assert changes < 8
    assert think(m, bot, of(m, 0)) in range(32)
