"""Going back in a match while it runs: as a spectator, on a phone, and on the screen for everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from game.client import Client
from tests.browser.conftest import NewPage, shoot
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WAIT_MS = 60_000
ROUNDS_MS = 180_000
AT = "() => Number(document.querySelector('.rewind-picture')?.dataset.tick ?? -1)"
SMALL = """() => [...document.querySelectorAll(".rewind-bar button, .rewind-bar input, .rewind-ways button")]
    .map((one) => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < 44 || box.height < 44 || box.left < 0 || box.right > innerWidth)
    .map(([name, box]) => `${name}: ${box.width}x${box.height} at ${box.left}`)"""
"""Controls that a thumb misses, or that are not on the screen."""


@pytest.fixture
def room(site: Server) -> Iterator[Client]:
    """The host of a room of bots. Their match is long, for slow machines; its rounds are short."""
    with Client(site.url) as host:
        host.create(game="fuse", name="Ann", options={"target": 60, "rounds": 30, "sudden": 20})
        host.sit(spectate=True)
        for _ in range(3):
            host.add_bot()
        yield host


def watching(new_page: NewPage, site: Server, code: str) -> Page:
    """A spectator in the lobby."""
    page = new_page("desktop", f"{site.url}/r/{code}")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Watch").first.click()
    expect(page.get_by_text("Ann").first).to_be_visible()
    return page


def back(page: Page) -> int:
    """Go back; the tick that is shown then."""
    page.get_by_role("button", name="Rewind").click()
    expect(page.get_by_role("region", name="Rewinding the match")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".rewind-picture:not(.waiting)")).to_be_visible(timeout=WAIT_MS)
    return int(page.evaluate(AT))


@pytest.mark.timeout(450)
def test_spectators_and_the_screen_for_all_go_back_in_a_running_match(
    site: Server, new_page: NewPage, room: Client
) -> None:
    page = watching(new_page, site, room.here.code)
    tv = new_page("desktop", f"{site.url}/tv/{room.here.code}")
    tv.set_viewport_size({"width": 1920, "height": 1080})
    expect(tv.locator(".tv-code")).to_be_visible()
    room.start()
    again = page.get_by_role("button", name="Show it again")
    # Somebody has to be out first, and bots may all live until the stones fall.
    expect(again).to_be_visible(timeout=ROUNDS_MS)
    shoot(page, "rewind-ways")
    assert page.evaluate(SMALL) == []

    at = back(page)
    page.wait_for_function(f"() => ({AT})() > {at + 10}", timeout=WAIT_MS)
    shoot(page, "rewind-desktop")
    assert page.evaluate(SMALL) == []
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert faults(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    shoot(page, "rewind-phone")
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name="Live").click()
    expect(page.locator(".rewind-picture")).to_have_count(0)

    back(tv)
    shoot(tv, "rewind-tv")
    tv.keyboard.press("Escape")
    expect(tv.locator(".rewind-picture")).to_have_count(0)
    # The end of a round is shown again automatically, until the next one begins. A round may take a minute.
    expect(tv.locator(".rewind-picture:not(.waiting)").get_by_text("Replay ½×")).to_be_visible(
        timeout=ROUNDS_MS
    )
    shoot(tv, "rewind-tv-instant")
    expect(tv.get_by_text("Replay ½×")).to_have_count(0, timeout=WAIT_MS)
    assert faults(tv) == []
