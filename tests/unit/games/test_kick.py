"""Kick Off: running, kicks, goals, the kick-off, the clock, and bots that are worth playing against."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.games.kick import Kick
from game.games.kick.bots import first_at_ball, keeper_of
from game.games.kick.maps import BEHIND, MAPS, Map, map_of
from game.games.kick.pitch import CHEERING, ENDED, KICK_OFF, PLAYING, Ball, Pitch, Player, map_in
from game.games.kick.tuning import BALL, CHARGE, CHEER, FASTEST_BALL, HZ, KICK_OFF_TICKS, PLAYER, READY, U
from game.rules import PRESS, BotContext, Match
from game.rules.controls import CONTROL, pack_stick
from game.rules.drawing import flat
from tests.unit.games.harness import bot_match, choose, events_named

GAME = Kick()
TEAMS = [1, 2, 1, 2, 1, 2, 1, 2]
Entry = tuple[int, int, int, int]


def match(seats: int = 2, **options: object) -> "Match[Pitch]":
    m: Match[Pitch] = Match(GAME, choose(GAME, **options), list(range(seats)), TEAMS, 7)
    m.begin()
    return m


def stick(seat: int, x: int, y: int) -> Entry:
    return (CONTROL, seat, 0, pack_stick(x, y))


def kick(seat: int, held: bool) -> Entry:
    return (PRESS, seat, 1 if held else 0, 0)


def steps(m: "Match[Pitch]", count: int, *entries: Entry) -> list[tuple[int, ...]]:
    """Step, with changes at the first of the ticks; all that happened."""
    happened: list[tuple[int, ...]] = []
    due = list(entries)
    for _ in range(count):
        m.step(due)
        due = []
        happened += m.happened
    return happened


def live(seats: int = 2, **options: object) -> "Match[Pitch]":
    """A match in play, with the ball in the middle and the players out of the way."""
    m = match(seats, **options)
    steps(m, READY)
    m.state.touched = 1
    steps(m, 1)
    for one in m.state.players:
        one.x, one.y = map_in(m.state).x, PLAYER + one.id * 2 * PLAYER
    return m


def put(m: "Match[Pitch]", seat: int, x: int, y: int) -> Player:
    """Place a player, in units from the middle."""
    one = m.state.players[seat]
    pitch = map_in(m.state)
    one.x, one.y, one.vx, one.vy = pitch.x + x * U, pitch.y + y * U, 0, 0
    return one


def ball_at(m: "Match[Pitch]", x: int, y: int, vx: int = 0, vy: int = 0) -> Ball:
    """Place the ball, in units from the middle."""
    ball = m.state.balls[0]
    pitch = map_in(m.state)
    ball.x, ball.y, ball.vx, ball.vy, ball.spin = pitch.x + x * U, pitch.y + y * U, vx, vy, 0
    return ball


# --- running and kicking


def test_a_player_runs_where_the_stick_points_and_stops_without_it() -> None:
    m = live()
    one = put(m, 0, -200, 60)
    start = one.x
    steps(m, 60, stick(0, 127, 0))
    assert one.x - start > 100 * U
    assert one.y == map_in(m.state).y + 60 * U
    steps(m, 240, stick(0, 0, 0))
    assert (one.vx, one.vy) == (0, 0)


def test_half_a_stick_is_half_as_fast() -> None:
    m = live()
    one, other = put(m, 0, -200, 60), put(m, 1, -200, -60)
    start = one.x
    steps(m, 60, stick(0, 127, 0), stick(1, 63, 0))
    assert abs((one.x - start) - 2 * (other.x - start)) < 12 * U


@pytest.mark.parametrize(("ticks", "least", "most"), [(1, 3, 5), (CHARGE // 2, 4, 7), (CHARGE, 6, 9)])
def test_a_kick_is_stronger_the_longer_it_was_held(ticks: int, least: int, most: int) -> None:
    m = live()
    put(m, 0, -30, 0)
    ball = ball_at(m, 0, 0)
    steps(m, ticks, kick(0, True))
    happened = steps(m, 1, kick(0, False))
    (_, power), *_ = events_named(GAME, happened, "kick")
    assert power == ticks * 100 // CHARGE
    assert least * U * 9 // 10 < ball.vx < most * U
    assert ball.vy == 0


def test_a_kick_waits_a_moment_for_a_ball_that_comes() -> None:
    m = live()
    put(m, 0, -60, 0)
    ball = ball_at(m, 0, 0, vx=-6 * U)
    steps(m, 1, kick(0, True))
    assert events_named(GAME, steps(m, 8, kick(0, False)), "kick")
    assert ball.vx > 0


def test_a_kick_out_of_reach_does_nothing() -> None:
    m = live()
    put(m, 0, -120, 0)
    ball = ball_at(m, 0, 0)
    steps(m, 5, kick(0, True))
    assert not events_named(GAME, steps(m, 30, kick(0, False)), "kick")
    assert (ball.vx, ball.vy) == (0, 0)


@pytest.mark.parametrize("way", [-1, 1])
def test_running_across_a_kick_bends_the_ball_that_way(way: int) -> None:
    bent = []
    for curve in (100, 0):
        m = live(curve=curve)
        one = put(m, 0, -32, -4 * way)
        ball = ball_at(m, 0, 0)
        one.vy = 600 * way
        steps(m, 1, kick(0, True))
        steps(m, 1, kick(0, False))
        start = ball.vy / ball.vx
        steps(m, 40)
        bent.append((ball.vy / ball.vx - start) * way)
    assert bent[0] > 0.1
    assert abs(bent[1]) < 0.05


@given(st.integers(0, 5), st.integers(-3000, 3000), st.integers(-3000, 3000), st.integers(-100, 100))
def test_the_ball_never_leaves_the_pitch_but_into_the_goals(number: int, vx: int, vy: int, spin: int) -> None:
    m = live(map=number + 1)
    pitch = map_in(m.state)
    ball = ball_at(m, 0, 0, vx, vy)
    ball.spin = spin
    for _ in range(90):
        m.step([])
        if m.state.phase != PLAYING:
            break
        inside = pitch.left + BALL - U <= ball.x <= pitch.right - BALL + U
        assert inside or abs(ball.y - pitch.y) < pitch.goal * U
        assert pitch.top + BALL - U <= ball.y <= pitch.bottom - BALL + U
        assert ball.vx**2 + ball.vy**2 <= FASTEST_BALL**2


def test_a_ball_that_hits_a_post_bounces_and_rings() -> None:
    m = live()
    pitch = map_in(m.state)
    ball = ball_at(m, pitch.width // 2 - 60, -pitch.goal, vx=6 * U)
    happened = steps(m, 12)
    assert len(events_named(GAME, happened, "post")) == 1
    assert -6 * U < ball.vx < -3 * U


# --- goals


def test_a_goal_counts_once_and_the_other_side_kicks_off() -> None:
    m = live()
    ball_at(m, 260, 0, vx=7 * U)
    m.state.balls[0].by = 0
    happened = steps(m, 30)
    assert events_named(GAME, happened, "goal") == [(0, 1, -1)]
    assert [team.score for team in m.state.teams] == [1, 0]
    assert m.state.players[0].goals == 1
    assert m.state.phase == CHEERING
    steps(m, CHEER)
    assert m.state.phase == KICK_OFF
    assert m.state.kicks_off == 2
    pitch = map_in(m.state)
    assert (m.state.balls[0].x, m.state.balls[0].y) == (pitch.x, pitch.y)


def test_a_goal_is_not_predicted() -> None:
    m = live()
    ball_at(m, 260, 0, vx=7 * U)
    m.ahead = True
    steps(m, 40)
    assert m.state.phase == PLAYING
    assert m.state.teams[0].score == 0


def test_who_passed_gets_the_assist() -> None:
    m = live(4)
    ball = ball_at(m, 260, 0, vx=7 * U)
    ball.by, ball.mate, ball.at = 2, 0, m.tick
    assert events_named(GAME, steps(m, 30), "goal") == [(2, 1, 0)]
    assert m.state.players[0].assists == 1


def test_an_own_goal_is_nobodys_glory() -> None:
    m = live()
    ball = ball_at(m, -260, 0, vx=-7 * U)
    ball.by, ball.foe, ball.foe_at, ball.kicked = 0, 1, m.tick - 30, 1
    assert events_named(GAME, steps(m, 30), "ownGoal") == [(0, 2)]
    assert (m.state.players[0].own, m.state.players[0].goals) == (1, 0)
    assert [team.score for team in m.state.teams] == [0, 1]


def test_a_shot_that_a_defender_only_touches_is_the_strikers_goal() -> None:
    m = live()
    ball = ball_at(m, -300, 0, vx=-7 * U)
    ball.by, ball.foe, ball.at, ball.foe_at = 0, 1, m.tick, m.tick - 30
    assert events_named(GAME, steps(m, 30), "goal") == [(1, 2, -1)]


def test_enough_goals_win_at_once() -> None:
    m = live(goals=1)
    m.state.balls[0].by = 0
    ball_at(m, 260, 0, vx=7 * U)
    happened = steps(m, 30)
    assert m.over
    assert m.state.phase == ENDED
    assert [(one.seat, one.place, one.points) for one in m.places] == [(0, 1, 1), (1, 2, 0)]
    assert events_named(GAME, happened, "matchEnd") == [(0,)]
    assert GAME.rounds(m) == [[1, 0]]


# --- the kick-off and the clock


def test_at_the_kick_off_the_other_side_stays_away() -> None:
    for seed in range(4):
        m: Match[Pitch] = Match(GAME, choose(GAME), [0, 1], TEAMS, seed)
        m.begin()
        steps(m, READY)
        s = m.state
        assert s.phase == KICK_OFF
        other = s.players[0] if s.kicks_off == 2 else s.players[1]
        way = 1 if other.team == 1 else -1
        pitch = map_in(s)
        steps(m, 120, stick(other.id, 127 * way, 0))
        assert s.phase == KICK_OFF
        assert (pitch.x - other.x) * way >= pitch.circle * U + PLAYER - U
        assert (s.balls[0].x, s.balls[0].y) == (pitch.x, pitch.y)


def test_the_first_touch_or_time_ends_the_kick_off() -> None:
    m = match()
    steps(m, READY)
    s = m.state
    mine = s.players[0] if s.kicks_off == 1 else s.players[1]
    way = 1 if mine.team == 1 else -1
    steps(m, 40, stick(mine.id, 127 * way, 0))
    assert s.phase == PLAYING
    m = match()
    steps(m, READY + KICK_OFF_TICKS)
    assert m.state.phase == PLAYING


def test_nobody_moves_before_the_kick_off() -> None:
    m = match()
    x = m.state.players[0].x
    happened = steps(m, READY - 1, stick(0, 127, 0))
    assert m.state.players[0].x == x
    assert events_named(GAME, happened, "beat") == [(2,), (1,)]


def test_the_clock_runs_only_in_play_and_ends_the_match() -> None:
    m = match(minutes=1, golden=False)
    steps(m, READY + 60)
    assert m.state.left == 60 * HZ
    m.state.touched = 1
    for one in m.state.players:
        one.y = PLAYER
    m.state.teams[1].score = 1
    happened = steps(m, 60 * HZ + 1)
    assert m.over
    assert [place.seat for place in m.places if place.place == 1] == [1]
    assert [left for (left,) in events_named(GAME, happened, "hurry")] == [10, 5, 4, 3, 2, 1]


def test_a_draw_goes_on_until_the_next_goal() -> None:
    m = live(minutes=1)
    m.state.ends = m.tick + 1
    assert events_named(GAME, steps(m, 1), "golden") == [()]
    assert not m.over
    ball_at(m, 260, 0, vx=7 * U)
    m.state.balls[0].by = 0
    steps(m, 30)
    assert m.over


def test_a_draw_without_extra_time_is_shared() -> None:
    m = live(minutes=1, golden=False)
    m.state.ends = m.tick + 1
    steps(m, 1)
    assert [place.place for place in m.places] == [1, 1]


def test_a_side_that_all_have_left_loses() -> None:
    m = live(4)
    for seat in (1, 3):
        m.step([(3, seat, 0, 0)])
    steps(m, 12 * HZ)
    assert m.over
    assert {place.seat for place in m.places if place.place == 1} == {0, 2}


def test_a_new_player_joins_the_smaller_side() -> None:
    m: Match[Pitch] = Match(GAME, choose(GAME), [0, 1], [], 7)
    m.begin()
    assert [one.team for one in m.state.players] == [1, 2]
    m.step([(2, 5, 0, 0)])
    m.step([(2, 4, 0, 0)])
    assert [(one.id, one.team) for one in m.state.players] == [(0, 1), (1, 2), (4, 2), (5, 1)]


@pytest.mark.parametrize(("players", "name"), [(2, "small"), (4, "classic"), (8, "large")])
def test_the_pitch_grows_with_the_players(players: int, name: str) -> None:
    assert map_of(0, players).name == name
    assert map_of(4, players).name == MAPS[3].name == "futsal"


# --- bots


def test_one_bot_of_a_side_goes_for_the_ball_and_another_keeps() -> None:
    m = live(8)
    for seat in range(8):
        put(m, seat, (-1 if TEAMS[seat] == 1 else 1) * (60 + 30 * (seat // 2)), 20 * seat - 80)
    ball = ball_at(m, 0, 0)
    for team in (1, 2):
        mates = [one for one in m.state.players if one.team == team]
        first = [one for one in mates if first_at_ball(m.state, one, ball) is one]
        assert len(first) == 1
        keeper = keeper_of(m.state, team, ball)
        assert keeper is not None
        assert keeper is not first[0]


def test_a_bot_costs_no_more_inputs_than_a_person() -> None:
    journal = bot_match(GAME, range(8), 3, ticks=30 * HZ, levels=(3,), hashed=False, teams=TEAMS)
    entries = sum(len(due) for _, due in journal.entries)
    assert entries / 8 / 30 < 14, "entries a second and player"


def wins(strong: int, weak: int, seats: int, seeds: range) -> Counter[int]:
    """Goals of bots of two levels that play each other, sides in turn."""
    goals: Counter[int] = Counter()
    for seed in seeds:
        levels = (strong, weak) if seed % 2 else (weak, strong)
        journal = bot_match(
            GAME,
            range(seats),
            seed,
            ticks=60 * HZ,
            levels=levels,
            hashed=False,
            teams=TEAMS,
            options={"goals": 0},
        )
        for name in ("goal", "ownGoal"):
            for _, _, team, *_ in journal.emitted(name):
                goals[levels[team - 1]] += 1
    return goals


@pytest.mark.parametrize(("strong", "weak", "seats"), [(5, 1, 2), (5, 1, 4), (3, 1, 2)])
def test_bots_of_a_higher_level_win(strong: int, weak: int, seats: int) -> None:
    goals = wins(strong, weak, seats, range(4))
    assert goals[strong] > goals[weak], goals


def test_goals_fall_in_matches_of_bots() -> None:
    for seats in (2, 4):
        goals = 0
        for seed in range(3):
            journal = bot_match(
                GAME, range(seats), seed, ticks=90 * HZ, levels=(3,), hashed=False, teams=TEAMS
            )
            goals += len(journal.emitted("goal")) + len(journal.emitted("ownGoal"))
        assert goals >= 2, f"{goals} goals with {seats} players"


def test_a_bot_stands_still_before_the_match() -> None:
    m = match()
    bot = BotContext(0, 3, 0, 5, GAME.controls)
    assert GAME.bot(m, bot) == 0
    assert not [change for change in bot.changes if change[2]]


def test_all_players_on_one_side_find_a_place() -> None:
    game = Kick()
    m = Match(game, game.options.defaults(), list(range(8)), [1] * 7 + [2], 3)
    m.begin()
    for _ in range(300):
        m.step([])
    assert len({(one.x, one.y) for one in m.state.players}) == 8
    assert all(0 <= one.x < 1 << 20 for one in m.state.players)


@pytest.mark.parametrize("pitch", MAPS, ids=[one.name for one in MAPS])
def test_on_an_upright_phone_the_time_stands_beside_the_goal(pitch: Map) -> None:
    """There the picture is turned, and what stands above the pitch is at the height of the upper goal."""
    ground = {"x": pitch.world_width // 2, "box_left": BEHIND + pitch.box // 2}
    shown = [
        told
        for told in (part.describe() for part in flat(Kick.picture))
        if told["part"] == "clock" or told.get("text") == "Golden goal"
    ]
    upright = [told for told in shown if "wide" not in told.get("when", ())]
    assert len(upright) == 3
    for told in upright:
        # As the browser settles a text: the same share of the turned picture's width.
        across = ground[told["x"]] * pitch.world_height / pitch.world_width
        half = len(told.get("text", "0:00")) * told["size"] * 0.3
        assert across + half < pitch.world_height / 2 - pitch.goal
