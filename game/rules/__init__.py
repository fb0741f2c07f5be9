"""Layer 0, the game author's API: state, options, integer maths, random numbers, the match.

Everything in this package runs unchanged under CPython and MicroPython: no clock, no float, no
global random, no order of a dict or set, no import from outside the package.
"""

from .buttons import lowest, pressed, released
from .effects import ended, extended, next_end, with_effect
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
from .game import BotContext, Event, Game
from .gridpath import GridPaths, beside
from .hashgrid import HashGrid
from .hosted import HostedGame
from .match import COMMAND, ENTROPY, JOIN, LEAVE, PRESS, Award, Match, Place
from .maths import ANGLES, COSINES, SINES, UNIT, angle_of, cos, distance, isqrt, sin, turn_towards, within
from .options import Auto, Options, Subset, Values
from .random import Random
from .rounds import COUNT, LIVE, MATCH_END, PHASES, PHASES_DOC, ROUND_END, Rounds
from .seats import find, one_side, seated, side, standings, without
from .visibility import SteeringPaths, VisibilityMap

# The names of version 0.1, for games that were written by them; decision 0020 says until when.
Mind = BotContext
Lookout = VisibilityMap
Ways = SteeringPaths
CHANCE = ENTROPY

__all__ = [
    "ALL",
    "ANGLES",
    "CHANCE",
    "COMMAND",
    "COSINES",
    "COUNT",
    "ENTROPY",
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
    "BotContext",
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
    "SteeringPaths",
    "Subset",
    "Text",
    "Track",
    "Values",
    "VisibilityMap",
    "Ways",
    "angle_of",
    "beside",
    "cos",
    "distance",
    "ended",
    "extended",
    "find",
    "isqrt",
    "lowest",
    "next_end",
    "one_side",
    "pressed",
    "released",
    "seated",
    "side",
    "sin",
    "standings",
    "turn_towards",
    "with_effect",
    "within",
    "without",
]
