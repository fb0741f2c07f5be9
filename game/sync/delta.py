"""The changes of a view since it was last sent, as bytes and as JSON, and how a client applies them.

`StateEncoder` is the server's memory of one view, `StateDecoder` a client's. Their twin is
`web/src/sync/`.
"""

from typing import Any
from weakref import WeakKeyDictionary

from game.protocol.objects import SchemaInfo, TreeInfo
from game.rules.entity import Entity

from .described import root_of
from .generate import codec_of
from .lists import Codec
from .read import Masks, read_full, read_update
from .schema import Schema
from .tree import Tree, apply, changes_from_json, tree_from_json
from .varint import BadFrame, Reader

_codecs: WeakKeyDictionary[Schema, Codec] = WeakKeyDictionary()


class StateEncoder:
    """The state that the followers of one view hold, and the next update for them.

    For a private schema `seat` is the one whose part it is; of lists of entities that have an owner only
    that seat's own entity is sent.
    """

    def __init__(self, schema: Schema, seat: int = -1) -> None:
        self.schema = schema
        self.seat = seat
        if schema not in _codecs:
            _codecs[schema] = codec_of(schema)
        self._codec = _codecs[schema]
        self._sent: Any = None

    def start(self, state: Entity) -> None:
        """Take this state as the base of the next update; a client that follows from here needs `full()`."""
        self._sent = self._codec.first(state, self.seat)

    # hot: once a tick and view; bench/bandwidth.py measures it
    def update(self, state: Entity) -> bytes:
        """The changes of the root since the last update.

        Lists of a state may be appended to and replaced, but a list that was encoded must never change in
        place before its end.

        Args:
            state: the root; it becomes the base of the next update.

        Returns:
            The update; a zero byte when nothing has changed.

        Raises:
            ValueError: the ids of a list of entities do not rise.
        """
        return self._codec.change(state, self._sent, self.seat, 0)

    def update_json(self, state: Entity) -> tuple[bytes, dict[str, object]]:
        """`update` in both forms: the bytes and the `changes` of the JSON framing."""
        as_json: dict[str, object] = {}
        return self._codec.change_json(state, self._sent, self.seat, 0, as_json), as_json

    def full(self) -> bytes:
        """The root in full as of the last update.

        Returns:
            Bytes from which a new follower can read the next update, as those can that follow already.
        """
        return self._codec.full(self._sent)

    def full_json(self) -> dict[str, object]:
        """`full` as the `state` of the JSON framing."""
        return self._codec.full_json(self._sent)


class StateDecoder:
    """A client's copy of one view, kept up to date by the server's frames.

    `schema` is a SCHEMA of the protocol, or one of its `private` parts. `state` is a tree as
    `game.sync.tree` describes it, changed in place. Whatever raises
    BadFrame has changed nothing. Raises BadSchema for a schema that contradicts itself.
    """

    def __init__(self, schema: TreeInfo | SchemaInfo) -> None:
        self._root = root_of(schema)
        self._masks = Masks()
        self._state: Tree | None = None

    @property
    def state(self) -> Tree:
        """What is known. Raises BadFrame before the first keyframe."""
        if self._state is None:
            raise BadFrame("there is no keyframe to go on from")
        return self._state

    def full(self, data: bytes) -> None:
        """Start again from a root in full."""
        reader = Reader(data)
        tree = read_full(reader, self._root)
        reader.finish()
        self._masks.clear()
        self._state = tree

    def update(self, data: bytes) -> None:
        """Go on by an update of the root."""
        reader = Reader(data)
        try:
            changes = read_update(reader, self._root, self.state, (), self._masks)
            reader.finish()
        except BadFrame:
            self._masks.drop()
            raise
        self._masks.keep()
        apply(self._root, self.state, changes)

    def apply_json_full(self, state: object) -> None:
        """Start again from the `state` of the JSON framing."""
        self._state = tree_from_json(self._root, state)
        self._masks.clear()

    def apply_json_changes(self, changes: object) -> None:
        """Go on by the `changes` of the JSON framing."""
        apply(self._root, self.state, changes_from_json(self._root, changes, self.state))
