"""Two matches in a row, in every game: presses count in both, with the rules in the browser and without.

Two pages play each game in one room: Ann's unchanged, and Ben's without workers, so that it cannot run the
rules and shows what the server sends. A program is the host, watches, and ends the matches.
"""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from game.client import Client
from tests.browser.conftest import Complaints
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 60_000
KEYS = {"trails": "ArrowLeft", "field": "ArrowLeft", "fuse": "Space", "thumbs": "a"}
PREDICTED = ("trails", "fuse")
"""The games that a browser can run itself."""
PLAYS = """([seat, predicted]) => {
    const { match, inputs } = window.__rumpus ?? {};
    return match?.whole && inputs.has(seat) && (match.runner?.on ?? false) === predicted
        && document.querySelector(".arena canvas, .thumbs") !== null;
}"""
LISTENS = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"""
"""A screen that has just been drawn listens to keys once the effects after its first frame have run."""
COUNTED = """([seat, held]) => {
    const own = window.__rumpus.inputs.get(seat);
    return (own.held > 0) === held && !own.unheard;
}"""
"""The server has applied the buttons that are held on this page."""


def enter(browser: Browser, complaints: Complaints, url: str, name: str, *, workers: bool) -> Page:
    """A page of a new person in the room at `url`."""
    context = browser.new_context(viewport={"width": 1000, "height": 700}, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    kept = json.dumps(json.dumps({"name": name}))
    context.add_init_script(f"localStorage.setItem('rumpus.settings', {kept})")
    if not workers:
        context.add_init_script("delete window.Worker")
    page = context.new_page()
    complaints.watch(page)
    page.goto(url + "?diag=1")
    expect(page.get_by_role("button", name="Ready")).to_be_visible(timeout=WAIT_MS)
    return page


@pytest.mark.timeout(300)
@pytest.mark.parametrize("game", list(KEYS))
def test_presses_count_in_both_of_two_matches_in_a_row(
    site: Server, browser: Browser, complaints: Complaints, game: str
) -> None:
    key = KEYS[game]
    with Client(site.url) as host:
        code = host.create(game, name="Host").code
        host.sit(spectate=True)
        pages = {
            name: enter(browser, complaints, f"{site.url}/r/{code}", name, workers=name == "Ann")
            for name in ("Ann", "Ben")
        }
        host.wait_for(lambda: len(host.here.room["seats"]) == len(pages), "both at their seats")
        seats = {seat["name"]: int(number) for number, seat in host.here.room["seats"].items()}
        for number in (1, 2):
            host.start()
            for name, page in pages.items():
                predicted = game in PREDICTED and name == "Ann"
                page.wait_for_function(PLAYS, arg=[seats[name], predicted])
                page.evaluate(LISTENS)
                page.keyboard.down(key)
                page.wait_for_function(COUNTED, arg=[seats[name], True])
                page.keyboard.up(key)
                page.wait_for_function(COUNTED, arg=[seats[name], False])
            assert host.here.room["match"] == {"number": number}
            host.lobby()
            for page in pages.values():
                expect(page.get_by_role("button", name="Ready")).to_be_visible(timeout=WAIT_MS)
        for page in pages.values():
            page.context.close()
