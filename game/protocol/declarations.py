"""What a declared Struct looks like from outside: its fields with type, range and meaning.

Everything that is generated from the declarations reads them through this module.
"""

from typing import Any, NamedTuple, get_args

import msgspec
from msgspec import inspect

from game.protocol import codes, commands, events, fields, http, objects

_NAMED: dict[str, object] = {
    "Phase": objects.Phase,
    "OptionKind": objects.OptionKind,
    "SeatKind": objects.SeatKind,
    "Replication": objects.Replication,
    "FieldKind": objects.FieldKind,
    "Outcome": http.Outcome,
    "Visibility": http.Visibility,
    "RoomKind": http.RoomKind,
    "Transport": events.Transport,
    "Framing": events.Framing,
    "PartInfo": objects.PartInfo,
    "OptionValue": fields.OptionValue,
}
ALIASES: dict[str, inspect.Type] = {name: inspect.type_info(type_) for name, type_ in _NAMED.items()}
"""Types that have a name of their own in the generated files."""


PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}
"""What JSON and TypeScript call the simple types."""


class DeclaredField(NamedTuple):
    """One field of a Struct.

    Attributes:
        name: its key in the message.
        type: its type without ranges and without null where null means "left out".
        optional: whether it may be left out.
        default: its value when it is left out, None for no value.
        range: its range in words, "" for none.
        text: its meaning, "" if its name says it.
    """

    name: str
    type: inspect.Type
    optional: bool
    default: object
    range: str
    text: str


class DeclaredStruct(NamedTuple):
    """A Struct class with its name in the document, its meaning, and its fields."""

    cls: type[msgspec.Struct]
    title: str
    text: str
    fields: tuple[DeclaredField, ...]


def describe(cls: type[msgspec.Struct], hidden: frozenset[str] = frozenset({"place"})) -> DeclaredStruct:
    """A Struct as declared, without the fields `hidden` of a command, which no client sets."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    first = (cls.__doc__ or "").splitlines()[0]
    title, colon, text = first.partition(": ")
    if not colon or title != title.upper():
        title, text = cls.__name__, first
    is_command = issubclass(cls, commands.Command)
    found = tuple(
        _field(field, is_command) for field in info.fields if not (is_command and field.name in hidden)
    )
    return DeclaredStruct(cls, title, text, found)


def _field(field: inspect.Field, is_command: bool) -> DeclaredField:
    type_, range_, text = field.type, "", ""
    if is_command and isinstance(type_, inspect.UnionType) and not field.required:
        others = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
        type_ = others[0] if len(others) == 1 else inspect.UnionType(tuple(others))
    while isinstance(type_, inspect.Metadata):
        text = text or str((type_.extra_json_schema or {}).get("description", ""))
        type_ = type_.type
    range_ = in_words(type_)
    default = None if field.default is msgspec.NODEFAULT or field.default is msgspec.UNSET else field.default
    return DeclaredField(field.encode_name, type_, not field.required, default, range_, text)


def literal_values(type_: inspect.LiteralType) -> tuple[object, ...]:
    """The values of a literal type in the order of their declaration, which msgspec does not keep."""
    for name, alias in ALIASES.items():
        if alias == type_:
            return get_args(_NAMED[name])
    return type_.values


def in_words(type_: inspect.Type) -> str:
    """The range of a type, "" if it has none."""
    if isinstance(type_, inspect.StrType) and type_.max_length is not None:
        least = f"{type_.min_length} to" if type_.min_length else "at most"
        return f"{least} {type_.max_length} characters"
    if isinstance(type_, inspect.IntType) and type_.ge is not None and type_.le is not None:
        return f"{type_.ge} to {type_.le}"
    return ""


def structs() -> list[DeclaredStruct]:
    """Every Struct of the protocol that a client sees, each after those that it holds."""
    found: dict[type[msgspec.Struct], DeclaredStruct] = {}

    def visit(type_: inspect.Type) -> None:
        if isinstance(type_, inspect.StructType):
            if type_.cls not in found:
                described = describe(type_.cls)
                for field in described.fields:
                    visit(field.type)
                found[type_.cls] = described
            return
        for inner in inner_types(type_):
            visit(inner)

    roots: list[object] = [events.Auth, events.Welcome]
    roots += [spec.argument for spec in events.EVENTS.values() if spec.argument is not None]
    roots.append(events.OpenRooms)
    for spec in commands.COMMANDS.values():
        roots += [spec.argument, spec.answer]
    roots += [http.MatchInfo, http.Problem]
    for root in roots:
        visit(inspect.type_info(root))
    return list(found.values())


def inner_types(type_: inspect.Type) -> tuple[inspect.Type, ...]:
    """The types that a container, a union or an annotated type is made of."""
    if isinstance(type_, inspect.Metadata):
        return (type_.type,)
    if isinstance(type_, inspect.UnionType):
        return type_.types
    if isinstance(type_, inspect.ListType):
        return (type_.item_type,)
    if isinstance(type_, inspect.TupleType):
        return type_.item_types
    if isinstance(type_, inspect.DictType):
        return (type_.value_type,)
    return ()


def json_schema() -> bytes:
    """The JSON Schema of the protocol: its definitions, and which of them each command and event has."""
    types: list[object] = [one.cls for one in structs()]
    types += [spec.argument for spec in events.EVENTS.values() if spec.argument not in (None, *types)]
    found, definitions = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    of = list(zip(types, found, strict=True))

    def shown(type_: object) -> dict[str, Any]:
        return next(schema for one, schema in of if one == type_)

    for definition in definitions.values():
        definition.get("properties", {}).pop("place", None)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rumpus protocol",
        "version": objects.VERSION,
        "auth": shown(events.Auth),
        "commands": {
            name: {
                "description": spec.text,
                "host_only": spec.host_only,
                "argument": shown(spec.argument),
                "answer": shown(spec.answer),
            }
            for name, spec in commands.COMMANDS.items()
        },
        "events": {
            name: {
                "description": spec.text,
                **(
                    {}
                    if spec.argument is None
                    else {"merge_patch_of" if name == "room" else "argument": shown(spec.argument)}
                ),
            }
            for name, spec in events.EVENTS.items()
        },
        "errors": {code: one.meaning for code, one in codes.ERRORS.items()},
        "$defs": definitions,
    }
    return msgspec.json.encode(document)
