"""Playing: a room's way from countdown through match to results, and how the match is followed."""

import base64
import logging
import zlib

from game import telemetry
from game.rooms.errors import Refused
from game.rooms.journal import Head
from game.rooms.lag_compensation import common_lead
from game.rooms.match_runner import LiveMatch
from game.rooms.outbox import Message
from game.rooms.people import Person
from game.rooms.phases import Phase, Turn
from game.rooms.premises import Premises
from game.rooms.replication.interest import Seats, Views
from game.rooms.results import describe_results
from game.rules import BROUGHT_BY, HOST_IS, PACK_BYTES

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
        self.countdown_at = now_ms + round(self.house.rooms.countdown_s * 1000)

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
        head = Head(self.game.name, tuple(self.chosen), tuple(numbers), tuple(teams), self.house.draw())
        self.live = LiveMatch(self.game, head, self.house.draw, self.epoch)
        for number in numbers:
            seat = self.seats[number]
            seat.playing = True
            if seat.kind == "bot":
                self.live.bots.seat(number, seat.level, seat.style)
        if self.game.hosted:
            self._told_host = None
            self._tell_host(self.live)
            for word in (self.pack or self.house.pack).words(self.house.draw):
                self.live.command(0, PACK_BYTES, word)
            self._told_bringer = None
            self._tell_bringer(self.live)
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

    def _tell_host(self, live: LiveMatch) -> None:
        """Tell a game that the host leads whose seat that is, if it is another than before."""
        host = self.people.get(self.host) if self.host is not None else None
        seat = -1 if host is None or host.seat is None else host.seat
        if self.game.hosted and seat != self._told_host:
            self._told_host = seat
            live.command(0, HOST_IS, seat + 1)

    def _tell_bringer(self, live: LiveMatch) -> None:
        """Tell a game which seats know the answers of the pack, if they are others than before.

        Who brought the pack knows them, host or not any more.
        """
        if not self.game.hosted or self.pack is None:
            return
        seats = next((one.seats() for one in self.people.values() if one.device == self.pack_by), [])
        told = sum((seat + 1) << 7 * k for k, seat in enumerate(seats))
        if told != self._told_bringer:
            self._told_bringer = told
            live.command(0, BROUGHT_BY, told)

    # hot: once per tick
    def tick(self, at_ms: int, send: bool, tell: bool) -> None:
        """Advance the running match by one tick, which was due at `at_ms`, and send what changed.

        `send`: now is a time for states; `tell`: and for entries. What is decided is told at once.
        """
        live = self.live
        if live is None or self.phase is not Phase.LIVE:
            return
        outbox = self.house.outbox
        streamed = outbox.watched(self.entries_channel) > 0
        live.step(streamed)
        self.tick_at_ms = self.time_ms = at_ms
        if streamed and (tell or live.over):
            message = live.stream.message(live.match)
            if message is not None:
                outbox.state(self.entries_channel, message)
        if not outbox.watched(self.code):
            live.told.unfollowed()
        elif send or live.over:
            if isinstance(live.told, Views):
                self._send_views(live, live.told)
            else:
                outbox.state(self.code, live.told.state(live.match, outbox.wants_json(self.code)))
            if live.secrets.any:
                self._send_private(live)
        if self.keyframes.waiting:
            self._send_waiting_keyframes()
        if self.unpublished:
            self.publish_soon(at_ms)
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
        self._rematch_until = now_ms + round(self.house.rooms.results_s * 1000)
        self.publish()

    def end_match(self) -> None:
        """Forget the running match; every seat is as it is in a lobby."""
        self.live = None
        for member in self.keyframes.waiting:
            person = self._person_at(member)
            if person is not None and not person.away:
                self.house.outbox.watch(self.channel_of(person), member)
        self.keyframes.waiting.clear()
        self.paused_by = None
        for seat in self.seats.values():
            seat.playing = False
            seat.covered = False
            seat.ready = seat.kind == "bot"

    def back_to_lobby(self) -> None:
        """Leave the match or the results."""
        if self.live is not None and self.phase is not Phase.RESULTS:
            how = "failed" if self.failed_rules is self.game else "left"
            telemetry.matches_ended.labels(self.game.name, how).inc()
            if not self.demo:
                log.info("match ended", extra={**self._names(), "how": how, "ticks": self.live.tick_number})
        self._turn(Turn.RETURN)
        self.end_match()
        self.results = None
        self.rematch.clear()
        self._rematch_until = None

    def fail(self) -> bool:
        """The game's rules raised an exception: end the match without results, tell everybody, keep the room.

        False when no match was running, or when nobody is there to begin another: then the room must close.
        """
        running = self.live is not None or self.phase in (Phase.LIVE, Phase.PAUSED)
        if self.demo or not running:
            return False
        self.failed_rules = self.game
        self.back_to_lobby()
        text = f"{self.game.title} has failed, so this match has ended. What happened is recorded."
        self.house.outbox.tell(self.code, "notice", {"code": "game_failed", "message": text})
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
        live = self.live
        if live is None:
            return "no match was running"
        if live.journal.end().tick < live.tick_number:
            live.journal.append(live.tick_number, [], [])
        return _journal_text(live)

    def pause(self, by: str) -> None:
        """Stop the match's time."""
        self._turn(Turn.PAUSE)
        self.paused_by = by

    def resume(self) -> None:
        """Let the match's time go on."""
        self._turn(Turn.RESUME)
        self.paused_by = None

    def _send_keyframes(self) -> None:
        live = self.live
        if live is None:
            return
        size = 0
        for person in self.people.values():
            if person.member is not None and not person.away:
                size += self._begin_to_follow(live, person, person.member)
        host = self.people.get(self.host or "")
        if host is not None:  # who may begin and end a match pays for that
            host.output.charge(self.time_ms, size)
            self._changed_by[host.id] = host

    def send_keyframe(self, member: str) -> None:
        """Send all that one connection needs to follow the match from here, once its budget allows that."""
        live = self.live
        if live is not None and self.keyframes.admits(member, self.time_ms):
            self._send_keyframe_now(live, member)

    def _send_waiting_keyframes(self) -> None:
        """Send the keyframes that had to wait, as far as the budgets allow by now."""
        live = self.live
        if live is None:
            return
        for member in self.keyframes.due(self.time_ms):
            person = self._person_at(member)
            if person is None or person.away:
                self.keyframes.waiting.pop(member, None)
                continue
            self._begin_to_follow(live, person, member)

    def _begin_to_follow(self, live: LiveMatch, person: Person, member: str) -> int:
        """Bring a connection to the present tick, and let it follow from there; returns the bytes sent."""
        if person.predicts:
            self._flush_entries(live)  # before the newcomer listens, who cannot use it
        self.house.outbox.watch(self.channel_of(person), member)
        return self._send_keyframe_now(live, member)

    def _person_at(self, member: str) -> Person | None:
        return next((one for one in self.people.values() if one.member == member), None)

    def _send_keyframe_now(self, live: LiveMatch, member: str) -> int:
        """Send all that one connection needs to follow the match from here; returns its size in bytes."""
        outbox = self.house.outbox
        person = self._person_at(member)
        messages: list[Message] = []
        if person is not None and person.predicts:
            self._flush_entries(live)
            messages.append(live.checkpoint_message(self.tick_at_ms))
        else:
            followed = outbox.watched(self.code) > 1
            seats = tuple(person.seats()) if person is not None else ()
            messages.append(live.keyframe_message(self.tick_at_ms, followed, seats))
            self._viewed[member] = seats
            if person is not None and live.secrets.any:
                for seat in self._private_parts(person):
                    message = live.secrets.full(live.match, seat)
                    if message is not None:
                        messages.append(message)
        for message in messages:
            outbox.state_one(member, message, False)
        size = sum(len(message.binary) for message in messages)
        self.keyframes.sent(member, size, self.time_ms)
        return size

    def _flush_entries(self, live: LiveMatch) -> None:
        """Bring those who follow by entries to the present tick, from which a checkpoint may follow."""
        rest = live.stream.flush(live.match)
        if rest is not None:
            self.house.outbox.state(self.entries_channel, rest)

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
        if self.live is None:
            self.house.outbox.watch(self.channel_of(person), member)
        elif self.keyframes.admits(member, self.time_ms):
            self._begin_to_follow(self.live, person, member)
        else:
            self.house.outbox.unwatch(member)  # changes say nothing without the keyframe that has to wait

    def desynced(self, person: Person, tick: int, found: int) -> None:
        """A client's state is not ours: heal it by a checkpoint, and log the journal that shows it.

        A match's journal is logged once, for anybody may say that they differ, and as often as they like.
        """
        live = self.live
        if live is None or person.member is None:
            return
        known = dict(live.stream.hashes).get(tick)
        if known is not None and known != found and person.predicts:
            if person.member not in self.keyframes.waiting:
                live.stream.renew(live.match)
            if self._desync_told != self.match_number:
                self._desync_told = self.match_number
                telemetry.desyncs.labels(self.game.name).inc()
                self._log_desync(live, tick, known, found)
        self.send_keyframe(person.member)

    def _log_desync(self, live: LiveMatch, tick: int, known: int, found: int) -> None:
        log.error(
            "desync after tick %d: %07x here, %07x there; %s",
            tick,
            known,
            found,
            _journal_text(live),
            extra=self._names(),
        )

    # hot: every press of every player
    def press(
        self, person: Person, seat: int, seq: int, tick: int, buttons: int, value: int | None, now_ms: int
    ) -> None:
        """A person's input for one of their seats; in a game of reaction it is timed."""
        live = self.live
        if live is None or seq <= live.queues[seat].seen_seq:
            return
        m = live.match
        shown = self.game.shown(m)
        if shown < 0:
            live.press(seat, seq, tick, buttons, value or 0)
            return
        reaction = 0
        if shown > 0 and buttons:
            light_ms = self.tick_at_ms + (shown - m.tick) * 1000 // self.game.tick_hz
            others = common_lead(one.line for one in self.people.values() if one is not person)
            reaction = person.line.reaction(value, now_ms - light_ms, others)
        live.press(seat, seq, min(tick, m.tick), buttons, reaction)

    # hot: in games that tell everybody only what is near, once per tick
    def _send_views(self, live: LiveMatch, views: Views) -> None:
        outbox = self.house.outbox
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
        views.step(live.match, with_json)
        for seats, members in following.items():
            as_json = with_json and not all(outbox.takes_entries(member) for member in members)
            message = views.message(live.match, seats, as_json)
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

    def release_buttons(self, person: Person) -> None:
        """The person's page is hidden or gone: nobody holds their buttons."""
        if self.live is not None:
            for number in person.seats():
                if not self.seats[number].covered:
                    self.live.let_go(number)


def _journal_text(live: LiveMatch) -> str:
    packed = base64.b85encode(zlib.compress(live.journal.pack())).decode()
    shown = packed if len(packed) < MOST_LOGGED else f"too long, {len(packed)} characters"
    return f"journal (zlib, base85): {shown}"
