"""Replication: sends the running match of a room to the connections that follow it.

All streams of the match belong to this object. After each tick it takes what the match runner did and sends
the frames that are due. Beside that it lets single connections begin and stop to follow, and repairs them.
"""

import logging
from typing import TYPE_CHECKING

from game import telemetry
from game.protocol.commands import Desync
from game.rooms.match_runner import MatchRunner, Tick
from game.rooms.outbox import Message
from game.rooms.people import Person
from game.rooms.replication.delayed import DelayedStream, DelayedStreams
from game.rooms.replication.deltas import DeltaStream, shift_message
from game.rooms.replication.inputs import InputStream
from game.rooms.replication.interest import InterestStream, Seats
from game.rooms.replication.keyframes import KeyframeGate
from game.rooms.replication.private import PrivateStreams
from game.rooms.reports import packed_state
from game.sync.schema import Schema

if TYPE_CHECKING:
    from game.rooms.room import Room

log = logging.getLogger("rumpus.rooms")


class MatchStreams:
    """Every stream of one match.

    Args:
        runner: the match.
        epoch: the epoch under which this worker owns the room.
        resumed: the match comes from another worker, so that every follower receives a checkpoint first.

    Attributes:
        state: one stream for all, or one in which each player sees what is near, as the game declares.
        inputs: the stream for clients that run the rules.
        private: the streams of what is hidden from the others.
    """

    __slots__ = ("inputs", "private", "state")

    def __init__(self, runner: MatchRunner, epoch: int, resumed: bool = False) -> None:
        m = runner.match
        near = Schema.of(runner.game).near
        self.state: DeltaStream | InterestStream = (
            DeltaStream(m, epoch) if near is None else InterestStream(m, epoch)
        )
        self.inputs = InputStream(m, runner.journal, epoch, runner.entropy, resumed)
        self.private = PrivateStreams(m)

    def add(self, runner: MatchRunner, tick: Tick, inputs_followed: bool) -> None:
        """Keep what a tick did for the next frames; `inputs_followed`: somebody follows the input stream."""
        self.state.add(tick.acks, tick.events)
        self.inputs.add(runner.match, tick.entries, tick.acks, runner.entropy, inputs_followed)

    def renew_epoch(self, epoch: int) -> None:
        """Let keyframes and checkpoints carry a higher epoch from now on."""
        self.state.epoch = self.inputs.epoch = epoch

    def keyframe(self, runner: MatchRunner, at_ms: int, followed: bool, seats: Seats) -> Message:
        """The whole state for a person on these seats.

        Args:
            runner: the match.
            at_ms: the server's time at which the present tick was due.
            followed: others follow the state, so that the keyframe must be of the last frame's tick.
            seats: the seats of the person, () for a spectator.

        Returns:
            A message from which a client follows the next frames.
        """
        state = self.state
        if not followed:
            state.rebase(runner.match)
        if isinstance(state, InterestStream):
            return state.keyframe(runner.match, seats, runner.acks(), at_ms)
        return state.keyframe(runner.acks(), at_ms)

    def checkpoint(self, runner: MatchRunner, at_ms: int) -> Message:
        """What a client needs to run the rules from the present tick on, which was due at `at_ms`."""
        return self.inputs.checkpoint(runner.match, runner.acks(), at_ms)


class Replication:
    """What the connections of one room receive of its match.

    A connection follows one of two channels: the one of the state, whose name is the room's code, or the one
    of the inputs if it runs the rules itself. For spectators who see the match later there is another one of
    each kind.

    Attributes:
        inputs_channel: the name of the channel of inputs.
        delayed: the streams for spectators who see the match later.
        keyframes: how many keyframes each connection may receive, and who waits for one.
        streams: the streams of the running match, or None.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._outbox = room.context.outbox
        self.inputs_channel = room.code + "+"
        self.keyframes = KeyframeGate()
        self.delayed = DelayedStreams(self._outbox, room.code, self._count_keyframe)
        self.streams: MatchStreams | None = None
        self._seats_of: dict[str, Seats] = {}  # by connection, those of the interest set that it follows
        self._desync_counted = 0  # the number of the match in which a client was seen to differ
        self._new: set[str] = set()  # connections that must have their answer before the first frame

    def begin(self, runner: MatchRunner, resumed: bool = False) -> None:
        """Open the streams of a match; `resumed`: it comes from another worker."""
        self.streams = MatchStreams(runner, self._room.epoch, resumed)

    def end(self) -> None:
        """Close the streams: the connections that wait for a keyframe follow their channel without one."""
        self.streams = None
        self.delayed.finish()
        for member in self.keyframes.waiting:
            person = self._room.person_at(member)
            if person is not None and not person.away and not self.is_delayed(person):
                self._outbox.watch(self.channel_of(person), member)
        self.keyframes.waiting.clear()

    # hot: once per room and tick
    def send(self, runner: MatchRunner, tick: Tick, send_states: bool, send_inputs: bool) -> None:
        """Send the frames that are due after a tick.

        Args:
            runner: the match.
            tick: what the tick did.
            send_states: changes of the state are due now.
            send_inputs: inputs are due now. The last tick of a match sends both.
        """
        streams = self.streams
        if streams is None:
            return
        outbox, channel, delayed = self._outbox, self._room.code, self.delayed
        followed = outbox.watched(self.inputs_channel) > 0 or delayed.inputs.collecting
        streams.add(runner, tick, followed)
        if followed and (send_inputs or tick.decided):
            message = streams.inputs.message(runner.match)
            if message is not None:
                self._send_inputs(runner, streams, message)
        if not outbox.watched(channel) and not delayed.state.collecting:
            streams.state.clear()
        elif send_states or tick.decided:
            self._send_states(runner, streams)
        if self.keyframes.waiting:
            self.send_waiting_keyframes()
        if delayed.followed:
            delayed.release(self._room.tick_at_ms)

    # hot: once per room and tick
    def _send_states(self, runner: MatchRunner, streams: MatchStreams) -> None:
        state, late = streams.state, self.delayed.state
        if isinstance(state, InterestStream):
            self._send_interest(runner, streams, state)
        else:
            channel = self._room.code
            with_json = self._outbox.wants_json(channel) or late.wants_json
            message = state.state(runner.match, with_json)
            self._outbox.state(channel, message)
            if late.collecting:
                self._keep_state(runner, streams, message)
        if streams.private.any:
            self._send_private(runner, streams)

    # hot: once per room and tick
    def _send_inputs(self, runner: MatchRunner, streams: MatchStreams, message: Message) -> None:
        self._outbox.state(self.inputs_channel, message)
        delayed = self.delayed.inputs
        if not delayed.collecting:
            return
        due_ms = self._room.tick_at_ms + self._room.delay_s * 1000
        delayed.add(due_ms, message)
        if delayed.keyframe_due(due_ms):
            delayed.add_keyframe(due_ms, streams.checkpoint(runner, due_ms))
            self._limit_delayed()

    # hot: in rooms with delayed spectators, once per tick
    def _keep_state(self, runner: MatchRunner, streams: MatchStreams, message: Message) -> None:
        """Keep a state frame for spectators who see it later, and a keyframe behind it now and then."""
        delayed = self.delayed.state
        due_ms = self._room.tick_at_ms + self._room.delay_s * 1000
        delayed.add(due_ms, message)
        if delayed.keyframe_due(due_ms):
            delayed.add_keyframe(due_ms, streams.keyframe(runner, due_ms, True, ()))
            self._limit_delayed()

    def _limit_delayed(self) -> None:
        """Begin again when too much is kept."""
        for stream in (self.delayed.state, self.delayed.inputs):
            if stream.too_large:
                log.warning("too many bytes are kept for delayed spectators", extra=self._room.log_keys())
                stream.restart()
                self._collect(stream)

    # hot: in games that send everybody only what is near, once per tick
    def _send_interest(self, runner: MatchRunner, streams: MatchStreams, stream: InterestStream) -> None:
        outbox = self._outbox
        following: dict[Seats, list[str]] = {}
        newcomers: list[str] = []
        for person in self._room.people.values():
            member = person.member
            if member is None or person.away or self.is_delayed(person):
                continue
            seats = tuple(person.seats())
            if self._seats_of.get(member) == seats and seats in stream:
                following.setdefault(seats, []).append(member)
            else:
                newcomers.append(member)
        late = self.delayed.state
        if late.collecting:
            following.setdefault((), [])
        stream.keep(following)
        with_json = outbox.wants_json(self._room.code) or late.wants_json
        stream.step(runner.match, with_json)
        for seats, members in following.items():
            kept = late.collecting and not seats
            as_json = with_json and not all(outbox.takes_entries(member) for member in members)
            message = stream.message(runner.match, seats, as_json or (kept and late.wants_json))
            for member in members:
                outbox.state_one(member, message, True)
            if kept:
                self._keep_state(runner, streams, message)
        # A person on another seat than before starts with a keyframe of that seat's set, at this tick.
        for member in newcomers:
            self.send_keyframe(member)

    # hot: in games with hidden information, once per tick
    def _send_private(self, runner: MatchRunner, streams: MatchStreams) -> None:
        outbox = self._outbox
        for person in self._room.people.values():
            member = person.member
            if member is None or person.away:
                continue
            with_json = not outbox.takes_entries(member)
            for seat in self._private_parts(person):
                message = streams.private.update(runner.match, seat, with_json)
                if message is not None:
                    outbox.state_one(member, message, True)

    def _private_parts(self, person: Person) -> list[int | None]:
        """The private parts that a person may see: those of their seats, and None for the host's."""
        parts: list[int | None] = [*person.seats()]
        is_host = person.id == self._room.host and not self.is_delayed(person)
        return [*parts, None] if is_host else parts

    def shift(self, runner: MatchRunner, at_ms: int) -> None:
        """Send that the schedule has moved: the present tick is due at `at_ms`."""
        message = shift_message(runner.match.tick, at_ms)
        self._outbox.state(self._room.code, message)
        self._outbox.state(self.inputs_channel, message)
        if self.delayed.followed:
            due_ms = self._room.time_ms + self._room.delay_s * 1000
            late = shift_message(runner.match.tick, at_ms + self._room.delay_s * 1000)
            for stream in (self.delayed.state, self.delayed.inputs):
                if stream.collecting:
                    stream.add(due_ms, late)

    def is_delayed(self, person: Person) -> bool:
        """Whether a person has no seat, and sees the match later. The host of a hosted game does not."""
        room = self._room
        if not room.delay_s or person.seat is not None or room.demo:
            return False
        return not (room.game.hosted and person.id == room.host)

    def channel_of(self, person: Person) -> str:
        """The channel that a person's connection follows."""
        if self.is_delayed(person):
            return self.delayed.of(person.predicts).channel
        return self.inputs_channel if person.predicts else self._room.code

    def follow(self, person: Person) -> None:
        """Let a person's connection follow the match by the channel that it asked for."""
        member = person.member
        if member is None:
            return
        if self._room.runner is None:
            if not self.is_delayed(person) or member not in self.delayed.of(person.predicts):
                self._wait_for_match(person, member)
        elif self.keyframes.admits(member, self._room.time_ms):
            self._begin_to_follow(person, member)
        else:
            self.pause(member)  # frames say nothing without the keyframe that has to wait

    def attach(self, person: Person) -> None:
        """A person has a new connection; `send_keyframe` brings it into the match that runs."""
        member = person.member
        if member is None:
            return
        if self._room.runner is not None and self.is_delayed(person):
            self._new.add(member)
        else:
            self._outbox.watch(self._room.code, member)

    def _wait_for_match(self, person: Person, member: str) -> None:
        """No match is running: let a connection follow the channel on which the next one begins."""
        self.delayed.leave(member)
        self._outbox.watch(self.inputs_channel if person.predicts else self._room.code, member)

    def review_delays(self) -> None:
        """Let each spectator see the match later, and each player at once.

        Call it after every change of who has a seat, of the host, and of the delay.
        """
        room = self._room
        if not room.delay_s and not self.delayed.followed:
            return
        for person in room.people.values():
            member = person.member
            if member is None or person.away or member in self._new:
                continue
            if self.is_delayed(person) == (member in self.delayed):
                continue
            if room.runner is not None:
                if member not in self.keyframes.waiting:
                    self.follow(person)
            elif member in self.delayed:
                self._wait_for_match(person, member)

    def restart_delayed(self) -> None:
        """The delay has changed: spectators wait for the match as it is from now on."""
        self.delayed.restart()
        if self._room.delay_s:
            for stream in (self.delayed.state, self.delayed.inputs):
                if stream.followed:
                    self._collect(stream)
        self.review_delays()

    def release_delayed(self, now_ms: int) -> None:
        """Send delayed frames that are due, also while no tick does."""
        if self.delayed.followed:
            self.delayed.release(now_ms)

    def pause(self, member: str) -> None:
        """Send a connection no frames until `follow`."""
        self.delayed.leave(member)
        self._outbox.unwatch(member)

    def forget(self, member: str) -> None:
        """Stop sending to a connection."""
        self._seats_of.pop(member, None)
        self._new.discard(member)
        self.keyframes.forget(member)
        self.pause(member)

    def change_player(self, seat: int) -> None:
        """Another person has this seat from now on: its private part comes in full, inputs count from 1."""
        if self.streams is not None:
            self.streams.private.forget(seat)
            self.streams.state.forget_acks(seat)

    def change_host(self) -> None:
        """Another person sees the host's private part from now on: in full first."""
        if self.streams is not None:
            self.streams.private.forget(None)

    def stop_predicting(self) -> None:
        """The rules have changed: nobody runs the new ones yet, and all follow the state."""
        for person in self._room.people.values():
            if person.predicts or (person.member or "") in self.delayed:
                person.predicts = False
                if person.member is not None and not person.away:
                    self._wait_for_match(person, person.member)

    def send_keyframes(self) -> int:
        """Send every connection a keyframe or checkpoint; returns the bytes sent."""
        size = 0
        for person in self._room.people.values():
            member = person.member
            if member is None or person.away:
                continue
            if member in self.delayed and self.is_delayed(person):
                self._collect(self.delayed.of(person.predicts))  # the new match follows the last one
            else:
                size += self._begin_to_follow(person, member)
        return size

    def send_keyframe(self, member: str) -> None:
        """Send a connection all that it needs to follow from here, as soon as its budget allows that."""
        room = self._room
        self._new.discard(member)
        person = room.person_at(member)
        if person is not None and self.is_delayed(person):
            shown = not person.away and (room.runner is not None or member in self.delayed)
            if shown and self.keyframes.admits(member, room.time_ms):
                self._follow_delayed(person, member)
        elif self.streams is not None and self.keyframes.admits(member, room.time_ms):
            self._send_keyframe_now(member, person)

    def send_waiting_keyframes(self) -> None:
        """Send the keyframes that had to wait and that the budgets allow by now."""
        if self.streams is None:
            return
        for member in self.keyframes.due(self._room.time_ms):
            person = self._room.person_at(member)
            if person is None or person.away:
                self.keyframes.waiting.pop(member, None)
            else:
                self._begin_to_follow(person, member)

    def _begin_to_follow(self, person: Person, member: str) -> int:
        """Bring a connection to the present tick and let it follow from there; returns the bytes sent."""
        if self.is_delayed(person):
            return self._follow_delayed(person, member)
        self.delayed.leave(member)
        if person.predicts:
            self._flush_inputs()  # before the newcomer follows, who cannot use the frame
        self._outbox.watch(self.channel_of(person), member)
        return self._send_keyframe_now(member, person)

    def _follow_delayed(self, person: Person, member: str) -> int:
        """Let a connection follow as a delayed spectator; returns the bytes sent."""
        stream = self.delayed.of(person.predicts)
        if member in self.delayed.of(not person.predicts):
            self.delayed.of(not person.predicts).leave(member)
        self.keyframes.waiting.pop(member, None)
        size = stream.follow(member)
        self._collect(stream)
        if self._room.game.replication == "events" and self.streams and not self.streams.private.any:
            self._collect(self.delayed.inputs)  # most spectators run the rules as soon as they have them
        return size

    def _collect(self, stream: DelayedStream) -> None:
        """Keep the frames of the running match for delayed spectators, if that has not begun."""
        runner, streams = self._room.runner, self.streams
        if runner is None or streams is None or stream.collecting:
            return
        due_ms = self._room.tick_at_ms + self._room.delay_s * 1000
        if stream is self.delayed.inputs:
            self._flush_inputs()
            stream.begin(due_ms, streams.checkpoint(runner, due_ms))
        else:
            followed = self._outbox.watched(self._room.code) > 0
            stream.begin(due_ms, streams.keyframe(runner, due_ms, followed, ()))

    def _count_keyframe(self, member: str, size: int) -> None:
        self.keyframes.sent(member, size, self._room.time_ms)

    def _send_keyframe_now(self, member: str, person: Person | None) -> int:
        runner, streams = self._room.runner, self.streams
        if runner is None or streams is None:
            return 0
        at_ms = self._room.tick_at_ms
        messages: list[Message] = []
        if person is not None and person.predicts:
            self._flush_inputs()
            messages.append(streams.checkpoint(runner, at_ms))
        else:
            followed = self._outbox.watched(self._room.code) > 1 or self.delayed.state.collecting
            seats = tuple(person.seats()) if person is not None else ()
            messages.append(streams.keyframe(runner, at_ms, followed, seats))
            self._seats_of[member] = seats
            if person is not None and streams.private.any:
                parts = [streams.private.full(runner.match, seat) for seat in self._private_parts(person)]
                messages += [message for message in parts if message is not None]
        for message in messages:
            self._outbox.state_one(member, message, False)
        size = sum(len(message.binary) for message in messages)
        self.keyframes.sent(member, size, self._room.time_ms)
        return size

    def _flush_inputs(self) -> None:
        """Bring the followers of inputs to the present tick, at which a checkpoint can follow."""
        runner, streams = self._room.runner, self.streams
        if runner is not None and streams is not None:
            rest = streams.inputs.flush(runner.match)
            if rest is not None:
                self._send_inputs(runner, streams, rest)

    def last_hash(self) -> tuple[int, int]:
        """The newest hash that followers received, as (tick, hash); (-1, 0) for none."""
        hashes = self.streams.inputs.hashes if self.streams is not None else None
        return hashes[-1] if hashes else (-1, 0)

    def repair(self, person: Person, command: Desync) -> None:
        """Send a keyframe to a client whose state is not ours, and report what shows it.

        A match is reported once: clients may send this as often as they like, and what they like.

        Args:
            person: the person whose client has found it.
            command: the tick and the client's hash there.

        Raises:
            Refused: the state that came with it is malformed.
        """
        state = packed_state(self._room.game, command.state)
        runner, streams = self._room.runner, self.streams
        if runner is None or streams is None or person.member is None:
            return
        known = dict(streams.inputs.hashes).get(command.tick)
        if known is not None and known != command.hash and person.predicts:
            if person.member not in self.keyframes.waiting:
                streams.inputs.renew(runner.match)
            if self._desync_counted != self._room.match_number:
                self._desync_counted = self._room.match_number
                telemetry.desyncs.labels(self._room.game.name).inc()
                self._room.reports.desync(runner, command, state, known)
        self.send_keyframe(person.member)
