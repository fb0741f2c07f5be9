"""A game's picture, declared beside its rules: which things are drawn where, how, and in which colour.

`Game.picture` is a tuple of these parts, drawn in that order. Rules never read it. Clients get it with the
schema (docs/protocol.md, section 5), so a game needs no code in the browser to be seen.

Lengths are in units of the world. A place or a size is a number; or the name of a field of the thing drawn,
or else of the root, where "id" is the thing's id; or `Scaled`. A `Fixed` field counts in units, whatever its
fraction. `Fixed` and `Angle` fields are interpolated between two ticks; `glide` does that for whole numbers:
it is the time in ms that a thing takes to its new place.

Colours are "seat" (that of the seat which the field `seat` names), "text", "muted", "accent", "danger",
"line", "ground", "#rrggbb", a number 0..7 of the players' eight, or the name of a field that holds one.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Union

    Length = Union[int, str, "Scaled"]
    Colour = Union[int, str]
    Value = Union[int, str, "Scaled", tuple[Colour, ...]]


class Scaled:
    """A field's value times `times` plus `plus`, such as the lane of a runner: `Scaled("id", 60, 30)`."""

    def __init__(self, field: str, times: int = 1, plus: int = 0) -> None:
        self.field = field
        self.times = times
        self.plus = plus


class Part:
    """One part of a picture; `of` names a list of entities of the root, "" is the root itself."""

    part = ""

    def __init__(self, of: str, **values: "Value") -> None:
        self.of = of
        self.values = values

    def describe(self) -> "dict[str, Any]":
        """The PART of the protocol, JSON-able."""
        found: "dict[str, Any]" = {"part": self.part, "of": self.of}
        for name in sorted(self.values):
            value: "Any" = self.values[name]
            if isinstance(value, Scaled):
                value = {"field": value.field, "times": value.times, "plus": value.plus}
            elif isinstance(value, tuple):
                value = list(value)
            found[name] = value
        return found


class World(Part):
    """How large the world is; `grid` units lie between two lines of the ground, 0: no lines.

    `turnable` pictures are turned by a quarter on upright phones. Without a World it is as large as the
    first Cells, or 960 x 600.
    """

    part = "world"

    def __init__(
        self, width: "Length", height: "Length", grid: int = 60, turnable: bool = False, of: str = ""
    ) -> None:
        super().__init__(of, width=width, height=height, grid=grid, turnable=turnable)


class Cells(Part):
    """A board: the Grid field `grid`, each cell `size` units wide.

    `colours[v]` is the colour of value v ("": not drawn); values beyond are seats, in their colours:
    with `colours=("",)` a cell of value 3 belongs to seat 2.
    """

    part = "cells"

    def __init__(
        self, grid: str, size: int = 40, colours: "tuple[Colour, ...]" = ("",), gap: int = 2, of: str = ""
    ) -> None:
        super().__init__(of, grid=grid, size=size, colours=colours, gap=gap)


class Circle(Part):
    """A disc of radius `size` about (x, y), where the field `when` is not 0."""

    part = "circle"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: "Length" = 10,
        colour: "Colour" = "seat",
        seat: str = "id",
        when: str = "",
        glide: int = 0,
    ) -> None:
        super().__init__(of, x=x, y=y, size=size, colour=colour, seat=seat, when=when, glide=glide)


class Box(Part):
    """A rectangle about (x, y)."""

    part = "box"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        width: "Length" = 20,
        height: "Length" = 20,
        colour: "Colour" = "seat",
        seat: str = "id",
        when: str = "",
        glide: int = 0,
    ) -> None:
        super().__init__(
            of, x=x, y=y, width=width, height=height, colour=colour, seat=seat, when=when, glide=glide
        )


class Mark(Part):
    """The player of a seat: their own shape in their own colour, and their name.

    Where the field `alive` is 0 it is drawn faint.
    """

    part = "mark"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: int = 12,
        seat: str = "id",
        alive: str = "",
        when: str = "",
        glide: int = 0,
    ) -> None:
        super().__init__(of, x=x, y=y, size=size, seat=seat, alive=alive, when=when, glide=glide)


class Shape(Part):
    """A sprite: circle, triangle, square, diamond, pentagon, star, cross or ring, or a field with its number.

    It points up; `heading`, an Angle field, turns it: 0 is to the right.
    """

    part = "shape"

    def __init__(
        self,
        of: str,
        shape: "Length" = "diamond",
        x: "Length" = "x",
        y: "Length" = "y",
        size: "Length" = 12,
        colour: "Colour" = "accent",
        heading: str = "",
        seat: str = "id",
        when: str = "",
        glide: int = 0,
    ) -> None:
        super().__init__(
            of,
            shape=shape,
            x=x,
            y=y,
            size=size,
            colour=colour,
            heading=heading,
            seat=seat,
            when=when,
            glide=glide,
        )


class Line(Part):
    """A line from (x, y) to (to_x, to_y)."""

    part = "line"

    def __init__(
        self,
        of: str,
        x: "Length",
        y: "Length",
        to_x: "Length",
        to_y: "Length",
        width: "Length" = 3,
        colour: "Colour" = "line",
        seat: str = "id",
        when: str = "",
    ) -> None:
        super().__init__(of, x=x, y=y, to_x=to_x, to_y=to_y, width=width, colour=colour, seat=seat, when=when)


class Trail(Part):
    """The way that a Series or Track has recorded in its columns `x` and `y`, on to where the thing is."""

    part = "trail"

    def __init__(
        self,
        of: str,
        rows: str = "trail",
        x: str = "x",
        y: str = "y",
        width: int = 4,
        colour: "Colour" = "seat",
        seat: str = "id",
    ) -> None:
        super().__init__(of, rows=rows, x=x, y=y, width=width, colour=colour, seat=seat)


class Label(Part):
    """Text about (x, y), `size` units high; `{field}` is a field's value, of a Choice its name."""

    part = "label"

    def __init__(
        self,
        of: str,
        text: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: int = 18,
        colour: "Colour" = "text",
        seat: str = "id",
        when: str = "",
    ) -> None:
        super().__init__(of, text=text, x=x, y=y, size=size, colour=colour, seat=seat, when=when)


class Scores(Part):
    """The score board around the picture: a line for each thing: the player of its `seat`, and its `points`.

    Of the root: `round` and `left` are fields with the number of the round, from 1, and the ticks left.
    """

    part = "scores"

    def __init__(
        self,
        of: str,
        points: str = "score",
        seat: str = "id",
        alive: str = "",
        round: str = "",
        left: str = "",
    ) -> None:
        super().__init__(of, points=points, seat=seat, alive=alive, round=round, left=left)


class On(Part):
    """When an event happens: a sound, and words over the picture.

    Sounds are beat, go, crash, take, harm, offer, fade, roundEnd, matchEnd, lost, click. In `say`, `{seat}`
    is the name of the player of the event's argument `seat`, any other `{argument}` its number.
    """

    part = "on"

    def __init__(self, event: str, sound: str = "", say: str = "") -> None:
        super().__init__("", event=event, sound=sound, say=say)
