"""Memory: when Python looks for cycles of garbage. A look at everything holds all rooms up, 50 ms or more.

What was made before the first player comes (modules, games, classes) stays for good and is looked at no more.
The young are looked at as Python does by itself, which is short and often. All that is old is looked at
seldom: a match makes thousands of small things a second, but only connections and rooms that have gone are
cycles, and a few hundred of them may wait.
"""

import gc

YOUNG, MIDDLE = 700, 10
OLD = 200
"""So many looks at the middle go by before one at the old: about a minute of a hundred matches."""


def settle() -> None:
    """Set aside all that there is by now, and look at the old less often; once, when all is built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
