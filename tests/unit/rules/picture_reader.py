"""Reads pictures (game/rules/render_snapshot.py) as the browser does, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from game.rules import Entity
from game.rules.browser import CONFIRMED, RESET
from game.sync.schema import EntityView, Schema

Plain = dict[str, Any]


@dataclass
class Seen:
    """One picture; things are named by their ids, which are unique in the games tested."""

    flags: int
    confirmed: int
    first: int
    last: int
    events: list[tuple[int, ...]]
    path: dict[int, dict[int, dict[str, int]]] = field(default_factory=dict)
    newer: dict[int, list[tuple[int, ...]]] = field(default_factory=dict)


class Reader:
    """Keeps the confirmed state up to date, picture by picture."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.state: Plain = {}
        self._numbers: Sequence[int] = ()
        self._at = 0

    def _next(self) -> int:
        self._at += 1
        return self._numbers[self._at - 1]

    def _many(self, count: int) -> list[int]:
        return [self._next() for _ in range(count)]

    def read(self, numbers: Sequence[int]) -> Seen:
        self._numbers = numbers
        self._at = 0
        seen = Seen(self._next(), self._next(), self._next(), self._next(), [])
        for _ in range(self._next()):
            seen.events.append(tuple(self._many(self._next())))
        if seen.flags & RESET:
            self.state = {}
        if seen.flags & CONFIRMED:
            self._entity(self.state, self.schema.root)
        self._paths(seen)
        assert self._at == len(numbers)
        return seen

    def _bytes(self, count: int) -> bytes:
        words = self._many((count + 3) // 4)
        return b"".join(word.to_bytes(4, "little", signed=True) for word in words)[:count]

    def _entity(self, one: Plain, view: EntityView) -> None:
        for each in view.fields:
            if each.kind == "text":
                one[each.name] = self._bytes(self._next()).decode()
            elif each.kind == "ints":
                one[each.name] = self._many(self._next())
            elif each.kind in {"series", "track"}:
                rows = one.get(each.name, [])[: self._next()]
                one[each.name] = rows + [tuple(self._many(len(each.columns))) for _ in range(self._next())]
            elif each.kind == "grid":
                count = self._next()
                if count >= 0:
                    one[each.name] = self._bytes(count)
            elif each.kind == "entities":
                assert each.of is not None
                old = one.get(each.name, {})
                one[each.name] = {}
                for _ in range(self._next()):
                    number = self._next()
                    one[each.name][number] = old.get(number, {})
                    self._entity(one[each.name][number], each.of)
            else:
                one[each.name] = self._next()

    def _movers(self, one: Plain, view: EntityView, number: int) -> list[tuple[int, EntityView]]:
        found = []
        if any(each.kind in {"fixed", "angle", "track"} for each in view.fields):
            found.append((number, view))
        for each in view.fields:
            if each.kind == "entities":
                assert each.of is not None
                for inner, child in one[each.name].items():
                    found += self._movers(child, each.of, inner)
        return found

    def _paths(self, seen: Seen) -> None:
        movers = self._movers(self.state, self.schema.root, -1)
        size = self._next()
        for tick in range(seen.first, seen.last + 1):
            end = self._at + size
            seen.path[tick] = {}
            for number, view in movers:
                values = {each.name: self._next() for each in view.fields if each.kind in {"fixed", "angle"}}
                values |= {each.name: self._next() for each in view.fields if each.kind == "track"}
                if "Racer" in view.name:
                    seen.path[tick][number] = values
            assert self._at == end
        for number, view in movers:
            for each in view.fields:
                if each.kind == "track":
                    rows = [tuple(self._many(len(each.columns))) for _ in range(self._next())]
                    seen.newer[number] = rows

    def tables(self, entities: str, table: str) -> dict[int, list[tuple[int, ...]]]:
        return {number: one[table] for number, one in self.state[entities].items()}

    def expected(self, entity: Entity, view: EntityView | None = None) -> Plain:
        """What the state should be, read off the match itself."""
        view = view or self.schema.root
        plain: Plain = {}
        for each in view.fields:
            value = getattr(entity, each.name)
            if each.kind in {"series", "track"}:
                width = len(each.columns)
                value = [tuple(value[k : k + width]) for k in range(0, len(value), width)]
            elif each.kind == "entities":
                value = {one.id: self.expected(one, each.of) for one in value}
            elif each.kind == "grid":
                value = bytes(value)
            elif each.kind == "ints":
                value = list(value)
            plain[each.name] = value
        return plain
