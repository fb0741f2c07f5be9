"""Last Card: get rid of your cards, and call when one is left."""

from .rules import LastCard

__all__ = ["LastCard"]
