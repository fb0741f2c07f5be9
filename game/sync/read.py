"""Reads a view's bytes into trees and changes; nothing is altered while it is not known to be whole."""

from typing import Any

from game.protocol.frames import MOST_CELLS, MOST_INTS, MOST_TEXT_BYTES

from .schema import SCALARS, EntityView, FieldView
from .tree import LARGEST, Changes, Tree, blank
from .varint import BadFrame, Reader

Path = tuple[str | int, ...]
"""Where an entity is: field, id, field, id …; the root is ()."""

_UPDATE, _ADD, _REMOVE, _REPEAT = range(4)


class Masks:
    """The mask of each entity's last update, which the next one may repeat.

    What a frame says of masks is noted first and kept when the whole frame has been read.
    """

    def __init__(self) -> None:
        self._kept: dict[Path, int] = {}
        self._noted: list[tuple[Path, int | None]] = []

    def last(self, path: Path) -> int:
        """The mask to repeat. Raises BadFrame if there is none."""
        if path not in self._kept:
            raise BadFrame(f"{path} has had no update that could be repeated")
        return self._kept[path]

    def note(self, path: Path, mask: int | None) -> None:
        """The entity had an update; with None, it has come or gone."""
        self._noted.append((path, mask))

    def drop(self) -> None:
        """The frame was a bad one."""
        self._noted.clear()

    def keep(self) -> None:
        """The frame was a good one."""
        for path, mask in self._noted:
            if mask is not None:
                self._kept[path] = mask
            else:
                for other in [other for other in self._kept if other[: len(path)] == path]:
                    del self._kept[other]
        self._noted.clear()

    def clear(self) -> None:
        """A keyframe has come."""
        self._kept.clear()
        self._noted.clear()


def read_full(reader: Reader, view: EntityView) -> Tree:
    """An entity in full."""
    tree = blank(view)
    for field in view.fields:
        change = _read_change(reader, field, tree[field.name], (), None)
        if field.kind in ("series", "track"):
            change = change["add"]
        elif field.kind == "grid":
            if "all" not in change:
                raise BadFrame(f"the grid {field.name} is not sent whole")
            change = change["all"]
        tree[field.name] = change
    return tree


def read_update(reader: Reader, view: EntityView, tree: Tree, path: Path, masks: Masks) -> Changes:
    """An update with its mask."""
    mask = reader.varint()
    if mask >> len(view.fields):
        raise BadFrame(f"{view.name} has no field for the mask {mask:#x}")
    masks.note(path, mask)
    return _read_masked(reader, view, tree, path, masks, mask)


def _read_masked(
    reader: Reader, view: EntityView, tree: Tree, path: Path, masks: Masks, mask: int
) -> Changes:
    changes: Changes = {}
    for k, field in enumerate(view.fields):
        if mask >> k & 1:
            changes[field.name] = _read_change(reader, field, tree[field.name], path, masks)
    for k, field in enumerate(view.fields):
        if field.kind == "track" and not mask >> k & 1 and changes.get(field.when, tree[field.when]):
            row = [changes.get(column, tree[column]) for column in field.columns]
            changes[field.name] = {"keep": len(tree[field.name]), "add": [row]}
    return changes


def _read_change(
    reader: Reader,
    field: FieldView,
    old: Any,  # noqa: ANN401 - a field of a Tree
    path: Path,
    masks: Masks | None,
) -> Any:  # noqa: ANN401 - a field of a Tree
    """The change of one field; without `masks` the entity is a new one, and whatever is in it."""
    if field.kind in SCALARS:
        return _scalar(reader, field, old)
    if field.kind == "text":
        return _text(reader)
    if field.kind == "ints":
        return _integers(reader, old)
    if field.kind == "grid":
        return _grid(reader, len(old))
    if field.of is not None:
        return _entities(reader, field, field.of, old, path, masks)
    return _series(reader, field, old)


def _fitting(value: int) -> int:
    if not -LARGEST <= value < LARGEST:
        raise BadFrame(f"a value of {value} leaves 32 bits")
    return value


def _scalar(reader: Reader, field: FieldView, old: int) -> int:
    value = (old >> field.drop) + reader.zigzag()
    if field.wraps:
        value %= field.wraps >> field.drop
    return _fitting(value << field.drop)


def _text(reader: Reader) -> str:
    length = reader.count()
    if length > MOST_TEXT_BYTES:
        raise BadFrame(f"a text of {length} bytes")
    try:
        return reader.raw(length).decode()
    except UnicodeDecodeError as error:
        raise BadFrame("a text is no UTF-8") from error


def _integers(reader: Reader, old: list[int]) -> list[int]:
    length = reader.varint()
    if length > MOST_INTS:
        raise BadFrame(f"a list of {length} integers")
    numbers = (old + [0] * (length - len(old)))[:length]
    index = -1
    for _ in range(reader.count(2)):
        index += reader.varint() + 1
        if index >= length:
            raise BadFrame(f"a list of {length} has no place {index}")
        numbers[index] = _fitting(numbers[index] + reader.zigzag())
    return numbers


def _series(reader: Reader, field: FieldView, old: list[list[int]]) -> Changes:
    cut = reader.varint()
    keep = cut - 1 if cut else len(old)
    if keep > len(old):
        raise BadFrame(f"{field.name} keeps {keep} rows of {len(old)}")
    drops = field.drops
    before = (
        [value >> drop for value, drop in zip(old[keep - 1], drops, strict=True)]
        if keep
        else [0] * len(drops)
    )
    rows: list[list[int]] = []
    for _ in range(reader.count(len(drops))):
        before = [value + reader.zigzag() for value in before]
        rows.append([_fitting(value << drop) for value, drop in zip(before, drops, strict=True)])
    return {"keep": keep, "add": rows}


def _grid(reader: Reader, length: int) -> Changes:
    changes = reader.count()
    if changes == 0:
        return {"all": _runs(reader)}
    cells: list[list[int]] = []
    index = -1
    for _ in range(changes):
        index += reader.varint() + 1
        if index >= length:
            raise BadFrame(f"a grid of {length} has no cell {index}")
        cells.append([index, reader.byte()])
    return {"cells": cells}


def _runs(reader: Reader) -> list[int]:
    length = reader.varint()
    if length > MOST_CELLS:
        raise BadFrame(f"a grid of {length} cells")
    cells: list[int] = []
    while len(cells) < length:
        cell = reader.byte()
        run = reader.varint()
        if not 0 < run <= length - len(cells):
            raise BadFrame(f"a run of {run} cells where {length - len(cells)} are left")
        cells += [cell] * run
    return cells


def _entities(
    reader: Reader, field: FieldView, view: EntityView, old: dict[int, Tree], path: Path, masks: Masks | None
) -> dict[int, Any]:
    found: dict[int, Any] = {}
    last = -1
    for _ in range(reader.count()):
        head = reader.varint()
        operation = head & 3
        last += (head >> 2) + 1
        where = (*path, field.name, last)
        if (operation == _ADD) == (last in old):
            raise BadFrame(
                f"operation {operation} on {view.name} {last}, which is {'' if last in old else 'not '}there"
            )
        if operation == _ADD:
            found[last] = read_full(reader, view)
            if masks is not None:
                masks.note(where, None)
        elif masks is None:
            raise BadFrame(f"operation {operation} in an entity in full")
        elif operation == _REMOVE:
            found[last] = None
            masks.note(where, None)
        elif operation == _UPDATE:
            found[last] = read_update(reader, view, old[last], where, masks)
        else:
            found[last] = _read_masked(reader, view, old[last], where, masks, masks.last(where))
    return found
