"""The room service: everything that connections ask of the rooms of one worker.

A member is the name of a connection, to this worker or to another one. Commands are decoded before they come
here, and are answered with what the handler returns or with Refused.
"""

from contextlib import suppress

from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.continuation import OLDER_RULES, Continue
from game.rooms.control_changes import changes_of, cleaned, cost
from game.rooms.errors import NO_ROOM, NoSuchRoom, Refused
from game.rooms.handlers import QUIET, handle
from game.rooms.lag_compensation import common_lead
from game.rooms.lifecycle import Phase
from game.rooms.lobby import Lobby
from game.rooms.match_runner import MatchRunner
from game.rooms.names import clean_name
from game.rooms.people import Person
from game.rooms.room import Room
from game.rooms.scheduler import Scheduler
from game.rules.controls import BadControl
from game.rules.options import BadOption
from game.sync.wire import InputMessage


class RoomService:
    """Finds the room of each connection, and passes commands and inputs to it.

    Args:
        lobby: the worker's rooms.
        scheduler: steps them.
        default_game: the game of a client that names none.
    """

    def __init__(self, lobby: Lobby, scheduler: Scheduler, default_game: str) -> None:
        self.lobby = lobby
        self._scheduler = scheduler
        self.default_game = default_game
        self._places: dict[str, tuple[Room, Person]] = {}

    # hot: every input of every player
    def place(self, member: str) -> tuple[Room, Person] | None:
        """Where a connection is, as (room, person); None when it is in no room."""
        place = self._places.get(member)
        if place is None:
            return None
        room, person = place
        if person.member != member or room.closed:
            del self._places[member]
            return None
        return place

    def enter(self, member: str, device: str, command: c.Command, now_ms: int) -> Joined:
        """Handle Create, Join, Quick or Demo; returns JOINED. Raises Refused."""
        if isinstance(command, c.Profile) and command.name is not None and not clean_name(command.name):
            raise Refused("bad_name", "A name needs at least one letter or digit.")
        if isinstance(command, c.Join):
            return self._join(member, device, command, now_ms)
        if isinstance(command, c.Demo):
            room = self.lobby.demo(command.game or self.default_game, now_ms)
            self._schedule(room)
            return self._go_in(member, device, room, c.Profile(), True, now_ms)
        if isinstance(command, Continue):
            room = self._continue(command, now_ms)
        elif isinstance(command, c.Create):
            room = self._create(command, now_ms)
        elif isinstance(command, c.Quick):
            room = self.lobby.quick(command.game or self.default_game, device, now_ms, command.place)
        else:
            raise Refused("bad_request", "That is no way into a room.")
        self._schedule(room)
        answer = self._go_in(member, device, room, command, False, now_ms)
        if isinstance(command, Continue) and command.seat is not None:
            with suppress(Refused):  # the seat had left the match by then: another one is as good
                room.seating.change_seat(self._places[member][1], command.seat)
                answer = room.publisher.joined(self._places[member][1])
        return answer

    def _continue(self, command: Continue, now_ms: int) -> Room:
        """Open a room in which a kept match goes on. Raises Refused."""
        continuation = command.continuation
        room = self.lobby.open(continuation.game, now_ms)
        sink = self.lobby.context.records
        try:
            if sink is not None and sink.rules(room.game) != continuation.rules:
                raise Refused("older_rules", OLDER_RULES)
            room.choice.continue_match(continuation)
        except (Refused, BadOption) as error:
            self.lobby.close(room)
            raise error if isinstance(error, Refused) else Refused("older_rules", OLDER_RULES) from None
        return room

    def _join(self, member: str, device: str, command: c.Join, now_ms: int) -> Joined:
        room = self.lobby.find(command.code)
        if room is None or room.closed:
            raise NoSuchRoom
        try:
            return self._go_in(member, device, room, command, command.spectate, now_ms)
        except Refused as refused:
            raise _shown(refused, room) from None

    def knock(self, device: str, command: c.Knock, now_ms: int) -> c.Knocked:
        """What is behind a code, for a device that may come in. Raises Refused as `enter` would."""
        room = self.lobby.find(command.code)
        if room is None or room.closed:
            raise NoSuchRoom
        try:
            if room.person_of(device) is None:
                room.seating.check_welcome(device, "", now_ms, command.spectate, command.place)
        except Refused as refused:
            raise _shown(refused, room) from None
        host = room.people.get(room.host or "")
        people = sum(1 for person in room.people.values() if person.connected)
        return c.Knocked(room.game.name, "" if host is None else host.name, people)

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
        return None if place is None else place[0].publisher.joined(place[1])

    def follow(self, member: str) -> None:
        """Send a connection that has its answer the running match."""
        place = self.place(member)
        if place is not None:
            room, person = place
            room.publisher.send_setback(person)
            room.publisher.send_displaced(person)
            try:
                room.replication.send_keyframe(member)
            except Exception as error:  # noqa: BLE001 - rules may make a state that cannot be encoded
                self._scheduler.fail(room, error)

    def command(self, member: str, name: str, command: c.Command, now_ms: int) -> c.Answer:
        """Handle a command of a person in a room. Raises Refused."""
        place = self.place(member)
        if place is None:
            raise Refused("not_in_room", "You are in no room.")
        room, person = place
        before = room.phase
        answer = handle(room, person, name, command, now_ms)
        if name not in QUIET:
            room.touched += 1
        self._after(room, before)
        if person.id not in room.people:
            self._places.pop(member, None)
        return answer

    # hot: every input of every player
    def press(self, member: str, message: InputMessage, now_ms: int) -> None:
        """Queue a person's inputs; those for a seat that is not theirs are dropped."""
        place = self.place(member)
        if place is None:
            return
        room, person = place
        runner = room.runner
        seat = message.seat
        if runner is None or room.phase is not Phase.LIVE or (seat != person.seat and seat != person.second):
            return
        room.seating.acted(person, now_ms)
        try:
            light_tick = room.game.shown(runner.match)
        except Exception as error:  # noqa: BLE001 - rules may raise anything
            self._scheduler.fail(room, error)
            return
        if light_tick >= 0 or message.changes or message.named:
            self._press_whole(room, runner, person, message, light_tick, now_ms)
            return
        seq = message.first_seq
        for tick, buttons, value in message.inputs:
            runner.press(seat, seq, tick, buttons, value or 0)
            seq += 1

    def _press_whole(
        self,
        room: Room,
        runner: MatchRunner,
        person: Person,
        message: InputMessage,
        light_tick: int,
        now_ms: int,
    ) -> None:
        """Queue inputs that change controls other than buttons, or that a reaction is measured by.

        Changes beyond a person's allowance are not taken: the client sends them again.

        Args:
            room: the room.
            runner: its match.
            person: the person who sends them.
            message: the inputs.
            light_tick: the tick in which the light is shown; 0 while there is none; -1 in games without.
            now_ms: when the inputs arrived.
        """
        try:
            changes = changes_of(room.game, message) or ((),) * len(message.inputs)
        except BadControl as error:
            self.lobby.context.outbox.strike(person.member or "", str(error))
            return
        seat, now_tick = message.seat, runner.match.tick
        numbered = enumerate(zip(message.inputs, changes, strict=True), message.first_seq)
        for seq, ((tick, buttons, value), changed) in numbered:
            if seq <= runner.seen_seq(seat):
                continue
            if changed and not person.control_bytes.take(now_ms, cost(changed)):
                return
            if light_tick >= 0:
                due, number = (
                    min(tick, now_tick),
                    self._reaction(room, person, buttons, value, light_tick, now_ms),
                )
            else:
                due, number = tick, value or 0
            runner.press(seat, seq, due, buttons, number, cleaned(room, person, changed))

    @staticmethod
    def _reaction(
        room: Room, person: Person, buttons: int, claim_ms: int | None, light_tick: int, now_ms: int
    ) -> int:
        """The reaction time that counts for a press, in ms; 0 for a release, or while there is no light."""
        runner = room.runner
        if not (light_tick > 0 and buttons and runner is not None):
            return 0
        light_ms = room.tick_at_ms + (light_tick - runner.match.tick) * 1000 // room.game.tick_hz
        others = common_lead(one.latency for one in room.people.values() if one is not person)
        return person.latency.reaction(claim_ms, now_ms - light_ms, others)

    def measured(self, member: str, round_trip_ms: float) -> None:
        """The edge has timed a round trip to a connection."""
        place = self.place(member)
        if place is not None:
            place[1].latency.measured(round_trip_ms)

    def detach(self, member: str, now_ms: int) -> None:
        """A connection is lost; its seat is held for a while."""
        place = self.place(member)
        self._places.pop(member, None)
        if place is not None:
            place[0].seating.detach(member, now_ms)
            place[0].publisher.publish()
            place[0].touched += 1

    def take_in(self, room: Room, members: dict[str, str]) -> None:
        """Take a room from another worker; `members` are its people's connections by player id."""
        self.lobby.rooms[room.code] = room
        for player, member in members.items():
            self._places[member] = (room, room.people[player])
        self._schedule(room)

    def give_up(self, room: Room) -> None:
        """Forget a room that goes on at another worker; its connections stay open and receive nothing."""
        self._scheduler.drop(room)
        self.lobby.rooms.pop(room.code, None)
        room.closed = True
        for person in room.people.values():
            if person.member is not None:
                self._places.pop(person.member, None)
                person.member = None

    def resign(self, code: str, device: str, now_ms: int) -> bool:
        """Let a person leave a room for good, connected or not; False when they are not in it."""
        room = self.lobby.find(code)
        person = None if room is None else room.person_of(device)
        if room is None or person is None:
            return False
        before, member = room.phase, person.member
        room.seating.remove(person, now_ms)
        room.sleeping.run_on()
        room.publisher.publish()
        room.touched += 1
        self._after(room, before)
        if member is not None:
            self._places.pop(member, None)
        return True

    def fall_asleep(self, room: Room) -> None:
        """Let a room without people leave this worker; its match is kept in the records."""
        self._scheduler.drop(room)
        self.lobby.rooms.pop(room.code, None)
        room.closed = True

    def suspend(self, room: Room) -> None:
        """Let no time pass for a room until `resume_time`."""
        self._scheduler.drop(room)
        room.scheduled = False

    def resume_time(self, room: Room) -> None:
        """Let time pass again after `suspend`."""
        self._schedule(room)

    def _create(self, command: c.Create, now_ms: int) -> Room:
        room = self.lobby.open(command.game or self.default_game, now_ms, private=command.private)
        try:
            if command.preset is not None:
                room.choice.choose_preset(command.preset)
            if command.options:
                room.choice.choose_options(command.options)
        except (Refused, BadOption) as error:
            self.lobby.close(room)
            raise error if isinstance(error, Refused) else Refused("bad_option", str(error)) from None
        return room

    def _go_in(
        self, member: str, device: str, room: Room, profile: c.Profile, spectate: bool, now_ms: int
    ) -> Joined:
        before = self.place(member)
        if before is not None and before[0] is not room:
            room.seating.check_welcome(device, member, now_ms, spectate, profile.place)
            before[0].seating.remove(before[1], now_ms)
            before[0].publisher.publish()
            before[0].touched += 1
        phase = room.phase
        person = room.seating.welcome(
            device,
            member,
            now_ms,
            name=clean_name(profile.name or ""),
            colour=profile.colour,
            shape=profile.shape,
            spectate=spectate,
            place=profile.place,
        )
        person.language = profile.language or person.language
        self._places[member] = (room, person)
        room.touched += 1
        answer = room.publisher.joined(person)
        self._after(room, phase)
        return answer

    def _schedule(self, room: Room) -> None:
        if not room.scheduled:
            room.scheduled = True
            self._scheduler.add(room)

    def _after(self, room: Room, before: Phase) -> None:
        """Close or schedule a room in which something was done; `before` is the phase it was in."""
        if room.closed:
            self.lobby.close(room)
        elif room.runner is None or room.phase is not before:
            self._scheduler.nudge(room)


def _shown(refused: Refused, room: Room) -> Refused:
    """How a refusal at the door is shown.

    Args:
        refused: why the room lets somebody not in.
        room: the room.

    Returns:
        The refusal. Missing, full, locked and banned look the same at private rooms, so that trying codes
        shows nothing.
    """
    hides = room.private and refused.code != "replaced"
    return Refused("no_room", NO_ROOM) if hides else refused
