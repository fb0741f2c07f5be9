"""Typed words: folded alike for all spellings, and counted mistakes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules import folded, mistakes

WORDS = st.text("abcde", max_size=7)


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("  Crème   BRÛLÉE ", "creme brulee"),
        ("STRAßE", "strasse"),
        ("Łódź", "lodz"),
        ("ЁЖ", "еж"),
        ("ΚΌΣΜΟΣ", "κΌσμοσ"),
        ("猫", "猫"),
        ("", ""),
    ],
)
def test_a_text_is_folded(typed: str, plain: str) -> None:
    assert folded(typed) == plain


def test_latin_letters_with_accents_lose_them() -> None:
    for code in (*range(0xC0, 0x138), *range(0x139, 0x180)):
        letter = unicodedata.normalize("NFD", chr(code).lower())[0]
        if letter.isascii() and letter.isalpha() and chr(code) not in "ŉſ":
            assert folded(chr(code)) == letter, chr(code)


@given(st.text(max_size=30))
def test_a_folded_text_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("typed", "count"), [("house", 0), ("huose", 1), ("hose", 1), ("houses", 1), ("mouse", 1), ("mouze", 2)]
)
def test_mistakes_are_counted(typed: str, count: int) -> None:
    assert mistakes(typed, "house") == count


@given(WORDS, WORDS)
def test_mistakes_are_the_same_both_ways_and_end_at_most(one: str, other: str) -> None:
    assert mistakes(one, other, 9) == mistakes(other, one, 9)
    assert mistakes(one, other, 2) == min(2, mistakes(one, other, 9))
    assert (mistakes(one, other) == 0) == (one == other)


@given(WORDS, st.integers(0, 6), st.sampled_from("abcdz"))
def test_one_letter_more_is_one_mistake(word: str, at: int, letter: str) -> None:
    assert mistakes(word[:at] + letter + word[at:], word) == 1
