"""What holds for every game in the box: it can be rewound, restored and predicted, and keeps its word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from game.rules import COMMAND, STOP, BotContext, Game, Match
from game.rules.snapshot import dump, state_hash
from tests.depth import WHOLE, depth
from tests.unit.games.harness import (
    ENTROPY_EVERY,
    Journal,
    all_games,
    bot_match,
    check_ranges,
    check_restore,
    check_sync,
    check_tables,
    choose,
    journals,
    replay,
    tables,
)

games = pytest.mark.parametrize("game", all_games(), ids=lambda game: game.name)


@games
@given(data=st.data())
@settings(max_examples=depth(10, 25), deadline=None)
def test_a_random_match_can_be_taken_back_in_every_tick(game: Game, data: st.DataObject) -> None:
    check_sync(data.draw(journals(game)))


@games
@given(data=st.data())
@settings(max_examples=depth(10, 25), deadline=None)
def test_a_random_match_can_be_packed_and_restored_in_any_tick(game: Game, data: st.DataObject) -> None:
    journal = data.draw(journals(game))
    check_restore(journal, data.draw(st.integers(0, journal.ticks)))


@games
@given(data=st.data())
@settings(max_examples=depth(8, 15), deadline=None)
def test_every_value_of_a_random_match_is_within_its_range_in_every_tick(
    game: Game, data: st.DataObject
) -> None:
    journal = data.draw(journals(game))
    m = journal.begin()
    check_ranges(m.state)
    before = tables(m.state)
    for m in replay(journal, m):  # noqa: B020 (it is the same match)
        check_ranges(m.state)
        check_tables(before, m.state)
        before = tables(m.state)
        for event, *args in m.happened:
            assert len(args) == len(game.events[event].args)
            assert all(-(1 << 29) <= arg < 1 << 29 for arg in args)


def most_seats(game: Game) -> int:
    """The most seats of a game, or as many as show its rules where a crowd would only take time."""
    return game.seats[1] if WHOLE else min(game.seats[1], 12)


def bot_journals(game: Game) -> list[Journal]:
    """Matches that get somewhere: sensible play, people who come and go, all presets."""
    fewest, most = game.seats
    found = []
    for k, (_, changes) in enumerate(game.presets):
        seats = fewest + k % (most - fewest + 1)
        seats = min(seats, most_seats(game))
        teams = [seat % 2 + 1 for seat in range(most)] if k % 3 == 2 else []
        found.append(
            bot_match(
                game,
                range(seats),
                1000 + k,
                ticks=1500 if WHOLE else 700 * 8 // max(16, seats),
                options=changes,
                teams=teams,
                levels=(3, 5, 1),
                come_and_go=k % 2 == 1,
            )
        )
    return found


@games
def test_bots_matches_can_be_taken_back_restored_and_stay_within_range(game: Game) -> None:
    for journal in bot_journals(game):
        check_sync(journal, back=2)
        check_restore(journal, journal.ticks // 2)
        m = journal.begin()
        before = tables(m.state)
        for m in replay(journal, m):  # noqa: B020 (it is the same match)
            check_tables(before, m.state)
            before = tables(m.state)
            if m.tick % 7 == 0:
                check_ranges(m.state)


@games
def test_a_host_can_end_it_and_everybody_sees_three_figures(game: Game) -> None:
    journal = bot_match(game, range(min(most_seats(game), 6)), 11, ticks=500, levels=(4, 1), hashed=False)
    m = list(replay(journal))[-1]
    assert (m.over, m.stopped) == (False, False), "the match is over before it is ended"
    m.step([(COMMAND, 0, STOP, 0)])
    assert (m.over, m.stopped) == (True, True)
    assert sorted(place.seat for place in m.places) == m.seats
    proud = {award for award in game.awards if award not in game.teasing}
    assert {game.awards[figure.kind] for figure in m.figures} == proud
    assert len(proud) >= 3
    assert any(value > 0 for figure in m.figures for _, value in figure.values)


@games
def test_a_bot_changes_nothing_and_may_be_asked_at_any_time(game: Game) -> None:
    journal = bot_match(game, range(most_seats(game)), 5, ticks=900)
    for m in replay(journal):
        if m.tick % 17:
            continue
        before = dump(m), state_hash(m), list(m.inputs), m.rng.first
        for seat in range(most_seats(game)):
            for style in range(len(game.bot_styles)):
                bot = BotContext(seat, 1 + m.tick % 5, style, m.tick, game.controls)
                assert 0 <= game.bot(m, bot) < 1 << len(game.buttons)
        assert (dump(m), state_hash(m), list(m.inputs), m.rng.first) == before


@games
def test_a_match_of_bots_ends_with_everyone_placed(game: Game) -> None:
    journal = bot_match(
        game, range(game.seats[0]), 9, ticks=60_000, hashed=False, options=game.presets[-1][1]
    )
    *_, m = replay(journal)
    assert m.over
    assert sorted(place.seat for place in m.places) == m.seats
    assert min(place.place for place in m.places) == 1


@games
def test_the_same_seed_and_journal_give_the_same_match(game: Game) -> None:
    first = bot_match(game, range(most_seats(game)), 77, ticks=600)
    second = bot_match(game, range(most_seats(game)), 77, ticks=600)
    assert first == second


@games
def test_what_chance_brings_depends_on_the_secret_words(game: Game) -> None:
    journal = bot_match(game, range(most_seats(game)), 78, ticks=600)
    changed = [
        (tick, [(kind, seat, a ^ (kind == 1 and tick == 300), b) for kind, seat, a, b in entries])
        for tick, entries in journal.entries
    ]
    assert ENTROPY_EVERY == 30
    other = Journal(game, journal.chosen, journal.seats, journal.teams, journal.seed, 600, changed)
    hashes = [journal.hashes[0]] + [state_hash(m) for m in replay(other)]
    assert hashes[:301] == journal.hashes[:301]
    assert hashes[301:] != journal.hashes[301:]


@games
def test_a_game_declares_what_a_client_needs(game: Game) -> None:
    assert game.name == game.name.lower()
    assert game.title
    assert game.blurb
    assert game.presets[0][1] == {}
    for _, changes in game.presets:
        game.options.values(choose(game, **changes))
    m = Match(game, game.options.defaults(), list(range(game.seats[0])), [], 1)
    m.begin()
    assert len(game.State.fields) > 0
    for event in game.events:
        assert event.name.isidentifier()
