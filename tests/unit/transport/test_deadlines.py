"""Deadlines fall due in order, each once."""

from hypothesis import given
from hypothesis import strategies as st

from game.transport.deadlines import Deadlines


def test_nothing_is_due_before_its_time() -> None:
    deadlines: Deadlines[str] = Deadlines(5.0)
    assert deadlines.next_due() is None
    deadlines.add("a", 10.0)
    deadlines.add("b", 11.0)
    assert deadlines.next_due() == 15.0
    assert list(deadlines.due(14.9)) == []
    assert list(deadlines.due(15.0)) == ["a"]
    assert len(deadlines) == 1
    assert list(deadlines.due(100.0)) == ["b"]
    assert deadlines.next_due() is None


def test_what_is_added_meanwhile_waits_for_its_own_time() -> None:
    deadlines: Deadlines[int] = Deadlines(1.0)
    deadlines.add(0, 0.0)
    seen = []
    for item in deadlines.due(1.0):
        seen.append(item)
        deadlines.add(item + 1, 1.0)
    assert seen == [0]


@given(st.lists(st.floats(0, 10), max_size=30), st.lists(st.floats(0, 20), max_size=30))
def test_everything_falls_due_once_and_in_order(adds: list[float], looks: list[float]) -> None:
    deadlines: Deadlines[int] = Deadlines(3.0)
    starts = sorted(adds)
    for n, start in enumerate(starts):
        deadlines.add(n, start)
    seen = [n for look in sorted(looks) for n in deadlines.due(look)]
    seen += deadlines.due(100.0)
    assert seen == list(range(len(starts)))
