"""What clients that run the rules are told is all that they need: same entries, same order, same state."""

import random

from game.games.trails import Trails
from game.rooms.journal import Head
from game.rooms.match import CHANCE_EVERY, LiveMatch
from game.rules import CHANCE
from game.rules import pack as packing


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
