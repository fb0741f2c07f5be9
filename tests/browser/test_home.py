"""The home page while it loads and is kept current."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
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
