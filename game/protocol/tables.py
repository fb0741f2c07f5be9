"""The declarations as the tables of docs/protocol.md, by the name that their markers have there."""

import json
import re

from msgspec import inspect

from game.protocol import codes, commands, events, frames, http, objects
from game.protocol.declarations import ALIASES, PLAIN, DeclaredField, describe, inner_types, literal_values

_MARKED = re.compile(r"(<!-- generated: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(page: str) -> str:
    """The page with every table between markers as the declarations have it now."""
    tables = all_tables()
    used = [name for _, name, _ in _MARKED.findall(page)]
    if sorted(used) != sorted(tables):
        raise ValueError(f"each table has its markers once: {sorted(set(used) ^ set(tables))}")
    return _MARKED.sub(lambda found: f"{found[1]}{tables[found[2]]}{found[3]}", page)


def all_tables() -> dict[str, str]:
    """Every table by its name, as Markdown."""
    tables = {
        "errors": table("code | what happened | what a client does", _codes(codes.ERRORS)),
        "refused_connections": table(
            "code | what happened | what a client does", _codes(codes.REFUSED_CONNECTIONS)
        ),
        "goodbyes": table("code | what happened | what a client does", _codes(codes.GOODBYES)),
        "notices": table(
            "code | what happened", [[f"`{code}`", text] for code, text in codes.NOTICES.items()]
        ),
        "ranges": table("key | in | range and meaning", _ranges()),
        "option_forms": table(
            "kind | what may be sent | in ROOM",
            [[f"`{one.kind}`", one.sent, one.in_room] for one in objects.OPTION_FORMS],
        ),
        "commands": table("event | argument | answer, besides `ok` | what it does", _commands()),
        "events": table(
            "event | argument | what it says",
            [[f"`{name}`", spec.shown, spec.text] for name, spec in events.EVENTS.items()],
        ),
        "frames": _frames(frames.STATES, "frame"),
        "fields": _frames(frames.FIELDS, "kind", "against the old value"),
        "messages": _frames(frames.MESSAGES, "message"),
        "predicted": _frames(frames.PREDICTED, "frame"),
        "resources": table("path | what it is | problems", _resources()),
        "problems": table(
            "code | status | what happened | what a client does",
            [
                [f"`{code}`", str(one.status), one.code.meaning, one.code.advice]
                for code, one in http.PROBLEMS.items()
            ],
        ),
        "entries": table("kind | entry | a | b", [[str(one[0]), *one[1:]] for one in frames.ENTRY_KINDS]),
    }
    for name, cls in _OBJECTS.items():
        rows = [[_key(one), kind(one.type), one.text] for one in describe(cls).fields]
        tables[name] = table("key | type | meaning", rows)
    return tables


_OBJECTS: dict[str, type[objects.Object]] = {
    "auth": events.Auth,
    "welcome": events.Welcome,
    "limits": objects.Limits,
    "game": objects.GameInfo,
    "control": objects.ControlInfo,
    "option": objects.OptionInfo,
    "joined": objects.Joined,
    "room": objects.RoomInfo,
    "person": objects.PersonInfo,
    "seat": objects.SeatInfo,
    "results": objects.Results,
    "place": objects.PlaceLine,
    "figure": objects.FigureLine,
    "evening": objects.EveningInfo,
    "standing": objects.StandingInfo,
    "playlist": objects.PlaylistInfo,
    "entry": objects.PlaylistEntry,
    "poll": objects.PollInfo,
    "next": objects.NextInfo,
    "award": objects.AwardLine,
    "line": objects.ChatLine,
    "emote": events.EmoteShown,
    "rooms": events.OpenRooms,
    "open_room": objects.OpenRoom,
    "schema": objects.SchemaInfo,
    "field": objects.FieldInfo,
    "event": objects.EventInfo,
    "match": http.MatchInfo,
    "match_seat": http.MatchSeat,
}
"""The objects that have a table of their own, by the table's name."""


def table(head: str, rows: list[list[str]]) -> str:
    """A Markdown table; `head` is its first row without the outer bars."""
    lines = [f"| {head} |", f"|{'---|' * (head.count('|') + 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _codes(found: dict[str, codes.Code]) -> list[list[str]]:
    return [[f"`{code}`", one.meaning, one.advice] for code, one in found.items()]


def _resources() -> list[list[str]]:
    return [
        [f"`{one.path}`", one.text, ", ".join(f"`{code}`" for code in one.problems) or "–"]
        for one in http.RESOURCES
    ]


def _frames(rows: tuple[frames.Layout, ...], *heads: str) -> str:
    first, second = (*heads, "bytes")[:2]
    return table(f"{first} | {second}", [list(row) for row in rows])


def _key(field: DeclaredField) -> str:
    return f"`{field.name}`, optional" if field.optional else f"`{field.name}`"


def kind(type_: inspect.Type) -> str:
    """A type in words."""
    while isinstance(type_, inspect.Metadata):
        type_ = type_.type
    if type_ == ALIASES["PartInfo"]:
        return "PART"
    if type(type_) in PLAIN:
        return PLAIN[type(type_)]
    match type_:
        case inspect.LiteralType():
            return ", ".join(f"`{value}`" for value in literal_values(type_))
        case inspect.StructType():
            return _object(type_)
        case inspect.ListType():
            return f"list of {_plural(kind(type_.item_type))}"
        case inspect.TupleType():
            return f"list of {len(type_.item_types)} {kind(type_.item_types[0])}s"
        case inspect.DictType():
            return f"object of {_plural(kind(type_.value_type))}"
        case inspect.UnionType():
            return " or ".join(dict.fromkeys(kind(one) for one in inner_types(type_)))
    raise TypeError(f"no words for {type_}")


def _plural(words: str) -> str:
    """The plural of a type in words; names of objects have none."""
    if words.startswith("list of"):
        return words.replace("list", "lists", 1)
    return f"{words}s" if words in PLAIN.values() else words


def _object(type_: inspect.StructType) -> str:
    """The name of an object that has a table, else its keys."""
    described = describe(type_.cls)
    if described.title.isupper():
        return described.title
    return f"`{{{', '.join(one.name for one in described.fields)}}}`"


def _argument(fields: tuple[DeclaredField, ...]) -> str:
    shown = []
    for one in fields:
        if not one.optional:
            shown.append(f"{one.name}: bool" if isinstance(one.type, inspect.BoolType) else one.name)
        elif one.default is None or one.default == "":
            shown.append(f"{one.name}?")
        else:
            shown.append(f"{one.name}?: {json.dumps(one.default)}")
    return f"`{{{', '.join(shown)}}}`"


def _commands() -> list[list[str]]:
    rows = []
    for name, spec in commands.COMMANDS.items():
        answer = (
            "JOINED"
            if spec.answer is objects.Joined
            else ", ".join(f"`{one.name}`" for one in describe(spec.answer).fields)
        )
        text = f"host: {spec.text}" if spec.host_only else spec.text
        rows.append([f"`{name}`", _argument(describe(spec.argument).fields), answer or "–", text])
    rows.append(
        [
            "`i`",
            "`[seat, [seq, tick, buttons, value?, controls?], …]`",
            "no acknowledgement needed",
            "inputs, see section 4",
        ]
    )
    return rows


def _ranges() -> list[list[str]]:
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for command, spec in commands.COMMANDS.items():
        for one in describe(spec.argument).fields:
            if one.range or one.text:
                found.setdefault((one.range, one.text), {}).setdefault(one.name, []).append(command)
    rows = []
    for (range_, text), names in found.items():
        used = list(dict.fromkeys(command for where in names.values() for command in where))
        rows.append(
            [
                ", ".join(f"`{name}`" for name in names),
                ", ".join(f"`{command}`" for command in used),
                "; ".join(part for part in (range_, text) if part),
            ]
        )
    return rows
