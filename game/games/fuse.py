"""Short Fuse: lay bombs, burn crates, take what they hid, and be the last who stands.

Lengths are in 1/256 of a cell (C), a cell's number is row * width + column, times are in ticks of
1/30 s and, in the state, the match's tick at which something ends. The board's rim is of stone.
"""

from game.rules import (
    LIVE,
    NOBODY,
    PHASES,
    PHASES_DOC,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Fixed,
    Flag,
    Grid,
    GridPaths,
    Int,
    Options,
    Rounds,
    Series,
    beside,
    find,
    one_side,
    seated,
    side,
    standings,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

# --- figures -------------------------------------------------------------------------------------

C = 256
MIDDLE = C // 2
HZ = 30
LEFT, RIGHT, UP, DOWN, BOMB = 1, 2, 4, 8, 16
DX = (-1, 1, 0, 0)
DY = (0, 0, -1, 1)
"""The four ways: left, right, up, down."""
SIZES = ((13, 11), (15, 13), (19, 13))
FREE, CRATE, STONE, ITEM = 0, 1, 2, 3
"""What a cell holds; from ITEM on, an item of the kind that is the rest."""
ITEMS = ("bomb", "range", "boots", "shield", "kick", "curse")
MORE_BOMBS, MORE_RANGE, BOOTS, SHIELD, KICK, CURSE = range(6)
LOTS = (0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5)
"""What a crate that hides something hides, each kind as often as it stands here; the curse is the last."""
CURSES = ("none", "slow", "swap", "leak", "dud")
SLOW, SWAP, LEAK, DUD = 1, 2, 3, 4
CURSE_TICKS = 10 * HZ
SPARED = HZ
"""Ticks in which a curse does not jump on."""
PACE, BOOT, FASTEST = 34, 5, 60
MOST_BOMBS, MOST_RANGE, MOST_BOOTS = 6, 8, 6
ASSIST = 6 * C // 16
"""From how far off a lane a turn into it is taken."""
SLIDE = 64
"""Way of a kicked bomb in a tick."""
FLAME = 15
TOO_LONG = 2
"""Whoever is in a flame for more ticks than this burns."""
UNHURT = 45
"""Ticks after a shield broke in which nothing burns."""
STONE_EVERY = {13: 6, 15: 5, 19: 4}
"""Ticks between two stones that fall, by the board's width: all boards close in some 17 s."""
WARNING = HZ
"""Ticks from a stone's shadow to the stone."""
RIM_SEATS = 4
"""With fewer seats the dead do not ride the rim."""
FIRST_LOB, LOB_EVERY, LOB_TICKS, LOB_CELLS = 3 * HZ, 8 * HZ, 20, 4
WALL = -1
"""In the place of a seat that is to blame: nobody is."""


# --- state ---------------------------------------------------------------------------------------


class Man(Entity):
    """One seat's player; its id is the seat. The dead may ride the rim."""

    x = Fixed(13, doc="position of the middle, in cells")
    y = Fixed(13, doc="position of the middle, in cells")
    alive = Flag(doc="stands on the board")
    rides = Flag(doc="burnt, but rides along the rim and lobs bombs")
    plays = Flag(doc="takes part in this round; a seat that joins late waits for the next")
    team = Int(0, 0, 4, doc="from 1; 0: no team")
    stars = Count(max=99, doc="rounds won by the man's side")
    bombs = Int(1, 1, MOST_BOMBS, doc="how many may lie at once")
    reach = Int(2, 1, MOST_RANGE, doc="cells that a blast goes each way")
    boots = Count(max=MOST_BOOTS, doc="each makes the man faster")
    shield = Flag(doc="survives the next flame")
    kick = Flag(doc="kicks bombs by walking into them")
    safe = Int(doc="tick until which no flame hurts, after a shield broke")
    curse = Choice(*CURSES, doc="slow; swap: left is right and up is down; leak: lays bombs; dud: lays none")
    cursed = Int(doc="tick at which the curse ends")
    lob = Int(doc="tick from which one on the rim may lob the next bomb")

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
    stones = Entities(Stone, 8, doc="that are about to fall")
    phase = Choice(*PHASES, doc=PHASES_DOC)
    until = Int(doc="tick at which this phase ends; 0: not known")
    began = Int(doc="tick at which this round went live")
    sudden = Int(doc="tick from which stones fall and close the board in")
    round = Count(max=31, doc="number of the round, from 1")
    rounds = Int(9, 1, 30, doc="rounds at most")
    target = Int(3, 1, 9, doc="stars to win")
    width = Int(13, 1, 19, doc="of the board, in cells")
    height = Int(11, 1, 13, doc="of the board, in cells")

    made = Int(see=NOBODY, doc="ids given in this round")
    shadows = Int(see=NOBODY, doc="stones that fell or are about to")
    history = Series(
        "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", see=NOBODY, doc="stars by seat and round"
    )


# --- the board -----------------------------------------------------------------------------------

_spirals: "dict[tuple[int, int], list[int]]" = {}


def spiral(width: int, height: int) -> "list[int]":
    """The cells on which stones fall, in their order: inwards, clockwise from the top left."""
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
    """Where `count` men start: in the corners, then in the middle of the sides."""
    right = width - 2
    bottom = height - 2
    column = width // 2 | 1
    row = height // 2 | 1
    places = [(1, 1), (right, bottom), (right, 1), (1, bottom)]
    places += [(column, 1), (column, bottom), (1, row), (right, row)]
    return places[:count]


def cell_of(s: Board, x: int, y: int) -> int:
    """The number of the cell of a point."""
    return (y >> 8) * s.width + (x >> 8)


def lying(s: Board) -> "dict[int, Bomb]":
    """Every bomb that is not in the air, by its cell."""
    width = s.width
    return {(bomb.y >> 8) * width + (bomb.x >> 8): bomb for bomb in s.bombs if not bomb.lands}


# --- the game ------------------------------------------------------------------------------------


class Fuse(Rounds):
    """Short Fuse. One step: walk and lay, slide, stones, explode, burn, take."""

    name = "fuse"
    title = "Short Fuse"
    blurb = "Lay bombs, blow up crates, and be the last one standing."
    seats = (2, 8)
    tick_hz = HZ
    buttons = ("left", "right", "up", "down", "bomb")
    button_docs = ("walk left", "walk right", "walk up", "walk down", "lay a bomb; on the rim: lob one")
    options = Options(
        stars=Int(3, 1, 9, doc="rounds to win"),
        rounds=Int(9, 1, 30, doc="rounds at most"),
        fuse=Int(25, 15, 40, doc="how long a bomb burns, tenths of a second"),
        crates=Int(72, 30, 90, doc="percent of the board full of crates"),
        drops=Int(34, 0, 80, doc="percent of the crates that hide something"),
        sudden=Int(60, 30, 180, doc="seconds until stones close the board in"),
        reach=Int(2, 1, MOST_RANGE, doc="cells that a blast goes at the start"),
        bombs=Int(1, 1, MOST_BOMBS, doc="bombs at once at the start"),
        revenge=Flag(True, doc="with four or more, the dead lob bombs from the rim"),
        curses=Flag(True, doc="crates may hide curses"),
        teams=Int(0, 0, 4, doc="teams; 0 or 1: everyone for themselves"),
    )
    presets = (
        ("Classic", {}),
        ("Pure", {"drops": 0, "reach": 3, "bombs": 2, "revenge": False}),
        ("Arsenal", {"reach": 5, "bombs": 4, "crates": 60, "drops": 60}),
        ("Teams", {"teams": 2}),
        ("Slow burn", {"fuse": 40, "sudden": 90, "drops": 45}),
        ("Hothead", {"fuse": 15, "crates": 45, "sudden": 45}),
        ("Quick", {"stars": 1, "rounds": 3, "crates": 50, "sudden": 30}),
    )
    team_option = "teams"
    bot_styles = ("Hunter", "Farmer", "Coward")
    events = Rounds.events + (
        Event("lay", "seat", "cell", doc="a bomb is laid"),
        Event("kick", "seat", "cell", doc="a bomb slides off from this cell"),
        Event("lob", "seat", "cell", doc="a bomb is lobbed from the rim and lands on this cell"),
        Event("boom", "seat", "cell", doc="a bomb of this seat went off"),
        Event(
            "out",
            "seat",
            "by",
            "x",
            "y",
            doc="burnt; by: whose flame it was, -1: a stone; x, y in 1/256 cell",
        ),
        Event("shield", "seat", doc="the shield broke and saved the man"),
        Event("phew", "seat", doc="left a flame alive"),
        Event("take", "seat", "kind", "cell", doc="took an item; kind 0: bomb, 5: curse, as in Board.cells"),
        Event("curse", "seat", "kind", "by", doc="kind as in Man.curse; by: who passed it on, -1: an item"),
        Event("lift", "seat", doc="a curse is over"),
        Event("spiral", doc="stones begin to fall"),
    )
    awards = ("Most knock-outs", "Wrecker", "Collector", "Chain reaction", "Hot feet", "Own goals")
    """Figures: knock-outs, crates, items, bombs, narrow escapes, times."""
    State = Board

    # --- course of the match

    def start(self, m: "Match") -> None:
        """Set up the board for the seats that are there."""
        s = m.state
        for seat in m.seats:
            s.men.append(Man(seat, team=m.teams[seat]))
        s.target = m.options.stars
        s.rounds = m.options.rounds
        m.scratch = Sight()
        self.begin_round(m)

    def rebuild(self, m: "Match") -> None:
        """Bots have to look anew."""
        m.scratch = Sight()

    def rewound(self, m: "Match") -> None:
        """What bots saw of the bombs may not have come yet."""
        m.scratch.stale = True

    def deal(self, m: "Match") -> None:
        """Build a board and put every man on his start."""
        s = m.state
        options = m.options
        s.sudden = 0
        s.bombs = []
        s.blasts = []
        s.stones = []
        s.made = 0
        s.shadows = 0
        count = len(s.men)
        s.width, s.height = SIZES[0 if count <= 4 else 1 if count <= 6 else 2]
        places = starts(s.width, s.height, count)
        self.build(m, places)
        order = list(range(count))
        m.rng.shuffle(order)
        for man, k in zip(s.men, order):
            x, y = places[k]
            man.x = x * C + MIDDLE
            man.y = y * C + MIDDLE
            man.alive = man.plays = 1
            man.rides = man.shield = man.kick = man.curse = man.cursed = man.safe = man.lob = 0
            man.bombs = options.bombs
            man.reach = options.reach
            man.boots = man.out = man.burnt = man.held = man.spared = 0
        m.scratch.stale = True

    def went_live(self, m: "Match") -> None:
        """From now on there is so much time until the stones."""
        m.state.sudden = m.tick + m.options.sudden * HZ

    def pause(self, m: "Match") -> None:
        """Flames go out after a round as well."""
        self.cool(m)

    def build(self, m: "Match", places: "list[tuple[int, int]]") -> None:
        """Rim, pillars and crates; each start gets a pocket with a corner to hide behind."""
        s = m.state
        width = s.width
        height = s.height
        cells = bytearray(width * height)
        for y in range(height):
            for x in range(width):
                if x in (0, width - 1) or y in (0, height - 1) or not (x % 2 or y % 2):
                    cells[y * width + x] = STONE
                elif m.rng.chance(m.options.crates):
                    cells[y * width + x] = CRATE
        for x, y in places:
            here = y * width + x
            cells[here] = FREE
            cells[here + (1 if x < width // 2 else -1)] = FREE
            cells[here + (width if y < height // 2 else -width)] = FREE
        s.cells = cells

    def end_round(self, m: "Match") -> None:
        """Let go of who left, then begin the next round or end the match."""
        s = m.state
        s.men = [man for man in s.men if man.id in m.seats]
        points = [(man.id, man.stars) for man in s.men]
        self.note(m, points)
        sides = standings([(side(man), man.stars) for man in s.men])
        if len(sides) < 2 or sides[0][0] >= s.target or s.round >= s.rounds:
            self.end_match(m, points)
            for k, name in enumerate(self.awards):
                m.award_most(name, [(man.id, figures(man)[k]) for man in s.men])
        else:
            self.begin_round(m)

    def join(self, m: "Match", seat: int) -> None:
        """A latecomer takes the man that was left on this seat, or waits for the next round."""
        s = m.state
        man = find(s.men, seat)
        if man is None:
            man = Man(seat, x=MIDDLE, y=MIDDLE)
            s.men = seated(s.men, man)
        man.team = m.teams[seat]
        man.stars = 0
        for other in s.men:
            if other is not man and side(other) == side(man):
                man.stars = other.stars
        man.kills = man.own = man.wrecked = man.taken = man.chain = man.dodged = 0

    # --- one tick

    # hot: 30 times a second and room
    def play(self, m: "Match", inputs: "list[int]") -> None:
        """Walk and lay, slide, let stones fall, explode, burn, take. Ahead of what is sure nobody dies."""
        s = m.state
        at = lying(s)
        for man in s.men:
            buttons = inputs[man.id]
            if man.alive:
                self.move(m, man, buttons, at)
            elif man.rides:
                self.ride(m, man, buttons)
        if s.bombs:
            self.carry(m)
        if m.tick >= s.sudden:
            self.close_in(m)
        if s.blasts:
            self.cool(m)
        if s.bombs:
            self.explode(m)
        living = [man for man in s.men if man.alive]
        if s.blasts and not m.ahead:
            self.burn(m, living)
        self.take(m, living)
        living = [man for man in s.men if man.alive]
        if one_side(living):
            self.reward(s, living)
            self.close_round(m, living)

    def next_id(self, m: "Match") -> int:
        """An id that rises within a round."""
        m.state.made += 1
        made: int = m.state.made
        return made

    def move(self, m: "Match", man: Man, buttons: int, at: "dict[int, Bomb]") -> None:
        """Let a man walk and lay."""
        s = m.state
        if man.curse:
            if m.tick >= man.cursed:
                man.curse = 0
                m.emit("lift", man.id)
            elif man.curse == SWAP:
                buttons = buttons & BOMB | (buttons & 5) << 1 | (buttons & 10) >> 1
        self.aim(man, buttons)
        if buttons & 15:
            pace = min(FASTEST, PACE + man.boots * BOOT)
            if man.curse == SLOW:
                pace //= 2
            width = s.width
            here = (man.y >> 8) * width + (man.x >> 8)
            for way in self.wishes(man, buttons):
                ahead = here + DX[way] + DY[way] * width
                bomb = at.get(ahead)
                if self.walk(man, way, pace, bomb is not None or 0 < s.cells[ahead] < ITEM):
                    break
                if bomb is not None and man.kick and self.kicked(m, man, bomb, way, at):
                    break
        if man.curse == LEAK or (buttons & BOMB and not man.held & BOMB):
            self.lay(m, man, at)
        man.held = buttons

    def aim(self, man: Man, buttons: int) -> None:
        """Notice which way was pressed last."""
        fresh = buttons & ~man.held & 15
        if fresh:
            for way in range(4):
                if fresh >> way & 1:
                    man.aim = way

    def wishes(self, man: Man, buttons: int) -> "list[int]":
        """The ways held, the newest first: where it is shut, another one that is held is as good."""
        held = [way for way in range(4) if buttons >> way & 1]
        if len(held) > 1 and man.aim in held:
            held.remove(man.aim)
            held.insert(0, man.aim)
        return held

    def walk(self, man: Man, way: int, pace: int, shut: bool) -> bool:
        """Go one step, or towards the lane if one is off it; False if that is not possible.

        A man is always in the middle of a row or of a column. `shut`: the cell ahead cannot be entered.
        """
        level = way < 2
        along = man.x if level else man.y
        across = man.y if level else man.x
        sign = 1 if way & 1 else -1
        off = (across & 255) - MIDDLE
        if off:
            if shut or not -ASSIST <= off <= ASSIST:
                return False
            slide = min(pace, abs(off))
            across += slide if off < 0 else -slide
            along += sign * (pace - slide)
        else:
            if shut:
                pace = min(pace, sign * (MIDDLE - (along & 255)))
                if pace <= 0:
                    return False
            along += sign * pace
        if level:
            man.x = along
            man.y = across
        else:
            man.x = across
            man.y = along
        return True

    def lay(self, m: "Match", man: Man, at: "dict[int, Bomb]") -> None:
        """Lay a bomb where a man stands, if he may and there is none."""
        s = m.state
        cell = (man.y >> 8) * s.width + (man.x >> 8)
        if cell in at or man.out >= man.bombs or man.curse == DUD or len(s.bombs) == 64:
            return
        man.out += 1
        bomb = Bomb(
            self.next_id(m),
            x=(man.x & ~255) + MIDDLE,
            y=(man.y & ~255) + MIDDLE,
            owner=man.id,
            reach=man.reach,
            explodes=m.tick + m.options.fuse * HZ // 10,
        )
        s.bombs.append(bomb)
        at[cell] = bomb
        m.scratch.stale = True
        m.emit("lay", man.id, cell)

    # --- bombs on the move

    def kicked(self, m: "Match", man: Man, bomb: Bomb, way: int, at: "dict[int, Bomb]") -> bool:
        """Whether a bomb that a man walks against slides off."""
        if bomb.way >= 0 or not self.open_to(m.state, bomb, way, at):
            return False
        bomb.way = way
        bomb.pace = SLIDE
        m.emit("kick", man.id, cell_of(m.state, bomb.x, bomb.y))
        return True

    def open_to(self, s: Board, bomb: Bomb, way: int, at: "dict[int, Bomb]") -> bool:
        """Whether a bomb may slide into the next cell: nothing and nobody is there."""
        ahead = cell_of(s, bomb.x, bomb.y) + DX[way] + DY[way] * s.width
        if 0 < s.cells[ahead] < ITEM or ahead in at:
            return False
        return not [man for man in s.men if man.alive and cell_of(s, man.x, man.y) == ahead]

    def carry(self, m: "Match") -> None:
        """Move the bombs that slide or fly."""
        s = m.state
        moving = [bomb for bomb in s.bombs if bomb.way >= 0]
        if not moving:
            return
        m.scratch.stale = True
        at = lying(s)
        for bomb in moving:
            if not bomb.lands:
                self.slide(s, bomb, at)
            elif not self.fly(m, bomb, at):
                s.bombs = [other for other in s.bombs if other is not bomb]

    def slide(self, s: Board, bomb: Bomb, at: "dict[int, Bomb]") -> None:
        """Slide on, and lie still in the middle of a cell when the next one is taken."""
        way = bomb.way
        level = way < 2
        sign = 1 if way & 1 else -1
        before = cell_of(s, bomb.x, bomb.y)
        passed = sign * (((bomb.x if level else bomb.y) & 255) - MIDDLE)
        if passed >= 0 and not self.open_to(s, bomb, way, at):
            bomb.x = (bomb.x & ~255) + MIDDLE
            bomb.y = (bomb.y & ~255) + MIDDLE
            bomb.way = -1
            return
        bomb.x += DX[way] * bomb.pace
        bomb.y += DY[way] * bomb.pace
        after = cell_of(s, bomb.x, bomb.y)
        if after != before:
            del at[before]
            at[after] = bomb

    def fly(self, m: "Match", bomb: Bomb, at: "dict[int, Bomb]") -> bool:
        """Fly on; a bomb that finds its place taken hops over, and one that leaves the board is lost."""
        s = m.state
        bomb.x += DX[bomb.way] * bomb.pace
        bomb.y += DY[bomb.way] * bomb.pace
        if m.tick < bomb.lands:
            return True
        bomb.x = (bomb.x & ~255) + MIDDLE
        bomb.y = (bomb.y & ~255) + MIDDLE
        cell = cell_of(s, bomb.x, bomb.y)
        if 0 < s.cells[cell] < ITEM or cell in at:
            x = (bomb.x >> 8) + DX[bomb.way]
            y = (bomb.y >> 8) + DY[bomb.way]
            if not (0 < x < s.width - 1 and 0 < y < s.height - 1):
                return False
            bomb.pace = C // 8
            bomb.lands = m.tick + 8
            return True
        bomb.lands = bomb.pace = 0
        bomb.way = -1
        at[cell] = bomb
        return True

    # --- the rim

    def ride(self, m: "Match", man: Man, buttons: int) -> None:
        """Let a dead man move along the rim and lob."""
        s = m.state
        self.aim(man, buttons)
        for way in self.wishes(man, buttons):
            x = (man.x >> 8) + DX[way]
            y = (man.y >> 8) + DY[way]
            inside = 0 <= x < s.width and 0 <= y < s.height
            rim = inside and (x in (0, s.width - 1) or y in (0, s.height - 1))
            if self.walk(man, way, PACE, not rim):
                break
        if buttons & BOMB and not man.held & BOMB and man.lob <= m.tick < s.sudden:
            self.throw(m, man)
        man.held = buttons

    def throw(self, m: "Match", man: Man) -> None:
        """Lob a bomb from the rim into the board."""
        s = m.state
        way, cells = aim_of_lob(s, man)
        if not cells or len(s.bombs) == 64:
            return
        man.lob = m.tick + LOB_EVERY
        bomb = Bomb(
            self.next_id(m),
            x=(man.x & ~255) + MIDDLE,
            y=(man.y & ~255) + MIDDLE,
            owner=man.id,
            reach=m.options.reach,
            explodes=m.tick + LOB_TICKS + m.options.fuse * HZ // 10,
            lands=m.tick + LOB_TICKS,
            way=way,
            # In whole steps it comes down in the right cell, though not quite in its middle.
            pace=cells * C // (LOB_TICKS + 1) + 1,
        )
        s.bombs.append(bomb)
        m.emit("lob", man.id, cell_of(s, bomb.x + DX[way] * cells * C, bomb.y + DY[way] * cells * C))

    # --- stones

    def close_in(self, m: "Match") -> None:
        """Cast the next stone's shadow, and let those fall that are due."""
        s = m.state
        tick = m.tick
        order = spiral(s.width, s.height)
        if tick == s.sudden:
            m.emit("spiral")
        if (tick - s.sudden) % STONE_EVERY[s.width] == 0 and s.shadows < len(order):
            s.stones.append(Stone(self.next_id(m), cell=order[s.shadows], lands=tick + WARNING))
            s.shadows += 1
        if s.stones and s.stones[0].lands <= tick:
            self.fall(m, s.stones[0].cell)
            s.stones = s.stones[1:]

    def fall(self, m: "Match", cell: int) -> None:
        """A stone comes down on a cell and on all that is in it."""
        s = m.state
        s.cells[cell] = STONE
        m.scratch.stale = True
        crushed = lying(s).get(cell)
        if crushed is not None:
            s.bombs = [bomb for bomb in s.bombs if bomb is not crushed]
            self.spent(s, crushed)
        for man in s.men:
            if man.alive and cell_of(s, man.x, man.y) == cell and not m.ahead:
                self.bury(m, man, WALL)

    # --- fire

    def explode(self, m: "Match") -> None:
        """Let off all bombs that are due or in a flame, and all that these set off."""
        s = m.state
        at = lying(s)
        tick = m.tick
        due = []
        for bomb in s.bombs:
            if not bomb.lands and (bomb.explodes <= tick or self.flame(s, bomb.x, bomb.y) >= 0):
                due.append(bomb)
        if not due:
            return
        m.scratch.stale = True
        gone: "list[int]" = []
        crates: "list[int]" = []
        items: "list[int]" = []
        for first in due:
            if first.id in gone:
                continue
            chain = [first]
            gone.append(first.id)
            for bomb in chain:
                for other in self.blow(m, bomb, at, crates, items):
                    if other.id not in gone:
                        gone.append(other.id)
                        chain.append(other)
            for man in s.men:
                if man.id == first.owner:
                    man.chain = max(man.chain, len(chain))
        s.bombs = [bomb for bomb in s.bombs if bomb.id not in gone]
        # All blasts of a tick meet the board as it was: a crate stops each of them, and what it hid is safe.
        for cell in items:
            s.cells[cell] = FREE
        for cell in sorted(crates):
            s.cells[cell] = FREE
            if m.rng.chance(m.options.drops):
                kind = LOTS[m.rng.below(len(LOTS) if m.options.curses else len(LOTS) - 1)]
                s.cells[cell] = ITEM + kind

    def blow(
        self, m: "Match", bomb: Bomb, at: "dict[int, Bomb]", crates: "list[int]", items: "list[int]"
    ) -> "list[Bomb]":
        """Let one bomb off; returns the bombs that its flames reach."""
        s = m.state
        cells = s.cells
        reached = []
        reaches = []
        cell = cell_of(s, bomb.x, bomb.y)
        burns = [cell]
        for way in range(4):
            stride = DX[way] + DY[way] * s.width
            far = 0
            while far < bomb.reach and cells[cell + (far + 1) * stride] != STONE:
                far += 1
                ahead = cell + far * stride
                burns.append(ahead)
                other = at.get(ahead)
                if other is not None:
                    reached.append(other)
                if other is not None or cells[ahead] == CRATE:
                    break
            reaches.append(far)
        wrecked = 0
        for burnt in burns:
            if cells[burnt] >= ITEM:
                items.append(burnt)
            elif cells[burnt] == CRATE and burnt not in crates:
                crates.append(burnt)
                wrecked += 1
        for man in s.men:
            if man.id == bomb.owner:
                man.wrecked += wrecked
        left, right, up, down = reaches
        blast = Blast(self.next_id(m), cell=cell, left=left, right=right, up=up, down=down)
        blast.until = m.tick + FLAME
        blast.owner = bomb.owner
        s.blasts.append(blast)
        self.spent(s, bomb)
        m.emit("boom", bomb.owner, cell)
        return reached

    def spent(self, s: Board, bomb: Bomb) -> None:
        """A bomb is no more: its owner may lay another."""
        for man in s.men:
            if man.id == bomb.owner:
                man.out = max(0, man.out - 1)

    def cool(self, m: "Match") -> None:
        """Put out the flames that are through."""
        s = m.state
        if s.blasts and s.blasts[0].until <= m.tick:
            s.blasts = [blast for blast in s.blasts if blast.until > m.tick]

    # hot: for every man and bomb while there are flames
    def flame(self, s: Board, x: int, y: int) -> int:
        """Whose flames burn at a point, the newest if there are several; -1: nobody's."""
        column = x >> 8
        row = y >> 8
        width = s.width
        found = -1
        for blast in s.blasts:
            dy = row - blast.cell // width
            dx = column - blast.cell % width
            if dy == 0:
                if -blast.left <= dx <= blast.right:
                    found = blast.owner
            elif dx == 0 and -blast.up <= dy <= blast.down:
                found = blast.owner
        return found

    def burn(self, m: "Match", living: "list[Man]") -> None:
        """Burn who has been in flames for too long; nobody is out before all have been looked at."""
        s = m.state
        dead = []
        for man in living:
            by = self.flame(s, man.x, man.y) if m.tick >= man.safe else -1
            if by < 0:
                if man.burnt:
                    man.dodged += 1
                    m.emit("phew", man.id)
                man.burnt = 0
                continue
            man.burnt += 1
            if man.burnt <= TOO_LONG:
                continue
            man.burnt = 0
            if man.shield:
                man.shield = 0
                man.safe = m.tick + UNHURT
                m.emit("shield", man.id)
            else:
                dead.append((man, by))
        for man, by in dead:
            self.bury(m, man, by)

    def bury(self, m: "Match", man: Man, by: int) -> None:
        """A man is out; with enough seats he goes on to the rim."""
        s = m.state
        man.alive = man.burnt = man.curse = 0
        m.emit("out", man.id, by, man.x, man.y)
        if by == man.id:
            man.own += 1
        for other in s.men:
            if other.id == by and side(other) != side(man):
                other.kills += 1
        if m.options.revenge and len(s.men) >= RIM_SEATS:
            man.rides = 1
            man.lob = m.tick + FIRST_LOB
            self.to_rim(s, man)

    def to_rim(self, s: Board, man: Man) -> None:
        """Put a man on the rim where it is nearest."""
        column = man.x >> 8
        row = man.y >> 8
        gaps = (column, s.width - 1 - column, row, s.height - 1 - row)
        nearest = gaps.index(min(gaps))
        if nearest == 0:
            column = 0
        elif nearest == 1:
            column = s.width - 1
        elif nearest == 2:
            row = 0
        else:
            row = s.height - 1
        man.x = column * C + MIDDLE
        man.y = row * C + MIDDLE

    # --- items and curses

    def take(self, m: "Match", living: "list[Man]") -> None:
        """Give items to those who stand on them, and let curses jump."""
        s = m.state
        cells = s.cells
        width = s.width
        cursed = False
        for man in living:
            if not man.alive:
                continue
            if man.curse:
                cursed = True
            cell = (man.y >> 8) * width + (man.x >> 8)
            if cells[cell] >= ITEM:
                kind = cells[cell] - ITEM
                cells[cell] = FREE
                man.taken += 1
                m.emit("take", man.id, kind, cell)
                self.give(m, man, kind)
        if cursed:
            self.pass_on(m, living)

    def give(self, m: "Match", man: Man, kind: int) -> None:
        """Let an item do what it does."""
        if kind == MORE_BOMBS:
            man.bombs = min(MOST_BOMBS, man.bombs + 1)
        elif kind == MORE_RANGE:
            man.reach = min(MOST_RANGE, man.reach + 1)
        elif kind == BOOTS:
            man.boots = min(MOST_BOOTS, man.boots + 1)
        elif kind == SHIELD:
            man.shield = 1
        elif kind == KICK:
            man.kick = 1
        else:
            self.hex(m, man, m.rng.between(SLOW, DUD), m.tick + CURSE_TICKS, WALL)

    def hex(self, m: "Match", man: Man, curse: int, until: int, by: int) -> None:
        """Lay a curse on a man."""
        man.curse = curse
        man.cursed = until
        man.spared = m.tick + SPARED
        m.emit("curse", man.id, curse, by)

    def pass_on(self, m: "Match", living: "list[Man]") -> None:
        """A curse jumps to whomever its bearer meets."""
        s = m.state
        for man in living:
            if not man.curse or not man.alive or m.tick < man.spared:
                continue
            cell = cell_of(s, man.x, man.y)
            for other in living:
                if other.alive and not other.curse and cell_of(s, other.x, other.y) == cell:
                    self.hex(m, other, man.curse, man.cursed, man.id)
                    man.curse = 0
                    break

    def reward(self, s: Board, living: "list[Man]") -> None:
        """No two sides are left: who stands has won, for the whole side."""
        for man in s.men:
            if living and side(man) == side(living[0]):
                man.stars = min(99, man.stars + 1)

    def bot(self, m: "Match", bot: "BotContext") -> int:
        """The buttons of a bot, which looks and decides in the middle of a cell."""
        s = m.state
        man = find(s.men, bot.seat)
        if s.phase != LIVE or man is None:
            bot.memory = []
            return 0
        if man.alive:
            return think(m, bot, man)
        return haunt(m, bot, man) if man.rides else 0


def figures(man: Man) -> "tuple[int, ...]":
    """What each award goes by."""
    return man.kills, man.wrecked, man.taken, man.chain if man.chain > 1 else 0, man.dodged, man.own


def aim_of_lob(s: Board, man: Man) -> "tuple[int, int]":
    """Which way a rider lobs and over how many cells; 0 cells: there is no room, or it is a corner."""
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


# --- bots ----------------------------------------------------------------------------------------

HUNTER, FARMER, COWARD = 0, 1, 2
LAPSE = (0, 30, 12, 6, 3, 0)
"""Percent of decisions that a bot of each level lets pass."""
RASH = (0, 16, 7, 4, 2, 0)
"""Percent of the bombs without a way out that are laid all the same."""
FORESIGHT = (0, 25, 38, 55, 200, 200)
"""How many ticks ahead a bot of each level sees a fuse end."""
BOLD = (0, 60, 80, 90, 95, 98)
"""Percent of the chances to bomb a rival that are taken."""
TRAPS, GREEDY, WARY = 2, 3, 4
"""From these levels on bots see that a rival could not escape; take things on the way to safety; and
keep out of dead ends when a rival is close."""
ITEM_WISH = (11, 14, 11)
CRATE_WISH = (8, 11, 9)
RIVAL_WISH = (22, 10, 3)
"""How many steps a style goes for an item, a crate or a rival rather than for nothing."""
FEAR = 4
"""A coward keeps so many steps from rivals."""
DEEP, SHALLOW = 18, 9
"""Steps that a bot looks ahead, with bombs about and without."""
SOON = 120
"""So many ticks before stones fall bots begin to bot it."""
AHEAD = 14
"""So many stones of those to come bots keep in bot."""
FEARFUL, WITHIN = (0, 0, 0, 0, 50, 90), 5
"""Percent of decisions in which a bot of each level fears the bombs that rivals within so many cells could
lay. Once stones fall there is no time for that.
"""
STAND = 4
"""Ticks between two thoughts of a bot that stands."""


class Sight:
    """The board as bots see it: sets of cells, each the bits of one large number.

    It is brought up to date by bots alone: whoever only follows a match never pays for it.
    """

    def __init__(self) -> None:
        self.stale = True
        self.cells = b""
        self.width = 0
        self.open = self.crates = self.items = self.bombs = 0
        self.known: "dict[int, int]" = {}
        self.fires: "list[tuple[int, int, int]]" = []
        self.fuses: "list[tuple[int, int, int]]" = []

    def follow(self, m: "Match") -> None:
        """See what is new."""
        s = m.state
        if self.cells != s.cells:
            self.cells = bytes(s.cells)
            self.width = s.width
            self.known = {}
            self.look()
            self.stale = True
        if self.stale:
            self.stale = False
            self.expect(m)

    def look(self) -> None:
        """Sort the cells."""
        bit = 1
        self.open = self.crates = self.items = 0
        for cell in self.cells:
            if cell == CRATE:
                self.crates |= bit
            elif cell != STONE:
                self.open |= bit
                if ITEM <= cell < ITEM + CURSE:
                    self.items |= bit
            bit <<= 1

    def cross(self, cell: int, reach: int) -> int:
        """What a blast reaches from a cell, bombs left aside."""
        key = cell << 4 | reach
        found = self.known.get(key)
        if found is None:
            cells = self.cells
            found = 1 << cell
            for stride in (-1, 1, -self.width, self.width):
                ahead = cell
                for _ in range(reach):
                    ahead += stride
                    if cells[ahead] == STONE:
                        break
                    found |= 1 << ahead
                    if cells[ahead] == CRATE:
                        break
            self.known[key] = found
        return found

    def expect(self, m: "Match") -> None:
        """Work out where it will burn and when: `fires` are (first tick, end, cells)."""
        s = m.state
        fuses = []
        self.bombs = 0
        for bomb in s.bombs:
            left = bomb.lands - m.tick if bomb.lands else 0
            x = bomb.x + DX[bomb.way] * bomb.pace * left if left else bomb.x
            y = bomb.y + DY[bomb.way] * bomb.pace * left if left else bomb.y
            cell = cell_of(s, x, y)
            self.bombs |= 1 << cell
            fuses.append((bomb.explodes, cell, self.cross(cell, bomb.reach)))
        self.fuses = chained(fuses)
        fires = [(at, at + FLAME, cells) for at, _, cells in self.fuses]
        for blast in s.blasts:
            cells = 0
            for k in range(-blast.left, blast.right + 1):
                cells |= 1 << blast.cell + k
            for k in range(-blast.up, blast.down + 1):
                cells |= 1 << blast.cell + k * s.width
            fires.append((m.tick, blast.until, cells))
        if m.tick > s.sudden - SOON:
            order = spiral(s.width, s.height)
            first = max(0, s.shadows - len(s.stones))
            for k in range(first, min(len(order), first + AHEAD)):
                lands = s.sudden + k * STONE_EVERY[s.width] + WARNING
                fires.append((lands, lands + 9999, 1 << order[k]))
        self.fires = fires


def chained(fuses: "list[tuple[int, int, int]]") -> "list[tuple[int, int, int]]":
    """Fuses as (tick, cell, blast), each as short as that of the first bomb that sets it off."""
    changed = len(fuses) > 1
    while changed:
        changed = False
        for at, _, cells in list(fuses):
            for k in range(len(fuses)):
                then, cell, reached = fuses[k]
                if then > at and cells >> cell & 1:
                    fuses[k] = (at, cell, reached)
                    changed = True
    return fuses


class Outlook(GridPaths):
    """What one decision of a bot goes by: where somebody can be in so many steps of `step` ticks, and live.

    `more` are fires that one supposes beside those that one sees, `shut` are cells with bombs supposed.
    From a bomb one can walk away, but not back to it.
    """

    def __init__(
        self,
        sight: Sight,
        cell: int,
        step: int,
        tick: int,
        foresight: int,
        more: "list[tuple[int, int, int]]",
        shut: int,
    ) -> None:
        bombs = sight.bombs | shut
        fires = [fire for fire in sight.fires if fire[0] < tick + foresight] + more
        last = 0
        for _, end, _ in fires:
            if last < end < tick + 9000:
                last = end
        steps = max(SHALLOW, min(DEEP, (last - tick) // step + 2))
        burns = [0] * (steps + 1)
        half = step // 2
        for start, end, cells in fires:
            first = max(0, (start - tick - half) // step + 1)
            for k in range(first, min(steps, (end - tick + half - 1) // step) + 1):
                burns[k] |= cells
        super().__init__(sight.width, cell, sight.open & ~bombs, burns, bombs >> cell & 1 != 0)


def think(m: "Match", bot: "BotContext", man: Man) -> int:
    """The buttons of a bot that lives: it goes from cell to cell and decides in the middle of each."""
    s = m.state
    cell = (man.y >> 8) * s.width + (man.x >> 8)
    pace = min(FASTEST, PACE + man.boots * BOOT)
    if man.curse == SLOW:
        pace //= 2
    ways = bot.buttons & 15
    if ways:
        if bot.memory and under_way(m, bot, man, cell, pace):
            return ways
    elif (m.tick + bot.seat) % STAND:
        return 0
    bot.memory = [cell, m.tick]
    if bot.rng.chance(LAPSE[bot.level]):
        return 0
    m.scratch.follow(m)
    return decide(m, bot, man, cell, (C + pace - 1) // pace)


# hot: every tick for each bot that walks
def under_way(m: "Match", bot: "BotContext", man: Man, cell: int, pace: int) -> bool:
    """Whether a bot that walks has not yet come to the middle of the next cell, nor met with a bomb."""
    s: Board = m.state
    ago: int = m.tick - bot.memory[1]
    if ago > 2 * C // pace:
        return False
    before: int = bot.memory[0]
    if cell != before:
        return abs((man.x & 255) - MIDDLE) + abs((man.y & 255) - MIDDLE) > pace // 2 + 1
    for bomb in s.bombs:
        if abs(bomb.x - man.x) + abs(bomb.y - man.y) < C and cell_of(s, bomb.x, bomb.y) != cell:
            return bool(bomb.lands)
    return True


# hot: 4 times a second and bot
def decide(m: "Match", bot: "BotContext", man: Man, cell: int, step: int) -> int:
    """Lay a bomb where that is worth it and there is a way out; go where there is most to gain."""
    s = m.state
    sight = m.scratch
    level = bot.level
    rivals = near_rivals(s, man)
    fear: "list[tuple[int, int, int]]" = []
    feared = 0
    if bot.rng.chance(FEARFUL[level]) and not s.shadows:
        for rival in rivals:
            there = cell_of(s, rival.x, rival.y)
            if rival.out < rival.bombs and close(man, rival):
                fear += flames_of(m, sight, rival, there)
                feared |= 1 << there
    view = Outlook(sight, cell, step, m.tick, FORESIGHT[level], [], 0)
    danger = view.danger()
    bomb = 0
    can = view.layers and man.out < man.bombs and man.curse != DUD and not sight.bombs >> cell & 1
    if can and worth_it(m, bot, man, cell, rivals):
        flames = flames_of(m, sight, man, cell)
        after = Outlook(sight, cell, step, m.tick, FORESIGHT[level], flames + fear, feared | 1 << cell)
        if after.layers or bot.rng.chance(RASH[level]):
            bomb = BOMB
            view = after
            for _, _, cells in flames:
                danger |= cells
    if not view.layers:
        ways = view.last_stand()
        if man.kick and not bomb:
            ways |= kickable(s, sight, cell)
        return bomb | press(bot, man, ways, cell, s.width)
    if feared and not bomb:
        careful = Outlook(sight, cell, step, m.tick, FORESIGHT[level], fear, feared)
        if careful.layers:
            view = careful
    return bomb | press(bot, man, best_ways(m, bot, man, rivals, view, danger), cell, s.width)


def best_ways(
    m: "Match", bot: "BotContext", man: Man, rivals: "list[Man]", view: Outlook, danger: int
) -> int:
    """The cells to go to first for what a bot wants most; 0 or its own: to stay."""
    level = bot.level
    calm = not danger & view.here
    refuge = view.free & ~danger
    wide = refuge
    if level >= WARY and rivals and close(man, rivals[0]):
        wide &= view.crossroads()
    goals = [] if not calm and level < GREEDY else wishes(m, bot, man, rivals, view, wide)
    if not calm:
        goals.append((6, refuge))
        goals.append((9, wide))
    best = -999
    ways = 0
    for value, cells in goals:
        for k in range(len(view.layers)):
            if value - k <= best:
                break
            if view.layers[k] & cells:
                best = value - k
                ways = view.first(cells, k) if k else view.here
                break
    if best > -999:
        return ways
    if not calm or not view.layers[-1] & view.here:
        return view.first(view.layers[-1], len(view.layers) - 1)
    return view.layers[1] & refuge if bot.rng.chance(25) else 0


def near_rivals(s: Board, man: Man) -> "list[Man]":
    """The two nearest rivals, the nearest first."""
    found = []
    for k, other in enumerate(s.men):
        if other.alive and other is not man and side(other) != side(man):
            found.append((abs(other.x - man.x) + abs(other.y - man.y), k))
    found.sort()
    return [s.men[k] for _, k in found[:2]]


def close(man: Man, rival: Man) -> bool:
    """Whether somebody is so near that his bombs are to be feared."""
    return abs(rival.x - man.x) + abs(rival.y - man.y) < WITHIN * C


def flames_of(m: "Match", sight: Sight, man: Man, cell: int) -> "list[tuple[int, int, int]]":
    """The flames of a bomb that a man would lay on a cell, and of those that it would set off."""
    at = m.tick + m.options.fuse * HZ // 10
    cells = sight.cross(cell, man.reach)
    for then, _, reached in sight.fuses:
        if reached >> cell & 1:
            at = min(at, then)
    flames = [(at, at + FLAME, cells)]
    for then, other, reached in sight.fuses:
        if then > at and cells >> other & 1:
            flames.append((at, at + FLAME, reached))
    return flames


def worth_it(m: "Match", bot: "BotContext", man: Man, cell: int, rivals: "list[Man]") -> bool:
    """Whether a bomb laid here would do any good."""
    s = m.state
    sight = m.scratch
    cells = sight.cross(cell, man.reach)
    for other in s.men:
        friend = other.alive and other is not man and side(other) == side(man)
        if friend and cells >> cell_of(s, other.x, other.y) & 1:
            return False
    for rival in rivals:
        there = cell_of(s, rival.x, rival.y)
        if cells >> there & 1:
            if bot.level >= TRAPS and trapped(m, sight, man, cell, there):
                return True
            if bot.rng.chance(BOLD[bot.level]):
                return True
    if cells & sight.items and bot.rng.chance(70):
        return False
    return beside(1 << cell, s.width) & sight.crates != 0 and bot.rng.chance(85)


def trapped(m: "Match", sight: Sight, man: Man, cell: int, there: int) -> bool:
    """Whether somebody who could live now could not any more if a man laid a bomb on a cell."""
    pace = C // PACE
    if not Outlook(sight, there, pace, m.tick, 200, [], 0).layers:
        return False
    return not Outlook(sight, there, pace, m.tick, 200, flames_of(m, sight, man, cell), 1 << cell).layers


def wishes(
    m: "Match", bot: "BotContext", man: Man, rivals: "list[Man]", view: Outlook, refuge: int
) -> "list[tuple[int, int]]":
    """What a bot would like: (worth in steps, cells)."""
    s = m.state
    sight = m.scratch
    style = bot.style
    goals = []
    if sight.items:
        goals.append((ITEM_WISH[style], sight.items))
    crates = sight.crates
    if crates and man.curse != DUD:
        goals.append((CRATE_WISH[style], beside(crates, s.width) & refuge))
    if m.tick > s.sudden - SOON and bot.level > 1:
        order = spiral(s.width, s.height)
        inner = 0
        for cell in order[len(order) * 3 // 4 :]:
            inner |= 1 << cell
        goals.append((13, inner & refuge))
    if rivals and man.curse != DUD:
        cells = 0
        for rival in rivals:
            cells |= sight.cross(cell_of(s, rival.x, rival.y), man.reach)
        goals.append((RIVAL_WISH[style], cells & refuge))
    if rivals and style == COWARD:
        near = 0
        for rival in rivals:
            near |= 1 << cell_of(s, rival.x, rival.y)
        for _ in range(FEAR):
            near |= beside(near, s.width) & view.free
        if near & view.here:
            goals.append((16, refuge & ~near))
    return goals


def kickable(s: Board, sight: Sight, cell: int) -> int:
    """The bombs next to a cell that could be kicked away."""
    found = 0
    for stride in (-1, 1, -s.width, s.width):
        if sight.bombs >> cell + stride & 1:
            beyond = cell + 2 * stride
            if not 0 < s.cells[beyond] < ITEM and not sight.bombs >> beyond & 1:
                found |= 1 << cell + stride
    return found


def press(bot: "BotContext", man: Man, ways: int, cell: int, width: int) -> int:
    """The buttons that lead from a cell to one of those next to it; 0: stay."""
    found = []
    for way in range(4):
        if ways >> cell + DX[way] + DY[way] * width & 1:
            if bot.buttons >> way & 1:
                found = [way]
                break
            found.append(way)
    if not found:
        return 0
    way = found[bot.rng.below(len(found))]
    off = (man.x & 255) - MIDDLE if way > 1 else (man.y & 255) - MIDDLE
    if abs(off) > ASSIST:
        # too far off the lane to turn into it: first back to the middle
        way = (0 if off > 0 else 1) if way > 1 else (2 if off > 0 else 3)
    buttons = 1 << way
    # With swapped controls a good player remembers to press the other way.
    if man.curse == SWAP and bot.rng.chance(20 * bot.level):
        buttons = (buttons & 5) << 1 | (buttons & 10) >> 1
    return buttons


def haunt(m: "Match", bot: "BotContext", man: Man) -> int:
    """The buttons of a bot on the rim: it rides about once it can lob, and lobs where it may hit."""
    s = m.state
    if man.lob - m.tick > HZ or m.tick >= s.sudden:
        return 0
    if (m.tick + bot.seat) % 6:
        return bot.buttons & 15
    sight = m.scratch
    sight.follow(m)
    x = man.x >> 8
    y = man.y >> 8
    if man.lob <= m.tick:
        way, far = aim_of_lob(s, man)
        if far:
            cells = sight.cross(y * s.width + x + far * (DX[way] + DY[way] * s.width), m.options.reach)
            for other in s.men:
                rival = other.alive and side(other) != side(man)
                hit = rival and cells >> cell_of(s, other.x, other.y) & 1
                if hit and bot.rng.chance(20 + 10 * bot.level):
                    return BOMB
    if not bot.memory or bot.rng.chance(4):
        bot.memory = [bot.rng.below(2)]
    right = s.width - 1
    bottom = s.height - 1
    if bot.memory[0]:
        return RIGHT if y == 0 and x < right else DOWN if x == right and y < bottom else LEFT if x else UP
    return LEFT if y == 0 and x else DOWN if x == 0 and y < bottom else RIGHT if x < right else UP
