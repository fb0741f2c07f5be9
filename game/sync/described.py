"""A schema read back from its JSON description: what a client knows of a game's state."""

from collections.abc import Mapping
from typing import Any

from .schema import SCALARS, BadSchema, EntityView, FieldView

_KINDS = SCALARS | {"text", "ints", "series", "track", "grid", "entities"}


def root_of(description: Mapping[str, Any]) -> EntityView:
    """The root entity of a SCHEMA, or of one of its `private` parts. Raises BadSchema."""
    try:
        return _entity(description["entities"], str(description["root"]), ())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadSchema(f"the schema does not hold together: {error!r}") from error


def event_args_of(description: Mapping[str, Any]) -> tuple[int, ...]:
    """How many arguments each kind of event has, for `parse_frame`. Raises BadSchema."""
    try:
        return tuple(len(event["args"]) for event in description["events"])
    except (KeyError, TypeError) as error:
        raise BadSchema(f"the schema's events do not hold together: {error!r}") from error


def _entity(entities: Mapping[str, Any], name: str, within: tuple[str, ...]) -> EntityView:
    if name in within:
        raise BadSchema(f"{name} holds itself")
    fields = tuple(_field(entities, field, (*within, name)) for field in entities[name])
    scalars = {field.name for field in fields if field.kind in SCALARS}
    for field in fields:
        if field.kind == "track" and not scalars >= {*field.columns, field.when, *field.last.split()}:
            raise BadSchema(f"track {name}.{field.name} names a field that is not there")
    return EntityView(name, fields)


def _field(entities: Mapping[str, Any], told: Mapping[str, Any], within: tuple[str, ...]) -> FieldView:
    kind = told["kind"]
    if kind not in _KINDS:
        raise BadSchema(f"{told['name']} is of the unknown kind {kind}")
    columns = tuple(told.get("columns", ()))
    return FieldView(
        name=str(told["name"]),
        kind=kind,
        names=tuple(told.get("names", ())),
        frac=int(told.get("frac", 0)),
        wraps=int(told.get("wraps", 0)),
        drop=int(told.get("drop", 0)),
        columns=columns,
        drops=tuple(told.get("drops", (0,) * len(columns))),
        when=told.get("when", ""),
        last=told.get("last", ""),
        width=told.get("width", ""),
        near=bool(told.get("near", False)),
        of=_entity(entities, told["of"], within) if kind == "entities" else None,
    )
