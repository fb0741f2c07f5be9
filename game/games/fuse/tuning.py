"""The figures of Short Fuse: sizes, speeds and times of the rules, and the tables by level of the bots.

Lengths are in 1/256 of a cell (C) where nothing else is said, times in ticks of 1/30 s.
"""

C = 256
MIDDLE = C // 2
HZ = 30
LEFT, RIGHT, UP, DOWN, BOMB = 1, 2, 4, 8, 16
DX = (-1, 1, 0, 0)
DY = (0, 0, -1, 1)
"""The four directions: left, right, up, down."""
SIZES = ((13, 11), (15, 13), (19, 13))
FREE, CRATE, STONE, ITEM = 0, 1, 2, 3
"""What a cell holds; from ITEM on, an item of kind (value - ITEM)."""
ITEMS = ("bomb", "range", "boots", "shield", "kick", "curse")
MORE_BOMBS, MORE_RANGE, BOOTS, SHIELD, KICK, CURSE = range(6)
LOTS = (0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5)
"""The kinds of item that a crate may hide, one of these at random; the last is the curse."""
CURSES = ("none", "slow", "swap", "leak", "dud")
SLOW, SWAP, LEAK, DUD = 1, 2, 3, 4
CURSE_TICKS = 10 * HZ
SPARED = HZ
"""Ticks in which a new curse is not passed on."""
PACE, BOOT, FASTEST = 34, 5, 60
MOST_BOMBS, MOST_RANGE, MOST_BOOTS = 6, 8, 6
ASSIST = 6 * C // 16
"""How far off the middle of a lane a man can still turn into it."""
SLIDE = 64
"""The speed of a kicked bomb, a tick."""
FLAME = 15
TOO_LONG = 2
"""A man burns after more ticks than this in a flame."""
UNHURT = 45
"""Ticks without danger from flames after a shield broke."""
STONE_EVERY = {13: 6, 15: 5, 19: 4}
"""Ticks between two falling stones, by the width of the board: every board closes in some 17 s."""
HURRY_EVERY = {13: 2, 15: 1, 19: 1}
"""The same once none of the people stands any more: with the last warning it takes less than 8 s."""
KNOCK_OUT, LAST_ONE = 1, 3
"""Points for burning somebody of another side, and for the side that stands at the end of a round."""
WARNING = HZ
"""Ticks from the shadow of a stone to the stone."""
RIM_SEATS = 4
"""With fewer seats the dead do not ride along the rim."""
FIRST_LOB, LOB_EVERY, LOB_TICKS, LOB_CELLS = 3 * HZ, 8 * HZ, 20, 4
WALL = -1
"""In an event, instead of a seat: a stone or an item, not a player."""
HUNTER, FARMER, COWARD = 0, 1, 2
LAPSE = (0, 30, 12, 6, 3, 0)
"""Percent of its decisions that a bot of each level misses."""
RASH = (0, 16, 7, 4, 2, 0)
"""Percent of bombs that a bot of each level lays although it cannot escape."""
FORESIGHT = (0, 25, 38, 55, 200, 200)
"""How many ticks ahead a bot of each level sees explosions."""
BOLD = (0, 60, 80, 90, 95, 98)
"""Percent of the chances to bomb a rival that a bot of each level uses."""
TRAPS, GREEDY, WARY = 2, 3, 4
"""The levels from which bots see that a rival could not escape; collect items on the way to safety; keep out
of dead ends when a rival is close."""
ITEM_WISH = (11, 14, 11)
CRATE_WISH = (8, 11, 9)
RIVAL_WISH = (22, 10, 3)
"""The value of an item, a crate and a rival by style, in steps of a walk."""
FEAR = 4
"""The distance that a coward keeps from rivals, in steps."""
DEEP, SHALLOW = 18, 9
"""Steps that a bot looks ahead, with bombs on the board and without."""
SOON = 120
"""Ticks before the first stone from which bots take stones into account."""
AHEAD = 14
"""The number of coming stones that bots take into account."""
FEARFUL, WITHIN = (0, 0, 0, 0, 50, 90), 5
"""Percent of decisions in which a bot of each level avoids the bombs that rivals could lay, and within how
many cells. Once stones fall there is no time for that.
"""
STAND = 4
"""Ticks between two decisions of a bot that stands still."""
