"""A collection never looks at everything while somebody plays, and finds what is garbage nevertheless."""

import ctypes
import gc
import os
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from game.ops import memory
from game.ops.memory import Collector

pytestmark = pytest.mark.series


@pytest.fixture
def collector() -> Iterator[Collector]:
    thresholds, callbacks = gc.get_threshold(), list(gc.callbacks)
    gc.collect()  # what other tests dropped is not there to be kept
    one = Collector()
    one.settle()
    yield one
    gc.unfreeze()
    gc.callbacks[:] = callbacks
    gc.set_threshold(*thresholds)


class Knot:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.self = self


def looked_at() -> int:
    """How many objects a collection of everything that is not set aside looks at."""
    return len(gc.get_objects())


def test_what_was_there_is_looked_at_no_more(collector: Collector) -> None:
    assert gc.get_freeze_count() > collector.kept * 0.9
    assert looked_at() < collector.kept * 0.1


def test_what_survives_a_collection_is_not_looked_at_again(collector: Collector) -> None:
    players = [[number] for number in range(100_000)]
    assert looked_at() < 2 * memory.YOUNG * (memory.MIDDLE + 1)
    gc.collect()
    assert looked_at() < 10_000
    assert len(players) == 100_000


def test_cycles_that_come_later_go_by_themselves(collector: Collector) -> None:
    gone = weakref.ref(Knot())
    kept: list[object] = []
    for _ in range(memory.YOUNG * 3):
        kept.append([kept])
    assert gone() is None


def test_a_cycle_that_was_set_aside_is_found_when_no_match_runs(collector: Collector) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    gc.collect()
    del knot
    gc.collect()
    assert gone() is not None, "it was set aside"
    assert not collector.tidy(), "so little is not worth a look at everything"
    kept = [[number] for number in range(collector.kept)]
    gc.collect()
    assert collector.tidy()
    assert gone() is None
    assert len(kept) > 0


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_memory_that_a_crowd_leaves_behind_goes_back_to_the_system() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        pytest.skip("another C library than glibc")
    crowd = [bytes(4000) for _ in range(10_000)]
    last = bytes(4000)  # without it all of that would be at the end of the heap, and given back at once
    held = resident_bytes()
    crowd.clear()
    assert memory.give_back()
    assert resident_bytes() < held - 20_000_000
    assert len(last) == 4000


def test_tuples_that_the_interpreter_keeps_for_later_are_freed(collector: Collector) -> None:
    collector.clear_free_lists()
    before = sys.getallocatedblocks()
    many = [(number, number, number) for number in range(1500)]
    del many
    kept = sys.getallocatedblocks() - before
    assert kept > 1000, "or there is no such list, and nothing to clear"
    collector.clear_free_lists()
    assert sys.getallocatedblocks() - before < 500
