"""What a state is made of: each field declares its range, its unit and what others may see of it.

The declaration is the wire schema, the documentation and the default at once. Values live as plain
integers, lists and bytearrays in the instance; nothing here is consulted while a match steps.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .entity import Entity

ALL = "all"
"""Everyone sees the field."""
OWNER = "owner"
"""Only the seat whose number is the entity's id sees it."""
HOST = "host"
"""Only the room's host sees it."""
NOBODY = "none"
"""It never leaves the server."""

INT_MIN = -(1 << 29)
INT_MAX = (1 << 29) - 1
"""Every integer of a state stays within 30 bits, MicroPython's fast path."""

_created = [0]


class Field:
    """A declared part of an entity. `see` says whose view holds it."""

    kind = "int"

    def __init__(self, see: str, doc: str) -> None:
        _created[0] += 1
        self.order = _created[0]
        self.name = ""
        self.see = see
        self.doc = doc

    def fresh(self) -> "Any":
        """A new default value for one instance."""
        raise NotImplementedError

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> Any: ...

        def __set__(self, instance: object, value: Any) -> None: ...


class Scalar(Field):
    """One integer in low..high. On the wire its lowest `drop` bits are left out.

    `wraps` is the modulus of a cyclic value (0: none); `frac` the number of binary places that a
    drawing divides by.
    """

    def __init__(self, default: int, low: int, high: int, see: str, doc: str) -> None:
        if not INT_MIN <= low <= high <= INT_MAX:
            raise ValueError("a field's range must lie within 30 bits, got %d to %d" % (low, high))
        if not low <= default <= high:
            raise ValueError("default %d is outside %d to %d" % (default, low, high))
        super().__init__(see, doc)
        self.default = default
        self.low = low
        self.high = high
        self.drop = 0
        self.frac = 0
        self.wraps = 0
        self.names: "tuple[str, ...]" = ()

    def fresh(self) -> int:
        """The default."""
        return self.default

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> int: ...

        def __set__(self, instance: object, value: int) -> None: ...


class Int(Scalar):
    """An integer in low..high."""

    def __init__(
        self, default: int = 0, low: int = 0, high: int = INT_MAX, see: str = ALL, doc: str = ""
    ) -> None:
        super().__init__(default, low, high, see, doc)


class Count(Scalar):
    """A number of things, 0..max."""

    def __init__(self, max: int, default: int = 0, see: str = ALL, doc: str = "") -> None:
        super().__init__(default, 0, max, see, doc)


class Fixed(Scalar):
    """A length in 1 / 2**frac units, 0 .. 2**bits - 1; the wire carries it to 1 / 2**wire units."""

    kind = "fixed"

    def __init__(self, bits: int, frac: int = 8, wire: int = 4, see: str = ALL, doc: str = "") -> None:
        super().__init__(0, 0, (1 << bits) - 1, see, doc)
        self.frac = frac
        self.drop = frac - wire


class Angle(Scalar):
    """A direction in 0 .. 2**bits - 1, a whole turn being 2**bits; the wire keeps `wire` bits."""

    kind = "angle"

    def __init__(self, bits: int = 12, wire: int = 8, see: str = ALL, doc: str = "") -> None:
        super().__init__(0, 0, (1 << bits) - 1, see, doc)
        self.wraps = 1 << bits
        self.drop = bits - wire


class Flag(Scalar):
    """Yes or no, held as 1 or 0."""

    kind = "flag"

    def __init__(self, default: bool = False, see: str = ALL, doc: str = "") -> None:
        super().__init__(1 if default else 0, 0, 1, see, doc)


class Choice(Scalar):
    """One of some names, held as its index; `Choice("solid", "wrap")` starts at the first."""

    kind = "choice"

    def __init__(self, *names: str, default: int = 0, see: str = ALL, doc: str = "") -> None:
        super().__init__(default, 0, len(names) - 1, see, doc)
        self.names = names


class Text(Field):
    """A short string of at most `max` characters."""

    kind = "text"

    def __init__(self, max: int, see: str = ALL, doc: str = "") -> None:
        super().__init__(see, doc)
        self.max = max

    def fresh(self) -> str:
        """The empty string."""
        return ""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> str: ...

        def __set__(self, instance: object, value: str) -> None: ...


class Ints(Field):
    """A list of at most `max` integers in low..high, `size` zeros at first."""

    kind = "ints"

    def __init__(
        self, max: int, size: int = 0, low: int = 0, high: int = INT_MAX, see: str = ALL, doc: str = ""
    ) -> None:
        super().__init__(see, doc)
        self.max = max
        self.size = size
        self.low = low
        self.high = high

    def fresh(self) -> "list[int]":
        """The list of zeros."""
        return [0] * self.size

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> list[int]: ...

        def __set__(self, instance: object, value: list[int]) -> None: ...


class Series(Field):
    """An append-only table: a flat list of integers, one row after the other.

    Rows may be appended and the whole may be replaced by a new list; a row is never changed in place.
    """

    kind = "series"

    def __init__(self, *columns: str, see: str = ALL, doc: str = "") -> None:
        super().__init__(see, doc)
        self.columns = columns
        self.drops: "tuple[int, ...]" = (0,) * len(columns)
        self.when = ""

    def fresh(self) -> "list[int]":
        """The empty table."""
        return []

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> list[int]: ...

        def __set__(self, instance: object, value: list[int]) -> None: ...


class Track(Series):
    """A series that records the entity's own scalar fields in every step in which `when` is set.

    Since both ends can work such rows out, a row that holds just the fields' values costs no byte.
    Columns are names of scalar fields declared above in the same entity, and so are `when` and `last`. With
    `last` the track has a finite length: only so many rows at its end count, as that field says (1 at
    least), and nobody is told any other; it rises by one with a row at most. The game puts a list of the
    last rows in place of the old one now and then, but never one of fewer rows than count.
    """

    def __init__(self, *columns: str, when: str, last: str = "", see: str = ALL, doc: str = "") -> None:
        super().__init__(*columns, see=see, doc=doc)
        self.when = when
        self.last = last

    def needs(self) -> "list[str]":
        """The fields that it names."""
        return list(self.columns) + [self.when] + ([self.last] if self.last else [])


class Grid(Field):
    """Cells of a board: a bytearray of width * height values, each in 0..high, row after row.

    `width` names the scalar field of the same entity that holds the row length.
    """

    kind = "grid"

    def __init__(self, width: str, high: int = 255, see: str = ALL, doc: str = "") -> None:
        super().__init__(see, doc)
        self.width = width
        self.high = high

    def fresh(self) -> bytearray:
        """No cells; the game makes them when it starts."""
        return bytearray()

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> bytearray: ...

        def __set__(self, instance: object, value: bytearray) -> None: ...


class Entities(Field):
    """A list of entities of one type, ordered by rising `id`, at most `max` of them.

    With `near` each player is told only of those that `Game.near` names for the seat. Only the last field of
    a game's root may be so, in a game that replicates by "delta".
    """

    kind = "entities"

    def __init__(
        self, of: "type[Entity]", max: int, near: bool = False, see: str = ALL, doc: str = ""
    ) -> None:
        super().__init__(see, doc)
        self.near = near
        of.settle()
        self.of = of
        self.max = max

    def fresh(self) -> "list[Any]":
        """The empty list."""
        return []
