"""A match in a browser: it confirms what the server did, predicts beyond it, and tells what to draw."""

import random

import pytest

from game.games.trails import Trails
from game.rooms.journal import Head
from game.rooms.match_runner import MatchRunner
from game.rules import ENTROPY
from game.rules.browser import CONFIRMED, RESET, BrowserMatch
from game.rules.snapshot import dump, state_hash
from game.sync.schema import Schema
from tests.depth import depth
from tests.unit.rules.picture_reader import Reader

HUMAN = 1


def server_match(seed: int, seats: int = 4) -> MatchRunner:
    game = Trails()
    draw = random.Random(seed)
    head = Head("trails", tuple(game.options.defaults()), tuple(range(seats)), (0,) * 8, draw.getrandbits(28))
    runner = MatchRunner(game, head, lambda: draw.getrandbits(28))
    for seat in range(seats):
        if seat != HUMAN:
            runner.add_bot(seat, 3, seat % 3)
    return runner


class Follower:
    """A bridge that receives what the server's match did, `late` ticks later."""

    def __init__(self, runner: MatchRunner) -> None:
        self.runner = runner
        self.bridge = BrowserMatch(Trails())
        self.bridge.load(dump(runner.match))
        self.rows = len(runner.journal.rows)
        self.reader = Reader(Schema.of(runner.game))

    def hear(self) -> None:
        rows: list[int] = []
        for row in self.runner.journal.rows[self.rows :]:
            for kind, seat, a, b in row.entries:
                if kind == ENTROPY:
                    self.bridge.entropy(row.tick, a)
                else:
                    rows += [row.tick, kind, seat, a, b]
        self.rows = len(self.runner.journal.rows)
        self.bridge.confirm(self.runner.match.tick, rows)


def check_going_back_a_little(follower: Follower, tick: int, own: list[int], chance: random.Random) -> None:
    """A new input of one's own is predicted alike from near its tick and from the confirmed one."""
    near = tick + chance.randrange(6)
    last = near + 4
    follower.bridge.look(tick, last, own, near)
    more = [*own, HUMAN, near + chance.randrange(3), chance.randrange(4), 0]
    quick = follower.bridge.look(tick, last, more, near)
    follower.bridge.look(tick, last, [HUMAN, tick, 3, 0])
    assert follower.bridge.look(tick, last, more) == quick


@pytest.mark.parametrize("seed", [1, *(pytest.param(more, marks=pytest.mark.full) for more in (2, 3))])
def test_confirmed_state_is_the_servers_whatever_was_predicted(seed: int) -> None:
    runner = server_match(seed)
    chance = random.Random(seed)
    follower = Follower(runner)
    seq = 0
    own: list[int] = []
    for _ in range(depth(400, 600)):
        for _ in range(chance.randint(1, 6)):
            if chance.random() < 0.15:
                seq += 1
                runner.press(HUMAN, seq, runner.match.tick, chance.randrange(4), 0)
            runner.tick()
        follower.hear()
        assert follower.bridge.hash() == state_hash(runner.match)
        tick = runner.match.tick
        own = [HUMAN, tick + chance.randrange(5), chance.randrange(4), 0] if chance.random() < 0.5 else own
        picture = follower.reader.read(follower.bridge.look(tick, tick + chance.randrange(12), own))
        assert picture.flags & CONFIRMED
        assert follower.reader.state == follower.reader.expected(runner.match.state)
        again = follower.reader.read(follower.bridge.look(tick, tick + chance.randrange(20), own))
        assert not again.flags & CONFIRMED
        check_going_back_a_little(follower, tick, own, chance)
    assert runner.match.state.round > 1


def test_events_are_told_once_and_only_when_they_are_confirmed() -> None:
    runner = server_match(5)
    follower = Follower(runner)
    happened: list[tuple[int, ...]] = []
    emitted: list[tuple[int, ...]] = []
    for _ in range(400):
        for _ in range(3):
            runner.tick()
            happened += [(runner.match.tick, *event) for event in runner.match.happened]
        follower.hear()
        emitted += follower.reader.read(follower.bridge.look(0, runner.match.tick + 10)).events
    assert emitted == happened
    assert len(emitted) > 10


def test_own_press_turns_the_own_head_in_the_very_step_that_it_is_meant_for() -> None:
    runner = server_match(7)
    follower = Follower(runner)
    for _ in range(150):
        runner.tick()
    follower.hear()
    tick = runner.match.tick
    straight = follower.reader.read(follower.bridge.look(tick, tick + 10))
    turned = follower.reader.read(follower.bridge.look(tick, tick + 10, [HUMAN, tick + 4, 2, 0]))
    heads = [
        (straight.path[at][HUMAN]["heading"], turned.path[at][HUMAN]["heading"])
        for at in range(tick, tick + 11)
    ]
    assert all(one == other for one, other in heads[:5])
    assert all(one != other for one, other in heads[5:])


def test_an_input_that_is_overdue_is_predicted_at_the_next_step() -> None:
    runner = server_match(7)
    follower = Follower(runner)
    for _ in range(150):
        runner.tick()
    follower.hear()
    tick = runner.match.tick
    straight = follower.reader.read(follower.bridge.look(tick, tick + 3))
    turned = follower.reader.read(follower.bridge.look(tick, tick + 3, [HUMAN, tick - 9, 1, 0]))
    assert straight.path[tick + 1][HUMAN]["heading"] != turned.path[tick + 1][HUMAN]["heading"]


def test_predicted_ink_is_told_apart_from_confirmed_ink() -> None:
    runner = server_match(9, seats=2)
    follower = Follower(runner)
    for _ in range(210):
        runner.tick()
    follower.hear()
    tick = runner.match.tick
    picture = follower.reader.read(follower.bridge.look(tick, tick + 8))
    confirmed = {racer.id: len(racer.trail) // 3 for racer in runner.match.state.racers}
    assert {seat: len(rows) for seat, rows in follower.reader.tables("racers", "trail").items()} == confirmed
    for seat, rows in picture.newer.items():
        assert picture.path[tick][seat]["trail"] == confirmed[seat]
        assert picture.path[tick + 8][seat]["trail"] == confirmed[seat] + len(rows)
    assert any(picture.newer.values())


def test_a_new_checkpoint_is_told_anew() -> None:
    runner = server_match(11)
    follower = Follower(runner)
    for _ in range(150):
        runner.tick()
    follower.hear()
    assert follower.reader.read(follower.bridge.look(0, 0)).flags & RESET
    follower.bridge.load(dump(runner.match))
    picture = follower.reader.read(follower.bridge.look(0, runner.match.tick + 2))
    assert picture.flags & RESET
    assert follower.reader.state == follower.reader.expected(runner.match.state)


def test_entries_out_of_order_are_refused() -> None:
    bridge = BrowserMatch(Trails())
    bridge.begin(Trails.options.defaults(), [0, 1], [], 5)
    with pytest.raises(ValueError, match="an entry for tick 9"):
        bridge.confirm(5, [9, 0, 0, 1, 0])


def test_a_match_of_ones_own_is_played_by_bots_and_whoever_holds_a_seat() -> None:
    bridge = BrowserMatch(Trails())
    bridge.begin(Trails.options.defaults(), [0, 1, 2], [0] * 8, 77)
    for seat in range(3):
        bridge.bot(seat, 3, 0, seat)
    bridge.play(200)
    assert bridge.m.tick == bridge.tick == 200
    bridge.free(0)
    before = bridge.m.state.racers[0].heading
    if bridge.m.state.racers[0].alive:
        bridge.play(203, [2])
        assert bridge.m.inputs[0] == 2
        assert bridge.m.state.racers[0].heading != before
    bridge.play(100_000)
    assert bridge.m.over
    assert len(bridge.places()) == 9
    assert Reader(Schema.of(bridge.game)).read(bridge.look(0, bridge.tick)).flags & 4
