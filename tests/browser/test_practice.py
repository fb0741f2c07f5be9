"""The match behind the home page, when a visitor plays in it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, shoot
from tests.browser.test_access import faults
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

SHOWN = "() => performance.getEntriesByName('practice shown').length > 0"
POINTS = (
    """() => [...document.querySelectorAll(".practice-scores b")].some((one) => one.textContent !== "0")"""
)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_practice_shows_everybodys_points(site: Server, new_page: NewPage, size: str) -> None:
    page = new_page(size, site.url)
    page.wait_for_function(SHOWN)
    if size == "phone":
        page.touchscreen.tap(200, 150)
    else:
        page.keyboard.press("ArrowLeft")
    scores = page.get_by_role("list", name="Scores")
    expect(scores.get_by_role("listitem")).to_have_count(5)
    expect(scores.locator(".mine")).to_have_count(1)
    page.wait_for_function(POINTS, timeout=60_000)
    shoot(page, f"practice-{size}")
    assert faults(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(scores).to_have_count(0)
