"""All Thumbs' buzzers: who is up, and what the host makes of the answer."""

from game.games.thumbs.tuning import BUZZ_LOST, BUZZ_WON, NO_BUZZ, NO_JUDGE
from tests.unit.games.party import ARM, OPEN, REVEAL, Partying, buzzing


def test_buzzers_stand_in_the_order_of_their_reactions() -> None:
    party = buzzing()
    assert party.s.cue == "Leonardo"
    party.press(1, "A", 400)
    assert party.s.up == -1, "slow lines get their time"
    party.press_all({2: ("A", 250), 3: ("D", 300)})
    assert party.s.up == 2
    assert [party.player(seat).turn for seat in range(5)] == [0, 3, 1, 2, 0]
    party.press(4, "A", 200)
    assert party.player(4).turn == 4, "too late for the queue's front, whatever the time"


def test_the_host_does_not_buzz() -> None:
    party = buzzing()
    party.press(0, "A", 300)
    party.step(4)
    assert party.s.up == -1


def test_a_right_answer_pays_and_ends_the_round() -> None:
    party = buzzing()
    party.press(3, "A", 300)
    party.step(3)
    party.say("right")
    assert party.s.phase == REVEAL
    assert party.player(3).gained == BUZZ_WON
    assert party.s.a == "Leonardo"


def test_a_wrong_answer_costs_and_brings_up_the_next() -> None:
    party = buzzing()
    party.press_all({1: ("A", 300), 2: ("A", 400)})
    party.step(3)
    party.say("wrong")
    assert party.player(1).score == -BUZZ_LOST
    assert party.player(1).out
    assert party.s.up == 2
    party.say("wrong")
    assert party.s.up == -1
    assert party.s.phase == ARM, "the others may press"
    party.until(OPEN)
    party.press(1, "A", 300)
    party.press(4, "A", 350)
    party.step(3)
    assert party.s.up == 4


def test_a_wrong_answer_costs_nothing_if_the_host_likes() -> None:
    party = buzzing(penalty=False)
    party.press(1, "A", 300)
    party.step(3)
    party.say("wrong")
    assert party.player(1).score == 0


def test_when_all_were_wrong_the_round_ends() -> None:
    party = buzzing()
    party.press_all({seat: ("A", 200 + 20 * seat) for seat in range(1, 5)})
    party.step(3)
    for _ in range(4):
        party.say("wrong")
    party.until(REVEAL, 20)


def test_the_host_clears_and_locks_the_buzzers() -> None:
    party = buzzing()
    party.press(1, "A", 300)
    party.step(3)
    party.say("wrong")
    party.say("reset")
    assert not party.player(1).out
    party.until(OPEN)
    party.say("lock")
    party.press(2, "A", 300)
    party.step(4)
    assert party.s.up == -1
    party.say("lock")
    party.press(2, "A", 900)
    party.step(3)
    assert party.s.up == 2


def test_nobody_waits_for_ever_for_a_buzz_or_a_judgement() -> None:
    party = buzzing()
    party.step(NO_BUZZ - 1)
    assert party.s.phase == OPEN
    party.until(REVEAL, 3)
    party = buzzing()
    party.press_all({1: ("A", 300), 2: ("A", 400)})
    party.step(3)
    party.step(NO_JUDGE)
    assert party.s.up == 2


def test_equal_buzzers_are_put_in_order_by_chance() -> None:
    ups = set()
    for seed in range(30):
        party = Partying("buzz", 3, seed=seed)
        party.opened()
        party.press_all({0: ("A", 300), 1: ("A", 306)})
        party.step(3)
        ups.add(party.s.up)
    assert ups == {0, 1}
