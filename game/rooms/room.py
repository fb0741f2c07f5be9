"""A room: its people, seats and settings, and its way from lobby to match to results and again.

What people may ask of it stands in `orders.py`; here is what a room *is* and what time does to it.
All times are milliseconds of the worker's monotonic clock.
"""

import base64
import logging
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from game.rooms.chat import Chat
from game.rooms.journal import Head
from game.rooms.match import LiveMatch
from game.rooms.outbox import Outbox
from game.rooms.patch import Json, merge_patch
from game.rooms.people import Person, Seat, unused
from game.rooms.phases import Phase, Turn, after
from game.rooms.refusal import Refused
from game.rooms.results import describe_results
from game.rules import Game
from game.settings import Bots as BotSettings
from game.settings import Rooms as RoomSettings
from game.sync.schema import Schema

log = logging.getLogger("rumpus.rooms")

MOST_LOGGED = 100_000
FALLBACK_NAMES = ("Otter", "Heron", "Lynx", "Wren", "Badger", "Gecko", "Puffin", "Marten", "Ibis", "Newt")
HOUSEKEEPING_MS = 250
QUICK_WAIT_MS = 6000


@dataclass(frozen=True, slots=True)
class House:
    """What all rooms of a worker share: the games, the settings, the way out, and secret chance."""

    games: Mapping[str, Game]
    rooms: RoomSettings
    bots: BotSettings
    outbox: Outbox
    draw: Callable[[], int]
    sign_seat: Callable[[str, str], str]

    def bots_allowed(self, game: Game) -> int:
        """The most bots that a room of this game may hold."""
        return min(self.rooms.max_bots, game.seats[1])


class Room:
    """One room. `private` rooms are in no list; `fill` keeps that many seats taken, by bots if need be.

    A `demo` room plays by itself for whoever watches.
    """

    def __init__(
        self,
        house: House,
        code: str,
        game: str,
        now_ms: int,
        *,
        private: bool = True,
        fill: int = 0,
        demo: bool = False,
    ) -> None:
        self.house = house
        self.code = code
        self.game: Game = house.games[game]
        self.private = private
        self.fill = fill
        self.demo = demo
        self.locked = False
        self.hidden = False
        self.cover = False
        self.phase = Phase.LOBBY
        self.people: dict[str, Person] = {}
        self.seats: dict[int, Seat] = {}
        self.banned: set[str] = set()
        self.host: str | None = None
        self.owner: str | None = None
        self.preset = ""
        self.chosen: list[int] = []
        self.choose_game(game)
        settings = house.rooms
        self.chat = Chat(
            settings.chat_history, settings.chat_max_chars, settings.chat_rate_per_s, settings.chat_burst
        )
        self.live: LiveMatch | None = None
        self.match_number = 0
        self.epoch = 1
        self.countdown_at: int | None = None
        self.results: dict[str, Any] | None = None
        self.rematch: set[str] = set()
        self.paused_by: str | None = None
        self.closed = False
        self.scheduled = False
        self.desyncs = 0
        self.tick_at_ms = now_ms
        self._rematch_until: int | None = None
        self._alone_since: int | None = None
        self._quick_at: int | None = None
        self._told: Json = {}
        self.version = 0
        self.next_person = 1

    # --- what the room looks like -------------------------------------------------------------

    def describe(self) -> Json:
        """The room as the protocol shows it, without its version."""
        told: Json = {
            "code": self.code,
            "private": self.private,
            "locked": self.locked,
            "hidden": self.hidden,
            "cover": self.cover,
            "demo": self.demo,
            "phase": self.phase.value,
            "game": self.game.name,
            "preset": self.preset,
            "options": {
                field.name: value for field, value in zip(self.game.options.fields, self.chosen, strict=True)
            },
            "people": {person.id: person.describe() for person in self.people.values()},
            "seats": {str(number): seat.describe() for number, seat in sorted(self.seats.items())},
            "rematch": sorted(self.rematch),
        }
        if self.host is not None:
            told["host"] = self.host
        if self.owner is not None:
            told["owner"] = self.owner
        if self.countdown_at is not None:
            told["countdown_at"] = self.countdown_at
        if self.live is not None:
            told["match"] = {"number": self.match_number}
        if self.results is not None:
            told["results"] = self.results
        if self.paused_by is not None:
            told["paused_by"] = self.paused_by
        return told

    def publish(self) -> None:
        """Tell everyone in the room what changed since the last time."""
        now = self.describe()
        patch = merge_patch(self._told, now)
        if patch:
            self.version += 1
            self._told = now
            self.house.outbox.tell(self.code, "room", {"version": self.version, **patch})

    def joined(self, person: Person) -> Json:
        """The answer to somebody who came in."""
        self.publish()
        return {
            "code": self.code,
            "player": person.id,
            "seat_token": self.house.sign_seat(self.code, person.device),
            "room": {"version": self.version, **self._told},
            "schema": Schema.of(self.game).describe(),
            "chat": self.chat.tail(),
            "chat_n": self.chat.pen(person.id).last_n,
        }

    # --- people -------------------------------------------------------------------------------

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
    ) -> Person:
        """Let somebody in, or back in to the seat they had. Raises Refused."""
        self.check_welcome(device, spectate)
        person = self.person_of(device)
        if person is None:
            person = self._admit(device, name, colour, shape, now_ms)
            self.attach(person, member, now_ms)
            if not spectate and not self.demo:
                self.find_seat(person)
        else:
            self.attach(person, member, now_ms)
        return person

    def check_welcome(self, device: str, spectate: bool = False) -> None:
        """Raise Refused if this device would not be let in; `spectate`: it does not want to play."""
        if device in self.banned:
            raise Refused("banned", "The host does not let you into this room.")
        if self.person_of(device) is not None:
            return
        if self.locked:
            raise Refused("locked", "This room is locked. Ask the host to open it.")
        if self.spectators_full() and (spectate or self.demo or not self.seat_to_be_had()):
            raise Refused("full", "This room is full.")

    def spectators_full(self) -> bool:
        """Whether nobody more may be here without a seat."""
        watching = sum(1 for one in self.people.values() if one.seat is None)
        return watching >= self.house.rooms.max_spectators

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
        if self.owner is None and not self.demo:
            self.owner = person.id
        if self.host is None and not self.demo:
            self.host = person.id
        return person

    def unused_name(self, wished: str) -> str:
        """The wished name, with a number behind it if somebody here has it already."""
        taken = {person.name for person in self.people.values()}
        taken.update(seat.name for seat in self.seats.values())
        if wished not in taken:
            return wished
        number = 2
        while f"{wished[:13]} {number}" in taken:
            number += 1
        return f"{wished[:13]} {number}"

    def attach(self, person: Person, member: str, now_ms: int) -> None:
        """Connect a person; an older connection of theirs is told and closed."""
        outbox = self.house.outbox
        if person.member is not None and person.member != member:
            old = person.member
            self.forget(old)
            outbox.close(old, "replaced", "You went on in another window.")
        person.member = member
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
                if self.phase in (Phase.LOBBY, Phase.COUNTDOWN):
                    self._unready(person)
                self._check_rematch(now_ms)
                break

    def forget(self, member: str) -> None:
        """A connection hears of this room no more."""
        self.house.outbox.unwatch(member)
        self.house.outbox.exit(self.code, member)

    def remove(self, person: Person, now_ms: int) -> None:
        """Somebody leaves for good."""
        if person.member is not None:
            self.forget(person.member)
            person.member = None
        self.vacate(person)
        del self.people[person.id]
        self.chat.forget(person.id)
        self.rematch.discard(person.id)
        if self.host == person.id:
            self.host = None
            self._new_host(now_ms)
        self._check_ready(now_ms)
        self._check_rematch(now_ms)

    def vacate(self, person: Person) -> None:
        """Free the person's seats; in a running match they are given up."""
        for number in person.seats():
            self.free(number)
            if self.live is not None:
                self.live.secrets.forget(number)
        person.seat = None
        person.second = None

    def free(self, number: int) -> None:
        """Free one seat."""
        seat = self.seats.get(number)
        if seat is None:
            return
        if self.live is not None and seat.playing and self.phase in (Phase.LIVE, Phase.PAUSED):
            self.live.leave(number)
        del self.seats[number]
        if self.phase is Phase.COUNTDOWN and len(self.seats) < self.game.seats[0]:
            self._turn(Turn.CANCEL)

    # --- seats --------------------------------------------------------------------------------

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
        )
        if second:
            person.second = number
        else:
            person.seat = number
        self.seats[number] = seat
        self._assign_team(number)
        if self.live is not None and self.phase in (Phase.LIVE, Phase.PAUSED):
            seat.playing = True
            if before is not None and before.playing:
                self.live.bots.release(number)
                self.live.let_go(number)
            else:
                self.live.join(number, seat.team)

    def add_bot(self, level: int | None = None, style: int | None = None) -> int:
        """Seat a bot and return its seat. Raises Refused when there is no room for it."""
        number = self.free_seat()
        bots = sum(1 for seat in self.seats.values() if seat.kind == "bot")
        if number is None or bots >= self.house.bots_allowed(self.game):
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
            level=level if level is not None else self.house.bots.level,
            style=chosen,
        )
        self._assign_team(number)
        if self.live is not None and self.phase in (Phase.LIVE, Phase.PAUSED):
            self.seats[number].playing = True
            self.live.join(number, self.seats[number].team)
            self.live.bots.seat(number, self.seats[number].level, chosen)
        return number

    def retrain(self, number: int, level: int | None, style: int | None) -> None:
        """Change a bot's level or style, in a running match too."""
        seat = self.seats[number]
        if level is not None:
            seat.level = level
        if style is not None:
            seat.style = style
            seat.name = ""
            seat.name = self.unused_name(self.game.bot_styles[style])
        if self.live is not None and seat.playing:
            self.live.bots.seat(number, seat.level, seat.style)

    def release_buttons(self, person: Person) -> None:
        """The person's page is hidden or gone: nobody holds their buttons."""
        if self.live is not None:
            for number in person.seats():
                if not self.seats[number].covered:
                    self.live.let_go(number)

    def teams(self) -> int:
        """How many teams the options ask for; 0 for none."""
        if not self.game.team_option:
            return 0
        for field, value in zip(self.game.options.fields, self.chosen, strict=True):
            if field.name == self.game.team_option:
                number = field.names[value] if field.names else str(value)
                return int(number) if number.isdigit() and int(number) > 1 else 0
        return 0

    def _assign_team(self, number: int) -> None:
        teams = self.teams()
        seat = self.seats[number]
        if not teams:
            seat.team = 0
        elif not 1 <= seat.team <= teams:
            sizes = [0] * (teams + 1)
            for other, one in self.seats.items():
                if other != number and 1 <= one.team <= teams:
                    sizes[one.team] += 1
            seat.team = min(range(1, teams + 1), key=lambda team: sizes[team])

    def _cover(self, number: int) -> None:
        """The seat's player is absent: let go of the buttons, and let a bot play if the host allows."""
        seat = self.seats[number]
        if self.live is None or not seat.playing:
            return
        self.live.let_go(number)
        if self.cover:
            seat.covered = True
            self.live.bots.seat(number, self.house.bots.level, 0)

    def _uncover(self, number: int) -> None:
        seat = self.seats[number]
        if seat.covered and self.live is not None:
            self.live.bots.release(number)
            self.live.let_go(number)
        seat.covered = False

    # --- settings -----------------------------------------------------------------------------

    def choose_game(self, name: str) -> None:
        """Change the game; options go back to its first preset, seats beyond its limit are freed."""
        self.game = self.house.games[name]
        self.choose_preset(self.game.presets[0][0] if self.game.presets else "")
        for number in [number for number in self.seats if number >= self.game.seats[1]]:
            for person in self.people.values():
                if person.seat == number:
                    person.seat = None
                if person.second == number:
                    person.second = None
            del self.seats[number]
        for seat in self.seats.values():
            if seat.kind == "bot":
                seat.style %= len(self.game.bot_styles)
        self._settle_teams()

    def choose_preset(self, name: str) -> None:
        """Set every option as a preset has it. Raises Refused when there is no such preset."""
        for preset, values in self.game.presets:
            if preset == name:
                self.chosen = self.game.options.merge(self.game.options.defaults(), dict(values))
                self.preset = preset
                self._settle_teams()
                return
        if name:
            names = ", ".join(preset for preset, _ in self.game.presets)
            raise Refused("bad_option", f"There is no preset {name}; there are {names}.")
        self.chosen = self.game.options.defaults()
        self.preset = ""

    def choose_options(self, values: dict[str, Any]) -> None:
        """Set single options. Raises BadOption, and nothing is changed, when one is wrong."""
        self.chosen = self.game.options.merge(self.chosen, values)
        self.preset = ""
        for preset, preset_values in self.game.presets:
            if self.chosen == self.game.options.merge(self.game.options.defaults(), dict(preset_values)):
                self.preset = preset
        self._settle_teams()

    def _settle_teams(self) -> None:
        for number in sorted(self.seats):
            self._assign_team(number)

    # --- the way of a match -------------------------------------------------------------------

    def _turn(self, turn: Turn) -> None:
        self.phase = after(self.phase, turn)
        if self.phase is not Phase.COUNTDOWN:
            self.countdown_at = None

    def start(self, now_ms: int) -> None:
        """Begin the countdown. Raises Refused when there are too few players."""
        if len(self.seats) < self.game.seats[0]:
            raise Refused(
                "wrong_phase",
                f"{self.game.title} needs {self.game.seats[0]} players. Add a bot or invite somebody.",
            )
        self._turn(Turn.START)
        self.results = None
        self.rematch.clear()
        self._rematch_until = None
        self._quick_at = None
        self.countdown_at = now_ms + round(self.house.rooms.countdown_s * 1000)

    def cancel(self) -> None:
        """Stop the countdown."""
        self._turn(Turn.CANCEL)
        for seat in self.seats.values():
            seat.ready = seat.kind == "bot"

    def _begin(self, now_ms: int) -> None:
        self._turn(Turn.ELAPSED)
        self.match_number += 1
        numbers = sorted(self.seats)
        teams = [self.seats[n].team if n in self.seats else 0 for n in range(self.game.seats[1])]
        head = Head(self.game.name, tuple(self.chosen), tuple(numbers), tuple(teams), self.house.draw())
        self.live = LiveMatch(self.game, head, self.house.draw, self.epoch)
        for number in numbers:
            seat = self.seats[number]
            seat.playing = True
            if seat.kind == "bot":
                self.live.bots.seat(number, seat.level, seat.style)
        for person in self.people.values():
            person.active_ms = now_ms
            if not person.connected:
                for number in person.seats():
                    self._cover(number)
        self.tick_at_ms = now_ms
        self._send_keyframes()

    def _send_keyframes(self) -> None:
        for person in self.people.values():
            if person.member is not None and not person.away:
                self.send_keyframe(person.member)

    def send_keyframe(self, member: str) -> None:
        """Send all that one connection needs to follow the match from here, if there is one."""
        live = self.live
        if live is None:
            return
        outbox = self.house.outbox
        person = next((one for one in self.people.values() if one.member == member), None)
        if person is not None and person.predicts:
            rest = live.stream.flush(live.match)
            if rest is not None:
                outbox.state(self.entries_channel, rest)
            outbox.state_one(member, live.checkpoint_message(self.tick_at_ms), False)
        else:
            followed = outbox.watched(self.code) > 1
            outbox.state_one(member, live.keyframe_message(self.tick_at_ms, followed), False)
            if person is not None and live.secrets.any:
                for seat in self._private_parts(person):
                    message = live.secrets.full(live.match, seat)
                    if message is not None:
                        outbox.state_one(member, message, False)

    def _private_parts(self, person: Person) -> list[int | None]:
        """The private parts that a person may see: their seats', and None for the host's."""
        parts: list[int | None] = [*person.seats()]
        return [*parts, None] if person.id == self.host else parts

    # hot: in games with hidden information, once per tick
    def _send_private(self, live: LiveMatch) -> None:
        outbox = self.house.outbox
        for person in self.people.values():
            member = person.member
            if member is None or person.away:
                continue
            for seat in self._private_parts(person):
                message = live.secrets.update(live.match, seat, not outbox.takes_entries(member))
                if message is not None:
                    outbox.state_one(member, message, True)

    @property
    def entries_channel(self) -> str:
        """The channel of those who run the rules themselves; the others follow the one named by the code."""
        return self.code + "+"

    def follow(self, person: Person) -> None:
        """Let a person's connection follow the match, in the way it asked for."""
        if person.member is not None:
            channel = self.entries_channel if person.predicts else self.code
            self.house.outbox.watch(channel, person.member)
            self.send_keyframe(person.member)

    def desynced(self, person: Person, tick: int, found: int) -> None:
        """A client's state is not ours: log the journal that shows it, and heal it by a checkpoint."""
        live = self.live
        if live is None or person.member is None:
            return
        known = dict(live.stream.hashes).get(tick)
        if known is not None and known != found:
            self.desyncs += 1
            journal = base64.b85encode(zlib.compress(live.journal.pack())).decode()
            log.error(
                "desync in room %s (%s) after tick %d: %07x here, %07x there; journal (zlib, base85): %s",
                self.code,
                self.game.name,
                tick,
                known,
                found,
                journal if len(journal) < MOST_LOGGED else f"too long, {len(journal)} characters",
            )
        self.send_keyframe(person.member)

    # hot: once per tick
    def tick(self, at_ms: int, send: bool) -> None:
        """Advance the running match by one tick, which was due at `at_ms`, and send what changed."""
        live = self.live
        if live is None or self.phase is not Phase.LIVE:
            return
        outbox = self.house.outbox
        streamed = outbox.watched(self.entries_channel) > 0
        live.step(streamed)
        self.tick_at_ms = at_ms
        if streamed:
            message = live.stream.message(live.match)
            if message is not None:
                outbox.state(self.entries_channel, message)
        if (send or live.over) and outbox.watched(self.code):
            outbox.state(self.code, live.told.state(live.match, outbox.wants_json(self.code)))
            if live.secrets.any:
                self._send_private(live)
        if live.over:
            self._decide(at_ms)

    def shift(self, at_ms: int) -> None:
        """The schedule of the match moved: its present tick is due at `at_ms`."""
        self.tick_at_ms = at_ms
        if self.live is not None:
            message = self.live.shift_message(at_ms)
            self.house.outbox.state(self.code, message)
            self.house.outbox.state(self.entries_channel, message)

    def _decide(self, now_ms: int) -> None:
        assert self.live is not None
        self._turn(Turn.DECIDED)
        m = self.live.match
        self.results = describe_results(m, self.seats)
        for place in m.places:
            seat = self.seats.get(place.seat)
            if place.place == 1 and seat is not None and seat.player in self.people:
                self.people[seat.player].wins += 1
        self.end_match()
        self.rematch.clear()
        self._rematch_until = now_ms + round(self.house.rooms.results_s * 1000)
        self.publish()

    def end_match(self) -> None:
        """Forget the running match; every seat is as it is in a lobby."""
        self.live = None
        self.paused_by = None
        for seat in self.seats.values():
            seat.playing = False
            seat.covered = False
            seat.ready = seat.kind == "bot"

    def back_to_lobby(self) -> None:
        """Leave the match or the results."""
        self._turn(Turn.RETURN)
        self.end_match()
        self.results = None
        self.rematch.clear()
        self._rematch_until = None

    def pause(self, by: str) -> None:
        """Stop the match's time."""
        self._turn(Turn.PAUSE)
        self.paused_by = by

    def resume(self) -> None:
        """Let the match's time go on."""
        self._turn(Turn.RESUME)
        self.paused_by = None

    # --- readiness ----------------------------------------------------------------------------

    def _unready(self, person: Person) -> None:
        for number in person.seats():
            self.seats[number].ready = False
        if self.phase is Phase.COUNTDOWN and not self.fill:
            self.cancel()

    def set_ready(self, person: Person, ready: bool, now_ms: int) -> None:
        """Ready or not; when all are, the countdown starts."""
        if not ready:
            self._unready(person)
            return
        for number in person.seats():
            self.seats[number].ready = True
        self._check_ready(now_ms)

    def _check_ready(self, now_ms: int) -> None:
        humans = [seat for seat in self.seats.values() if seat.kind == "human" and not seat.held]
        if (
            self.phase is Phase.LOBBY
            and humans
            and all(seat.ready for seat in humans)
            and len(self.seats) >= self.game.seats[0]
        ):
            self.start(now_ms)

    def want_rematch(self, person: Person, want: bool, now_ms: int) -> None:
        """Play again or not; when all who are here want to, it starts."""
        if not want:
            self.rematch.discard(person.id)
            return
        self.rematch.add(person.id)
        self._check_rematch(now_ms)

    def _check_rematch(self, now_ms: int) -> None:
        if self.phase is not Phase.RESULTS:
            return
        present = {p.id for p in self.people.values() if p.connected and p.seat is not None}
        if present and present <= self.rematch and len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)

    # --- what time does -----------------------------------------------------------------------

    def housekeep(self, now_ms: int) -> int:
        """Let time pass: countdown, held seats, absent hosts, empty rooms. Returns when to come again."""
        if self.phase is Phase.COUNTDOWN and self.countdown_at is not None and now_ms >= self.countdown_at:
            self._begin(self.countdown_at)
        elif (
            self.phase is Phase.RESULTS and self._rematch_until is not None and now_ms >= self._rematch_until
        ):
            if self.demo or self.rematch:
                self._start_if_possible(now_ms)
            else:
                self.back_to_lobby()
        elif self.phase is Phase.LOBBY and (self.fill or self.demo):
            self._fill_up(now_ms)
        self._release_held(now_ms)
        self._new_host(now_ms)
        self._watch_activity(now_ms)
        self._watch_emptiness(now_ms)
        self.publish()
        if self.countdown_at is not None:
            return min(self.countdown_at, now_ms + HOUSEKEEPING_MS)
        return now_ms + HOUSEKEEPING_MS

    def _start_if_possible(self, now_ms: int) -> None:
        if len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)
        else:
            self.back_to_lobby()

    def _fill_up(self, now_ms: int) -> None:
        """Keep a quick-play or demo room filled with bots, and start it without waiting for all."""
        wanted = min(self.fill, self.game.seats[1])
        bots = sum(1 for seat in self.seats.values() if seat.kind == "bot")
        wanted = min(wanted, len(self.seats) + self.house.bots_allowed(self.game) - bots)
        while len(self.seats) < wanted:
            self.add_bot()
        somebody = self.demo or any(p.connected and p.seat is not None for p in self.people.values())
        if not somebody:
            self._quick_at = None
        elif self._quick_at is None:
            self._quick_at = now_ms + (0 if self.demo else QUICK_WAIT_MS)
        elif now_ms >= self._quick_at and len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)

    def _release_held(self, now_ms: int) -> None:
        hold_ms = self.house.rooms.seat_hold_s * 1000
        for person in list(self.people.values()):
            if person.gone_ms is None:
                continue
            limit = hold_ms if person.seat is not None else min(hold_ms, 5000)
            if now_ms - person.gone_ms >= limit:
                self.remove(person, now_ms)

    def _new_host(self, now_ms: int) -> None:
        """Hand the host's place to whoever has been here longest when the host is gone too long."""
        host = self.people.get(self.host) if self.host is not None else None
        if host is not None and (
            host.gone_ms is None or now_ms - host.gone_ms < self.house.rooms.host_absent_s * 1000
        ):
            return
        present = [person for person in self.people.values() if person.connected]
        if present and not self.demo:
            seated = [person for person in present if person.seat is not None] or present
            self.name_host(min(seated, key=lambda person: person.joined_ms))

    def name_host(self, person: Person) -> None:
        """Make somebody the host; what only the host sees is told to them in full."""
        self.host = person.id
        if self.live is not None:
            self.live.secrets.forget(None)

    def _watch_activity(self, now_ms: int) -> None:
        """Who does nothing for a while does not hold the others up."""
        limit_ms = self.house.rooms.afk_s * 1000
        for person in self.people.values():
            if not person.connected or person.seat is None or now_ms - person.active_ms < limit_ms:
                continue
            if self.phase is Phase.LIVE and self.cover and not self.seats[person.seat].covered:
                for number in person.seats():
                    self._cover(number)

    def acted(self, person: Person, now_ms: int) -> None:
        """Somebody did something."""
        person.active_ms = now_ms
        for number in person.seats():
            if self.seats[number].covered:
                self._uncover(number)

    def _watch_emptiness(self, now_ms: int) -> None:
        """Pause a match that nobody is at, end it after a while, and close a room that stays empty."""
        if any(person.connected for person in self.people.values()):
            self._alone_since = None
            return
        if self._alone_since is None:
            self._alone_since = now_ms
            if self.phase is Phase.LIVE:
                self.pause("empty")
        alone_ms = now_ms - self._alone_since
        if (
            self.phase is Phase.PAUSED
            and alone_ms >= self.house.rooms.abandoned_s * 1000
            and not self._held()
        ):
            self.back_to_lobby()
        if alone_ms >= self.house.rooms.empty_room_close_s * 1000 or (self.demo and alone_ms > 2000):
            self.closed = True

    def _held(self) -> bool:
        return any(seat.held for seat in self.seats.values())
