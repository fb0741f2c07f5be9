"""Writes, from a schema, the Python code that encodes its entities.

For each entity type there is a class `Sent`: what the followers of the view hold of one entity, with
scalars as on the wire; and the five functions of `Codec`. In them field k is `v<k>`; of a series
`v<k>` is the list, `n<k>` how much of it was sent, and `b<k>` the first `d<k>` numbers of that as bytes.
Of a list of entities, `v<k>` is a list of their `Sent`.

Each function below that starts with `_change` writes the code for one kind of field; read them beside the
table of kinds in `docs/protocol.md`.
"""

from typing import Any

from . import lists
from .lists import Codec
from .schema import SCALARS, EntityView, FieldView, Schema
from .varint import VARINT_TABLE_SIZE, VARINTS, ZIGZAG_TABLE_HALF, ZIGZAGS, varint, zigzag


def codecs_of(schema: Schema, root: EntityView) -> dict[str, Codec]:
    """The functions for each entity type by name, with `root` in place of the schema's."""
    codecs: dict[str, Codec] = {}
    for name, view in schema.entities.items():
        is_root = view is schema.root
        codecs[name] = _compile(root if is_root else view, codecs, is_root)
    return codecs


def codec_of(schema: Schema) -> Codec:
    """The functions for the schema's root."""
    return codecs_of(schema, schema.root)[schema.root.name]


def source_of(view: EntityView, is_root: bool) -> str:
    """The source of one entity type's functions, to be read when something is wrong with them."""
    return "\n\n".join(
        (_memory(view), _first(view), _change(view, is_root, False), _change(view, is_root, True),
         _full(view), _full_json(view), _rows(view))
    )  # fmt: skip


def _compile(view: EntityView, codecs: dict[str, Codec], is_root: bool) -> Codec:
    names: dict[str, Any] = {
        "V": VARINTS, "Z": ZIGZAGS, "varint": varint, "zigzag": zigzag, "lists": lists, "codecs": codecs,
    }  # fmt: skip
    source = compile(source_of(view, is_root), f"<sync of {view.name}>", "exec")
    exec(source, names)  # noqa: S102 - generated above from a checked schema, without any outside text
    return Codec(names["first"], names["change"], names["change_json"], names["full"], names["full_json"])


class _Lines:
    """Source lines under construction, at the current depth of indentation."""

    def __init__(self, head: str) -> None:
        self.lines = [head]
        self.depth = 1

    def add(self, *lines: str) -> None:
        self.lines += ["    " * self.depth + line for line in lines]

    def source(self) -> str:
        return "\n".join(self.lines)


def _wire(expression: str, drop: int) -> str:
    return f"{expression} >> {drop}" if drop else expression


def _value(expression: str, drop: int) -> str:
    return f"{expression} << {drop}" if drop else expression


def _zigzag(difference: str, wraps: int = 0) -> str:
    """An expression for the bytes of a difference; it uses the local `d`."""
    if wraps and wraps <= ZIGZAG_TABLE_HALF:
        return f"Z[({difference} + {wraps // 2}) % {wraps} - {wraps // 2}]"
    if wraps:
        return f"zigzag(({difference} + {wraps // 2}) % {wraps} - {wraps // 2})"
    half = ZIGZAG_TABLE_HALF
    return f"Z[d] if -{half} <= (d := {difference}) < {half} else zigzag(d)"


def _listed(view: FieldView) -> str:
    """An expression for the entities of a list that the view holds."""
    of = view.of
    assert of is not None
    return f"[e for e in one.{view.name} if e.id == seat]" if of.owned else f"one.{view.name}"


def _memory(view: EntityView) -> str:
    slots = ["id", "mask"]
    for k, field in enumerate(view.fields):
        slots.append(f"v{k}")
        if field.kind in ("series", "track"):
            slots += [f"n{k}", f"b{k}", f"d{k}"]
    return f"class Sent:\n    __slots__ = {tuple(slots)!r}"


def _first(view: EntityView) -> str:
    out = _Lines("def first(one, seat):")
    out.add("sent = Sent()", "sent.id = one.id", "sent.mask = -1")
    for k, field in enumerate(view.fields):
        value = f"one.{field.name}"
        if field.kind in SCALARS:
            out.add(f"sent.v{k} = {_wire(value, field.drop)}")
        elif field.kind == "text":
            out.add(f"sent.v{k} = {value}")
        elif field.kind == "ints":
            out.add(f"sent.v{k} = list({value})")
        elif field.kind == "grid":
            out.add(f"sent.v{k} = bytes({value})")
        elif field.of is not None:
            out.add(f"sent.v{k} = [codecs[{field.of.name!r}].first(e, seat) for e in {_listed(field)}]")
        else:
            out.add(f"sent.v{k} = {value}", f"sent.n{k} = len({value})", f"sent.b{k} = bytearray()")
            out.add(f"sent.d{k} = 0")
    out.add("return sent")
    return out.source()


def _full(view: EntityView) -> str:
    out = _Lines("def full(sent):")
    out.add("sent.mask = -1", "out = bytearray()")
    for k, field in enumerate(view.fields):
        if field.kind in SCALARS:
            out.add(f"out += {_zigzag(f'sent.v{k}', field.wraps >> field.drop)}")
        elif field.kind == "text":
            out.add(f"out += lists.text(sent.v{k})")
        elif field.kind == "ints":
            out.add(f"out += lists.integers(sent.v{k}, [])")
        elif field.kind == "grid":
            out.add(f"out += lists.cells(sent.v{k}, b'')[0] if sent.v{k} else b'\\0\\0'")
        elif field.of is not None:
            out.add(f"out += lists.merge_full(sent.v{k}, codecs[{field.of.name!r}])")
        elif field.last:
            out.add(f"v{k} = sent.v{k}[{_start(view, field, k)}:sent.n{k}]")
            out.add(
                f"out += lists.series(0, 0, len(v{k}), {len(field.columns)}, rows{k}(v{k}, 0, len(v{k})))"
            )
        else:
            out.add(
                f"sent.b{k} += rows{k}(sent.v{k}, sent.d{k}, sent.n{k})",
                f"sent.d{k} = sent.n{k}",
                f"out += lists.series(0, 0, sent.n{k}, {len(field.columns)}, sent.b{k})",
            )
    out.add("return bytes(out)")
    return out.source()


def _full_json(view: EntityView) -> str:
    out = _Lines("def full_json(sent):")
    out.add("return {")
    for k, field in enumerate(view.fields):
        value = f"sent.v{k}"
        if field.kind in SCALARS:
            value = _value(value, field.drop)
        elif field.kind in ("ints", "grid"):
            value = f"list({value})"
        elif field.of is not None:
            value = f"{{str(e.id): codecs[{field.of.name!r}].full_json(e) for e in {value}}}"
        elif field.kind != "text":
            value = f"table{k}({value}, {_start(view, field, k) if field.last else 0}, sent.n{k})"
        out.add(f"    {field.name!r}: {value},")
    out.add("}")
    return out.source()


def _start(view: EntityView, field: FieldView, k: int, memory: str = "sent.") -> str:
    """An expression for where the rows of a finite track begin that count."""
    length = next(j for j, other in enumerate(view.fields) if other.name == field.last)
    return f"max(0, {memory}n{k} - {memory}v{length} * {len(field.columns)})"


def _rows(view: EntityView) -> str:
    """For each series the functions that write rows: `rows<k>` as bytes, `table<k>` as lists."""
    found: list[str] = []
    for k, field in enumerate(view.fields):
        if field.kind not in ("series", "track"):
            continue
        width = len(field.columns)
        columns = range(width)
        out = _Lines(f"def rows{k}(rows, start, stop):")
        out.add("out = bytearray()")
        out.add(" = ".join(f"c{c}" for c in columns) + " = 0")
        out.add("if start:")
        out.add(*(f"    c{c} = {_wire(f'rows[start - {width - c}]', field.drops[c])}" for c in columns))
        out.add(f"for k in range(start, stop, {width}):")
        out.depth += 1
        for c in columns:
            out.add(f"v = {_wire(f'rows[k + {c}]', field.drops[c])}")
            out.add(f"out += {_zigzag(f'v - c{c}')}", f"c{c} = v")
        out.depth -= 1
        out.add("return out")
        found.append(out.source())
        cells = (f"rows[k + {c}]" + (f" >> {d} << {d}" if d else "") for c, d in enumerate(field.drops))
        found.append(
            f"def table{k}(rows, start, stop):\n"
            f"    return [[{', '.join(cells)}] for k in range(start, stop, {width})]"
        )
    return "\n\n".join(found)


def _change(view: EntityView, is_root: bool, json: bool) -> str:
    head = (
        "def change_json(one, sent, seat, head, as_json):" if json else "def change(one, sent, seat, head):"
    )
    out = _Lines(head)
    tracks = [k for k, field in enumerate(view.fields) if field.kind == "track"]
    out.add("mask = 0", "body = b''")
    if tracks:
        out.add("gains = still = 0")
    for k, field in enumerate(view.fields):
        if field.kind in SCALARS:
            _change_scalar(out, k, field, json)
        elif field.kind in ("series", "track"):
            _change_series(out, k, field, view, json)
        elif field.of is not None:
            _change_entities(out, k, field, field.of.name, json)
        else:
            _change_value(out, k, field, json)
    if tracks:
        _settle(out, view, tracks, is_root)
    if is_root:
        out.add("return varint(mask) + body")
    else:
        out.add(
            f"if not mask{' and not gains' if tracks else ''}:",
            "    return b''",
            "if mask == sent.mask:",
            "    head += 3",
            f"    return (V[head] if head < {VARINT_TABLE_SIZE} else varint(head)) + body",
            "sent.mask = mask",
            "return varint(head) + varint(mask) + body",
        )
    return out.source()


def _change_scalar(out: _Lines, k: int, field: FieldView, json: bool) -> None:
    out.add(
        f"v{k} = {_wire(f'one.{field.name}', field.drop)}",
        f"if v{k} != sent.v{k}:",
        f"    mask |= {1 << k}",
        f"    body += {_zigzag(f'v{k} - sent.v{k}', field.wraps >> field.drop)}",
        f"    sent.v{k} = v{k}",
    )
    if json:
        out.add(f"    as_json[{field.name!r}] = {_value(f'v{k}', field.drop)}")


def _change_value(out: _Lines, k: int, field: FieldView, json: bool) -> None:
    """Text, integers and grids: kept as a copy."""
    out.add(f"v{k} = one.{field.name}", f"if v{k} != sent.v{k}:")
    out.depth += 1
    out.add(f"mask |= {1 << k}")
    name = repr(field.name)
    if field.kind == "text":
        out.add(f"body += lists.text(v{k})", f"sent.v{k} = v{k}")
        if json:
            out.add(f"as_json[{name}] = v{k}")
    elif field.kind == "ints":
        out.add(f"body += lists.integers(v{k}, sent.v{k})", f"sent.v{k} = list(v{k})")
        if json:
            out.add(f"as_json[{name}] = list(v{k})")
    else:
        out.add(f"data, changed = lists.cells(v{k}, sent.v{k})", "body += data", f"sent.v{k} = bytes(v{k})")
        if json:
            out.add(f"as_json[{name}] = {{'all': list(v{k})}} if changed is None else "
                    f"{{'cells': [[c, v{k}[c]] for c in changed]}}")  # fmt: skip
    out.depth -= 1


def _change_entities(out: _Lines, k: int, field: FieldView, of: str, json: bool) -> None:
    if json:
        out.add(f"inner{k} = {{}}")
        out.add(f"data = lists.merge_json({_listed(field)}, sent.v{k}, codecs[{of!r}], seat, inner{k})")
    else:
        out.add(f"data = lists.merge({_listed(field)}, sent.v{k}, codecs[{of!r}], seat)")
    out.add("if data:", f"    mask |= {1 << k}", "    body += data")
    if json:
        out.add(f"    as_json[{field.name!r}] = inner{k}")


def _change_series(out: _Lines, k: int, field: FieldView, view: EntityView, json: bool) -> None:
    """A series; the rows of a track that both ends can work out are left to `_settle`.

    What stands in the body before a track is put aside as `head<k>`, since whether the track needs bytes
    is known only at the end.
    """
    width = len(field.columns)
    out.add(
        f"v{k} = one.{field.name}",
        f"n{k} = len(v{k})",
        f"kept = length = sent.n{k}",
        f"if v{k} is not sent.v{k}:",
    )
    if field.last:
        # A track of finite length may have slid; otherwise the rows that count are sent again.
        out.add(
            f"    kept = length = lists.slid(v{k}, sent.v{k}, length)",
            f"    sent.v{k} = v{k}",
            f"if not 0 <= kept <= n{k}:",
            f"    kept = {_start(view, field, k, '')}",
            "    length = -1",
        )
    else:
        out.add(
            f"    kept = lists.kept_rows(v{k}, sent.v{k}, length, {width})",
            f"    sent.v{k} = v{k}",
            f"elif n{k} < kept:",
            f"    kept = n{k}",
        )
    rows = [
        f"    mask |= {1 << k}",
        f"    data{k} = lists.series(kept, length, n{k}, {width}, rows{k}(v{k}, kept, n{k}))",
    ]
    if field.last:
        whole = f"lists.whole(rows{k}(v{k}[kept:], 0, n{k} - kept), (n{k} - kept) // {width})"
        rows[1] += f" if length >= 0 else {whole}"
    if field.kind == "track":
        at = {other.name: j for j, other in enumerate(view.fields)}
        when = f"v{at[field.when]}"
        same = " and ".join(
            f"{_wire(f'v{k}[kept + {c}]', field.drops[c])} == v{at[name]}"
            for c, name in enumerate(field.columns)
        )
        out.add(
            f"data{k} = b''",
            f"if kept == length and n{k} == kept:",
            f"    if {when}:",
            f"        still |= {1 << k}",
            f"elif kept == length and {when} and n{k} == kept + {width} and {same}:",
            f"    gains |= {1 << k}",
            "else:",
            *rows,
            f"head{k} = body",
            "body = b''",
        )
    else:
        out.add(f"if kept != length or n{k} != kept:", *rows, f"    body += data{k}")
    if field.last:
        out.add(f"sent.n{k} = n{k}")
        if json:
            out.add(
                f"if kept != length or n{k} != kept:",
                f"    as_json[{field.name!r}] = {{'add': table{k}(v{k}, kept, n{k})}}",
                f"    if length < 0: as_json[{field.name!r}]['keep'] = 0",
            )
        return
    out.add(f"if kept != length or n{k} != kept:")
    out.depth += 1
    if json:
        out.add(f"as_json[{field.name!r}] = {{'keep': kept // {width}, 'add': table{k}(v{k}, kept, n{k})}}")
    out.add(
        f"sent.n{k} = n{k}",
        f"if sent.d{k} > kept:",
        f"    sent.b{k} = bytearray()",
        f"    sent.d{k} = 0",
    )
    out.depth -= 1


def _settle(out: _Lines, view: EntityView, tracks: list[int], is_root: bool) -> None:
    """Decide which tracks need bytes: those that gain no row in an update by which they would."""
    if is_root:
        # Nobody sends a root's empty mask, so it must mean that nothing has changed.
        for k in tracks:
            width = len(view.fields[k].columns)
            start = f"n{k} - {width}"
            out.add(
                f"if gains & {1 << k} and not mask:",
                f"    mask = {1 << k}",
                f"    data{k} = lists.series({start}, {start}, n{k}, {width}, rows{k}(v{k}, {start}, n{k}))",
            )
    out.add("if still:" if is_root else "if still and (mask or gains):", "    mask |= still")
    out.add(*(f"    if still & {1 << k}: data{k} = lists.IDLE_ROWS" for k in tracks))
    out.add("body = " + " + ".join(f"head{k} + data{k}" for k in tracks) + " + body")
