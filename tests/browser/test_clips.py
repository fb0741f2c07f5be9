"""Kept matches after they ended: their results, clips by link with and without a server, recent matches."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from game.client import Client
from tests.browser.conftest import SIZES, Complaints, NewPage, shoot
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 90_000
SHORT = {"rounds": 3, "target": 3, "speed": 150}
"""Options of a match that is over soon."""
CLIP = re.compile("^Clip")
KEPT = """async () => {
    if (!(await navigator.serviceWorker.ready).active) return false;
    return (await (await caches.open("match-rules")).keys()).length === 1;
}"""
"""The page and the rules of the match are kept for a time without a network."""
MOVES = """async () => {
    const seen = new Set();
    for (let frame = 0; frame < 200 && seen.size < 3; frame++) {
        seen.add(document.querySelector(".time-input")?.value);
        await new Promise((done) => requestAnimationFrame(done));
    }
    return seen.size >= 3;
}"""
"""The replay plays."""


@dataclass
class Ended:
    """A match that has ended, on a server that keeps it: Ann's page shows the results."""

    server: Server
    host: Client
    page: Page


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Ended]:
    """One match for all tests here; the last of them stops the server."""
    folder = tmp_path_factory.mktemp("keeper")
    server = Server(
        folder,
        RUMPUS_RECORDS__URL=f"sqlite:///{folder}/records.db",
        RUMPUS_ROOMS__COUNTDOWN_S="1",
        RUMPUS_ROOMS__RESULTS_S="600",
    ).start()
    context = browser.new_context(**SIZES["phone"], locale="en-GB")
    with Client(server.url) as host:
        code = host.create("trails", name="Host").code
        host.sit(spectate=True)
        host.options(values=SHORT)
        page = context.new_page()
        page.goto(f"{server.url}/r/{code}")
        page.get_by_role("textbox").first.fill("Ann")
        page.get_by_role("button", name="Join the room").click()
        expect(page.get_by_role("button", name="Ready")).to_be_visible(timeout=WAIT_MS)
        host.add_bot()
        host.start()
        expect(page.get_by_role("link", name="Watch again")).to_be_visible(timeout=WAIT_MS)
        yield Ended(server, host, page)
    context.close()
    if server.alive:
        server.stop()


def clip_link(page: Page) -> str:
    """The link of the clip that the page shows."""
    page.get_by_role("button", name="Share clip").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert re.search(r"/m/[0-9A-Za-z]{10}#clip=[A-Za-z0-9_-]+$", link), link
    return link


def seat_is_kept(host: Client) -> None:
    """Ann is in the room and connected."""
    people = host.here.room["people"].values()
    assert [(one["name"], one["connected"]) for one in people if one.get("seat") is not None] == [
        ("Ann", True)
    ]


@pytest.mark.timeout(300)
def test_a_kept_match_is_on_the_television_and_on_the_players_home_page(
    ended: Ended, new_page: NewPage
) -> None:
    page = ended.page
    shoot(page, "results-kept-phone", still=True)
    assert faults(page) == []
    tv = new_page("desktop", page.url.replace("/r/", "/tv/"))
    expect(tv.get_by_text("Watch this match again")).to_be_visible(timeout=WAIT_MS)
    shoot(tv, "tv-results-kept", still=True)
    assert faults(tv) == []
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share this match")
    expect(dialog).to_be_visible()
    with page.expect_download(timeout=WAIT_MS) as saved:
        dialog.get_by_role("button", name="Save picture").click()
    assert re.fullmatch(r"Loose-Ends-.*wins?\.png", saved.value.suggested_filename)
    page.keyboard.press("Escape")

    home = page.context.new_page()
    home.goto(ended.server.url)
    entry = home.get_by_role("link", name=re.compile("Loose Ends.*watch the replay"))
    expect(entry).to_have_count(1, timeout=WAIT_MS)
    entry.scroll_into_view_if_needed()
    shoot(home, "recent-phone")
    assert faults(home) == []
    entry.click()
    expect(home.get_by_role("button", name="Clip", exact=True)).to_be_visible(timeout=WAIT_MS)
    home.go_back()
    home.get_by_role("button", name="Clear the list").click(timeout=WAIT_MS)
    expect(home.get_by_text("Your recent matches")).to_have_count(0)
    home.reload()
    expect(home.get_by_role("heading", name="Games")).to_be_visible(timeout=WAIT_MS)
    expect(home.get_by_text("Your recent matches")).to_have_count(0)
    home.close()


@pytest.mark.timeout(300)
def test_a_clip_becomes_a_video(ended: Ended, new_page: NewPage) -> None:
    address = ended.page.get_by_role("link", name="Watch again").get_attribute("href")
    page = new_page("desktop", f"{ended.server.url}{address}")
    page.get_by_role("button", name="Clip", exact=True).click(timeout=WAIT_MS)
    length = page.get_by_label("Length, seconds")
    length.fill("5")
    length.press("Enter")
    page.get_by_role("button", name="Save video").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_be_visible(timeout=WAIT_MS)  # the dialog is loaded when it is wanted
    page.wait_for_function("() => document.querySelector('progress').value > 0", timeout=WAIT_MS)
    shoot(page, "clip-video")
    page.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    page.get_by_role("button", name="Save video").click()
    with page.expect_download(timeout=WAIT_MS) as saved:
        page.get_by_role("button", name="Save", exact=True).click(timeout=WAIT_MS)
    assert re.fullmatch(r"Loose-Ends-\dm\d\ds\.(mp4|webm)", saved.value.suggested_filename)
    content = Path(saved.value.path()).read_bytes()
    assert len(content) > 50_000
    assert content[4:8] == b"ftyp" or content[:4] == b"\x1aE\xdf\xa3", "it is no mp4 and no webm"


@pytest.mark.timeout(300)
def test_a_clip_opens_anywhere_and_without_its_server(
    ended: Ended, new_page: NewPage, complaints: Complaints
) -> None:
    page, host = ended.page, ended.host
    room = page.url
    page.get_by_role("link", name="Best moment").click()
    expect(page.get_by_role("heading", name=CLIP)).to_be_visible(timeout=WAIT_MS)
    assert re.search(r"/m/\w{10}\?from=[\d.]+&to=[\d.]+$", page.url), page.url
    seat_is_kept(host)

    page.get_by_role("button", name="Edit").click()
    start = page.get_by_role("slider", name="Start of the clip")
    before = float(start.get_attribute("aria-valuenow") or "nan")
    start.press("ArrowLeft")
    expect(start).not_to_have_attribute("aria-valuenow", str(before))
    length = page.get_by_label("Length, seconds")
    length.fill("99")
    length.press("Enter")
    page.get_by_label("Start, seconds").focus()
    assert float(length.input_value()) <= 30
    length.fill("5")
    length.press("Enter")
    expect(page.get_by_text("The whole clip is in its link")).to_be_visible(timeout=WAIT_MS)
    shoot(page, "clip-edit")
    assert faults(page) == []
    link = clip_link(page)
    shoot(page, "clip-share", still=True)
    assert faults(page) == []
    page.keyboard.press("Escape")

    # The next match brings the player back.
    page.get_by_role("button", name="Back to the room").click()
    expect(page).to_have_url(room)
    page.go_back()
    expect(page.get_by_role("button", name="Back to the room")).to_be_visible()
    host.lobby()
    host.start()
    expect(page).to_have_url(room, timeout=WAIT_MS)
    seat_is_kept(host)

    friend = new_page("phone", link)
    expect(friend.get_by_role("heading", name=CLIP)).to_be_visible(timeout=WAIT_MS)
    expect(friend.get_by_text("Ann").first).to_be_visible()
    assert friend.evaluate(MOVES)
    friend.wait_for_function(KEPT, timeout=WAIT_MS)
    shoot(friend, "clip-phone")
    assert faults(friend) == []

    ended.server.stop()
    friend.reload()
    expect(friend.get_by_role("heading", name=CLIP)).to_be_visible(timeout=WAIT_MS)
    assert friend.evaluate(MOVES)
    shoot(friend, "clip-offline")
    damaged = friend.context.new_page()
    damaged.goto(link[:-20])
    expect(damaged.get_by_text("This clip is damaged or cut off.")).to_be_visible(timeout=WAIT_MS)
    # The browsers' own words about the server that is gone.
    gone = ("ERR_CONNECTION", "WebSocket connection", "503")
    complaints.lines[:] = [line for line in complaints.lines if not any(text in line for text in gone)]
