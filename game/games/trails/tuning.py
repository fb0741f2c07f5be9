"""The figures of Loose Ends: sizes, speeds and times of the rules, and the tables by level of the bots.

Lengths are in 1/256 of a unit (U) where nothing else is said, half-widths in quarters of a unit, times in
ticks of 1/30 s.
"""

from game.rules import INT_MAX

U = 256
HZ = 30
LEFT, RIGHT = 1, 2
HARMLESS = 45
"""Ticks at the start of a round without ink and without crashes."""
FASTER_AT, CLOSING_AT = 15 * HZ, 20 * HZ
CLOSING_TICKS = 50 * HZ
"""Ticks from the first move of the walls until they meet, faster and faster: a round lasts 70 s at most."""
HURRY_TICKS = 195
"""The same once none of the people rides any more. It is less than 8 s, with a margin for the last crash."""
TIGHT = 60
"""Walls that are twice as far from each other as this, in units, are solid, and nothing appears there."""
SIZES = ((960, 600), (1120, 700), (1280, 800), (1440, 900))
HALF = 10
APART = 160
"""The least distance of two starting points, in units; half of it is the least distance to a wall."""
SHAVE = 3 * U // 2
"""A gap below this between a head and ink is a close shave."""
NEAR = 48 * U
"""Heads that are farther apart cannot meet within a tick."""
SAFE = 1 << 20
"""Not even a close shave: more than `Ink.nearest` returns for one."""
PICKUP_REACH = 14 * U
PICKUP_TICKS = (4 * HZ, 7 * HZ)
LONGEST = 12 * HZ
"""The longest time of an effect, with repeats."""
NEVER = INT_MAX
WALL = -1
"""In an event, instead of a seat: a wall, not a player."""
ZIP, CRAWL, THIN, GHOST, SQUARE, RUSH, THICK, SWAP, ERASER, WRAP, GAPPY = range(11)
KINDS = ("zip", "crawl", "thin", "ghost", "square", "rush", "thick", "swap", "eraser", "wrap", "gappy")
SECONDS = (4, 5, 7, 3, 5, 4, 6, 5, 0, 8, 6)
"""The time of each effect. Kinds up to SQUARE affect the taker, up to SWAP other sides, the rest everyone."""
CUTTER, HERMIT, GAMBLER = 0, 1, 2
PLAN = ((0, 0), (-1, 8), (1, 8), (-1, 20), (1, 20), (-1, 34), (1, 34))
"""The paths that a bot considers: a direction to turn to and for how many ticks, then straight on."""
HORIZON = (0, 24, 32, 36, 40, 44)
"""How many ticks ahead a bot of each level looks."""
NOISE = (1, 36, 18, 12, 6, 2)
"""The random error in a bot's value of a path, by level, in quarters of a tick."""
PULL = (26, 14, 28)
"""The value of riding towards the goal, by style, in quarters of a tick."""
STEADY = 8
"""The value of turning as before, so that a bot does not waver between two paths."""
GREED = (140, 140, 400)
"""The distance from which a pick-up attracts a bot, by style, in units."""
LEAD = 60
"""How far ahead of a rival's head a bot aims, in units."""
CALM, PATIENCE = 350, 8
"""Ticks of a round until bots become bolder, and for each step after that."""
DECIDE = 5
