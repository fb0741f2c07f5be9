"""Replication: sends the running match of a room to the connections that follow it.

All streams of the match belong to this object. After each tick it takes what the match runner did and sends
the frames that are due. Beside that it lets single connections begin and stop to follow, and repairs them.
"""

from typing import TYPE_CHECKING

from game import telemetry
from game.protocol.commands import Desync
from game.rooms.match_runner import MatchRunner, Tick
from game.rooms.outbox import Message
from game.rooms.people import Person
from game.rooms.replication.deltas import DeltaStream, shift_message
from game.rooms.replication.inputs import InputStream
from game.rooms.replication.interest import InterestStream, Seats
from game.rooms.replication.keyframes import KeyframeGate
from game.rooms.replication.private import PrivateStreams
from game.rooms.reports import packed_state
from game.sync.schema import Schema

if TYPE_CHECKING:
    from game.rooms.room import Room


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
    of the inputs if it runs the rules itself.

    Attributes:
        inputs_channel: the name of the channel of inputs.
        keyframes: how many keyframes each connection may receive, and who waits for one.
        streams: the streams of the running match, or None.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._outbox = room.context.outbox
        self.inputs_channel = room.code + "+"
        self.keyframes = KeyframeGate()
        self.streams: MatchStreams | None = None
        self._seats_of: dict[str, Seats] = {}  # by connection, those of the interest set that it follows
        self._desync_counted = 0  # the number of the match in which a client was seen to differ

    def begin(self, runner: MatchRunner, resumed: bool = False) -> None:
        """Open the streams of a match; `resumed`: it comes from another worker."""
        self.streams = MatchStreams(runner, self._room.epoch, resumed)

    def end(self) -> None:
        """Close the streams: the connections that wait for a keyframe follow their channel without one."""
        self.streams = None
        for member in self.keyframes.waiting:
            person = self._room.person_at(member)
            if person is not None and not person.away:
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
        outbox, channel = self._outbox, self._room.code
        followed = outbox.watched(self.inputs_channel) > 0
        streams.add(runner, tick, followed)
        if followed and (send_inputs or tick.decided):
            message = streams.inputs.message(runner.match)
            if message is not None:
                outbox.state(self.inputs_channel, message)
        state = streams.state
        if not outbox.watched(channel):
            state.clear()
        elif send_states or tick.decided:
            if isinstance(state, InterestStream):
                self._send_interest(runner, state)
            else:
                outbox.state(channel, state.state(runner.match, outbox.wants_json(channel)))
            if streams.private.any:
                self._send_private(runner, streams)
        if self.keyframes.waiting:
            self.send_waiting_keyframes()

    # hot: in games that send everybody only what is near, once per tick
    def _send_interest(self, runner: MatchRunner, stream: InterestStream) -> None:
        outbox = self._outbox
        following: dict[Seats, list[str]] = {}
        newcomers: list[str] = []
        for person in self._room.people.values():
            member = person.member
            if member is None or person.away:
                continue
            seats = tuple(person.seats())
            if self._seats_of.get(member) == seats and seats in stream:
                following.setdefault(seats, []).append(member)
            else:
                newcomers.append(member)
        stream.keep(following)
        with_json = outbox.wants_json(self._room.code)
        stream.step(runner.match, with_json)
        for seats, members in following.items():
            as_json = with_json and not all(outbox.takes_entries(member) for member in members)
            message = stream.message(runner.match, seats, as_json)
            for member in members:
                outbox.state_one(member, message, True)
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
        return [*parts, None] if person.id == self._room.host else parts

    def shift(self, runner: MatchRunner, at_ms: int) -> None:
        """Send that the schedule has moved: the present tick is due at `at_ms`."""
        message = shift_message(runner.match.tick, at_ms)
        self._outbox.state(self._room.code, message)
        self._outbox.state(self.inputs_channel, message)

    def channel_of(self, person: Person) -> str:
        """The channel that a person's connection follows."""
        return self.inputs_channel if person.predicts else self._room.code

    def follow(self, person: Person) -> None:
        """Let a person's connection follow the match by the channel that it asked for."""
        member = person.member
        if member is None:
            return
        if self._room.runner is None:
            self._outbox.watch(self.channel_of(person), member)
        elif self.keyframes.admits(member, self._room.time_ms):
            self._begin_to_follow(person, member)
        else:
            self._outbox.unwatch(member)  # frames say nothing without the keyframe that has to wait

    def forget(self, member: str) -> None:
        """Stop sending to a connection."""
        self._seats_of.pop(member, None)
        self.keyframes.forget(member)
        self._outbox.unwatch(member)

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
            if person.predicts:
                person.predicts = False
                if person.member is not None and not person.away:
                    self._outbox.watch(self._room.code, person.member)

    def send_keyframes(self) -> int:
        """Send every connection a keyframe or checkpoint; returns the bytes sent."""
        size = 0
        for person in self._room.people.values():
            if person.member is not None and not person.away:
                size += self._begin_to_follow(person, person.member)
        return size

    def send_keyframe(self, member: str) -> None:
        """Send a connection all that it needs to follow from here, as soon as its budget allows that."""
        if self.streams is not None and self.keyframes.admits(member, self._room.time_ms):
            self._send_keyframe_now(member, self._room.person_at(member))

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
        if person.predicts:
            self._flush_inputs()  # before the newcomer follows, who cannot use the frame
        self._outbox.watch(self.channel_of(person), member)
        return self._send_keyframe_now(member, person)

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
            followed = self._outbox.watched(self._room.code) > 1
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
                self._outbox.state(self.inputs_channel, rest)

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
