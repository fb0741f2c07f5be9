"""What single people see of a match beside the view that all share: their own hidden fields, and the host's.

The shared view is encoded once for everybody; only what is private is made for one, and only when it changed.
"""

from game.protocol.events import PrivateJson
from game.rooms.outbox import Message
from game.rules import Match
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import private_frame

HOST_SEAT = 0
NOTHING = b"\0"


class PrivateStreams:
    """The private parts of one match; `seat` None is the host's part."""

    def __init__(self, m: Match) -> None:
        private = Schema.of(m.game).private
        self._owner = private.get("owner")
        self._host = private.get("host")
        self._encoders: dict[int | None, StateEncoder] = {}

    @property
    def any(self) -> bool:
        """Whether the game hides anything for single people."""
        return self._owner is not None or self._host is not None

    def full(self, m: Match, seat: int | None) -> Message | None:
        """The whole private part, from which the updates go on; None when there is none."""
        schema = self._host if seat is None else self._owner
        if schema is None:
            return None
        encoder = self._encoders[seat] = StateEncoder(schema, HOST_SEAT if seat is None else seat)
        encoder.start(m.state)
        frame = private_frame(_number(seat), encoder.full(), is_full=True, of_host=seat is None)
        state = encoder.full_json()
        return Message("p", frame, lambda: PrivateJson(_number(seat), seat is None, state=state))

    # hot: in games with hidden information, once per tick and person
    def update(self, m: Match, seat: int | None, with_json: bool) -> Message | None:
        """What changed in a private part since the last message; None when nothing did."""
        encoder = self._encoders.get(seat)
        if encoder is None:
            return self.full(m, seat)
        changes: dict[str, object] = {}
        if with_json:
            body, changes = encoder.update_json(m.state)
        else:
            body = encoder.update(m.state)
        if body == NOTHING:
            return None
        frame = private_frame(_number(seat), body, of_host=seat is None)
        return Message("p", frame, lambda: PrivateJson(_number(seat), seat is None, changes=changes))

    def forget(self, seat: int | None) -> None:
        """Nobody follows this part any more; whoever does next gets it in full."""
        self._encoders.pop(seat, None)


def _number(seat: int | None) -> int:
    return HOST_SEAT if seat is None else seat
