"""Timers, effects by name, draws, lookup by id, and endings that everybody shares."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules import Effects, Entity, Match, Random, Timers, find
from game.rules.snapshot import dump, load
from tests.unit.rules.things import Made

BELLS = Timers("storm", "revive")
timers = st.lists(
    st.tuples(st.sampled_from(BELLS.names), st.integers(0, 900), st.integers(-9, 9)), max_size=12
)


def started(rows: list[tuple[str, int, int]]) -> list[int]:
    running: list[int] = []
    for name, tick, value in rows:
        running = BELLS.started(running, name, tick, value)
    return running


@given(timers, st.integers(0, 900))
def test_each_timer_is_due_once_at_its_tick(rows: list[tuple[str, int, int]], tick: int) -> None:
    running = started(rows)
    last = {(name, value): end for name, end, value in rows}
    assert sorted(BELLS.due(running, tick)) == sorted(key for key, end in last.items() if end <= tick)
    later = BELLS.later(running, tick)
    assert BELLS.due(later, tick) == []
    assert len(BELLS.due(later, 1000)) + len(BELLS.due(running, tick)) == len(last)
    for (name, value), end in last.items():
        assert BELLS.end(running, name, value) == end
        assert BELLS.end(BELLS.stopped(running, name, value), name, value) == -1


@given(timers, st.randoms(use_true_random=False))
def test_the_order_in_which_timers_start_does_not_matter(
    rows: list[tuple[str, int, int]], chance: random.Random
) -> None:
    rows = [(name, end, value) for (name, value), end in {(n, v): e for n, e, v in rows}.items()]
    mixed = list(rows)
    chance.shuffle(mixed)
    assert started(rows) == started(mixed)


def test_timers_are_changed_in_a_new_list_and_unknown_names_are_refused() -> None:
    running = BELLS.started([], "storm", 5)
    BELLS.started(running, "revive", 6, 2)
    assert running == [5, 0, 0]
    with pytest.raises(ValueError, match="tuple"):
        BELLS.started(running, "rain", 5)


def test_effects_by_name_add_up_and_end() -> None:
    effects = Effects("zip", "crawl", longest=60)
    on = effects.given([0, 0], "crawl", 100, 40)
    on = effects.given(on, "crawl", 110, 40)
    assert effects.left(on, "crawl", 110) == 60
    assert effects.left(on, "zip", 110) == 0
    assert effects.ended(on, 169) == []
    assert effects.ended(on, 170) == ["crawl"]
    assert effects.later(on, 170) == [0, 0]
    assert effects.taken(on, "crawl") == [0, 0]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=9).filter(any), st.integers(0, 1 << 28))
def test_only_what_has_weight_is_drawn_and_nothing_twice(weights: list[int], seed: int) -> None:
    rng = Random(seed)
    assert weights[rng.weighted(weights)] > 0
    drawn = rng.draw(weights, 20)
    assert sorted(drawn) == [k for k, weight in enumerate(weights) if weight]
    assert sorted(rng.shuffled(weights)) == sorted(weights)
    assert rng.pick(weights) in weights


def test_draws_are_in_proportion_to_the_weights() -> None:
    rng = Random(5)
    counts = Counter(rng.weighted([1, 0, 3, 6]) for _ in range(20_000))
    for k, share in ((0, 0.1), (2, 0.3), (3, 0.6)):
        assert abs(counts[k] / 20_000 - share) < 0.02


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [1 << 20, 1]])
def test_weights_that_cannot_be_drawn_from_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Random(1).weighted(weights)
    with pytest.raises(IndexError, match="nothing"):
        Random(1).pick([])


@given(st.sets(st.integers(0, 60)), st.integers(0, 60))
def test_an_entity_is_found_by_its_id_in_lists_of_any_length(ids: set[int], wanted: int) -> None:
    entities = [Entity(number) for number in sorted(ids)]
    found = find(entities, wanted)
    assert (found and found.id) == (wanted if wanted in ids else None)


@pytest.mark.parametrize(("won", "place"), [(True, 1), (False, 2)])
def test_everybody_wins_or_loses_together(won: bool, place: int) -> None:
    game = Made()
    m: Match = Match(game, game.options.defaults(), [0, 1], [], 4)
    m.begin()
    (m.win if won else m.lose)(12)
    assert m.over
    assert [(one.seat, one.place, one.points) for one in m.places] == [(0, place, 12), (1, place, 12)]
    again = load(game, dump(m))
    assert [one.place for one in again.places] == [place, place]
