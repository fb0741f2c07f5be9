"""What clients that run the rules are told is all that they need: same entries, same order, same state."""

import random

from game.games.trails import Trails
from game.rooms.journal import Head
from game.rooms.match import CHANCE_EVERY, LiveMatch
from game.rooms.stream import MOST_REPLAY_TICKS
from game.rules import CHANCE
from game.rules import pack as packing
from game.sync.varint import Reader


def live_match(seats: int = 3) -> LiveMatch:
    game = Trails()
    draw = random.Random(8)
    head = Head("trails", tuple(game.options.defaults()), tuple(range(seats)), (0,) * 8, 99)
    return LiveMatch(game, head, lambda: draw.getrandbits(28))


def test_chance_comes_first_in_its_tick_as_those_assume_who_heard_of_it_ahead() -> None:
    live = live_match()
    while live.match.tick < CHANCE_EVERY:
        live.step(True)
    live.leave(2)
    live.press(0, 1, live.match.tick, 1, 0)
    live.step(True)
    kinds = [entry[0] for entry in live.journal.rows[-1].entries]
    assert len(kinds) == 3
    assert kinds[0] == CHANCE


def test_a_renewed_checkpoint_is_the_state_itself_and_no_journal() -> None:
    live = live_match()
    for _ in range(50):
        live.step(True)
    live.stream.renew(live.match)
    frame = live.checkpoint_message(0).binary
    assert packing.dump(live.match) in frame
    assert len(frame) < len(packing.dump(live.match)) + 24


def test_a_checkpoint_in_a_quiet_moment_does_not_put_anyone_ahead_of_the_match() -> None:
    live = live_match()
    told = 0
    for _ in range(19):
        live.step(True)
        message = live.stream.message(live.match)
        told += message.binary[1] if message is not None else 0
    assert told < live.match.tick
    rest = live.stream.flush(live.match)
    assert rest is not None
    assert told + rest.binary[1] == live.match.tick
    assert live.stream.flush(live.match) is None


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
    return tick - packing.load(Trails(), reader.raw(reader.varint())).tick


def test_nobody_has_to_replay_more_than_ten_seconds() -> None:
    live = live_match(8)
    for seat in range(1, 8):
        live.bots.seat(seat, 3, 0)
    most = 0
    for tick in range(1, 1500):
        live.step(True)
        live.stream.message(live.match)
        if tick % 400 == 0:
            live.stream.flush(live.match)
            most = max(most, replayed_ticks(live.checkpoint_message(0).binary))
    assert 0 < most < MOST_REPLAY_TICKS


def test_a_room_in_which_nobody_presses_says_little() -> None:
    live = live_match(8)
    said = {"first second": 0, "later": 0}
    for tick in range(30 * 11):
        live.step(True)
        if live.stream.message(live.match) is not None:
            said["later" if tick >= 30 else "first second"] += 1
    assert 0 < said["later"] <= 4 * 10
