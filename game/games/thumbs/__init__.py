"""All Thumbs: a party of short rounds on four buttons, from two players to a hundred."""

from .rules import Thumbs

__all__ = ["Thumbs"]
