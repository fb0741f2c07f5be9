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
    """The generated functions of one entity type; `sent` is what the followers hold of one entity."""

    first: Callable[[Any, int], Any]
    """(entity, seat) → a `sent` that holds all of it."""
    change: Callable[[Any, Any, int, int], bytes]
    """(entity, sent, seat, head) → the entity's operation, or nothing; `sent` is brought up to date."""
    change_json: Callable[[Any, Any, int, int, dict[str, object]], bytes]
    """The same, and the changed fields are put into the dict."""
    full: Callable[[Any], bytes]
    """sent → the entity in full; the next change of it repeats no mask."""
    full_json: Callable[[Any], dict[str, object]]
    """sent → the entity in full."""


def kept_rows(rows: list[int], sent: list[int], length: int, width: int) -> int:
    """How much of `sent[:length]` a new list begins with, in whole rows."""
    most = min(len(rows), length)
    if rows[:most] == sent[:most]:
        same = most
    else:
        same = next(k for k in range(most) if rows[k] != sent[k])
    return same - same % width


def slid(rows: list[int], sent: list[int], length: int) -> int:
    """Where the numbers of `sent` end in `rows`, which is `sent` cut at its front; -1 if not."""
    cut = len(sent) - len(rows)
    return length - cut if 0 < cut < length and sent[cut:] == rows else -1


def whole(rows: bytes, count: int) -> bytes:
    """A change of a series that keeps nothing: `count` rows."""
    return b"\1" + varint(count) + rows


def series(kept: int, length: int, size: int, width: int, rows: bytes) -> bytes:
    """A change of a series: it keeps `kept` of the `length` numbers sent; `rows` are those up to `size`."""
    cut = b"\0" if kept == length else varint(kept // width + 1)
    return cut + varint((size - kept) // width) + rows


def text(value: str) -> bytes:
    """A string: the length in bytes, UTF-8."""
    data = value.encode(errors="replace")
    return varint(len(data)) + data


def integers(value: list[int], sent: list[int]) -> bytes:
    """A change of a list of integers."""
    out = bytearray()
    count = last = 0
    for k, number in enumerate(value):
        before = sent[k] if k < len(sent) else 0
        if number != before:
            out += varint(k - last)
            out += zigzag(number - before)
            last = k + 1
            count += 1
    return varint(len(value)) + varint(count) + out


def cells(value: bytearray, sent: bytes) -> tuple[bytes, list[int] | None]:
    """A change of a grid, and the indices of the changed cells, or None if the whole is sent."""
    whole = (
        b"\0"
        + varint(len(value))
        + b"".join(bytes((cell,)) + varint(len(list(run))) for cell, run in groupby(value))
    )
    if len(value) != len(sent):
        return whole, None
    changed = [k for k in range(len(value)) if value[k] != sent[k]]
    out = bytearray(varint(len(changed)))
    last = 0
    for k in changed:
        out += varint(k - last)
        out.append(value[k])
        last = k + 1
    return (bytes(out), changed) if len(out) <= len(whole) else (whole, None)


# hot: once a state and list
def merge(now: list[Any], sent: list[Any], codec: Codec, seat: int) -> bytes:
    """The changes of a list of entities.

    Args:
        now: the entities, ordered by rising id.
        sent: what the followers hold of them, in the same order; it is brought up to date with `now`.
        codec: the functions of their type.
        seat: the seat whose private part it is.

    Returns:
        Bytes, empty if nothing has changed.

    Raises:
        ValueError: the ids of `now` do not rise.
    """
    out = bytearray()
    count = at = 0
    size = len(sent)
    last = before = -1
    change = codec.change
    for one in now:
        number = one.id
        if number <= before:
            raise ValueError(f"the ids of {type(one).__name__} must rise, got {number} after {before}")
        before = number
        while at < size and (was := sent[at]).id < number:
            out += varint((was.id - last - 1) * 4 + 2)
            last = sent.pop(at).id
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
            sent.insert(at, new)
            size += 1
            out += varint((number - last - 1) * 4 + 1)
            out += codec.full(new)
            last = number
            count += 1
        at += 1
    while at < size:
        out += varint((sent[at].id - last - 1) * 4 + 2)
        last = sent.pop(at).id
        size -= 1
        count += 1
    return (VARINTS[count] if count < 128 else varint(count)) + out if count else b""


def merge_json(now: list[Any], sent: list[Any], codec: Codec, seat: int, as_json: dict[str, object]) -> bytes:
    """`merge` that also puts what happened into `as_json`, by id."""
    before = {one.id for one in sent}
    changes: dict[int, dict[str, object]] = {one.id: {} for one in now}

    def change(one: Any, was: Any, seat: int, head: int) -> bytes:  # noqa: ANN401 - as in Codec
        return codec.change_json(one, was, seat, head, changes[one.id])

    out = merge(now, sent, codec._replace(change=change), seat)
    for one in sent:
        if one.id not in before:
            as_json[str(one.id)] = codec.full_json(one)
        elif changes[one.id]:
            as_json[str(one.id)] = changes[one.id]
    for number in before - changes.keys():
        as_json[str(number)] = None
    return out


def merge_full(sent: list[Any], codec: Codec) -> bytes:
    """A list of entities in full."""
    out = bytearray(varint(len(sent)))
    last = -1
    for one in sent:
        out += varint((one.id - last - 1) * 4 + 1)
        out += codec.full(one)
        last = one.id
    return bytes(out)
