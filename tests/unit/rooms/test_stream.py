"""Clients that run the rules receive all that they need: same entries, same order, same state."""

import random

import pytest

from game.games.trails import Trails
from game.protocol.frames import ENTROPY, HASHED, MARGINS
from game.rooms.journal import Head
from game.rooms.match_runner import ENTROPY_AHEAD_TICKS, ENTROPY_EVERY_TICKS, MatchRunner
from game.rooms.outbox import Message
from game.rooms.replication.inputs import HASH_TICKS, MAX_REPLAY_TICKS
from game.rooms.replication.replication import MatchStreams
from game.rules import ENTROPY as ENTROPY_ENTRY
from game.rules import snapshot
from game.rules.snapshot import state_hash
from game.sync.varint import Reader
from tests.unit.rooms.predictor import Predictor
from tests.unit.rooms.world import World


class Live:
    """A match and its streams, as a room steps them."""

    def __init__(self, seats: int = 3) -> None:
        game = Trails()
        draw = random.Random(8)
        head = Head("trails", tuple(game.options.defaults()), tuple(range(seats)), (0,) * 8, 99)
        self.runner = MatchRunner(game, head, lambda: draw.getrandbits(28))
        self.streams = MatchStreams(self.runner, 1)
        self.inputs = self.streams.inputs
        self.match = self.runner.match

    def tick(self, followed: bool = True) -> None:
        self.streams.add(self.runner, self.runner.tick(), followed)

    def message(self) -> Message | None:
        return self.inputs.message(self.match)

    def flush(self) -> Message | None:
        return self.inputs.flush(self.match)

    def checkpoint(self) -> bytes:
        return self.streams.checkpoint(self.runner, 0).binary


def test_chance_comes_first_in_its_tick_as_those_assume_who_heard_of_it_ahead() -> None:
    live = Live()
    while live.match.tick < ENTROPY_EVERY_TICKS:
        live.tick()
    live.runner.leave(2)
    live.runner.press(0, 1, live.match.tick, 1, 0)
    live.tick()
    kinds = [entry[0] for entry in live.runner.journal.rows[-1].entries]
    assert len(kinds) == 3
    assert kinds[0] == ENTROPY_ENTRY


def test_a_renewed_checkpoint_is_the_state_itself_and_no_journal() -> None:
    live = Live()
    for _ in range(50):
        live.tick()
    live.inputs.renew(live.match)
    frame = live.checkpoint()
    assert snapshot.dump(live.match) in frame
    assert len(frame) < len(snapshot.dump(live.match)) + 24


def test_a_checkpoint_in_a_quiet_moment_does_not_put_anyone_ahead_of_the_match() -> None:
    live = Live()
    received = 0
    for _ in range(19):
        live.tick()
        message = live.message()
        received += message.binary[1] if message is not None else 0
    assert received < live.match.tick
    rest = live.flush()
    assert rest is not None
    assert received + rest.binary[1] == live.match.tick
    assert live.flush() is None


def replayed_ticks(frame: bytes) -> int:
    """How far the journal in a checkpoint brings the match that is packed in it."""
    reader = Reader(frame, 1)
    reader.varint()
    tick = reader.varint()
    reader.varint()
    for _ in range(reader.varint()):
        reader.varint()
        reader.varint()
        reader.zigzag()
    if reader.varint():
        reader.raw(4)
    return tick - snapshot.load(Trails(), reader.raw(reader.varint())).tick


def test_nobody_has_to_replay_more_than_ten_seconds() -> None:
    live = Live(8)
    for seat in range(1, 8):
        live.runner.add_bot(seat, 3, 0)
    most = 0
    for tick in range(1, 1500):
        live.tick()
        live.message()
        if tick % 400 == 0:
            live.flush()
            most = max(most, replayed_ticks(live.checkpoint()))
    assert 0 < most < MAX_REPLAY_TICKS


def test_a_room_in_which_nobody_presses_says_little() -> None:
    live = Live(8)
    said = {"first second": 0, "later": 0}
    for tick in range(30 * 11):
        live.tick()
        if live.message() is not None:
            said["later" if tick >= 30 else "first second"] += 1
    assert 0 < said["later"] <= 4 * 10


def come_in(live: Live, client: Predictor) -> None:
    """A client that runs the rules starts to follow, as in `Replication`."""
    live.flush()
    client.frame(live.checkpoint())


def play(live: Live, ticks: int, client: Predictor, bundle: int = 1) -> None:
    """Step a match that a client follows; every `bundle` ticks it receives what happened."""
    for _ in range(ticks):
        live.tick()
        message = live.message() if live.match.tick % bundle == 1 % bundle else None
        if message is not None:
            client.frame(message.binary)
            assert client.bridge.hash() == state_hash(live.match), f"tick {client.tick} differs"


@pytest.mark.parametrize("away", range(ENTROPY_EVERY_TICKS + 1))
def test_a_lone_player_who_runs_the_rules_may_come_back_in_any_tick(away: int) -> None:
    live = Live()
    live.runner.add_bot(1, 3, 0)
    client = Predictor(live.runner.game)
    come_in(live, client)
    play(live, ENTROPY_EVERY_TICKS, client)
    live.runner.press(0, 1, live.match.tick, 1, 0)
    for _ in range(away):
        live.tick(False)
    come_in(live, client)
    play(live, 2 * ENTROPY_EVERY_TICKS, client)


@pytest.mark.parametrize("away", range(ENTROPY_EVERY_TICKS + 1))
def test_what_happened_while_nobody_followed_is_in_the_checkpoint_alone(away: int) -> None:
    live = Live()
    live.tick()
    for _ in range(away):
        live.tick(False)
    come_in(live, Predictor(live.runner.game))
    live.tick()
    due = live.flush()
    assert due is not None
    assert due.binary[1] == 1, "one tick has passed since the checkpoint"
    received = [bit for bit in (HASHED, MARGINS, ENTROPY) if due.binary[0] & bit]
    tick = live.match.tick
    assert (ENTROPY in received) == (
        (tick - 1) % ENTROPY_EVERY_TICKS == ENTROPY_EVERY_TICKS - ENTROPY_AHEAD_TICKS
    )
    assert (HASHED in received) == (tick % HASH_TICKS == 0)
    assert MARGINS not in received


@pytest.mark.parametrize("bundle", [2, 3, 4])
def test_a_hash_is_of_the_tick_of_the_frame_that_tells_it(bundle: int) -> None:
    live = Live()
    live.runner.add_bot(1, 3, 0)
    client = Predictor(live.runner.game)
    come_in(live, client)
    play(live, 7 * HASH_TICKS + bundle, client, bundle)
    assert client.hashes == 7
    assert client.differing == []


def test_a_client_whose_keyframe_has_to_wait_follows_the_next_match_as_well() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    for on in (True, False) * 4:
        bob.do("predict", on=on)
    assert bob.member in world.room_of(ann).replication.keyframes.waiting
    ann.do("lobby")
    world.playing(ann, bob)
    world.wait(500)
    assert bob.match is not None
    assert ann.match is not None
    assert bob.match.tick == ann.match.tick > 10


def test_a_client_that_waits_for_a_keyframe_when_the_match_ends_follows_the_room_again() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    for on in (True, False) * 4:
        bob.do("predict", on=on)
    ann.do("lobby")
    world.check(world.room_of(ann))
