"""Arguments of commands that are numbers: a wrong one is refused with a sentence."""

from argparse import ArgumentTypeError
from collections.abc import Callable


def whole(low: int, high: int) -> Callable[[str], int]:
    """What reads an argument that must be a whole number from `low` to `high`, both allowed."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise ArgumentTypeError(f"must be a whole number from {low} to {high}, not {text!r}")
        return number

    return read


port = whole(0, 65535)
"""What reads a port; 0 takes a free one."""
