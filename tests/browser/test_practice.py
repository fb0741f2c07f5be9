"""The match behind the home page, when a visitor plays in it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Complaints, NewPage, shoot
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
    page.wait_for_function(SHOWN, timeout=60_000)
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


@pytest.mark.timeout(300)
def test_every_game_can_be_practised_alone_and_at_once(site: Server, new_page: NewPage) -> None:
    page = new_page("desktop", site.url)
    page.wait_for_function(SHOWN, timeout=60_000)
    scores = page.get_by_role("list", name="Scores")
    ways = {
        "Short Fuse": scores,
        "Kick Off": page.locator(".practising canvas").first,
        "All Thumbs": page.locator(".practice-stage").get_by_text(re.compile(r"\w")).first,
        # The hand that only oneself sees can be chosen from.
        "Last Card": page.locator(".practising .control-choices button").first,
        "Open Field": scores,
        "Loose Ends": scores,
    }
    for title, there in ways.items():
        page.get_by_role("button", name=f"{title}: Practise").first.click()
        expect(page.get_by_role("region", name="Practice")).to_contain_text(title)
        expect(there).to_be_attached()
        shoot(page, f"practice-{title.split()[1].lower()}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("region", name="Practice")).to_have_count(0)
    # What is here is not loaded again, and no other worker begins; only the list of rules is asked for.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("worker", lambda worker: asked.append(f"worker {worker.url}"))
    page.get_by_role("button", name="Short Fuse: Practise").first.click()
    expect(scores).to_be_attached()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("region", name="Practice")).to_have_count(0)
    loaded = [url for url in asked if not url.endswith("/rules/index.json")]
    assert [url for url in loaded if "/assets/" in url or "/rules/" in url or "worker" in url] == []


@pytest.mark.timeout(300)
def test_practice_goes_on_while_the_server_is_away(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path).start()
    page = new_page("phone", server.url)
    page.wait_for_function(SHOWN, timeout=60_000)
    expect(page.get_by_text("1 person online")).to_be_attached()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=60_000)
    server.stop()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("online")).to_have_count(0)
    expect(page.locator(".open-room")).to_have_count(0)
    expect(page.get_by_role("button", name="Play with friends").first).to_be_disabled()
    shoot(page, "home-alone")
    page.get_by_role("button", name="Kick Off: Practise").last.click()
    expect(page.get_by_role("region", name="Practice")).to_contain_text("Kick Off")
    again = Server(tmp_path, PORT=str(server.port)).start()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("The server cannot be reached")).to_have_count(0, timeout=30_000)
    expect(page.get_by_text("1 person online")).to_be_attached(timeout=30_000)
    expect(page.get_by_role("button", name="Play with friends").first).to_be_enabled()
    page.context.close()
    complaints.lines = [
        line for line in complaints.lines if "Failed to load" not in line and "ERR_CONN" not in line
    ]
    again.stop()
