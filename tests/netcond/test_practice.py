"""Practice on the home page: there in a heartbeat, without a network too, and light enough for a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.integration.serving import Server
from tests.netcond.conftest import Visit, held_up_ms, share, wait
from tests.netcond.proxy import Profile, Proxy

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

FAST_4G = Profile(rtt_ms=60, down_mbit_s=9)
"""As DevTools' 4G, which would slow the page's own requests alone, and not its worker's."""
STARTED = "performance.getEntriesByName('practice shown')[0]?.startTime ?? 0"


def started_ms(page: Page) -> float:
    """When practice was first drawn, counted from the navigation."""
    wait(lambda: page.evaluate(STARTED), 60, "practice did not start")
    found: float = page.evaluate(STARTED)
    return found


def throttled(page: Page, factor: int) -> CDPSession:
    """Make the page's thread slower."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": factor})
    return session


def kept(page: Page) -> list[str]:
    """Paths that the service worker keeps."""
    found: list[str] = page.evaluate(
        """caches.keys().then((names) => caches.open(names[0])).then((cache) => cache.keys())
            .then((all) => all.map((one) => one.url))"""
    )
    return found


@pytest.mark.timeout(180)
def test_practice_starts_cold_within_5_s_on_4g_and_warm_within_1_s(visit: Visit, line: Proxy) -> None:
    line.profile = FAST_4G
    page = visit(line.url)
    cold = started_ms(page)
    page.goto(line.url)
    warm = started_ms(page)
    late = held_up_ms(page, 0.95)
    print(f"cold {cold:.0f} ms, warm {warm:.0f} ms; the machine held up {late:.1f} ms")
    assert cold < 5000
    # Starting the interpreter is a long task: a machine shared by many does it in as many times the time.
    assert warm < 1000 * max(1, late / 5)


@pytest.mark.timeout(180)
def test_a_key_takes_a_seat_over_and_escape_gives_it_back(visit: Visit, site: Server) -> None:
    page = visit(site.url)
    started_ms(page)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Invite friends")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Invite friends")).not_to_be_attached()
    page.locator(".practice-picture").click()
    page.get_by_role("button", name="Invite friends").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert "/r/" in page.url


@pytest.mark.timeout(180)
def test_after_the_first_visit_practice_runs_without_a_network(visit: Visit, line: Proxy) -> None:
    page = visit(line.url)
    started_ms(page)
    wait(lambda: page.evaluate("navigator.serviceWorker.ready.then(() => true)"), 30, "it did not come")
    wait(lambda: any(path.endswith(".wasm") for path in kept(page)), 30, "the runtime is not kept")
    assert {Path(path).suffix for path in kept(page)} >= {".wasm", ".js", ".css", ".json"}
    line.cut(3_600_000)
    page.goto(line.url)
    started_ms(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Invite friends")).to_be_disabled()
    page.goto(line.url + "/r/ABCDEF")
    expect(page.locator("#app")).not_to_be_empty()


@pytest.mark.timeout(180)
def test_without_the_runtime_matches_go_on_as_told(visit: Visit, site: Server) -> None:
    page = visit("about:blank")
    page.context.route("**/*.wasm", lambda route: route.abort())
    page.goto(site.url + "/?diag=1")
    page.get_by_role("button", name="Play with friends").first.click()
    page.get_by_role("button", name="Start").wait_for()
    page.get_by_role("button", name="Add bot").click()
    page.get_by_role("button", name="Start").click()
    wait(lambda: page.evaluate("window.__rumpus?.match.latest?.racers?.length === 2"), 60, "it did not come")
    assert page.evaluate("window.__rumpus.match.runner") is None
    before = page.evaluate("window.__rumpus.match.newestTick")
    wait(lambda: page.evaluate(f"window.__rumpus.match.newestTick > {before} + 30"), 30, "it did not come")


@pytest.mark.timeout(240)
def test_a_frame_takes_6_ms_at_a_quarter_of_the_speed_with_eight_players(visit: Visit, line: Proxy) -> None:
    line.profile = Profile(80, 20)
    page = visit(line.url + "/?diag=1")
    page.get_by_role("button", name="Play with friends").first.click()
    page.get_by_role("button", name="Start").wait_for()
    for _ in range(7):
        page.get_by_role("button", name="Add bot").click()
    page.get_by_role("button", name="Start").click()
    wait(lambda: page.evaluate("window.__rumpus?.match.latest?.phase === 1"), 60, "it did not come")
    throttled(page, 4)
    page.evaluate("window.__seen.work.length = 0; window.__rumpus.figures.clear()")
    page.keyboard.down("ArrowLeft")
    page.wait_for_timeout(8_000)
    page.keyboard.up("ArrowLeft")
    work: list[float] = page.evaluate("window.__seen.work")
    told: dict[str, Any] = page.evaluate("window.__rumpus.figures.summary()")
    p50, p95 = share(work, 0.5), share(work, 0.95)
    worker = told["workMs.p50"]
    print(f"{len(work)} frames: {p50:.1f} ms, p95 {p95:.1f}; worker {worker:.1f}, {told['workMs.p95']:.1f}")
    assert len(work) > 100
    assert told["desyncs"] == 0
    assert p50 <= 6
    # The worker is not slowed by the tools: as slow as the page it would still keep up with the ticks.
    assert worker * 4 <= 1000 / 30
    if held_up_ms(page, 0.95) <= 16:
        assert p95 <= 6
