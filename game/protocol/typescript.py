"""The declarations as TypeScript: types of every message, and the constants that both sides share."""

import json
import textwrap

from msgspec import inspect

from game.protocol import codes, commands, events, fields, frames, objects
from game.protocol.declarations import (
    ALIASES,
    PLAIN,
    DeclaredField,
    DeclaredStruct,
    describe,
    inner_types,
    literal_values,
    structs,
)

HEAD = """\
// The protocol, generated from game/protocol by `make protocol`. Do not edit: change the declarations there.

"""
WIDTH = 104

CHECKED = ("welcome", "bye", "schema", "chat", "emote", "notice", "joined")
"""Events whose argument is an object that the browser client reads. `room` is checked after the merge."""

CONSTANTS = {
    "VERSION": objects.VERSION,
    "LOOKS": fields.LOOKS,
    "INT_MAX": frames.INT_MAX,
    "MOST_INPUTS": frames.MOST_INPUTS,
    "MOST_TICKS_AHEAD": frames.MOST_TICKS_AHEAD,
    "MOST_FIELDS": frames.MOST_FIELDS,
    "MOST_TEXT_BYTES": frames.MOST_TEXT_BYTES,
    "MOST_INTS": frames.MOST_INTS,
    "MOST_CELLS": frames.MOST_CELLS,
    "CHECK_BYTES": frames.CHECK_BYTES,
    "STATE": frames.STATE,
    "KEYFRAME": frames.KEYFRAME,
    "PRIVATE": frames.PRIVATE,
    "CLOCK": frames.CLOCK,
    "ENTRIES": frames.ENTRIES,
    "SHIFT": frames.SHIFT,
    "CHECKPOINT": frames.CHECKPOINT,
    "ACKS": frames.ACKS,
    "EVENTS": frames.EVENTS,
    "ADVANCE": frames.ADVANCE,
    "FULL": frames.FULL,
    "OF_HOST": frames.OF_HOST,
    "HASHED": frames.HASHED,
    "MARGINS": frames.MARGINS,
    "SPREAD": frames.SPREAD,
    "ENTROPY": frames.ENTROPY,
    "INPUT": frames.INPUT,
    "CLOCK_UP": frames.CLOCK_UP,
    "RESYNC": frames.RESYNC,
}


def typescript() -> str:
    """The content of web/src/protocol.gen.ts."""
    out = [HEAD]
    out += [f"export const {name} = {value};\n" for name, value in CONSTANTS.items()]
    out.append("\n")
    for name, type_ in ALIASES.items():
        out.append(f"export type {name} = {type_text(type_, named=False)};\n")
    out.append(f"export type ErrorCode = {_union(list(codes.ERRORS))};\n")
    out.append(f"export type GoodbyeCode = {_union(list(codes.GOODBYES))};\n")
    out.append(f"export type RefusedConnectionCode = {_union(list(codes.REFUSED_CONNECTIONS))};\n")
    for described in structs():
        if issubclass(described.cls, objects.Object):
            out.append(_interface(described))
    out.append(_commands())
    out.append(_events())
    out.append(_kinds())
    return "".join(out)


def type_text(type_: inspect.Type, named: bool = True) -> str:
    """A type as TypeScript; `named`: by the name that it has of its own, if any."""
    while isinstance(type_, inspect.Metadata):
        type_ = type_.type
    name = next((name for name, alias in ALIASES.items() if alias == type_), "") if named else ""
    if name:
        return name
    if type(type_) in PLAIN:
        return PLAIN[type(type_)]
    match type_:
        case inspect.LiteralType():
            return _union(list(literal_values(type_)))
        case inspect.StructType():
            return type_.cls.__name__
        case inspect.ListType():
            inner = type_text(type_.item_type)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case inspect.TupleType():
            return f"[{', '.join(map(type_text, type_.item_types))}]"
        case inspect.DictType():
            return f"Record<string, {type_text(type_.value_type)}>"
        case inspect.UnionType():
            return " | ".join(dict.fromkeys(type_text(one) for one in inner_types(type_)))
    raise TypeError(f"no TypeScript for {type_}")


def _union(values: list[object]) -> str:
    return " | ".join(json.dumps(value) for value in values)


def _comment(text: str, indent: str = "") -> str:
    if not text:
        return ""
    text = text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
    lines = textwrap.wrap(text, WIDTH - len(indent))
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def _field(field: DeclaredField) -> str:
    return f"{field.name}{'?' if field.optional else ''}: {type_text(field.type)}"


def _interface(described: DeclaredStruct) -> str:
    head = f"\n{_comment(described.text)}export interface {described.cls.__name__} "
    if not described.fields:
        return f"\n{_comment(described.text)}export type {described.cls.__name__} = object;\n"
    rows = "".join(f"{_comment(one.text, '  ')}  {_field(one)};\n" for one in described.fields)
    return f"{head}{{\n{rows}}}\n"


def _inline(described: DeclaredStruct) -> str:
    return f"{{ {'; '.join(map(_field, described.fields))} }}" if described.fields else "object"


def _commands() -> str:
    rows = []
    for name, spec in commands.COMMANDS.items():
        answer = (
            spec.answer.__name__
            if issubclass(spec.answer, objects.Object)
            else _inline(describe(spec.answer))
        )
        host = "The host: " if spec.host_only else ""
        rows.append(
            f"{_comment(host + spec.text, '  ')}  {name}: {{\n"
            f"    argument: {_inline(describe(spec.argument))};\n    answer: {answer};\n  }};\n"
        )
    return (
        "\n/** Every command with its argument and what its answer holds besides `ok`. */\n"
        f"export interface Commands {{\n{''.join(rows)}}}\n"
    )


def _events() -> str:
    rows = []
    for name, spec in events.EVENTS.items():
        if spec.argument is not None and name != "room":
            rows.append(
                f"{_comment(spec.text, '  ')}  {name}: {type_text(inspect.type_info(spec.argument))};\n"
            )
    return (
        "\n/** The events with an object or a list as argument; that of `room` is a merge patch of "
        "RoomInfo. */\n"
        f"export interface Events {{\n{''.join(rows)}}}\n"
    )


def _kinds() -> str:
    shown = {name: events.EVENTS[name].argument for name in CHECKED} | {"room": objects.RoomInfo}
    rows = []
    for name, cls in shown.items():
        assert isinstance(cls, type)
        samples = [f"{one.name}: {_sample(one.type)}" for one in describe(cls).fields if not one.optional]
        rows.append(f"  {name}: {{ {', '.join(samples)} }},\n")
    return (
        "\n/** A value of the right type for every key that an event's argument, or a room, must have. */\n"
        f"export const SAMPLES = {{\n{''.join(rows)}}} as const;\n"
    )


def _sample(type_: inspect.Type) -> str:
    """A value of the same JSON type; null where any type may come."""
    match type_:
        case inspect.StrType() | inspect.LiteralType():
            return '""'
        case inspect.IntType() | inspect.FloatType():
            return "0"
        case inspect.BoolType():
            return "false"
        case inspect.ListType() | inspect.TupleType():
            return "[]"
        case inspect.StructType() | inspect.DictType():
            return "{}"
    return "null"
