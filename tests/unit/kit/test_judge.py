"""The judge passes a sound game, and finds what is wrong with one that is spoilt in a single place."""

from pathlib import Path

import pytest

from game.catalogue import game_of
from game.kit.endless import limited
from game.kit.judge import check
from game.kit.micropython import missing
from game.kit.trials import bot_match
from game.rules import JOIN
from tests.unit.games.harness import all_games
from tests.unit.kit.papers import tutorial
from tests.unit.kit.spoilt import failing, judged, sound, spoil

STEP = "        m.state.left -= 1\n"
ORDER = """
def order():
    numbers = [k * 7 % 13 for k in range(13)]
    numbers.sort(key=lambda number: number % 2)
    return numbers[3]
"""
FIELD = 'left = Count(max=36_000, doc="ticks until the match ends")'


def test_a_sound_game_passes(tmp_path: Path) -> None:
    verdict = judged(tmp_path)
    assert verdict.passed, verdict.table()
    assert verdict.table().endswith("star_run passes.")
    assert len(verdict.findings) == 14


def test_a_breach_is_told_with_file_line_and_cure(tmp_path: Path) -> None:
    found = failing(tmp_path, "source", (STEP, STEP + "        half = m.state.left / 2\n"))
    assert found.text.startswith("star_run.py:9")
    assert "use //" in found.text


def test_a_value_outside_its_range_is_told_with_the_tick(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", ("Count(max=36_000", "Count(max=1100"))
    assert found.text.startswith("at tick 1, 2 seats: state.left is 1124; its range is 0 to 1100")


def test_a_float_in_the_state_is_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path, "matches", (STEP, STEP + "        m.state.left = m.state.left + m.tick * 0.0\n")
    )
    assert "a float; it must be an int" in found.text


def test_what_is_set_and_is_no_field_is_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", (STEP, STEP + "        m.state.lefft = 3\n"))
    assert "state.lefft is no field, so it is neither sent nor saved: declare it in Field" in found.text
    assert "there are left, walkers, stars" in found.text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('m.emit("sun", 1)', "there is no event sun; declared: star"),
        ('m.emit("star")', "m.emit('star', …) got 0 arguments; the event declares 1: seat"),
        ('m.emit("star", 1, 2)', "got 2 arguments"),
        ('m.emit("star", "one")', "seat of the event star is 'one', a str; it must be an int"),
        ('m.award("Best", 0, 1)', "there is no award Best; declared: none"),
    ],
)
def test_an_event_or_award_that_is_not_declared_is_found(tmp_path: Path, line: str, told: str) -> None:
    assert told in failing(tmp_path, "matches", (STEP, f"{STEP}        {line}\n")).text


def test_a_turn_that_is_no_list_of_seats_is_found(tmp_path: Path) -> None:
    sleeps = ("    State = Field\n", "    State = Field\n    sleeps = True\n")
    turn = "    def turn(self, m):\n        return {}\n\n    def step("
    found = failing(tmp_path, "matches", sleeps, ("    def step(", turn.format("m.tick")))
    assert "turn() returns 1; write a list of seats of [0, 1]" in found.text
    found = failing(tmp_path / "two", "matches", sleeps, ("    def step(", turn.format("[1, 0]")))
    assert "in rising order" in found.text


def test_ids_that_fall_are_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", ("Star(last + 1,", "Star(1000 - m.tick,"))
    assert "must rise" in found.text


def test_a_match_that_bots_never_decide_is_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", (STEP, "        m.state.left = 7\n"))
    assert "not decided" in found.text


def test_an_error_is_told_with_its_line(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", (STEP, STEP + "        m.state.nothing.here = 1\n"))
    assert found.text.startswith("star_run.py:9")
    assert "AttributeError" in found.text


def test_what_is_kept_outside_of_the_state_is_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path,
        "taken back",
        (
            STEP,
            STEP
            + "        self.extra = getattr(self, 'extra', 0) + 1\n        m.state.odd = self.extra % 7\n",
        ),
        (FIELD, FIELD + "\n    odd = Count(max=7)"),
    )
    assert "run twice" in found.text


def test_a_scratch_that_is_not_rebuilt_is_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path,
        "restored",
        (STEP, STEP + "        m.scratch = (m.scratch or 0) + 1\n        m.state.odd = m.scratch % 7\n"),
        (FIELD, FIELD + "\n    odd = Count(max=7)"),
    )
    assert "rebuild()" in found.text


def test_a_bot_that_changes_the_match_is_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "bots", ("        me = find", "        m.rng.word()\n        me = find"))
    assert "bot() changes the match" in found.text


def test_a_bot_that_answers_nonsense_is_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", ("        return held\n", "        return 16\n"))
    assert "bot() returned 16" in found.text


def test_a_leave_that_expects_a_latecomer_in_the_state_is_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path,
        "ranges",
        (
            "    def join(self, m, seat):\n",
            "    def join(self, m, seat):\n        if m.tick > 0:\n            return\n",
        ),
        (
            "    def leave(self, m, seat):\n",
            "    def leave(self, m, seat):\n        find(m.state.walkers, seat).id\n",
        ),
    )
    assert "AttributeError" in found.text


def test_a_row_changed_in_place_is_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path,
        "tables",
        ("import Count, ", "import Count, Series, "),
        (FIELD, FIELD + '\n    log = Series("x")'),
        (STEP, STEP + "        m.state.log.append(m.tick)\n        m.state.log[0] = m.tick\n"),
    )
    assert "changed in place" in found.text


def test_hidden_fields_in_a_game_that_browsers_run_are_found(tmp_path: Path) -> None:
    found = failing(
        tmp_path,
        "hidden",
        ("import Count, ", "import OWNER, Count, "),
        ("    score = Count(max=999)", "    score = Count(max=999)\n    hand = Count(max=9, see=OWNER)"),
    )
    assert 'write "delta"' in found.text


def test_hidden_fields_stay_hidden_in_a_game_of_the_server(tmp_path: Path) -> None:
    verdict = judged(
        tmp_path,
        ("import Count, ", "import HOST, OWNER, Count, "),
        ("    score = Count(max=999)", "    score = Count(max=999)\n    hand = Count(max=9, see=OWNER)"),
        (FIELD, FIELD + "\n    answer = Count(max=9, see=HOST)"),
        ('    blurb = "', '    replication = "delta"\n    blurb = "'),
        only="hidden",
    )
    told = {finding.about: finding for finding in verdict.findings}
    assert told["hidden"].outcome == "ok"
    assert "nobody else's frame changed" in told["hidden"].text


def test_a_ranking_without_everybody_is_found(tmp_path: Path) -> None:
    found = failing(tmp_path, "matches", ("for one in m.state.walkers])", "for one in m.state.walkers[1:]])"))
    assert "the ranking names the seats" in found.text


RANKED = "m.rank([(one.id, one.score) for one in m.state.walkers])"


def test_a_match_that_bots_lose_together_is_decided(tmp_path: Path) -> None:
    verdict = judged(tmp_path, (RANKED, "m.lose(3)"), only="matches")
    assert verdict.passed, verdict.table()


def test_a_ranking_without_a_first_place_is_found(tmp_path: Path) -> None:
    places = "m.finish([Place(one.id, one.id + 2, 0) for one in m.state.walkers])"
    found = failing(tmp_path, "matches", (RANKED, places), ("import Count,", "import Count, Place,"))
    assert "nobody has place 1" in found.text


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        (
            ('Shape("stars", "star"', 'Shape("moons", "star"'),
            "moons is no list of Field; there are walkers, stars",
        ),
        (('Mark("walkers", size=14)', 'Mark("walkers", "column")'), "shows a field column"),
        (('colour="ground"', 'colour="pink"'), "shows a field pink"),
        (('colour="ground"', 'colour="pink"'), "Colours are seat, team, text"),
        (
            ('Mark("walkers", size=14)', 'Mark("walkers", "column")'),
            "Mark('walkers'): neither Walker nor Field shows a field column; Walker has x, y, score, "
            "Field has left, walkers, stars",
        ),
        (('Label("walkers", "{score}"', 'Label("", "{left}"'), "Field shows no field x; Field has left"),
        (('Label("walkers", "{score}"', 'Label("", "{left}"'), "Write x= and y= of this part: a number"),
        (('On("star", sound="take")', 'On("sun", sound="take")'), "there is no event sun"),
        (('sound="take"', 'sound="moo"'), "there is no sound moo"),
        (("{score}", "{points}"), "shows a field points"),
    ],
)
def test_a_picture_of_what_is_not_there_is_found(tmp_path: Path, change: tuple[str, str], cure: str) -> None:
    assert cure in failing(tmp_path, "picture", change).text


@pytest.mark.needs_node
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.series
def test_a_difference_between_the_interpreters_is_found(tmp_path: Path) -> None:
    # CPython keeps the order of equals and MicroPython does not; no look at the source can tell.
    found = failing(
        tmp_path,
        "MicroPython",
        (FIELD, FIELD + "\n    odd = Count(max=99)"),
        ("class Walker(Entity):", ORDER + "\n\nclass Walker(Entity):"),
        (STEP, STEP + "        m.state.odd = order()\n"),
    )
    assert "under MicroPython" in found.text


@pytest.mark.needs_node
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.series
def test_a_bot_that_decides_otherwise_in_a_browser_is_found(tmp_path: Path) -> None:
    # No journal shows it: on the server bots' presses are written down like anyone's.
    found = failing(
        tmp_path,
        "MicroPython",
        ("class Walker(Entity):", ORDER + "\n\nclass Walker(Entity):"),
        ("        return held\n", "        return (held + order() + m.tick) % 16\n"),
    )
    assert "bots decide otherwise" in found.text


def test_a_missing_node_is_said_and_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    verdict = judged(tmp_path / "games")
    last = verdict.findings[-1]
    assert (last.about, last.outcome) == ("MicroPython", "skip")
    assert "needs Node" in last.text
    assert verdict.passed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((("    def start(self, m):", "    def begin(self, m):"),), "no start; write `def start(self, m):`"),
        ((("(2, 8), 25", "(2, 8), 0"),), "tick_hz is 0"),
        ((("(2, 8), 25", "(2, 8), 30.0"),), "tick_hz is 30.0"),
        ((('"up", "down")', '"act", "bomb")'),), "'act' and 'bomb' have the same key (Space)"),
        ((('"up", "down")', '"jump", "jab")'),), "'jump' and 'jab' have the same key (J)"),
        (
            (("    State = ", '    command_docs = ("start anew",)\n    State = '),),
            "command_docs has 1 texts; write one for each of none",
        ),
        ((('"up", "down")', '"9", "down")'),), "begin the name with a letter"),
        ((("    State = Field\n", ""),), "StarRun has no State; write `State = `"),
        (
            (('events = (Event("star", "seat"),)', 'events = (Event("star", "seat"))'),),
            "events is no tuple; a tuple of one thing has a comma: `events = (…,)`",
        ),
        ((("    State = ", '    awards = ("Best")\n    State = '),), "awards is no tuple"),
        ((("    State = ", "    sleeps = True\n    State = "),), "has no turn; write `def turn(self, m):`"),
        (
            (("    State = ", '    turn_hours = "hours"\n    State = '),),
            "turn_hours is 'hours', and there is no such option; there are seconds, speed",
        ),
        (
            (("    State = ", '    turn_hours = "seconds"\n    State = '),),
            "no time_up; write `def time_up(self, m, seat):`",
        ),
        (
            (("    State = ", '    team_option = "sides"\n    State = '),),
            "team_option is 'sides', and there is no such option; there are seconds, speed",
        ),
        (
            (
                ("    State = ", '    team_option = "teams"\n    State = '),
                ("        speed=Int", '        teams=Choice("none", "two"),\n        speed=Int'),
                ("import Count,", "import Choice, Count,"),
            ),
            "teams=Int(0, 0, 2), or a Choice of numbers",
        ),
    ],
)
def test_a_declaration_that_cannot_be_played_is_named(
    tmp_path: Path, changes: tuple[tuple[str, str], ...], words: str
) -> None:
    assert words in failing(tmp_path, "declared", *changes).text


def test_a_trial_deals_teams_as_a_room_does(tmp_path: Path) -> None:
    changes = (
        ("    State = ", '    team_option = "teams"\n    State = '),
        ("        speed=Int", "        teams=Int(0, 0, 2),\n        speed=Int"),
    )
    game = game_of(spoil(sound(tmp_path), *changes))
    trial = bot_match(game, range(3), 1, ticks=30, changes={"teams": 2})
    assert trial.begin().teams[:3] == [1, 2, 1]
    assert bot_match(game, range(3), 1, ticks=30).begin().teams[:3] == [0, 0, 0]
    came = bot_match(game, range(8), 1, ticks=900, changes={"teams": 2}, come_and_go=True)
    joined = [entry for due in came.entries.values() for entry in due if entry[0] == JOIN]
    assert joined
    assert all(team == 1 + seat % 2 for _, seat, team, _ in joined)


def test_what_a_game_prints_does_not_bury_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = failing(tmp_path, "source", (STEP, STEP + "        print(m.tick)\n"))
    assert "print()" in found.text
    assert capsys.readouterr().out == ""


@pytest.mark.series
def test_a_score_that_suffers_from_a_seat_taken_again_is_found(tmp_path: Path) -> None:
    source = tutorial()
    cure = "        new.score = sum([1 for cell in m.state.cells if cell == seat + 1])\n"
    assert cure in source
    path = tmp_path / "paint.py"
    path.write_text(source.replace(cure, ""))
    found = [one for one in check(game_of(path), path).failed() if one.about == "ranges"]
    assert found, "bots come and go, and one that returned lost cells that it had painted before"
    assert "score is -" in found[0].text


def test_a_game_whose_file_has_another_name_is_found(tmp_path: Path) -> None:
    path = sound(tmp_path).rename(tmp_path / "moon_walk.py")
    (found,) = check(game_of(path), path, "declared").failed()
    assert found.text == "the game is named star_run and its file moon_walk.py: a server loads star_run.py"


def test_an_endless_loop_is_named_with_its_line(tmp_path: Path) -> None:
    path = spoil(sound(tmp_path), (STEP, STEP + "        while m.tick > 40:\n            pass\n"))
    verdict = check(limited(game_of(path), 0.2), path)
    (found,) = [one for one in verdict.failed() if one.about == "matches"]
    assert "star_run.py:" in found.text
    assert "an endless loop?" in found.text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('ground = "#8090A0"', "text #E8ECFF on ground #8090A0 has a contrast of 2."),
        ('accent = "#203050"', "accent #203050 on ground #0B1020 has a contrast of 1."),
        ('accent = "gold"', "accent is 'gold'; write a colour as #RRGGBB"),
        ("minutes = -3", "minutes is -3; write a whole number"),
    ],
)
def test_a_look_that_cannot_be_seen_is_found(tmp_path: Path, line: str, told: str) -> None:
    name = "    name, title, seats, tick_hz"
    assert told in failing(tmp_path, "declared", (name, f"    {line}\n{name}")).text


def test_each_game_in_the_box_has_a_ground_and_an_accent_of_its_own() -> None:
    games = all_games()
    assert len({game.ground for game in games}) == len({game.accent for game in games}) == len(games)
    assert all(game.how and game.minutes for game in games)
