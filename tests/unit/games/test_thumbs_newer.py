"""All Thumbs' newer rounds: balloon, clock, cups, vote and sort; the finale; a judgement taken back."""

from game.games.thumbs.tuning import (
    AGREED,
    BALLOON_POINTS,
    BASE,
    BUZZ_LOST,
    BUZZ_WON,
    CHOSEN,
    FASTEST,
    LOCK,
    SPEED,
)
from tests.unit.games.party import LETTERS, OPEN, REVEAL, Partying, buzzing, wrong


def test_a_balloon_pays_by_the_time_and_nothing_once_it_has_burst() -> None:
    party = Partying("balloon").opened()
    party.press_all({0: ("A", 1000), 1: ("C", 2000)})
    assert party.player(1).safe == 20 * BALLOON_POINTS
    party.until(LOCK)
    assert party.emitted("burst")
    party.press(2, "A", (party.s.burst - party.s.lit) * 100 + 1)
    party.revealed()
    assert party.s.mark == (party.s.burst - party.s.lit) * 100
    assert [party.player(seat).gained for seat in range(4)] == [
        10 * BALLOON_POINTS,
        20 * BALLOON_POINTS + FASTEST,
        0,
        0,
    ]
    assert party.s.who == 1


def test_a_clock_pays_by_how_close_it_was_stopped() -> None:
    party = Partying("clock").opened()
    mark = party.s.mark
    party.press_all({0: ("A", mark + 150), 1: ("B", mark - 600), 2: ("A", mark - 1600)})
    party.revealed()
    gains = [party.player(seat).gained for seat in range(4)]
    assert gains == [BASE + SPEED - 60 + FASTEST, BASE + SPEED - 240, 0, 0]
    assert party.s.who == 0


def test_cups_end_where_their_swaps_lead() -> None:
    for seed in range(5):
        party = Partying("cups", seed=seed, rounds=5).opened()
        at, _, *swaps = party.s.cells
        for k in range(0, len(swaps), 2):
            pair = swaps[k : k + 2]
            assert pair[0] != pair[1]
            at = pair[1 - pair.index(at)] if at in pair else at
        assert at == party.s.key
        party.press(0, LETTERS[at], 900)
        party.revealed()
        assert party.player(0).gained > BASE


def test_a_vote_pays_who_agrees_and_whom_they_picked() -> None:
    party = Partying("vote").opened()
    _, *seats = party.s.cells
    party.press_all({0: ("B", 900), 1: ("B", 900), 2: ("A", 900), 3: ("C", 900)})
    party.revealed()
    assert party.s.who == seats[1]
    assert [party.player(seat).gained for seat in range(4)] == [AGREED, AGREED + CHOSEN, 0, 0]
    party.opened()
    party.press_all({0: ("A", 900), 1: ("B", 900), 2: ("C", 900), 3: ("D", 900)})
    party.revealed()
    assert all(party.player(seat).gained == 0 for seat in range(4))


def test_numbers_are_pressed_in_order() -> None:
    party = Partying("sort", rounds=6)
    for _ in range(4):
        party.opened()
        for k, button in enumerate(list(party.s.tune)):
            party.press(0, LETTERS[button], 500 * (k + 1))
        party.press(1, wrong(party.s.tune[0]), 400)
        assert party.player(0).locked
        assert party.player(1).out
        party.revealed()
        assert party.player(0).gained > BASE
        assert party.s.cells[1:] == party.s.tune


def test_the_last_round_counts_double() -> None:
    party = Partying("odd", rounds=3, finale=True, streaks=False)
    gains = []
    for _ in range(3):
        party.opened()
        party.press(0, LETTERS[party.s.key], 1000)
        party.revealed()
        gains.append(party.player(0).gained)
    assert gains[2] == 2 * gains[1] == 2 * gains[0]


def test_a_judgement_is_taken_back() -> None:
    party = buzzing()
    party.press_all({1: ("A", 300), 2: ("A", 400)})
    party.step(3)
    party.say("right")
    assert party.s.phase == REVEAL
    party.say("undo")
    assert (party.s.phase, party.s.up, party.player(1).score) == (OPEN, 1, 0)
    party.say("wrong")
    assert (party.s.up, party.player(1).score) == (2, -BUZZ_LOST)
    party.say("undo")
    assert (party.s.up, party.player(1).score, party.player(1).out) == (1, 0, 0)
    party.say("right")
    assert party.player(1).score == BUZZ_WON


def test_when_all_have_a_door_they_may_change_it_for_a_moment_only() -> None:
    party = Partying("insider").opened()
    for seat in range(4):
        party.press(seat, "A", 400)
    party.step()
    assert party.s.until - party.m.tick <= 30
    assert party.emitted("allIn")
