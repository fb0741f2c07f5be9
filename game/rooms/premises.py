"""The premises: what a room is made of, what it looks like from outside, and its settings.

All times are milliseconds of the worker's monotonic clock.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from msgspec import UNSET, Struct

from game.protocol.events import Notice, Payload
from game.protocol.fields import OptionValue
from game.protocol.objects import Joined, Results, RoomInfo, RunningMatch
from game.rooms.chat import Chat
from game.rooms.errors import Refused
from game.rooms.hosting import Hosting, Pack, PackFormat
from game.rooms.keyframes import KeyframeGate
from game.rooms.match_runner import MatchRunner
from game.rooms.merge_patch import merge_patch, plain_object
from game.rooms.outbox import Outbox
from game.rooms.people import Person, Seat
from game.rooms.phases import Phase, Turn, after
from game.rooms.profanity import mask
from game.rooms.rate_limit import Bucket
from game.rooms.replication.interest import Seats
from game.rules import Game
from game.rules.options import BadOption
from game.settings import Bots as BotSettings
from game.settings import Rooms as RoomSettings
from game.sync.schema import Schema

PATCHES_PER_S = 30
"""Patches of a room in the long run, and at once: one a tick."""
SEAT_CHANGE_BYTES = 64
"""What a player who comes or goes in a running match adds to each listener's states, roughly."""


@dataclass(frozen=True, slots=True)
class RoomContext:
    """What all rooms of a worker share: the games, the settings, the way out, secret chance, and packs."""

    games: Mapping[str, Game]
    rooms: RoomSettings
    bots: BotSettings
    outbox: Outbox
    draw: Callable[[], int]
    sign_seat: Callable[[str, str], str]
    packs: PackFormat

    def bots_allowed(self, game: Game) -> int:
        """The most bots that a room of this game may hold."""
        most = self.rooms.max_crowd_bots if game.crowd else self.rooms.max_bots
        return min(most, game.seats[1])


SETBACKS = {
    "match_lost": ("The server was updated, and this match could not go on. Everyone is back in the lobby."),
    "room_lost": (
        "The server was updated, and this room could not be read any more. It begins again: choose your game."
    ),
}
"""Why a room is not as its people left it, in words."""


class Premises:
    """One room's parts. `private` rooms are in no list; `fill` keeps so many seats taken, by bots if need be.

    A `demo` room plays by itself for whoever watches.
    """

    def __init__(
        self,
        context: RoomContext,
        code: str,
        game: str,
        now_ms: int,
        *,
        private: bool = True,
        fill: int = 0,
        demo: bool = False,
    ) -> None:
        self.context = context
        self.code = code
        self.game: Game = context.games[game]
        self.private = private
        self.fill = fill
        self.demo = demo
        self.locked = False
        self.hidden = False
        self.cover = False
        self.polite = not private
        self.phase = Phase.LOBBY
        self.people: dict[str, Person] = {}
        self.seats: dict[int, Seat] = {}
        self.banned: set[str] = set()  # devices
        self.banned_places: set[str] = set()
        self.host: str | None = None
        self.owner: str | None = None
        self.owner_device = ""
        self.preset = ""
        self.chosen: list[int] = []
        self.choose_game(game)
        settings = context.rooms
        self.chat = Chat(
            settings.chat_history, settings.chat_max_chars, settings.chat_rate_per_s, settings.chat_burst
        )
        self.runner: MatchRunner | None = None
        self.match_number = 0
        self.bots_only = False
        self.epoch = 1
        self.countdown_at: int | None = None
        self.results: Results | None = None
        self.rematch: set[str] = set()
        self.paused_by: str | None = None
        self.pack: Pack | None = None
        self.pack_by = ""  # the device of who brought it
        self.hosting = Hosting()
        self.setback = ""
        """Why the room is not as its people left it, a key of SETBACKS; each is told once."""
        self.touched = 0
        """Rises whenever somebody did something in the room: it may have to be recorded."""
        self._told_setback: set[str] = set()
        self.closed = False
        self.failed = False  # it is closed since something broke in it
        self.failed_rules: Game | None = None  # those whose last match broke
        self.scheduled = False
        self._desync_told = 0  # the number of the match whose journal was logged for it
        self.tick_at_ms = now_ms
        self._rematch_until: int | None = None
        self._alone_since: int | None = None
        self._quick_at: int | None = None
        self._told: RoomInfo | None = None
        self._viewed: dict[str, Seats] = {}
        self.keyframes = KeyframeGate()
        self.time_ms = now_ms  # of the last tick or look at the room
        self.unpublished = False
        self._patches = Bucket(PATCHES_PER_S, PATCHES_PER_S)
        self._changed_by: dict[str, Person] = {}
        self.version = 0
        self.next_person = 1

    def describe(self) -> RoomInfo:
        """The room as the protocol shows it."""
        return RoomInfo(
            version=self.version,
            code=self.code,
            private=self.private,
            locked=self.locked,
            hidden=self.hidden,
            cover=self.cover,
            polite=self.polite,
            demo=self.demo,
            phase=self.phase.value,
            game=self.game.name,
            preset=self.preset,
            options={
                field.name: value for field, value in zip(self.game.options.fields, self.chosen, strict=True)
            },
            people={person.id: person.describe() for person in self.people.values()},
            seats={str(number): seat.describe() for number, seat in sorted(self.seats.items())},
            rematch=sorted(self.rematch),
            host=UNSET if self.host is None else self.host,
            owner=UNSET if self.owner is None else self.owner,
            countdown_at=UNSET if self.countdown_at is None else self.countdown_at,
            match=UNSET if self.runner is None else RunningMatch(number=self.match_number),
            results=UNSET if self.results is None else self.results,
            paused_by=UNSET if self.paused_by is None else self.paused_by,
            bans=len(self.banned) or UNSET,
            pack=UNSET if self.pack is None or not self.game.hosted else self.pack.describe(),
        )

    def publish(self) -> None:
        """Send everyone in the room what changed since the last time."""
        now = self.describe()
        patch = plain_object(now) if self._told is None else merge_patch(self._told, now)
        self.unpublished = False
        if patch:
            self.version += 1
            self._told = msgspec.structs.replace(now, version=self.version)
            patch.pop("version", None)
            self.context.outbox.tell(self.code, "room", {"version": self.version, **patch})
            if self._changed_by:
                self._charge(list(self._changed_by.values()), patch)
        self._changed_by.clear()

    def publish_soon(self, now_ms: int, by: Person | None = None) -> None:
        """Publish at once, or with the next tick or look at the room if that was done often lately.

        Who caused the change, `by`, pays for what it costs to send.
        """
        if by is not None:
            self._changed_by[by.id] = by
        if self._patches.take(now_ms):
            self.publish()
        else:
            self.unpublished = True

    def tell_all(self, by: Person, event: str, data: Struct) -> None:
        """Send an event to everyone in the room, for which `by` pays."""
        self.context.outbox.tell(self.code, event, data)
        self._charge([by], data)

    def charge_for_states(self, by: Person) -> None:
        """Let a person pay for what a change of seats in a running match adds to everyone's states."""
        by.output.charge(self.time_ms, SEAT_CHANGE_BYTES * self._listeners())

    def _listeners(self) -> int:
        return sum(1 for person in self.people.values() if person.member is not None)

    def _charge(self, people: list[Person], data: Payload) -> None:
        """Let people pay for a message to everyone in the room, each an equal part."""
        size = len(msgspec.json.encode(data)) * self._listeners()
        for person in people:
            person.output.charge(self.time_ms, size / len(people))

    def joined(self, person: Person) -> Joined:
        """The answer to somebody who came in."""
        self.publish()
        assert self._told is not None
        return Joined(
            code=self.code,
            player=person.id,
            seat_token=self.context.sign_seat(self.code, person.device),
            room=self._told,
            schema=Schema.of(self.game).describe(),
            chat=self.chat.tail(),
            chat_n=self.chat.writer(person.id).last_n,
        )

    def tell_setback(self, person: Person) -> None:
        """Tell somebody who came in, once, why the room is not as it was."""
        message = SETBACKS.get(self.setback)
        if message is None or person.member is None or person.id in self._told_setback:
            return
        self._told_setback.add(person.id)
        self.context.outbox.tell_one(person.member, "notice", Notice(code=self.setback, message=message))

    def seemly(self, text: str) -> str:
        """A text as this room shows it: coarse words masked, if the host wants that."""
        return mask(text) if self.polite else text

    def choose_game(self, name: str) -> None:
        """Change the game; options go back to its first preset, seats beyond its limit are freed."""
        self.game = self.context.games[name]
        self._tell_states()
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

    def _tell_states(self) -> None:
        """Nobody runs these rules yet, and where there is something to hide nobody may."""
        for person in self.people.values():
            if person.predicts:
                person.predicts = False
                if person.member is not None and not person.away:
                    self.context.outbox.watch(self.code, person.member)

    def take_up_rules(self) -> bool:
        """Between matches: play by the game's present rules if they were exchanged; true if they were.

        What was chosen stays as far as the new options allow.
        """
        before, game = self.game, self.context.games.get(self.game.name)
        if game is None or game is before or self.runner is not None:
            return False
        preset = self.preset
        chosen = {field.name: value for field, value in zip(before.options.fields, self.chosen, strict=True)}
        self.choose_game(game.name)
        if preset in [name for name, _ in game.presets]:
            self.choose_preset(preset)
        else:
            for field in game.options.fields:
                if field.name in chosen:
                    with suppress(BadOption):  # it has other limits now
                        self.choose_options({field.name: chosen[field.name]})
        self.publish()
        self.context.outbox.tell(self.code, "schema", Schema.of(game).describe())
        return True

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

    def choose_options(self, values: dict[str, OptionValue]) -> None:
        """Set single options. Raises BadOption, and nothing is changed, when one is wrong."""
        self.chosen = self.game.options.merge(self.chosen, values)
        self.preset = ""
        for preset, preset_values in self.game.presets:
            if self.chosen == self.game.options.merge(self.game.options.defaults(), dict(preset_values)):
                self.preset = preset
        self._settle_teams()

    def withdraw_agreement(self) -> None:
        """What is played has changed: nobody is ready for it yet, and nobody has voted for it."""
        for seat in self.seats.values():
            seat.ready = seat.kind == "bot"
        self.rematch.clear()

    def _settle_teams(self) -> None:
        for number in sorted(self.seats):
            self._assign_team(number)

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

    def _turn(self, turn: Turn) -> None:
        self.phase = after(self.phase, turn)
        if self.phase is not Phase.COUNTDOWN:
            self.countdown_at = None
