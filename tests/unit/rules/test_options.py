"""Options: limits are kept, and errors name the cure."""

import pytest

from game.rules import Auto, Choice, Flag, Int, Options, Subset
from game.rules.options import BadOption

OPTIONS = Options(
    target=Auto(3, 100),
    speed=Int(90, 60, 150),
    gaps=Flag(True),
    size=Choice("auto", "small"),
    powers=Subset("zip", "thin", "wrap"),
)


def test_defaults_come_in_the_order_of_declaration() -> None:
    assert [field.name for field in OPTIONS.fields] == ["target", "speed", "gaps", "size", "powers"]
    assert OPTIONS.defaults() == [0, 90, 1, 0, 7]


def test_values_are_read_by_name() -> None:
    values = OPTIONS.values([5, 60, 0, 1, 2])
    assert (values.target, values.speed, values.gaps, values.size, values.powers) == (5, 60, 0, 1, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"speed": 150}, [0, 150, 1, 0, 7]),
        ({"target": "auto", "gaps": False}, [0, 90, 0, 0, 7]),
        ({"size": "small", "powers": ["wrap", "zip"]}, [0, 90, 1, 1, 5]),
        ({"powers": []}, [0, 90, 1, 0, 0]),
        ({"target": 3}, [3, 90, 1, 0, 7]),
    ],
)
def test_changes_may_be_numbers_names_or_truths(changes: dict[str, object], expected: list[int]) -> None:
    assert OPTIONS.merge(OPTIONS.defaults(), changes) == expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"speed": 900}, "speed must be 60 to 150, got 900"),
        ({"speed": "fast"}, "speed must be a number, got fast"),
        ({"speed": True}, "speed must be a number, got True"),
        ({"target": 2}, "target must be 3 to 100, got 2"),
        ({"size": "tiny"}, "size must be one of auto, small, got tiny"),
        ({"size": 2}, "size must be 0 to 1, got 2"),
        ({"powers": ["zap"]}, "powers may hold zip, thin, wrap, got zap"),
        ({"powers": 8}, "powers must be 0 to 7, got 8"),
        ({"pace": 1}, "there is no option pace; there are target, speed, gaps, size, powers"),
    ],
)
def test_an_error_tells_what_is_allowed(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadOption) as caught:
        OPTIONS.merge(OPTIONS.defaults(), changes)
    assert str(caught.value) == words


def test_a_list_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(BadOption, match="5 options expected, got 4"):
        OPTIONS.values([0, 90, 1, 0])


def test_what_merge_is_given_stays_as_it_is() -> None:
    chosen = OPTIONS.defaults()
    OPTIONS.merge(chosen, {"speed": 100})
    assert chosen == OPTIONS.defaults()
