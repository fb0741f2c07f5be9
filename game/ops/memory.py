"""Garbage collection: when Python looks for reference cycles, and at how many objects at most.

A collection stops every match while it lasts, about 0.1 ms for 1,000 objects that it looks at. So it must
never look at everything while somebody plays (decision 18):

- What ends, a connection or a room, is free of cycles and goes at once by reference counting. Tests see to
  that; the collector is for what they miss.
- What has survived two collections is set aside, so that no collection looks at more than 2,100 objects:
  4 ms at most.
- Cycles among what was set aside are found when no match runs.
"""

import ctypes
import gc

YOUNG, MIDDLE, OLD = 700, 2, 10
"""gc.set_threshold. What survives a collection of the middle generation is set aside, so that a collection
looks at 2,100 objects at most: 1 to 4 ms in a crowd. With Python's own thresholds it took 40 ms."""
MOST_FREE_BYTES = 4 << 20
"""The C library may keep so much freed memory."""
GROWN = 1.2
"""So much more set aside than when everything was looked at last, and that is worth another look."""


class Collector:
    """The garbage collector of this process, which has only one.

    Attributes:
        kept: how many objects were set aside when everything was looked at last.
    """

    def __init__(self) -> None:
        self.kept = 0

    def settle(self) -> None:
        """Set aside all that there is by now, and whatever survives from now on; once, when all is built."""
        gc.set_threshold(YOUNG, MIDDLE, OLD)
        if _set_aside not in gc.callbacks:
            gc.callbacks.append(_set_aside)
        self._look_at_all()

    def tidy(self) -> bool:
        """Look at everything, if that promises something; call it when no match runs. Whether it did."""
        if gc.get_freeze_count() < self.kept * GROWN:
            return False
        gc.unfreeze()
        self._look_at_all()
        return True

    def clear_free_lists(self) -> None:
        """Free what the interpreter keeps for later use: up to 2,000 tuples of each length.

        They are few bytes. But after a storm of connections they lie scattered over the memory that it took,
        and each of them keeps a whole megabyte from being returned. Only a collection of the oldest
        generation clears these lists. All that is old was set aside, so it looks at 2,100 objects at most.
        """
        gc.collect()

    def _look_at_all(self) -> None:
        gc.collect()
        gc.freeze()
        self.kept = gc.get_freeze_count()


class _MallInfo(ctypes.Structure):
    """What glibc's `mallinfo2` returns; field 8 is how many bytes are free."""

    _fields_ = (("fields", ctypes.c_size_t * 10),)


def give_back() -> bool:
    """Return freed memory to the system if the C library keeps much of it, as it does after a crowd.

    Takes about 10 ms for 25 MB. Returns False if there is little to return, or if this is not glibc.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return False
    library.mallinfo2.restype = _MallInfo
    if library.mallinfo2().fields[8] <= MOST_FREE_BYTES:
        return False
    return bool(library.malloc_trim(0))


def _set_aside(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] >= 1:
        gc.freeze()
