"""Loose Ends: points, rounds, teams, the end, who comes and goes."""

from itertools import pairwise

from game.games.trails import Trails
from game.rules import COUNT, JOIN, LEAVE, LIVE, MATCH_END, PRESS, ROUND_END, Match
from tests.unit.games.arena import GAME, LEFT, arena, emitted, go_live, of, place
from tests.unit.games.harness import bot_match, choose, replay, steps


def crash(m: Match, *seats: int) -> list[tuple[int, ...]]:
    """Let these racers, and nobody else, hit the right wall in this very tick."""
    s = m.state
    for racer in s.racers:
        if racer.alive:
            place(m, racer.id, 100 + 60 * racer.id, 300, 1024)
    for seat in seats:
        place(m, seat, s.width - 3, 50 + 60 * seat, 0)
    return steps(m, 1)


def next_round(m: Match) -> None:
    """From the end of a round to the next one, live."""
    steps(m, 75)
    if not m.over:
        assert m.state.phase == COUNT
        go_live(m)


def scores(m: Match) -> list[int]:
    return [racer.score for racer in m.state.racers]


def places(m: Match) -> list[tuple[int, int, int]]:
    return [(place.seat, place.place, place.points) for place in m.places]


def test_each_death_gives_every_survivor_a_point() -> None:
    m = arena(4)
    crash(m, 2)
    assert scores(m) == [1, 1, 0, 1]
    happened = crash(m, 0, 1)
    assert scores(m) == [1, 1, 0, 3]
    assert emitted(happened, "roundEnd") == [(3, 1)]
    assert m.state.phase == ROUND_END
    assert m.state.until == m.tick + 75


def test_a_round_may_end_without_a_survivor() -> None:
    m = arena(3)
    happened = crash(m, 0, 1, 2)
    assert scores(m) == [0, 0, 0]
    assert emitted(happened, "roundEnd") == [(-1, 1)]


def test_the_target_is_5_for_each_rival_and_40_at_most() -> None:
    assert [arena(seats).state.target for seats in range(2, 9)] == [5, 10, 15, 20, 25, 30, 35]
    assert arena(3, target=7).state.target == 7
    assert arena(8, [1, 2] * 4).state.target == 20
    assert arena(8, [1, 2, 3, 4] * 2).state.target == 30


def test_who_reaches_the_target_wins_with_a_lead_of_two_only() -> None:
    m = arena(2, target=3)
    for _ in range(2):
        crash(m, 1)
        next_round(m)
    for _ in range(2):
        crash(m, 0)
        next_round(m)
    crash(m, 1)
    assert scores(m) == [3, 2]
    next_round(m)
    assert m.state.phase == LIVE
    crash(m, 1)
    assert scores(m) == [4, 2]
    next_round(m)
    assert m.over
    assert m.state.phase == MATCH_END
    assert places(m) == [(0, 1, 4), (1, 2, 2)]
    assert m.state.round == 6


def test_the_last_round_gives_it_to_the_leader_however_close() -> None:
    m = arena(2, rounds=3, target=100)
    for seat in (0, 1, 0):
        crash(m, seat)
        next_round(m)
    assert m.over
    assert places(m) == [(1, 1, 2), (0, 2, 1)]


def test_a_draw_after_the_last_round_is_settled_by_those_who_share_the_lead() -> None:
    m = arena(3, rounds=3, target=100)
    for seats in ((2, 1), (2, 0), (0, 1, 2)):
        crash(m, *seats[:1]) if len(seats) == 2 else None
        crash(m, *seats[1:] if len(seats) == 2 else seats)
        if m.state.round < 3:
            next_round(m)
    assert scores(m) == [3, 3, 0]
    happened = steps(m, 75)
    assert emitted(happened, "decider") == [()]
    assert m.state.decider
    assert [racer.rides for racer in m.state.racers] == [1, 1, 0]
    go_live(m)
    happened = crash(m, 0)
    assert emitted(happened, "roundEnd") == [(1, 4)]
    next_round(m)
    assert m.over
    assert places(m) == [(1, 1, 4), (0, 2, 3), (2, 3, 0)]


def test_a_draw_in_the_decider_is_shared() -> None:
    m = arena(2, rounds=3, target=100)
    for _ in range(3):
        crash(m, 0, 1)
        next_round(m)
    assert m.state.decider
    crash(m, 0, 1)
    next_round(m)
    assert m.over
    assert places(m) == [(0, 1, 0), (1, 1, 0)]


def test_a_team_gets_a_point_for_each_death_among_the_others_and_none_for_its_own() -> None:
    m = arena(4, [1, 1, 2, 2])
    crash(m, 0)
    assert scores(m) == [0, 0, 1, 1]
    happened = crash(m, 2)
    assert scores(m) == [1, 1, 1, 1]
    assert not emitted(happened, "roundEnd")
    happened = crash(m, 3)
    assert scores(m) == [2, 2, 1, 1]
    assert emitted(happened, "roundEnd") == [(1, 1)]


def test_a_team_rides_on_until_no_other_is_left() -> None:
    m = arena(4, [1, 2, 1, 2])
    crash(m, 1)
    happened = crash(m, 3)
    assert emitted(happened, "roundEnd") == [(0, 1)]


def test_a_team_wins_together() -> None:
    m = arena(4, [1, 2, 1, 2], target=3)
    for _ in range(2):
        crash(m, 1, 3)
        next_round(m)
    assert m.over
    assert places(m) == [(0, 1, 4), (2, 1, 4), (1, 3, 0), (3, 3, 0)]


def test_who_leaves_rides_straight_on_until_the_crash_and_is_gone_in_the_next_round() -> None:
    m = arena(3)
    racer = place(m, 0, 400, 300, 0)
    m.step([(PRESS, 0, LEFT, 0)])
    m.step([(LEAVE, 0, 0, 0)])
    heading = racer.heading
    steps(m, 10)
    assert racer.alive
    assert racer.heading == heading
    crash(m, 0)
    crash(m, 1)
    next_round(m)
    assert [one.id for one in m.state.racers] == [1, 2]
    assert m.state.round == 2


def test_who_takes_a_seat_that_was_left_takes_the_head_that_still_rides() -> None:
    m = arena(2)
    racer = place(m, 0, 400, 300, 0)
    crash(m)
    m.step([(LEAVE, 0, 0, 0)])
    m.step([(JOIN, 0, 0, 0)])
    place(m, 0, 400, 300, 0)
    steps(m, 5, s0=LEFT)
    assert of(m, 0) is racer
    assert racer.heading == -5 * 59 & 4095


def test_a_latecomer_rides_from_the_next_round() -> None:
    m = arena(2)
    m.step([(JOIN, 1 + 4, 0, 0)])
    late = of(m, 5)
    assert [one.id for one in m.state.racers] == [0, 1, 5]
    assert (late.alive, late.rides, late.score) == (0, 0, 0)
    happened = crash(m, 0)
    assert emitted(happened, "roundEnd") == [(1, 1)]
    assert scores(m) == [0, 1, 0]
    next_round(m)
    assert (late.alive, late.rides) == (1, 1)


def test_a_latecomer_has_the_score_of_their_team() -> None:
    m = arena(4, [1, 2, 1, 2])
    crash(m, 1)
    m.step([(JOIN, 6, 1, 0)])
    assert of(m, 6).score == 1
    assert of(m, 6).team == 1


def test_a_match_with_one_side_left_ends() -> None:
    m = arena(3)
    m.step([(LEAVE, 0, 0, 0), (LEAVE, 1, 0, 0)])
    crash(m, 0, 1)
    next_round(m)
    assert m.over
    assert places(m) == [(2, 1, 2)]


def test_a_match_that_everyone_left_ends_without_places() -> None:
    m = arena(2)
    m.step([(LEAVE, 0, 0, 0), (LEAVE, 1, 0, 0)])
    crash(m, 0, 1)
    steps(m, 75)
    assert m.over
    assert not m.places


def test_the_awards_go_to_whom_they_are_due() -> None:
    m = arena(3, target=3)
    one, two, three = m.state.racers
    one.kills, two.shave, three.taken, two.inked, three.lived = 3, 44, 2, 1600, 900
    for _ in range(2):
        crash(m, 0, 1)
        next_round(m)
    assert m.over
    given = {GAME.awards[award.kind]: (award.seat, award.value) for award in m.given}
    assert given["Closest shave"] == (1, 44)
    assert given["Most knock-outs"] == (0, 3)
    assert given["Longest alive"][0] == 2
    assert given["Most ink"] == (1, 100)
    assert given["Collector"] == (2, 2)


def test_after_the_end_nothing_moves() -> None:
    m = arena(2, target=3)
    for _ in range(3):
        crash(m, 0)
        next_round(m)
    assert m.over
    heads = [(racer.x, racer.y) for racer in m.state.racers]
    steps(m, 30, s0=LEFT)
    assert [(racer.x, racer.y) for racer in m.state.racers] == heads


def test_every_preset_is_within_the_limits_and_starts() -> None:
    for name, changes in Trails.presets:
        m = Match(GAME, choose(GAME, **changes), [0, 1, 2], [1, 2, 1] if name == "Teams" else [], 5)
        m.begin()
        while m.state.phase != LIVE:
            m.step([])
    assert len(Trails.presets) >= 5


def test_the_results_know_everybodys_score_after_each_round() -> None:
    journal = bot_match(GAME, [0, 2, 5], 5, ticks=30_000, options={"rounds": 3, "target": 100}, hashed=False)
    *_, m = replay(journal)
    rows = GAME.rounds(m)
    assert m.over
    assert len(rows) >= 3
    assert rows[-1] == [place.points for place in sorted(m.places, key=lambda place: place.seat)]
    for before, after in pairwise(rows):
        assert all(was <= became for was, became in zip(before, after, strict=True))
