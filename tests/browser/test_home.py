"""The home page while it loads and is kept current."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints, NewPage, shoot
from tests.browser.test_access import faults
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
SHOWN = "() => performance.getEntriesByName('practice shown').length > 0"
GAMES = ["trails", "fuse", "kick", "thumbs", "lastcard", "field"]
DRAWN = """(name) => {
    const canvas = document.querySelector(`[data-game=${name}] canvas:last-of-type`);
    if (!canvas || !canvas.closest(".moving")) return null;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let k = 0; k < data.length; k += 4) sum = (sum * 31 + data[k] + 7 * data[k + 1]) % 1000003;
    return sum;
}"""


def within(page: Page, name: str) -> bool:
    """Whether the first button of this name is in the window as a whole."""
    box = page.get_by_role("button", name=name).first.bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


@pytest.mark.parametrize("size", ["desktop", "phone", "landscape"])
def test_nothing_moves_while_the_page_loads_and_rooms_appear(
    site: Server, new_page: NewPage, size: str
) -> None:
    host = new_page("desktop", site.url)
    host.get_by_role("button", name="Quick play").first.click()
    expect(host).to_have_url(re.compile("/r/"))
    page = new_page(size, "about:blank")
    page.add_init_script(WATCH)
    page.goto(site.url)
    # A match in its middle is there before anything that draws one, and the way in is in the window.
    expect(page.locator(".poster")).to_have_js_property("complete", True)
    assert page.locator(".poster").evaluate("(image) => image.naturalWidth") > 0
    assert within(page, "Play with friends")
    expect(page.locator(".open-room").first).to_be_visible()
    page.wait_for_function(SHOWN, timeout=60_000)
    expect(page.locator(".poster.gone")).to_have_count(1)
    assert page.evaluate("window.moves") == []
    if size == "phone":
        row = page.locator(".open-room").filter(has_text="Loose Ends").first
        row.scroll_into_view_if_needed()
        expect(row.get_by_role("button", name=re.compile("^Join: .*Loose Ends"))).to_be_enabled()
        expect(row).to_contain_text(re.compile(r"\d of \d"))


def test_each_game_has_colours_of_its_own_and_moves_on_its_tile(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(len(GAMES))
    colours = set()
    for name in GAMES:
        tile = page.locator(f"[data-game={name}]")
        expect(tile.get_by_role("button", name=re.compile(": Play$"))).to_have_count(1)
        expect(tile).to_contain_text("min")
        expect(tile).to_contain_text("players")
        colours.add(tile.evaluate("(one) => getComputedStyle(one).getPropertyValue('--ground')"))
        colours.add(tile.evaluate("(one) => getComputedStyle(one).getPropertyValue('--accent')"))
    assert len(colours) == 2 * len(GAMES)
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Lexend")
    page.locator(".tiles").scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({DRAWN})('trails') !== null")
    before = page.evaluate(DRAWN, "trails")
    page.wait_for_function(f"(before) => ({DRAWN})('trails') !== before", arg=before)
    shoot(page, "home-tiles")
    assert faults(page) == []
    # A room of the game has the game's colours too.
    page.get_by_role("button", name="Short Fuse: Play with friends").click()
    expect(page).to_have_url(re.compile("/r/"))
    expect(page.get_by_role("heading", name="Players")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(39, 17, 10)"
    page.get_by_role("button", name="Leave").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(page.locator(".tile").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(11, 16, 32)"


def test_nothing_moves_on_tiles_for_those_who_want_it_still(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", "about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto(site.url)
    page.locator("[data-game=fuse]").scroll_into_view_if_needed()
    page.wait_for_function(SHOWN, timeout=60_000)
    expect(page.locator(".preview .game-picture").first).to_be_visible()
    expect(page.locator(".preview canvas")).to_have_count(0)


def test_a_page_that_cannot_be_kept_offline_complains_to_nobody(
    site: Server, new_page: NewPage, complaints: Complaints
) -> None:
    page = new_page("desktop", "about:blank")
    page.route("**/page_build*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "page_build" in request.url, timeout=60_000):
        page.goto(site.url)
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")  # the failure has reached the page
    complaints.lines = [line for line in complaints.lines if "Failed to load resource" not in line]
