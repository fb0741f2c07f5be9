"""Private streams: what single people see beside the state that all share, which is hidden from the others.

A part of the state is private to the owner of a seat, or to the host. It is sent to one connection, and only
when it has changed.
"""

from game.protocol.events import PrivateJson
from game.rooms.outbox import Message
from game.rules import Match
from game.sync.delta import StateEncoder
from game.sync.schema import Schema
from game.sync.wire import private_frame

HOST_SEAT = 0
NO_CHANGE = b"\0"


class PrivateStreams:
    """The private parts of one match. `seat` None stands for the host's part.

    Attributes:
        any: the game has private parts.
    """

    def __init__(self, m: Match) -> None:
        private = Schema.of(m.game).private
        self._owner = private.get("owner")
        self._host = private.get("host")
        self.any = self._owner is not None or self._host is not None
        self._encoders: dict[int | None, StateEncoder] = {}

    def full(self, m: Match, seat: int | None) -> Message | None:
        """The whole private part, from which the updates go on; None if the game has none of this kind."""
        schema = self._host if seat is None else self._owner
        if schema is None:
            return None
        number = HOST_SEAT if seat is None else seat
        encoder = self._encoders[seat] = StateEncoder(schema, number)
        encoder.start(m.state)
        frame = private_frame(number, encoder.full(), is_full=True, of_host=seat is None)
        state = encoder.full_json()
        return Message("p", frame, lambda: PrivateJson(number, seat is None, state=state))

    # hot: in games with hidden information, once per tick and person
    def update(self, m: Match, seat: int | None, with_json: bool) -> Message | None:
        """What changed in a private part since its last message; None when nothing did."""
        encoder = self._encoders.get(seat)
        if encoder is None:
            return self.full(m, seat)
        changes: dict[str, object] = {}
        if with_json:
            body, changes = encoder.update_json(m.state)
        else:
            body = encoder.update(m.state)
        if body == NO_CHANGE:
            return None
        number = HOST_SEAT if seat is None else seat
        frame = private_frame(number, body, of_host=seat is None)
        return Message("p", frame, lambda: PrivateJson(number, seat is None, changes=changes))

    def forget(self, seat: int | None) -> None:
        """Nobody follows this part any more; the next follower receives it in full."""
        self._encoders.pop(seat, None)
