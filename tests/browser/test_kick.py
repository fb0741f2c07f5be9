"""Kick Off in browsers: a keyboard and two phones with bots, from the kick-off to the podium."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

MATCH_MS = 300_000
REMATCH = re.compile("^Play again")
PREDICTED = "() => window.__rumpus !== undefined && window.__rumpus.figures.aheadTicks.count > 20"
LIVE = "() => window.__rumpus.match.latest && window.__rumpus.match.latest.phase >= 1"
PLAYING = "() => window.__rumpus.match.latest.phase === 2"
RAN = """([seat, x]) => {
    const one = window.__rumpus.match.latest.players.find(player => player.id === seat);
    return Math.abs(one.x - x) > 2560;
}"""
FREE = """() => {
    const box = (one) => document.querySelector(one).getBoundingClientRect();
    const kick = [...document.querySelectorAll(".control-button")].map((one) => one.getBoundingClientRect());
    return [box(".arena canvas").bottom, box(".control-stick").bottom, ...kick.map(({ top }) => top)];
}"""
"""The end of the picture, the end of the stick, and where the buttons begin."""
BELOW = """([what, below]) => {
    const { left, width, bottom } = document.querySelector(what).getBoundingClientRect();
    return { x: left + width / 2, y: Math.min(innerHeight - 1, bottom + below) };
}"""
"""A place on the screen, this many CSS pixels below the end of a control."""
PLAYER = """seat => {
    const one = window.__rumpus.match.latest.players.find(player => player.id === seat);
    return [one.x, one.y, one.charge];
}"""


def button(page: Page, name: str | re.Pattern[str]) -> Any:
    return page.get_by_role("button", name=name)


@pytest.mark.timeout(500)
def test_a_keyboard_and_phones_in_both_directions_play_to_the_podium(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", f"{site.url}/?diag=1")
    ann.get_by_label("Your name").first.fill("Ann")
    button(ann, "Play with friends").first.click()
    expect(button(ann, "Start")).to_be_visible()
    code = ann.url.split("/r/")[1][:6]
    pages = [ann]
    for size, name in (("phone", "Cleo"), ("landscape", "Dora")):
        page = new_page(size, f"{site.url}/r/{code}?diag=1")
        page.get_by_role("textbox").first.fill(name)
        button(page, "Join the room").click()
        expect(button(page, "Ready")).to_be_visible()
        pages.append(page)
    button(ann, re.compile("^Kick Off")).last.click()
    expect(button(ann, "Golden goal")).to_be_visible()
    expect(ann.get_by_role("slider", name=re.compile("^Minutes"))).to_be_visible()
    # There are always two teams: nothing to choose.
    expect(ann.get_by_role("slider", name=re.compile("^Teams"))).to_have_count(0)
    button(ann, "Quick").first.click()
    expect(button(ann, "Quick").first).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        button(ann, "Add bot").click()
    shoot(ann, "kick-lobby")
    for page in pages[1:]:
        button(page, "ready").click()
    start_match(ann)
    for page in pages:
        expect(page.locator("canvas").first).to_be_visible()
        page.wait_for_function(PREDICTED, timeout=60_000)
        page.wait_for_function(LIVE, timeout=60_000)
    for page, name in zip(pages, ("desktop", "phone", "landscape"), strict=True):
        page.wait_for_function(PLAYING, timeout=60_000)
        shoot(page, f"kick-{name}")
    # On an upright phone the goal at the lower end is not under the thumbs.
    end, stick, *kicks = pages[1].evaluate(FREE)
    assert end < stick
    assert kicks
    assert end < min(kicks) + 50
    # Yet the whole of a control is pressed there, and so is what is below it.
    finger = pages[1].context.new_cdp_session(pages[1])
    for what in ("stick", "button"):
        for below in (-6, 8):
            at = pages[1].evaluate(BELOW, [f".control-{what}", below])
            finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
            expect(pages[1].locator(f".control-{what}.held")).to_have_count(1)
            finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            expect(pages[1].locator(f".control-{what}.held")).to_have_count(0)
    # Seat 0 defends the left goal; the match may line up again meanwhile, so it is enough to see it run.
    was = ann.evaluate(PLAYER, 0)
    ann.keyboard.down("a")
    ann.wait_for_function(RAN, arg=[0, was[0]])
    ann.keyboard.up("a")
    for page in pages:
        expect(button(page, REMATCH)).to_be_visible(timeout=MATCH_MS)
        assert page.evaluate("window.__rumpus.figures.desyncs") == 0
    shoot(ann, "kick-results")
