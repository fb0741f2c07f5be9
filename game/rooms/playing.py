"""Playing: a room's way from countdown through match to results, and how the match is followed."""

import base64
import logging
import zlib

from game import telemetry
from game.protocol.events import Notice
from game.rooms.errors import Refused
from game.rooms.journal import Head
from game.rooms.lag_compensation import common_lead
from game.rooms.match_runner import MatchRunner
from game.rooms.outbox import Message
from game.rooms.people import Person
from game.rooms.phases import Phase, Turn
from game.rooms.premises import Premises
from game.rooms.replication.interest import InterestStream, Seats
from game.rooms.results import describe_results

log = logging.getLogger("rumpus.rooms")

MOST_LOGGED = 100_000


class Playing(Premises):
    """A room that plays: it steps its match and tells those who follow it."""

    def start(self, now_ms: int) -> None:
        """Begin the countdown. Raises Refused when there are too few players."""
        self.take_up_rules()
        if len(self.seats) < self.game.seats[0]:
            raise Refused(
                "wrong_phase",
                f"{self.game.title} needs {self.game.seats[0]} players. Add a bot or invite somebody.",
            )
        self._turn(Turn.START)
        self.setback = ""
        self.bots_only = not self._has_player()
        self.results = None
        self.rematch.clear()
        self._rematch_until = None
        self._quick_at = None
        self.countdown_at = now_ms + round(self.context.rooms.countdown_s * 1000)

    def _has_player(self) -> bool:
        """Whether a person has a seat, be it held for them."""
        return any(seat.kind == "human" for seat in self.seats.values())

    def cancel(self) -> None:
        """Stop the countdown."""
        self._turn(Turn.CANCEL)
        self.withdraw_agreement()

    def _end_without_players(self, now_ms: int) -> None:
        """The last player has given up the seat: nobody is left for whom the match could go on."""
        if any(person.connected for person in self.people.values()):
            self._decide(now_ms)
        else:
            self.back_to_lobby()

    def _begin(self, now_ms: int) -> None:
        self._turn(Turn.ELAPSED)
        self.match_number += 1
        numbers = sorted(self.seats)
        teams = [self.seats[n].team if n in self.seats else 0 for n in range(self.game.seats[1])]
        head = Head(self.game.name, tuple(self.chosen), tuple(numbers), tuple(teams), self.context.draw())
        self.runner = MatchRunner(self.game, head, self.context.draw, self.epoch)
        for number in numbers:
            seat = self.seats[number]
            seat.playing = True
            if seat.kind == "bot":
                self.runner.bots.seat(number, seat.level, seat.style)
        if self.game.hosted:
            pack = self.pack or self.context.packs.box
            self.hosting.begin(self.runner, self._host_seat(), pack, self.context.draw)
            self._tell_hosted(self.runner)
        for person in self.people.values():
            person.active_ms = now_ms
            if not person.connected:
                for number in person.seats():
                    self._cover(number)
        self.tick_at_ms = self.time_ms = now_ms
        telemetry.matches_started.labels(self.game.name).inc()
        if not self.demo:
            log.info("match started", extra={**self._names(), "seats": len(numbers)})
        # First the match's number, by which clients begin to count their inputs, then its first keyframe.
        self.publish()
        self._send_keyframes()

    def _names(self) -> dict[str, str | int]:
        """The keys by which log lines of a match are found."""
        return {"room": self.code, "game": self.game.name, "match": self.match_number}

    def _host_seat(self) -> int:
        """The host's seat, -1: none."""
        host = self.people.get(self.host) if self.host is not None else None
        return -1 if host is None or host.seat is None else host.seat

    def _tell_hosted(self, runner: MatchRunner) -> None:
        """Tell a hosted game the host's seat and the seats that know the pack, if they changed."""
        if not self.game.hosted:
            return
        self.hosting.host_is(runner, self._host_seat())
        if self.pack is not None:
            seats = next((one.seats() for one in self.people.values() if one.device == self.pack_by), [])
            self.hosting.known_to(runner, list(seats))

    # hot: once per tick
    def tick(self, at_ms: int, send: bool, tell: bool) -> None:
        """Advance the running match by one tick, which was due at `at_ms`, and send what changed.

        `send`: now is a time for states; `tell`: and for entries. What is decided is told at once.
        """
        runner = self.runner
        if runner is None or self.phase is not Phase.LIVE:
            return
        outbox = self.context.outbox
        streamed = outbox.watched(self.entries_channel) > 0
        runner.step(streamed)
        self.tick_at_ms = self.time_ms = at_ms
        if streamed and (tell or runner.over):
            message = runner.stream.message(runner.match)
            if message is not None:
                outbox.state(self.entries_channel, message)
        if not outbox.watched(self.code):
            runner.told.unfollowed()
        elif send or runner.over:
            if isinstance(runner.told, InterestStream):
                self._send_views(runner, runner.told)
            else:
                outbox.state(self.code, runner.told.state(runner.match, outbox.wants_json(self.code)))
            if runner.secrets.any:
                self._send_private(runner)
        if self.keyframes.waiting:
            self._send_waiting_keyframes()
        if self.unpublished:
            self.publish_soon(at_ms)
        if runner.over:
            self._decide(at_ms)

    def shift(self, at_ms: int) -> None:
        """The schedule of the match moved: its present tick is due at `at_ms`."""
        self.tick_at_ms = at_ms
        if self.runner is not None:
            message = self.runner.shift_message(at_ms)
            self.context.outbox.state(self.code, message)
            self.context.outbox.state(self.entries_channel, message)

    def _decide(self, now_ms: int) -> None:
        assert self.runner is not None
        self._turn(Turn.DECIDED)
        m = self.runner.match
        self.results = describe_results(m, self.seats)
        telemetry.matches_ended.labels(self.game.name, "decided").inc()
        if not self.demo:
            first = [place.seat for place in m.places if place.place == 1]
            log.info("match decided", extra={**self._names(), "ticks": m.tick, "first_seats": first})
        for place in m.places:
            seat = self.seats.get(place.seat)
            if place.place == 1 and seat is not None and seat.player in self.people:
                self.people[seat.player].wins += 1
        self.end_match()
        self.rematch.clear()
        self._rematch_until = now_ms + round(self.context.rooms.results_s * 1000)
        self.publish()

    def end_match(self) -> None:
        """Forget the running match; every seat is as it is in a lobby."""
        self.runner = None
        for member in self.keyframes.waiting:
            person = self._person_at(member)
            if person is not None and not person.away:
                self.context.outbox.watch(self.channel_of(person), member)
        self.keyframes.waiting.clear()
        self.paused_by = None
        for seat in self.seats.values():
            seat.playing = False
            seat.covered = False
            seat.ready = seat.kind == "bot"

    def back_to_lobby(self) -> None:
        """Leave the match or the results."""
        if self.runner is not None and self.phase is not Phase.RESULTS:
            how = "failed" if self.failed_rules is self.game else "left"
            telemetry.matches_ended.labels(self.game.name, how).inc()
            if not self.demo:
                log.info("match ended", extra={**self._names(), "how": how, "ticks": self.runner.tick_number})
        self._turn(Turn.RETURN)
        self.end_match()
        self.results = None
        self.rematch.clear()
        self._rematch_until = None

    def fail(self) -> bool:
        """The game's rules raised an exception: end the match without results, tell everybody, keep the room.

        False when no match was running, or when nobody is there to begin another: then the room must close.
        """
        running = self.runner is not None or self.phase in (Phase.LIVE, Phase.PAUSED)
        if self.demo or not running:
            return False
        self.failed_rules = self.game
        self.back_to_lobby()
        text = f"{self.game.title} has failed, so this match has ended. What happened is recorded."
        self.context.outbox.tell(self.code, "notice", Notice(code="game_failed", message=text))
        self.publish()
        return True

    def go_on_after_failure(self, now_ms: int) -> None:
        """Begin another match if the last one failed and the rules have been exchanged since."""
        if self.failed_rules is None or self.failed_rules is self.game:
            return
        self.failed_rules = None
        if self.phase is Phase.LOBBY and len(self.seats) >= self.game.seats[0]:
            self.start(now_ms)

    def journal_text(self) -> str:
        """The running match up to the step that comes next, as text that `rumpus replay` reads."""
        runner = self.runner
        if runner is None:
            return "no match was running"
        if runner.journal.end().tick < runner.tick_number:
            runner.journal.append(runner.tick_number, [], [])
        return _journal_text(runner)

    def pause(self, by: str) -> None:
        """Stop the match's time."""
        self._turn(Turn.PAUSE)
        self.paused_by = by

    def resume(self) -> None:
        """Let the match's time go on."""
        self._turn(Turn.RESUME)
        self.paused_by = None

    def _send_keyframes(self) -> None:
        runner = self.runner
        if runner is None:
            return
        size = 0
        for person in self.people.values():
            if person.member is not None and not person.away:
                size += self._begin_to_follow(runner, person, person.member)
        host = self.people.get(self.host or "")
        if host is not None:  # who may begin and end a match pays for that
            host.output.charge(self.time_ms, size)
            self._changed_by[host.id] = host

    def send_keyframe(self, member: str) -> None:
        """Send all that one connection needs to follow the match from here, once its budget allows that."""
        runner = self.runner
        if runner is not None and self.keyframes.admits(member, self.time_ms):
            self._send_keyframe_now(runner, member)

    def _send_waiting_keyframes(self) -> None:
        """Send the keyframes that had to wait, as far as the budgets allow by now."""
        runner = self.runner
        if runner is None:
            return
        for member in self.keyframes.due(self.time_ms):
            person = self._person_at(member)
            if person is None or person.away:
                self.keyframes.waiting.pop(member, None)
                continue
            self._begin_to_follow(runner, person, member)

    def _begin_to_follow(self, runner: MatchRunner, person: Person, member: str) -> int:
        """Bring a connection to the present tick, and let it follow from there; returns the bytes sent."""
        if person.predicts:
            self._flush_entries(runner)  # before the newcomer listens, who cannot use it
        self.context.outbox.watch(self.channel_of(person), member)
        return self._send_keyframe_now(runner, member)

    def _person_at(self, member: str) -> Person | None:
        return next((one for one in self.people.values() if one.member == member), None)

    def _send_keyframe_now(self, runner: MatchRunner, member: str) -> int:
        """Send all that one connection needs to follow the match from here; returns its size in bytes."""
        outbox = self.context.outbox
        person = self._person_at(member)
        messages: list[Message] = []
        if person is not None and person.predicts:
            self._flush_entries(runner)
            messages.append(runner.checkpoint_message(self.tick_at_ms))
        else:
            followed = outbox.watched(self.code) > 1
            seats = tuple(person.seats()) if person is not None else ()
            messages.append(runner.keyframe_message(self.tick_at_ms, followed, seats))
            self._viewed[member] = seats
            if person is not None and runner.secrets.any:
                for seat in self._private_parts(person):
                    message = runner.secrets.full(runner.match, seat)
                    if message is not None:
                        messages.append(message)
        for message in messages:
            outbox.state_one(member, message, False)
        size = sum(len(message.binary) for message in messages)
        self.keyframes.sent(member, size, self.time_ms)
        return size

    def _flush_entries(self, runner: MatchRunner) -> None:
        """Bring those who follow by entries to the present tick, from which a checkpoint may follow."""
        rest = runner.stream.flush(runner.match)
        if rest is not None:
            self.context.outbox.state(self.entries_channel, rest)

    @property
    def entries_channel(self) -> str:
        """The channel of those who run the rules themselves; the others follow the one named by the code."""
        return self.code + "+"

    def channel_of(self, person: Person) -> str:
        """The channel that a person's connection follows."""
        return self.entries_channel if person.predicts else self.code

    def follow(self, person: Person) -> None:
        """Let a person's connection follow the match, in the way it asked for."""
        member = person.member
        if member is None:
            return
        if self.runner is None:
            self.context.outbox.watch(self.channel_of(person), member)
        elif self.keyframes.admits(member, self.time_ms):
            self._begin_to_follow(self.runner, person, member)
        else:
            self.context.outbox.unwatch(member)  # changes say nothing without the keyframe that has to wait

    def desynced(self, person: Person, tick: int, found: int) -> None:
        """A client's state is not ours: heal it by a checkpoint, and log the journal that shows it.

        A match's journal is logged once, for anybody may say that they differ, and as often as they like.
        """
        runner = self.runner
        if runner is None or person.member is None:
            return
        known = dict(runner.stream.hashes).get(tick)
        if known is not None and known != found and person.predicts:
            if person.member not in self.keyframes.waiting:
                runner.stream.renew(runner.match)
            if self._desync_told != self.match_number:
                self._desync_told = self.match_number
                telemetry.desyncs.labels(self.game.name).inc()
                self._log_desync(runner, tick, known, found)
        self.send_keyframe(person.member)

    def _log_desync(self, runner: MatchRunner, tick: int, known: int, found: int) -> None:
        log.error(
            "desync after tick %d: %07x here, %07x there; %s",
            tick,
            known,
            found,
            _journal_text(runner),
            extra=self._names(),
        )

    # hot: every press of every player
    def press(
        self, person: Person, seat: int, seq: int, tick: int, buttons: int, value: int | None, now_ms: int
    ) -> None:
        """A person's input for one of their seats; in a game of reaction it is timed."""
        runner = self.runner
        if runner is None or seq <= runner.queues[seat].seen_seq:
            return
        m = runner.match
        shown = self.game.shown(m)
        if shown < 0:
            runner.press(seat, seq, tick, buttons, value or 0)
            return
        reaction = 0
        if shown > 0 and buttons:
            light_ms = self.tick_at_ms + (shown - m.tick) * 1000 // self.game.tick_hz
            others = common_lead(one.latency for one in self.people.values() if one is not person)
            reaction = person.latency.reaction(value, now_ms - light_ms, others)
        runner.press(seat, seq, min(tick, m.tick), buttons, reaction)

    # hot: in games that tell everybody only what is near, once per tick
    def _send_views(self, runner: MatchRunner, views: InterestStream) -> None:
        outbox = self.context.outbox
        following: dict[Seats, list[str]] = {}
        newcomers: list[str] = []
        for person in self.people.values():
            member = person.member
            if member is None or person.away:
                continue
            seats = tuple(person.seats())
            if self._viewed.get(member) == seats and seats in views:
                following.setdefault(seats, []).append(member)
            else:
                newcomers.append(member)
        views.keep(following)
        with_json = outbox.wants_json(self.code)
        views.step(runner.match, with_json)
        for seats, members in following.items():
            as_json = with_json and not all(outbox.takes_entries(member) for member in members)
            message = views.message(runner.match, seats, as_json)
            for member in members:
                outbox.state_one(member, message, True)
        # Who took another seat begins anew, with a view that goes on from this tick.
        for member in newcomers:
            self.send_keyframe(member)

    def _private_parts(self, person: Person) -> list[int | None]:
        """The private parts that a person may see: their seats', and None for the host's."""
        parts: list[int | None] = [*person.seats()]
        return [*parts, None] if person.id == self.host else parts

    # hot: in games with hidden information, once per tick
    def _send_private(self, runner: MatchRunner) -> None:
        outbox = self.context.outbox
        for person in self.people.values():
            member = person.member
            if member is None or person.away:
                continue
            for seat in self._private_parts(person):
                message = runner.secrets.update(runner.match, seat, not outbox.takes_entries(member))
                if message is not None:
                    outbox.state_one(member, message, True)

    def _cover(self, number: int) -> None:
        """The seat's player is absent: let go of the buttons, and let a bot play if the host allows."""
        seat = self.seats[number]
        if self.runner is None or not seat.playing:
            return
        self.runner.let_go(number)
        if self.cover:
            seat.covered = True
            self.runner.bots.seat(number, self.context.bots.level, 0)

    def _uncover(self, number: int) -> None:
        seat = self.seats[number]
        if seat.covered and self.runner is not None:
            self.runner.bots.release(number)
            self.runner.let_go(number)
        seat.covered = False

    def release_buttons(self, person: Person) -> None:
        """The person's page is hidden or gone: nobody holds their buttons."""
        if self.runner is not None:
            for number in person.seats():
                if not self.seats[number].covered:
                    self.runner.let_go(number)


def _journal_text(runner: MatchRunner) -> str:
    packed = base64.b85encode(zlib.compress(runner.journal.pack())).decode()
    shown = packed if len(packed) < MOST_LOGGED else f"too long, {len(packed)} characters"
    return f"journal (zlib, base85): {shown}"
