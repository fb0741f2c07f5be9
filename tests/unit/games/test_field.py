"""Open Field: lines of finite length, riders who come back, and what each player receives."""

import pytest

from game.games.field import Field
from game.games.field.tuning import (
    BACK_TICKS,
    BOUNTY,
    CROWN_BOUNTY,
    CROWN_TICKS,
    GROWTH,
    MAP,
    MOST_ORBS,
    ORB_EACH,
    REACH,
    RIDE_TICKS,
    SPARE,
)
from game.games.field.world import Rider
from game.games.trails.arena import Pickup
from game.games.trails.tuning import GHOST, LEFT, RUSH, WALL, ZIP, U
from game.rules import JOIN, LEAVE, LIVE, PRESS, Match
from game.rules.snapshot import dump, load, state_hash
from tests.unit.games.harness import choose

CENTRE = 2400 * U
FIELD = Field()


def live(seats: int = 2, **options: object) -> Match:
    """A match that has just gone live, with everyone solid, far from each other and riding to the right."""
    game = Field()
    chosen = choose(game, **{"size": 4800, "gaps": False, "pickups": [], **options})
    m = Match(game, chosen, list(range(seats)), [], 5)
    m.begin()
    while m.state.phase != LIVE:
        m.step([])
    for rider in m.state.riders:
        put(rider, 400 * U, (300 + 300 * rider.id) * U)
        rider.effects = [0] * 8
        rider.flip = m.tick + 1
    return m


def put(rider: Rider, x: int, y: int, heading: int = 0) -> None:
    rider.x, rider.y, rider.heading = x, y, heading


def emitted(m: Match, name: str) -> list[tuple[int, ...]]:
    """The arguments of each event of this name in the last step."""
    kind = [event.name for event in m.game.events].index(name)
    return [tuple(args) for found, *args in m.happened if found == kind]


def run(m: Match, ticks: int) -> None:
    for _ in range(ticks):
        m.step([])


def test_a_line_is_as_long_as_it_may_be_and_its_end_lets_go() -> None:
    m = live()
    one, other = m.state.riders
    run(m, 1 + one.line + 40)
    assert len(one.laid) >= one.line
    first_x = one.trail[-3 * one.line]
    gone_x, y = first_x - 40 * U, one.y
    # What is gone can be ridden over, what is there cannot.
    put(other, gone_x, y - 30 * U, 1024)
    run(m, 20)
    assert other.alive
    put(other, one.x - 60 * U, y - 30 * U, 1024)
    run(m, 20)
    assert not other.alive
    assert one.alive


def test_rows_that_do_not_count_are_cut_and_swept_out() -> None:
    m = live()
    one = m.state.riders[0]
    most = 0
    for _ in range(700):
        m.step([(PRESS, 0, LEFT, 0)] if m.tick % 90 == 0 else [(PRESS, 0, 0, 0)] if m.tick % 90 == 20 else [])
        most = max(most, len(one.laid))
        assert len(one.trail) == 3 * len(one.laid)
    assert one.line < most <= one.line + SPARE
    floors = m.scratch.floors
    stale = 0
    for chain in m.scratch.chains:
        disc = chain
        while disc is not None:
            stale += disc[4] < floors[disc[3]]
            disc = disc[5]
    assert stale < 4 * 340, "no more than what was laid while the sweep went round once"


def test_who_crashes_is_out_for_a_while_and_who_made_it_happen_gains() -> None:
    m = live()
    one, other = m.state.riders
    run(m, 60)
    line, points = one.line, m.state.scores[0]
    put(other, one.x - 60 * U, one.y - 10 * U, 1024)
    while other.alive:
        m.step([])
    assert emitted(m, "crash") == [(1, 0, other.x, other.y)]
    crashed = m.tick
    assert (other.trail, other.laid, m.state.radar[1]) == ([], [], 0)
    assert m.state.scores[0] == points + BOUNTY
    assert one.kills == 1
    while not other.alive:
        m.step([])
    assert m.tick == crashed + BACK_TICKS
    assert other.effects[GHOST] > m.tick
    run(m, 40)
    assert one.line == line + GROWTH
    assert other.laid == [], "a ghost lays no ink"


def test_the_line_of_who_crashes_is_gone_at_once() -> None:
    m = live(3)
    one, other, third = m.state.riders
    run(m, 60)
    x, y = one.x - 60 * U, one.y
    put(one, 4790 * U, one.y)
    while one.alive:
        m.step([])
    assert emitted(m, "crash")[0][:2] == (0, WALL)
    put(other, x, y - 10 * U, 1024)
    run(m, 12)
    assert other.alive
    assert third.alive


def test_two_heads_that_meet_are_both_out_whichever_comes_first() -> None:
    m = live(3)
    one, other, third = m.state.riders
    run(m, 10)
    put(one, CENTRE, CENTRE)
    put(other, CENTRE + 12 * U, CENTRE, 2048)
    before = list(m.state.scores)
    while one.alive and other.alive:
        m.step([])
    assert [(seat, by) for seat, by, _, _ in emitted(m, "crash")] == [(0, 1), (1, 0)]
    assert m.state.scores[:2] == [before[0] + BOUNTY, before[1] + BOUNTY]
    assert third.alive


def test_riding_on_earns_a_point_every_few_seconds() -> None:
    m = live()
    one = m.state.riders[0]
    begun = one.since
    while m.tick < begun + RIDE_TICKS * 2:
        m.step([])
    assert m.state.scores[0] == 2


def test_a_pick_up_works_on_its_taker_or_on_those_nearby() -> None:
    m = live(3)
    one, other, third = m.state.riders
    run(m, 10)
    put(other, one.x, one.y + 200 * U)
    put(third, one.x, one.y + 2000 * U)
    m.state.pickups = [
        Pickup(1, kind=ZIP, x=one.x + 8 * U, y=one.y),
        Pickup(2, kind=RUSH, x=one.x + 9 * U, y=one.y),
    ]
    run(m, 6)
    assert m.state.pickups == []
    assert one.effects[ZIP] > m.tick
    assert one.effects[RUSH] == 0
    assert other.effects[RUSH] > m.tick
    assert third.effects[RUSH] == 0


def test_near_is_whoever_has_a_part_of_the_line_in_sight() -> None:
    m = live(4)
    one, other, third, _ = m.state.riders
    run(m, 100)
    put(one, CENTRE, CENTRE)
    m.scratch.bounds = [(-(1 << 29), 0, 0, 0, 0)] * 100
    put(other, CENTRE + REACH - U, CENTRE + REACH - U)
    put(third, CENTRE + REACH + 200 * U, CENTRE)
    tail = [value for row in range(90) for value in (third.x - row * 3 * U, third.y, 10)]
    assert m.game.near(m, 0)[:2] == [0, 1]
    third.trail = tail
    third.laid = list(range(90))
    m.scratch.bounds = [(-(1 << 29), 0, 0, 0, 0)] * 100
    assert 2 in m.game.near(m, 0), "the head is out of sight, the line is not"
    third.trail = third.laid = []
    m.scratch.bounds = [(-(1 << 29), 0, 0, 0, 0)] * 100
    assert 2 not in m.game.near(m, 0)
    m.state.scores[2] = 50
    assert 2 in m.game.near(m, -1), "onlookers look at who leads"


def test_the_radar_says_where_about_everyone_is() -> None:
    m = live()
    run(m, 80)
    cell = m.state.width * U // MAP
    for rider in m.state.riders:
        at = m.state.radar[rider.id] - 1
        assert abs(at % MAP - rider.x // cell) <= 3
        assert at // MAP == rider.y // cell


def test_newcomers_ride_at_once_and_leavers_are_gone() -> None:
    m = live()
    run(m, 50)
    m.step([(JOIN, 7, 0, 0)])
    assert [rider.id for rider in m.state.riders] == [0, 1, 7]
    assert m.state.riders[2].alive
    m.state.scores[1] = 9
    m.step([(LEAVE, 1, 0, 0)])
    assert [rider.id for rider in m.state.riders] == [0, 7]
    assert (m.state.scores[1], m.state.radar[1]) == (0, 0)


def test_the_time_ends_the_match_and_points_rank() -> None:
    m = live(3, minutes=1)
    went = m.state.began
    m.state.scores[1] = 90
    while not m.over:
        m.step([])
    assert m.tick == went + 60 * 30
    assert m.places[0].seat == 1
    assert sorted(place.seat for place in m.places) == [0, 1, 2]


@pytest.mark.parametrize("at", [70, 400])
def test_a_restored_match_goes_on_just_the_same(at: int) -> None:
    m = live(5, gaps=True, pickups=["zip", "ghost", "thick"])
    run(m, at)
    other = load(m.game, dump(m))
    for _ in range(200):
        m.step([])
        other.step([])
        assert state_hash(m) == state_hash(other)


def ink(m: Match) -> set[tuple[int, int, int, int, int]]:
    """Every disc that counts: x, y, radius, owner, and the owner's `run` there."""
    scratch = m.scratch
    found = set()
    for chain in scratch.chains:
        disc = chain
        while disc is not None:
            x, y, radius, owner, stamp, disc = disc
            if stamp >= scratch.floors[owner]:
                found.add((x, y, radius, owner, stamp - scratch.base[owner]))
    return found


def check_ink(m: Match) -> None:
    """A restored match has the same ink as the one that it was made from."""
    assert ink(load(m.game, dump(m))) == ink(m)


def test_ink_of_a_player_who_left_does_not_come_back_with_a_newcomer_on_the_seat() -> None:
    m = live(3)
    one, other, _ = m.state.riders
    run(m, 60)
    x, y = one.x - 20 * U, one.y
    m.step([(LEAVE, 0, 0, 0)])
    m.step([(JOIN, 0, 0, 0)])
    put(m.state.riders[0], CENTRE, CENTRE)
    check_ink(m)
    put(other, x, y - 20 * U, 1024)
    run(m, 15)
    assert other.alive


def test_ink_is_the_same_in_a_match_restored_right_after_a_line_was_cut() -> None:
    m = live()
    one = m.state.riders[0]
    cuts = 0
    while cuts < 2:
        before = len(one.laid)
        m.step([])
        if len(one.laid) < before:
            cuts += 1
            check_ink(m)
            put(one, 400 * U, one.y)


def test_ink_is_the_same_in_a_match_restored_right_after_a_pick_up_changed_the_pace() -> None:
    m = live()
    one = m.state.riders[0]
    run(m, 20)
    m.state.pickups = [Pickup(k, kind=ZIP, x=one.x + 20 * U, y=one.y) for k in range(4)]
    pace = one.pace
    while one.pace == pace:
        m.step([])
        check_ink(m)
    assert one.pace > pace


def test_whose_ink_it_was_does_not_depend_on_which_was_laid_first() -> None:
    m = live(3)
    first, second, third = m.state.riders
    # Seat 1 lays its line first, seat 0 crosses it as a ghost: a restored match lays seat 0's ink first.
    run(m, 40)
    x, y = second.x - 60 * U, second.y
    put(first, x, y - 10 * U, 1024)
    first.effects = [m.tick + 30 if kind == GHOST else 0 for kind in range(8)]
    first.trail, first.laid = [], []
    first.inking = first.pen = 0
    first.flip = m.tick + 1
    run(m, 12)
    restored = load(m.game, dump(m))
    owners = set()
    for dx in range(-12, 13):
        for dy in range(-12, 13):
            head = (2, x + dx * U, y + dy * U, third.half * 64, third.run)
            owner = m.scratch.struck(*head)
            assert owner == restored.scratch.struck(*head)
            owners.add(owner)
    assert {0, 1} <= owners


# --- orbs and the crown


def at_rest(m: Match) -> None:
    """No small orbs lie about."""
    for orb in list(m.state.orbs):
        m.scratch.remove(orb)
    m.state.orbs = []


def test_a_line_that_is_gone_leaves_orbs_along_its_way_worth_half_of_it() -> None:
    m = live()
    one = m.state.riders[0]
    run(m, 1 + one.line)
    at_rest(m)
    rows = list(one.trail[-3 * one.line :])
    FIELD.crash(m, one, WALL)
    left = m.state.orbs
    assert [orb.seat for orb in left] == [0] * (1 + one.line // ORB_EACH)
    assert {(orb.x, orb.y) for orb in left} <= set(zip(rows[::3], rows[1::3], strict=True))
    assert one.line // 2 - len(left) <= sum(orb.rows for orb in left) <= one.line // 2


def test_who_rides_over_an_orb_grows_by_its_rows_and_it_is_gone() -> None:
    m = live()
    one, other = m.state.riders
    at_rest(m)
    FIELD.drop(m, one.x + 40 * U, one.y, 25, 1)
    line = one.line
    happened = []
    for _ in range(40):
        m.step([])
        happened += emitted(m, "orb")
    assert [args[0] for args in happened] == [0]
    assert not [orb for orb in m.state.orbs if orb.seat == 1]
    assert one.line == line + 25
    assert other.line == line


def test_of_too_many_orbs_the_oldest_are_gone_and_small_ones_come_by_themselves() -> None:
    m = live(size=1200)
    for k in range(MOST_ORBS + 10):
        FIELD.drop(m, (100 + k) * U, 1100 * U, 5, 1)
    assert len(m.state.orbs) == MOST_ORBS
    assert m.state.orbs[0].id == m.state.dropped - MOST_ORBS + 1
    at_rest(m)
    run(m, 200)
    assert len([orb for orb in m.state.orbs if orb.seat < 0]) >= 8


def test_orbs_are_where_they_were_after_a_restore() -> None:
    m = live(4, size=1200)
    run(m, 300)
    again = load(m.game, dump(m))
    run(m, 200)
    run(again, 200)
    assert state_hash(again) == state_hash(m)


def test_the_only_one_with_the_most_points_wears_the_crown_and_is_worth_more() -> None:
    m = live(3)
    m.state.scores[0] = m.state.scores[1] = 40
    run(m, CROWN_TICKS + 1)
    assert m.state.leader == -1, "two share the lead"
    m.state.scores[1] = 50
    crowned = []
    for _ in range(CROWN_TICKS):
        m.step([])
        crowned += emitted(m, "crown")
    assert crowned == [(1,)]
    assert m.state.leader == 1
    points = m.state.scores[2]
    FIELD.crash(m, m.state.riders[1], 2)
    assert m.state.scores[2] == points + CROWN_BOUNTY
    assert emitted(m, "bounty") == [(2, 1)]
    m.step([(LEAVE, 1, 0, 0)])
    assert m.state.leader != 1


def test_at_the_edge_a_player_sees_what_is_on_the_side_of_the_world() -> None:
    m = live()
    one, other = m.state.riders
    put(one, 20 * U, 2400 * U)
    put(other, 1300 * U, 2400 * U)
    m.scratch.bounds[1] = m.scratch.bounds[0] = (-1 << 20, 0, 0, 0, 0)
    assert m.game.near(m, 0) == [0, 1], "the camera stands still at the edge, and shows as far as this"
