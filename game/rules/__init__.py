"""Layer 0, the game author's API: state, options, integer maths, chance, the match.

Everything in this package runs unchanged under CPython and MicroPython: no clock, no float, no
global random, no order of a dict or set, no import from outside the package.
"""

from .entity import Entity
from .fields import (
    ALL,
    HOST,
    INT_MAX,
    INT_MIN,
    NOBODY,
    OWNER,
    Angle,
    Choice,
    Count,
    Entities,
    Fixed,
    Flag,
    Grid,
    Int,
    Ints,
    Series,
    Text,
    Track,
)
from .game import HOST_IS, PACK_BYTES, Event, Game, Mind
from .hashgrid import HashGrid
from .lookout import Lookout, Ways
from .match import CHANCE, COMMAND, JOIN, LEAVE, PRESS, Award, Match, Place
from .maths import ANGLES, COSINES, SINES, UNIT, angle_of, cos, distance, isqrt, sin, turn_towards, within
from .options import Auto, Options, Subset, Values
from .random import Random

__all__ = [
    "ALL",
    "ANGLES",
    "CHANCE",
    "COMMAND",
    "COSINES",
    "HOST",
    "HOST_IS",
    "INT_MAX",
    "INT_MIN",
    "JOIN",
    "LEAVE",
    "NOBODY",
    "OWNER",
    "PACK_BYTES",
    "PRESS",
    "SINES",
    "UNIT",
    "Angle",
    "Auto",
    "Award",
    "Choice",
    "Count",
    "Entities",
    "Entity",
    "Event",
    "Fixed",
    "Flag",
    "Game",
    "Grid",
    "HashGrid",
    "Int",
    "Ints",
    "Lookout",
    "Match",
    "Mind",
    "Options",
    "Place",
    "Random",
    "Series",
    "Subset",
    "Text",
    "Track",
    "Values",
    "Ways",
    "angle_of",
    "cos",
    "distance",
    "isqrt",
    "sin",
    "turn_towards",
    "within",
]
