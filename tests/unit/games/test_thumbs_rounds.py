"""Each kind of round of All Thumbs: what is asked, what counts, and what it is worth."""

import pytest

from game.games.thumbs import (
    AHEAD,
    BASE,
    BUZZ_LOST,
    BUZZ_WON,
    DOOR,
    DOTS_TICKS,
    FASTEST,
    FOOLED,
    HZ,
    KINDS,
    LOCK,
    MOST_STREAK,
    NO_BUZZ,
    NO_JUDGE,
    SPEED,
    STREAK,
)
from tests.unit.games.party import ARM, BOARD, INTRO, OPEN, REVEAL, Partying

LETTERS = "ABCD"


def wrong(key: int) -> str:
    return LETTERS[(key + 1) % 4]


# --- Flash ---------------------------------------------------------------------------------------------


def test_flash_announces_its_light_in_time_and_not_before() -> None:
    for seed in range(20):
        party = Partying("flash", seed=seed)
        party.until(ARM)
        assert party.s.until == 0, "the end of the waiting would tell when the light comes"
        while not party.s.lit:
            party.step()
        assert party.s.phase == ARM
        assert AHEAD - 1 <= party.s.lit - party.m.tick <= AHEAD
        party.until(OPEN)
        assert party.m.tick == party.s.lit


def test_flash_gives_more_the_faster_and_some_to_the_fastest() -> None:
    party = Partying("flash").opened()
    party.step(2)
    party.press_all({0: ("A", 250), 1: ("C", 300), 2: ("D", 600)})
    party.revealed()
    assert party.s.who == 0
    assert party.player(0).gained == BASE + SPEED - SPEED * 250 // 1000 + FASTEST
    assert party.player(1).gained == BASE + SPEED - SPEED * 300 // 1000
    assert party.player(0).ms == 250
    assert party.player(3).gained == 0


def test_flash_rewards_all_who_were_equally_fast() -> None:
    party = Partying("flash").opened()
    party.press_all({0: ("A", 250), 1: ("A", 258), 2: ("A", 259)})
    party.revealed()
    gains = [party.player(seat).gained for seat in range(3)]
    assert [gain - BASE > SPEED * 3 // 4 for gain in gains] == [True, True, False]


def test_flash_locks_out_who_presses_before_the_light() -> None:
    party = Partying("flash")
    party.until(ARM)
    party.press(2, "B")
    party.until(OPEN)
    party.press(2, "B", 300)
    party.revealed()
    assert party.player(2).out
    assert party.player(2).gained == 0
    assert party.told("early") == [(2,)]


def test_flash_takes_what_no_human_can_do_for_a_false_start() -> None:
    party = Partying("flash").opened()
    party.press(1, "A", 119)
    party.press(2, "A", 120)
    assert party.player(1).out
    assert not party.player(2).out


def test_a_button_held_since_before_does_not_count() -> None:
    party = Partying("flash")
    party.due.append((0, 1, 1, 0))
    party.until(ARM)
    party.until(OPEN)
    party.step(5)
    assert not party.player(1).locked


# --- Odd One -------------------------------------------------------------------------------------------


def test_odd_one_has_exactly_one_odd_tile_of_one_feature() -> None:
    for seed in range(60):
        party = Partying("odd", seed=seed)
        for _ in range(seed % 6):
            party.opened()
        party.opened()
        cells = party.s.cells
        assert len(cells) == 12
        odd = []
        for feature in range(3):
            row = [cells[tile * 3 + feature] for tile in range(4)]
            alone = [tile for tile in range(4) if row.count(row[tile]) == 1]
            assert len(alone) in (0, 1), f"{row} has more than one odd tile"
            odd += alone
            if alone:
                assert len({row[tile] for tile in range(4) if tile not in alone}) == 1
        assert odd == [party.s.key]


def test_odd_one_pays_by_speed() -> None:
    party = Partying("odd").opened()
    key = party.s.key
    party.press(0, LETTERS[key], 1200)
    party.press(1, wrong(key), 1000)
    party.revealed()
    assert party.player(0).gained == BASE + SPEED - SPEED * 1200 // (party.s.limit * 100)
    assert party.player(1).gained == 0
    assert party.s.answer == key


def test_the_first_answer_counts() -> None:
    party = Partying("odd").opened()
    key = party.s.key
    party.press(0, wrong(key), 500)
    party.press(0, LETTERS[key], 900)
    assert party.revealed().player(0).gained == 0


# --- Tally ---------------------------------------------------------------------------------------------


def test_tally_shows_its_dots_for_a_moment_and_asks_for_their_number() -> None:
    for seed in range(20):
        party = Partying("tally", seed=seed).opened()
        dots = len(party.s.cells)
        assert len(set(party.s.cells)) == dots
        texts = [party.s.a, party.s.b, party.s.c, party.s.d]
        assert texts[party.s.key] == str(dots)
        assert len(set(texts)) == 4
        assert min(map(int, texts)) > 0
        party.step(DOTS_TICKS - 1)
        assert party.s.cells
        party.step()
        assert party.s.cells == []


# --- Echo ----------------------------------------------------------------------------------------------


def tune(party: Partying) -> list[int]:
    party.until(ARM)
    found = list(party.s.cells)
    party.until(OPEN)
    return found


def test_echo_shows_a_sequence_that_grows_and_hides_it_before_the_light() -> None:
    party = Partying("echo")
    first = tune(party)
    assert party.s.cells == []
    assert [button for (button,) in party.told("note")] == first
    party.until(INTRO)
    assert len(tune(party)) == len(first) + 1


def test_echo_pays_who_repeats_it_and_drops_who_errs() -> None:
    party = Partying("echo")
    melody = tune(party)
    for k, button in enumerate(melody):
        party.press(0, LETTERS[button], 800 * (k + 1))
    party.press(1, wrong(melody[0]), 500)
    assert party.player(0).locked
    assert party.player(0).done == len(melody)
    assert party.player(1).out
    party.press(2, LETTERS[melody[0]], 500)
    party.revealed()
    assert party.player(0).gained > BASE
    assert party.player(1).gained == party.player(2).gained == 0


# --- Minority ------------------------------------------------------------------------------------------


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


# --- Insider -------------------------------------------------------------------------------------------


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


# --- the host's pack -----------------------------------------------------------------------------------


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
    party.bring(("Box\t0", "Is it?\tYes\tNo\t\t\t2\t0\t"))
    party.host(1)
    assert party.opened().player(1).plays


# --- buzzers -------------------------------------------------------------------------------------------


def buzzing(*, penalty: bool = True) -> Partying:
    party = Partying("buzz", 5, pack=True, penalty=penalty)
    party.host(0)
    return party.opened()


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


# --- what all have in common ---------------------------------------------------------------------------


def test_a_round_closes_when_all_have_answered_and_late_presses_still_count() -> None:
    party = Partying("odd").opened()
    for seat in range(3):
        party.press(seat, "A", 400)
    assert party.s.phase == OPEN
    party.press(3, "A", 400)
    assert party.s.phase == LOCK
    party = Partying("odd").opened()
    party.until(LOCK)
    party.press(0, LETTERS[party.s.key], party.s.limit * 100)
    party.press(1, LETTERS[party.s.key], party.s.limit * 100 + 1)
    party.revealed()
    assert party.player(0).gained == BASE
    assert party.player(1).gained == 0


def test_answers_in_a_row_pay_more_up_to_a_limit() -> None:
    party = Partying("odd", rounds=8)
    bonus = []
    for _ in range(7):
        party.opened()
        party.press(0, LETTERS[party.s.key], 1000)
        party.revealed()
        bonus.append(party.player(0).gained)
    plain = bonus[0]
    assert [gain - plain for gain in bonus] == [0, STREAK, 2 * STREAK, 3 * STREAK, *[MOST_STREAK] * 3]


def test_the_seconds_are_those_of_the_options() -> None:
    party = Partying("odd", seconds=8).opened()
    start = party.m.tick
    party.until(LOCK)
    assert party.m.tick - start == 8 * HZ


def test_the_host_goes_on_gives_time_and_plays_again() -> None:
    party = Partying("odd", pace="host").opened()
    limit = party.s.limit
    party.say("extend")
    assert party.s.limit == limit + 5 * HZ
    party.press(0, LETTERS[party.s.key], 1000)
    party.say("next")
    assert party.s.phase == LOCK
    party.revealed()
    gained = party.player(0).score
    assert gained > 0
    party.until(BOARD)
    assert party.s.waits
    party.step(30 * HZ)
    assert party.s.phase == BOARD, "it waits for the host"
    party.say("replay")
    assert (party.s.phase, party.s.round, party.player(0).score) == (INTRO, 1, 0)
    party.opened()
    party.press(0, LETTERS[party.s.key], 1000)
    party.revealed()
    party.say("skip")
    assert (party.s.phase, party.s.round, party.player(0).score) == (INTRO, 2, 0)


def test_who_comes_late_plays_from_the_next_round() -> None:
    party = Partying("odd").opened()
    party.due.append((2, 9, 0, 0))
    party.step()
    assert not party.player(9).plays
    party.press(9, LETTERS[party.s.key], 500)
    party.opened()
    assert party.player(9).plays


def test_who_leaves_holds_nobody_up() -> None:
    party = buzzing()
    party.press_all({1: ("A", 300), 2: ("A", 400)})
    party.step(3)
    party.due.append((3, 1, 0, 0))
    party.step()
    assert party.s.up == 2
    party = Partying("odd").opened()
    for seat in (0, 1, 2):
        party.press(seat, "A", 400)
    party.due.append((3, 3, 0, 0))
    party.step()
    assert party.s.phase == LOCK


def test_teams_are_ranked_by_the_mean_of_their_players() -> None:
    party = Partying("odd", 3, rounds=3, teams=2, streaks=False)
    for _ in range(3):
        party.opened()
        party.press(0, LETTERS[party.s.key], 1200)
        party.press(1, LETTERS[party.s.key], 2400)
    party.ended()
    places = {place.seat: place.place for place in party.m.places}
    assert places[1] == 1, "alone in team 2; team 1 has a player who did nothing"
    assert places[0] == places[2] == 2


def test_the_results_tell_every_round_and_the_awards() -> None:
    party = Partying("flash", rounds=3)
    for k in range(3):
        party.opened()
        party.press(0, "A", 300 - 20 * k)
        party.press(1, "A", 400)
    party.ended()
    rounds = party.game.rounds(party.m)
    assert [len(row) for row in rounds] == [4, 4, 4]
    assert [row[0] for row in rounds] == sorted(row[0] for row in rounds)
    given = {party.game.awards[award.kind]: (award.seat, award.value) for award in party.m.given}
    assert given["Quickest thumb"] == (0, 260)
    assert given["On a roll"] == (0, 3)
