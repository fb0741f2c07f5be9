"""The entrance: how a visitor gets into a room, and what an outsider may learn by trying."""

from typing import Any

from game.net.visitors import Visitor, Visitors
from game.rooms import commands as c
from game.rooms.lobby import Lobby
from game.rooms.refusal import Refused
from game.rooms.room import Room
from game.rooms.scheduler import Scheduler
from game.rooms.text import clean_name
from game.rules.options import BadOption

Answer = dict[str, Any]

NO_ROOM = "There is no open room with this code. It may have ended, be full or be locked."


class Entrance:
    """Create, join, quick play, the demonstration, and the way back in."""

    def __init__(self, lobby: Lobby, scheduler: Scheduler, visitors: Visitors, default_game: str) -> None:
        self._lobby = lobby
        self._scheduler = scheduler
        self._visitors = visitors
        self._default_game = default_game

    def enter(self, visitor: Visitor, name: str, command: c.Command, now_ms: int) -> Answer:
        """Carry out create, join, quick or demo. Raises Refused."""
        if isinstance(command, c.Profile) and command.name is not None and not clean_name(command.name):
            raise Refused("bad_name", "A name needs at least one letter or digit.")
        if isinstance(command, c.Create):
            return self._create(visitor, command, now_ms)
        if isinstance(command, c.Join):
            return self._join(visitor, command, now_ms)
        if isinstance(command, c.Quick):
            room = self._opened(self._lobby.quick(command.game or self._default_game, now_ms))
            return self._go_in(visitor, room, command, False, now_ms)
        assert isinstance(command, c.Demo), name
        room = self._opened(self._lobby.demo(command.game or self._default_game, now_ms))
        return self._go_in(visitor, room, c.Profile(), True, now_ms)

    def resume(self, visitor: Visitor, code: str, now_ms: int) -> Answer | None:
        """Bring a returning device back into its room; None when that is gone."""
        room = self._lobby.find(code)
        if room is None or room.closed or room.person_of(visitor.device) is None:
            return None
        try:
            return self._go_in(visitor, room, c.Profile(), False, now_ms)
        except Refused:
            return None

    def after(self, room: Room, now_ms: int) -> None:
        """A command was carried out in `room`: time may have something to do there."""
        if room.closed:
            self._lobby.close(room)
        elif room.live is None:
            self._scheduler.nudge(room)

    def _create(self, visitor: Visitor, command: c.Create, now_ms: int) -> Answer:
        if not self._visitors.allowance(visitor.address, now_ms).creates.take(now_ms):
            raise Refused("too_fast", "Too many rooms were opened from here. Wait a minute.")
        room = self._lobby.open(command.game or self._default_game, now_ms, private=command.private)
        try:
            if command.preset is not None:
                room.choose_preset(command.preset)
            if command.options:
                room.choose_options(command.options)
        except (Refused, BadOption) as error:
            self._lobby.close(room)
            raise error if isinstance(error, Refused) else Refused("bad_option", str(error)) from None
        return self._go_in(visitor, self._opened(room), command, False, now_ms)

    def _join(self, visitor: Visitor, command: c.Join, now_ms: int) -> Answer:
        allowance = self._visitors.allowance(visitor.address, now_ms)
        if not allowance.joins.has(now_ms):
            raise Refused("too_fast", "Too many codes were tried from here. Wait a minute.")
        room = self._lobby.find(command.code)
        try:
            if room is None or room.closed:
                raise Refused("no_room", NO_ROOM)
            return self._go_in(visitor, room, command, command.spectate, now_ms)
        except Refused as refused:
            # Missing, full, locked and banned look the same, so that trying codes tells nothing.
            if room is None or room.private:
                allowance.joins.take(now_ms)
                raise Refused("no_room", NO_ROOM) from None
            raise refused

    def _opened(self, room: Room) -> Room:
        if not room.scheduled:
            room.scheduled = True
            self._scheduler.add(room)
        return room

    def _go_in(self, visitor: Visitor, room: Room, profile: c.Profile, spectate: bool, now_ms: int) -> Answer:
        before, was = visitor.room, visitor.person
        person = room.welcome(
            visitor.device,
            visitor.sid,
            now_ms,
            name=clean_name(profile.name or ""),
            colour=profile.colour,
            shape=profile.shape,
            spectate=spectate,
        )
        if before is not None and before is not room and was is not None and was.id in before.people:
            before.remove(was, now_ms)
            before.publish()
        visitor.room = room
        visitor.person = person
        answer = room.joined(person)
        self.after(room, now_ms)
        return answer
