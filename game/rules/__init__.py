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
from .game import Event, Game, Mind
from .gridpath import GridPaths, beside
from .hashgrid import HashGrid
from .hosted import HostedGame
from .match import CHANCE, COMMAND, JOIN, LEAVE, PRESS, Award, Match, Place
from .maths import ANGLES, COSINES, SINES, UNIT, angle_of, cos, distance, isqrt, sin, turn_towards, within
from .options import Auto, Options, Subset, Values
from .random import Random
from .rounds import COUNT, LIVE, MATCH_END, PHASES, PHASES_DOC, ROUND_END, Rounds
from .seats import find, one_side, seated, side, standings
from .visibility import Lookout, Ways

__all__ = [
    "ALL",
    "ANGLES",
    "CHANCE",
    "COMMAND",
    "COSINES",
    "COUNT",
    "HOST",
    "INT_MAX",
    "INT_MIN",
    "JOIN",
    "LEAVE",
    "LIVE",
    "MATCH_END",
    "NOBODY",
    "OWNER",
    "PHASES",
    "PHASES_DOC",
    "PRESS",
    "ROUND_END",
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
    "GridPaths",
    "HashGrid",
    "HostedGame",
    "Int",
    "Ints",
    "Lookout",
    "Match",
    "Mind",
    "Options",
    "Place",
    "Random",
    "Rounds",
    "Series",
    "Subset",
    "Text",
    "Track",
    "Values",
    "Ways",
    "angle_of",
    "beside",
    "cos",
    "distance",
    "find",
    "isqrt",
    "one_side",
    "seated",
    "side",
    "sin",
    "standings",
    "turn_towards",
    "within",
]
