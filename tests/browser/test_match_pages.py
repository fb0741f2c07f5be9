"""The page of a kept match without JavaScript, and again without its server."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from game.client import Client
from tests.browser.conftest import Complaints, NewPage, shoot
from tests.integration.kept import Kept
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

LATER_MS = 60_000
KEPT = """async () => {
    const count = async (name) => (await (await caches.open(name)).keys()).length;
    const builds = (await caches.keys()).filter((name) => name.startsWith("rumpus-"));
    const indexes = await Promise.all(builds.map(async (name) =>
        (await caches.open(name)).match("/rules/index.json")));
    return await count("matches") === 2 && await count("match-rules") === 1 && indexes.some(Boolean)
        && navigator.serviceWorker.controller !== null;
}"""


def played(server: Server) -> str:
    """Play some seconds, and end the match; returns the id of its record."""
    records = Kept(f"sqlite:///{server.folder / 'records.db'}")
    before = {one.match.id for one in records.matches()}  # other tests share the server
    with Client(server.url) as host, Client(server.url) as guest:
        host.create(game="trails", name="Ann")
        guest.join(host.here.code, name="Bob")
        host.ready()
        guest.ready()
        host.wait_for(lambda: host.match.following and host.match.tick > 30, "the match", 30)
        host.call("lobby")
    while True:
        for one in records.matches():
            if one.match.id not in before and {seat.name for seat in one.match.seats} == {"Ann", "Bob"}:
                return one.match.id
        assert server.alive


@pytest.fixture(scope="module")
def match(site: Server) -> str:
    return played(site)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_result_can_be_read_without_javascript(
    site: Server, match: str, new_page: NewPage, size: str
) -> None:
    page = new_page(size, f"{site.url}/m/{match}", java_script_enabled=False)
    card = page.locator("main.result-card")
    expect(card.get_by_role("heading", name="Loose Ends")).to_be_visible()
    expect(card.get_by_role("row").filter(has_text="Ann")).to_be_visible()
    box, width = card.bounding_box(), page.viewport_size
    assert box is not None
    assert width is not None
    assert box["x"] > 0
    assert box["x"] + box["width"] < width["width"]
    shoot(page, f"match_without_javascript_{size}")


def test_a_match_that_was_watched_opens_again_without_the_server(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path, RUMPUS_ROOMS__COUNTDOWN_S="0").start()
    match_id = played(server)
    page = new_page("desktop", f"{server.url}/m/{match_id}")
    expect(page.get_by_role("button", name="Clip")).to_be_visible(timeout=LATER_MS)
    while not page.evaluate(KEPT):  # wait_for_function would take the promise for the answer
        assert server.alive
    server.stop()
    page.reload()
    expect(page.get_by_role("button", name="Clip")).to_be_visible(timeout=LATER_MS)
    expect(page.get_by_text("Ann").first).to_be_visible()
    shoot(page, "match_without_server")
    page.context.close()
    complaints.lines.clear()  # its sockets fail
