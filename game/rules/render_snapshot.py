"""Render snapshots: what a renderer needs of a match, as integers.

A render snapshot holds the confirmed state and how things move from there. It leaves out table rows that were
sent before, so that a table of thousands of rows costs only its new ones. This is the writing side;
web/src/prediction/render_snapshot.ts reads it and must change with it.
"""

from array import array

from .entity import Entity
from .fields import ALL, Entities, Field, Grid, Ints, Series, Text, Track

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEPT = 64
"""Ticks whose positions are kept."""
SMOOTH = ("fixed", "angle")
"""Kinds of field that a renderer interpolates between two ticks."""

SCALAR, TEXT, INTS, SERIES, GRID, ENTITIES = range(6)


class RenderView:
    """One type of entity as everyone sees it: all fields, those that move, and the tracks."""

    def __init__(self, of: "type[Entity]") -> None:
        of.settle()
        seen = [field for field in of.fields if field.see == ALL]
        names = [field.name for field in seen]
        self.fields = [(field.name, _sort_of(field), _part_of(field)) for field in seen]
        self.smooth = [field.name for field in seen if field.kind in SMOOTH]
        self.tracks: "list[tuple[str, int]]" = []
        self.lists: "list[tuple[str, RenderView]]" = []
        for field in seen:
            if isinstance(field, Track):
                if not [name for name in field.columns + (field.when,) if name not in names]:
                    self.tracks.append((field.name, len(field.columns)))
            elif isinstance(field, Entities):
                self.lists.append((field.name, RenderView(field.of)))
        self.size = len(self.smooth) + len(self.tracks)


def _sort_of(field: Field) -> int:
    for sort, kind in ((TEXT, Text), (INTS, Ints), (SERIES, Series), (GRID, Grid), (ENTITIES, Entities)):
        if isinstance(field, kind):
            return sort
    return SCALAR


def _part_of(field: Field) -> "Any":  # noqa: ANN401 (by the kind of field)
    if isinstance(field, Series):
        return len(field.columns)
    return RenderView(field.of) if isinstance(field, Entities) else None


class SentTables:
    """What was sent of one entity: each table with its length, and the same of the entities in it."""

    def __init__(self) -> None:
        self.tables: "dict[str, tuple[Any, int]]" = {}
        self.ones: "dict[tuple[str, int], SentTables]" = {}


class Positions:
    """Where everything was after one tick: what moves, in order, with its values and its tracks' tables."""

    def __init__(self, tick: int) -> None:
        self.tick = tick
        self.things: "list[Entity]" = []
        self.views: "list[RenderView]" = []
        self.values: "list[int]" = []
        self.tables: "list[list[int]]" = []

    # hot: every step in a browser
    def gather(self, entity: Entity, view: RenderView) -> None:
        """Add an entity and those in it."""
        if view.size:
            self._note([entity], view)
        for name, inner in view.lists:
            ones = getattr(entity, name)
            if inner.lists:
                for one in ones:
                    self.gather(one, inner)
            elif inner.size:
                self._note(ones, inner)

    def _note(self, ones: "list[Entity]", view: RenderView) -> None:
        values = self.values
        self.things += ones
        self.views += [view] * len(ones)
        for one in ones:
            for name in view.smooth:
                values.append(getattr(one, name))
            for name, columns in view.tracks:
                rows = getattr(one, name)
                self.tables.append(rows)
                values.append(len(rows) // columns)

    def matches(self, base: "Positions") -> bool:
        """Whether these are the positions of the same things and tables as at another tick."""
        return self.things == base.things and self.tables == base.tables

    def aligned(self, base: "Positions") -> "list[int]":
        """The values in the order of `base`; of a thing that is gone the old ones; a new table counts -1."""
        values: "list[int]" = []
        at = 0
        j = 0
        for k in range(len(base.things)):
            view = base.views[k]
            here, there = self._find(base.things[k])
            source = base.values[at : at + view.size] if here < 0 else self.values[here : here + view.size]
            count = len(view.tracks)
            for track in range(count):
                if here >= 0 and self.tables[there + track] is not base.tables[j + track]:
                    source[view.size - count + track] = -1
            values += source
            at += view.size
            j += count
        return values

    def _find(self, thing: Entity) -> "tuple[int, int]":
        # Where a thing's values and tables begin, or -1.
        at = 0
        j = 0
        for k in range(len(self.things)):
            if self.things[k] is thing:
                return at, j
            at += self.views[k].size
            j += len(self.views[k].tracks)
        return -1, -1


class RenderSnapshots:
    """Writes the render snapshots of one match whose root is of type `of`."""

    def __init__(self, of: "type[Entity]") -> None:
        self.view = RenderView(of)
        self._sent = SentTables()
        self._positions: "list[Positions]" = [Positions(-KEPT * 2)] * KEPT

    def record(self, tick: int, state: Entity) -> None:
        """Keep the positions after `tick`."""
        positions = Positions(tick)
        positions.gather(state, self.view)
        self._positions[tick % KEPT] = positions

    def has(self, tick: int) -> bool:
        """Whether the positions of a tick are still kept."""
        return self._positions[tick % KEPT].tick == tick

    def write_state(self, out: "list[int]", state: Entity) -> None:
        """Append all fields of a state in the schema's order; of its tables only the new rows.

        A scalar is itself; a text its bytes and their count; ints their count and each; a series how many
        rows stay, how many are new, and those; a grid -1 if unchanged, else its cells as bytes;
        entities their count, then each as its id and fields.
        """
        self._write_entity(out, state, self.view, self._sent)

    def _write_entity(self, out: "list[int]", entity: Entity, view: RenderView, sent: SentTables) -> None:
        for name, sort, part in view.fields:
            value = getattr(entity, name)
            if sort == SCALAR:
                out.append(value)
            elif sort == SERIES:
                _put_rows(out, name, value, part, sent)
            elif sort == INTS:
                out.append(len(value))
                out += value
            elif sort == ENTITIES:
                out.append(len(value))
                for one in value:
                    key = (name, one.id)
                    if key not in sent.ones:
                        sent.ones[key] = SentTables()
                    out.append(one.id)
                    self._write_entity(out, one, part, sent.ones[key])
            elif sort == TEXT:
                _put_bytes(out, value.encode())
            elif sent.tables.get(name, (None, 0))[0] == value:
                out.append(-1)
            else:
                _put_bytes(out, value)
                sent.tables[name] = (bytes(value), len(value))

    def write_paths(self, out: "list[int]", confirmed: int, first: int, last: int) -> None:
        """Append how the things of tick `confirmed` move from tick `first` to tick `last`.

        How many numbers a tick takes; for each tick each thing's moving fields, and for each of its tracks
        the number of rows then, or -1 if it is another table; last for each track how many rows are newer
        than `confirmed`, and those.
        """
        base = self._positions[confirmed % KEPT]
        out.append(len(base.values))
        for tick in range(first, last + 1):
            positions = self._positions[tick % KEPT]
            out += positions.values if positions.matches(base) else positions.aligned(base)
        at = 0
        j = 0
        for view in base.views:
            at += view.size
            count = len(view.tracks)
            for k in range(count):
                columns = view.tracks[k][1]
                newer = base.tables[j + k][base.values[at - count + k] * columns :]
                out.append(len(newer) // columns)
                out += newer
            j += count


def _put_rows(out: "list[int]", name: str, rows: "list[int]", columns: int, sent: SentTables) -> None:
    table, known = sent.tables.get(name, (None, 0))
    if table is not rows:
        known = 0
    out.append(known // columns)
    out.append((len(rows) - known) // columns)
    out += rows[known:]
    sent.tables[name] = (rows, len(rows))


def _put_bytes(out: "list[int]", raw: "bytes | bytearray") -> None:
    out.append(len(raw))
    out += list(array("i", bytes(raw) + bytes(-len(raw) % 4)))
