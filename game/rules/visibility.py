"""What a bot that steers can see: a coarse map of the board, and the paths that it can take across it.

The map is derived data, which only bots make and update: a client that predicts a match never pays for it.
Lengths are in 1/256 of a unit, angles in 4096 a turn.
"""

from .maths import COSINES, SINES

GRAIN = 10
"""A cell of the map is 2**GRAIN wide: 4 units."""
PAD = 36
"""Cells beyond each edge; no path leads farther out."""
FREE, FULL, BEYOND = 0, 1, 2
"""What a cell holds: nothing, an obstacle; BEYOND: the cell is not on the board."""
KEPT = 2000
"""The most paths kept in the cache; one more empties it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    Path = tuple[int, ...]

_stripes = [b"\1" * (2 * wide + 1) for wide in range(8)]


class VisibilityMap:
    """The map of a board of width by height."""

    def __init__(self, width: int, height: int) -> None:
        self.columns = width >> GRAIN
        self.rows = height >> GRAIN
        self.stride = self.columns + 2 * PAD
        self.origin = PAD * self.stride + PAD
        self.cells = bytearray(bytes([BEYOND]) * (self.stride * (self.rows + 2 * PAD)))
        for row in range(1, self.rows - 1):
            at = self.origin + row * self.stride
            self.cells[at + 1 : at + self.columns - 1] = bytes(self.columns - 2)
        self.rings = 1
        self.shades: "list[tuple[int, bytearray]]" = []

    def at(self, x: int, y: int) -> int:
        """The cell of a point."""
        return self.origin + (y >> GRAIN) * self.stride + (x >> GRAIN)

    def paint(self, cell: int, wide: int) -> None:
        """Fill the square of cells at most `wide` (0..7) from this one."""
        cells = self.cells
        stripe = _stripes[wide]
        size = len(stripe)
        reach = wide * self.stride
        for row in range(cell - wide - reach, cell - wide + reach + 1, self.stride):
            cells[row : row + size] = stripe

    def shade(self, cell: int, wide: int) -> None:
        """Fill a square until `unshade`."""
        reach = wide * self.stride
        for row in range(cell - wide - reach, cell - wide + reach + 1, self.stride):
            self.shades.append((row, self.cells[row : row + 2 * wide + 1]))
        self.paint(cell, wide)

    def unshade(self) -> None:
        """Restore the cells that `shade` filled."""
        shades = self.shades
        while shades:
            row, cells = shades.pop()
            self.cells[row : row + len(cells)] = cells

    def close(self, inset: int) -> None:
        """The board's edges have come in by `inset`."""
        while self.rings <= inset >> GRAIN:
            ring = self.rings
            self.rings += 1
            for row in (ring, self.rows - 1 - ring):
                at = self.origin + row * self.stride
                self.cells[at : at + self.columns] = bytes([BEYOND]) * self.columns
            for row in range(self.rows):
                at = self.origin + row * self.stride
                self.cells[at + ring] = self.cells[at + self.columns - 1 - ring] = BEYOND

    # hot: some 60 times for each decision of a bot
    def free(self, here: int, path: "Path", blind: int = 0, open_edges: int = 0) -> int:
        """How far a path from a cell is free.

        Args:
            here: the cell where the path begins.
            path: offsets of its points from there, see `SteeringPaths.of`.
            blind: the number of points at its beginning that may be full.
            open_edges: not 0: the path continues at the opposite edge of the board.

        Returns:
            The number of free points before the first obstacle.
        """
        cells = self.cells
        count = 0
        if not blind and not open_edges:
            for offset in path:
                if cells[here + offset]:
                    return count
                count += 1
            return count
        for offset in path:
            seen = cells[here + offset]
            if seen == BEYOND and open_edges:
                row, column = divmod(here + offset, self.stride)
                row = (row - PAD) % self.rows
                column = (column - PAD) % self.columns
                # The outermost cells are always BEYOND, but heads can go there.
                seen = self.cells[self.origin + row * self.stride + column] & FULL
            if seen == BEYOND or (seen and count >= blind):
                return count
            count += 1
        return count


class SteeringPaths:
    """The paths that a bot considers: a turn for some ticks, then straight on.

    Args:
        plan: a (direction, ticks) for each path. A direction of -1 or 1 turns by the racer's turn in each
            tick, or by a right angle at once when the turn is 0.
        ticks: the length of each path.
        spacing: the distance between two of its points.
        nearest: the least distance of the first point, so that a bot does not avoid its own newest line.
    """

    def __init__(self, plan: "tuple[tuple[int, int], ...]", ticks: int, spacing: int, nearest: int) -> None:
        self.plan = plan
        self.ticks = ticks
        self.spacing = spacing
        self.nearest = nearest
        self.known: "dict[tuple[int, int, int, int], tuple[Path, ...]]" = {}

    def every(self, pace: int) -> int:
        """Ticks from one point to the next at a pace, in 1/256 units a tick."""
        return (self.spacing + (pace >> 1)) // pace or 1

    def first(self, pace: int) -> int:
        """Ticks to the first point at a pace."""
        return self.nearest // pace + 1

    def of(self, pace: int, turn: int, heading: int, stride: int) -> "tuple[Path, ...]":
        """The paths of the plan for one racer; each combination is computed once.

        Args:
            pace: 1/256 units a tick, rounded to 64.
            turn: a tick, in 4096 a turn.
            heading: in 4096 a turn, rounded to 32.
            stride: of the map.

        Returns:
            For each path the offsets of its points from the cell of the racer.
        """
        key = (pace + 32 & ~63, turn, heading + 16 & 0xFE0, stride)
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= KEPT:
                self.known.clear()
            found = tuple([self._path(one, key) for one in self.plan])
            self.known[key] = found
        return found

    def _path(self, one: "tuple[int, int]", key: "tuple[int, int, int, int]") -> "Path":
        direction, turning = one
        pace, turn, heading, stride = key
        every = self.every(pace)
        first = self.first(pace)
        x = y = 1 << GRAIN - 1
        points = []
        if not turn:
            heading += direction * 1024
        for tick in range(1, self.ticks + 1):
            if tick <= turning:
                heading += direction * turn
            x += COSINES[heading & 4095] * pace >> 14
            y += SINES[heading & 4095] * pace >> 14
            column = x >> GRAIN
            row = y >> GRAIN
            if not (-PAD < column < PAD and -PAD < row < PAD):
                break
            if tick >= first and (tick - first) % every == 0:
                points.append(row * stride + column)
        return tuple(points)
