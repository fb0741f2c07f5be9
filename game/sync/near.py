"""Encoding for a world that is too large to send to everybody: each player receives what is near.

What all share, and each entity of the list that is declared `near`, is encoded once a tick. A player's update
is put together from those pieces, and is an ordinary update: clients know nothing of areas.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from game.rules.entity import Entity

from .generate import codecs_of
from .lists import Codec
from .schema import Schema
from .varint import Reader, varint

ADD, REMOVE = 1, 2


class NearEncoder:
    """The encoder of a match whose schema has a `near` list.

    A follower that holds an entity has received all of it and every change since, so one memory serves all.
    """

    def __init__(self, schema: Schema) -> None:
        near = schema.near
        if near is None or near.of is None:
            raise ValueError(f"{schema.game} tells everybody everything")
        self._name = near.name
        self._bit = 1 << len(schema.root.fields) - 1
        root = replace(schema.root, fields=schema.root.fields[:-1])
        codecs = codecs_of(schema, root)
        self._root: Codec = codecs[root.name]
        self._each: Codec = codecs[near.of.name]
        self._sent: Any = None
        self._ones: dict[int, Any] = {}
        self._mask = 0
        self._body = b""
        self._as_json: dict[str, object] = {}
        self._changes: dict[int, bytes] = {}
        self._json_of: dict[int, dict[str, object]] = {}
        self._fulls: dict[int, bytes] = {}

    def start(self, state: Entity) -> None:
        """Take this state as the base of the next update: new followers need a `full`."""
        self._sent = self._root.first(state, -1)
        self._ones = {one.id: self._each.first(one, -1) for one in getattr(state, self._name)}
        self._fulls = {}

    # hot: once a tick; python -m bench.field measures it
    def step(self, state: Entity, with_json: bool) -> None:
        """Encode what has changed since the last step, from which `update` is put together."""
        each = self._each
        changes: dict[int, bytes] = {}
        json_of: dict[int, dict[str, object]] = {}
        sent = self._ones
        ones: dict[int, Any] = {}
        for one in getattr(state, self._name):
            number = one.id
            was = sent.get(number)
            if was is None:
                ones[number] = each.first(one, -1)
                continue
            ones[number] = was
            if with_json:
                as_json: dict[str, object] = {}
                change = each.change_json(one, was, -1, 0, as_json)
                if as_json:
                    json_of[number] = as_json
            else:
                change = each.change(one, was, -1, 0)
            if change:
                changes[number] = change
        self._ones = ones
        self._changes = changes
        self._json_of = json_of
        self._fulls = {}
        self._as_json = {}
        if with_json:
            update = self._root.change_json(state, self._sent, -1, 0, self._as_json)
        else:
            update = self._root.change(state, self._sent, -1, 0)
        reader = Reader(update)
        self._mask = reader.varint()
        self._body = update[reader.at :]

    def known(self, ids: Sequence[int]) -> list[int]:
        """Those of these ids that are in the state of the last step."""
        ones = self._ones
        return [number for number in ids if number in ones]

    # hot: once a tick and player
    def update(self, before: Sequence[int], now: Sequence[int]) -> bytes:
        """The update of this tick for one follower.

        Args:
            before: the ids of the entities that the follower holds; they rise.
            now: the ids that it is to hold; they rise, and all of them are `known`.

        Returns:
            The update.
        """
        pieces: list[bytes] = []
        changes = self._changes
        last = -1
        if before == now:
            for number in now:
                change = changes.get(number)
                if change is not None:
                    head = (number - last - 1) * 4 + change[0]
                    pieces += (varint(head), change[1:])
                    last = number
        else:
            held = set(before)
            wanted = set(now)
            for number in sorted(held | wanted):
                head = (number - last - 1) * 4
                if number not in wanted:
                    pieces += (varint(head + REMOVE), b"")
                elif number not in held:
                    pieces += (varint(head + ADD), self._full(number))
                else:
                    change = changes.get(number)
                    if change is None:
                        continue
                    pieces += (varint(head + change[0]), change[1:])
                last = number
        if not pieces:
            return varint(self._mask) + self._body
        return b"".join((varint(self._mask | self._bit), self._body, varint(len(pieces) >> 1), *pieces))

    def update_json(self, before: Sequence[int], now: Sequence[int]) -> dict[str, object]:
        """The same as the `changes` of the JSON framing; needs a step `with_json`."""
        as_json: dict[str, object] = {str(number): None for number in before if not _holds(now, number)}
        for number in now:
            if not _holds(before, number):
                as_json[str(number)] = self._each.full_json(self._ones[number])
            elif number in self._json_of:
                as_json[str(number)] = self._json_of[number]
        return {**self._as_json, self._name: as_json} if as_json else self._as_json

    def full(self, held: Sequence[int]) -> bytes:
        """The root in full as of the last step, with these entities, for a new follower that holds them."""
        out = bytearray(self._root.full(self._sent))
        out += varint(len(held))
        last = -1
        for number in held:
            out += varint((number - last - 1) * 4 + ADD) + self._full(number)
            last = number
        return bytes(out)

    def full_json(self, held: Sequence[int]) -> dict[str, object]:
        """`full` as the `state` of the JSON framing."""
        ones = {str(number): self._each.full_json(self._ones[number]) for number in held}
        return {**self._root.full_json(self._sent), self._name: ones}

    def _full(self, number: int) -> bytes:
        found = self._fulls.get(number)
        if found is None:
            found = self._fulls[number] = self._each.full(self._ones[number])
        return found


def _holds(ids: Sequence[int], number: int) -> bool:
    at = bisect_left(ids, number)
    return at < len(ids) and ids[at] == number
