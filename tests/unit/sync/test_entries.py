"""Frames of entries tell chance only ahead of its use."""

from game.protocol.frames import ENTROPY
from game.sync.entries import inputs_frame


def test_a_word_is_told_while_it_can_still_be_used() -> None:
    frame = inputs_frame(30, 1, [], 3, None, [], (30, 0x1234567))
    assert frame.hex(" ") == "85 01 00 67 45 23 01"


def test_a_word_that_was_used_is_not_told_again() -> None:
    frame = inputs_frame(31, 1, [], 3, None, [], (30, 0x1234567))
    assert not frame[0] & ENTROPY
    assert frame.hex(" ") == "05 01"
