"""Fields: the parts of a state. Each declares its range, its unit and who may see it.

A declaration is the wire schema, the documentation and the default at once. Values are plain integers, lists
and bytearrays in the instance; no step of a match uses this module.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic

    from typing_extensions import TypeVar

    from .entity import Entity

    One = TypeVar("One", bound=Entity, default=Any)

ALL = "all"
"""Everyone sees the field."""
OWNER = "owner"
"""Only the seat whose number is the entity's id sees it."""
HOST = "host"
"""Only the room's host sees it."""
NOBODY = "none"
"""It never leaves the server."""

INT_MIN = -(1 << 29)
"""The smallest integer of a state."""
INT_MAX = (1 << 29) - 1
"""The largest: every integer of a state stays within 30 bits, MicroPython's fast path."""

_created = [0]


class Field:
    """A declared part of an entity; `see` is ALL, OWNER, HOST or NOBODY."""

    kind = "int"

    def __init__(self, see: str, doc: str) -> None:
        if see not in (ALL, OWNER, HOST, NOBODY):
            raise ValueError("see is %r; write ALL, OWNER, HOST or NOBODY" % (see,))
        _created[0] += 1
        self.order = _created[0]
        self.name = ""
        self.see = see
        self.doc = doc

    def fresh(self) -> "Any":  # noqa: ANN401 (by the kind of field)
        """A new default value for one instance."""
        raise NotImplementedError

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> Any: ...  # noqa: ANN401 (by the kind of field)

        def __set__(self, instance: object, value: Any) -> None: ...  # noqa: ANN401 (by the kind of field)


class Scalar(Field):
    """One integer in low..high.

    Attributes:
        drop: how many of the lowest bits the wire leaves out.
        wraps: the modulus of a cyclic value; 0: not cyclic.
        frac: the number of binary places that a drawing divides by.
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

    Both ends can compute such rows, so a row that holds just the values of the fields costs no byte.

    Args:
        columns: names of scalar fields that are declared above in the same entity.
        when: a scalar field: a row is recorded in each step in which it is not 0.
        last: a scalar field, at least 1, for a track of finite length: only this many rows at its end count,
            and only they are sent. The field rises by at most one with each row. From time to time the game
            replaces the list by its last rows, but never by fewer rows than count. "": all rows count.
        see: who sees it.
        doc: one sentence for the authors of other clients.
    """

    def __init__(self, *columns: str, when: str, last: str = "", see: str = ALL, doc: str = "") -> None:
        super().__init__(*columns, see=see, doc=doc)
        self.when = when
        self.last = last

    def needs(self) -> "list[str]":
        """The names of the fields that it uses."""
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


if TYPE_CHECKING:

    class _ListOf(Field, Generic[One]):
        """A field whose value is a list of entities of one type."""

        def __get__(self, instance: object, owner: object) -> list[One]: ...

        def __set__(self, instance: object, value: list[One]) -> None: ...
else:
    # To interpreters `_ListOf[One]` is `Field`.
    One = 0
    _ListOf = (Field,)


class Entities(_ListOf[One]):
    """A list of entities of one type in the order of their ids.

    Args:
        of: the type of the entities.
        max: the most entities that it holds.
        near: each player is sent only those entities that `Game.near` returns for the seat. Only the last
            field of a game's root may be so, in a game that replicates by "delta".
        see: who sees it.
        doc: one sentence for the authors of other clients.
    """

    kind = "entities"

    def __init__(self, of: "type[One]", max: int, near: bool = False, see: str = ALL, doc: str = "") -> None:
        super().__init__(see, doc)
        self.near = near
        of.settle()
        self.of = of
        self.max = max

    def fresh(self) -> "list[One]":
        """The empty list."""
        return []
