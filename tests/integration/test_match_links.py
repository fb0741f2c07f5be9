"""The link of a match, from outside: its page, its picture and the HTTP API of a real server."""

import io
import json
import re
import secrets
import shutil
import string
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

import pytest
from PIL import Image

from game.protocol.palette import INKS
from game.records.rules_process import RulesFolder, RulesProcess
from tests.integration.conftest import NewClient, Serve
from tests.integration.kept import BLINK, Kept
from tests.integration.serving import Server


class Answer(NamedTuple):
    """One answer over HTTP."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get(server: Server, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask a server, as a program that reads links does."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    request = urllib.request.Request(server.url + path, headers=named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def tag(page: Answer, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page.text)
    assert found is not None, name
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that also has a game of one second."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "games").mkdir()
    shutil.copy(BLINK, folder / "games")
    one = Server(
        folder,
        RUMPUS_GAMES__FOLDERS=str(folder / "games"),
        RUMPUS_GAMES__ENABLED="trails,blink",
        RUMPUS_ROOMS__RESULTS_S="60",
    ).start()
    yield one
    one.stop()


def test_a_finished_match_has_a_page_a_picture_and_an_api(server: Server, client: NewClient) -> None:
    ann = client(server)
    ann.create("blink", name="Ann")
    ann.add_bot()
    ann.start()
    ann.wait_for(lambda: ann.here.phase == "results", "the results", 20)
    match_id = str(ann.here.room["results"]["record"])

    page = get(server, f"/m/{match_id}")  # it may not be in the database yet
    assert page.status == 200
    assert tag(page, "og:url") == f"{server.url}/m/{match_id}"
    assert "Ann" in re.findall(r"<noscript>(.*)</noscript>", page.text)[0]
    assert get(server, f"/m/{match_id}", If_None_Match=page.headers["ETag"]).status == 304

    picture = get(server, tag(page, "og:image").removeprefix(server.url))
    assert picture.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(picture.body)).size == (1200, 630)
    assert get(server, f"/m/{match_id}.png", If_None_Match=picture.headers["ETag"]).status == 304

    info = json.loads(get(server, f"/api/v1/matches/{match_id}").body)
    assert (info["game"], info["ticks"], info["outcome"]) == ("blink", 30, "decided")
    assert info["visibility"] == "link"
    rules = get(server, f"/api/v1/rules/{info['rules']}.json")
    journal = get(server, f"/api/v1/matches/{match_id}/journal")
    with RulesFolder(rules.body) as folder, RulesProcess(folder) as process:
        assert process.replay(journal.body, info["ticks"]).hash == info["final_hash"]
    head = get(server, f"/api/v1/matches/{match_id}/journal", "HEAD")
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(journal.body)))
    assert ann.device.encode() not in page.body + json.dumps(info).encode() + zlib.decompress(journal.body)


def test_the_picture_shows_the_ink_of_a_match_that_its_host_ended(server: Server, client: NewClient) -> None:
    ann = client(server)
    ann.create("trails", name="Ann", options={"size": "small"})
    ann.add_bot()
    ann.start()
    ann.wait_for(lambda: ann.match.following and ann.match.tick > 90 + 45 + 30, "some ink", 20)
    ann.call("lobby")
    ann.wait_for(lambda: ann.here.phase != "live", "the end")
    picture = Image.open(io.BytesIO(get(server, f"/m/{id_of(server, 'trails')}.png").body))
    found = picture.crop((560, 140, 1140, 480)).getcolors(1 << 20)
    assert found is not None
    seen = {"#{:02X}{:02X}{:02X}".format(*colour) for _, colour in found if isinstance(colour, tuple)}
    assert len(seen & {ink.colour for ink in INKS}) == 2


def id_of(server: Server, game: str) -> str:
    """The id of the only match of a game in a server's database, once it is there."""
    while True:
        found = [one.match.id for one in Kept(f"sqlite:///{server.folder / 'records.db'}").matches()]
        for match_id in found:
            if json.loads(get(server, f"/api/v1/matches/{match_id}").body)["game"] == game:
                return match_id
        assert server.alive


def test_made_up_addresses_get_a_sentence(server: Server) -> None:
    strange = string.ascii_letters + string.digits + "%-._~!$&'()*+,;=:@"
    for size in (0, 1, 9, 10, 10, 10, 11, 500):
        rogue = "".join(secrets.choice(strange) for _ in range(size)).replace("%", "%25")
        page = get(server, f"/m/{rogue}", Accept="text/html")
        assert page.status == 404
        assert '<div id="app">' in page.text
        for path in (f"/m/{rogue}.png", f"/api/v1/matches/{rogue}", f"/api/v1/rules/{rogue}.json"):
            assert get(server, path).status == 404, path
    sentence = json.loads(get(server, "/api/v1/matches/0123456789").body)["message"]
    assert sentence.startswith("There is no match with this address.")
    assert sentence in get(server, "/m/0123456789").text


@pytest.mark.logs("looking up a match failed")
def test_without_its_database_a_server_says_so(serve: Serve) -> None:
    server = serve()
    assert get(server, "/m/0123456789").status == 404
    for path in server.folder.glob("records.db*"):
        path.unlink()
    (server.folder / "records.db").write_bytes(b"no database" * 1000)
    page = get(server, "/m/9876543210")
    assert page.status == 503
    assert page.headers["Retry-After"] == "60"
    assert "Matches cannot be looked up right now." in page.text
    assert json.loads(get(server, "/api/v1/matches/9876543210").body)["code"] == "unavailable"
    assert get(server, "/").status == 200


def test_the_link_of_a_room_invites_by_the_hosts_name(server: Server, client: NewClient) -> None:
    ann = client(server)
    ann.create("trails", name="Ann")
    page = get(server, f"/r/{ann.here.code}")
    assert tag(page, "og:title") == "Ann invites you: Loose Ends"
    assert tag(page, "og:url") == f"{server.url}/r/{ann.here.code}"
    picture = get(server, tag(page, "og:image").removeprefix(server.url))
    assert Image.open(io.BytesIO(picture.body)).size == (1200, 630)
    ann.call("lock", {"hidden": True})
    assert tag(get(server, f"/r/{ann.here.code}"), "og:title") == "Rumpus"
    for name in ("favicon.ico", "apple-touch-icon.png", "icon-192.png", "icon-512.png"):
        Image.open(io.BytesIO(get(server, f"/{name}").body)).verify()
