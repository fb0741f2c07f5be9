"""Open Field: Loose Ends for a hundred in one world; lines are finite, and crashed riders return."""

from .rules import Field

__all__ = ["Field"]
