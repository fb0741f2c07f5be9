"""A game's picture, declared beside its rules: which things are drawn where, how, and in which colour.

`Game.picture` is a tuple of these parts, drawn in that order. Rules never read it. Clients get it with the
schema (docs/protocol.md, section 5), so a game needs no code in the browser to be seen.

Lengths are in units of the world. A place or a size is a number; or the name of a field of the thing drawn,
or else of the root, where "id" is the thing's id; or `Scaled`, `Spread` or `Pick`. A `Fixed` field
counts in units, whatever its fraction. `Fixed` and `Angle` fields are interpolated between two ticks.

Colours are "seat" (that of the seat which the field `seat` names), "team" (that of the team in the field
`team`), "text", "muted", "accent", "danger", "line", "panel", "ground", "#rrggbb", a number 0..7 of the
players' eight, the name of a field that holds one, or `Pick`.

A field that only its owner or the host sees (`see=OWNER`, `see=HOST`) may be named like any other: the part
is then drawn for those alone who see it, and for everybody in the replay of a match that is over.

Every part of a thing also takes:

    when      a condition: it is drawn only where it holds
    unless    a condition: it is not drawn where it holds
    opacity   percent, a length
    glide     ms in which it moves to a new place
    ease      ms in which a size or a value changes to a new one
    fade      ms in which it appears, and disappears when its condition ends
    seat      the field with the seat for colours and names; by default the thing's id

A condition is the name of a field (it holds where the field is not 0); or "mine" (the thing's seat plays at
this device), "tv", "upright" or "wide" (the shape of the screen); or a comparison such as
`("phase", "==", "live")` or `("left", "<", 90)`, with ==, !=, <, <=, >, >= and a number, a name of the Choice
or another field; or a tuple of conditions, all of which must hold.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional, TypedDict, Union

    from typing_extensions import Unpack

    Length = Union[int, str, "Scaled", "Spread", "Pick"]
    Colour = Union[int, str, "Pick"]
    Condition = Union[str, tuple[Any, ...]]
    Value = Union[int, str, "Scaled", "Spread", "Pick", "Faces", tuple[Any, ...]]

    class Common(TypedDict, total=False):
        """What every part of a thing takes besides its own values."""

        when: Condition
        unless: Condition
        opacity: Length
        glide: int
        ease: int
        fade: int
        seat: str


COMMON = ("when", "unless", "opacity", "glide", "ease", "fade", "seat")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Scaled:
    """A field's value times `times` plus `plus`, such as the lane of a runner: `Scaled("id", 60, 30)`."""

    def __init__(self, field: str, times: int = 1, plus: int = 0) -> None:
        self.field = field
        self.times = times
        self.plus = plus


class Spread:
    """The middle of one of equal shares: `Spread("place", "count", 960)` is that of share `place` of `count`.

    Args:
        field: the number of the share, from 0.
        of: the field with how many shares there are.
        length: what is shared, in units.
        plus: is added.
    """

    def __init__(self, field: str, of: str, length: int, plus: int = 0) -> None:
        self.field = field
        self.of = of
        self.length = length
        self.plus = plus


class Pick:
    """One of some values by a field's value: `Pick("suit", "danger", "#56F8FD")`; beyond them the last."""

    def __init__(self, field: str, *values: "Union[int, str]") -> None:
        self.field = field
        self.values = values


class Faces:
    """How playing cards look. A card is a number: its suit is number // ranks, its rank number % ranks.

    A text that begins with ":" is a sign that is drawn: ":skip", ":turn", ":wheel", ":swap".

    Args:
        ranks: how many ranks a suit has.
        colours: of the suits.
        shapes: of the suits, as in `Shape`; "" for none.
        letters: of the suits, beside the text, so that colour is not the only cue. One that begins its
            suit's name follows it into other languages: as many letters as tell the names apart.
        texts: of the ranks; or of all numbers, if there are more texts than ranks.
        names: of the suits, for screen readers; a text stands for the rank.
        pips: how many pips each rank has instead of a large text; 0: the text.
        back: the colour of the back.
    """

    def __init__(
        self,
        ranks: int,
        colours: "tuple[Colour, ...]",
        shapes: "tuple[str, ...]" = (),
        letters: "tuple[str, ...]" = (),
        texts: "tuple[str, ...]" = (),
        names: "tuple[str, ...]" = (),
        pips: "tuple[int, ...]" = (),
        back: "Colour" = "panel",
    ) -> None:
        self.ranks = ranks
        self.colours = colours
        self.shapes = shapes
        self.letters = letters
        self.texts = texts
        self.names = names
        self.pips = pips
        self.back = back


def _plain(value: "Any") -> "Any":  # noqa: ANN401 (by the kind of value)
    """A part's value as JSON has it."""
    if isinstance(value, Scaled):
        return {"field": value.field, "times": value.times, "plus": value.plus}
    if isinstance(value, Spread):
        return {"field": value.field, "of": value.of, "length": value.length, "plus": value.plus}
    if isinstance(value, Pick):
        return {"field": value.field, "pick": list(value.values)}
    if isinstance(value, Faces):
        found: "dict[str, Any]" = {"ranks": value.ranks, "back": value.back}
        for name in ("colours", "shapes", "letters", "texts", "names", "pips"):
            found[name] = list(getattr(value, name))
        return found
    if isinstance(value, tuple):
        return list(value)
    return value


def conditions(declared: "Condition") -> "list[Any]":
    """A condition as comparisons, one after the other: name, sign, right side; all must hold."""
    if isinstance(declared, str):
        return [declared, "!=", 0] if declared else []
    if len(declared) == 3 and declared[1] in COMPARISONS:
        return list(declared)
    found: "list[Any]" = []
    for one in declared:
        found += conditions(one)
    return found


class Part:
    """One part of a picture; `of` names a list of entities of the root, "" is the root itself.

    Attributes:
        only: "owner" or "host" for a part inside `Only`.
    """

    part = ""
    placed = True
    """It is drawn for things and takes what every such part takes."""

    def __init__(self, of: str, common: "Optional[Common]" = None, **values: "Value") -> None:
        self.of = of
        self.values = values
        self.only = ""
        given: "Any" = common or {}
        for name in given:
            if name not in COMMON:
                raise TypeError("%s takes no %s" % (type(self).__name__, name))
            self.values[name] = given[name]

    def parts(self) -> "list[Part]":
        """What is drawn: the part itself, or those inside it."""
        return [self]

    def describe(self) -> "dict[str, Any]":
        """The PART of the protocol, JSON-able."""
        found: "dict[str, Any]" = {"part": self.part, "of": self.of}
        if self.only:
            found["only"] = self.only
        for name in sorted(self.values):
            value: "Any" = self.values[name]
            if name in ("when", "unless"):
                value = conditions(value)
                if not value:
                    continue
            found[name] = _plain(value)
        return found


def flat(picture: "tuple[Part, ...]") -> "list[Part]":
    """All parts of a picture that are drawn, in order: those inside `Only` as well."""
    found: "list[Part]" = []
    for part in picture:
        found += part.parts()
    return found


class Only(Part):
    """Parts that are drawn for those alone who see the private fields of their things.

    `Only(OWNER, part, …)`: the player of each thing, whose seat is its id. `Only(HOST, part, …)`: the host.
    In the replay of a match that is over they are drawn for everybody.
    """

    def __init__(self, see: str, *parts: Part) -> None:
        super().__init__("")
        if see not in ("owner", "host"):
            raise ValueError("Only takes OWNER or HOST first, got %r" % (see,))
        self.inside = flat(parts)
        for part in self.inside:
            part.only = see

    def parts(self) -> "list[Part]":
        """The parts inside it."""
        return self.inside


class World(Part):
    """How large the world is; `grid` units lie between two lines of the ground, 0: no lines.

    `turnable` pictures are turned by a quarter on upright phones. On upright screens the world has the size
    `upright`, if it is given; parts find their places there by `when="upright"` and `when="wide"`. Without a
    World it is as large as the first Cells, or 960 x 600.
    """

    part = "world"
    placed = False

    def __init__(
        self,
        width: "Length",
        height: "Length",
        grid: int = 60,
        turnable: bool = False,
        of: str = "",
        upright: "tuple[int, ...]" = (),
    ) -> None:
        super().__init__(of, width=width, height=height, grid=grid, turnable=turnable)
        if upright:
            self.values["upright"] = upright


class Camera(Part):
    """A camera over a world that is larger than the screen; the picture then shows `view` units of it.

    It goes with the own things of the list `of`, smoothly and never beyond the world; for those who watch it
    goes with the player they follow. The screen for everybody shows the whole world. Upright phones show
    `upright`. Things whose field `alive` is 0 are not followed. `map`: a small map in a corner shows all
    things of the list that this player gets, each in the colour of its `seat`. There is one Camera at most.
    """

    part = "camera"
    placed = False

    def __init__(
        self,
        of: str,
        view: "tuple[int, int]" = (640, 400),
        upright: "tuple[int, int]" = (400, 640),
        x: "Length" = "x",
        y: "Length" = "y",
        seat: str = "id",
        alive: str = "",
        map: bool = True,
    ) -> None:
        super().__init__(of, view=view, upright=upright, x=x, y=y, seat=seat, alive=alive, map=map)


class Words(Part):
    """The texts of the game in another language: `Words("de", {"Your turn": "Du bist dran"})`.

    There is one for each language. Its texts are those that parts show, names of a Choice, what `On` says,
    and what the page shows of the game: title, blurb, how, options with their docs and choices, presets,
    awards, bot styles, buttons and labels. Names are written as they are shown: "Round time" for
    `round_time`.
    """

    part = "words"
    placed = False

    def __init__(self, language: str, words: "dict[str, str]") -> None:
        self._words = words
        pairs: "list[str]" = []
        for text in words:
            pairs += [text, words[text]]
        super().__init__("", language=language, words=tuple(pairs))

    def pairs(self) -> "dict[str, str]":
        """The translation of each text."""
        return self._words


class Cells(Part):
    """A board: the Grid field `grid`, each cell `size` units wide; without a `gap` there are no seams.

    A board that only its owner or the host sees is drawn for those alone who see it. Cells can be pressed,
    and gone through by keys and by screen readers, where `choose` names a control.

    Args:
        grid: a Grid field of the root, or of the things of `of`.
        size: of a cell, units.
        colours: `colours[v]` is the colour of value v ("": not drawn); values beyond are seats, in their
            colours: with `colours=("",)` a cell of value 3 belongs to seat 2.
        gap: between two cells, units.
        of: a list of the root; "": the root.
        x: where the left edge of the board is.
        y: where its upper edge is.
        choose: the Choose control by which a cell is chosen: the index is the cell's place in the grid.
        can: an Ints field with the places of the cells that can be chosen: they are marked, others are not
            taken; "": all can be chosen.
        turn: a field of the root with the seat whose turn it is; others cannot choose.
        names: what each value is called, for screen readers, after the cell's column and row, as "C2";
            of values that are seats the players' names are said.
        common: see the head of this module.
    """

    part = "cells"

    def __init__(
        self,
        grid: str,
        size: int = 40,
        colours: "tuple[Colour, ...]" = ("",),
        gap: int = 2,
        of: str = "",
        x: "Length" = 0,
        y: "Length" = 0,
        choose: str = "",
        can: str = "",
        turn: str = "",
        names: "tuple[str, ...]" = (),
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, grid=grid, size=size, colours=colours, gap=gap)
        # Left out by default, so that the schemas of kept matches do not change.
        more: "tuple[tuple[str, Value], ...]" = (("x", x), ("y", y), ("names", names))
        more += (("choose", choose), ("can", can), ("turn", turn))
        for name, value in more:
            if value not in (0, "", ()):
                self.values[name] = value


class Circle(Part):
    """A disc of radius `size` about (x, y); with an `outline` only its edge, that many units wide."""

    part = "circle"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: "Length" = 10,
        colour: "Colour" = "seat",
        outline: "Length" = 0,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, x=x, y=y, size=size, colour=colour, outline=outline)


class Box(Part):
    """A rectangle about (x, y), its corners rounded by `round`; with an `outline` only its edge."""

    part = "box"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        width: "Length" = 20,
        height: "Length" = 20,
        colour: "Colour" = "seat",
        outline: "Length" = 0,
        round: int = 0,
        heading: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            x=x,
            y=y,
            width=width,
            height=height,
            colour=colour,
            outline=outline,
            round=round,
            heading=heading,
        )


class Arc(Part):
    """A part of a circle's edge, `width` units wide: `value` of `most` of it, clockwise.

    It begins at the top, or at the Angle field `heading`.
    """

    part = "arc"

    def __init__(
        self,
        of: str,
        value: "Length",
        most: "Length",
        x: "Length" = "x",
        y: "Length" = "y",
        size: "Length" = 20,
        width: "Length" = 4,
        colour: "Colour" = "seat",
        heading: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            value=value,
            most=most,
            x=x,
            y=y,
            size=size,
            width=width,
            colour=colour,
            heading=heading,
        )


class Bar(Part):
    """A bar about (x, y) that is filled as far as `value` of `most`, such as health."""

    part = "bar"

    def __init__(
        self,
        of: str,
        value: "Length",
        most: "Length",
        x: "Length" = "x",
        y: "Length" = "y",
        width: "Length" = 40,
        height: "Length" = 6,
        colour: "Colour" = "seat",
        back: "Colour" = "line",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            value=value,
            most=most,
            x=x,
            y=y,
            width=width,
            height=height,
            colour=colour,
            back=back,
        )


class Polygon(Part):
    """A shape of your own: `points` are (x, y) about the place, in units; `heading` turns it."""

    part = "polygon"

    def __init__(
        self,
        of: str,
        points: "tuple[tuple[int, int], ...]",
        x: "Length" = "x",
        y: "Length" = "y",
        colour: "Colour" = "seat",
        outline: "Length" = 0,
        heading: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        numbers: "list[int]" = []
        for point in points:
            numbers += list(point)
        super().__init__(
            of, common, points=tuple(numbers), x=x, y=y, colour=colour, outline=outline, heading=heading
        )


class Mark(Part):
    """The player of a seat: their own shape in their own colour, and their name, unless `named` is False.

    Where the field `alive` is 0 it is drawn faint.
    """

    part = "mark"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: int = 12,
        alive: str = "",
        named: bool = True,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, x=x, y=y, size=size, alive=alive, named=named)


class Shape(Part):
    """A sprite: circle, triangle, square, diamond, pentagon, star, cross or ring, or a field with its number.

    It points up; `heading`, an Angle field, turns it: 0 is to the right.
    """

    part = "shape"

    def __init__(
        self,
        of: str,
        shape: "Union[Length, Pick]" = "diamond",
        x: "Length" = "x",
        y: "Length" = "y",
        size: "Length" = 12,
        colour: "Colour" = "accent",
        heading: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, shape=shape, x=x, y=y, size=size, colour=colour, heading=heading)


class Image(Part):
    """An image of the game's own, about (x, y): `name` is that of a file in its folder `assets`.

    It is drawn `width` x `height` units large; `heading`, an Angle field, turns it: 0 is as it is, a quarter
    turns it clockwise. `frames`: the file holds that many pictures side by side, and the field `frame` says
    which is shown. `tint`: it is coloured as the seat is. While it loads, and where it is missing, a box is
    drawn.
    """

    part = "image"

    def __init__(
        self,
        name: str,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        width: "Length" = 40,
        height: "Length" = 40,
        heading: str = "",
        frame: str = "",
        frames: int = 1,
        tint: bool = False,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            name=name,
            x=x,
            y=y,
            width=width,
            height=height,
            heading=heading,
            frame=frame,
            frames=frames,
            tint=tint,
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
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, x=x, y=y, to_x=to_x, to_y=to_y, width=width, colour=colour)


class Trail(Part):
    """The way that a Series or Track has recorded in its columns `x` and `y`, on to where the thing is."""

    part = "trail"
    placed = False

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
    """Text about (x, y), `size` units high; `{field}` is a field's value, of a Choice its name.

    `{player}` is the name of the seat's player. `align` is "left", "centre" or "right"; a text that is wider
    than `wrap` units goes on in another line, one that is wider than `width` units is cut and ends with "…".
    Text is never smaller than can be read: give names a `width` where something stands beside them.
    """

    part = "label"

    def __init__(
        self,
        of: str,
        text: str,
        x: "Length" = "x",
        y: "Length" = "y",
        size: int = 18,
        colour: "Colour" = "text",
        align: str = "centre",
        wrap: int = 0,
        width: "Length" = 0,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, text=text, x=x, y=y, size=size, colour=colour, align=align, wrap=wrap)
        # Left out by default, so that the schemas of kept matches do not change.
        if width != 0:
            self.values["width"] = width


class Clock(Part):
    """The time that is left, as 0:12 or, below `bare` seconds, as 12: `left` ticks, or those until `until`.

    Its last five seconds are red. It is not drawn when no time is left.
    """

    part = "clock"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        left: str = "",
        until: str = "",
        size: int = 24,
        colour: "Colour" = "text",
        bare: int = 0,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, x=x, y=y, left=left, until=until, size=size, colour=colour, bare=bare)


class Panel(Part):
    """A panel with rounded corners about (x, y), its title at the top and lines of text below."""

    part = "panel"

    def __init__(
        self,
        of: str,
        x: "Length" = "x",
        y: "Length" = "y",
        width: "Length" = 300,
        height: "Length" = 200,
        title: str = "",
        lines: "tuple[str, ...]" = (),
        size: int = 18,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of, common, x=x, y=y, width=width, height=height, title=title, lines=lines, size=size
        )


class Card(Part):
    """A playing card about (x, y): the number in the field `card`; without one, or below 0, its back.

    Args:
        of: a list of the root.
        faces: how cards look.
        card: the field with its number.
        x: its middle.
        y: its middle.
        height: units; it is 5/7 as wide.
        pile: the field with how many cards lie there: a few of them show beneath; none: an empty place.
        choose: the Choose control by which it is chosen, with `index`.
        index: what is chosen by it.
        name: what choosing it means, for screen readers.
        common: see the head of this module.
    """

    part = "card"

    def __init__(
        self,
        of: str,
        faces: Faces,
        card: str = "",
        x: "Length" = "x",
        y: "Length" = "y",
        height: "Length" = 100,
        pile: str = "",
        choose: str = "",
        index: int = 0,
        name: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            faces=faces,
            card=card,
            x=x,
            y=y,
            height=height,
            pile=pile,
            choose=choose,
            index=index,
            name=name,
        )


class Fan(Part):
    """Cards held together about (x, y), such as another player's: `count` of them, or those in `cards`.

    Those who do not see `cards` see backs.
    """

    part = "fan"

    def __init__(
        self,
        of: str,
        faces: Faces,
        count: str = "",
        cards: str = "",
        x: "Length" = "x",
        y: "Length" = "y",
        height: "Length" = 50,
        width: "Length" = 90,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of, common, faces=faces, count=count, cards=cards, x=x, y=y, height=height, width=width
        )


class Hand(Part):
    """My own cards, an Ints field, fanned along the lower edge of the screen under the world.

    It is drawn for the player who sees the field; a replay shows the hand of the seat that is followed, or of
    the one in the field `turn`.

    Args:
        of: the list of the players; its ids are seats.
        cards: an Ints field with the numbers of the cards.
        faces: how they look.
        choose: the Choose control by which a card is chosen: the index is the card's place in the list.
        can: an Ints field with the places of the cards that can be chosen: they are lifted, others are dim.
        turn: a field of the root with the seat whose turn it is; others cannot choose.
        common: see the head of this module.
    """

    part = "hand"

    def __init__(
        self,
        of: str,
        cards: str,
        faces: Faces,
        choose: str = "",
        can: str = "",
        turn: str = "",
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(of, common, cards=cards, faces=faces, choose=choose, can=can, turn=turn)


class Menu(Part):
    """A list to choose from by the Choose control `choose`: the texts in rows about (x, y).

    Args:
        of: a list of the root; "": the root.
        choose: the control; what is chosen is the text's place.
        texts: what can be chosen.
        x: the middle of all.
        y: the middle of all.
        width: of one of them.
        height: of one of them.
        columns: how many stand in a row.
        first: what is chosen by the first text; the next are one more each.
        colours: of each text; none: that of the panel.
        shapes: of each text, beside it; "": none.
        common: see the head of this module; use `when="mine"` for what one player alone may choose.
    """

    part = "menu"

    def __init__(
        self,
        of: str,
        choose: str,
        texts: "tuple[str, ...]",
        x: "Length" = "x",
        y: "Length" = "y",
        width: int = 160,
        height: int = 56,
        columns: int = 1,
        colours: "tuple[Colour, ...]" = (),
        shapes: "tuple[str, ...]" = (),
        first: int = 0,
        **common: "Unpack[Common]",
    ) -> None:
        super().__init__(
            of,
            common,
            choose=choose,
            texts=texts,
            x=x,
            y=y,
            width=width,
            height=height,
            columns=columns,
            colours=colours,
            shapes=shapes,
            first=first,
        )


class Scores(Part):
    """The score board around the picture: a line for each thing: the player of its `seat`, and its `points`.

    Of the root: `round` and `left` are fields with the number of the round, from 1, and the ticks left;
    `until` with the tick at which the time is over.
    """

    part = "scores"
    placed = False

    def __init__(
        self,
        of: str,
        points: str = "score",
        seat: str = "id",
        alive: str = "",
        round: str = "",
        left: str = "",
        until: str = "",
    ) -> None:
        super().__init__(of, points=points, seat=seat, alive=alive, round=round, left=left)
        if until:
            self.values["until"] = until


class Teams(Part):
    """The score board of teams: a line for each thing of the list, with the team's number and its points."""

    part = "teams"
    placed = False

    def __init__(self, of: str, points: str = "score", team: str = "id") -> None:
        super().__init__(of, points=points, team=team)


class On(Part):
    """When an event happens: a sound, words over the picture, sparks, a shake.

    Sounds are beat, go, crash, take, harm, offer, fade, kick, post, shield, whistle, goal, closing, roundEnd,
    matchEnd, lost, click. In `say`, `{seat}` and `{by}` are the names of the players of the event's
    arguments `seat` and `by`, any other `{argument}` is its number. `burst`
    sparks fly from the thing of the list `at` whose id is the event's first argument, or from the event's
    arguments `x` and `y`, in the colour `colour` ("seat": that of the first argument). `shake` is 0 to 100.
    """

    part = "on"
    placed = False

    def __init__(
        self,
        event: str,
        sound: str = "",
        say: str = "",
        burst: int = 0,
        at: str = "",
        x: "Length" = "x",
        y: "Length" = "y",
        colour: "Colour" = "seat",
        reach: int = 60,
        shake: int = 0,
    ) -> None:
        super().__init__("", event=event, sound=sound, say=say)
        if burst:
            for name, value in (
                ("burst", burst),
                ("at", at),
                ("x", x),
                ("y", y),
                ("colour", colour),
                ("reach", reach),
            ):
                self.values[name] = value
        if shake:
            self.values["shake"] = shake
