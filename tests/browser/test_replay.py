"""The page of an ended match: played, watched in another browser, sought in, with fingers and with keys."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from game.rules import Game
from tests.browser.conftest import SIZES, Complaints, NewPage, shoot, start_match
from tests.browser.recordings import Recording, record
from tests.browser.test_access import faults
from tests.integration.serving import Server
from tests.unit.games.harness import all_games

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

MATCH_MS = 180_000
THERE = "() => window.__replay && !window.__replay.seeking.value"
SURVEYED = "() => window.__replay.survey.over"
TICK = "window.__replay.tick.value"
SMALL = """() => [...document.querySelectorAll(".replay button, .replay a, .replay select, .replay input")]
    .filter((one) => !one.closest(".replay-scores"))
    .map((one) => [one.ariaLabel || one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44
        || box.left < -1 || box.right > screen.width + 1))
    .map(([name, box]) => `${name}: ${box.width}x${box.height} at ${box.left}`)"""
"""Controls that a thumb misses, or that are not on the screen. The scores are a row that scrolls."""
GAMES: Mapping[str, Game] = {game.name: game for game in all_games()}
PLANS: Mapping[str, tuple[int, int, Mapping[str, object]]] = {
    "trails": (5, 1100, {"rounds": 3}),
    "fuse": (4, 900, {}),
    "thumbs": (5, 3000, {"rounds": 3}),
    "field": (12, 300, {}),
}
"""By game: seats, ticks, options."""


def kept(name: str) -> Recording:
    seats, ticks, options = PLANS[name]
    return record(GAMES[name], seats, 7, ticks, options)


def watch(new_page: NewPage, site: Server, recording: Recording, size: str, query: str = "") -> Page:
    """A page that shows a recording, which is served from here."""
    page = new_page(size, site.url, service_workers="block")
    recording.open(page, f"{site.url}/", f"?diag=1{query}")
    page.wait_for_function(THERE, timeout=60_000)
    return page


def tick(page: Page) -> int:
    return int(page.evaluate(TICK))


def arrived(page: Page, at: int) -> None:
    """Wait until that tick is shown."""
    page.wait_for_function(f"() => {TICK} === {at} && !window.__replay.seeking.value")


@pytest.mark.timeout(400)
def test_a_match_that_was_played_is_watched_on_a_phone_by_its_link(site: Server, new_page: NewPage) -> None:
    ann = new_page("desktop", site.url)
    ann.get_by_label("Your name").first.fill("Ann")
    ann.get_by_role("button", name="Play with friends").first.click()
    ann.get_by_role("button", name="Add bot").click()
    ann.get_by_text("More options").click()
    for option, value in (("Rounds", 3), ("Speed", 150)):
        slider = ann.get_by_label(re.compile(f"^{option}")).first
        slider.fill(str(value))
        expect(slider).to_have_value(str(value))
    start_match(ann)
    again = ann.get_by_role("link", name="Watch again")
    expect(again).to_be_visible(timeout=MATCH_MS)
    address = again.get_attribute("href")
    assert address
    assert re.fullmatch(r"/m/[0-9A-Za-z]{10}", address)

    # It is kept a moment later than its result is shown.
    api = f"{site.url}/api/v1/matches/{address.removeprefix('/m/')}"
    ann.wait_for_function("async (url) => (await fetch(url)).ok", arg=api)
    bob = new_page("phone", f"{site.url}{address}?diag=1")
    expect(bob.get_by_role("heading", name=re.compile("win"))).to_be_visible()
    bob.wait_for_function(THERE, timeout=60_000)
    bob.wait_for_function(f"() => {TICK} > 20")
    bob.wait_for_function(SURVEYED, timeout=60_000)
    assert bob.evaluate("window.__replay.survey.right.value") is True
    assert bob.evaluate("window.__replay.marks.value.some((mark) => mark.kind === 'end')")
    bob.get_by_role("button", name="Next moment").tap()
    bob.wait_for_function(THERE)
    assert tick(bob) > 20
    shoot(bob, "replay-played-phone")
    assert faults(bob) == []


def test_the_keys_play_step_seek_and_follow(site: Server, new_page: NewPage) -> None:
    recording = kept("trails")
    page = watch(new_page, site, recording, "desktop", "&t=8.5")
    hz = recording.match["tick_hz"]
    page.wait_for_function(SURVEYED, timeout=60_000)
    assert tick(page) >= 8.5 * hz, "?t= is where it begins"
    page.keyboard.press("Space")
    page.wait_for_function("() => !window.__replay.playing.value")
    page.keyboard.press("3")
    arrived(page, round(0.3 * recording.match["ticks"]))
    at = tick(page)
    for key, ticks in (
        (".", 1),
        (",", -1),
        ("ArrowRight", 5 * hz),
        ("ArrowLeft", -5 * hz),
        ("j", -10 * hz),
        ("l", 10 * hz),
    ):
        page.keyboard.press(key)
        at = max(0, at + ticks)
        arrived(page, at)
    page.keyboard.press("End")
    arrived(page, recording.match["ticks"])
    page.keyboard.press("Home")
    arrived(page, 0)
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function(f"() => {TICK} > 0 && !window.__replay.seeking.value")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Speed")).to_have_value("2")
    page.keyboard.press("f")
    expect(page.locator(".card-line[aria-pressed=true]")).to_contain_text("Ann")
    page.keyboard.press("k")
    page.wait_for_function("() => window.__replay.playing.value")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Full screen")
    shoot(page, "replay-keys", still=True)
    page.keyboard.press("Escape")

    slider = page.get_by_role("slider", name="Time")
    slider.focus()
    slider.fill("90")
    page.wait_for_function(f"() => {TICK} >= 90 && !window.__replay.seeking.value")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^\d:\d\d of \d:\d\d"))
    page.keyboard.press("Shift+F")
    expect(page.locator(".card-line[aria-pressed=true]")).to_have_count(0)
    page.get_by_text("Moments").click()
    page.locator(".moment").first.click()
    page.wait_for_function(THERE)
    assert faults(page) == []


def test_fingers_play_skip_drag_and_follow(site: Server, new_page: NewPage) -> None:
    page = watch(new_page, site, kept("trails"), "phone")
    page.wait_for_function(SURVEYED, timeout=60_000)
    box = page.locator(".replay-picture").bounding_box()
    assert box
    if page.evaluate("window.__replay.playing.value"):
        page.get_by_role("button", name="Pause").tap()
    page.keyboard.press("5")
    page.wait_for_function(THERE)
    at = tick(page)
    corner = (box["x"] + box["width"] - 12, box["y"] + 12)
    page.touchscreen.tap(*corner)
    page.touchscreen.tap(*corner)
    arrived(page, at + 300)
    page.locator(".replay-scores button").first.tap()
    expect(page.locator(".replay-scores [aria-pressed=true]")).to_have_count(1)


@pytest.mark.parametrize("name", list(PLANS))
def test_every_game_is_shown_on_every_screen(site: Server, new_page: NewPage, name: str) -> None:
    recording = kept(name)
    for size in SIZES:
        page = watch(new_page, site, recording, size)
        page.keyboard.press("6")
        page.wait_for_function(THERE, timeout=60_000)
        expect(page.locator(".replay-scores button").first).to_be_attached()
        if size != "desktop":
            assert page.evaluate(SMALL) == [], size
        shoot(page, f"replay-{name}-{size}")
        assert faults(page) == [], size
        page.close()


def test_large_text_keeps_every_control_on_the_screen(site: Server, new_page: NewPage) -> None:
    page = watch(new_page, site, kept("trails"), "phone")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_function("() => !window.__replay.seeking.value")
    shoot(page, "replay-large-text")
    assert page.evaluate(SMALL) == []


def test_what_cannot_be_shown_says_why(site: Server, new_page: NewPage, complaints: Complaints) -> None:
    page = new_page("phone", f"{site.url}/m/AAAAAAAAAA")
    expect(page.get_by_text("There is no match at this address")).to_be_visible()
    recording = kept("fuse")
    damaged = Recording(recording.match, recording.journal[:60], recording.rules)
    newer = Recording(
        recording.match, recording.journal, recording.rules.replace(b'"interpreter": 1', b'"interpreter": 9')
    )
    long = Recording({**recording.match, "ticks": 1 << 40}, recording.journal, recording.rules)
    for wrong, words in (
        (damaged, "is damaged"),
        (newer, "needs a newer version of this page"),
        (long, "too long"),
    ):
        page = new_page("phone", site.url, service_workers="block")
        wrong.open(page, f"{site.url}/")
        expect(page.get_by_text(words)).to_be_visible()
        # The result is there all the same.
        expect(page.get_by_text("Short Fuse").first).to_be_visible()
    # The browser logs each answer that is an error; the page has said it.
    complaints.lines = [line for line in complaints.lines if "Failed to load resource" not in line]
