"""Three people in three browsers and two bots, from a link to the podium and on to the rematch."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

MATCH_MS = 240_000
REMATCH = re.compile("^Play again")
SECONDS_IN = re.compile(r"^0:(0[5-9]|1\d)$")
"""The clock of a round; a range, because a stall may skip a second on one of the pages."""
EDGES = "all => all.map(one => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"


def name_oneself(page: Page, name: str) -> None:
    page.get_by_label("Your name").first.fill(name)


def button(page: Page, name: str | re.Pattern[str]):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=name)


def lobby_of_three(site: Server, new_page: NewPage) -> tuple[Page, Page, Page]:
    """Ann's room with Bob, Cleo on a phone, and two bots."""
    ann = new_page("desktop", site.url)
    expect(button(ann, "Play with friends").first).to_be_visible()
    shoot(ann, "home-desktop")
    name_oneself(ann, "Ann")
    button(ann, "Play with friends").first.click()
    expect(button(ann, "Start")).to_be_visible()
    assert re.search(r"/r/[0-9A-Z]{6}$", ann.url), ann.url

    bob = new_page("desktop", ann.url)
    cleo = new_page("phone", ann.url)
    for page, name in ((bob, "Bob"), (cleo, "Cleo")):
        page.get_by_role("textbox").first.fill(name)
        shoot(page, f"gate-{name.lower()}")
        button(page, "Join the room").click()
        expect(button(page, "Ready")).to_be_visible()
    for _ in range(2):
        button(ann, "Add bot").click()
    for page in (ann, bob, cleo):
        for name in ("Ann", "Bob", "Cleo", "Cutter", "Hermit"):
            expect(page.get_by_text(name, exact=True).first).to_be_visible()
    return ann, bob, cleo


@pytest.mark.timeout(400)
def test_three_browsers_and_two_bots_play_to_the_podium_and_again(site: Server, new_page: NewPage) -> None:
    ann, bob, cleo = lobby_of_three(site, new_page)
    button(ann, "Quick").first.click()

    bob.get_by_label("Say something").first.fill("hello from Bob")
    bob.keyboard.press("Enter")
    expect(ann.get_by_text("hello from Bob").first).to_be_visible()
    ann.locator("#main").evaluate("main => main.scrollTo(0, 0)")
    ann.evaluate("window.scrollTo(0, 0)")
    shoot(ann, "lobby-desktop")
    shoot(cleo, "lobby-phone")

    for page in (bob, cleo):
        button(page, "ready").click()
    start_match(ann)
    for page in (ann, bob, cleo):
        expect(page.locator("canvas").first).to_be_visible()
    expect(ann.get_by_text("Round 1").first).to_be_attached(timeout=20_000)

    # All players press, and the server accepts it: otherwise no state would change.
    ann.keyboard.down("ArrowLeft")
    cleo.touchscreen.tap(60, 500)
    for page in (ann, cleo):
        expect(page.get_by_text(SECONDS_IN).first).to_be_attached(timeout=30_000)
    shoot(ann, "match-desktop")
    shoot(cleo, "match-phone")
    ann.keyboard.up("ArrowLeft")

    for page in (ann, bob, cleo):
        expect(button(page, REMATCH)).to_be_visible(timeout=MATCH_MS)
    shoot(ann, "results-desktop", still=True)
    shoot(cleo, "results-phone", still=True)
    cleo.set_viewport_size({"width": 844, "height": 390})
    shoot(cleo, "results-landscape", still=True)
    points, bar = (cleo.locator(names).evaluate_all(EDGES) for names in (".step-points", ".foot"))
    assert len(points) == 3
    assert max(bottom for _, bottom in points) <= bar[0][0], "the bar covers no step's points"

    for page in (ann, bob, cleo):
        button(page, REMATCH).click()
    for page in (ann, bob, cleo):
        expect(button(page, REMATCH)).not_to_be_attached(timeout=20_000)
    expect(ann.get_by_text("Round 1").first).to_be_attached(timeout=20_000)
    shoot(ann, "rematch-desktop")
