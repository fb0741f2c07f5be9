"""The list of matches that wait for a device, on the home page."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.integration.serving import Server
from tests.integration.test_sleeping import NIM, begin, take, until

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

DEVICE = "localStorage.setItem('rumpus.device', {device}); localStorage.setItem('rumpus.waits', '1');"


@pytest.fixture
def nims(tmp_path: Path) -> Iterator[Server]:
    """A server with Nim."""
    games = tmp_path / "games"
    games.mkdir()
    shutil.copy(NIM, games)
    settings = {
        "RUMPUS_GAMES__FOLDERS": str(games),
        "RUMPUS_GAMES__ENABLED": "trails,nim",
        "RUMPUS_ROOMS__SLEEP_AFTER_S": "0",
        "RUMPUS_BOTS__QUICK_PLAY_SEATS": "2",
    }
    one = Server(tmp_path, **settings).start()
    yield one
    one.stop()


def home_of(page: Page, server: Server, device: str) -> None:
    """Open the home page as another device."""
    page.goto(server.url)
    # The page keeps the device that its server gives it, which would replace another one that is set before.
    page.wait_for_function("() => localStorage.getItem('rumpus.device')")
    page.evaluate(DEVICE.format(device=json.dumps(device)))
    page.goto(server.url)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_matches_that_wait_are_listed_and_lead_back(nims: Server, new_page: NewPage, size: str) -> None:
    def client(at: Server, device: str | None = None) -> Client:
        return Client(at.url, device=device).connect()

    ann, bob = begin(nims, client)
    device, code = bob.device, ann.here.code
    take(ann, 4)
    ann.close()
    bob.close()
    cy, di = client(nims), client(nims, device=device)
    cy.create("nim", name="Cy", options={"hours": 72})
    di.join(cy.here.code, name="Bob")
    cy.start()
    cy.wait_for(lambda: cy.match.following, "the match")
    until(lambda: len(di.matches().matches) == 2, "both matches")
    cy.close()
    di.close()
    page = new_page(size, "about:blank")
    home_of(page, nims, device)
    waiting = page.locator(".waiting")
    expect(waiting.locator("li")).to_have_count(2)
    expect(waiting.locator("li").first).to_contain_text("Your turn")
    expect(waiting.locator("li").nth(1)).to_contain_text("Waiting for Cy")
    expect(waiting.locator(".waiting-count")).to_contain_text("1")
    waiting.scroll_into_view_if_needed()
    shoot(page, f"waiting-{size}", still=True)

    waiting.locator("li").nth(1).get_by_role("button", name="Leave for good").click()
    waiting.get_by_role("button", name="Yes, leave this match").click()
    expect(waiting.locator("li")).to_have_count(1)

    waiting.get_by_role("link").click()
    expect(page).to_have_url(re.compile(code))
    page.get_by_role("textbox").first.fill("Bob")
    page.locator("form button.primary").click()
    expect(page.locator("canvas").first).to_be_visible()
    page.go_back()  # the way out of a match asks first
    shoot(page, f"waiting-leave-{size}", still=True)
    page.get_by_role("button", name="Come back later").click()
    expect(page.locator(".waiting li")).to_have_count(1)
