"""The state of Short Fuse, and the geometry of its board.

Lengths are in 1/256 of a cell (C), the number of a cell is row * width + column, times are in ticks of
1/30 s: in the state, the tick of the match at which something ends. The rim of the board is stone.
"""

from game.rules import (
    NOBODY,
    PHASES,
    PHASES_DOC,
    Choice,
    Count,
    Entities,
    Entity,
    Fixed,
    Flag,
    Grid,
    Int,
    Series,
)

from .tuning import CURSES, DX, DY, ITEM, ITEMS, LOB_CELLS, MOST_BOMBS, MOST_BOOTS, MOST_RANGE, C


class Man(Entity):
    """The player of a seat, which is its id. The dead may ride along the rim."""

    x = Fixed(13, doc="position of the middle, in cells")
    y = Fixed(13, doc="position of the middle, in cells")
    alive = Flag(doc="stands on the board")
    rides = Flag(doc="burnt, but rides along the rim and lobs bombs")
    plays = Flag(doc="takes part in this round; a seat that joins late waits for the next")
    team = Int(0, 0, 4, doc="from 1; 0: no team")
    score = Count(max=999, doc="points of the man's side")
    bombs = Int(1, 1, MOST_BOMBS, doc="how many may lie at once")
    reach = Int(2, 1, MOST_RANGE, doc="cells that a blast goes each way")
    boots = Count(max=MOST_BOOTS, doc="each makes the man faster")
    shield = Flag(doc="survives the next flame")
    kick = Flag(doc="kicks bombs by walking into them")
    safe = Int(doc="tick until which no flame hurts, after a shield broke")
    curse = Choice(*CURSES, doc="slow; swap: left is right and up is down; leak: lays bombs; dud: lays none")
    cursed = Int(doc="tick at which the curse ends")
    lob = Int(doc="tick from which one on the rim may lob the next bomb")

    bot = Flag(see=NOBODY, doc="a bot plays it")
    held = Int(0, 0, 31, see=NOBODY, doc="buttons of the tick before")
    aim = Int(0, 0, 3, see=NOBODY, doc="the way pressed last")
    out = Int(0, 0, 99, see=NOBODY, doc="bombs that lie")
    burnt = Int(0, 0, 99, see=NOBODY, doc="ticks in a flame without a break")
    spared = Int(see=NOBODY, doc="tick until which no curse jumps over")
    kills = Int(see=NOBODY)
    own = Int(see=NOBODY, doc="times burnt by one's own")
    wrecked = Int(see=NOBODY, doc="crates burnt")
    taken = Int(see=NOBODY, doc="items taken")
    chain = Int(see=NOBODY, doc="most bombs that went off by one fuse")
    dodged = Int(see=NOBODY, doc="times out of a flame alive")


class Bomb(Entity):
    """A bomb that lies, slides or flies."""

    x = Fixed(13, doc="position of the middle, in cells")
    y = Fixed(13, doc="position of the middle, in cells")
    owner = Int(0, 0, 7, doc="seat that laid it")
    reach = Int(2, 1, MOST_RANGE, doc="cells that the blast goes each way")
    explodes = Int(doc="tick at which it goes off")
    lands = Int(doc="tick at which a lobbed bomb comes down; 0: it lies")

    way = Int(-1, -1, 3, see=NOBODY, doc="where it moves to; -1: it lies still")
    pace = Int(0, 0, C, see=NOBODY, doc="way in a tick")


class Blast(Entity):
    """The flames of one bomb: a cross about a cell."""

    cell = Int(doc="row * width + column of its middle")
    left = Count(max=MOST_RANGE, doc="how many cells it goes left")
    right = Count(max=MOST_RANGE, doc="how many cells it goes right")
    up = Count(max=MOST_RANGE, doc="how many cells it goes up")
    down = Count(max=MOST_RANGE, doc="how many cells it goes down")
    until = Int(doc="tick at which the flames are gone")
    owner = Int(0, 0, 7, see=NOBODY)


class Stone(Entity):
    """A stone that is about to fall."""

    cell = Int(doc="row * width + column")
    lands = Int(doc="tick at which it falls")


class Board(Entity):
    """The board and the course of the match."""

    men = Entities(Man, 8, doc="by seat")
    bombs = Entities(Bomb, 64, doc="that lie, slide or fly")
    blasts = Entities(Blast, 64, doc="flames")
    cells = Grid(
        "width",
        high=ITEM + len(ITEMS) - 1,
        doc="0 free, 1 crate, 2 stone; items: 3 bomb, 4 range, 5 boots, 6 shield, 7 kick, 8 curse",
    )
    stones = Entities(Stone, 40, doc="that are about to fall")
    phase = Choice(*PHASES, doc=PHASES_DOC)
    until = Int(doc="tick at which this phase ends; 0: not known")
    began = Int(doc="tick at which this round went live")
    sudden = Int(doc="tick from which stones fall and close the board in")
    hurry = Int(doc="tick from which only bots stand, so that stones fall fast; 0: off")
    round = Count(max=31, doc="number of the round, from 1")
    rounds = Int(9, 1, 30, doc="rounds at most")
    target = Int(10, 3, 60, doc="points to win")
    width = Int(13, 1, 19, doc="of the board, in cells")
    height = Int(11, 1, 13, doc="of the board, in cells")

    every = Int(6, 1, 30, see=NOBODY, doc="ticks between two stones")
    made = Int(see=NOBODY, doc="ids given in this round")
    shadows = Int(see=NOBODY, doc="stones that fell or are about to")
    history = Series(
        "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", see=NOBODY, doc="points by seat and round"
    )


_spirals: "dict[tuple[int, int], list[int]]" = {}


def spiral(width: int, height: int) -> "list[int]":
    """The cells on which stones fall, in order: inwards, clockwise from the top left."""
    found = _spirals.get((width, height))
    if found is not None:
        return found
    found = []
    left, top, right, bottom = 1, 1, width - 2, height - 2
    while left <= right and top <= bottom:
        ring = [(x, top) for x in range(left, right + 1)]
        ring += [(right, y) for y in range(top + 1, bottom + 1)]
        if bottom > top:
            ring += [(x, bottom) for x in range(right - 1, left - 1, -1)]
        if right > left:
            ring += [(left, y) for y in range(bottom - 1, top, -1)]
        found += [y * width + x for x, y in ring if x % 2 or y % 2]
        left += 1
        top += 1
        right -= 1
        bottom -= 1
    _spirals[(width, height)] = found
    return found


def starts(width: int, height: int, count: int) -> "list[tuple[int, int]]":
    """The starting cells of `count` men: the corners, then the middles of the sides."""
    right = width - 2
    bottom = height - 2
    column = width // 2 | 1
    row = height // 2 | 1
    places = [(1, 1), (right, bottom), (right, 1), (1, bottom)]
    places += [(column, 1), (column, bottom), (1, row), (right, row)]
    return places[:count]


def cell_of(s: Board, x: int, y: int) -> int:
    """The number of the cell at a point."""
    return (y >> 8) * s.width + (x >> 8)


def lying(s: Board) -> "dict[int, Bomb]":
    """The bombs that are not in the air, by cell."""
    width = s.width
    return {(bomb.y >> 8) * width + (bomb.x >> 8): bomb for bomb in s.bombs if not bomb.lands}


def figures(man: Man) -> "tuple[int, ...]":
    """The figures that awards are given for."""
    return man.kills, man.wrecked, man.taken, man.chain if man.chain > 1 else 0, man.dodged, man.own


def aim_of_lob(s: Board, man: Man) -> "tuple[int, int]":
    """The direction and the number of cells of a lob; 0 cells: no room, or a corner of the rim."""
    x = man.x >> 8
    y = man.y >> 8
    level = x in (0, s.width - 1)
    if level and y in (0, s.height - 1):
        return 0, 0
    way = (1 if x == 0 else 0) if level else (3 if y == 0 else 2)
    room = (s.width if level else s.height) - 2
    taken = lying(s)
    here = y * s.width + x
    stride = DX[way] + DY[way] * s.width
    order = list(range(LOB_CELLS, room + 1)) + list(range(LOB_CELLS - 1, 0, -1))
    for far in order:
        cell = here + far * stride
        if not 0 < s.cells[cell] < ITEM and cell not in taken:
            return way, far
    return way, 0
