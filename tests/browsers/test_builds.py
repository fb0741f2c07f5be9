"""A deploy with a new client: browsers that have the old one change to the new one and never mix the two."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsers.conftest import QUICK
from tests.browsers.driving import Window
from tests.integration.serving import ROOT, Server

pytestmark = [pytest.mark.browsers, pytest.mark.needs_node, pytest.mark.timeout(240)]

PRACTICE_SHOWN = "performance.getEntriesByName('practice shown').length > 0"
KEPT = "navigator.serviceWorker.controller !== null"
ENTRY = "document.querySelector('script[type=module]').getAttribute('src')"


def built(folder: Path, *options: str) -> Path:
    """The current client, built into a folder."""
    subprocess.run(
        ["node_modules/.bin/vite", "build", "--outDir", folder, "--logLevel", "error", *options],
        cwd=ROOT / "web",
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
    )
    return folder


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two builds of the client that have almost no file in common."""
    folder = tmp_path_factory.mktemp("builds")
    return built(folder / "old"), built(folder / "new", "--minify", "false")


class Deployed:
    """A server at one address whose client is replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.server = Server(folder)

    def serve(self, client: Path) -> str:
        """Serve this client at the same address as the one before; returns the address."""
        self.stop()
        port = str(self.server.port)
        self.server = Server(self._folder, PORT=port, RUMPUS_SERVER__CLIENT_DIR=str(client), **QUICK).start()
        return self.server.url

    def stop(self) -> None:
        """Take the server away."""
        if self.server.alive:
            self.server.stop()


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployed]:
    one = Deployed(tmp_path)
    yield one
    one.stop()


def until(page: Page, condition: str) -> None:
    """Wait until an expression, which may be a promise, is true in a page."""
    deadline = time.monotonic() + 60
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def names(client: Path) -> set[str]:
    """The paths of a build's lasting files."""
    return {f"/assets/{path.name}" for path in (client / "assets").iterdir()}


def test_a_new_build_is_shown_at_once_and_kept_instead_of_the_old_one(
    window: Window, deployed: Deployed, builds: tuple[Path, Path]
) -> None:
    old, new = builds
    window.open(deployed.serve(old))
    window.wait(KEPT)
    assert window.run(ENTRY) in names(old)
    window.open(deployed.serve(new))
    assert window.run(ENTRY) in names(new)
    window.wait(
        "caches.keys().then(async ([name, ...others]) => others.length === 0 &&"
        f" !!(await (await caches.open(name)).match({window.run(ENTRY)!r})))"
    )
    deployed.stop()
    window.open(deployed.server.url)
    assert window.run(ENTRY) in names(new)
    window.wait(PRACTICE_SHOWN)


@pytest.mark.needs_chromium
def test_an_open_old_page_keeps_its_files_until_it_is_gone(
    browser: Browser, deployed: Deployed, builds: tuple[Path, Path]
) -> None:
    old, new = builds
    with browser.new_context() as context:
        context.set_default_timeout(60_000)
        first = context.new_page()
        first.goto(deployed.serve(old))
        until(first, KEPT)
        # A page with an open dialog is in use: it does not reload for the new build.
        first.get_by_role("button", name="Settings").click()
        expect(first.locator("dialog")).to_be_visible()

        second = context.new_page()
        second.goto(deployed.serve(new))
        assert second.evaluate(ENTRY) in names(new)
        until(second, "navigator.serviceWorker.ready.then((one) => !!one.waiting)")
        deployed.stop()
        for path in sorted(names(old) - names(new)):
            assert first.evaluate("(path) => fetch(path).then((answer) => answer.status)", path) == 200

        first.close()
        second.goto(deployed.serve(new))
        until(second, "caches.keys().then((names) => names.length === 1)")
        deployed.stop()
        second.reload()
        assert second.evaluate(ENTRY) in names(new)
        until(second, PRACTICE_SHOWN)
