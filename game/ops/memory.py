"""Garbage collection: when Python looks for reference cycles, and at how many objects at most.

A collection stops every match while it lasts, about 0.1 ms for 1,000 objects that it looks at. So it must
never look at everything while somebody plays (decision 18):

- What ends, a connection or a room, is free of cycles and goes at once by reference counting. Tests see to
  that; the collector is for what they miss.
- What has survived a collection of the old is set aside, so that the next one looks only at what was made
  since: 70,000 objects at most, some milliseconds.
- Cycles among what was set aside are found when no match runs.
"""

import gc

YOUNG, MIDDLE, OLD = 700, 10, 10
"""Python's own thresholds: what matters is what is set aside."""
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

    def _look_at_all(self) -> None:
        gc.collect()
        gc.freeze()
        self.kept = gc.get_freeze_count()


def _set_aside(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
