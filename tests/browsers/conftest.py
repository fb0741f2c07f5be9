"""Firefox and WebKitGTK, each against a real server with the built client."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsers.driving import Firefox, WebKit, Window
from tests.integration.serving import Server

QUICK = {"RUMPUS_ROOMS__COUNTDOWN_S": "1", "RUMPUS_ROOMS__RESULTS_S": "120"}

BROWSERS = [
    pytest.param("firefox", marks=pytest.mark.needs_firefox),
    pytest.param("webkit", marks=pytest.mark.needs_webkit),
]


@pytest.fixture(scope="package", params=BROWSERS)
def window(request: pytest.FixtureRequest) -> Iterator[Window]:
    """One window of each browser; Firefox has no HTTP cache, so our own cache must serve."""
    folder = Path(tempfile.mkdtemp(prefix="rumpus-browser-"))
    one: Window = Firefox(folder, http_cache=False) if request.param == "firefox" else WebKit(folder)
    yield one
    one.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a short countdown."""
    one = Server(tmp_path_factory.mktemp("site"), **QUICK).start()
    yield one
    assert one.alive
    one.stop()
