"""The difference of two states of a match, field by field, as `rules_process.State.fields` holds them."""

from collections.abc import Iterable, Sequence

import msgspec

from game.records.rules_process import Value

MOST = 2000
"""Differences that are listed; two states that have nothing in common differ everywhere."""
NOTHING = "–"
"""What a field that only the other state has is shown as."""

Fields = Sequence[tuple[str, Value]]


class FieldDifference(msgspec.Struct, frozen=True):
    """One value that differs.

    Attributes:
        field: its path: `racers[2].x`, or `racers[2].trail[41]` for a row of a table.
        first: the value in the first state, as text.
        second: the value in the second.
    """

    field: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.field}: {self.first} ≠ {self.second}"


def differences(first: Fields, second: Fields, most: int = MOST) -> list[FieldDifference]:
    """All values that differ, in the order of the fields.

    Args:
        first: a state.
        second: another one, of the same rules.
        most: the most that are returned.

    Returns:
        The differences; a field that one state lacks is shown there as `NOTHING`.
    """
    out: list[FieldDifference] = []
    other = dict(second)
    for path, value in first:
        there = other.pop(path, None)
        if there != value:
            out += _between(path, value, there, most - len(out))
        if len(out) >= most:
            return out
    for path, value in other.items():
        out += _between(path, None, value, most - len(out))
        if len(out) >= most:
            break
    return out


def _between(path: str, first: Value | None, second: Value | None, most: int) -> Iterable[FieldDifference]:
    if not isinstance(first, list) or not isinstance(second, list):
        return [FieldDifference(path, shown(first), shown(second))][:most]
    out: list[FieldDifference] = []
    for k in range(max(len(first), len(second))):
        one = first[k] if k < len(first) else None
        two = second[k] if k < len(second) else None
        if one != two:
            out.append(FieldDifference(f"{path}[{k}]", shown(one), shown(two)))
            if len(out) >= most:
                break
    return out


def shown(value: int | str | Sequence[int | Sequence[int]] | None) -> str:
    """A value as short text."""
    if value is None:
        return NOTHING
    if not isinstance(value, int | str):
        text = ", ".join(shown(one) for one in value[:16])
        return f"({text}, … {len(value)})" if len(value) > 16 else f"({text})"
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
