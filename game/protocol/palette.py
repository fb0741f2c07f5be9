"""The looks of players: the colours and shapes that a seat's numbers stand for.

The browser's half is generated from here (web/src/ui/palette.gen.ts), and the server draws its pictures with
the same values, so both show the same player the same way.
"""

import math
from typing import NamedTuple

GROUND = "#0B1020"
GRID = "#18203A"
PANEL = "#141B33"
LINE = "#2A3560"
TEXT = "#E8ECFF"
MUTED = "#9AA6D1"
ACCENT = "#FFC857"
DANGER = "#FF5D5D"
LIGHT = "#FFFFFF"

COLOURS = {
    "GROUND": GROUND,
    "GRID": GRID,
    "PANEL": PANEL,
    "LINE": LINE,
    "TEXT": TEXT,
    "MUTED": MUTED,
    "ACCENT": ACCENT,
    "DANGER": DANGER,
}
"""The colours of the page, by the name that they have in both languages."""


def _luminance(colour: str) -> float:
    """How light a colour is, 0 to 1, as WCAG 2 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours #RRGGBB by WCAG 2: 1 (none) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class Ink(NamedTuple):
    """How the lines of one player look.

    The eight colours keep apart in every kind of colour sight on GROUND; a dash is a second cue.

    Attributes:
        colour: of the player, as #RRGGBB.
        dash: lengths of dashes and gaps in units; empty: a solid line.
        dash_colour: light on dark inks, dark on light ones.
    """

    colour: str
    dash: tuple[int, ...]
    dash_colour: str


INKS = (
    Ink("#83A7FF", (), LIGHT),
    Ink("#DA3202", (10, 6), LIGHT),
    Ink("#F5FFDC", (2, 7), GROUND),
    Ink("#D3C418", (18, 5, 2, 5), GROUND),
    Ink("#F681A0", (5, 5), LIGHT),
    Ink("#56F8FD", (1, 4), GROUND),
    Ink("#178E67", (14, 4), LIGHT),
    Ink("#8263BA", (3, 3), LIGHT),
)
SHAPES = ("circle", "triangle", "square", "diamond", "pentagon", "star", "cross", "ring")
RING_BAND = 0.42
"""How thick the ring's band is, as a share of its radius."""

Point = tuple[float, float]

_HALF_SQUARE = 0.84
_CROSS_ARM = 0.36
_CROSS_END = 1.04


def _regular(radii: tuple[float, ...]) -> tuple[Point, ...]:
    """Corners around (0, 0) at equal angles, clockwise from the top, each at its radius."""
    points = []
    for k, radius in enumerate(radii):
        angle = 2 * math.pi * k / len(radii) - math.pi / 2
        points.append((round(math.cos(angle) * radius, 3), round(math.sin(angle) * radius, 3)))
    return tuple(points)


def _cross() -> tuple[Point, ...]:
    arm, end = _CROSS_ARM, _CROSS_END
    quarter = ((-arm, -end), (arm, -end), (arm, -arm))
    points: list[Point] = []
    for _ in range(4):
        points += quarter
        quarter = tuple((-y, x) for x, y in quarter)  # type: ignore[assignment]  # three points again
    return tuple(points)


OUTLINES: dict[str, tuple[Point, ...]] = {
    "triangle": _regular((1.16,) * 3),
    "square": tuple((x * _HALF_SQUARE, y * _HALF_SQUARE) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))),
    "diamond": _regular((1.12,) * 4),
    "pentagon": _regular((1.06,) * 5),
    "star": _regular((1.2, 0.52) * 5),
    "cross": _cross(),
}
"""A shape's outline around (0, 0) for radius 1, pointing up; the round ones (circle, ring) have none."""


def ink_of(colour: int) -> Ink:
    """The ink of a colour index, any integer."""
    return INKS[colour % len(INKS)]


def shape_of(shape: int) -> str:
    """The shape of a shape index, any integer."""
    return SHAPES[shape % len(SHAPES)]
