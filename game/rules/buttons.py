"""Edges of presses: which buttons went down or up since the step before.

The engine hands a game the buttons held in this step. A game that acts on a press keeps those of the step
before in its state, usually as `held = Int(0, 0, 31, see=NOBODY)`.
"""


def pressed(buttons: int, before: int) -> int:
    """The buttons that are held now and were not held in the step before."""
    return buttons & ~before


def released(buttons: int, before: int) -> int:
    """The buttons that were held in the step before and are not held now."""
    return before & ~buttons


def lowest(buttons: int) -> int:
    """The index of the first button in a mask; 0 for an empty mask."""
    index = 0
    while buttons and not buttons >> index & 1:
        index += 1
    return index
