"""A decoded state, and changes to it, as plain data.

A *tree* is an entity: a dict of its fields, in which a list of entities is a dict from id to tree,
ordered by id, a series is a list of rows and a grid a list of cells. *Changes* are what the JSON framing
of `docs/protocol.md` calls so, with numbers for ids. Changes that reach `apply` fit their tree.
"""

from typing import Any

from game.protocol.frames import MOST_CELLS, MOST_INTS

from .schema import SCALARS, EntityView, FieldView
from .varint import BadFrame

Tree = dict[str, Any]
Changes = dict[str, Any]

LARGEST = 1 << 31


def blank(view: EntityView) -> Tree:
    """An entity whose fields are all zero or empty."""
    nothing: Tree = {}
    for field in view.fields:
        if field.kind in SCALARS:
            nothing[field.name] = 0
        elif field.kind == "text":
            nothing[field.name] = ""
        else:
            nothing[field.name] = {} if field.kind == "entities" else []
    return nothing


def apply(view: EntityView, tree: Tree, changes: Changes) -> None:
    """Bring `tree` up to date."""
    for field in view.fields:
        if field.name not in changes:
            continue
        change = changes[field.name]
        if field.of is not None:
            tree[field.name] = _apply_entities(field.of, tree[field.name], change)
        elif field.kind in ("series", "track"):
            rows = tree[field.name]
            del rows[change["keep"] :]
            rows += change["add"]
        elif field.kind == "grid" and "cells" in change:
            for index, cell in change["cells"]:
                tree[field.name][index] = cell
        elif field.kind == "grid":
            tree[field.name] = change["all"]
        else:
            tree[field.name] = change
    for field in view.fields:
        if field.last:
            del tree[field.name][: -max(1, tree[field.last])]


def _apply_entities(view: EntityView, entities: dict[int, Tree], changes: dict[int, Any]) -> dict[int, Tree]:
    added = False
    for number, change in changes.items():
        if change is None:
            del entities[number]
        elif number in entities:
            apply(view, entities[number], change)
        else:
            entities[number] = change
            added = True
    return dict(sorted(entities.items())) if added else entities


def tree_from_json(view: EntityView, value: object) -> Tree:
    """The `state` of the JSON framing as a tree. Raises BadFrame."""
    fields = _object(value, view.name)
    if fields.keys() != {field.name for field in view.fields}:
        raise BadFrame(f"{view.name} has the fields {sorted(fields)}")
    return {field.name: _whole(field, fields[field.name]) for field in view.fields}


def _whole(field: FieldView, value: object) -> object:
    if field.of is not None:
        entities = {_id(key): one for key, one in _object(value, field.name).items()}
        return {number: tree_from_json(field.of, entities[number]) for number in sorted(entities)}
    if field.kind in ("series", "track"):
        return _rows(field, value)
    if field.kind == "grid":
        return _cells(field, value)
    return _plain(field, value)


def changes_from_json(view: EntityView, value: object, tree: Tree) -> Changes:
    """The `changes` of the JSON framing, checked against the tree that they change. Raises BadFrame."""
    fields = {field.name: field for field in view.fields}
    changes: Changes = {}
    for name, change in _object(value, view.name).items():
        if name not in fields:
            raise BadFrame(f"{view.name} has no field {name}")
        changes[name] = _change(fields[name], change, tree[name])
    return changes


def _change(field: FieldView, value: object, old: Any) -> object:  # noqa: ANN401 - a field of a Tree
    if field.of is not None:
        found: dict[int, Any] = {}
        for key, one in _object(value, field.name).items():
            number = _id(key)
            if number not in old:
                found[number] = tree_from_json(field.of, one)
            else:
                found[number] = None if one is None else changes_from_json(field.of, one, old[number])
        return found
    if field.kind in ("series", "track"):
        change = _object(value, field.name)
        keep = _integer(change.get("keep", len(old) if field.last else None), field.name)
        if not 0 <= keep <= len(old) or change.keys() - {"keep"} != {"add"}:
            raise BadFrame(f"{field.name} keeps {keep} rows of {len(old)}")
        return {"keep": keep, "add": _rows(field, change["add"])}
    if field.kind == "grid":
        change = _object(value, field.name)
        if change.keys() == {"all"}:
            return {"all": _cells(field, change["all"])}
        if change.keys() != {"cells"}:
            raise BadFrame(f"{field.name} has neither cells nor all")
        cells = [_integers(pair, field.name) for pair in _list(change["cells"], field.name)]
        if not all(len(pair) == 2 and 0 <= pair[0] < len(old) and 0 <= pair[1] <= 255 for pair in cells):
            raise BadFrame(f"{field.name} has a cell out of its range")
        return {"cells": cells}
    return _plain(field, value)


def _plain(field: FieldView, value: object) -> object:
    if field.kind == "ints":
        return _integers(value, field.name)
    if field.kind == "text":
        if not isinstance(value, str):
            raise BadFrame(f"{field.name} is a text, got {value!r:.40}")
        return value
    return _integer(value, field.name)


def _rows(field: FieldView, value: object) -> list[list[int]]:
    rows = [_integers(row, field.name) for row in _list(value, field.name)]
    if not all(len(row) == len(field.columns) for row in rows):
        raise BadFrame(f"each row of {field.name} has {len(field.columns)} numbers")
    return rows


def _cells(field: FieldView, value: object) -> list[int]:
    cells = _integers(value, field.name)
    if len(cells) > MOST_CELLS or not all(0 <= cell <= 255 for cell in cells):
        raise BadFrame(f"{field.name} has a cell out of its range, or too many")
    return cells


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise BadFrame(f"{name} must be an object, got {value!r:.40}")
    return value


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise BadFrame(f"{name} must be a list, got {value!r:.40}")
    return value


def _integer(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST <= value < LARGEST:
        raise BadFrame(f"{name} must be an integer of 32 bits, got {value!r:.40}")
    return value


def _integers(value: object, name: str) -> list[int]:
    numbers = [_integer(number, name) for number in _list(value, name)]
    if len(numbers) > max(MOST_INTS, MOST_CELLS):
        raise BadFrame(f"{name} has {len(numbers)} numbers")
    return numbers


def _id(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) <= 10):
        raise BadFrame(f"an id is a number, got {key!r:.40}")
    return int(key)
