"""Ink: where the lines lie, and what touches them; derived from the trails."""

from game.rules import COSINES, SINES, HashGrid, within

from .tuning import SAFE, SHAVE, U

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from game.rules.hashgrid import Disc

    from .arena import Head, Space
    from .bots import Sight


RADII = [pen * 64 for pen in range(41)]
"""By the half-width of the pen. All discs share them; other numbers would be a fifth of the ink's memory."""


def pieces(pace: int, half: int) -> int:
    """The number of pieces of a step, so that no line has a hole and no head skips the thinnest line."""
    return 1 + pace // (half * 90 + 362)  # a step is at most the square root of 2 times (half + 1 unit)


class Ink(HashGrid):
    """Where ink lies: discs as wide as the lines, stamped with the `run` of their owner at that point."""

    def __init__(self, arena: "Space") -> None:
        super().__init__(arena.width * U, arena.height * U, bits=12)
        self.sight: "Optional[Sight]" = None

    def line(self, tick: int, racer: "Head", row: int) -> None:
        """Lay the line from a row of a racer's trail to the row before it."""
        x, y, pen = racer.trail[3 * row : 3 * row + 3]
        if pen == 0:
            return
        run = racer.laid[row]
        # Not the racer's pace: a pick-up may have changed it after the move, which `rebuild` cannot know.
        pace = run - racer.laid[row - 1]
        radius = RADII[pen]
        self.lay(tick, x, y, radius, racer.id, run)
        count = pieces(pace, pen)
        for k in range(1, count):
            dx = (racer.trail[3 * row - 3] - x) * k // count
            dy = (racer.trail[3 * row - 2] - y) * k // count
            self.lay(tick, x + dx, y + dy, radius, racer.id, run)

    # hot: 240 times a second and room, and a third of a step
    def nearest(self, seat: int, x: int, y: int, reach: int, run: int) -> int:
        """Find the ink nearest to a head.

        Args:
            seat: whose head it is.
            x: of the head, 1/256 unit.
            y: of the head, 1/256 unit.
            reach: half-width of the head, 1/256 unit.
            run: length of the racer's way so far.

        Returns:
            The gap in 1/256 unit * 8 + the owner of the ink; below 0 for a hit, SAFE when it is not even a
            close shave. The gap is exact at 0 and a little too large beyond.
        """
        best = SAFE
        for disc in self.around(x, y, reach + SHAVE):
            below: "Optional[Disc]" = disc
            while below is not None:
                dx, dy, wide, owner, then, below = below
                wide += reach
                # A racer's own ink does not count within two widths.
                if owner == seat and run - then < wide + wide:
                    continue
                dx -= x
                dy -= y
                gap = dx * dx + dy * dy - wide * wide
                if gap < (wide + wide + SHAVE) * SHAVE:
                    # d - w is (d * d - w * w) / (d + w), and d + w is about 2 w here.
                    best = min(best, gap // (wide + wide) * 8 + owner)
        return best


def meet(one: "Head", other: "Head") -> bool:
    """Whether two heads touch, at the end of the tick or half-way through it."""
    dx = one.x - other.x
    dy = one.y - other.y
    reach = (one.half + other.half) * 64
    if not within(dx, dy, reach + one.pace + other.pace):
        return False
    back = one.pace // 2
    ahead = other.pace // 2
    halfway_dx = dx - (COSINES[one.heading] * back >> 14) + (COSINES[other.heading] * ahead >> 14)
    halfway_dy = dy - (SINES[one.heading] * back >> 14) + (SINES[other.heading] * ahead >> 14)
    return within(dx, dy, reach) or within(halfway_dx, halfway_dy, reach)
