"""A room: its whole state, and its tick.

Each part changes the state for one purpose: `Lifecycle` the phase, `Seating` people and seats, `GameChoice`
the game and its options, `NextGame` what is played next, `Evening` the points of all matches, `Housekeeping`
what time does. `Hosting` tells the rules about the host,
`Replication` sends the match, `Publisher` sends the room, `Recording` hands ended matches over, and
`Sleeping` lets time stand still. What people may ask of a room is in `handlers`.

All times are milliseconds of the worker's monotonic clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import UNSET

from game.protocol.objects import Results, RoomInfo, RunningMatch
from game.rooms.chat import Chat
from game.rooms.continuation import Continuation
from game.rooms.ended_match import RecordSink
from game.rooms.evening import Evening
from game.rooms.game_choice import GameChoice
from game.rooms.hosting import Hosting, Pack, PackFormat
from game.rooms.housekeeping import Housekeeping
from game.rooms.lifecycle import Lifecycle, Phase
from game.rooms.match_runner import MatchRunner
from game.rooms.next_game import NextGame
from game.rooms.outbox import Outbox
from game.rooms.people import Person, Seat
from game.rooms.profanity import mask
from game.rooms.publisher import Publisher
from game.rooms.recording import Recording
from game.rooms.replication.replication import Replication
from game.rooms.reports import Reports
from game.rooms.seating import Seating
from game.rooms.sleeping import MatchKeeper, Sleeping
from game.rules import Game
from game.settings import Bots as BotSettings
from game.settings import Rooms as RoomSettings

PUBLIC_DELAY_S = 3
"""In a public room anybody may watch, also a friend of one of its players."""


@dataclass(frozen=True, slots=True)
class RoomContext:
    """What all rooms of a worker share.

    Attributes:
        games: by name; a game may be exchanged for one with newer rules.
        draw_entropy: returns a secret word of 28 bits.
        sign_seat: (room's code, device) to a seat token.
        packs: the plug-in that reads the packs of hosted games.
        records: takes ended matches; None: they are not kept.
        keeper: keeps sleeping matches; None: no match sleeps.
    """

    games: Mapping[str, Game]
    rooms: RoomSettings
    bots: BotSettings
    outbox: Outbox
    draw_entropy: Callable[[], int]
    sign_seat: Callable[[str, str], str]
    packs: PackFormat
    records: RecordSink | None = None
    keeper: MatchKeeper | None = None

    def bots_allowed(self, game: Game) -> int:
        """The most bots that a room of this game may hold."""
        most = self.rooms.max_crowd_bots if game.crowd else self.rooms.max_bots
        return min(most, game.seats[1])


class Room:
    """One room.

    Args:
        context: what the worker's rooms share.
        code: the room's code.
        game: the name of the game it plays.
        now_ms: the time.
        private: it is in no list of rooms.
        fill: a quick-play room keeps this many seats taken, by bots if need be; 0: it does not.
        demo: bots play in it for spectators.

    Attributes:
        stand_ins: bots may play for players who are gone.
        delay: how many seconds later spectators see a match, as the host chose it; None: as the room's kind
            has it.
        polite: coarse words in names and chat are masked.
        banned: devices that may not come in.
        banned_places: marks of addresses from which no new device may come in.
        preset: the name of the preset that the options equal, or "".
        chosen: the values of the options, in the game's order.
        continuation: the kept match that the next match continues, or None.
        runner: the running match, or None.
        match_id: the id of the running match; "" when none runs, or when it is not kept.
        bots_only: the match was begun without players, to watch.
        epoch: the epoch under which this worker owns the room.
        rematch: ids of the people who want to play again.
        paused_by: the id of a person, or "empty" when nobody was there.
        pack_by: the device that brought the pack.
        setback: why the room is not as its people left it, a key of `publisher.SETBACKS`, or "".
        touched: rises with each change that may have to be recorded.
        quick_called: a countdown has begun here once: the next one of a quick-play room can wait.
        failed: the room is closed because something broke in it.
        failed_rules: the rules of the last match, if they failed in it, or None.
        scheduled: the scheduler steps this room.
        tick_at_ms: when the present tick of the match was due.
        time_ms: of the last tick or housekeeping.
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
        self.private = private
        self.fill = fill
        self.demo = demo
        self.locked = False
        self.hidden = False
        self.stand_ins = False
        self.delay: int | None = None
        self.polite = not private

        self.phase = Phase.LOBBY
        self.countdown_at: int | None = None
        self.results: Results | None = None
        self.results_until_ms: int | None = None
        self.rematch: set[str] = set()
        self.paused_by: str | None = None
        self.quick_start_ms: int | None = None
        self.quick_called = False
        self.empty_since_ms: int | None = None
        self.closed = False
        self.failed = False
        self.failed_rules: Game | None = None
        self.setback = ""

        self.people: dict[str, Person] = {}
        self.seats: dict[int, Seat] = {}
        self.next_person = 1
        self.host: str | None = None
        self.owner: str | None = None
        self.owner_device = ""
        self.banned: set[str] = set()
        self.banned_places: set[str] = set()

        self.game: Game = context.games[game]
        self.preset = ""
        self.chosen: list[int] = []
        self.pack: Pack | None = None
        self.pack_by = ""

        self.continuation: Continuation | None = None
        self.runner: MatchRunner | None = None
        self.match_number = 0
        self.match_id = ""
        self.bots_only = False
        self.epoch = 1
        self.version = 0
        self.touched = 0
        self.scheduled = False
        self.tick_at_ms = now_ms
        self.time_ms = now_ms

        settings = context.rooms
        self.chat = Chat(
            settings.chat_history, settings.chat_max_chars, settings.chat_rate_per_s, settings.chat_burst
        )
        self.publisher = Publisher(self)
        self.replication = Replication(self)
        self.hosting = Hosting(self)
        self.recording = Recording(self)
        self.reports = Reports(self)
        self.sleeping = Sleeping(self)
        self.seating = Seating(self)
        self.lifecycle = Lifecycle(self)
        self.housekeeping = Housekeeping(self)
        self.evening = Evening(self)
        self.next_game = NextGame(self)
        self.choice = GameChoice(self)
        self.choice.choose_game(game)

    # hot: once per room and tick
    def tick(self, at_ms: int, send_states: bool, send_inputs: bool) -> None:
        """Advance the running match by one tick and send what is due.

        Args:
            at_ms: the time at which the tick is due.
            send_states: changes of the state are due.
            send_inputs: inputs are due.
        """
        runner = self.runner
        if runner is None or self.phase is not Phase.LIVE:
            return
        tick = runner.tick()
        self.tick_at_ms = self.time_ms = at_ms
        self.replication.send(runner, tick, send_states, send_inputs)
        if self.publisher.pending:
            self.publisher.publish_soon(at_ms)
        if self.game.sleeps:
            self.sleeping.follow()
        if tick.decided:
            self.lifecycle.decided(at_ms)

    def shift(self, at_ms: int) -> None:
        """The schedule of the match has moved: its present tick is due at `at_ms`."""
        self.tick_at_ms = at_ms
        if self.runner is not None:
            self.replication.shift(self.runner, at_ms)

    def taken_over(self, tick_at_ms: int) -> None:
        """The room comes from another worker with its people, who know it as it is: go on with them.

        Args:
            tick_at_ms: when the present tick of its match was due.
        """
        self.publisher.assume_published()
        self.tick_at_ms = self.time_ms = tick_at_ms
        self.publisher.charge_host(self.replication.send_keyframes())

    def renew_epoch(self, epoch: int) -> None:
        """This worker owns the room under a higher epoch from now on."""
        self.epoch = epoch
        if self.replication.streams is not None:
            self.replication.streams.renew_epoch(epoch)

    @property
    def inhabited(self) -> bool:
        """Whether anybody here is connected."""
        return any(person.member is not None for person in self.people.values())

    def person_of(self, device: str) -> Person | None:
        """The person with this device."""
        return next((person for person in self.people.values() if person.device == device), None)

    def person_at(self, member: str) -> Person | None:
        """The person at this connection."""
        return next((person for person in self.people.values() if person.member == member), None)

    @property
    def delay_s(self) -> int:
        """How many seconds later than its players spectators see a match."""
        if self.delay is not None:
            return self.delay
        return 0 if self.private else PUBLIC_DELAY_S

    def set_private(self, private: bool) -> None:
        """Take the room off the list of open rooms, or put it there."""
        before = self.delay_s
        self.private = private
        if self.delay_s != before:
            self.replication.restart_delayed()

    def masked(self, text: str) -> str:
        """A text as this room shows it: coarse words are masked, if the host wants that."""
        return mask(text) if self.polite else text

    def set_polite(self, polite: bool) -> None:
        """Mask coarse words in names and chat, also those that are there already; or mask none."""
        self.polite = polite
        if polite:
            self.chat.retouch(self.masked)
            self.seating.mask_names()

    def log_keys(self) -> dict[str, str | int]:
        """The keys by which the log lines of a match are found."""
        return {"room": self.code, "game": self.game.name, "match": self.match_number}

    def failure_text(self) -> str:
        """The journal of a match that failed, for the error log."""
        if self.runner is None:
            return "no match was running"
        self.runner.close_journal()
        return self.runner.journal_text()

    def describe(self) -> RoomInfo:
        """The room as the protocol shows it."""
        fields = zip(self.game.options.fields, self.chosen, strict=True)
        return RoomInfo(
            version=self.version,
            code=self.code,
            private=self.private,
            locked=self.locked,
            hidden=self.hidden,
            cover=self.stand_ins,
            polite=self.polite,
            delay=self.delay_s,
            demo=self.demo,
            phase=self.phase.value,
            game=self.game.name,
            preset=self.preset,
            options={field.name: value for field, value in fields},
            people={person.id: person.describe() for person in self.people.values()},
            seats={str(number): seat.describe() for number, seat in sorted(self.seats.items())},
            rematch=sorted(self.rematch),
            host=UNSET if self.host is None else self.host,
            owner=UNSET if self.owner is None else self.owner,
            countdown_at=UNSET if self.countdown_at is None else self.countdown_at,
            next_at=UNSET if self.quick_start_ms is None or self.demo else self.quick_start_ms,
            match=UNSET if self.runner is None else RunningMatch(number=self.match_number),
            results=UNSET if self.results is None else self.results,
            paused_by=UNSET if self.paused_by is None else self.paused_by,
            bans=len(self.banned) or UNSET,
            continues=UNSET if self.continuation is None else self.continuation.describe(),
            sleeps=True if self.sleeping.holds else UNSET,
            pack=UNSET if self.pack is None or not self.game.hosted else self.pack.describe(),
            results_until=UNSET if self.results_until_ms is None else self.results_until_ms,
            evening=self.evening.describe() or UNSET,
            playlist=self.next_game.describe_playlist() or UNSET,
            poll=self.next_game.describe_poll() or UNSET,
            poll_each=True if self.next_game.each else UNSET,
            next=self.next_game.describe_next() or UNSET,
        )
