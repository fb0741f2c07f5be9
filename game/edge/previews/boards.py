"""The last moment of a match as a picture: the lines of Loose Ends and Open Field, the board of Short Fuse.

It is drawn from the fields of the last state, which the rules of the match's time have computed. A state that
lacks a field that is needed gives no picture.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from game.edge.previews.canvas import Canvas, Place, Points, dashes, mixed
from game.protocol.palette import ACCENT, DANGER, GROUND, LIGHT, MUTED, PANEL, TEXT, ink_of, shape_of

Value = int | str | Sequence[int | Sequence[int]]
Rows = list[Sequence[int]]

UNIT = 256
"""Positions are in this fraction of a unit, or of a cell."""
HEAD_RADIUS = 8.5
GLOW_WIDTH = 14
DASH_SHARE = 0.26
DASH_STRENGTH = 0.8
FREE, CRATE, STONE, ITEM = range(4)
CURSE = 5
HARMFUL = 5
"""Kinds of pick-ups from this one on harm others."""
STONE_FILL, STONE_EDGE = "#232D55", "#3A4780"
CRATE_FILL, CRATE_EDGE = "#171F3D", "#6675B5"
OUT = "#5B648A"
WALL = "#5D6CA8"


class Look(NamedTuple):
    """A seat's colour and shape, as indices into the palette."""

    colour: int
    shape: int


Looks = Mapping[int, Look]


class NoBoard(Exception):
    """This state cannot be drawn."""


class Fields:
    """The values of a state by path, such as `racers[2].x`."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def number(self, path: str, default: int | None = None) -> int:
        """A number. Raises NoBoard if there is none and no default."""
        value = self._values.get(path, default)
        if not isinstance(value, int):
            raise NoBoard(f"the state has no number {path}")
        return value

    def numbers(self, path: str) -> list[int]:
        """A list of numbers. Raises NoBoard."""
        value = self._values.get(path)
        if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
            raise NoBoard(f"the state has no list {path}")
        return [one for one in value if isinstance(one, int)]

    def rows(self, path: str, columns: int) -> Rows:
        """The rows of a table with `columns` columns or more. Raises NoBoard."""
        value = self._values.get(path)
        if not isinstance(value, list):
            raise NoBoard(f"the state has no table {path}")
        rows: Rows = [one for one in value if isinstance(one, list)]
        if len(rows) != len(value) or any(len(one) < columns for one in rows):
            raise NoBoard(f"{path} has other columns")
        return rows

    def place(self, path: str, scale: float) -> tuple[float, float]:
        """Where an entity is, in pixels; `scale` is pixels for each unit. Raises NoBoard."""
        return self.number(path + "x") / UNIT * scale, self.number(path + "y") / UNIT * scale

    def entities(self, name: str) -> list[str]:
        """The paths of a list's entities, each with its dot at the end."""
        return [f"{name}[{k}]." for k in range(self.number(f"{name}.count"))]


def aspect(game: str, fields: Fields) -> float:
    """Width by height of a game's world. Raises NoBoard for a game without a picture."""
    if game not in BOARDS:
        raise NoBoard(f"there is no picture for {game}")
    width, height = fields.number("width"), fields.number("height")
    if width < 1 or height < 1:
        raise NoBoard("the world has no size")
    return width / height


def draw_board(canvas: Canvas, game: str, fields: Fields, looks: Looks) -> None:
    """Fill a canvas with the state. Raises NoBoard, having drawn some of it maybe."""
    BOARDS[game](canvas, fields, looks)


# --- lines of ink: Loose Ends and Open Field


def _trails(canvas: Canvas, fields: Fields, looks: Looks) -> None:
    scale = canvas.width / fields.number("width")
    _lines(canvas, fields, looks, "racers", scale, grid_units=60)
    inset = fields.number("inset", 0) * scale
    inner = Place(inset, inset, canvas.width - 2 * inset, canvas.height - 2 * inset)
    canvas.box(inner, None, DANGER if inset else WALL, 0, 2)


def _field(canvas: Canvas, fields: Fields, looks: Looks) -> None:
    scale = canvas.width / fields.number("width")
    _lines(canvas, fields, looks, "riders", scale, grid_units=300)
    canvas.box(Place(0, 0, canvas.width, canvas.height), None, WALL, 0, 2)


def _lines(canvas: Canvas, fields: Fields, looks: Looks, name: str, scale: float, grid_units: int) -> None:
    canvas.grid(Place(0, 0, canvas.width, canvas.height), grid_units * scale)
    for path in fields.entities("pickups"):
        x, y = fields.place(path, scale)
        colour = ACCENT if fields.number(path + "kind") < HARMFUL else DANGER
        canvas.disc(x, y, max(4.0, 11 * scale), PANEL, colour, 1.5)
    riders = fields.entities(name)
    for path in riders:
        ink = ink_of(_look(fields, path, looks).colour)
        for points, _ in _pieces(fields.rows(path + "trail", 3), scale):
            canvas.glow(points, GLOW_WIDTH * scale, ink.colour, 0.3)
    _head_lights(canvas, fields, riders, looks, scale, max(4.5, HEAD_RADIUS * scale))
    canvas.shine()
    for path in riders:
        _ink(canvas, fields, path, looks, scale)
    _heads(canvas, fields, name, "rides", looks, scale, max(4.5, HEAD_RADIUS * scale))


def _heads(
    canvas: Canvas, fields: Fields, name: str, takes_part: str, looks: Looks, scale: float, radius: float
) -> None:
    """The players' marks; below them, small and grey, those who are out and took part."""
    paths = fields.entities(name)
    for path in paths:
        if not fields.number(path + "alive") and fields.number(path + takes_part, 0):
            look = _look(fields, path, looks)
            canvas.mark(shape_of(look.shape), *fields.place(path, scale), radius * 0.75, OUT)
    for path in paths:
        if fields.number(path + "alive"):
            look = _look(fields, path, looks)
            colour = ink_of(look.colour).colour
            canvas.mark(shape_of(look.shape), *fields.place(path, scale), radius, colour)


def _head_lights(
    canvas: Canvas, fields: Fields, paths: Sequence[str], looks: Looks, scale: float, radius: float
) -> None:
    for path in paths:
        if fields.number(path + "alive"):
            colour = ink_of(_look(fields, path, looks).colour).colour
            canvas.glow_spot(*fields.place(path, scale), radius * 2, colour, 0.5)


def _look(fields: Fields, path: str, looks: Looks) -> Look:
    return looks.get(fields.number(path + "id"), Look(0, 0))


def _ink(canvas: Canvas, fields: Fields, path: str, looks: Looks, scale: float) -> None:
    ink = ink_of(_look(fields, path, looks).colour)
    way = 0.0
    for points, pen in _pieces(fields.rows(path + "trail", 3), scale):
        width = max(1.5, pen / 2 * scale)
        canvas.line(points, width, ink.colour)
        if ink.dash and width > 3:
            pattern = [length * scale for length in ink.dash]
            cuts, way = dashes(points, pattern, way)
            colour = mixed(ink.colour, ink.dash_colour, DASH_STRENGTH)
            for dash in cuts:
                canvas.line(dash, width * DASH_SHARE, colour, round_ends=False)


def _pieces(rows: Rows, scale: float) -> list[tuple[Points, int]]:
    """A trail as lines of one width each; a row with pen 0 begins a new line."""
    found: list[tuple[list[tuple[float, float]], int]] = []
    last_pen = 0
    for k, row in enumerate(rows):
        pen = row[2] if k else 0
        at = (row[0] / UNIT * scale, row[1] / UNIT * scale)
        if pen and pen == last_pen:
            found[-1][0].append(at)
        elif pen:
            before = rows[k - 1]
            found.append(([(before[0] / UNIT * scale, before[1] / UNIT * scale), at], pen))
        last_pen = pen
    return [(points, pen) for points, pen in found]


# --- Short Fuse


def _fuse(canvas: Canvas, fields: Fields, looks: Looks) -> None:
    columns, rows = fields.number("width"), fields.number("height")
    cells = fields.numbers("cells")
    if len(cells) != columns * rows:
        raise NoBoard("the board has another size")
    side = canvas.width / columns
    canvas.grid(Place(0, 0, canvas.width, canvas.height), side)
    for k, cell in enumerate(cells):
        x, y = k % columns * side, k // columns * side
        if cell == STONE:
            _stone(canvas, x, y, side)
        elif cell == CRATE:
            _crate(canvas, x, y, side)
        elif cell >= ITEM:
            _item(canvas, cell - ITEM, x + side / 2, y + side / 2, side)
    for path in fields.entities("bombs"):
        _bomb(canvas, looks.get(fields.number(path + "owner")), *fields.place(path, side), side)
    _head_lights(canvas, fields, fields.entities("men"), looks, side, side * 0.36)
    canvas.shine()
    _heads(canvas, fields, "men", "plays", looks, side, side * 0.36)


def _stone(canvas: Canvas, x: float, y: float, side: float) -> None:
    unit = side / 48
    canvas.box(Place(x + unit, y + unit, side - 2 * unit, side - 2 * unit), STONE_FILL, None, 5 * unit)
    low, far = y + side - 6 * unit, x + side - 6 * unit
    canvas.line(
        [(x + 5 * unit, low), (x + 5 * unit, y + 5 * unit), (far, y + 5 * unit)], 2 * unit, STONE_EDGE
    )


def _crate(canvas: Canvas, x: float, y: float, side: float) -> None:
    unit = side / 48
    place = Place(x + 4 * unit, y + 4 * unit, side - 8 * unit, side - 8 * unit)
    canvas.box(place, CRATE_FILL, CRATE_EDGE, 3 * unit, max(1, 2 * unit))
    faint = mixed(CRATE_FILL, CRATE_EDGE, 0.7)
    for start, end in (
        ((9, 39), (39, 9)),
        ((4, 16), (16, 4)),
        ((32, 44), (44, 32)),
    ):
        points = [(x + dx * unit, y + dy * unit) for dx, dy in (start, end)]
        canvas.line(points, 1.5 * unit, faint, round_ends=False)


def _item(canvas: Canvas, kind: int, x: float, y: float, side: float) -> None:
    r = side * 0.36
    if kind == CURSE:
        corners = [(x, y - r * 1.1), (x + r * 1.1, y + r * 0.85), (x - r * 1.1, y + r * 0.85)]
        canvas.line([*corners, corners[0], corners[1]], r * 0.16, DANGER)
        canvas.line([(x, y - r * 0.3), (x, y + r * 0.3)], r * 0.2, TEXT)
        return
    canvas.disc(x, y, r, PANEL, ACCENT, r * 0.16)
    canvas.disc(x, y, r * 0.34, TEXT, None, 0)


def _bomb(canvas: Canvas, owner: Look | None, x: float, y: float, side: float) -> None:
    r = side * 0.34
    canvas.disc(x, y, r, GROUND, LIGHT, r * 0.14)
    colour = MUTED if owner is None else ink_of(owner.colour).colour
    canvas.mark("circle" if owner is None else shape_of(owner.shape), x, y, r * 0.5, colour)


BOARDS: dict[str, Callable[[Canvas, Fields, Looks], None]] = {
    "trails": _trails,
    "field": _field,
    "fuse": _fuse,
}
"""What draws the state of a game, by the game's name."""
