"""Controls: read by name, checked, in snapshots and rewinds, and equal under both interpreters."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.catalogue import game_of
from game.kit.micropython import MicroPython, missing
from game.kit.trials import Entry, Trial, bot_match, nonsense
from game.rules import (
    BadControl,
    BotContext,
    Button,
    Choose,
    Controls,
    Match,
    Pointer,
    Stick,
    Stroke,
    Typed,
    snapshot,
)
from game.rules.browser import BrowserMatch
from game.rules.controls import CONTROL, MOST_POINTS, SeatControls, bytes_of, points_of
from game.rules.match import PRESS

GAME = Path(__file__).parents[2] / "data" / "games" / "everything.py"


def everything() -> Any:
    """The game of every control."""
    return game_of(GAME)


def running(seats: int = 2) -> Match:
    """A match of it at tick 0."""
    game = everything()
    m = Match(game, [], list(range(seats)), [], 7)
    m.begin()
    return m


def changed(m: Match, seat: int, **values: object) -> list[Entry]:
    """The entries of these values."""
    controls = m.game.controls
    assert controls is not None
    return [
        one for name, value in values.items() for one in controls.entries(seat, controls.change(name, value))
    ]


def test_edges_of_buttons_last_for_one_step() -> None:
    m = running()
    for entries in ([(PRESS, 0, 1, 0)], [], [], [(PRESS, 0, 0, 0)], [], [(PRESS, 0, 3, 0)]):
        m.step(entries)
    hand = m.state.hands[0]
    assert (hand.fires, hand.releases, hand.held) == (2, 1, 1)


def test_what_is_held_stays_and_what_is_sent_lasts_for_one_step() -> None:
    m = running()
    m.step(changed(m, 0, move=(100, -50), aim=(10, 20), word="ship", card=5))
    for _ in range(3):
        m.step([])
    hand = m.state.hands[0]
    assert (hand.x, hand.y) == ((480 + 400) % 1000, 300 - 200)
    assert (hand.aim_x, hand.aim_y, hand.word, hand.card) == (10, 20, "ship", 5)
    one = m.controls[0].input
    assert (one.word, one.card, one.pen) == (None, -1, [])


def test_a_text_that_is_sent_ends_what_is_being_typed() -> None:
    m = running()
    m.step(changed(m, 1, word_live="shi"))
    m.step([])
    assert m.state.hands[1].live == "shi"
    m.step(changed(m, 1, word="ship"))
    assert (m.state.hands[1].word, m.state.hands[1].live) == ("ship", "")


def test_only_the_named_seat_draws() -> None:
    m = running()
    points = [(0, 0, 0), (2048, 2048, 1), (5, 7, 1)]
    m.step(changed(m, 0, pen=points) + changed(m, 1, pen=points))
    assert [hand.points for hand in m.state.hands] == [5, 0]
    assert (m.state.hands[0].pen_x, m.state.hands[0].pen_y) == (5, 7)


def test_another_player_in_a_seat_finds_everything_at_rest() -> None:
    m = running(3)
    m.step([*changed(m, 2, move=(127, 0), word_live="abc"), (PRESS, 2, 1, 0)])
    m.step([(3, 2, 0, 0)])
    m.step([(2, 2, 0, 0)])
    hand = m.state.hands[2]
    assert (hand.x, hand.live, hand.held) == (480, "", 0)


@given(
    st.lists(st.tuples(st.integers(0, 4096), st.integers(0, 4096), st.integers(0, 1)), max_size=MOST_POINTS)
)
def test_points_come_back_from_bytes(points: list[tuple[int, int, int]]) -> None:
    assert points_of(bytes_of(points)) == points


@given(st.binary(max_size=80))
def test_any_bytes_are_points(raw: bytes) -> None:
    assert all(len(point) == 3 for point in points_of(raw))


GOOD: list[tuple[str, object]] = [
    ("move", [127, 0]),
    ("move", [-90, 90]),
    ("aim", [0, 600]),
    ("aim", [960, 0]),
    ("word", ""),
    ("word", "猫" * 24),
    ("word_live", "a"),
    ("card", 63),
    ("pen", [[2048, 0, 1]]),
]
BAD: list[tuple[str, object]] = [
    ("move", [128, 0]),
    ("move", [100, 100]),
    ("move", [1]),
    ("move", 5),
    ("move", "x"),
    ("move", [[1, 2, 3], 4]),
    ("aim", [961, 0]),
    ("aim", [0, -1]),
    ("word", "a" * 25),
    ("word", 3),
    ("card", 64),
    ("card", -1),
    ("card", "3"),
    ("card_live", 3),
    ("pen", []),
    ("pen", [[0, 0, 2]]),
    ("pen", [[0, 2049, 0]]),
    ("pen", [[0, 0]]),
    ("pen", [1, 2, 3]),
    ("pen", [[0, 0, 0]] * (MOST_POINTS + 1)),
    ("nothing", 1),
    ("fire", 1),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_values_that_a_control_takes(name: str, value: object) -> None:
    everything().controls.change(name, value)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_values_that_a_control_does_not_take(name: str, value: object) -> None:
    with pytest.raises(BadControl, match=r"\w+ \w+"):
        everything().controls.change(name, value)


def test_bots_use_every_control() -> None:
    game = everything()
    trial = bot_match(game, [0, 1, 2, 3], 5, ticks=1000)
    m = trial.begin()
    while m.tick < trial.ticks:
        trial.step(m)
    for hand in m.state.hands:
        assert hand.fires
        assert hand.word.startswith("héllo")
        assert hand.card >= 0
        assert hand.points
        assert (hand.aim_x, hand.aim_y) != (480, 300)


@pytest.mark.parametrize(
    ("use", "cure"),
    [
        (lambda bot: bot.hold("fier"), "there is no button fier; there are fire"),
        (lambda bot: bot.choose("crad", 1), "there is no control crad of kind choose; there are card"),
        (lambda bot: bot.move("aim", 1, 2), "there is no control aim of kind stick; there are move"),
        (lambda bot: bot.point("move", 1, 2), "there is no control move of kind pointer; there are aim"),
        (lambda bot: bot.write("pen", "a"), "there is no control pen of kind typed; there are word"),
        (lambda bot: bot.draw("word", [(1, 2, 0)]), "there is no control word of kind stroke; there are pen"),
    ],
)
def test_a_bot_that_names_no_control_is_told_which_there_are(
    use: Callable[[BotContext], object], cure: str
) -> None:
    bot = BotContext(0, 3, 0, 1, everything().controls)
    with pytest.raises(BadControl, match=cure):
        use(bot)
    assert not bot.changes


def matches() -> list[Trial]:
    """Matches of bots, and of random entries with seats that come and go."""
    game = everything()
    return [
        bot_match(game, [0, 1, 2, 3], 1, ticks=300),
        *(nonsense(game, seed, ticks=300) for seed in range(3)),
    ]


def test_snapshots_and_rewinds_keep_what_is_held() -> None:
    for trial in matches():
        m = trial.begin()
        other = trial.begin()
        while m.tick < trial.ticks:
            saved = m.mark()
            m.step([(PRESS, 0, 3, 0), (CONTROL, 0, 0, 127 << 8), *changed(m, 1, word_live="zzz")])
            m.step([])
            m.rewind(saved)
            if m.tick % 5 == 0:
                m = snapshot.load(trial.game, snapshot.dump(m))
            if m.tick % 7 == 0:
                m = snapshot.unpack(trial.game, snapshot.pack(m))
            trial.step(m)
            trial.step(other)
            assert snapshot.state_hash(m) == snapshot.state_hash(other), f"tick {m.tick}"


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.needs_node
def test_both_interpreters_read_controls_alike() -> None:
    trials = matches()
    with MicroPython([trials[0].game]) as python:
        for trial in trials:
            m = trial.begin()
            hashes = [snapshot.state_hash(m)]
            while m.tick < trial.ticks:
                trial.step(m)
                hashes.append(snapshot.state_hash(m))
            python.send(trial.line(trial.ticks))
            assert python.replayed()[0] == hashes


def test_own_changes_are_predicted_and_confirmed() -> None:
    game = everything()
    m = running()
    browser = BrowserMatch(game)
    browser.load(snapshot.dump(m))
    entries = changed(m, 0, move=(127, 0))
    own = [0, 2, 1, 0]
    for _, seat, what, value in entries:
        own += [seat, -1, what, value]
    browser.look(0, 10, own)
    assert browser.m.state.hands[0].x == 480 + 8 * 127 - 1000
    assert browser.m.state.hands[0].fires == 1
    rows = [number for entry in [(PRESS, 0, 1, 0), *entries] for number in (4, *entry)]
    browser.confirm(6, rows)
    assert browser.m.state.hands[0].x == 480 + 2 * 127
    browser.look(6, 8, [])
    assert browser.m.state.hands[0].x == 480 + 4 * 127


@pytest.mark.parametrize("seed", range(4))
def test_entries_from_anywhere_break_nothing(seed: int) -> None:
    m = running()
    chance = random.Random(seed)
    for _ in range(2000):
        what = chance.choice([chance.randrange(1 << 10), chance.randrange(1 << 28)])
        if what >> 5 & 7 and what & 31 == 2:
            continue  # bytes of a text that are no text are refused before they enter a journal
        m.step([(CONTROL, chance.randrange(6), what, chance.randrange(1 << 28))])


def test_a_games_buttons_are_those_among_its_controls() -> None:
    game = everything()
    assert game.buttons == ("fire", "swap")
    assert [one.name for one in game.controls.others] == ["move", "aim", "word", "card", "pen"]
    with pytest.raises(ValueError, match="at most"):
        Controls(*[Button(f"b{k}") for k in range(29)])


def test_a_stick_at_rest_is_zero() -> None:
    controls = Controls(Stick("move"), Pointer("aim", 10, 10), Typed("word", live=True), Stroke("pen"))
    held = SeatControls(controls)
    assert controls.rest(0, held) == []
    held.take(0, 127 << 8)
    assert controls.rest(3, held) == [(CONTROL, 3, 0, 0)]


def test_a_control_may_have_any_name() -> None:
    names = ["press", "take", "settle", "load", "number", "input", "clear", "live"]
    controls = Controls(*[Button(name) for name in names[:4]], *[Choose(name) for name in names[4:]])
    held = SeatControls(controls)
    held.press(5)
    held.take(0, 7)
    assert (held.input.press, held.input.take, held.input.settle_pressed, held.input.number) == (
        True,
        False,
        True,
        7,
    )
    held.settle()
    assert (held.input.press, held.input.settle_pressed, held.input.number) == (True, False, -1)
