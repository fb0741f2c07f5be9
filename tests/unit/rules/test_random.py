"""Chance: below 30 bits, never stuck, evenly spread."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from game.rules import Random

words = st.integers(0, (1 << 28) - 1)


@given(words, st.lists(words, max_size=6))
def test_no_word_leaves_28_bits_and_no_state_30(seed: int, mixed: list[int]) -> None:
    rng = Random(seed)
    for word in [*mixed, 0, (1 << 28) - 1]:
        rng.mix(word)
        for _ in range(20):
            assert 0 <= rng.word() < 1 << 28
            assert 0 < rng.first < 1 << 29
            assert 0 < rng.second < 1 << 29


@given(words)
def test_it_is_never_stuck(seed: int) -> None:
    rng = Random(seed)
    assert len({rng.word() for _ in range(50)}) > 45


def test_near_seeds_give_different_numbers() -> None:
    assert len({Random(seed).word() for seed in range(3000)}) > 2990


def test_a_mixed_word_changes_all_that_follows() -> None:
    one, two = Random(5), Random(5)
    two.mix(1)
    assert [one.word() for _ in range(20)] != [two.word() for _ in range(20)]


def test_numbers_are_spread_evenly() -> None:
    rng = Random(2024)
    for n in (2, 3, 7, 10, 64):
        counts = Counter(rng.below(n) for _ in range(n * 2000))
        assert set(counts) == set(range(n))
        # each count is binomial: five standard deviations of 2000
        assert all(abs(count - 2000) < 5 * 45 for count in counts.values()), (n, counts)
    assert {rng.between(-2, 2) for _ in range(200)} == {-2, -1, 0, 1, 2}
    assert not rng.chance(0)
    assert rng.chance(100)


def test_a_shuffle_keeps_all_and_every_order_is_as_likely() -> None:
    rng = Random(7)
    orders: Counter[tuple[int, ...]] = Counter()
    for _ in range(12_000):
        items = [1, 2, 3]
        rng.shuffle(items)
        orders[tuple(items)] += 1
    assert len(orders) == 6
    assert all(abs(count - 2000) < 250 for count in orders.values()), orders
