"""How the encoder writes what is longer than a number: series, integers, cells, lists of entities.

The generated code of `game.sync.generate` calls these for the fields that have changed.
"""

from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

from .varint import VARINTS, varint, zigzag

IDLE_ROWS = b"\0\0"
"""A series of which all rows are kept and none is new."""


class Codec(NamedTuple):
    """The generated functions of one entity type; `told` is the memory of one entity."""

    first: Callable[[Any, int], Any]
    """(entity, seat) → a memory that has been told all of it."""
    change: Callable[[Any, Any, int, int], bytes]
    """(entity, told, seat, head) → the entity's operation, or nothing; `told` is brought up to date."""
    change_json: Callable[[Any, Any, int, int, dict[str, object]], bytes]
    """The same, and the changed fields are put into the dict."""
    full: Callable[[Any], bytes]
    """told → the entity in full; the next change of it repeats no mask."""
    full_json: Callable[[Any], dict[str, object]]
    """told → the entity in full."""


def kept_rows(rows: list[int], told: list[int], length: int, width: int) -> int:
    """How much of `told[:length]` a new list begins with, in whole rows."""
    most = min(len(rows), length)
    if rows[:most] == told[:most]:
        same = most
    else:
        same = next(k for k in range(most) if rows[k] != told[k])
    return same - same % width


def slid(rows: list[int], told: list[int], length: int) -> int:
    """Where in `rows` the told numbers end, if it is `told` cut at its front; -1 if it is another list."""
    cut = len(told) - len(rows)
    return length - cut if 0 < cut < length and told[cut:] == rows else -1


def anew(rows: bytes, count: int) -> bytes:
    """A change of a series that keeps nothing: `count` rows."""
    return b"\1" + varint(count) + rows


def series(kept: int, length: int, size: int, width: int, rows: bytes) -> bytes:
    """A change of a series: `kept` numbers of the `length` told are kept, `rows` are those up to `size`."""
    cut = b"\0" if kept == length else varint(kept // width + 1)
    return cut + varint((size - kept) // width) + rows


def text(value: str) -> bytes:
    """A string: the length in bytes, UTF-8."""
    data = value.encode(errors="replace")
    return varint(len(data)) + data


def integers(value: list[int], told: list[int]) -> bytes:
    """A change of a list of integers."""
    out = bytearray()
    count = last = 0
    for k, number in enumerate(value):
        before = told[k] if k < len(told) else 0
        if number != before:
            out += varint(k - last)
            out += zigzag(number - before)
            last = k + 1
            count += 1
    return varint(len(value)) + varint(count) + out


def cells(value: bytearray, told: bytes) -> tuple[bytes, list[int] | None]:
    """A change of a grid, and the indices of the changed cells, or None if the whole is sent."""
    whole = (
        b"\0"
        + varint(len(value))
        + b"".join(bytes((cell,)) + varint(len(list(run))) for cell, run in groupby(value))
    )
    if len(value) != len(told):
        return whole, None
    changed = [k for k in range(len(value)) if value[k] != told[k]]
    out = bytearray(varint(len(changed)))
    last = 0
    for k in changed:
        out += varint(k - last)
        out.append(value[k])
        last = k + 1
    return (bytes(out), changed) if len(out) <= len(whole) else (whole, None)


# hot: once a state and list
def merge(now: list[Any], told: list[Any], codec: Codec, seat: int) -> bytes:
    """The changes of a list of entities.

    Args:
        now: the entities, ordered by rising id.
        told: the memory of what was sent of them, in the same order; it becomes the memory of `now`.
        codec: the functions of their type.
        seat: the seat whose private part it is.

    Returns:
        Bytes, empty if nothing has changed.

    Raises:
        ValueError: the ids of `now` do not rise.
    """
    out = bytearray()
    count = at = 0
    size = len(told)
    last = before = -1
    change = codec.change
    for one in now:
        number = one.id
        if number <= before:
            raise ValueError(f"the ids of {type(one).__name__} must rise, got {number} after {before}")
        before = number
        while at < size and (was := told[at]).id < number:
            out += varint((was.id - last - 1) * 4 + 2)
            last = told.pop(at).id
            size -= 1
            count += 1
        if at < size and was.id == number:
            operation = change(one, was, seat, (number - last - 1) * 4)
            if operation:
                out += operation
                last = number
                count += 1
        else:
            new = codec.first(one, seat)
            told.insert(at, new)
            size += 1
            out += varint((number - last - 1) * 4 + 1)
            out += codec.full(new)
            last = number
            count += 1
        at += 1
    while at < size:
        out += varint((told[at].id - last - 1) * 4 + 2)
        last = told.pop(at).id
        size -= 1
        count += 1
    return (VARINTS[count] if count < 128 else varint(count)) + out if count else b""


def merge_json(now: list[Any], told: list[Any], codec: Codec, seat: int, said: dict[str, object]) -> bytes:
    """`merge` that also puts what happened into `said`, by id."""
    before = {one.id for one in told}
    changes: dict[int, dict[str, object]] = {one.id: {} for one in now}

    def change(one: Any, was: Any, seat: int, head: int) -> bytes:  # noqa: ANN401 - as in Codec
        return codec.change_json(one, was, seat, head, changes[one.id])

    out = merge(now, told, codec._replace(change=change), seat)
    for one in told:
        if one.id not in before:
            said[str(one.id)] = codec.full_json(one)
        elif changes[one.id]:
            said[str(one.id)] = changes[one.id]
    for number in before - changes.keys():
        said[str(number)] = None
    return out


def merge_full(told: list[Any], codec: Codec) -> bytes:
    """A list of entities in full."""
    out = bytearray(varint(len(told)))
    last = -1
    for one in told:
        out += varint((one.id - last - 1) * 4 + 1)
        out += codec.full(one)
        last = one.id
    return bytes(out)
