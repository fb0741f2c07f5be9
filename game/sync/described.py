"""A schema read back from its SCHEMA of the protocol: what a client knows of a game's state."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET

from game.protocol.objects import FieldInfo, SchemaInfo, TreeInfo

from .schema import SCALARS, BadSchema, EntityView, FieldView


def read_schema(description: Mapping[str, object]) -> SchemaInfo:
    """Read a SCHEMA that came as JSON.

    Returns:
        The schema.

    Raises:
        BadSchema: it is not what the protocol declares.
    """
    try:
        return msgspec.convert(description, SchemaInfo)
    except msgspec.ValidationError as error:
        raise BadSchema(f"the schema cannot be read: {error}") from error


def root_of(tree: TreeInfo | SchemaInfo) -> EntityView:
    """Find the root entity of a SCHEMA, or of one of its `private` parts.

    Returns:
        The root, with all entities in it.

    Raises:
        BadSchema: an entity is missing or holds itself, or a track names a field that does not exist.
    """
    return _entity(tree.entities, tree.root, ())


def event_args_of(schema: SchemaInfo) -> tuple[int, ...]:
    """How many arguments each kind of event has, for `parse_frame`."""
    return tuple(len(event.args) for event in schema.events)


def _entity(entities: Mapping[str, Sequence[FieldInfo]], name: str, within: tuple[str, ...]) -> EntityView:
    if name in within:
        raise BadSchema(f"{name} holds itself")
    if name not in entities:
        raise BadSchema(f"there is no entity {name}")
    fields = tuple(_field(entities, field, (*within, name)) for field in entities[name])
    scalars = {field.name for field in fields if field.kind in SCALARS}
    for field in fields:
        if field.kind == "track" and not scalars >= {*field.columns, field.when, *field.last.split()}:
            raise BadSchema(f"track {name}.{field.name} names a field that does not exist")
    return EntityView(name, fields)


def _field(
    entities: Mapping[str, Sequence[FieldInfo]], info: FieldInfo, within: tuple[str, ...]
) -> FieldView:
    columns = tuple(info.columns or ())
    of = None
    if info.kind == "entities":
        if info.of is UNSET:
            raise BadSchema(f"{info.name} does not say of which entities it is a list")
        of = _entity(entities, info.of, within)
    return FieldView(
        name=info.name,
        kind=info.kind,
        names=tuple(info.names or ()),
        frac=info.frac or 0,
        wraps=info.wraps or 0,
        drop=info.drop or 0,
        columns=columns,
        drops=tuple(info.drops or (0,) * len(columns)),
        when=info.when or "",
        last=info.last or "",
        width=info.width or "",
        near=info.near or False,
        of=of,
    )
