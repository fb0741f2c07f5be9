"""All Thumbs' rounds of wits: Minority, Insider and the questions of a pack."""

import pytest

from game.games.thumbs.tuning import BASE, DOOR, FOOLED, KINDS, SPEED
from tests.unit.games.party import ARM, LETTERS, OPEN, Partying, wrong

# --- Minority ----------------------------------------------------------------------------------------


def test_minority_pays_those_who_picked_what_the_fewest_did() -> None:
    party = Partying("minority", 5).opened()
    party.press_all({0: ("A", 900), 1: ("A", 900), 2: ("B", 900), 3: ("A", 900)})
    assert party.s.counts == [0, 0, 0, 0], "nobody sees what the others pick"
    party.revealed()
    assert party.s.counts == [3, 1, 0, 0]
    assert party.player(2).gained == BASE + SPEED * 3 // 4
    assert [party.player(seat).gained for seat in (0, 1, 3, 4)] == [0, 0, 0, 0]


def test_minority_pays_nobody_when_all_pick_the_same() -> None:
    party = Partying("minority").opened()
    party.press_all(dict.fromkeys(range(4), ("D", 900)))
    party.revealed()
    assert all(party.player(seat).gained == 0 for seat in range(4))


# --- Insider -----------------------------------------------------------------------------------------


def test_one_is_told_the_door_and_is_paid_by_the_share_of_the_fooled() -> None:
    party = Partying("insider", 5).opened()
    inside = [p for p in party.s.players if p.inside >= 0]
    assert len(inside) == 1
    insider = inside[0].id
    key = inside[0].inside
    others = [seat for seat in range(5) if seat != insider]
    picks = {seat: (wrong(key) if k else LETTERS[key], 900) for k, seat in enumerate(others)}
    party.press_all(picks)
    party.press(insider, wrong(key), 900)
    assert sum(party.s.counts) == 5, "the counts are live"
    party.revealed()
    assert party.s.who == insider
    assert party.player(insider).gained == FOOLED * 3 // 4
    assert party.player(others[0]).gained == DOOR
    assert all(party.player(seat).gained == 0 for seat in others[1:])


def test_doors_can_be_changed_until_the_end() -> None:
    party = Partying("insider").opened()
    party.press(0, "A", 500)
    party.press(0, "B", 900)
    assert party.s.counts == [0, 1, 0, 0]
    assert party.s.phase == OPEN
    assert party.s.answered == 1


@pytest.mark.parametrize("kind", ["minority", "insider"])
def test_two_players_get_no_round_that_needs_more(kind: str) -> None:
    party = Partying(kind, 2).opened()
    assert party.s.kind == KINDS.index("odd")


# --- the host's pack ---------------------------------------------------------------------------------


def test_a_pack_asks_its_questions_in_order_and_leaves_the_host_out() -> None:
    party = Partying("pack", pack=True)
    party.host(1)
    party.opened()
    s = party.s
    assert (s.title, s.prompt, s.a, s.b, s.c, s.choices) == (
        "Night",
        "Largest planet?",
        "Mars",
        "Jupiter",
        "Venus",
        3,
    )
    assert not party.player(1).plays
    party.press(1, "B", 300)
    party.press(0, "B", 1000)
    party.press(2, "D", 1000)
    assert party.player(2).pick == -1, "there is no answer D"
    party.revealed()
    assert party.s.answer == 1
    assert party.player(0).gained > BASE
    assert party.player(1).gained == 0
    party.opened()
    assert party.s.prompt == "Is it?"
    assert party.s.choices == 2


def test_the_answers_of_a_pack_are_told_with_the_light() -> None:
    party = Partying("pack", pack=True)
    party.until(ARM)
    assert party.s.prompt == "Largest planet?"
    assert party.s.a == party.s.b == ""


def test_without_questions_there_is_no_quiz() -> None:
    assert Partying("pack").opened().s.kind == KINDS.index("odd")


def test_a_pack_that_the_host_does_not_know_is_for_all() -> None:
    party = Partying("pack")
    party.bring(("Box\t0", "Is it?\tYes\tNo\t\t\t2\t0\t\t"))
    party.host(1)
    assert party.opened().player(1).plays
