"""Things that move, touch and bounce, in whole numbers: discs against discs, and against what stands still.

Lengths are in any fixed-point unit, usually 1/256 of a unit of the world (`Fixed`); a speed is a length in
a tick. What moves is a disc. What stands still is a `SolidDisc`, `SolidSegment`, `SolidBox`, `SolidSide` or
a cell of `SolidTiles`; they are collected in `Solids`, which finds those nearby. A direction is a vector
(nx, ny) that is UNIT long, never longer. All functions give the same numbers in every interpreter.

Ranges: positions within 28 bits and a sign, speeds up to FASTEST, the sum of two radii up to 16383, masses
0 to 255. No product leaves 30 bits within these ranges.

A tick of a game with a ball and players, each with the attributes x, y, vx, vy, radius and mass:

    for one in bodies:
        hits = move(one, SOLIDS, keep=70)
    impacts = collide_all(bodies, keep=50)
"""

from .maths import UNIT, distance, isqrt, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional, Protocol, TypeVar, Union

    class Moving(Protocol):
        """What `move` moves: an entity with these fields; `radius` may be a constant of its class."""

        x: int
        y: int
        vx: int
        vy: int

        @property
        def radius(self) -> int:
            """Of its disc."""
            ...

    class Body(Moving, Protocol):
        """What `collide` pushes; mass 0: nothing can push it."""

        id: int

        @property
        def mass(self) -> int:
            """0 to 255."""
            ...

    One = TypeVar("One", bound=Body)
    Ground = Union["Solids", "SolidTiles"]

FASTEST = 8191
"""The greatest length of a velocity, in fixed-point lengths a tick: 32 units of 256."""
TOUCH = 2
"""Things with a gap up to this touch, in fixed-point lengths."""
_BOUNCES = 6
_FAR = 1 << 28


def scaled(value: int, by: int, of: int = UNIT) -> int:
    """Scale `value` by `by / of`, rounded towards zero: a speed that slows down comes to rest.

    Args:
        value: a number within 30 bits.
        by: the numerator, any sign; by * of must be below 2**30, as must the result.
        of: the denominator, above 0; UNIT if `by` is a component of a direction, a sine or a cosine.

    Returns:
        The scaled value.
    """
    if value < 0:
        return -scaled(-value, by, of)
    if by < 0:
        return -scaled(value, -by, of)
    return value // of * by + value % of * by // of


def _away(direction: int, by: int) -> int:
    """Scale a component of a direction by 0 <= by < 65536, rounded away from zero."""
    return (direction * by + UNIT - 1) // UNIT if direction > 0 else -((UNIT - 1 - direction * by) // UNIT)


def unit(dx: int, dy: int) -> "tuple[int, int]":
    """Find the direction of a vector.

    Args:
        dx: of the vector.
        dy: of the vector.

    Returns:
        A vector that is UNIT long, or shorter by 1/4096 at most, but never longer, so that nothing gains
        speed by it. (UNIT, 0) for (0, 0).
    """
    ax = dx if dx >= 0 else -dx
    ay = dy if dy >= 0 else -dy
    most = ax if ax > ay else ay
    if most == 0:
        return UNIT, 0
    while most > 16383:
        ax >>= 1
        ay >>= 1
        most >>= 1
    while most < 8192:
        ax <<= 1
        ay <<= 1
        most <<= 1
    square = ax * ax + ay * ay
    root = isqrt(square)
    if root * root < square:
        root += 1
    ax = ax * UNIT // root
    ay = ay * UNIT // root
    return ax if dx >= 0 else -ax, ay if dy >= 0 else -ay


def with_length(dx: int, dy: int, length: int) -> "tuple[int, int]":
    """The vector in the direction of (dx, dy) that is `length` (0..65535) long, rounded towards zero."""
    nx, ny = unit(dx, dy)
    return scaled(length, nx), scaled(length, ny)


def limited(dx: int, dy: int, most: int) -> "tuple[int, int]":
    """(dx, dy), shortened to the length `most` (0..16383) if it is longer."""
    if within(dx, dy, most + 1):
        return dx, dy
    return with_length(dx, dy, most)


def along(vx: int, vy: int, nx: int, ny: int) -> int:
    """How much of (vx, vy) goes in the direction (nx, ny); negative: the other way."""
    return scaled(vx, nx) + scaled(vy, ny)


def bounce(vx: int, vy: int, nx: int, ny: int, keep: int = 100) -> "tuple[int, int]":
    """The velocity after a bounce off something at rest.

    Args:
        vx: velocity, up to FASTEST.
        vy: velocity.
        nx: direction from what was hit to what bounces.
        ny: direction.
        keep: percent of the speed towards what was hit that is kept, 0..100; 0: it slides along.

    Returns:
        The new velocity. Its length is never above that of the old one; a velocity that does not lead into
        what was hit stays.
    """
    into = -along(vx, vy, nx, ny)
    if into <= 0:
        return vx, vy
    push = into * (100 + keep) // 100
    x = vx + scaled(push, nx)
    y = vy + scaled(push, ny)
    energy = vx * vx + vy * vy
    # What is rounded may be too much by a hair; take it back.
    while x * x + y * y > energy:
        x -= (x > 0) - (x < 0)
        y -= (y > 0) - (y < 0)
    return x, y


# --- what stands still


class Solid:
    """Something convex that stands still; `left`, `top`, `right` and `bottom` are the box around it."""

    def __init__(self, left: int, top: int, right: int, bottom: int) -> None:
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """How a disc lies to it.

        Args:
            x: middle of the disc.
            y: middle of the disc.
            radius: of the disc; 0: a point.

        Returns:
            The gap between both, below 0 if they overlap, and the direction (nx, ny) from it to the disc.
        """
        raise NotImplementedError


class SolidDisc(Solid):
    """A disc: a post, a pillar."""

    def __init__(self, x: int, y: int, radius: int) -> None:
        super().__init__(x - radius, y - radius, x + radius, y + radius)
        self.x = x
        self.y = y
        self.radius = radius

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """How a disc lies to it, as for every Solid."""
        dx = x - self.x
        dy = y - self.y
        nx, ny = unit(dx, dy)
        return distance(dx, dy) - self.radius - radius, nx, ny


class SolidSegment(Solid):
    """A straight wall from (ax, ay) to (bx, by), `radius` thick to each side, with round ends.

    Gaps are right to 2 fixed-point lengths.
    """

    def __init__(self, ax: int, ay: int, bx: int, by: int, radius: int = 0) -> None:
        super().__init__(
            min(ax, bx) - radius, min(ay, by) - radius, max(ax, bx) + radius, max(ay, by) + radius
        )
        self.ax = ax
        self.ay = ay
        self.dx = bx - ax
        self.dy = by - ay
        self.radius = radius
        self.length = distance(self.dx, self.dy)
        self.nx, self.ny = unit(self.dx, self.dy)
        shift = 0
        while self.length >> shift > 16383:
            shift += 1
        self.shift = shift

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """How a disc lies to it, as for every Solid."""
        dx = x - self.ax
        dy = y - self.ay
        at = along(dx, dy, self.nx, self.ny)
        length = self.length
        if length:
            # The first guess is right to length / 4096. What is left is short, so the next one is exact.
            for _ in range(2):
                at = min(max(at, 0), length)
                fx, fy = self._foot(at)
                at += along(dx - fx, dy - fy, self.nx, self.ny)
            at = min(max(at, 0), length)
            fx, fy = self._foot(at)
            dx -= fx
            dy -= fy
        gap = distance(dx, dy) - self.radius - radius
        if dx == 0 and dy == 0:
            return gap, self.ny, -self.nx
        nx, ny = unit(dx, dy)
        return gap, nx, ny

    def _foot(self, at: int) -> "tuple[int, int]":
        if at >= self.length:
            return self.dx, self.dy
        part = at >> self.shift
        whole = self.length >> self.shift
        rest = at - (part << self.shift)
        x = scaled(self.dx, part, whole) + scaled(rest, self.nx)
        return x, scaled(self.dy, part, whole) + scaled(rest, self.ny)


class SolidBox(Solid):
    """A filled rectangle with level and upright sides."""

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """How a disc lies to it, as for every Solid."""
        dx = x - self.left if x < self.left else x - self.right if x > self.right else 0
        dy = y - self.top if y < self.top else y - self.bottom if y > self.bottom else 0
        if dx == 0 and dy == 0:
            return self._inside(x, y, radius)
        if dy == 0:
            return abs(dx) - radius, UNIT if dx > 0 else -UNIT, 0
        if dx == 0:
            return abs(dy) - radius, 0, UNIT if dy > 0 else -UNIT
        nx, ny = unit(dx, dy)
        return distance(dx, dy) - radius, nx, ny

    def _inside(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """The nearest side leads out."""
        gaps = (x - self.left, self.right - x, y - self.top, self.bottom - y)
        least = min(gaps)
        side = gaps.index(least)
        return -least - radius, (-UNIT, UNIT, 0, 0)[side], (0, 0, -UNIT, UNIT)[side]


class SolidSide(Solid):
    """All that lies behind a line through (x, y); the direction (nx, ny) leads to the free side.

    Nothing gets through it at any speed: it is the rim of a world.
    """

    def __init__(self, x: int, y: int, nx: int, ny: int) -> None:
        super().__init__(-_FAR, -_FAR, _FAR, _FAR)
        self.x = x
        self.y = y
        self.nx = nx
        self.ny = ny

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """How a disc lies to it, as for every Solid."""
        return along(x - self.x, y - self.y, self.nx, self.ny) - radius, self.nx, self.ny


def rim(left: int, top: int, right: int, bottom: int) -> "list[Solid]":
    """The four sides that keep things within a rectangle."""
    return [
        SolidSide(left, top, UNIT, 0),
        SolidSide(right, top, -UNIT, 0),
        SolidSide(left, top, 0, UNIT),
        SolidSide(left, bottom, 0, -UNIT),
    ]


class Solids:
    """Things that stand still, and which of them are near a place (the broad phase).

    Args:
        solids: all of them. Make it once for each map, as a constant or in `m.scratch`.
        bits: a cell of its grid is 2**bits wide and high: about the size of what moves.
    """

    def __init__(self, solids: "Sequence[Solid]", bits: int = 14) -> None:
        self.all = list(solids)
        self.bits = bits
        boxed = [solid for solid in self.all if solid.right - solid.left < _FAR]
        self.x = min([solid.left for solid in boxed] + [_FAR]) >> bits
        self.y = min([solid.top for solid in boxed] + [_FAR]) >> bits
        self.width = (max([solid.right for solid in boxed] + [-_FAR]) >> bits) - self.x + 1
        self.height = (max([solid.bottom for solid in boxed] + [-_FAR]) >> bits) - self.y + 1
        empty: "list[int]" = []  # one for all cells with nothing in them, which are most
        self.cells = [empty for _ in range(max(0, self.width) * max(0, self.height))]
        self.always: "list[int]" = []
        for k in range(len(self.all)):
            solid = self.all[k]
            if solid.right - solid.left >= _FAR:
                self.always.append(k)
                continue
            for row in range((solid.top >> bits) - self.y, (solid.bottom >> bits) - self.y + 1):
                for column in range((solid.left >> bits) - self.x, (solid.right >> bits) - self.x + 1):
                    cell = row * self.width + column
                    self.cells[cell] = self.cells[cell] + [k]

    # hot: for every body and tick
    def near(self, left: int, top: int, right: int, bottom: int) -> "list[Solid]":
        """Those whose box touches this rectangle, in the order in which they were given."""
        bits = self.bits
        width = self.width
        found = list(self.always)
        first = max(0, (left >> bits) - self.x)
        last = min(width - 1, (right >> bits) - self.x)
        for row in range(max(0, (top >> bits) - self.y), min(self.height - 1, (bottom >> bits) - self.y) + 1):
            for cell in range(row * width + first, row * width + last + 1):
                for k in self.cells[cell]:
                    if k not in found:
                        found.append(k)
        found.sort()
        solids = [self.all[k] for k in found]
        return [
            one
            for one in solids
            if one.left <= right and one.right >= left and one.top <= bottom and one.bottom >= top
        ]


class _Tile(SolidBox):
    """A solid cell. A corner at which the next cell is solid as well does not stick out."""

    joined = 0

    def contact(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        size = self.right - self.left
        dx = x - self.left if x < self.left else x - self.right if x > self.right else 0
        dy = y - self.top if y < self.top else y - self.bottom if y > self.bottom else 0
        if dx and dy:
            if self.joined & (1 if dx < 0 else 2) and -size <= dx <= size:
                return abs(dy) - radius, 0, UNIT if dy > 0 else -UNIT
            if self.joined & (4 if dy < 0 else 8) and -size <= dy <= size:
                return abs(dx) - radius, UNIT if dx > 0 else -UNIT, 0
        return super().contact(x, y, radius)

    def _inside(self, x: int, y: int, radius: int) -> "tuple[int, int, int]":
        """The nearest side without a neighbour leads out."""
        gaps = (x - self.left, self.right - x, y - self.top, self.bottom - y)
        free = [side for side in range(4) if not self.joined >> side & 1] or [0, 1, 2, 3]
        best = free[0]
        for side in free:
            if gaps[side] < gaps[best]:
                best = side
        return -gaps[best] - radius, (-UNIT, UNIT, 0, 0)[best], (0, 0, -UNIT, UNIT)[best]


class SolidTiles:
    """The solid cells of a board, in place of `Solids`. It is cheap: make it in the step that uses it.

    Args:
        cells: the board, a Grid field.
        width: cells in a row.
        size: width and height of a cell, in fixed-point lengths.
        solid: the values of cells that are solid.
    """

    def __init__(self, cells: bytearray, width: int, size: int, solid: bytes = b"\x01") -> None:
        self.cells = cells
        self.width = width
        self.height = len(cells) // width
        self.size = size
        self.solid = solid

    def is_solid(self, column: int, row: int) -> bool:
        """Whether a cell is solid; beyond the board nothing is."""
        inside = 0 <= column < self.width and 0 <= row < self.height
        return inside and self.cells[row * self.width + column] in self.solid

    def near(self, left: int, top: int, right: int, bottom: int) -> "list[Solid]":
        """The solid cells that touch this rectangle, row after row."""
        size = self.size
        found: "list[Solid]" = []
        for row in range(max(0, (top - 1) // size), min(self.height - 1, bottom // size) + 1):
            for column in range(max(0, (left - 1) // size), min(self.width - 1, right // size) + 1):
                if self.is_solid(column, row):
                    tile = _Tile(column * size, row * size, (column + 1) * size, (row + 1) * size)
                    tile.joined = (
                        (1 if self.is_solid(column - 1, row) else 0)
                        | (2 if self.is_solid(column + 1, row) else 0)
                        | (4 if self.is_solid(column, row - 1) else 0)
                        | (8 if self.is_solid(column, row + 1) else 0)
                    )
                    found.append(tile)
        return found


# --- a disc among them


def push_out(solids: "Ground", x: int, y: int, radius: int) -> "tuple[int, int]":
    """Move a disc out of what it overlaps, by the shortest way.

    Args:
        solids: what stands still.
        x: middle of the disc.
        y: middle of the disc.
        radius: of the disc.

    Returns:
        The new middle. It overlaps nothing any more, except in a place that is too narrow for the disc.
    """
    for _ in range(8):
        free = True
        for solid in solids.near(x - radius, y - radius, x + radius, y + radius):
            gap, nx, ny = solid.contact(x, y, radius)
            while gap < 0:
                free = False
                x += _away(nx, min(-gap, 65535))
                y += _away(ny, min(-gap, 65535))
                gap, nx, ny = solid.contact(x, y, radius)
        if free:
            break
    return x, y


class Hit:
    """Where a moving disc first touches something.

    Attributes:
        way: how far it has moved, 0 .. the length of its way.
        x: middle of the disc there.
        y: middle of the disc there.
        nx: direction from what it hits to the disc.
        ny: direction.
        solid: what it hits.
        speed: how fast the disc hits it, straight on; for a hit that `move` found.
    """

    def __init__(self, way: int, x: int, y: int, nx: int, ny: int, solid: Solid) -> None:
        self.way = way
        self.x = x
        self.y = y
        self.nx = nx
        self.ny = ny
        self.solid = solid
        self.speed = 0


def _touch(
    solid: Solid, x: int, y: int, dx: int, dy: int, radius: int, length: int
) -> "Optional[tuple[int, int, int]]":
    """Find how far a disc can go by (dx, dy) until it touches a solid.

    The distance to something convex is a convex function of the way, so that a step of Newton's method never
    goes too far, and no speed is high enough to jump over it.

    Returns:
        The way, and the direction from the solid to the disc; None: it can go all the way.
    """
    way = 0
    nx = ny = 0
    for _ in range(24):
        gap, nx, ny = solid.contact(x + scaled(dx, way, length), y + scaled(dy, way, length), radius)
        closing = -(dx * nx + dy * ny)
        # Slower than TOUCH a tick it slides; what little it gets inside is pushed out.
        if closing <= TOUCH * UNIT or gap > length - way + TOUCH:
            return None
        if gap <= TOUCH:
            break
        # It stops one short of what it hits: on a thin wall there is no telling the sides apart.
        step = (gap - 1) * UNIT // (closing // length + 1)
        if step > length - way:
            return None
        way += max(1, step)
    return way, nx, ny


def sweep(solids: "Ground", x: int, y: int, dx: int, dy: int, radius: int) -> "Optional[Hit]":
    """Find what a disc first hits on its way, however fast it is.

    Args:
        solids: what stands still.
        x: middle of the disc.
        y: middle of the disc.
        dx: the way, up to FASTEST long.
        dy: the way.
        radius: of the disc; 0: a point, such as a bullet or a look.

    Returns:
        The first hit; None: the way is free. What the disc leaves or slides along is no hit.
    """
    length = distance(dx, dy)
    if length == 0:
        return None
    best: "Optional[Hit]" = None
    reach = radius + TOUCH
    left = min(x, x + dx) - reach
    top = min(y, y + dy) - reach
    for solid in solids.near(left, top, max(x, x + dx) + reach, max(y, y + dy) + reach):
        found = _touch(solid, x, y, dx, dy, radius, length)
        if found is not None and (best is None or found[0] < best.way):
            way, nx, ny = found
            best = Hit(way, x + scaled(dx, way, length), y + scaled(dy, way, length), nx, ny, solid)
    return best


# hot: for every body and tick
def move(body: "Moving", solids: "Ground", keep: int = 100) -> "list[Hit]":
    """Move a body by its velocity, with all bounces on the way; it ends where it overlaps nothing.

    Args:
        body: what moves; its x, y, vx and vy change.
        solids: what stands still.
        keep: percent of its speed that it keeps in a bounce, straight on; 0: it slides along.

    Returns:
        What it hit, in order.
    """
    hits: "list[Hit]" = []
    left = UNIT
    while len(hits) < _BOUNCES:
        dx = scaled(body.vx, left)
        dy = scaled(body.vy, left)
        hit = sweep(solids, body.x, body.y, dx, dy, body.radius)
        if hit is None:
            body.x += dx
            body.y += dy
            break
        hits.append(hit)
        hit.speed = -along(body.vx, body.vy, hit.nx, hit.ny)
        body.x = hit.x
        body.y = hit.y
        body.vx, body.vy = bounce(body.vx, body.vy, hit.nx, hit.ny, keep)
        length = distance(dx, dy)
        left = scaled(left, length - hit.way, length)
    body.x, body.y = push_out(solids, body.x, body.y, body.radius)
    return hits


# --- discs that move


def _times(value: int, mass: int) -> "tuple[int, int]":
    """Multiply without leaving 30 bits; the two halves compare like the product."""
    low = (value & 4095) * mass
    return (value >> 12) * mass + (low >> 12), low & 4095


def _shares(one: "Body", other: "Body", whole: int) -> "tuple[int, int]":
    """How much of a change falls to each of two bodies: the lighter one takes more."""
    if one.mass == 0 or other.mass == 0:
        return (whole if one.mass else 0), (whole if other.mass else 0)
    mass = one.mass + other.mass
    return whole * other.mass // mass, whole * one.mass // mass


def push_apart(one: "Body", other: "Body") -> bool:
    """Move two discs apart if they overlap, the lighter one farther.

    Returns:
        Whether they overlapped. Bodies in the very same place part to the left and right, by their ids.
    """
    reach = one.radius + other.radius
    moved = False
    while within(other.x - one.x, other.y - one.y, reach) and (one.mass or other.mass):
        dx = other.x - one.x
        dy = other.y - one.y
        nx, ny = unit(dx, dy)
        if dx == 0 and dy == 0 and one.id > other.id:
            nx = -nx
        back, on = _shares(one, other, reach - distance(dx, dy))
        if one.mass:
            one.x -= _away(nx, back + 1)
            one.y -= _away(ny, back + 1)
        if other.mass:
            other.x += _away(nx, on + 1)
            other.y += _away(ny, on + 1)
        moved = True
    return moved


def collide(one: "Body", other: "Body", keep: int = 100) -> int:
    """Let two discs that touch bounce off each other, and move them apart.

    Args:
        one: a body; x, y, vx and vy change, if its mass is not 0.
        other: the other.
        keep: percent of the speed towards each other that is kept, 0..100.

    Returns:
        The speed at which they met; 0: they do not touch, or go apart. Both together never gain energy,
        except from a body of mass 0 that moves. The result is the same with both exchanged.
    """
    reach = one.radius + other.radius
    dx = other.x - one.x
    dy = other.y - one.y
    if not within(dx, dy, reach + 1):
        return 0
    nx, ny = unit(dx, dy)
    if dx == 0 and dy == 0 and one.id > other.id:
        nx = -nx
    met = along(one.vx - other.vx, one.vy - other.vy, nx, ny)
    if met > 0:
        _exchange(one, other, nx, ny, met * (100 + keep) // 100)
    push_apart(one, other)
    return max(0, met)


def _exchange(one: "Body", other: "Body", nx: int, ny: int, speed: int) -> None:
    before_one = one.vx * one.vx + one.vy * one.vy
    before_other = other.vx * other.vx + other.vy * other.vy
    while speed > 0:
        back, on = _shares(one, other, speed)
        ax = one.vx - scaled(back, nx)
        ay = one.vy - scaled(back, ny)
        bx = other.vx + scaled(on, nx)
        by = other.vy + scaled(on, ny)
        gain = ax * ax + ay * ay - before_one
        loss = before_other - bx * bx - by * by
        # What is rounded may be too much by a hair; then both get less.
        if one.mass == 0 or other.mass == 0 or _times(gain, one.mass) <= _times(loss, other.mass):
            one.vx, one.vy = ax, ay
            other.vx, other.vy = bx, by
            return
        speed -= 1


def meeting(one: "Body", other: "Body") -> int:
    """When in this tick two moving discs first touch, before either of them was moved.

    Returns:
        The part of the tick, 0 .. UNIT; -1: they do not. The speed between them is FASTEST at most.
    """
    dx = one.vx - other.vx
    dy = one.vy - other.vy
    length = distance(dx, dy)
    if length == 0:
        return -1
    found = _touch(SolidDisc(other.x, other.y, other.radius), one.x, one.y, dx, dy, one.radius, length)
    return -1 if found is None else min(UNIT, scaled(found[0], UNIT, length))


def _order(body: "Body") -> "tuple[int, int, int, int, int]":
    return body.id, body.x, body.y, body.vx, body.vy


def near_pairs(bodies: "Sequence[One]") -> "list[tuple[One, One]]":
    """Find the pairs of bodies that may touch (the broad phase).

    Args:
        bodies: of any number of lists; their order does not matter.

    Returns:
        The pairs whose boxes touch, ordered by their ids; where ids are equal their places decide.
    """
    ordered = sorted(bodies, key=_order)
    by_left = sorted([(ordered[k].x - ordered[k].radius, k) for k in range(len(ordered))])
    found: "list[tuple[int, int]]" = []
    open_: "list[int]" = []
    for left, k in by_left:
        one = ordered[k]
        open_ = [j for j in open_ if ordered[j].x + ordered[j].radius >= left]
        for j in open_:
            other = ordered[j]
            reach = one.radius + other.radius
            if -reach <= one.y - other.y <= reach:
                found.append((j, k) if j < k else (k, j))
        open_.append(k)
    return [(ordered[j], ordered[k]) for j, k in sorted(found)]


def collide_all(bodies: "Sequence[One]", keep: int = 100) -> "list[tuple[One, One, int]]":
    """Let all bodies that touch bounce off each other, pair by pair in the order of their ids.

    Args:
        bodies: of any number of lists; their order does not matter.
        keep: percent of the speed towards each other that is kept.

    Returns:
        Each pair that met, with the speed at which it did.
    """
    met: "list[tuple[One, One, int]]" = []
    for one, other in near_pairs(bodies):
        speed = collide(one, other, keep)
        if speed:
            met.append((one, other, speed))
    return met
