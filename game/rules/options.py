"""A game's options: what a host may set, within which limits; the form is drawn from here."""

from .fields import ALL, INT_MAX, Choice, Flag, Int, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Auto(Scalar):
    """An integer in low..high, or 0: the game chooses by the number of players."""

    kind = "auto"

    def __init__(self, low: int, high: int, doc: str = "") -> None:
        if low < 1:
            raise ValueError("an Auto option's range starts at 1 or above")
        super().__init__(0, 0, high, ALL, doc)
        self.least = low


class Subset(Scalar):
    """Some of up to 28 names, held as a bit mask; the default is all of them."""

    kind = "subset"

    def __init__(self, *names: str, default: int = -1, doc: str = "") -> None:
        if len(names) > 28:
            raise ValueError("a Subset holds at most 28 names")
        everything = (1 << len(names)) - 1
        super().__init__(everything if default < 0 else default, 0, everything, ALL, doc)
        self.names = names


class BadOption(ValueError):
    """An option that does not exist or is out of its range; the message says what is allowed."""


class Values:
    """The chosen value of every option as an attribute: `m.options.speed`."""

    def __init__(self, **values: int) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> int: ...


class Options:
    """The declared options of a game: `Options(target=Auto(3, 100), speed=Int(90, 60, 150))`."""

    def __init__(self, **declared: Scalar) -> None:
        found = []
        for name, field in declared.items():
            field.name = name
            found.append(field)
        found.sort(key=_order)
        self.fields: "tuple[Scalar, ...]" = tuple(found)

    def defaults(self) -> "list[int]":
        """Every option's default, in the order of declaration."""
        return [field.default for field in self.fields]

    def values(self, chosen: "list[int]") -> Values:
        """The values as attributes, from a list in the order of declaration.

        Args:
            chosen: a value for each option.

        Returns:
            What a game reads as `m.options`.

        Raises:
            BadOption: the list has the wrong length, or a value is out of range.
        """
        if len(chosen) != len(self.fields):
            raise BadOption("%d options expected, got %d" % (len(self.fields), len(chosen)))
        named = {}
        for k in range(len(chosen)):
            named[self.fields[k].name] = check(self.fields[k], chosen[k])
        return Values(**named)

    def merge(self, chosen: "list[int]", changes: "dict[str, Any]") -> "list[int]":
        """`chosen` with the named changes made. Raises BadOption for the first error."""
        merged = list(chosen)
        names = [field.name for field in self.fields]
        for name in changes:
            if name not in names:
                raise BadOption("there is no option %s; there are %s" % (name, ", ".join(names)))
            k = names.index(name)
            merged[k] = check(self.fields[k], changes[name])
        return merged


def _order(field: Scalar) -> int:
    return field.order


def check(field: Scalar, value: "Any") -> int:  # noqa: ANN401 (sent by a client)
    """The integer of an option's value.

    Args:
        field: the option.
        value: a number, true or false, a name, or a list of names.

    Returns:
        The value as a match takes it.

    Raises:
        BadOption: the value is not allowed; the message names the option and what is allowed.
    """
    if isinstance(field, Subset) and isinstance(value, list):
        return _mask(field, value)
    if isinstance(field, Choice) and isinstance(value, str):
        if value not in field.names:
            raise BadOption("%s must be one of %s, got %s" % (field.name, ", ".join(field.names), value))
        return field.names.index(value)
    if isinstance(field, Flag) and isinstance(value, bool):
        return 1 if value else 0
    if isinstance(field, Auto) and value == "auto":
        return 0
    return _number(field, value)


def _mask(field: Subset, names: "list[Any]") -> int:
    mask = 0
    for name in names:
        if name not in field.names:
            raise BadOption("%s may hold %s, got %s" % (field.name, ", ".join(field.names), name))
        mask |= 1 << field.names.index(name)
    return mask


def _number(field: Scalar, value: "Any") -> int:  # noqa: ANN401 (sent by a client)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadOption("%s must be a number, got %s" % (field.name, value))
    low = field.least if isinstance(field, Auto) else field.low
    if isinstance(field, Auto) and value == 0:
        return 0
    if not low <= value <= field.high:
        raise BadOption("%s must be %d to %d, got %d" % (field.name, low, field.high, value))
    return value


__all__ = ["INT_MAX", "Auto", "BadOption", "Int", "Options", "Subset", "Values", "check"]
