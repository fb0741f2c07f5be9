"""Browsers for the tests: Debian's Chromium, driven by Playwright, against a real server process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from game.client import Client
from tests.integration.serving import Server

OUT = Path(__file__).parent / "out"
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    "landscape": {
        "viewport": {"width": 844, "height": 390},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}

NewPage = Callable[..., Page]

LATE_MS = 20_000
"""A busy machine may take this long to show what is expected."""
expect.set_options(timeout=LATE_MS)


THIRTY_A_SECOND = """(() => {
    const waiting = new Map();
    let last = 0, timer = 0;
    const frame = () => {
        timer = 0;
        const now = performance.now(), calls = [...waiting.values()];
        waiting.clear();
        for (const call of calls) call(now);
    };
    window.requestAnimationFrame = (call) => {
        waiting.set(++last, call);
        timer ||= setTimeout(frame, 33);
        return last;
    };
    window.cancelAnimationFrame = (number) => void waiting.delete(number);
})()"""
"""Several pages at sixty frames a second, painted without a graphics card, leave nothing of two cores."""


class Complaints:
    """Errors and warnings in the consoles of pages."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def watch(self, page: Page) -> None:
        """Collect the complaints of a page."""
        page.on("pageerror", lambda error: self.lines.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                self.lines.append(f"console: {message.text}") if message.type == "error" else None
            ),
        )


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test if a page threw or logged an unexpected error."""
    one = Complaints()
    yield one
    assert one.lines == []


@pytest.fixture
def new_page(browser: Browser, complaints: Complaints) -> Iterator[NewPage]:
    """Open pages: `new_page("phone", url)`; each page is a person on a device of thirty frames a second."""
    contexts: list[BrowserContext] = []

    def make(size: str, url: str, **more: Any) -> Page:
        context = browser.new_context(**SIZES[size], reduced_motion="no-preference", locale="en-GB", **more)
        context.set_default_timeout(LATE_MS)
        context.add_init_script(THIRTY_A_SECOND)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        page.goto(url)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with default settings and a short countdown."""
    one = Server(
        tmp_path_factory.mktemp("site"),
        RUMPUS_ROOMS__COUNTDOWN_S="1",
        RUMPUS_ROOMS__RESULTS_S="120",
    ).start()
    yield one
    assert one.alive
    one.stop()


def keep_match(site: Server) -> str:
    """Play a match of two people who press nothing, and return the id by which the server keeps it."""
    with Client(site.url) as host, Client(site.url) as guest:
        host.create(game="trails", name="Ann", options={"rounds": 3, "speed": 150})
        guest.join(host.here.code, name="Bob")
        host.ready()
        guest.ready()
        host.wait_for(lambda: host.here.room["phase"] == "results", "the end of the match", 90)
        return str(host.here.room["results"]["record"])


def start_match(host: Page) -> None:
    """Press Start once the host's page shows that everyone is ready: before, it asks whether to wait."""
    expect(host.locator(".foot-state")).to_have_text("Everyone is ready")
    host.get_by_role("button", name="Start").click()


STILL = """async () => {
    const words = document.body.innerText;
    await new Promise((done) => setTimeout(done, 400));
    return words === document.body.innerText && document.getAnimations().every((one) =>
        one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity);
}"""


def shoot(page: Page, name: str, *, still: bool = False) -> None:
    """Save a picture of a page for people to look at: tests/browser/out/<name>.png.

    With `still` it is taken once everything has stopped moving.
    """
    if still:
        page.wait_for_function(STILL)
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / f"{name}.png")
