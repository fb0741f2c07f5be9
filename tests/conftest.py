"""Common to all tests: markers for programs that may be missing, settings of Hypothesis, checks of logs.

A test marked `needs_redis`, `needs_nginx`, `needs_chromium` and so on is skipped, with the reason,
if that program is missing. If the variable CI is set, it fails instead.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests import logs
from tests.depth import WHOLE, depth

ROOT = Path(__file__).parents[1]
IN_CI = bool(os.environ.get("CI"))

PROGRAMS = {
    "needs_redis": ("redis-server",),
    "needs_nginx": ("nginx",),
    "needs_chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "needs_firefox": ("firefox-esr", "firefox"),
    "needs_webkit": ("WebKitWebDriver",),
    "needs_node": ("node",),
}

# A signal that is ignored stays so in programs that tests start, as under nohup or in a script's
# background. With a handler it is still ignored here, but they heed it.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)

# Shared machines stall for longer than any deadline; CI runs the same cases each time.
settings.register_profile(
    "rumpus",
    deadline=None,
    derandomize=IN_CI,
    max_examples=depth(50, 100),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rumpus")


def find(marker: str) -> str | None:
    """The path of a marker's program, or None."""
    # nginx is in a folder that the PATH of ordinary users does not contain.
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = (shutil.which(name, path=places) for name in PROGRAMS[marker])
    return next((path for path in found if path), None)


def lacking(marker: str) -> str | None:
    """What a test with this marker lacks on this machine, or None."""
    if find(marker) is None:
        return f"{PROGRAMS[marker][0]} is not installed"
    if marker == "needs_webkit" and shutil.which("Xvfb") is None:
        return "Xvfb is not installed"
    if marker == "needs_node" and not (ROOT / "web/node_modules").is_dir():
        return "web/node_modules is missing: run make unit, or npm ci in web/"
    return None


@pytest.fixture(autouse=True)
def clean_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test during which a server or worker logged an error or a traceback.

    A test's own fixtures have ended by then, because this one is set up first. A test that provokes an error
    says so: `@pytest.mark.logs("cut off from Redis")` expects lines that hold this text.
    """
    yield
    marker = request.node.get_closest_marker("logs")
    complaints = logs.judge(marker.args if marker is not None else ())
    if complaints:
        pytest.fail("the log complains:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; for tests marked `needs_chromium`."""
    path = find("needs_chromium")
    assert path is not None, "mark the test needs_chromium"
    return path


CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
]


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests, since Playwright runs once in a process; open a context for each test."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield one
        one.close()


def pytest_report_header() -> list[str]:
    """Print what is missing before the first test runs."""
    reasons = {marker: lacking(marker) for marker in PROGRAMS}
    return [
        f"missing: {reason}; tests marked {marker} cannot run" for marker, reason in reasons.items() if reason
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests marked `full`, unless all are requested; mark what Hypothesis runs as a series."""
    for item in items:
        if item.get_closest_marker("hypothesis") is not None:
            item.add_marker("series")
    if WHOLE:
        return
    left_out = [item for item in items if item.get_closest_marker("full") is not None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("full") is None]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is missing; in CI, fail it."""
    for marker in PROGRAMS:
        if item.get_closest_marker(marker) is None:
            continue
        reason = lacking(marker)
        if reason is not None:
            (pytest.fail if IN_CI else pytest.skip)(reason)
