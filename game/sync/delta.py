"""What has changed since a view was told last, as bytes and as JSON; and the way back.

`StateEncoder` is the server's memory of one view, `StateDecoder` a client's. Their twin is
`web/src/sync/`.
"""

from typing import Any
from weakref import WeakKeyDictionary

from game.rules.entity import Entity

from .generate import codec_of
from .lists import Codec
from .schema import Schema

_codecs: WeakKeyDictionary[Schema, Codec] = WeakKeyDictionary()


class StateEncoder:
    """What one view was told last, and what to tell it next.

    For a private schema `seat` is the one whose part it is; of lists of entities that have an owner only
    that seat's own entity is told.
    """

    def __init__(self, schema: Schema, seat: int = -1) -> None:
        self.schema = schema
        self.seat = seat
        if schema not in _codecs:
            _codecs[schema] = codec_of(schema)
        self._codec = _codecs[schema]
        self._told: Any = None

    def start(self, state: Entity) -> None:
        """Take this state as told: send `full()` to whoever follows from here."""
        self._told = self._codec.first(state, self.seat)

    # hot: once a tick and view; bench/bandwidth.py measures it
    def update(self, state: Entity) -> bytes:
        """The update of the root since what was told last; a zero byte when nothing changed.

        The state becomes what was told. Lists of a state may be appended to and replaced, but a list
        that was told must never change in place before its end. Raises ValueError if ids do not rise.
        """
        return self._codec.change(state, self._told, self.seat, 0)

    def update_json(self, state: Entity) -> tuple[bytes, dict[str, object]]:
        """`update` in both forms: the bytes and the `changes` of the JSON framing."""
        said: dict[str, object] = {}
        return self._codec.change_json(state, self._told, self.seat, 0, said), said

    def full(self) -> bytes:
        """The root in full as it was told last.

        The next update can be read by whoever starts with it, and still by whoever followed so far.
        """
        return self._codec.full(self._told)

    def full_json(self) -> dict[str, object]:
        """`full` as the `state` of the JSON framing."""
        return self._codec.full_json(self._told)
