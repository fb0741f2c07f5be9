"""The service: everything that connections ask of the rooms of one worker, by the connection's name.

A member is the name of a connection, wherever it is attached. The edge hands over checked commands and gets
an answer or Refused; what it hands over could have come from another worker as well.
"""

from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.errors import NO_ROOM, NoSuchRoom, Refused
from game.rooms.handlers import QUIET, carry_out
from game.rooms.lobby import Lobby
from game.rooms.names import clean_name
from game.rooms.people import Person
from game.rooms.phases import Phase
from game.rooms.room import Room
from game.rooms.scheduler import Scheduler
from game.rules.options import BadOption
from game.sync.wire import InputMessage


class RoomService:
    """The front of one worker's rooms."""

    def __init__(self, lobby: Lobby, scheduler: Scheduler, default_game: str) -> None:
        self.lobby = lobby
        self._scheduler = scheduler
        self.default_game = default_game
        self._members: dict[str, tuple[Room, Person]] = {}

    def place(self, member: str) -> tuple[Room, Person] | None:
        """Where a connection is; None when it is in no room, or not any more."""
        place = self._members.get(member)
        if place is None:
            return None
        room, person = place
        if person.member != member or room.closed:
            del self._members[member]
            return None
        return place

    def enter(self, member: str, device: str, command: c.Command, now_ms: int) -> Joined:
        """Carry out Create, Join, Quick or Demo. Raises Refused."""
        if isinstance(command, c.Profile) and command.name is not None and not clean_name(command.name):
            raise Refused("bad_name", "A name needs at least one letter or digit.")
        if isinstance(command, c.Create):
            room = self._create(command, now_ms)
        elif isinstance(command, c.Join):
            found = self.lobby.find(command.code)
            if found is None or found.closed:
                raise NoSuchRoom
            try:
                return self._go_in(member, device, found, command, command.spectate, now_ms)
            except Refused as refused:
                # Missing, full, locked and banned look the same, so that trying codes tells nothing.
                hides = found.private and refused.code != "replaced"
                raise Refused("no_room", NO_ROOM) if hides else refused from None
        elif isinstance(command, c.Quick):
            room = self.lobby.quick(command.game or self.default_game, device, now_ms, command.place)
        elif isinstance(command, c.Demo):
            room = self.lobby.demo(command.game or self.default_game, now_ms)
            self._look_after(room)
            return self._go_in(member, device, room, c.Profile(), True, now_ms)
        else:
            raise Refused("bad_request", "That is no way into a room.")
        self._look_after(room)
        return self._go_in(member, device, room, command, False, now_ms)

    def resume(self, member: str, device: str, code: str, now_ms: int) -> Joined | None:
        """Bring a returning device back into its room; None when that is gone."""
        room = self.lobby.find(code)
        if room is None or room.closed or room.person_of(device) is None:
            return None
        try:
            return self._go_in(member, device, room, c.Profile(), False, now_ms)
        except Refused as refused:
            if refused.code == "replaced":
                # The room stands, so the page must not hear that it is gone.
                self.lobby.context.outbox.close(member, refused.code, refused.message)
            return None

    def joined(self, member: str) -> Joined | None:
        """JOINED as it is now, for a connection that is in a room; None when it is in none."""
        place = self.place(member)
        return None if place is None else place[0].joined(place[1])

    def follow(self, member: str) -> None:
        """A connection has its answer: send it the running match."""
        place = self.place(member)
        if place is not None:
            place[0].tell_setback(place[1])
            try:
                place[0].send_keyframe(member)
            except Exception as error:  # a state that the game's rules made cannot be told
                self._scheduler.fail(place[0], error)

    def order(self, member: str, name: str, command: c.Command, now_ms: int) -> c.Answer:
        """Carry out a command of somebody in a room. Raises Refused."""
        place = self.place(member)
        if place is None:
            raise Refused("not_in_room", "You are in no room.")
        room, person = place
        before = room.phase
        answer = carry_out(room, person, name, command, now_ms)
        if name not in QUIET:
            room.touched += 1
        self._after(room, before)
        if person.id not in room.people:
            self._members.pop(member, None)
        return answer

    # hot: every press of every player
    def press(self, member: str, message: InputMessage, now_ms: int) -> None:
        """Take a person's inputs in; those for a seat that is not theirs are dropped."""
        place = self.place(member)
        if place is None:
            return
        room, person = place
        runner = room.runner
        seat = message.seat
        if runner is None or room.phase is not Phase.LIVE or (seat != person.seat and seat != person.second):
            return
        room.acted(person, now_ms)
        seq = message.first_seq
        try:
            for tick, buttons, value in message.inputs:
                room.press(person, seat, seq, tick, buttons, value, now_ms)
                seq += 1
        except Exception as error:  # the game's rules were asked when the light goes on
            self._scheduler.fail(room, error)

    def measured(self, member: str, round_trip_ms: float) -> None:
        """The edge has timed a round trip to a connection."""
        place = self.place(member)
        if place is not None:
            place[1].latency.measured(round_trip_ms)

    def detach(self, member: str, now_ms: int) -> None:
        """A connection is gone; its seat is held for a while."""
        place = self.place(member)
        self._members.pop(member, None)
        if place is not None:
            place[0].detach(member, now_ms)
            place[0].publish()
            place[0].touched += 1

    def take_in(self, room: Room, members: dict[str, str]) -> None:
        """Look after a room that comes from elsewhere; `members` are its people's connections."""
        self.lobby.rooms[room.code] = room
        for player, member in members.items():
            self._members[member] = (room, room.people[player])
        self._look_after(room)

    def give_up(self, room: Room) -> None:
        """Forget a room that goes on elsewhere; nobody is told, its connections stay open."""
        self._scheduler.drop(room)
        self.lobby.rooms.pop(room.code, None)
        room.closed = True
        for person in room.people.values():
            if person.member is not None:
                self._members.pop(person.member, None)
                person.member = None

    def halt(self, room: Room) -> None:
        """Let no time pass for a room until `go_on`."""
        self._scheduler.drop(room)
        room.scheduled = False

    def go_on(self, room: Room) -> None:
        """Let time pass again after `halt`."""
        self._look_after(room)

    def _create(self, command: c.Create, now_ms: int) -> Room:
        room = self.lobby.open(command.game or self.default_game, now_ms, private=command.private)
        try:
            if command.preset is not None:
                room.choose_preset(command.preset)
            if command.options:
                room.choose_options(command.options)
        except (Refused, BadOption) as error:
            self.lobby.close(room)
            raise error if isinstance(error, Refused) else Refused("bad_option", str(error)) from None
        return room

    def _go_in(
        self, member: str, device: str, room: Room, profile: c.Profile, spectate: bool, now_ms: int
    ) -> Joined:
        before = self.place(member)
        if before is not None and before[0] is not room:
            room.check_welcome(device, member, now_ms, spectate, profile.place)
            before[0].remove(before[1], now_ms)
            before[0].publish()
            before[0].touched += 1
        phase = room.phase
        person = room.welcome(
            device,
            member,
            now_ms,
            name=clean_name(profile.name or ""),
            colour=profile.colour,
            shape=profile.shape,
            spectate=spectate,
            place=profile.place,
        )
        self._members[member] = (room, person)
        room.touched += 1
        answer = room.joined(person)
        self._after(room, phase)
        return answer

    def _look_after(self, room: Room) -> None:
        if not room.scheduled:
            room.scheduled = True
            self._scheduler.add(room)

    def _after(self, room: Room, before: Phase) -> None:
        """Something was done in a room, whose phase was `before`: time may have something to do there."""
        if room.closed:
            self.lobby.close(room)
        elif room.runner is None or room.phase is not before:
            self._scheduler.nudge(room)
