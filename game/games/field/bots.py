"""The bots of Open Field: those of Loose Ends, with a map that is painted and wiped as lines move."""

from game.games.trails import CUTTER, GREED, HALF, HERMIT, LEAD, NEVER, Sight, U
from game.rules import COSINES, SINES

from .tuning import HUNT, MOST, ORB_CELL, ORB_STRIDE, PAINT_EVERY
from .world import Rider, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from game.rules import BotContext, Match

    from .world import Orb


class FieldSight(Sight):
    """The map of the world for bots: ink is painted when it is laid, and wiped when it is gone."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.painted: "list[list[tuple[int, int, int]]]" = [[] for _ in range(MOST)]
        self.newest = [-1] * MOST
        self.looked = -NEVER

    def keep_up(self, m: "Match") -> None:
        """Paint the new ink, and wipe the ink that is gone."""
        if m.tick - self.looked < PAINT_EVERY:
            return
        self.looked = m.tick
        floors = m.scratch.floors
        for rider in m.state.riders:
            seat = rider.id
            base = m.scratch.base[seat]
            painted = self.painted[seat]
            laid = rider.laid
            k = len(laid) - 1
            newest = self.newest[seat] - base
            floor = floors[seat] - base
            if k >= 0:
                self.newest[seat] = laid[k] + base
            rows = rider.trail
            while k >= 0 and laid[k] > newest and laid[k] >= floor:
                pen = rows[3 * k + 2]
                if pen:
                    cell = self.at(rows[3 * k], rows[3 * k + 1])
                    # Half of the ink, half of an ordinary head, and half a cell for rounding.
                    wide = (pen + HALF) * 64 + U * 2 >> 10
                    self.paint(cell, wide)
                    painted.append((laid[k] + base, cell, wide))
                k -= PAINT_EVERY
        for seat in range(MOST):
            painted = self.painted[seat]
            gone = 0
            for run, cell, wide in painted:
                if run >= floors[seat]:
                    break
                self.wipe(cell, wide)
                gone += 1
            if gone:
                del painted[:gone]

    def wipe(self, cell: int, wide: int) -> None:
        """Free a square of cells."""
        cells = self.cells
        nothing = bytes(2 * wide + 1)
        for row in range(cell - wide - wide * self.stride, cell + wide * self.stride, self.stride):
            cells[row : row + 2 * wide + 1] = nothing

    def expect(self, arena: World, me: Rider) -> None:
        """Shade where rivals nearby will be if they ride straight on."""
        x = me.x
        y = me.y
        for rider in arena.riders:
            if not (-90 * U < rider.x - x < 90 * U and -90 * U < rider.y - y < 90 * U):
                continue
            if rider.alive and rider is not me:
                self.shade(self.at(rider.x, rider.y), 1)
                dx = COSINES[rider.heading] * 9 * U >> 14
                dy = SINES[rider.heading] * 9 * U >> 14
                for k in range(2, 6):
                    self.shade(self.at(rider.x + dx * k, rider.y + dy * k), 1)


def nearest_orb(orbs: "dict[int, list[Orb]]", x: int, y: int) -> "Optional[Orb]":
    """The orb nearest to a point among those in its cell and the cells around it."""
    best = NEVER
    found = None
    here = (y >> ORB_CELL) * ORB_STRIDE + (x >> ORB_CELL)
    for row in (here - ORB_STRIDE, here, here + ORB_STRIDE):
        for cell in (row - 1, row, row + 1):
            for orb in orbs.get(cell, ()):
                far = abs(orb.x - x) + abs(orb.y - y)
                if far < best or (far == best and found is not None and orb.id < found.id):
                    best = far
                    found = orb
    return found


def aim(m: "Match", bot: "BotContext", me: Rider) -> "tuple[int, int]":
    """The goal of a bot: a pick-up, else a point ahead of a rival nearby or away from it, or elsewhere."""
    s = m.state
    x = me.x
    y = me.y
    reach = GREED[bot.style] * U
    best = NEVER
    wanted = None
    for pickup in s.pickups:
        dx = pickup.x - x
        dy = pickup.y - y
        if -reach < dx < reach and -reach < dy < reach and abs(dx) + abs(dy) < best:
            best = abs(dx) + abs(dy)
            wanted = pickup
    if wanted is not None:
        return wanted.x, wanted.y
    orb = nearest_orb(m.scratch.orbs, x, y)
    if orb is not None:
        return orb.x, orb.y
    near = None
    best = NEVER
    for rider in s.riders:
        dx = rider.x - x
        dy = rider.y - y
        if not (-HUNT < dx < HUNT and -HUNT < dy < HUNT):
            continue
        if rider.alive and rider is not me and abs(dx) + abs(dy) < best:
            best = abs(dx) + abs(dy)
            near = rider
    if near is None:
        there = m.scratch.floors[bot.seat] + bot.seat * 977
        x = s.width * U // 4 + there % (s.width * U // 2)
        y = s.height * U // 4 + there // 3 % (s.height * U // 2)
    elif bot.style == HERMIT:
        x = 2 * x - near.x
        y = 2 * y - near.y
    else:
        lead = LEAD if bot.style == CUTTER else LEAD // 2
        x = near.x + COSINES[near.heading] * lead // 64
        y = near.y + SINES[near.heading] * lead // 64
    margin = 80 * U
    return max(margin, min(s.width * U - margin, x)), max(margin, min(s.height * U - margin, y))
