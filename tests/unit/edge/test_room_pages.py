"""What a link to a room, or to the site, shows elsewhere."""

import io
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from game.edge.assets import Assets
from game.edge.bundles import Bundles
from game.edge.pages import make_app
from game.edge.previews.previews import Previews
from game.edge.room_pages import PER_MINUTE, RoomPages
from game.games.kick import Kick
from game.games.trails import Trails
from game.rooms.freeze import freeze
from game.rooms.invitation import Invitation, invitation_to, invitation_to_frozen
from tests.unit.edge.kept import INDEX
from tests.unit.edge.test_match_pages import Page
from tests.unit.rooms.world import World

ROGUE = '<script>alert("1")</script>'
BROWSER = {"Sec-Fetch-Mode": "navigate"}


def site(folder: Path, public_url: str = "") -> FlaskClient:
    (folder / "index.html").write_text(INDEX)
    assets = Assets(folder)
    rooms = {"ABC234": Invitation("Ada", "trails"), "ROGUE2": Invitation(ROGUE, "kick")}
    pages = RoomPages(
        assets,
        {"trails": Trails(), "kick": Kick()},
        rooms.get,
        Previews(None, time.monotonic, draw_s=120),  # a busy machine draws slowly
        public_url,
    )
    return make_app(assets, Bundles({}), lambda: True, None, rooms=pages).test_client()


def test_a_rooms_link_names_host_and_game(tmp_path: Path) -> None:
    page = Page(site(tmp_path).get("/r/abc234", headers={"Host": "play.example.org"}).text)
    assert page.tags["og:title"] == "Ada invites you: Loose Ends"
    assert page.tags["og:image"] == "http://play.example.org/preview/trails.png"
    assert page.tags["og:description"].startswith(Trails.blurb)
    assert page.tags["twitter:card"] == "summary_large_image"
    assert "Ada invites you: Loose Ends" in page.words
    assert page.scripts == 1, "the client starts as on its own page"


def test_the_public_address_and_the_readers_language_count(tmp_path: Path) -> None:
    client = site(tmp_path, public_url="https://rumpus.example/")
    page = Page(client.get("/r/ABC234", headers={"Accept-Language": "de"}).text)
    assert page.tags["og:title"] == "Ada lädt dich ein: Loose Ends"
    assert page.tags["og:url"] == "https://rumpus.example/r/ABC234"
    assert page.language == "de"


def test_a_name_is_text_and_nothing_else(tmp_path: Path) -> None:
    answer = site(tmp_path).get("/r/ROGUE2")
    assert ROGUE not in answer.text
    assert Page(answer.text).tags["og:title"] == f"{ROGUE} invites you: Kick Off"


def test_a_wrong_code_shows_the_site(tmp_path: Path) -> None:
    client = site(tmp_path)
    for path in ("/r/ZZZZZZ", "/r/" + "x" * 3000, "/r/%00", "/tv/ABC234", "/"):
        page = Page(client.get(path).text)
        assert page.tags["og:title"] == "Rumpus", path
        assert page.tags["og:image"] == "http://localhost/preview.png"


def test_browsers_get_the_sites_page_as_it_was_built(tmp_path: Path) -> None:
    client = site(tmp_path)
    assert client.get("/", headers=BROWSER).text == INDEX
    assert client.get("/r/ZZZZZZ", headers=BROWSER).text == INDEX
    assert "Ada invites you" in client.get("/r/ABC234", headers=BROWSER).text


def test_a_network_that_tries_many_codes_learns_nothing_more(tmp_path: Path) -> None:
    client = site(tmp_path)
    for k in range(PER_MINUTE):
        client.get(f"/r/WRONG{k}")
    assert "Ada" not in client.get("/r/ABC234").text
    other = {"REMOTE_ADDR": "192.0.2.9"}
    assert "Ada" in client.get("/r/ABC234", environ_base=other).text


@pytest.mark.parametrize("path", ["/preview.png", "/preview/kick.png", "/preview/unknown.png"])
def test_pictures_are_drawn_once_and_may_be_shown_elsewhere(tmp_path: Path, path: str) -> None:
    client = site(tmp_path)
    first = client.get(path)
    assert Image.open(io.BytesIO(first.data)).size == (1200, 630)
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_hidden_locked_or_hostless_room_invites_nobody() -> None:
    world = World()
    ann = world.host(name="Ann")
    room = world.room_of(ann)

    def both() -> list[Invitation | None]:
        return [invitation_to(room), invitation_to_frozen(freeze(room, world.now_ms))]

    assert both() == [Invitation("Ann", "dash")] * 2
    for command in ({"hidden": True}, {"hidden": False}, {"locked": True}, {"locked": False}):
        ann.do("lock", **command)
        assert both() == [None if True in command.values() else Invitation("Ann", "dash")] * 2
    assert invitation_to_frozen(b"of another build") is None
