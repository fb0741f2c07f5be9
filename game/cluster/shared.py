"""The front of a worker among others: it serves its own rooms, and forwards what concerns rooms elsewhere.

*Abroad* is a connection here whose room is elsewhere; the room's *home* is the process that owns it. Looking
a home up may take a while and happens in greenlets that the node spawns; everything else is at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from game.cluster import letters as l
from game.cluster.courier import Couriers, Taken
from game.cluster.edge import Edge
from game.cluster.front import Answer, Later
from game.cluster.outbox import SharedOutbox, room_of
from game.rooms import commands as c
from game.rooms.desk import Desk
from game.rooms.lobby import normal_code
from game.rooms.orders import ORDERS
from game.rooms.outbox import Message
from game.rooms.refusal import Refused
from game.rooms.room import Room
from game.sync.wire import InputMessage

log = logging.getLogger("rumpus.cluster")

ANSWER_MS = 5000
PATIENCE_MS = 40_000
"""How long a connection that was in a room is kept while its room cannot be found."""
AGAIN_MS = 60
DOUBT_MS = 3000
WAYS_IN: dict[str, type[c.Command]] = {"create": c.Create, "join": c.Join, "quick": c.Quick}
BUSY = Refused("busy", "The server is busy with something. Try again in a moment.")


class Unsure(Exception):
    """Where a room is cannot be said right now; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a room is."""

    process: str
    epoch: int


class Finder(Protocol):
    """What the front asks of the node."""

    def locate(self, code: str) -> Home | None:
        """The home of a room, claimed first if its owner is dead; None: no such room. Raises Unsure."""

    def spawn(self, work: Callable[[], None], after_ms: int = 0) -> None:
        """Run something beside, that may wait."""

    def place_new(self) -> str:
        """The process that should get a new room."""

    def quick_home(self, game: str, device: str) -> str:
        """The process that has the best room for quick play."""

    def receive(self, handed: l.Handed, sender: str) -> None:
        """A room was given to this worker."""

    def hold_answer(self, code: str, answer: Callable[[], None]) -> bool:
        """Whether chat of this room waits to be safe; `answer` is called when it is."""

    def record(self) -> None:
        """There may be a new room, whose owner all should know at once."""

    def blocked(self) -> bool:
        """Whether this worker may not speak for its rooms at the moment."""

    def wake(self) -> None:
        """There are letters to be sent."""


@dataclass(slots=True)
class _Asked:
    process: str
    until_ms: int
    done: Callable[[l.Answered | None], None]


class SharedFront:
    """Implements Front. `now_ms` is the world's clock.

    Attributes:
        abroad: rooms by the sids of connections here whose room is elsewhere.
        homes: where those rooms are.
        moving: rooms on their way out, with what must wait until they have gone.
    """

    def __init__(
        self,
        process: str,
        desk: Desk,
        edge: Edge,
        outbox: SharedOutbox,
        couriers: Couriers,
        now_ms: Callable[[], int],
    ) -> None:
        self.process = process
        self.desk = desk
        self.outbox = outbox
        self.finder: Finder
        self._edge = edge
        self._couriers = couriers
        self._now_ms = now_ms
        self.abroad: dict[str, str] = {}
        self.homes: dict[str, Home] = {}
        self.moving: dict[str, list[Callable[[], None]]] = {}
        self._asked: dict[int, _Asked] = {}
        self._last_ask = 0
        self._reattaching: set[str] = set()
        self._doubted: dict[str, int] = {}

    def post(self, process: str, letter: l.AnyLetter) -> bool:
        """Write to another process; False while nothing gets there."""
        posted = self._couriers.to(process).post(letter)
        self.finder.wake()
        return posted

    # --- what connections here ask ------------------------------------------------------------

    def enter(self, sid: str, device: str, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Carry out Create, Join, Quick or Demo, here or elsewhere. Raises Refused."""
        if self.finder.blocked():
            raise BUSY
        if isinstance(command, c.Join):
            code = normal_code(command.code)
            if code in self.desk.lobby.rooms and code not in self.moving:
                return self._enter_here(sid, device, command)
            self._enter_by_code(sid, device, command, code, now_ms + ANSWER_MS, later)
            return None
        target = self.process
        if isinstance(command, c.Create):
            target = self.finder.place_new()
        elif isinstance(command, c.Quick):
            target = self.finder.quick_home(command.game or "", device)
        if target == self.process:
            return self._enter_here(sid, device, command)
        what = "create" if isinstance(command, c.Create) else "quick"
        self._ask(
            target, sid, device, what, "", command, lambda told: self._entered(sid, target, told, later)
        )
        return None

    def _enter_here(self, sid: str, device: str, command: c.Command) -> Answer:
        answer = self.desk.enter(sid, device, command, self._now_ms())
        self.finder.record()
        self._leave_abroad(sid, str(answer["code"]))
        return answer

    def _leave_abroad(self, sid: str, code: str) -> None:
        """The connection is in room `code` now: it leaves the one it was in elsewhere."""
        before = self.abroad.pop(sid, None)
        if before is not None and before != code and before in self.homes:
            passport = self._edge.passport(sid)
            device = passport.device if passport is not None else ""
            self._ask(
                self.homes[before].process, sid, device, "leave", before, c.Nothing(), lambda told: None
            )

    def _enter_by_code(
        self, sid: str, device: str, command: c.Join, code: str, until_ms: int, later: Later
    ) -> None:
        def answered(told: l.Answered | None, process: str) -> None:
            if told is not None and not told.ok and told.data["code"] == "moved":
                self._again(until_ms, look, lambda: later(BUSY))
            else:
                self._entered(sid, process, told, later)

        def look() -> None:
            try:
                home = self.finder.locate(code)
            except Unsure:
                self._again(until_ms, look, lambda: later(BUSY))
                return
            if home is None:
                later(Refused("no_room", NO_ROOM))
            elif home.process == self.process:
                try:
                    later(self._enter_here(sid, device, command))
                except Refused as refused:
                    later(refused)
            else:
                self._know(code, home)
                process = home.process
                self._ask(process, sid, device, "join", code, command, lambda told: answered(told, process))

        self.finder.spawn(look)

    def _again(self, until_ms: int, work: Callable[[], None], give_up: Callable[[], None]) -> None:
        if self._now_ms() >= until_ms:
            give_up()
        else:
            self.finder.spawn(work, AGAIN_MS)

    def _entered(self, sid: str, process: str, told: l.Answered | None, later: Later) -> None:
        if told is None:
            later(BUSY)
        elif not told.ok:
            later(Refused(str(told.data["code"]), str(told.data["message"])))
        elif self._edge.passport(sid) is None:
            self.post(process, l.Left(sid, str(told.data["code"])))
        else:
            self._settle(sid, str(told.data["code"]), Home(process, told.epoch))
            later(told.data)

    def _settle(self, sid: str, code: str, home: Home) -> None:
        """The connection is in a room elsewhere from now on."""
        place = self.desk.place(sid)
        if place is not None and place[0].code != code:
            self.desk.order(sid, "leave", c.Nothing(), self._now_ms())
        self._leave_abroad(sid, code)
        self.abroad[sid] = code
        self._know(code, home)

    def _know(self, code: str, home: Home) -> None:
        known = self.homes.get(code)
        if known is None or home.epoch >= known.epoch:
            self.homes[code] = home

    def arrived(self, sid: str) -> None:
        """The connection has its answer: a room here sends its match now; elsewhere it was sent along."""
        if sid not in self.abroad:
            self.desk.follow(sid)

    def resume(
        self, sid: str, device: str, code: str, now_ms: int, done: Callable[[Answer | None], None]
    ) -> None:
        """Bring a returning device back into its room, wherever that is."""
        if code in self.desk.lobby.rooms and code not in self.moving and not self.finder.blocked():
            done(self.desk.resume(sid, device, code, now_ms))
            return
        self._seek(sid, device, code, now_ms + ANSWER_MS, done)

    def _seek(
        self, sid: str, device: str, code: str, until_ms: int, done: Callable[[Answer | None], None]
    ) -> None:
        def give_up() -> None:
            # Unsure is not gone: whoever comes back later may find it.
            self._edge.close(sid, "draining", "The server looks for your room. One moment.")

        def answered(told: l.Answered | None, process: str) -> None:
            if self._edge.passport(sid) is None:
                if told is not None and told.ok:
                    self.post(process, l.Left(sid, code))
            elif told is None or (not told.ok and told.data["code"] == "moved"):
                self.homes.pop(code, None)
                self._again(until_ms, look, give_up)
            elif not told.ok:
                done(None)
            else:
                self._settle(sid, code, Home(process, told.epoch))
                done(told.data)

        def look() -> None:
            if self._edge.passport(sid) is None:
                return
            try:
                home = self.finder.locate(code)
            except Unsure:
                self._again(until_ms, look, give_up)
                return
            if home is None:
                done(None)
            elif home.process == self.process:
                if code in self.moving or self.finder.blocked():
                    self._again(until_ms, look, give_up)
                    return
                self.abroad.pop(sid, None)
                done(self.desk.resume(sid, device, code, self._now_ms()))
            else:
                process = home.process
                self._know(code, home)
                self._ask(
                    process, sid, device, "resume", code, c.Nothing(), lambda told: answered(told, process)
                )

        self.finder.spawn(look)

    def follow(self, sid: str) -> None:
        """Send the connection the running match once more."""
        code = self.abroad.get(sid)
        if code is None:
            self.desk.follow(sid)
        elif code in self.homes:
            self.post(self.homes[code].process, l.Follow(sid, code))

    def order(self, sid: str, name: str, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Carry out a command, here or where the room is. Raises Refused."""
        code = self.abroad.get(sid)
        if code is not None:
            self._order_abroad(sid, code, name, command, later)
            return None
        if self.finder.blocked():
            raise BUSY
        return self._order_here(sid, name, command, now_ms, later)

    def _order_here(
        self, member: str, name: str, command: c.Command, now_ms: int, later: Later
    ) -> Answer | None:
        place = self.desk.place(member)
        if place is not None and place[0].code in self.moving:
            self.moving[place[0].code].append(lambda: self._order_moved(member, name, command, later))
            return None
        answer = self.desk.order(member, name, command, now_ms)
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

    def _order_abroad(self, sid: str, code: str, name: str, command: c.Command, later: Later) -> None:
        def answered(told: l.Answered | None) -> None:
            if told is None or (not told.ok and told.data["code"] == "moved"):
                if self.homes.get(code, home) != home:
                    self._order_abroad(sid, code, name, command, later)
                else:
                    later(BUSY)
                    self._reattach(sid)
                return
            if told.ok and name == "leave":
                self.abroad.pop(sid, None)
            if told.ok:
                later(told.data)
            else:
                later(Refused(str(told.data["code"]), str(told.data["message"])))

        home = self.homes.get(code)
        passport = self._edge.passport(sid)
        if home is None or passport is None:
            later(BUSY)
            self._reattach(sid)
        else:
            self._ask(home.process, sid, passport.device, name, code, command, answered)

    # hot: every press of every player
    def press(self, sid: str, message: InputMessage, now_ms: int) -> None:
        """Take inputs in, or send them where the room is."""
        code = self.abroad.get(sid)
        if code is None:
            self.desk.press(sid, message, now_ms)
        elif code in self.homes:
            letter = l.Pressed(sid, code, message.seat, message.first_seq, message.inputs)
            self.post(self.homes[code].process, letter)

    def measured(self, sid: str, round_trip_ms: float) -> None:
        """A round trip to the connection was timed: the room wants to know."""
        code = self.abroad.get(sid)
        if code is None:
            self.desk.measured(sid, round_trip_ms)
        elif code in self.homes:
            self.post(self.homes[code].process, l.Measured(sid, code, round_trip_ms))

    def detach(self, sid: str, now_ms: int) -> None:
        """The connection is gone."""
        self._reattaching.discard(sid)
        code = self.abroad.pop(sid, None)
        if code is None:
            self.desk.detach(sid, now_ms)
        elif code in self.homes:
            self.post(self.homes[code].process, l.Left(sid, code))
        if self._edge.watching(sid) is not None:
            self._edge.unwatch(sid)

    # --- asking -------------------------------------------------------------------------------

    def _ask(
        self,
        process: str,
        sid: str,
        device: str,
        what: str,
        code: str,
        command: c.Command,
        done: Callable[[l.Answered | None], None],
    ) -> None:
        passport = self._edge.passport(sid)
        self._last_ask += 1
        self._asked[self._last_ask] = _Asked(process, self._now_ms() + ANSWER_MS, done)
        as_json = passport is not None and passport.as_json
        hashed = passport is not None and passport.hash == code
        payload = msgspec.to_builtins(command)
        ask = l.Ask(self._last_ask, sid, device, what, code, as_json, hashed, payload)
        if not self.post(process, ask):
            del self._asked[ask.id]
            self.finder.spawn(lambda: done(None), AGAIN_MS)

    def sweep(self) -> None:
        """Give up what was not answered, and who did not come back; call it some times a second."""
        now_ms = self._now_ms()
        for number in [number for number, one in self._asked.items() if one.until_ms <= now_ms]:
            self._asked.pop(number).done(None)
        for member in [member for member, until_ms in self._doubted.items() if until_ms <= now_ms]:
            del self._doubted[member]
            self.desk.detach(member, now_ms)
        used = set(self.abroad.values())
        for code in [code for code in self.homes if code not in used]:
            del self.homes[code]

    # --- letters ------------------------------------------------------------------------------

    def take(self, sender: str, taken: Taken) -> None:
        """Read what came from another process."""
        if taken.restarted or taken.restored:
            self.doubt(sender)
        for letter in taken.letters:
            try:
                self._read(sender, letter)
            except Exception:
                log.exception("a letter of %s could not be carried out: %.80r", sender, letter)

    def _read(self, sender: str, letter: l.AnyLetter) -> None:
        edge = self._edge
        match letter:
            case l.State():
                if self._is_news(sender, room_of(letter.channel), letter.epoch):
                    told = letter.json
                    edge.state(letter.channel, Message(letter.event, letter.binary, lambda: told))
            case l.Pressed():
                message = InputMessage(letter.seat, letter.first_seq, letter.inputs)
                self.desk.press(f"{sender}/{letter.sid}", message, self._now_ms())
            case l.Measured():
                self.desk.measured(f"{sender}/{letter.sid}", letter.round_trip_ms)
            case l.StateOne():
                said = letter.json
                message_one = Message(letter.event, letter.binary, lambda: said)
                edge.state_one(letter.sid, message_one, letter.droppable)
            case l.Tell():
                if self._is_news(sender, letter.code, letter.epoch):
                    edge.tell(letter.code, letter.event, letter.data)
            case l.TellOne():
                edge.tell_one(letter.sid, letter.event, letter.data)
            case l.Ask():
                self._answer(sender, letter)
            case l.Answered():
                asked = self._asked.pop(letter.id, None)
                if asked is not None:
                    asked.done(letter)
            case l.Left():
                self.desk.detach(f"{sender}/{letter.sid}", self._now_ms())
            case l.Follow():
                self.desk.follow(f"{sender}/{letter.sid}")
            case l.Enter():
                if edge.passport(letter.sid) is not None:
                    edge.enter(letter.code, letter.sid)
            case l.Exit():
                if edge.passport(letter.sid) is not None:
                    edge.exit(letter.code, letter.sid)
            case l.Watch():
                if edge.passport(letter.sid) is not None:
                    edge.watch(letter.channel, letter.sid)
            case l.Unwatch():
                if edge.watching(letter.sid) == letter.channel:
                    edge.unwatch(letter.sid)
            case l.Close():
                edge.close(letter.sid, letter.code, letter.message)
            case l.Handed():
                self.finder.receive(letter, sender)
            case l.Moved():
                self._moved(letter)

    def _is_news(self, sender: str, code: str, epoch: int) -> bool:
        """Whether a room's word is not older than what is known of it; learns of a new home."""
        home = self.homes.get(code)
        if home is None or (epoch == home.epoch and sender == home.process):
            return True
        if epoch <= home.epoch:
            return False
        self.homes[code] = Home(sender, epoch)
        return True

    def _moved(self, letter: l.Moved) -> None:
        known = self.homes.get(letter.code)
        if letter.process:
            self._know(letter.code, Home(letter.process, letter.epoch))
        elif known is not None and known.epoch <= letter.epoch:
            for sid, code in list(self.abroad.items()):
                if code == letter.code:
                    self._reattach(sid)

    def _answer(self, sender: str, ask: l.Ask) -> None:
        """Carry out what a connection elsewhere asks of a room here."""
        member = f"{sender}/{ask.sid}"

        def answer(told: Answer | Refused) -> None:
            if isinstance(told, Refused):
                data: dict[str, Any] = {"code": told.code, "message": told.message}
                self.post(sender, l.Answered(ask.id, False, 0, data))
            else:
                place = self.desk.place(member)
                epoch = place[0].epoch if place is not None else 0
                self.post(sender, l.Answered(ask.id, True, epoch, told))

        if self.finder.blocked():
            answer(MOVED)
            return
        before = self.outbox.passports.get(member)
        self.outbox.passports[member] = (ask.as_json, ask.hashed or (before is not None and before[1]))
        try:
            told = self._carry_out(member, ask, answer)
        except (Refused, msgspec.ValidationError) as error:
            told = error if isinstance(error, Refused) else Refused("bad_request", str(error))
        if told is not None:
            answer(told)
        if ask.what in WAYS_IN or ask.what == "resume":
            self._doubted.pop(member, None)
            self.desk.follow(member)

    def _carry_out(self, member: str, ask: l.Ask, later: Later) -> Answer | Refused | None:
        now_ms = self._now_ms()
        here = ask.code in self.desk.lobby.rooms and ask.code not in self.moving
        if ask.what in ("create", "quick"):
            self.finder.record()
            return self.desk.enter(
                member, ask.device, msgspec.convert(ask.payload, WAYS_IN[ask.what]), now_ms
            )
        if not here:
            return MOVED
        if ask.what == "join":
            return self.desk.enter(member, ask.device, msgspec.convert(ask.payload, c.Join), now_ms)
        if ask.what == "resume":
            joined = self.desk.resume(member, ask.device, ask.code, now_ms)
            return joined if joined is not None else Refused("no_room", NO_ROOM)
        if self.desk.place(member) is None:
            return MOVED
        command = msgspec.convert(ask.payload, ORDERS[ask.what].shape)
        return self._order_here(member, ask.what, command, now_ms, later)

    # --- when something was lost --------------------------------------------------------------

    def doubt(self, process: str) -> None:
        """Letters from or to a process may be lost: its people come again, and ours go to it again."""
        self.unanswered(process)
        for sid, code in list(self.abroad.items()):
            home = self.homes.get(code)
            if home is None or home.process == process:
                self._reattach(sid)
        until_ms = self._now_ms() + DOUBT_MS
        for member in self._members_at(process):
            self._doubted.setdefault(member, until_ms)

    def died(self, process: str) -> None:
        """A process is dead: its people are gone, its rooms will be elsewhere."""
        self.unanswered(process)
        now_ms = self._now_ms()
        for member in self._members_at(process):
            self.desk.detach(member, now_ms)
        for sid, code in list(self.abroad.items()):
            home = self.homes.get(code)
            if home is None or home.process == process:
                self._reattach(sid)

    def asked(self) -> set[str]:
        """The processes that owe an answer."""
        return {one.process for one in self._asked.values()}

    def unanswered(self, process: str) -> None:
        """What a process was asked will not be answered any more."""
        for number in [number for number, one in self._asked.items() if one.process == process]:
            self._asked.pop(number).done(None)

    def _members_at(self, process: str) -> list[str]:
        prefix = process + "/"
        return [
            person.member
            for room in self.desk.lobby
            for person in room.people.values()
            if person.member is not None and person.member.startswith(prefix)
        ]

    def lost(self, room: Room) -> None:
        """Another worker owns a room that was here: our people go there."""
        members = [person.member for person in room.people.values() if person.member is not None]
        for process in self.outbox.processes(room.code):
            self.post(process, l.Moved(room.code, room.epoch, ""))
        self.desk.give_up(room)
        self.outbox.release(room.code, members)
        for member in members:
            if "/" not in member:
                self.abroad[member] = room.code
                self._reattach(member)

    def handed_over(self, room: Room, home: Home) -> None:
        """A room has moved: from now on this worker is an edge for its own people there."""
        members = [person.member for person in room.people.values() if person.member is not None]
        for process in self.outbox.processes(room.code):
            if process != home.process:
                self.post(process, l.Moved(room.code, home.epoch, home.process))
        self.desk.give_up(room)
        self.outbox.release(room.code, members)
        for member in members:
            if "/" not in member:
                self.abroad[member] = room.code
        self._know(room.code, home)
        self.settled(room.code)

    def settled(self, code: str) -> None:
        """A room has moved, or stays after all: do what waited for that."""
        for work in self.moving.pop(code, []):
            work()

    def adopted(self, room: Room, attached: list[l.Attached], tick_at_ms: int) -> None:
        """A room has come with its connections: they are called as this worker calls them."""
        self.outbox.epochs[room.code] = room.epoch
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
                self.abroad.pop(sid, None)
            else:
                self.outbox.passports[member] = (one.as_json, one.hashed)
            channel = None
            if not one.away:
                channel = room.entries_channel if one.predicts else room.code
            self.outbox.adopt(room.code, channel, member)
        self.homes.pop(room.code, None)
        room.taken_over(tick_at_ms)
        self.desk.take_in(room, members)

    def _reattach(self, sid: str) -> None:
        """Bring a connection to its room anew, wherever that is by now, and tell it all of it."""
        code, passport = self.abroad.get(sid), self._edge.passport(sid)
        if code is None or passport is None or sid in self._reattaching:
            return
        self._reattaching.add(sid)

        def done(joined: Answer | None) -> None:
            self._reattaching.discard(sid)
            if joined is None:
                self.abroad.pop(sid, None)
                self._edge.close(sid, "closed", "This room has ended.")
                return
            self._edge.tell_one(sid, "joined", joined)
            self.arrived(sid)

        self._seek(sid, passport.device, code, self._now_ms() + PATIENCE_MS, done)


MOVED = Refused("moved", "This room has moved.")
NO_ROOM = "There is no open room with this code. It may have ended, be full or be locked."
