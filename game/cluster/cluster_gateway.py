"""The front of a worker among others: it serves its own rooms, and forwards what concerns rooms elsewhere.

What concerns connections here with a room elsewhere is in `abroad`, what others write in `reader`. This file
has what connections ask, and what it means for them when rooms come, go, or are lost.
"""

from collections.abc import Callable

from game.cluster import messages as l
from game.cluster.asks import Asks
from game.cluster.connections import Edge
from game.cluster.gateway import Answer, Later
from game.cluster.homes import ANSWER_MS, BUSY, MOVED, UNSAVED, Finder, Home
from game.cluster.link import Couriers, Taken
from game.cluster.outbox import SharedOutbox
from game.cluster.reader import Reader
from game.cluster.remote import Abroad
from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.errors import Refused
from game.rooms.lobby import normal_code
from game.rooms.room import Room
from game.rooms.service import RoomService
from game.sync.wire import InputMessage

DOUBT_MS = 3000


class SharedFront:
    """Implements Front. `now_ms` is the world's clock; `meet` must be called before anything else.

    Attributes:
        moving: rooms on their way out, with what must wait until they have gone.
        doubted: people at other workers that may be gone, and until when they may come again.
    """

    def __init__(
        self,
        process: str,
        desk: RoomService,
        edge: Edge,
        outbox: SharedOutbox,
        couriers: Couriers,
        now_ms: Callable[[], int],
    ) -> None:
        self.process = process
        self.finder: Finder
        self.moving: dict[str, list[Callable[[], None]]] = {}
        self.doubted: dict[str, int] = {}
        self.asks = Asks(edge, self.post, self._later, now_ms)
        self._desk = desk
        self._outbox = outbox
        self._edge = edge
        self._couriers = couriers
        self._now_ms = now_ms
        self._abroad = Abroad(
            process, desk, edge, self.asks, self.post, self._enter_here, self.moving.__contains__, now_ms
        )
        self._reader = Reader(self, desk, edge, outbox, self._abroad, now_ms)

    def meet(self, finder: Finder) -> None:
        """Learn whom to ask where rooms are."""
        self.finder = self._abroad.finder = finder

    def post(self, process: str, letter: l.AnyLetter) -> bool:
        """Write to another process; False while nothing gets there."""
        posted = self._couriers.to(process).post(letter)
        self.finder.wake()
        return posted

    def reaches(self, process: str) -> bool:
        """Whether letters to that process get there at present."""
        return not self._couriers.to(process).broken

    def _later(self, work: Callable[[], None], after_ms: int) -> None:
        self.finder.spawn(work, after_ms)

    # --- what connections here ask ------------------------------------------------------------

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Joined | None:
        """Carry out Create, Join, Quick or Demo, here or elsewhere. Raises Refused."""
        if self.finder.blocked():
            raise BUSY
        if isinstance(command, c.Join):
            code = normal_code(command.code)
            if code in self._desk.lobby.rooms and code not in self.moving:
                return self._enter_here(sid, device, command, later)
            self._abroad.enter_by_code(sid, device, command, code, later)
            return None
        target = self.process
        if isinstance(command, c.Create):
            target = self.finder.place_new()
        elif isinstance(command, c.Quick):
            target = self.finder.quick_home(command.game or "", device)
        if target == self.process:
            return self._enter_here(sid, device, command, later)
        what = "create" if isinstance(command, c.Create) else "quick"
        self.asks.ask(
            target,
            sid,
            device,
            what,
            "",
            command,
            lambda told: self._abroad.entered(sid, target, told, later),
        )
        return None

    def _enter_here(self, sid: str, device: str, command: c.Command, later: Later) -> Joined | None:
        answer = self._desk.enter(sid, device, command, self._now_ms())
        self._abroad.leave(sid, answer.code)
        return self.when_recorded(sid, answer, later)

    def when_recorded(self, member: str, answer: Joined, later: Later) -> Joined | None:
        """Hold the answer to a way in back until the room is recorded.

        The answer has the room's code: whoever is given it may come by another worker, which looks it up.
        """
        code = answer.code

        def done(recorded: bool) -> None:
            now = self._desk.joined(member)  # the room has changed meanwhile
            if now is None or now.code != code:
                later(BUSY)
            elif recorded:
                later(now)
            else:
                self._desk.order(member, "leave", c.Nothing(), self._now_ms())
                later(BUSY)

        return None if self.finder.hold_way_in(code, done) else answer

    def arrived(self, sid: str) -> None:
        """The connection has its answer: a room here sends its match now; elsewhere it was sent along."""
        if sid not in self._abroad.rooms:
            self._desk.follow(sid)

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room, wherever that is."""
        if code in self._desk.lobby.rooms and code not in self.moving and not self.finder.blocked():
            done(self._desk.resume(sid, device, code, now_ms))
            return
        self._abroad.seek(sid, device, code, now_ms + ANSWER_MS, done)

    def follow(self, sid: str) -> None:
        """Send the connection the running match once more."""
        code = self._abroad.rooms.get(sid)
        if code is None:
            self._desk.follow(sid)
        elif (home := self._abroad.home_of(sid)) is not None:
            self.post(home.process, l.Follow(sid, code))

    def order(self, sid: str, name: str, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Carry out a command, here or where the room is. Raises Refused."""
        code = self._abroad.rooms.get(sid)
        if code is not None:
            self._abroad.order(sid, code, name, command, later)
            return None
        if self.finder.blocked():
            raise BUSY
        return self.order_here(sid, name, command, now_ms, later)

    def order_here(
        self, member: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> Answer | None:
        """Carry out a command in a room here, for a connection here or at another worker. Raises Refused."""
        place = self._desk.place(member)
        if place is not None and place[0].code in self.moving:
            self.moving[place[0].code].append(lambda: self._order_moved(member, name, command, later))
            return None
        if isinstance(command, c.Say) and place is not None:
            room, person = place
            if not self.finder.takes_answers(room.code):
                raise BUSY
            if command.n > room.chat.writer(person.id).last_n and not self.finder.takes_chat(room.code):
                raise UNSAVED
        answer = self._desk.order(member, name, command, now_ms)
        if name == "chat" and place is not None:
            told = answer
            if self.finder.hold_answer(place[0].code, lambda: later(told)):
                return None
        return answer

    def _order_moved(self, member: str, name: str, command: c.Command, later: Later) -> None:
        """An order waited while its room moved: it goes where the room went."""
        if "/" in member:
            later(MOVED)
            return
        try:
            answer = self.order(member, name, command, self._now_ms(), later)
        except Refused as refused:
            later(refused)
        else:
            if answer is not None:
                later(answer)

    # hot: every press of every player
    def press(self, sid: str, message: InputMessage, now_ms: int) -> None:
        """Take inputs in, or send them where the room is."""
        code = self._abroad.rooms.get(sid)
        if code is None:
            self._desk.press(sid, message, now_ms)
        elif (home := self._abroad.home_of(sid)) is not None:
            self.post(home.process, l.Pressed(sid, code, message.seat, message.first_seq, message.inputs))

    def measured(self, sid: str, round_trip_ms: float) -> None:
        """A round trip to the connection was timed: the room wants to know."""
        code = self._abroad.rooms.get(sid)
        if code is None:
            self._desk.measured(sid, round_trip_ms)
        elif (home := self._abroad.home_of(sid)) is not None:
            self.post(home.process, l.Measured(sid, code, round_trip_ms))

    def detach(self, sid: str, now_ms: int) -> None:
        """The connection is gone."""
        if sid not in self._abroad.rooms:
            self._desk.detach(sid, now_ms)
        self._abroad.forget(sid)
        if self._edge.watching(sid) is not None:
            self._edge.unwatch(sid)

    def take(self, sender: str, taken: Taken) -> None:
        """Read what came from another process."""
        self._reader.take(sender, taken)

    # --- order --------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Give up what was not answered, and who did not come back; forget people and rooms that are gone.

        Call it some times a second.
        """
        now_ms = self._now_ms()
        self.asks.sweep()
        self._abroad.sweep()
        for member in [member for member, until_ms in self.doubted.items() if until_ms <= now_ms]:
            del self.doubted[member]
            self._desk.detach(member, now_ms)
        for member in [member for member in self._outbox.passports if self._desk.place(member) is None]:
            del self._outbox.passports[member]
        for code in [code for code in self._outbox.epochs if code not in self._desk.lobby.rooms]:
            del self._outbox.epochs[code]

    # --- when something was lost --------------------------------------------------------------

    def doubt(self, process: str) -> None:
        """Letters from or to a process may be lost: its people come again, and ours go to it again."""
        self.asks.unanswered(process)
        for sid in self._abroad.at(process):
            self._abroad.reattach(sid)
        until_ms = self._now_ms() + DOUBT_MS
        for member in self._members_at(process):
            self.doubted.setdefault(member, until_ms)

    def died(self, process: str) -> None:
        """A process is dead: its people are gone, its rooms will be elsewhere."""
        self.asks.unanswered(process)
        now_ms = self._now_ms()
        for member in self._members_at(process):
            self._desk.detach(member, now_ms)
        for sid in self._abroad.at(process):
            self._abroad.reattach(sid)

    def _members_at(self, process: str) -> list[str]:
        prefix = process + "/"
        return [
            person.member
            for room in self._desk.lobby
            for person in room.people.values()
            if person.member is not None and person.member.startswith(prefix)
        ]

    def lost(self, room: Room) -> None:
        """Another worker owns a room that was here: our people go there."""
        members = [person.member for person in room.people.values() if person.member is not None]
        for process in self._outbox.processes(room.code):
            self.post(process, l.Moved(room.code, room.epoch, ""))
        self._desk.give_up(room)
        self._outbox.release(room.code, members)
        for member in members:
            if "/" not in member:
                self._abroad.rooms[member] = room.code
                self._abroad.reattach(member)

    def handed_over(self, room: Room, home: Home) -> None:
        """A room has moved: from now on this worker is an edge for its own people there."""
        members = [person.member for person in room.people.values() if person.member is not None]
        for process in self._outbox.processes(room.code):
            if process != home.process:
                self.post(process, l.Moved(room.code, home.epoch, home.process))
        self._desk.give_up(room)
        self._outbox.release(room.code, members)
        for member in members:
            if "/" not in member:
                self._abroad.rooms[member] = room.code
        self._abroad.know(room.code, home)
        self.settled(room.code)

    def call_back(self, room: Room, processes: list[str]) -> None:
        """A room has come without its connections: whoever has some brings them here anew."""
        for process in processes:
            self.post(process, l.Moved(room.code, room.epoch, ""))
        for sid in [sid for sid, code in self._abroad.rooms.items() if code == room.code]:
            self._abroad.reattach(sid)

    def settled(self, code: str) -> None:
        """A room has moved, or stays after all: do what waited for that."""
        for work in self.moving.pop(code, []):
            work()

    def adopted(self, room: Room, attached: list[l.Attached], tick_at_ms: int) -> None:
        """A room has come with its connections: they are called as this worker calls them."""
        self._outbox.epochs[room.code] = room.epoch
        members: dict[str, str] = {}
        for one in attached:
            process, _, sid = one.member.rpartition("/")
            member = sid if process == self.process else one.member
            person = room.people.get(one.person)
            if person is None or (member == sid and self._edge.passport(sid) is None):
                continue
            person.member, person.gone_ms, person.away = member, None, one.away
            person.predicts, person.rtt = one.predicts, one.rtt
            for number in person.seats():
                room.seats[number].held = False
            members[person.id] = member
            if member == sid:
                self._abroad.rooms.pop(sid, None)
            else:
                self._outbox.passports[member] = (one.as_json, one.hashed)
            channel = None
            if not one.away:
                channel = room.entries_channel if one.predicts else room.code
            self._outbox.adopt(room.code, channel, member)
        self._abroad.homes.pop(room.code, None)
        room.taken_over(tick_at_ms)
        self._desk.take_in(room, members)
        if room.setback:
            # What they know of it is not what it is: they are given all of it again.
            for player, member in members.items():
                self._outbox.tell_one(member, "joined", room.joined(room.people[player]))
                self._desk.follow(member)
