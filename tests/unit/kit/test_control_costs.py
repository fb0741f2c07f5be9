"""What check-game says of a control's cost."""

import pytest

from game.kit.figures import control_cost
from game.kit.judge import TYPING_BYTES, TYPING_ENTRIES_BYTES
from game.rules import Choose, Controls, Game, Pointer, Stick, Stroke, Typed
from game.rules.controls import Control


def cost(control: Control) -> tuple[float, float]:
    """Bytes a second of a control, up and down."""

    class One(Game):
        name, controls = "one", Controls(control)

    found = control_cost(One(), control)
    return found.up, found.down


@pytest.mark.parametrize("control", [Stick("move"), Pointer("aim"), Pointer("aim", width=4096, height=4096)])
def test_what_moves_steadily_costs_at_most_60_bytes_up(control: Control) -> None:
    up, down = cost(control)
    assert 20 < up <= 60
    assert 10 < down < 60


def test_a_pen_and_short_texts_stay_within_the_limits() -> None:
    for control in (
        Stroke("pen"),
        Typed("word", chars=24, live=True),
        Typed("word", chars=200),
        Choose("card"),
    ):
        up, down = cost(control)
        assert 0 < up <= TYPING_BYTES
        assert 0 < down <= TYPING_ENTRIES_BYTES


def test_long_texts_that_are_shown_while_they_are_typed_cost_too_much() -> None:
    assert cost(Typed("word", chars=200, live=True))[0] > TYPING_BYTES
