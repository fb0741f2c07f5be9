"""Accessibility, and what happens after a reload, a second tab and a lost connection."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SIZES, Complaints, NewPage, shoot, start_match
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def faults(page: Page) -> list[str]:
    """The faults of the page that axe calls serious or worse."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} ({one['nodes'][0]['target']})"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def open_room(page: Page, bots: int) -> None:
    page.get_by_label("Your name").first.fill("Ann")
    page.get_by_role("button", name="Play with friends").first.click()
    for _ in range(bots):
        page.get_by_role("button", name="Add bot").click()


@pytest.mark.parametrize("size", ["desktop", "phone", "landscape"])
def test_no_screen_has_a_serious_fault(site: Server, new_page: NewPage, size: str) -> None:
    page = new_page(size, site.url)
    expect(page.get_by_role("button", name="Quick play").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Settings").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    open_room(page, 2)
    expect(page.get_by_text("Hermit", exact=True).first).to_be_visible()
    assert faults(page) == []
    start_match(page)
    expect(page.get_by_text("Round 1").first).to_be_attached()
    assert faults(page) == []


def test_nothing_scrolls_sideways_on_a_phone(site: Server, new_page: NewPage) -> None:
    page = new_page("phone", site.url)
    open_room(page, 3)
    expect(page.get_by_text("Gambler", exact=True).first).to_be_visible()
    wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


OUTSIDE = """() => [...document.querySelectorAll(".bar *, .lobby .panel *, .foot *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return !one.closest(".unseen") && box.width > 1 && (box.left < -1 || box.right > innerWidth + 1);
}).map((one) => `${one.closest("[class]").outerHTML.slice(0, 120)} in ${one.parentElement.className}`)"""
"""What reaches beyond the screen, of what the lobby is made of."""
COVERED = """() => document.querySelector(".bar .logo").getBoundingClientRect().right >
    document.querySelector(".bar-end").getBoundingClientRect().left + 1"""
"""Whether the logo is under the buttons of the bar."""


@pytest.mark.parametrize("size", ["phone", "landscape"])
def test_a_lobby_with_letters_twice_as_large_is_as_wide_as_the_screen(
    site: Server, new_page: NewPage, size: str
) -> None:
    page = new_page(size, site.url)
    open_room(page, 1)
    expect(page.locator(".seat")).to_have_count(2)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen == SIZES[size]["viewport"]["width"]
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(COVERED) is False
    shoot(page, f"large-text-lobby-{size}")


def test_a_reload_brings_the_player_back_into_the_same_seat(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    open_room(page, 2)
    start_match(page)
    expect(page.get_by_text("Round 1").first).to_be_attached()
    page.reload()
    expect(page.get_by_text("Round 1").first).to_be_attached()
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_role("button", name="Join next round")).not_to_be_attached()


def test_a_second_tab_takes_the_seat_and_the_first_says_so(site: Server, new_page: NewPage) -> None:
    first = new_page("desktop", site.url)
    open_room(first, 1)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_role("button", name="Start")).to_be_visible()
    expect(first.get_by_text("You are playing in another tab").first).to_be_visible()


def test_a_lost_connection_is_shown_and_healed(
    site: Server, new_page: NewPage, complaints: Complaints
) -> None:
    page = new_page("desktop", site.url)
    open_room(page, 2)
    start_match(page)
    expect(page.get_by_text("Round 1").first).to_be_attached()
    page.context.set_offline(True)
    expect(page.get_by_text("Connection lost", exact=True)).to_be_visible(timeout=30_000)
    page.context.set_offline(False)
    expect(page.get_by_text("Connection lost", exact=True)).not_to_be_visible(timeout=30_000)
    expect(page.get_by_text("Round 1").first).to_be_attached()
    # The browser's own errors about a missing network and service worker.
    away = ("ERR_INTERNET_DISCONNECTED", "when fetching the script")
    complaints.lines[:] = [line for line in complaints.lines if not any(text in line for text in away)]


def test_a_wrong_link_gets_a_page_of_ours(site: Server, new_page: NewPage, complaints: Complaints) -> None:
    page = new_page("phone", f"{site.url}/r/ZZZZZZ")
    expect(page.get_by_text("ZZZZZZ").first).to_be_visible()
    expect(
        page.get_by_role("button", name="Home").or_(page.get_by_role("link", name="Home")).first
    ).to_be_visible()
    complaints.lines.clear()
