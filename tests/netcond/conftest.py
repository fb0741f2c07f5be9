"""A freshly built client, a server that hands it out, browsers behind a bad line."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.integration.serving import ROOT, Server
from tests.netcond.proxy import Profile, Proxy

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client as it is now, built; or the one that TESTS_CLIENT names, a folder."""
    if built := os.environ.get("TESTS_CLIENT"):
        return Path(built)
    folder = tmp_path_factory.mktemp("client")
    subprocess.run(
        ["node_modules/.bin/vite", "build", "--outDir", str(folder), "--emptyOutDir", "--logLevel", "error"],
        cwd=ROOT / "web",
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
    )
    return folder


@pytest.fixture(scope="session")
def site(client: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose matches begin soon."""
    one = Server(
        tmp_path_factory.mktemp("site"),
        RUMPUS_SERVER__CLIENT_DIR=str(client),
        RUMPUS_ROOMS__COUNTDOWN_S="1",
        RUMPUS_ROOMS__RESULTS_S="120",
    ).start()
    yield one
    one.stop()


@pytest.fixture
def line(site: Server) -> Iterator[Proxy]:
    """The line between browsers and the server; a good one until the test sets its profile."""
    with Proxy(site.port, Profile()) as one:
        yield one


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open a page in a profile of its own; a page that throws fails the test."""
    errors: list[str] = []
    contexts = []

    def make(url: str, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": 720, "height": 450}, locale="en-GB", **more)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(path=Path(__file__).with_name("watch.js"))
        page.goto(url)
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


def wait(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Poll until it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def share(values: list[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def held_up_ms(page: Page, part: float) -> float:
    """What even an empty worker took to answer, up to this part of the time: machines are shared."""
    return share(page.evaluate("window.__seen.echoes"), part)
