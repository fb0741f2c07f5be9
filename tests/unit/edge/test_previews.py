"""Preview pictures: what they show, whatever the names, the journal and the rules are."""

import io
import json
import time
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import gevent
import msgspec
import pytest
from PIL import Image

from game.edge.kept_matches import public_info
from game.edge.previews import previews as module
from game.edge.previews.boards import Fields, NoBoard, aspect
from game.edge.previews.canvas import dashes
from game.edge.previews.child import Drawn, Job, draw
from game.edge.previews.previews import MAX_WAITING, Busy, Failed, Previews, run_child
from game.edge.previews.text import Fonts
from game.games.field import Field
from game.games.fuse import Fuse
from game.games.thumbs import Thumbs
from game.games.trails import Trails
from game.protocol.palette import INKS, OUTLINES, SHAPES
from game.records.store import compact
from tests.unit.edge.kept import ID, Site, played

GAMES = {game.name: game for game in (Trails(), Field(), Fuse(), Thumbs())}
SCRIPTS = (
    "Zoë",
    "Дмитрий",
    "دانيال",
    "小明",
    "ひろし",
    "🎉🎉",
    "\u202eabc",
    "é" * 40,
    "",
    "𝓕𝓪𝓷𝓬𝔂",
    "a\u0301\u0302\u0303",
)


@cache
def job(name: str = "trails", names: Sequence[str] = ("Ann", "Bob", "Cid"), ticks: int = 150) -> Job:
    match, document = played(GAMES[name], names, ticks=ticks)
    return Job(match=public_info(match), journal=compact(match).journal, rules=document.body, font="")


def alone(one: Job) -> Job:
    return msgspec.structs.replace(one, journal=None, rules=None)


def image(drawn: Drawn) -> Image.Image:
    picture = Image.open(io.BytesIO(drawn.png))
    picture.load()
    assert (picture.format, picture.size, picture.mode) == ("PNG", (1200, 630), "RGB")
    return picture


def colours(picture: Image.Image, box: tuple[int, int, int, int]) -> set[str]:
    found = picture.crop(box).getcolors(1 << 20)
    assert found is not None
    return {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in found if isinstance(colour, tuple)}


BOARD = (560, 140, 1140, 480)
LIST = (40, 200, 500, 560)


@pytest.mark.parametrize("name", ["trails", "field", "fuse"])
def test_the_picture_shows_how_it_ended_in_the_players_colours(name: str) -> None:
    drawn = draw(job(name))
    assert drawn.complete
    picture = image(drawn)
    players = {ink.colour for ink in INKS[:3]}
    assert players <= colours(picture, LIST)
    assert players & colours(picture, BOARD)


def test_a_game_without_a_picture_gets_its_players_over_the_whole_card() -> None:
    drawn = draw(job("thumbs"))
    assert drawn.complete
    assert {ink.colour for ink in INKS[:3]} <= colours(image(drawn), LIST)


@pytest.mark.parametrize("count", [1, 6, 14, 100])
def test_any_number_of_players_fits(count: int) -> None:
    names = tuple(f"Player {k}" for k in range(max(2, count)))
    one = job("thumbs", names, 1)
    seats = one.match.seats[:count]
    image(draw(msgspec.structs.replace(one, match=msgspec.structs.replace(one.match, seats=seats))))


def test_names_in_any_script_are_drawn_and_none_as_boxes() -> None:
    one = alone(job("thumbs", SCRIPTS, 1))
    image(draw(one))
    fonts = Fonts(None)
    for name in SCRIPTS:
        shown = "".join(run.text for run in fonts.runs(name, 24))
        for char in shown:
            assert char.isspace() or any(family.has(char) for family in fonts.families) or char == "\u0302"
    assert not fonts.can_show("\U0010fffe")
    assert "".join(run.text for run in fonts.runs("𝓕𝓪𝓷𝓬𝔂", 24)) == "Fancy"


def test_long_names_are_shortened() -> None:
    fonts = Fonts(None)
    assert fonts.fitted("Ann", 30, 200) == "Ann"
    short = fonts.fitted("W" * 60, 30, 200)
    assert short.endswith("…")
    assert fonts.width(short, 30) <= 200


def with_step(one: Job, *lines: str) -> Job:
    """The job with rules whose step begins with these lines."""
    assert one.rules is not None
    document = json.loads(one.rules)
    path = "game/games/trails/rules.py"
    head = '    def play(self, m: "Match[Arena]", inputs: "list[int]") -> None:\n'
    assert head in document["files"][path]
    body = "".join(f"        {line}\n" for line in lines)
    document["files"][path] = document["files"][path].replace(head, head + body)
    return msgspec.structs.replace(one, rules=json.dumps(document).encode())


@pytest.mark.parametrize(
    ("change", "complete"),
    [
        (lambda one: msgspec.structs.replace(one, journal=b"no journal"), True),
        (lambda one: msgspec.structs.replace(one, rules=b"no rules"), True),
        (lambda one: with_step(one, "if m.tick > 60: return"), True),  # another hash
        (lambda one: with_step(one, "while True: pass"), False),
        (lambda one: with_step(one, "m.scratch = [bytearray(1 << 30) for _ in range(64)]"), False),
    ],
    ids=["journal", "rules", "hash", "endless", "memory"],
)
def test_a_match_that_cannot_be_replayed_gets_its_card(change: "object", complete: bool) -> None:
    assert callable(change)
    changed = change(msgspec.structs.replace(job(), replay_s=1.0))
    started = time.monotonic()
    drawn = draw(changed)
    assert time.monotonic() - started < 30
    assert drawn.complete == complete
    assert drawn.png == draw(alone(job())).png


def test_a_process_draws_what_is_drawn_here() -> None:
    assert run_child(job(), 60.0) == draw(job())


def test_a_process_that_takes_too_long_is_ended() -> None:
    with pytest.raises(Failed, match="it was not drawn in"):
        run_child(job(), 0.05)


def test_one_picture_is_drawn_once_for_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    go_on = gevent.event.Event()

    def make(font: str) -> Job:
        made.append(font)
        go_on.wait()
        return alone(job())

    previews = Previews(None, lambda: 0.0, draw_s=60.0)
    same = [gevent.spawn(previews.draw, ID, make) for _ in range(3)]
    others = [gevent.spawn(previews.draw, f"{k}", make) for k in range(MAX_WAITING - 1)]
    gevent.idle()
    assert made == [""]  # one at a time
    with pytest.raises(Busy):
        previews.draw("one too many", make)
    gevent.killall(others)
    monkeypatch.setattr(module, "run_child", lambda _job, _draw_s: Drawn(png=b"picture", complete=True))
    go_on.set()
    assert [one.get(timeout=60).png for one in same] == [b"picture"] * 3
    assert previews.here(ID) is not None


def test_an_incomplete_picture_is_drawn_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [Drawn(png=b"card", complete=False), Drawn(png=b"whole", complete=True)]
    monkeypatch.setattr(module, "run_child", lambda _job, _draw_s: answers.pop(0))
    now_s = [0.0]
    previews = Previews(None, lambda: now_s[0])
    for moment, png in ((0.0, b"card"), (1.0, b"card"), (module.RETRY_S + 1.0, b"whole"), (9e9, b"whole")):
        now_s[0] = moment
        assert previews.draw(ID, lambda _font: job()).png == png


def test_the_oldest_pictures_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    large = Drawn(png=bytes(module.KEPT_BYTES // 3), complete=True)
    monkeypatch.setattr(module, "run_child", lambda _job, _draw_s: large)
    previews = Previews(None, lambda: 0.0)
    for match_id in "abcd":
        previews.draw(match_id, lambda _font: job())
    assert [match_id for match_id in "abcd" if previews.here(match_id)] == ["b", "c", "d"]


def test_the_picture_has_its_address_and_may_be_shown_elsewhere(tmp_path: Path) -> None:
    site = Site(tmp_path)
    match, document = played(Trails(), ticks=20)
    site.keep(match, document)
    first = site.client.get(f"/m/{ID}.png")
    assert (first.status_code, first.mimetype) == (200, "image/png")
    image(Drawn(png=first.data, complete=True))
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in first.headers["Cache-Control"]
    again = site.client.get(f"/m/{ID}.png", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert site.client.head(f"/m/{ID}.png").headers["Content-Length"] == str(len(first.data))


def test_dashes_cover_their_share_of_a_line() -> None:
    line = [(0.0, 0.0), (30.0, 0.0), (30.0, 20.0)]
    cuts, way = dashes(line, (6, 4), 0)
    lengths = [sum(abs(b[0] - a[0]) + abs(b[1] - a[1]) for a, b in pairwise(cut)) for cut in cuts]
    assert lengths == [pytest.approx(6)] * 5
    assert way == pytest.approx(0)
    later, _ = dashes(line, (6, 4), 7)
    assert later[0][0][0] == pytest.approx(3)


def test_a_state_that_lacks_a_field_has_no_picture() -> None:
    states: list[dict[str, int | str]] = [
        {},
        {"width": 10},
        {"width": 0, "height": 5},
        {"width": "wide", "height": 5},
    ]
    for fields in states:
        with pytest.raises(NoBoard):
            aspect("trails", Fields(fields))
    with pytest.raises(NoBoard):
        aspect("thumbs", Fields({"width": 1, "height": 1}))


def test_every_shape_can_be_drawn() -> None:
    assert set(OUTLINES) | {"circle", "ring"} == set(SHAPES)
    assert len(INKS) == len(SHAPES) == 8
