"""The pitches of Kick Off, as data, and what stands still on each of them."""

from game.rules import UNIT, Solid, SolidBox, SolidDisc, Solids, SolidSide, rim

from .tuning import HALL, ICE, POST, TURF, U

AROUND = 44
"""Ground beyond the lines of the pitch, in units, where players may run."""
BEHIND = 68
"""The same behind the goals."""
NET = 40
"""Depth of the goals, in units."""
BEYOND = 400
"""How far what the ball bounces off reaches beyond the ground, in units: it flies less far in a tick."""


class Map:
    """A pitch: all lengths in units.

    Args:
        name: as in the options.
        width: from goal line to goal line.
        height: from side line to side line.
        goal: half of the width of a goal.
        circle: radius of the circle in the middle, which the other side leaves free at the kick-off.
        box: depth of the penalty areas; a mark on the ground only.
        ground: how the ball rolls, an index into GROUNDS.
        pillars: (x, y, radius) of pillars, from the middle of the pitch.
    """

    def __init__(
        self,
        name: str,
        width: int,
        height: int,
        goal: int,
        circle: int,
        box: int,
        ground: int = TURF,
        pillars: "tuple[tuple[int, int, int], ...]" = (),
    ) -> None:
        self.name = name
        self.width = width
        self.height = height
        self.goal = goal
        self.circle = circle
        self.box = box
        self.ground = ground
        self.columns = pillars
        self.world_width = width + 2 * BEHIND
        self.world_height = height + 2 * AROUND
        self.left = BEHIND * U
        self.right = (BEHIND + width) * U
        self.top = AROUND * U
        self.bottom = (AROUND + height) * U
        self.x = self.world_width * U // 2
        self.y = self.world_height * U // 2
        self.posts = [
            SolidDisc(x, self.y + side * goal * U, POST) for x in (self.left, self.right) for side in (-1, 1)
        ]
        self.pillars = self._pillars()
        self.discs = self.posts + self.pillars
        self.middle = Solids([SolidDisc(self.x, self.y, circle * U)])
        self.for_players = Solids(self._players())
        self.for_ball = Solids(self._ball())

    def _pillars(self) -> "list[SolidDisc]":
        return [SolidDisc(self.x + x * U, self.y + y * U, radius * U) for x, y, radius in self.columns]

    def _players(self) -> "list[Solid]":
        found = rim(0, 0, self.world_width * U, self.world_height * U)
        found += self.posts
        found += self.pillars
        return found

    def _ball(self) -> "list[Solid]":
        high = self.y - self.goal * U
        low = self.y + self.goal * U
        near = -BEYOND * U
        far_x = (self.world_width + BEYOND) * U
        far_y = (self.world_height + BEYOND) * U
        found: "list[Solid]" = [
            SolidSide(self.x, self.top, 0, UNIT),
            SolidSide(self.x, self.bottom, 0, -UNIT),
            SolidSide(self.left - NET * U, self.y, UNIT, 0),
            SolidSide(self.right + NET * U, self.y, -UNIT, 0),
            SolidBox(near, near, self.left, high),
            SolidBox(near, low, self.left, far_y),
            SolidBox(self.right, near, far_x, high),
            SolidBox(self.right, low, far_x, far_y),
        ]
        found += self.posts
        found += self.pillars
        return found


FOUR = ((-190, -110, 22), (-190, 110, 22), (190, -110, 22), (190, 110, 22))
MAPS = (
    Map("classic", 780, 390, 78, 78, 120),
    Map("small", 620, 330, 66, 64, 90),
    Map("large", 1000, 490, 94, 95, 150),
    Map("futsal", 700, 370, 62, 70, 110, HALL),
    Map("pillars", 840, 430, 78, 70, 120, TURF, FOUR),
    Map("ice", 840, 410, 74, 80, 110, ICE),
)
NAMES = tuple([one.name for one in MAPS])


def map_of(number: int, players: int) -> Map:
    """The map of an option's value: 0 chooses by the number of players."""
    if number:
        return MAPS[number - 1]
    return MAPS[1] if players <= 2 else MAPS[2] if players > 6 else MAPS[0]
