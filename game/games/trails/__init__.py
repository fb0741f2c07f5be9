"""Loose Ends: everyone draws a line that never ends; a player who touches one is out. The last one wins.

`__all__` names what other games may use.
"""

from .arena import Pickup
from .bots import Sight, decide
from .ink import Ink, meet, pieces
from .rules import Trails
from .tuning import (
    CRAWL,
    CUTTER,
    GHOST,
    GREED,
    HALF,
    HARMLESS,
    HERMIT,
    HZ,
    KINDS,
    LEAD,
    NEAR,
    NEVER,
    PICKUP_REACH,
    RUSH,
    SQUARE,
    SWAP,
    THICK,
    THIN,
    WALL,
    ZIP,
    U,
)

__all__ = [
    "CRAWL",
    "CUTTER",
    "GHOST",
    "GREED",
    "HALF",
    "HARMLESS",
    "HERMIT",
    "HZ",
    "KINDS",
    "LEAD",
    "NEAR",
    "NEVER",
    "PICKUP_REACH",
    "RUSH",
    "SQUARE",
    "SWAP",
    "THICK",
    "THIN",
    "WALL",
    "ZIP",
    "Ink",
    "Pickup",
    "Sight",
    "Trails",
    "U",
    "decide",
    "meet",
    "pieces",
]
