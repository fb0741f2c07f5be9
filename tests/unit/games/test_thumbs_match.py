"""What all rounds of All Thumbs have in common: their close, streaks, the host's words, the results."""

from game.games.thumbs.tuning import BASE, HZ, LOCK, MOST_STREAK, STREAK
from tests.unit.games.party import BOARD, INTRO, LETTERS, OPEN, Partying, buzzing


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
    assert (party.player(0).right, party.player(0).longest) == (1, 1)
    party.until(BOARD)
    assert party.s.waits
    party.step(30 * HZ)
    assert party.s.phase == BOARD, "it waits for the host"
    party.say("replay")
    assert (party.s.phase, party.s.round, party.player(0).score) == (INTRO, 1, 0)
    assert (party.player(0).right, party.player(0).longest) == (0, 0), "no award for what is taken back"
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
