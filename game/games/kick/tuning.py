"""The figures of Kick Off: sizes, speeds and times of the rules, and the tables by level of the bots.

Where nothing else is said lengths are in 1/256 of a unit (U), speeds in those a tick, times in ticks.
"""

U = 256
HZ = 60
PLAYER = 15 * U
BALL = 10 * U
POST = 7 * U
PLAYER_MASS, BALL_MASS = 3, 1
PUSH = 31
"""How much faster a player gets in a tick with the stick at its edge."""
GRIP = 955
"""How much of its speed a player keeps in a tick, in 1/1000."""
HEAVY = 75
"""Percent of the push that is left while a player charges a kick."""
TURF, HALL, ICE = 0, 1, 2
GROUNDS = ("turf", "hall", "ice")
ROLL = (989, 984, 995)
"""How much of its speed the ball keeps in a tick, in 1/1000, by ground."""
SPRING = (62, 48, 85)
"""Percent of its speed that the ball keeps when it bounces off the edge, by ground."""
STRENGTH = (100, 88, 92)
"""Percent of the strength of kicks, by ground: the ball of the hall is heavy."""
POST_SPRING = 80
TOUCH_SPRING = 25
"""Percent of the speed that is kept between players and ball: a soft touch, so that it can be dribbled."""
SHOVE_SPRING = 50
FASTEST_BALL = 10 * U
REACH = 8 * U
"""The gap between player and ball up to which a kick hits it."""
CHARGE = 42
"""Ticks from the weakest to the strongest kick."""
SHOWN = 6
"""Steps in which the charge of a kick is shown."""
TAP, FULL = 3 * U + 128, 8 * U
"""The speed that the weakest and the strongest kick give."""
ARMED = 9
"""Ticks after letting go in which a kick still waits for the ball."""
AGAIN = 12
"""Ticks between two kicks of a player."""
AIM = 2
"""How much the stick counts in the direction of a kick, in quarters of what the place of the ball counts."""
CURVE = 520
"""The speed of a player across the kick that gives the most spin."""
MOST_SPIN = 100
CURL = 7000
"""The larger, the less the path of a spinning ball is bent."""
SPIN_KEEPS = 980
READY = 3 * HZ
"""Ticks from the start of the match until it is kicked off."""
KICK_OFF_TICKS = 8 * HZ
"""After these both sides may cross the line."""
CHEER = 150
"""Ticks from a goal to the next kick-off."""
FORFEIT = 10 * HZ
"""Ticks after which a side without players loses."""
GOLDEN_TICKS = 180 * HZ
"""The most ticks of extra time before the match is a draw; it is no longer than the match was."""
SAVED_SPEED = 3 * U
"""A ball at this speed towards the goal that a player stops is a save."""
STRIKE = 2 * HZ
"""Ticks after its last touch in which a striker still gets the goal that a defender deflects."""
ASSIST_TICKS = 5 * HZ
LEFT, RIGHT = 1, 2
"""The teams, by the goal that they defend."""

DECIDE = (0, 16, 12, 10, 7, 5)
"""Ticks between two decisions of a bot of each level."""
PACE = (0, 74, 84, 94, 100, 100)
"""Percent of the stick that a bot of each level uses."""
MISS = (0, 300, 190, 110, 50, 14)
"""How far a bot of each level aims off, at most, in steps of 4096 a turn."""
FORESIGHT = (0, 0, 8, 18, 34, 60)
"""How many ticks ahead a bot of each level sees the ball roll."""
CARE = (0, 10, 35, 65, 90, 100)
"""Percent of decisions in which a bot of each level goes round the ball before it kicks."""
SHARP = (0, 620, 480, 380, 300, 230)
"""A kick may miss the aim by this angle for a bot of each level to make it."""
