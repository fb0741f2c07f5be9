"""Nobody waits for bots: once the people are out, a round ends within 8 s, in both interpreters."""

from collections.abc import Iterator

import pytest

from game.games.fuse import Fuse
from game.games.trails import Trails
from game.kit.micropython import MicroPython
from game.rules import BOT_PLAYS, COMMAND, JOIN, LEAVE, Game, Match
from tests.depth import depth
from tests.unit.games import arena, fuse_board
from tests.unit.games.harness import Journal, bot_match, events_named, steps

LONGEST_S = 8
TRAILS, FUSE = Trails(), Fuse()
OUT = {"trails": "crash", "fuse": "out"}
HELD = {"trails": 1, "fuse": 16}
"""What the people hold, so that they are out soon: a tight circle, and a bomb that they stand on."""


@pytest.fixture(scope="module")
def micropython() -> Iterator[MicroPython]:
    with MicroPython([TRAILS, FUSE]) as process:
        yield process


def waits(journal: Journal, people: tuple[int, ...]) -> list[float]:
    """For each round: the seconds from the last person's end to the round's."""
    outs = journal.emitted(OUT[journal.game.name])
    found = []
    before = 0
    for tick, *_ in journal.emitted("roundEnd"):
        mine = [at for at, seat, *_ in outs if before < at <= tick and seat in people]
        if len(mine) == len(people):
            found.append((tick - max(mine)) / journal.game.tick_hz)
        before = tick
    return found


@pytest.mark.parametrize("game", [TRAILS, FUSE], ids=lambda game: game.name)
@pytest.mark.parametrize("teams", [(), (1, 1, 2, 1, 2)], ids=["alone", "teams"])
def test_with_three_people_out_and_two_bots_alive_a_round_ends_within_8_seconds(
    game: Game, teams: tuple[int, ...], micropython: MicroPython
) -> None:
    people = dict.fromkeys(range(3), HELD[game.name])
    waited = []
    for seed in range(depth(12, 60)):
        # Every second match has open walls and other options that make rounds long.
        options: dict[str, object] = {"rounds": 3, "target": 60}
        if game is TRAILS and seed % 2:
            options.update(walls="wrap", size="huge", speed=60)
        journal = bot_match(
            game,
            range(5),
            seed,
            ticks=2200,
            options=options,
            teams=teams,
            levels=(5,),
            people=people,
            hashed=seed < 3,
        )
        waited += waits(journal, (0, 1, 2))
        if seed < 3:
            micropython.send(journal.line())
            assert micropython.replayed()[0] == journal.hashes
    assert len(waited) > depth(12, 60)
    assert max(waited) <= LONGEST_S
    # Some of them would have been over without the hurry, but not all.
    assert max(waited) > LONGEST_S / 2


def test_a_match_of_bots_alone_and_one_of_people_alone_take_their_time() -> None:
    assert not bot_match(TRAILS, range(4), 5, ticks=2000, levels=(5,), people={}).emitted("hurry")
    assert not bot_match(TRAILS, range(4), 5, ticks=2000, levels=(5,)).emitted("hurry")


def say(m: Match, seat: int, bot: int) -> list[tuple[int, ...]]:
    """The journal says who plays a seat; what happens in that step."""
    m.step([(COMMAND, seat, BOT_PLAYS, bot)])
    return m.happened


def test_the_hurry_ends_when_a_person_takes_the_seat_of_a_bot_that_rides() -> None:
    m = arena.arena(4)
    for racer in m.state.racers:
        arena.place(m, racer.id, 300 + 60 * racer.id, 300, 1024)
    for seat in (1, 2, 3):
        say(m, seat, 1)
    arena.place(m, 0, m.state.width - 3, 60, 0)
    assert events_named(TRAILS, steps(m, 1), "hurry") == [()]
    steps(m, 30)
    inset = m.state.inset
    assert inset > 20
    say(m, 2, 0)
    assert m.state.hurry == 0
    steps(m, 10)
    assert m.state.inset == inset


def test_whoever_waits_for_the_next_round_or_has_left_counts_as_nobody_who_rides() -> None:
    m = arena.arena(3)
    for racer in m.state.racers:
        arena.place(m, racer.id, 300 + 60 * racer.id, 300, 1024)
    for seat in (0, 1, 2):
        say(m, seat, 1)
    assert m.state.hurry == 0
    m.step([(JOIN, 5, 0, 0)])
    assert m.state.hurry > 0, "a person waits, and bots ride"
    m.step([(LEAVE, 5, 0, 0)])
    assert m.state.hurry == 0, "nobody waits any more"


def test_open_walls_are_solid_in_a_hurry() -> None:
    m = arena.arena(3, walls="wrap")
    for racer in m.state.racers:
        arena.place(m, racer.id, 300 + 60 * racer.id, 300, 1024)
    say(m, 1, 1)
    say(m, 2, 1)
    arena.of(m, 0).alive = 0
    say(m, 1, 1)
    assert m.state.hurry
    assert m.state.wrap == 0


def test_stones_fall_fast_once_only_bots_stand_and_at_their_pace_again_for_a_person() -> None:
    m = fuse_board.board(4)
    for seat in (1, 2, 3):
        say(m, seat, 1)
    FUSE.fall(m, fuse_board.at(m, 1, 1))
    fuse_board.put(m, 0, 3, 1)
    FUSE.fall(m, fuse_board.at(m, 3, 1))
    say(m, 1, 1)
    assert m.state.hurry
    assert m.state.sudden <= m.tick + 30
    steps(m, 45)
    assert 6 <= m.state.shadows < 10
    say(m, 3, 0)
    before = m.state.shadows
    steps(m, 18)
    assert m.state.shadows == before + 3


def test_a_hurry_that_ends_before_the_first_stone_leaves_sudden_death_where_it_was() -> None:
    m = fuse_board.board(4)
    due = m.state.sudden = m.state.began + m.options.sudden * 30
    for seat in (1, 2, 3):
        say(m, seat, 1)
    fuse_board.put(m, 0, 5, 1)
    FUSE.fall(m, fuse_board.at(m, 5, 1))
    say(m, 1, 1)
    assert m.state.hurry
    assert m.state.sudden < due
    say(m, 3, 0)
    assert (m.state.hurry, m.state.shadows, m.state.sudden) == (0, 0, due)


def test_a_hurry_is_announced_once() -> None:
    m = fuse_board.board(4)
    for seat in (1, 2, 3):
        say(m, seat, 1)
    fuse_board.put(m, 0, 5, 1)
    FUSE.fall(m, fuse_board.at(m, 5, 1))
    happened = say(m, 1, 1) + steps(m, 60)
    said = [name for name in ("hurry", "spiral") for _ in events_named(FUSE, happened, name)]
    assert said == ["hurry"]
    assert m.state.shadows


def test_the_dead_may_still_throw_bombs_in_a_hurry() -> None:
    m = fuse_board.board(4)
    for seat in (1, 2, 3):
        say(m, seat, 1)
    man = fuse_board.put(m, 0, 5, 1)
    FUSE.fall(m, fuse_board.at(m, 5, 1))
    steps(m, 2)
    say(m, 1, 1)
    man.lob = 0
    m.state.sudden = m.tick
    assert fuse_board.emitted(steps(m, 1, s0=16), "lob")
