"""The roster: who is in a room, who sits where, and who is ready. A seat outlives its player's socket."""

from contextlib import suppress

from game.protocol.fields import NAME_CHARS
from game.rooms.errors import Refused
from game.rooms.lookalikes import skeleton
from game.rooms.names import clean
from game.rooms.people import Person, Seat, unused
from game.rooms.phases import Phase, Turn
from game.rooms.playing import Playing

TAKEN_OVER_TOO_OFTEN = (
    "You are playing in another window, and went from one to the other too often. "
    "Close one of them, or try again here in a few seconds."
)
FALLBACK_NAMES = ("Otter", "Heron", "Lynx", "Wren", "Badger", "Gecko", "Puffin", "Marten", "Ibis", "Newt")


class Roster(Playing):
    """A room with people and bots on its seats."""

    @property
    def inhabited(self) -> bool:
        """Whether anybody here is connected."""
        return any(person.connected for person in self.people.values())

    def person_of(self, device: str) -> Person | None:
        """The person that a device is in this room."""
        for person in self.people.values():
            if person.device == device:
                return person
        return None

    def welcome(
        self,
        device: str,
        member: str,
        now_ms: int,
        *,
        name: str = "",
        colour: int | None = None,
        shape: int | None = None,
        spectate: bool = False,
        place: str = "",
    ) -> Person:
        """Let somebody in, or back in to the seat they had. Raises Refused."""
        self.check_welcome(device, member, now_ms, spectate, place)
        person = self.person_of(device)
        if person is None:
            person = self._admit(device, name, colour, shape, now_ms)
            self.attach(person, member, now_ms)
            if not spectate and not self.demo:
                self.find_seat(person)
        else:
            self.attach(person, member, now_ms)
        person.place = place or person.place
        self.review(now_ms)
        return person

    def check_welcome(
        self, device: str, member: str, now_ms: int, spectate: bool = False, place: str = ""
    ) -> None:
        """Raise Refused if this device would not be let in; `spectate`: it does not want to play."""
        if device in self.banned:
            raise Refused("banned", "The host does not let you into this room.")
        person = self.person_of(device)
        if person is not None:
            if person.member not in (None, member) and not person.takeovers.has(now_ms):
                raise Refused("replaced", TAKEN_OVER_TOO_OFTEN)
            return
        if place in self.banned_places:
            raise Refused("banned", "The host lets nobody new from your address into this room.")
        if self.locked:
            raise Refused("locked", "This room is locked. Ask the host to open it.")
        if self.spectators_full() and (spectate or self.demo or not self.seat_to_be_had()):
            raise Refused("full", "This room is full.")

    def spectators_full(self) -> bool:
        """Whether nobody more may be here without a seat."""
        watching = sum(1 for one in self.people.values() if one.seat is None)
        return watching >= self.context.rooms.max_spectators

    def _admit(self, device: str, name: str, colour: int | None, shape: int | None, now_ms: int) -> Person:
        number = self.next_person
        self.next_person += 1
        person = Person(
            id=f"p{number}",
            device=device,
            name=self.unused_name(name or FALLBACK_NAMES[number % len(FALLBACK_NAMES)]),
            colour=colour if colour is not None else (number - 1) % 8,
            shape=shape if shape is not None else (colour if colour is not None else (number - 1) % 8),
            joined_ms=now_ms,
            active_ms=now_ms,
        )
        self.people[person.id] = person
        if self.owner_device in ("", device) and not self.demo:
            # Who made the room may have left it: on the same device they are its owner again.
            self.owner_device = device
            self.owner = person.id
        if self.host is None and not self.demo:
            self.host = person.id
        return person

    def unused_name(self, wished: str) -> str:
        """The wished name, seemly, with a number behind it if somebody here has one that looks the same."""
        wished = self.seemly(wished)
        taken = {skeleton(person.name) for person in self.people.values()}
        taken.update(skeleton(seat.name) for seat in self.seats.values())
        if skeleton(wished) not in taken:
            return wished
        short = clean(wished, NAME_CHARS - 3)
        number = 2
        while skeleton(f"{short} {number}") in taken:
            number += 1
        return f"{short} {number}"

    def be_polite(self, polite: bool) -> None:
        """Mask coarse words in names and chat from now on, those that are there already too; or mask none."""
        self.polite = polite
        if not polite:
            return
        self.chat.retouch(self.seemly)
        for person in self.people.values():
            if self.seemly(person.name) != person.name:
                person.name = self.unused_name(person.name)
                if person.seat is not None:
                    self.seats[person.seat].name = person.name
            if person.second is not None:
                second = self.seats[person.second]
                if self.seemly(second.name) != second.name:
                    second.name = self.unused_name(second.name)

    def attach(self, person: Person, member: str, now_ms: int) -> None:
        """Connect a person; an older connection of theirs is told and closed."""
        outbox = self.context.outbox
        old = person.member
        # Before the old connection is closed: its end must not count as the person's.
        person.member = member
        if old is not None and old != member:
            person.takeovers.take(now_ms)
            self.forget(old)
            outbox.close(old, "replaced", "You went on in another window.")
        person.generation += 1
        person.gone_ms = None
        person.away = False
        person.active_ms = now_ms
        for number in person.seats():
            seat = self.seats[number]
            seat.held = False
            self._uncover(number)
        outbox.enter(self.code, member)
        person.predicts = False
        outbox.watch(self.code, member)
        self._alone_since = None
        if self.phase is Phase.PAUSED and self.paused_by == "empty":
            self._turn(Turn.RESUME)
            self.paused_by = None
        self._new_host(now_ms)

    def detach(self, member: str, now_ms: int) -> None:
        """A connection is gone; its person's seats are held for a while."""
        for person in self.people.values():
            if person.member == member:
                person.member = None
                person.gone_ms = now_ms
                person.rtt = None
                self.forget(member)
                for number in person.seats():
                    seat = self.seats[number]
                    seat.held = True
                    self._cover(number)
                    if self.phase is Phase.LOBBY:
                        seat.ready = False
                self.review(now_ms)
                break

    def forget(self, member: str) -> None:
        """A connection hears of this room no more."""
        self._viewed.pop(member, None)
        self.keyframes.forget(member)
        self.context.outbox.unwatch(member)
        self.context.outbox.exit(self.code, member)

    def remove(self, person: Person, now_ms: int) -> None:
        """Somebody leaves for good."""
        if person.member is not None:
            self.forget(person.member)
            person.member = None
        self.vacate(person)
        del self.people[person.id]
        self.chat.forget(person.id)
        if self.host == person.id:
            self.host = None
            self._new_host(now_ms)
        self.review(now_ms)

    def vacate(self, person: Person) -> None:
        """Free the person's seats; in a running match they are given up."""
        for number in person.seats():
            self.free(number)
            if self.runner is not None:
                self.runner.secrets.forget(number)
        person.seat = None
        person.second = None
        self.rematch.discard(person.id)

    def free(self, number: int) -> None:
        """Free one seat. What follows from it for the room, `review` decides."""
        seat = self.seats.get(number)
        if seat is None:
            return
        if self.runner is not None and seat.playing and self.phase in (Phase.LIVE, Phase.PAUSED):
            self.runner.leave(number)
        del self.seats[number]

    def free_seat(self) -> int | None:
        """The lowest free seat."""
        for number in range(self.game.seats[1]):
            if number not in self.seats:
                return number
        return None

    def seat_to_be_had(self) -> bool:
        """Whether `find_seat` would find one: a free one or, in a quick-play room, a bot's."""
        bots = any(seat.kind == "bot" for seat in self.seats.values())
        return self.free_seat() is not None or (self.fill > 0 and bots)

    def find_seat(self, person: Person) -> bool:
        """Seat a newcomer where there is room, in a quick-play room in a bot's place; False if not."""
        number = self.free_seat() if not self.fill or len(self.seats) < self.fill else None
        if number is None and self.fill:
            number = next(
                (n for n, seat in sorted(self.seats.items()) if seat.kind == "bot"), self.free_seat()
            )
        if number is None:
            return False
        self.take_seat(person, number)
        return True

    def take_seat(self, person: Person, number: int, *, name: str = "", second: bool = False) -> None:
        """Put a person on a free seat or in the place of a bot."""
        before = self.seats.pop(number, None)
        seat = Seat(
            kind="human",
            name=self.unused_name(name) if second else person.name,
            colour=unused((seat.colour for seat in self.seats.values()), person.colour),
            shape=unused((seat.shape for seat in self.seats.values()), person.shape),
            player=person.id,
            team=before.team if before is not None else 0,
            # Two at one keyboard agree by one button.
            ready=second and person.seat is not None and self.seats[person.seat].ready,
        )
        if second:
            person.second = number
        else:
            person.seat = number
        self.seats[number] = seat
        self._assign_team(number)
        if self.runner is not None and self.phase in (Phase.LIVE, Phase.PAUSED):
            seat.playing = True
            if before is not None and before.playing:
                self.runner.bots.release(number)
                self.runner.let_go(number)
            else:
                self.runner.join(number, seat.team)

    def add_bot(self, level: int | None = None, style: int | None = None) -> int:
        """Seat a bot and return its seat. Raises Refused when there is no room for it."""
        number = self.free_seat()
        bots = sum(1 for seat in self.seats.values() if seat.kind == "bot")
        if number is None or bots >= self.context.bots_allowed(self.game):
            raise Refused("full", "There is no seat left for another bot.")
        styles = self.game.bot_styles
        chosen = style if style is not None and style < len(styles) else bots % len(styles)
        colour = unused((seat.colour for seat in self.seats.values()), number % 8)
        self.seats[number] = Seat(
            kind="bot",
            name=self.unused_name(styles[chosen]),
            colour=colour,
            shape=unused((seat.shape for seat in self.seats.values()), colour),
            ready=True,
            level=level if level is not None else self.context.bots.level,
            style=chosen,
        )
        self._assign_team(number)
        if self.runner is not None and self.phase in (Phase.LIVE, Phase.PAUSED):
            self.seats[number].playing = True
            self.runner.join(number, self.seats[number].team)
            self.runner.bots.seat(number, self.seats[number].level, chosen)
        return number

    def add_bots(self, level: int | None, style: int | None) -> int:
        """Seat a bot, or as many as make a quarter of a crowd; returns the first's seat. Raises Refused."""
        first = self.add_bot(level, style)
        with suppress(Refused):
            for _ in range(self.game.crowd // 4 - 1):  # nobody adds a crowd one by one
                self.add_bot(level, style)
        return first

    def retrain(self, number: int, level: int | None, style: int | None) -> None:
        """Change a bot's level or style, in a running match too."""
        seat = self.seats[number]
        if level is not None:
            seat.level = level
        if style is not None:
            seat.style = style
            seat.name = ""
            seat.name = self.unused_name(self.game.bot_styles[style])
        if self.runner is not None and seat.playing:
            self.runner.bots.seat(number, seat.level, seat.style)

    def set_ready(self, person: Person, ready: bool, now_ms: int) -> None:
        """Ready or not; when all are, the countdown starts. A player who was ready may stop it."""
        was_ready = any(self.seats[number].ready for number in person.seats())
        for number in person.seats():
            self.seats[number].ready = ready
        if was_ready and not ready and self.phase is Phase.COUNTDOWN and not self.fill:
            self.cancel()
        self.review(now_ms)

    def want_rematch(self, person: Person, want: bool, now_ms: int) -> None:
        """Play again or not; when all who are here want to, it starts."""
        if want:
            self.rematch.add(person.id)
        else:
            self.rematch.discard(person.id)
        self.review(now_ms)

    def review(self, now_ms: int) -> None:
        """Start, cancel or end what the present people, seats and votes ask for.

        Call it after every change of one of them: a condition may hold because somebody else is gone.
        """
        deserted = not (self._has_player() or self.bots_only or self.demo)
        if self.phase is Phase.LOBBY:
            if self._all_ready():
                self._start_if_enough(now_ms)
        elif self.phase is Phase.RESULTS:
            if self._all_want_rematch():
                self._start_if_enough(now_ms)
        elif self.phase is Phase.COUNTDOWN:
            if deserted or not self._enough():
                self.cancel()
        elif deserted:
            self._end_without_players(now_ms)

    def _enough(self) -> bool:
        return len(self.seats) >= self.game.seats[0]

    def _start_if_enough(self, now_ms: int) -> None:
        if self._enough():
            self.take_up_rules()  # they may ask for more players
            if self._enough():
                self.start(now_ms)

    def _all_ready(self) -> bool:
        """Whether each player who is here is ready. Nobody waits for a seat that is held."""
        present = [seat for seat in self.seats.values() if seat.kind == "human" and not seat.held]
        return bool(present) and all(seat.ready for seat in present)

    def _all_want_rematch(self) -> bool:
        present = {p.id for p in self.people.values() if p.connected and p.seat is not None}
        return bool(present) and present <= self.rematch

    def _new_host(self, now_ms: int) -> None:
        """Hand the host's place to whoever has been here longest when the host is gone too long."""
        host = self.people.get(self.host) if self.host is not None else None
        if host is not None and (
            host.gone_ms is None or now_ms - host.gone_ms < self.context.rooms.host_absent_s * 1000
        ):
            return
        present = [person for person in self.people.values() if person.connected]
        if present and not self.demo:
            seated = [person for person in present if person.seat is not None] or present
            self.name_host(min(seated, key=lambda person: person.joined_ms))

    def name_host(self, person: Person) -> None:
        """Make somebody the host; what only the host sees is told to them in full."""
        self.host = person.id
        if self.runner is not None:
            self.runner.secrets.forget(None)

    def acted(self, person: Person, now_ms: int) -> None:
        """Somebody did something."""
        person.active_ms = now_ms
        for number in person.seats():
            if self.seats[number].covered:
                self._uncover(number)

    def give_seat(self, number: int, person: Person, now_ms: int) -> None:
        """Let somebody go on as the player who dropped out of a seat.

        It is for people whose browser has forgotten who they are. Only the host can tell that they are the
        same: a name or an address proves nothing. Raises Refused.
        """
        seat = self.seats.get(number)
        absent = self.people.get(seat.player or "") if seat is not None else None
        if absent is None or absent.connected:
            raise Refused("bad_request", "This seat is not held for anybody.")
        if not person.connected:
            raise Refused("bad_request", f"{person.name} is not connected.")
        self.vacate(person)
        person.seat, person.second = absent.seat, absent.second
        absent.seat = absent.second = None
        for taken in person.seats():
            seat = self.seats[taken]
            seat.player, seat.held = person.id, False
            self._uncover(taken)
            if self.runner is not None:
                self.runner.hand_over(taken)
                self.runner.secrets.forget(taken)
        person.wins += absent.wins
        if self.owner == absent.id:
            self.owner, self.owner_device = person.id, person.device
        if self.pack_by == absent.device:
            self.pack_by = person.device
        known_as = absent.name
        self.remove(absent, now_ms)
        self._call(person, known_as)
        self.publish()
        if person.member is not None and not person.away:
            self.send_keyframe(person.member)

    def _call(self, person: Person, known_as: str) -> None:
        """Name the person on a seat: as it was called, if their own name is that with a number behind it."""
        assert person.seat is not None
        seat = self.seats[person.seat]
        own, person.name, seat.name = person.name, "", ""
        stem, _, number = own.rpartition(" ")
        twin = number.isdigit() and skeleton(stem) == skeleton(clean(known_as, NAME_CHARS - 3))
        person.name = seat.name = self.unused_name(known_as if twin else own)
