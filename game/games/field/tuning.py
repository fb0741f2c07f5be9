"""The figures of Open Field; those that it shares with Loose Ends come from there."""

from game.games.trails import HARMLESS, HZ, U

MOST = 100
"""Seats."""
ROOMY, EACH = 1000, 38
"""A world is ROOMY units wide and EACH for every rider: 4800 with a hundred."""
REACH = 820 * U
"""How far a player sees from the own head, to each side."""
INWARD = 720 * U
"""Nearer to the edge than this a player sees the same as from there: the view stops at the edge."""
STALE, SLACK = 10, 60 * U
"""Ticks between two computations of a line's bounds, and how much they are extended for the time between."""
COUNT_TICKS = 3 * HZ
BACK_TICKS = 3 * HZ
"""Ticks from a crash until the rider comes back."""
SAFE_TICKS = HARMLESS + 15
"""Ticks in which a rider who came back is a ghost."""
EDGE = 220
"""The least distance from a wall at which riders come back, in units."""
ROOM, CLEAR = 280 * U, 70 * U
"""The distance from all heads, and from ink, at which riders come back if there is such a point."""
LONGEST_LINE = 360
GROWTH = 15
"""Rows by which a line grows when it makes another rider crash, one in a step."""
MOST_ORBS = 96
"""When there are more, the oldest is gone."""
ORBS, ORB_EACH, ORB_ROWS = 6, 40, 40
"""A crashed rider leaves at most ORBS orbs, one for each ORB_EACH rows, of at most ORB_ROWS rows each."""
CRUMB, CRUMB_TICKS = 5, 10
"""Rows of an orb that nobody left, and the ticks between two of them."""
ORB_REACH = 26 * U
"""How near to a head an orb is taken."""
ORB_CELL = 15
"""Bits of the side of a cell in which orbs are looked up: 128 units."""
ORB_STRIDE = 64
CROWN_TICKS = 15
"""Ticks between two looks at who leads."""
SPARE = 60
"""A line is cut when it has this many rows more than count."""
BOUNTY, CROWN_BOUNTY = 5, 15
"""Points for making another rider crash, and for the one who leads."""
RIDE_TICKS = 5 * HZ
"""A rider gets a point for each such time without a crash."""
LOOK_EVERY = 40
"""Ticks between two updates of a rider's cell on the map."""
MAP = 64
"""Cells of the map to each side."""
SWEEP = 300
"""Cells of the ink that are swept in a tick."""
OFFER_TICKS = 8
AFFECTED = 600 * U
"""The reach of a pick-up that works on others."""
DECIDE = 6
PAINT_EVERY = 3
"""Ticks between two updates of the bots' map: in that time a head moves less than a cell."""
HUNT = 420 * U
"""The distance from which a rival attracts a bot."""
