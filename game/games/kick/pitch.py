"""The state of Kick Off.

Lengths are in 1/256 of a unit, speeds in those a tick, times in ticks of the match.
"""

from game.rules import (
    NOBODY,
    Choice,
    Count,
    Entities,
    Entity,
    Fixed,
    Flag,
    Int,
    Series,
    find,
)

from .maps import MAPS, Map
from .tuning import BALL, BALL_MASS, CHARGE, GROUNDS, MOST_SPIN, PLAYER, PLAYER_MASS, SHOWN

PHASES = ("ready", "kickoff", "live", "goal", "end")
READY_PHASE, KICK_OFF, PLAYING, CHEERING, ENDED = range(5)


class Player(Entity):
    """The player of a seat, which is its id."""

    x = Fixed(20, wire=-1, doc="position")
    y = Fixed(20, wire=-1, doc="position")
    team = Int(1, 1, 2, doc="1 defends the left goal, 2 the right one")
    charge = Count(SHOWN, doc="how strong the kick is that is held, 0 to 6")
    glows = Flag(doc="it has just kicked")
    goals = Count(99, doc="goals in this match")

    vx = Int(0, -8191, 8191, see=NOBODY)
    vy = Int(0, -8191, 8191, see=NOBODY)
    held = Count(CHARGE, see=NOBODY, doc="ticks for which the kick was held")
    stored = Count(CHARGE, see=NOBODY, doc="strength of the kick that waits for the ball")
    armed = Int(see=NOBODY, doc="tick until which that kick waits")
    again = Int(see=NOBODY, doc="tick from which it can kick again")
    own = Count(99, see=NOBODY, doc="own goals")
    assists = Count(99, see=NOBODY)
    saves = Count(999, see=NOBODY)
    kicks = Int(see=NOBODY)
    run = Int(see=NOBODY, doc="about the way in the match, in units")
    radius = Int(PLAYER, see=NOBODY)
    mass = Int(PLAYER_MASS, see=NOBODY)


class Ball(Entity):
    """The ball; its id is 0."""

    x = Fixed(20, wire=-1, doc="position")
    y = Fixed(20, wire=-1, doc="position")
    fast = Flag(doc="it is fast")
    bends = Flag(doc="its path is bent")

    vx = Int(0, -8191, 8191, see=NOBODY)
    vy = Int(0, -8191, 8191, see=NOBODY)
    spin = Int(0, -MOST_SPIN, MOST_SPIN, see=NOBODY, doc="bends its path; positive: to the right of its way")
    by = Int(-1, -1, 7, see=NOBODY, doc="the last seat that touched it")
    at = Int(see=NOBODY, doc="when that was")
    mate = Int(-1, -1, 7, see=NOBODY, doc="the mate who touched it shortly before; -1: none")
    foe = Int(-1, -1, 7, see=NOBODY, doc="the last seat of the other side")
    foe_at = Int(see=NOBODY, doc="when that touched it")
    kicked = Flag(see=NOBODY, doc="the last touch was a kick")
    radius = Int(BALL, see=NOBODY)
    mass = Int(BALL_MASS, see=NOBODY)


class Team(Entity):
    """A side: its id is 1 or 2."""

    score = Count(99, doc="goals")


class Pillar(Entity):
    """A pillar on the pitch."""

    x = Fixed(20, doc="the middle")
    y = Fixed(20, doc="the middle")
    size = Int(0, 0, 99, doc="radius in units")


class Ground(Entity):
    """The lines of the pitch; all in units. Its id is 0."""

    x = Int(0, 0, 4096, doc="the middle")
    y = Int(0, 0, 4096, doc="the middle")
    width = Int(0, 0, 4096, doc="from goal line to goal line")
    height = Int(0, 0, 4096, doc="from side line to side line")
    line_left = Int(0, 0, 4096, doc="the goal lines")
    line_right = Int(0, 0, 4096, doc="the goal lines")
    line_top = Int(0, 0, 4096, doc="the side lines")
    line_bottom = Int(0, 0, 4096, doc="the side lines")
    goal_top = Int(0, 0, 4096, doc="the posts")
    goal_bottom = Int(0, 0, 4096, doc="the posts")
    goal_size = Int(0, 0, 4096, doc="from post to post")
    net_left = Int(0, 0, 4096, doc="the middles of the goals")
    net_right = Int(0, 0, 4096, doc="the middles of the goals")
    circle = Int(0, 0, 999, doc="radius of the circle in the middle")
    box_left = Int(0, 0, 4096, doc="the middles of the penalty areas")
    box_right = Int(0, 0, 4096, doc="the middles of the penalty areas")
    box_width = Int(0, 0, 4096, doc="of a penalty area")
    box_height = Int(0, 0, 4096, doc="of a penalty area")


class Pitch(Entity):
    """The pitch and the course of the match."""

    phase = Choice(
        *PHASES,
        doc="ready: before the match; kickoff: one side has the ball; live; goal: after one; end",
    )
    until = Int(doc="tick at which this phase ends; 0: not known")
    left = Int(doc="ticks left to play when play stopped; 0: extra time")
    ends = Int(doc="tick at which the time is over, while the ball is in play")
    golden = Flag(doc="the next goal decides")
    kicks_off = Int(1, 1, 2, doc="the team that kicks off")
    map = Int(0, 0, len(MAPS) - 1, doc="index of the map")
    ground = Choice(*GROUNDS, doc="how the ball rolls")
    width = Int(0, 0, 4096, doc="of the world, in units")
    height = Int(0, 0, 4096, doc="of the world, in units")
    grounds = Entities(Ground, 1, doc="the lines of the pitch")
    pillars = Entities(Pillar, 8, doc="discs that stand on the pitch")
    teams = Entities(Team, 2, doc="by number, from 1")
    players = Entities(Player, 8, doc="by seat")
    balls = Entities(Ball, 1, doc="the ball")

    golden_until = Int(see=NOBODY, doc="tick at which extra time ends in a draw")
    alone = Int(see=NOBODY, doc="ticks for which a side has had no player")
    touched = Flag(see=NOBODY, doc="the ball was touched since the kick-off")
    history = Series("left", "right", see=NOBODY, doc="the score after each goal")


def map_in(s: Pitch) -> Map:
    """The map that is played on."""
    return MAPS[s.map]


def score_of(s: Pitch, team: int) -> int:
    """The goals of a team."""
    found = find(s.teams, team)
    return found.score if found is not None else 0
