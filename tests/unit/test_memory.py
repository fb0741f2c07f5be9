"""What is there when a worker starts is set aside, and what comes later is still found when it is garbage."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from game.ops import memory


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.self = self


def test_what_was_there_is_looked_at_no_more() -> None:
    gc.collect()  # what other tests dropped is not there to be kept
    before = len(gc.get_objects())
    memory.settle()
    assert gc.get_freeze_count() > before * 0.9
    assert len(gc.get_objects()) < before * 0.1


def test_cycles_that_come_later_go_by_themselves() -> None:
    memory.settle()
    gone = weakref.ref(Knot())
    kept: list[object] = []
    for _ in range(memory.YOUNG * 3):
        kept.append([kept])
    assert gone() is None
