"""Entities: objects whose class attributes declare their fields, and whose values are plain."""

from .fields import Entities, Field, Grid, Ints, Series, Track

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

TABLES = (Entities, Grid, Ints, Series)


class Entity:
    """A thing with declared fields and an `id`; ids are unique in a list and rise.

    `Racer(3, x=10)` has id 3, the given x and each other field's default.
    """

    fields: "ClassVar[tuple[Field, ...]]" = ()
    """Every declared field in the order of declaration, the inherited first."""
    values: "ClassVar[tuple[str, ...]]" = ()
    """Names of the fields that hold one integer or text."""
    tables: "ClassVar[tuple[Field, ...]]" = ()
    """The other fields: lists and boards."""
    settled: "ClassVar[Any]"
    declared: "ClassVar[dict[str, Field]]" = {}
    """The fields by name."""

    @classmethod
    def declare(cls, fields: "dict[str, Field]") -> None:
        """Declare fields by name, not as attributes of the class; compiled classes need it."""
        declared = dict(cls.declared)
        declared.update(fields)
        cls.declared = declared
        cls.settled = None
        cls.settle()

    def __init_subclass__(cls) -> None:
        cls.settle()

    @classmethod
    def settle(cls) -> None:
        """Find the declared fields. MicroPython has no `__init_subclass__`, so the first use asks again."""
        if cls.settled is cls:
            return
        cls.settled = cls
        declared = dict(cls.declared)
        for name in dir(cls):
            value = getattr(cls, name)
            if isinstance(value, Field):
                declared[name] = value
                _clear(cls, name)
        cls.declared = declared
        # A dict has no order under MicroPython; the fields know theirs.
        for name in declared:
            declared[name].name = name
        found = sorted([declared[name] for name in sorted(declared)], key=_order)
        cls.fields = tuple(found)
        cls.values = tuple([field.name for field in found if not isinstance(field, TABLES)])
        cls.tables = tuple([field for field in found if isinstance(field, TABLES)])
        for field in found:
            if isinstance(field, Track):
                _settle_track(field, found)

    def __init__(self, id: int = 0, **values: "Any") -> None:  # noqa: ANN401 (by the field)
        self.settle()
        self.id = id
        for field in self.fields:
            setattr(self, field.name, field.fresh())
        for name, value in values.items():
            if name not in self.declared:
                raise TypeError("%s has no field %s" % (type(self).__name__, name))
            setattr(self, name, value)


Entity.settled = Entity


def _clear(cls: type, name: str) -> None:
    """Remove a field from its class: an attribute of both class and instance is four times slower to read."""
    try:
        delattr(cls, name)
    except (AttributeError, TypeError):
        pass  # inherited, or MicroPython


def _order(field: Field) -> int:
    return field.order


def _settle_track(track: Track, fields: "list[Field]") -> None:
    drops = []
    names = [field.name for field in fields]
    for column in track.needs():
        if column not in names:
            raise TypeError("track %s names %s, which is no field" % (track.name, column))
        drops.append(getattr(fields[names.index(column)], "drop", 0))
    track.drops = tuple(drops[: len(track.columns)])


def mark(entity: Entity) -> "list[Any]":
    """Save the values of an entity cheaply: series by reference and length, the rest by copy."""
    saved: list[Any] = [entity.id]
    saved += [getattr(entity, name) for name in entity.values]
    for field in entity.tables:
        value = getattr(entity, field.name)
        if isinstance(field, Entities):
            saved.append((value, [(one, mark(one)) for one in value]))
        elif isinstance(field, Series):
            saved.append((value, len(value)))
        else:
            saved.append(value[:])
    return saved


def rewind(entity: Entity, saved: "list[Any]") -> None:
    """Restore what `mark` saved; the mark can be used again."""
    entity.id = saved[0]
    k = 1
    for name in entity.values:
        setattr(entity, name, saved[k])
        k += 1
    for field in entity.tables:
        value = saved[k]
        k += 1
        if isinstance(field, Entities):
            kept, ones = value
            kept[:] = [one for one, _ in ones]
            for one, inner in ones:
                rewind(one, inner)
            setattr(entity, field.name, kept)
        elif isinstance(field, Series):
            rows, length = value
            del rows[length:]
            setattr(entity, field.name, rows)
        else:
            setattr(entity, field.name, value[:])
