"""Ink of lines with a finite length: a disc counts from a run on that rises as the end of its line moves."""

from game.games.trails import NEVER, Ink
from game.rules import within

from .tuning import MOST, ORB_CELL, ORB_REACH, ORB_STRIDE, SLACK, STALE, SWEEP
from .world import Orb, Rider, World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from game.rules.hashgrid import Disc

UNKNOWN = (-NEVER, 0, 0, 0, 0)


class FieldInk(Ink):
    """Where ink lies. A disc counts if its stamp is not below its owner's `floors`; `sweep` removes others.

    The `run` of a newcomer starts at 0 again. `base` is added to it, so that the stamps of a seat only rise.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.floors = [0] * MOST
        self.base = [0] * MOST
        self.at = 0
        self.bounds: "list[tuple[int, int, int, int, int]]" = [UNKNOWN] * MOST
        self.orbs: "dict[int, list[Orb]]" = {}
        for orb in world.orbs:
            self.put(orb)

    def cells_of(self, orb: Orb) -> "list[int]":
        """The cells from which an orb can be reached."""
        columns = range(orb.x - ORB_REACH >> ORB_CELL, (orb.x + ORB_REACH >> ORB_CELL) + 1)
        rows = range(orb.y - ORB_REACH >> ORB_CELL, (orb.y + ORB_REACH >> ORB_CELL) + 1)
        return [row * ORB_STRIDE + column for row in rows for column in columns]

    def put(self, orb: Orb) -> None:
        """An orb lies there now. Ids rise, and so the orbs of a cell are in their order."""
        for cell in self.cells_of(orb):
            self.orbs.setdefault(cell, []).append(orb)

    def remove(self, orb: Orb) -> None:
        """An orb is gone."""
        for cell in self.cells_of(orb):
            self.orbs[cell] = [other for other in self.orbs[cell] if other is not orb]

    def lay(self, tick: int, x: int, y: int, radius: int, owner: int, stamp: int) -> None:  # noqa: ARG002 (as in HashGrid)
        """Lay a disc on top of all cells that it touches; a rewound match lays all its ink again."""
        bits = self.bits
        stride = self.stride
        chains = self.chains
        left = (x - radius >> bits) + 1
        right = (x + radius >> bits) + 2
        bottom = ((y + radius >> bits) + 2) * stride
        stamp += self.base[owner]
        for row in range(((y - radius >> bits) + 1) * stride, bottom, stride):
            for cell in range(row + left, row + right):
                chains[cell] = (x, y, radius, owner, stamp, chains[cell])

    def count_from(self, seat: int, run: int) -> None:
        """Count only the seat's ink that is laid at this `run` or later."""
        self.floors[seat] = run + self.base[seat]

    def vacate(self, seat: int, run: int) -> None:
        """Count no ink of the seat any more, also for its next player; `run` is the last stamp."""
        self.floors[seat] = NEVER
        self.base[seat] += run

    # hot: once for each head and step
    def struck(self, seat: int, x: int, y: int, reach: int, run: int) -> int:
        """Find the ink that a head touches.

        The order of the discs must not matter, since a restored match lays them in another order.

        Args:
            seat: whose head it is; -1: a point without an owner.
            x: of the head, 1/256 unit.
            y: of the head, 1/256 unit.
            reach: half-width of the head, 1/256 unit.
            run: length of the rider's way so far.

        Returns:
            The owner of the ink in which the head is deepest, or -1.
        """
        floors = self.floors
        run += self.base[seat]
        found = -1
        least = 0
        for disc in self.around(x, y, reach):
            below: "Optional[Disc]" = disc
            while below is not None:
                dx, dy, wide, owner, then, below = below
                if then < floors[owner]:
                    continue
                wide += reach
                # A rider's own ink does not count within two widths.
                if owner == seat and run - then < wide + wide:
                    continue
                dx -= x
                dy -= y
                if within(dx, dy, wide):
                    gap = dx * dx + dy * dy - wide * wide
                    if found < 0 or gap < least or (gap == least and owner < found):
                        found = owner
                        least = gap
        return found

    def sweep(self) -> None:
        """Remove the discs that do not count any more from some cells."""
        chains = self.chains
        floors = self.floors
        first = self.at
        self.at = last = min(first + SWEEP, len(chains))
        for cell in range(first, last):
            disc = chains[cell]
            if disc is None:
                continue
            kept = []
            while disc is not None:
                if disc[4] >= floors[disc[3]]:
                    kept.append(disc)
                disc = disc[5]
            chain: "Optional[Disc]" = None
            while kept:
                one = kept.pop()
                chain = (one[0], one[1], one[2], one[3], one[4], chain)
            chains[cell] = chain
        if last == len(chains):
            self.at = 0

    def bounds_of(self, tick: int, rider: Rider) -> "tuple[int, int, int, int, int]":
        """The bounds of a line: the tick at which they were computed, left, top, right and bottom."""
        found = self.bounds[rider.id]
        if tick - found[0] >= STALE or tick < found[0]:
            rows = rider.trail[-3 * rider.line :]
            xs = rows[::3]
            ys = rows[1::3]
            xs.append(rider.x)
            ys.append(rider.y)
            found = (tick, min(xs) - SLACK, min(ys) - SLACK, max(xs) + SLACK, max(ys) + SLACK)
            self.bounds[rider.id] = found
        return found
