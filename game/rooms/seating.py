"""Seating: who is in a room, who plays on which seat, and who is ready.

A seat outlives its player's connection: it is held for them, and a bot may stand in meanwhile.
"""

from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

from game.protocol.fields import NAME_CHARS
from game.rooms.continuation import ContinuedSeat
from game.rooms.errors import Refused
from game.rooms.lifecycle import RUNNING, Phase
from game.rooms.lookalikes import skeleton
from game.rooms.names import clean
from game.rooms.people import Person, Seat, unused, unused_look

if TYPE_CHECKING:
    from game.rooms.room import Room

TAKEN_OVER_TOO_OFTEN = (
    "You are playing in another window, and went from one to the other too often. "
    "Close one of them, or try again here in a few seconds."
)
FALLBACK_NAMES = (
    "Otter", "Heron", "Lynx", "Wren", "Badger", "Gecko", "Puffin", "Marten", "Ibis", "Newt", "Falcon",
    "Gibbon", "Hare", "Jackdaw", "Koala", "Lemur", "Magpie", "Narwhal", "Ocelot", "Panda", "Quokka",
    "Raven", "Seal", "Tapir", "Urchin", "Vole", "Walrus", "Yak", "Zebra", "Beaver", "Cricket",
    "Dormouse", "Ermine", "Finch", "Goose", "Hedgehog", "Impala", "Jaguar", "Kestrel", "Llama", "Mole",
    "Osprey", "Penguin", "Robin", "Stork",
)  # fmt: skip
"""Names for people who give none. Which one somebody gets depends on the room, so that hosts differ."""


def fallback_name(code: str, number: int) -> str:
    """The name of the person with this number in a room, if they give none."""
    first = crc32(code.encode())
    return FALLBACK_NAMES[(first + number) % len(FALLBACK_NAMES)]


class Seating:
    """The people and the seats of one room."""

    def __init__(self, room: "Room") -> None:
        self._room = room

    # --- people

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
        """Let a person in, or back in to the seat they had.

        Args:
            device: the identity of their browser.
            member: their connection.
            now_ms: the time.
            name: the name they ask for; "" gives them one.
            colour: 0 to 7, or None.
            shape: 0 to 7, or None.
            spectate: they do not want to play.
            place: an opaque mark of their address.

        Returns:
            The person.

        Raises:
            Refused: they may not come in.
        """
        room = self._room
        self.check_welcome(device, member, now_ms, spectate, place)
        person = room.person_of(device)
        if person is None:
            person = self._admit(device, name, colour, shape, now_ms)
            self._attach(person, member, now_ms)
            room.evening.returned(person)
            if not spectate and not room.demo:
                self.find_seat(person)
        else:
            self._attach(person, member, now_ms)
        person.place = place or person.place
        room.replication.attach(person)
        room.lifecycle.review(now_ms)
        room.sleeping.review(now_ms)
        return person

    def check_welcome(
        self, device: str, member: str, now_ms: int, spectate: bool = False, place: str = ""
    ) -> None:
        """Raise Refused if `welcome` with these arguments would."""
        room = self._room
        if device in room.banned:
            raise Refused("banned", "The host does not let you into this room.")
        person = room.person_of(device)
        if person is not None:
            if person.member not in (None, member) and not person.takeovers.has(now_ms):
                raise Refused("replaced", TAKEN_OVER_TOO_OFTEN)
            return
        if place in room.banned_places:
            raise Refused("banned", "The host lets nobody new from your address into this room.")
        if room.locked:
            raise Refused("locked", "This room is locked. Ask the host to open it.")
        if self.spectators_full() and (spectate or room.demo or not self._has_free_seat()):
            raise Refused("full", "This room is full.")

    def spectators_full(self) -> bool:
        """Whether nobody more may be here without a seat."""
        watching = sum(1 for one in self._room.people.values() if one.seat is None)
        return watching >= self._room.context.rooms.max_spectators

    def _admit(self, device: str, name: str, colour: int | None, shape: int | None, now_ms: int) -> Person:
        room = self._room
        number = room.next_person
        room.next_person += 1
        person = Person(
            id=f"p{number}",
            device=device,
            name=self.unused_name(name or fallback_name(room.code, number)),
            colour=colour if colour is not None else (number - 1) % 8,
            shape=shape if shape is not None else (colour if colour is not None else (number - 1) % 8),
            joined_ms=now_ms,
            active_ms=now_ms,
        )
        room.people[person.id] = person
        if room.owner_device in ("", device) and not room.demo:
            # The owner may have left the room: on the same device they are its owner again.
            room.owner_device = device
            room.owner = person.id
        if room.host is None and not room.demo:
            room.host = person.id
        return person

    def _attach(self, person: Person, member: str, now_ms: int) -> None:
        """Give a person this connection; the older one, if there is one, is closed with a reason."""
        room = self._room
        outbox = room.context.outbox
        old = person.member
        # Set before the old connection is closed, whose end must not count as the person's.
        person.member = member
        if old is not None and old != member:
            person.takeovers.take(now_ms)
            self.forget(old)
            outbox.close(old, "replaced", "You went on in another window.")
        person.generation += 1
        person.gone_ms = None
        person.away = False
        person.active_ms = now_ms
        if room.runner is not None:
            room.recording.attended = True
        for number in person.seats():
            room.seats[number].held = False
            self._remove_stand_in(number)
        outbox.enter(room.code, member)
        person.predicts = False
        room.empty_since_ms = None
        if room.phase is Phase.PAUSED and room.paused_by == "empty" and not room.sleeping.holds:
            room.lifecycle.resume(now_ms)
        self.replace_absent_host(now_ms)

    def detach(self, member: str, now_ms: int) -> None:
        """A connection is lost; its person's seats are held for a while."""
        room = self._room
        person = room.person_at(member)
        if person is None:
            return
        person.member = None
        person.gone_ms = now_ms
        person.rtt = None
        self.forget(member)
        for number in person.seats():
            seat = room.seats[number]
            seat.held = True
            self.add_stand_in(number)
            if room.phase is Phase.LOBBY:
                seat.ready = False
        room.lifecycle.review(now_ms)

    def forget(self, member: str) -> None:
        """Let a connection receive nothing of this room any more."""
        self._room.replication.forget(member)
        self._room.context.outbox.exit(self._room.code, member)

    def remove(self, person: Person, now_ms: int) -> None:
        """A person leaves, and their seats are free."""
        room = self._room
        if person.member is not None:
            self.forget(person.member)
            person.member = None
        self.vacate(person)
        del room.people[person.id]
        room.chat.forget(person.id)
        room.next_game.forget(person)
        if room.host == person.id:
            room.host = None
            self.replace_absent_host(now_ms)
        room.lifecycle.review(now_ms)

    def acted(self, person: Person, now_ms: int) -> None:
        """A person did something: they play themselves again."""
        person.active_ms = now_ms
        for number in person.seats():
            if self._room.seats[number].stand_in:
                self._remove_stand_in(number)

    # --- names

    def unused_name(self, wished: str, *, bot: bool = False) -> str:
        """The wished name, masked if the room wants that; numbered if another name here looks the same.

        Bots are numbered II, III …, because a digit behind a bot's name would look like its level.

        Args:
            wished: the name.
            bot: it is a bot's.

        Returns:
            The name.
        """
        room = self._room
        wished = room.masked(wished)
        taken = {skeleton(person.name) for person in room.people.values()}
        taken.update(skeleton(seat.name) for seat in room.seats.values())
        if skeleton(wished) not in taken:
            return wished
        number = 2
        while skeleton(numbered := _numbered(wished, number, bot)) in taken:
            number += 1
        return numbered

    def mask_names(self) -> None:
        """Mask coarse words in the names that are here already."""
        room = self._room
        for person in room.people.values():
            if room.masked(person.name) != person.name:
                person.name = self.unused_name(person.name)
                if person.seat is not None:
                    room.seats[person.seat].name = person.name
            if person.second is not None:
                second = room.seats[person.second]
                if room.masked(second.name) != second.name:
                    second.name = self.unused_name(second.name)

    # --- seats

    def vacate(self, person: Person) -> None:
        """Free a person's seats; in a running match they are given up."""
        room = self._room
        for number in person.seats():
            self.free(number)
            room.replication.change_player(number)
        person.seat = None
        person.second = None
        room.rematch.discard(person.id)

    def free(self, number: int) -> None:
        """Free one seat. Call `review` afterwards."""
        room = self._room
        seat = room.seats.get(number)
        if seat is None:
            return
        if room.runner is not None and seat.playing and room.phase in RUNNING:
            room.runner.leave(number)
            room.recording.seat_left(number, seat)
        del room.seats[number]
        continued = room.continuation.seat(number) if room.continuation is not None else None
        if continued is not None and seat.kind == "human":
            self.put_back(continued)

    def put_back(self, one: ContinuedSeat) -> None:
        """Put a bot on a seat of a match that is to go on."""
        seat = one.as_bot()
        seat.name = ""
        self._room.seats[one.seat] = seat
        seat.name = self.unused_name(one.name)

    def change_seat(self, person: Person, number: int) -> None:
        """Give a person this seat, between matches.

        Args:
            person: the person.
            number: the seat, which is free; in a room in which a kept match goes on, a bot may have it.

        Raises:
            Refused: the seat is taken, or the game does not have it.
        """
        room = self._room
        if room.runner is not None or room.demo:
            raise Refused("wrong_phase", "Seats can be chosen between matches.")
        before = room.seats.get(number)
        if number >= room.game.seats[1]:
            raise Refused("bad_request", f"This game has {room.game.seats[1]} seats.")
        if number == person.seat:
            return
        if before is not None and not (room.continuation is not None and before.kind == "bot"):
            raise Refused("full", "That seat is taken.")
        self.vacate(person)
        self.take_seat(person, number)

    def free_seat(self) -> int | None:
        """The lowest free seat."""
        for number in range(self._room.game.seats[1]):
            if number not in self._room.seats:
                return number
        return None

    def _first_bot(self) -> int | None:
        return next((n for n, seat in sorted(self._room.seats.items()) if seat.kind == "bot"), None)

    def _is_bot(self, number: int) -> bool:
        seat = self._room.seats.get(number)
        return seat is not None and seat.kind == "bot"

    def _has_free_seat(self) -> bool:
        """Whether `find_seat` would find one."""
        return self.free_seat() is not None or self._first_bot() is not None

    def open_seat(self) -> int | None:
        """The seat for one more person: the lowest free one, else that of a bot; None if people have all."""
        number = self.free_seat()
        return self._first_bot() if number is None else number

    def find_seat(self, person: Person) -> bool:
        """Seat a person on a free seat or in a bot's place; False if people have all seats.

        A quick-play room keeps its number of seats: there a bot makes room first.

        Returns:
            Whether they have a seat now.
        """
        room = self._room
        if room.continuation is not None:
            people_first = sorted(room.continuation.seats, key=lambda one: not one.human)
            bots = (one.seat for one in people_first if self._is_bot(one.seat))
            number = next(bots, self.free_seat())
            if number is not None:
                self.take_seat(person, number)
            return number is not None
        bot = self._first_bot() if room.fill and len(room.seats) >= room.fill else None
        number = self.open_seat() if bot is None else bot
        if number is None:
            return False
        self.take_seat(person, number)
        return True

    def take_seat(self, person: Person, number: int, *, name: str = "", second: bool = False) -> None:
        """Put a person on a free seat or in the place of a bot.

        Args:
            person: the person.
            number: the seat.
            name: of a second player.
            second: the seat is for a second player at the same keyboard.
        """
        room = self._room
        before = room.seats.pop(number, None)
        running = room.runner is not None and room.phase in RUNNING
        if before is not None and (running or not room.fill):
            person.displaced = before.name  # bots make room in the lobby of quick play without a word
        colour, shape = unused_look(room.seats.values(), person.colour, person.shape)
        seat = Seat(
            kind="human",
            name=self.unused_name(name) if second else person.name,
            colour=colour,
            shape=shape,
            player=person.id,
            team=before.team if before is not None else 0,
            # Two at one keyboard agree by one button.
            ready=second and person.seat is not None and room.seats[person.seat].ready,
        )
        if second:
            person.second = number
        else:
            person.seat = number
        room.seats[number] = seat
        self._assign_team(number)
        if room.runner is not None and room.phase in RUNNING:
            seat.playing = True
            if before is not None and before.playing:
                room.runner.remove_bot(number)
            else:
                room.runner.join(number, seat.team)

    def give_seat(self, number: int, person: Person, now_ms: int) -> None:
        """Let a person go on as the player who lost the connection to a seat.

        It is for people whose browser has lost its identity. Only the host can tell that they are the same
        person: a name or an address proves nothing.

        Args:
            number: the seat.
            person: the person who takes it over.
            now_ms: the time.

        Raises:
            Refused: the seat is not held, or the person is not connected.
        """
        room = self._room
        seat = room.seats.get(number)
        absent = room.people.get(seat.player or "") if seat is not None else None
        if absent is None or absent.connected:
            raise Refused("bad_request", "This seat is not held for anybody.")
        if not person.connected:
            raise Refused("bad_request", f"{person.name} is not connected.")
        self.vacate(person)
        person.seat, person.second = absent.seat, absent.second
        absent.seat = absent.second = None
        for taken in person.seats():
            seat = room.seats[taken]
            seat.player, seat.held = person.id, False
            self._remove_stand_in(taken)
            if room.runner is not None:
                room.runner.replace_player(taken)
            room.replication.change_player(taken)
        person.wins += absent.wins
        room.evening.continue_as(absent, person)
        if room.owner == absent.id:
            room.owner, room.owner_device = person.id, person.device
        if room.pack_by == absent.device:
            room.pack_by = person.device
        known_as = absent.name
        self.remove(absent, now_ms)
        self._rename_seat(person, known_as)
        room.publisher.publish()
        if person.member is not None and not person.away:
            room.replication.send_keyframe(person.member)

    def _rename_seat(self, person: Person, known_as: str) -> None:
        """Name a person on a seat: as the seat was called, if their own name is that one with a number."""
        assert person.seat is not None
        seat = self._room.seats[person.seat]
        own, person.name, seat.name = person.name, "", ""
        stem, _, number = own.rpartition(" ")
        twin = number.isdigit() and skeleton(stem) == skeleton(clean(known_as, NAME_CHARS - 3))
        person.name = seat.name = self.unused_name(known_as if twin else own)

    def fit_to_game(self) -> None:
        """After a change of the game: free the seats that it does not have, and settle styles and teams."""
        room = self._room
        for number in [number for number in room.seats if number >= room.game.seats[1]]:
            for person in room.people.values():
                if person.seat == number:
                    person.seat = None
                if person.second == number:
                    person.second = None
            del room.seats[number]
        for seat in room.seats.values():
            if seat.kind == "bot":
                seat.style %= len(room.game.bot_styles)
                seat.name = ""
                seat.name = self.unused_name(room.game.bot_styles[seat.style], bot=True)
        self.assign_teams()

    def assign_teams(self) -> None:
        """Give each seat a team that the options allow."""
        for number in sorted(self._room.seats):
            self._assign_team(number)

    def _assign_team(self, number: int) -> None:
        """Keep the seat's team, or give it to the smallest one."""
        seats = self._room.seats
        teams = self._room.choice.teams()
        seat = seats[number]
        if not teams:
            seat.team = 0
        elif not 1 <= seat.team <= teams:
            sizes = [0] * (teams + 1)
            for other, one in seats.items():
                if other != number and 1 <= one.team <= teams:
                    sizes[one.team] += 1
            seat.team = min(range(1, teams + 1), key=lambda team: sizes[team])

    def reset_seats(self) -> None:
        """Every seat is as in a lobby: not in a match, and only bots are ready."""
        for seat in self._room.seats.values():
            seat.playing = False
            seat.stand_in = False
            seat.ready = seat.kind == "bot"

    # --- bots

    def add_bot(self, level: int | None = None, style: int | None = None) -> int:
        """Seat a bot and return its seat. Raises Refused when there is no seat for it."""
        room = self._room
        number = self.free_seat()
        bots = sum(1 for seat in room.seats.values() if seat.kind == "bot")
        if number is None or bots >= room.context.bots_allowed(room.game):
            raise Refused("full", "There is no seat left for another bot.")
        styles = room.game.bot_styles
        chosen = style if style is not None and style < len(styles) else bots % len(styles)
        colour = unused((seat.colour for seat in room.seats.values()), number % 8)
        colour, shape = unused_look(room.seats.values(), colour, colour)
        seat = room.seats[number] = Seat(
            kind="bot",
            name=self.unused_name(styles[chosen], bot=True),
            colour=colour,
            shape=shape,
            ready=True,
            level=level if level is not None else room.context.bots.level,
            style=chosen,
        )
        self._assign_team(number)
        if room.runner is not None and room.phase in RUNNING:
            seat.playing = True
            room.runner.join(number, seat.team)
            room.runner.add_bot(number, seat.level, chosen)
        return number

    def add_bots(self, level: int | None, style: int | None) -> int:
        """Seat a bot or, for a crowd, a quarter of one; returns the first bot's seat. Raises Refused."""
        first = self.add_bot(level, style)
        with suppress(Refused):
            for _ in range(self._room.game.crowd // 4 - 1):
                self.add_bot(level, style)
        return first

    def change_bot(self, number: int, level: int | None, style: int | None) -> None:
        """Change a bot's level or style, in a running match too."""
        room = self._room
        seat = room.seats[number]
        if level is not None:
            seat.level = level
        if style is not None:
            seat.style = style
            seat.name = ""
            seat.name = self.unused_name(room.game.bot_styles[style], bot=True)
        if room.runner is not None and seat.playing:
            room.runner.add_bot(number, seat.level, seat.style)

    def add_stand_in(self, number: int) -> None:
        """A seat's player is absent: let go of the buttons, and let a bot play if the host allows it."""
        room = self._room
        seat = room.seats[number]
        if room.runner is None or not seat.playing:
            return
        room.runner.release_buttons(number)
        if room.stand_ins and not room.sleeping.holds:  # else their turn waits for them
            seat.stand_in = True
            room.runner.add_bot(number, room.context.bots.level, 0)

    def _remove_stand_in(self, number: int) -> None:
        seat = self._room.seats[number]
        if seat.stand_in and self._room.runner is not None:
            self._room.runner.remove_bot(number)
        seat.stand_in = False

    def release_buttons(self, person: Person) -> None:
        """A person's page is hidden: let go of their buttons."""
        room = self._room
        if room.runner is not None:
            for number in person.seats():
                if not room.seats[number].stand_in:
                    room.runner.release_buttons(number)

    # --- agreement

    def set_ready(self, person: Person, ready: bool, now_ms: int) -> None:
        """Set whether a person is ready; when all are, the countdown starts. A player who was may stop it."""
        room = self._room
        was_ready = any(room.seats[number].ready for number in person.seats())
        for number in person.seats():
            room.seats[number].ready = ready
        if was_ready and not ready and room.phase is Phase.COUNTDOWN and not room.fill:
            room.lifecycle.cancel(now_ms)
        room.lifecycle.review(now_ms)

    def want_rematch(self, person: Person, want: bool, now_ms: int) -> None:
        """Set whether a person wants to play again; when all who are here want to, it starts."""
        if want:
            self._room.rematch.add(person.id)
        else:
            self._room.rematch.discard(person.id)
        self._room.lifecycle.review(now_ms)

    def withdraw_agreement(self) -> None:
        """What is played has changed: nobody is ready for it, and nobody has voted for it."""
        for seat in self._room.seats.values():
            seat.ready = seat.kind == "bot"
        self._room.rematch.clear()
        self._room.quick_start_ms = None  # somebody is choosing: quick play waits its time again

    def has_player(self) -> bool:
        """Whether a person has a seat, connected or not."""
        return any(seat.kind == "human" for seat in self._room.seats.values())

    def all_ready(self) -> bool:
        """Whether each player who is here is ready. A held seat keeps nobody waiting."""
        present = [seat for seat in self._room.seats.values() if seat.kind == "human" and not seat.held]
        return bool(present) and all(seat.ready for seat in present)

    def all_want_rematch(self) -> bool:
        """Whether each player who is here wants to play again."""
        present = {p.id for p in self._room.people.values() if p.connected and p.seat is not None}
        return bool(present) and present <= self._room.rematch

    # --- the host

    def replace_absent_host(self, now_ms: int) -> None:
        """Make the player who has been here longest the host, when the host has been gone for too long."""
        room = self._room
        host = room.people.get(room.host) if room.host is not None else None
        if host is not None and (
            host.gone_ms is None or now_ms - host.gone_ms < room.context.rooms.host_absent_s * 1000
        ):
            return
        present = [person for person in room.people.values() if person.connected]
        if present and not room.demo:
            seated = [person for person in present if person.seat is not None] or present
            self.make_host(min(seated, key=lambda person: person.joined_ms))

    def make_host(self, person: Person) -> None:
        """Make a person the host, who receives in full what only the host sees."""
        self._room.host = person.id
        self._room.replication.change_host()


_ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _numbered(name: str, number: int, bot: bool) -> str:
    """A name with a number behind it, within the length of names."""
    end = f" {_numeral(number, bot)}"
    return clean(name, NAME_CHARS - len(end)) + end


def _numeral(number: int, roman: bool) -> str:
    """A number from 1 to 89 in Roman numerals, or any in digits."""
    if not roman:
        return str(number)
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text += letters
            number -= value
    return text
