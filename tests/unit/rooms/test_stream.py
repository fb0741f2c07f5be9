"""What clients that run the rules are told is all that they need: same entries, same order, same state."""

import random

import pytest

from game.games.trails import Trails
from game.protocol.frames import ENTROPY, HASHED, MARGINS
from game.rooms.journal import Head
from game.rooms.match_runner import ENTROPY_AHEAD, ENTROPY_EVERY, MatchRunner
from game.rooms.replication.inputs import HASH_TICKS, MOST_REPLAY_TICKS
from game.rules import ENTROPY as ENTROPY_ENTRY
from game.rules import snapshot
from game.rules.snapshot import state_hash
from game.sync.varint import Reader
from tests.unit.rooms.predictor import Predictor
from tests.unit.rooms.world import World


def live_match(seats: int = 3) -> MatchRunner:
    game = Trails()
    draw = random.Random(8)
    head = Head("trails", tuple(game.options.defaults()), tuple(range(seats)), (0,) * 8, 99)
    return MatchRunner(game, head, lambda: draw.getrandbits(28))


def test_chance_comes_first_in_its_tick_as_those_assume_who_heard_of_it_ahead() -> None:
    runner = live_match()
    while runner.match.tick < ENTROPY_EVERY:
        runner.step(True)
    runner.leave(2)
    runner.press(0, 1, runner.match.tick, 1, 0)
    runner.step(True)
    kinds = [entry[0] for entry in runner.journal.rows[-1].entries]
    assert len(kinds) == 3
    assert kinds[0] == ENTROPY_ENTRY


def test_a_renewed_checkpoint_is_the_state_itself_and_no_journal() -> None:
    runner = live_match()
    for _ in range(50):
        runner.step(True)
    runner.stream.renew(runner.match)
    frame = runner.checkpoint_message(0).binary
    assert snapshot.dump(runner.match) in frame
    assert len(frame) < len(snapshot.dump(runner.match)) + 24


def test_a_checkpoint_in_a_quiet_moment_does_not_put_anyone_ahead_of_the_match() -> None:
    runner = live_match()
    told = 0
    for _ in range(19):
        runner.step(True)
        message = runner.stream.message(runner.match)
        told += message.binary[1] if message is not None else 0
    assert told < runner.match.tick
    rest = runner.stream.flush(runner.match)
    assert rest is not None
    assert told + rest.binary[1] == runner.match.tick
    assert runner.stream.flush(runner.match) is None


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
    runner = live_match(8)
    for seat in range(1, 8):
        runner.bots.seat(seat, 3, 0)
    most = 0
    for tick in range(1, 1500):
        runner.step(True)
        runner.stream.message(runner.match)
        if tick % 400 == 0:
            runner.stream.flush(runner.match)
            most = max(most, replayed_ticks(runner.checkpoint_message(0).binary))
    assert 0 < most < MOST_REPLAY_TICKS


def test_a_room_in_which_nobody_presses_says_little() -> None:
    runner = live_match(8)
    said = {"first second": 0, "later": 0}
    for tick in range(30 * 11):
        runner.step(True)
        if runner.stream.message(runner.match) is not None:
            said["later" if tick >= 30 else "first second"] += 1
    assert 0 < said["later"] <= 4 * 10


def come_in(runner: MatchRunner, client: Predictor) -> None:
    """A client that runs the rules starts to follow, as in `Playing.send_keyframe`."""
    runner.stream.flush(runner.match)
    client.frame(runner.checkpoint_message(0).binary)


def play(runner: MatchRunner, ticks: int, client: Predictor, bundle: int = 1) -> None:
    """Step a match that a client follows; every `bundle` ticks it is told what happened."""
    for _ in range(ticks):
        runner.step(True)
        message = runner.stream.message(runner.match) if runner.match.tick % bundle == 1 % bundle else None
        if message is not None:
            client.frame(message.binary)
            assert client.bridge.hash() == state_hash(runner.match), f"tick {client.tick} differs"


@pytest.mark.parametrize("away", range(ENTROPY_EVERY + 1))
def test_a_lone_player_who_runs_the_rules_may_come_back_in_any_tick(away: int) -> None:
    runner = live_match()
    runner.bots.seat(1, 3, 0)
    client = Predictor(runner.game)
    come_in(runner, client)
    play(runner, ENTROPY_EVERY, client)
    runner.press(0, 1, runner.match.tick, 1, 0)
    for _ in range(away):
        runner.step(False)
    come_in(runner, client)
    play(runner, 2 * ENTROPY_EVERY, client)


@pytest.mark.parametrize("away", range(ENTROPY_EVERY + 1))
def test_what_happened_while_nobody_followed_is_in_the_checkpoint_alone(away: int) -> None:
    runner = live_match()
    runner.step(True)
    for _ in range(away):
        runner.step(False)
    come_in(runner, Predictor(runner.game))
    runner.step(True)
    due = runner.stream.flush(runner.match)
    assert due is not None
    assert due.binary[1] == 1, "one tick has passed since the checkpoint"
    told = [bit for bit in (HASHED, MARGINS, ENTROPY) if due.binary[0] & bit]
    tick = runner.match.tick
    assert (ENTROPY in told) == ((tick - 1) % ENTROPY_EVERY == ENTROPY_EVERY - ENTROPY_AHEAD)
    assert (HASHED in told) == (tick % HASH_TICKS == 0)
    assert MARGINS not in told


@pytest.mark.parametrize("bundle", [2, 3, 4])
def test_a_hash_is_of_the_tick_of_the_frame_that_tells_it(bundle: int) -> None:
    runner = live_match()
    runner.bots.seat(1, 3, 0)
    client = Predictor(runner.game)
    come_in(runner, client)
    play(runner, 7 * HASH_TICKS + bundle, client, bundle)
    assert client.hashes == 7
    assert client.differing == []


def test_a_client_whose_keyframe_has_to_wait_follows_the_next_match_as_well() -> None:
    world = World(countdown_s=0)
    ann = world.host(preset="Endless")
    bob = world.guest(ann)
    world.playing(ann, bob)
    for on in (True, False) * 4:
        bob.do("predict", on=on)
    assert bob.member in world.room_of(ann).keyframes.waiting
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
