"""The home page while it loads and is kept current."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Complaints, NewPage
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

WATCH = """
window.moves = [];
new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
        if (entry.value > 0.001) // less is the icon beside a word whose letters have arrived
            window.moves.push(entry.sources.map(({ node }) => node?.className || node?.nodeName).join());
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_nothing_moves_while_the_page_loads_and_rooms_appear(
    site: Server, new_page: NewPage, size: str
) -> None:
    host = new_page("desktop", site.url)
    host.get_by_role("button", name="Quick play").first.click()
    expect(host).to_have_url(re.compile("/r/"))
    page = new_page(size, "about:blank")
    page.add_init_script(WATCH)
    page.goto(site.url)
    expect(page.locator(".open-room").first).to_be_visible()
    page.wait_for_function("() => performance.getEntriesByName('practice shown').length > 0")
    assert page.evaluate("window.moves") == []


def test_a_page_that_cannot_be_kept_offline_complains_to_nobody(
    site: Server, new_page: NewPage, complaints: Complaints
) -> None:
    page = new_page("desktop", "about:blank")
    page.route("**/page_build*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "page_build" in request.url, timeout=60_000):
        page.goto(site.url)
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")  # the failure has reached the page
    complaints.lines = [line for line in complaints.lines if "Failed to load resource" not in line]
