"""Inputs with controls besides buttons, in a room: applied, cleaned, limited, refused."""

import random
from typing import Any

import pytest

from game.rooms.lifecycle import Phase
from game.rooms.people import CONTROL_BURST_BYTES
from game.rules import PRESS
from game.sync.varint import BadFrame
from game.sync.wire import Change, InputMessage, controls_message, parse_message
from tests.depth import depth
from tests.unit.rooms.world import Someone, World
from tests.unit.rules.test_controls import BAD, GOOD, everything


class Desk:
    """Two people in a match of the game of every control."""

    def __init__(self) -> None:
        self.world = World(games={"everything": everything()})
        self.ann = self.world.host("everything")
        self.bob = self.world.guest(self.ann)
        self.world.playing(self.ann, self.bob)
        self.room = self.world.lobby.rooms[self.ann.joined["code"]]
        self.seqs = {self.ann.member: 0, self.bob.member: 0}

    @property
    def runner(self) -> Any:
        assert self.room.runner is not None
        return self.room.runner

    def send(self, someone: Someone, *changes: Change, buttons: int = 0) -> None:
        """An input as a browser sends it."""
        seq = self.seqs[someone.member] = self.seqs[someone.member] + 1
        assert someone.seat is not None
        message = InputMessage(someone.seat, seq, ((0, buttons, None),), (changes,))
        self.world.service.press(someone.member, message, self.world.now_ms)

    def say(self, someone: Someone, **named: Any) -> None:
        """An input as a client of JSON sends it."""
        seq = self.seqs[someone.member] = self.seqs[someone.member] + 1
        assert someone.seat is not None
        message = InputMessage(someone.seat, seq, ((0, 0, None),), (), (named,))
        self.world.service.press(someone.member, message, self.world.now_ms)

    def hand(self, someone: Someone) -> Any:
        return next(hand for hand in self.runner.match.state.hands if hand.id == someone.seat)


def test_both_kinds_of_clients_use_every_control() -> None:
    desk = Desk()
    desk.send(
        desk.ann, (0, False, 127 << 8), (1, False, 961 + 5), (2, False, "ship"), (3, False, 9), buttons=1
    )
    desk.say(desk.bob, move=[0, -127], aim=[5, 1], word="boat", card=9)
    desk.world.wait(200)
    ann, bob = desk.hand(desk.ann), desk.hand(desk.bob)
    assert (ann.aim_x, ann.aim_y, ann.word, ann.card, ann.held) == (5, 1, "ship", 9, 1)
    assert (bob.aim_x, bob.aim_y, bob.word, bob.card, bob.held) == (5, 1, "boat", 9, 0)
    assert ann.x != 480
    assert bob.y != 300
    assert not desk.world.post.strikes


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_a_strike_with_a_sentence_and_disturbs_nobody(name: str, value: object) -> None:
    desk = Desk()
    desk.say(desk.ann, **{name: value})
    assert [member for member, _ in desk.world.post.strikes] == [desk.ann.member]
    assert len(desk.world.post.strikes[0][1].split()) > 3
    desk.say(desk.bob, move=[127, 0])
    desk.world.wait(200)
    assert desk.hand(desk.bob).x != 480
    assert desk.runner.seen_seq(desk.ann.seat) == 0
    assert not desk.world.failed


@pytest.mark.parametrize(
    ("change", "buttons"),
    [
        ((0, False, 128 << 8), 0),
        ((9, False, 0), 0),
        ((0, False, "x"), 0),
        ((0, True, 0), 0),
        ((3, False, 64), 0),
        ((3, False, 1), 4),
    ],
)
def test_a_bad_value_in_bytes_is_a_strike(change: Change, buttons: int) -> None:
    desk = Desk()
    desk.send(desk.ann, change, buttons=buttons)
    assert len(desk.world.post.strikes) == 1


def test_changes_in_a_game_of_buttons_are_a_strike() -> None:
    world = World()
    ann = world.host()
    world.playing(ann, world.guest(ann))
    message = InputMessage(ann.seat or 0, 1, ((0, 0, None),), (((0, False, 1),),))
    world.service.press(ann.member, message, world.now_ms)
    assert world.post.strikes == [(ann.member, "this game has no controls but buttons")]


def test_texts_are_cleaned_and_coarse_words_are_masked_before_the_journal_has_them() -> None:
    desk = Desk()
    desk.room.set_polite(True)
    desk.say(desk.ann, word="\u202e shit\u0007 \u200bhappens")
    desk.world.wait(200)
    assert desk.hand(desk.ann).word == "**** happens"
    desk.room.set_polite(False)
    desk.say(desk.ann, word="shit")
    desk.world.wait(200)
    assert desk.hand(desk.ann).word == "shit"
    desk.ann.do("mute", player=desk.bob.player, on=True)
    desk.say(desk.bob, word="hello", card=4)
    desk.world.wait(200)
    assert (desk.hand(desk.bob).word, desk.hand(desk.bob).card) == ("", 4)


def test_what_is_beyond_the_allowance_waits_and_is_lost_to_nobody() -> None:
    desk = Desk()
    points = tuple((k, k, 1) for k in range(64))
    desk.runner.match.state.drawer = desk.ann.seat
    taken = 0
    for _ in range(2 * CONTROL_BURST_BYTES // 128):
        before = desk.runner.seen_seq(desk.ann.seat)
        desk.send(desk.ann, (4, False, points))
        desk.world.wait(34)
        if desk.runner.seen_seq(desk.ann.seat) == before:
            break
        taken += 1
    assert CONTROL_BURST_BYTES // 128 <= taken < CONTROL_BURST_BYTES // 64
    desk.world.wait(1000)
    # The client sends it again.
    desk.seqs[desk.ann.member] -= 1
    desk.send(desk.ann, (4, False, points))
    assert desk.runner.seen_seq(desk.ann.seat) == taken + 1
    assert not desk.world.post.strikes


def test_a_player_who_is_gone_lets_go_of_everything() -> None:
    desk = Desk()
    desk.send(desk.ann, (0, False, 127 << 8), (2, True, "abc"), buttons=1)
    desk.world.wait(200)
    desk.ann.drop()
    desk.world.wait(1000)
    hand = desk.hand(desk.ann)
    x = hand.x
    desk.world.wait(500)
    assert (desk.hand(desk.ann).x, hand.held, hand.live) == (x, 0, "")


def test_the_journal_replays_to_the_same_match() -> None:
    desk = Desk()
    for name, value in GOOD:
        desk.say(desk.ann, **{name: value})
        desk.say(desk.bob, **{name: value})
        desk.world.wait(100)
    runner = desk.runner
    again = type(runner).resumed(runner.game, runner.journal, None, lambda: 1, runner.match.tick)
    assert again.checkpoint() == runner.checkpoint()
    assert again.applied_seqs() == runner.applied_seqs()
    assert any(entry[0] == PRESS for row in runner.journal.rows for entry in row.entries)


CHANGES = [everything().controls.change(*one) for one in GOOD]


def garbage(chance: random.Random, seq: int) -> bytes:
    """A message that is nearly one: right, with changed bytes, cut, or with more behind it."""
    changes = tuple(chance.choice(CHANGES) for _ in range(chance.randint(0, 3)))
    data = bytearray(controls_message(0, seq, [(chance.randrange(1 << 12), chance.randrange(4), changes)]))
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]
    if chance.random() < 0.1:
        data += chance.randbytes(chance.randrange(20))
    return bytes(data)


def test_fuzzed_inputs_break_nothing_and_disturb_nobody() -> None:
    """In `make test-all` a million of them."""
    chance = random.Random(16)
    taken = refused = strikes = 0
    desk = Desk()
    for count in range(depth(20_000, 1_000_000)):
        if count % 20 == 0:
            desk.world.wait(34)
        if desk.room.phase is not Phase.LIVE:
            desk = Desk()
        try:
            message = parse_message(garbage(chance, desk.runner.seen_seq(0) + 1))
        except BadFrame:
            refused += 1
            continue
        if isinstance(message, InputMessage):
            before = desk.runner.seen_seq(0)
            desk.world.service.press(desk.ann.member, message, desk.world.now_ms)
            taken += desk.runner.seen_seq(0) > before
        assert not desk.world.failed
        assert {member for member, _ in desk.world.post.strikes} <= {desk.ann.member}
        strikes += len(desk.world.post.strikes)
        desk.world.post.strikes.clear()
    assert taken > 500
    assert refused > 500
    assert strikes > 500
