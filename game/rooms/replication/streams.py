"""The streams of one match: one of its state, one of its inputs, and the private ones."""

from game.rooms.match_runner import MatchRunner, Tick
from game.rooms.outbox import Message
from game.rooms.replication.deltas import DeltaStream
from game.rooms.replication.inputs import InputStream
from game.rooms.replication.interest import InterestStream, Seats
from game.rooms.replication.private import PrivateStreams
from game.sync.schema import Schema


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
