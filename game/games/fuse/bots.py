"""The bots of Short Fuse: a map of dangers with their times, and a search for cells worth going to."""

from game.rules import GridPaths, beside, side

from .board import Board, Man, aim_of_lob, cell_of, spiral
from .tuning import (
    AHEAD,
    ASSIST,
    BOLD,
    BOMB,
    BOOT,
    COWARD,
    CRATE,
    CRATE_WISH,
    CURSE,
    DEEP,
    DOWN,
    DUD,
    DX,
    DY,
    FASTEST,
    FEAR,
    FEARFUL,
    FLAME,
    FORESIGHT,
    GREEDY,
    HZ,
    ITEM,
    ITEM_WISH,
    LAPSE,
    LEFT,
    MIDDLE,
    PACE,
    RASH,
    RIGHT,
    RIVAL_WISH,
    SHALLOW,
    SLOW,
    SOON,
    STAND,
    STONE,
    SWAP,
    TRAPS,
    UP,
    WARNING,
    WARY,
    WITHIN,
    C,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match


class Sight:
    """The board as bots see it: sets of cells, each the bits of one large integer.

    Only bots update it: a client that predicts a match never pays for it.
    """

    def __init__(self) -> None:
        self.stale = True
        self.cells = b""
        self.width = 0
        self.open = self.crates = self.items = self.bombs = 0
        self.known: "dict[int, int]" = {}
        self.fires: "list[tuple[int, int, int]]" = []
        self.fuses: "list[tuple[int, int, int]]" = []

    def follow(self, m: "Match[Board]") -> None:
        """Update the sets from the match."""
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
        """Make the sets of open cells, crates and items."""
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
        """The cells that a blast reaches from a cell, without the bombs in its way."""
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

    def expect(self, m: "Match[Board]") -> None:
        """Compute where it will burn and when: `fires` are (first tick, end, cells)."""
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
                lands = s.sudden + k * s.every + WARNING
                fires.append((lands, lands + 9999, 1 << order[k]))
        self.fires = fires


def chained(fuses: "list[tuple[int, int, int]]") -> "list[tuple[int, int, int]]":
    """Fuses as (tick, cell, blast), each shortened to that of the first bomb that sets it off."""
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
    """What one decision of a bot is based on: where a man can be after each step and survive.

    A man can leave the cell of a bomb, but not return to it.

    Args:
        sight: the board.
        cell: where the man is.
        step: ticks that he needs for a cell.
        tick: now.
        foresight: fires that begin in more ticks are ignored.
        more: fires that are assumed besides those on the board.
        shut: cells with bombs that are assumed.
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


def think(m: "Match[Board]", bot: "BotContext", man: Man) -> int:
    """The buttons of a bot that is alive: it walks from cell to cell and decides in the middle of each."""
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
def under_way(m: "Match[Board]", bot: "BotContext", man: Man, cell: int, pace: int) -> bool:
    """Whether a bot has not reached the middle of the next cell, and no bomb is in its way."""
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
def decide(m: "Match[Board]", bot: "BotContext", man: Man, cell: int, step: int) -> int:
    """Lay a bomb where that is worth it and there is a way out; else go where there is most to gain."""
    s = m.state
    sight: Sight = m.scratch
    level = bot.level
    rivals = near_rivals(s, man)
    fear, feared = fears(m, bot, man, rivals)
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


def fears(
    m: "Match[Board]", bot: "BotContext", man: Man, rivals: "list[Man]"
) -> "tuple[list[tuple[int, int, int]], int]":
    """The fires of bombs that rivals nearby could lay now, and the cells of these bombs."""
    fires: "list[tuple[int, int, int]]" = []
    cells = 0
    if bot.rng.chance(FEARFUL[bot.level]) and not m.state.shadows:
        for rival in rivals:
            there = cell_of(m.state, rival.x, rival.y)
            if rival.out < rival.bombs and close(man, rival):
                fires += flames_of(m, m.scratch, rival, there)
                cells |= 1 << there
    return fires, cells


def best_ways(
    m: "Match[Board]", bot: "BotContext", man: Man, rivals: "list[Man]", view: Outlook, danger: int
) -> int:
    """The cells to go to first for what a bot wants most; 0 or its own cell: stay."""
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
    """The two nearest rivals, nearest first."""
    found = []
    for k, other in enumerate(s.men):
        if other.alive and other is not man and side(other) != side(man):
            found.append((abs(other.x - man.x) + abs(other.y - man.y), k))
    found.sort()
    return [s.men[k] for _, k in found[:2]]


def close(man: Man, rival: Man) -> bool:
    """Whether a rival is so near that his bombs are dangerous."""
    return abs(rival.x - man.x) + abs(rival.y - man.y) < WITHIN * C


def flames_of(m: "Match[Board]", sight: Sight, man: Man, cell: int) -> "list[tuple[int, int, int]]":
    """The flames of a bomb that a man would lay on a cell, and of the bombs that it would set off."""
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


def worth_it(m: "Match[Board]", bot: "BotContext", man: Man, cell: int, rivals: "list[Man]") -> bool:
    """Whether a bomb laid here would be useful."""
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


def trapped(m: "Match[Board]", sight: Sight, man: Man, cell: int, there: int) -> bool:
    """Whether a rival on a cell, who could survive now, could not if a man laid a bomb."""
    pace = C // PACE
    if not Outlook(sight, there, pace, m.tick, 200, [], 0).layers:
        return False
    return not Outlook(sight, there, pace, m.tick, 200, flames_of(m, sight, man, cell), 1 << cell).layers


def wishes(
    m: "Match[Board]", bot: "BotContext", man: Man, rivals: "list[Man]", view: Outlook, refuge: int
) -> "list[tuple[int, int]]":
    """The goals of a bot: (value in steps, cells)."""
    s = m.state
    sight: Sight = m.scratch
    style = bot.style
    goals = []
    if sight.items:
        goals.append((ITEM_WISH[style], sight.items))
    if sight.crates and man.curse != DUD:
        goals.append((CRATE_WISH[style], beside(sight.crates, s.width) & refuge))
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
        near = fearsome(s, rivals, view)
        if near & view.here:
            goals.append((16, refuge & ~near))
    return goals


def fearsome(s: Board, rivals: "list[Man]", view: Outlook) -> int:
    """The cells that a coward keeps away from: those within FEAR steps of a rival."""
    near = 0
    for rival in rivals:
        near |= 1 << cell_of(s, rival.x, rival.y)
    for _ in range(FEAR):
        near |= beside(near, s.width) & view.free
    return near


def kickable(s: Board, sight: Sight, cell: int) -> int:
    """The cells of bombs next to a cell that could be kicked away."""
    found = 0
    for stride in (-1, 1, -s.width, s.width):
        if sight.bombs >> cell + stride & 1:
            beyond = cell + 2 * stride
            if not 0 < s.cells[beyond] < ITEM and not sight.bombs >> beyond & 1:
                found |= 1 << cell + stride
    return found


def press(bot: "BotContext", man: Man, ways: int, cell: int, width: int) -> int:
    """The buttons that lead from a cell to one of the cells next to it; 0: stay."""
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
        # Too far off the lane to turn into it: first go back to the middle.
        way = (0 if off > 0 else 1) if way > 1 else (2 if off > 0 else 3)
    buttons = 1 << way
    # With swapped controls a good player remembers to press the other way.
    if man.curse == SWAP and bot.rng.chance(20 * bot.level):
        buttons = (buttons & 5) << 1 | (buttons & 10) >> 1
    return buttons


def haunt(m: "Match[Board]", bot: "BotContext", man: Man) -> int:
    """The buttons of a bot on the rim: once it can lob, it moves along the rim and lobs where it may hit."""
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
