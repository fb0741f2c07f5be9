"""Servers for the tests: one that many tests share, and others with special settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from game.client import Client, RawClient
from tests.integration.serving import Server

Serve = Callable[..., Server]
NewClient = Callable[..., Client]
NewRaw = Callable[..., RawClient]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with generous limits that outlives every test."""
    one = Server(tmp_path_factory.mktemp("server")).start()
    yield one
    assert one.alive
    one.stop()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server with these settings: `serve(RUMPUS_ROOMS__SEAT_HOLD_S="1")`."""
    with ExitStack() as stack:
        count = 0

        def start(**settings: str | None) -> Server:
            nonlocal count
            count += 1
            folder = tmp_path / f"server{count}"
            folder.mkdir()
            one = Server(folder, **settings).start()
            stack.callback(one.stop)
            return one

        yield start


@pytest.fixture
def client(server: Server) -> Iterator[NewClient]:
    """Makes connected clients of the shared server, or of `at=`; they are closed at the end."""
    with ExitStack() as stack:

        def connect(at: Server | None = None, **options: object) -> Client:
            one = Client((at or server).url, **options)  # type: ignore[arg-type]
            stack.callback(one.close)
            return one.connect()

        yield connect


@pytest.fixture
def raw(server: Server) -> Iterator[NewRaw]:
    """Makes connected raw clients, as `client` does."""
    with ExitStack() as stack:

        def connect(at: Server | None = None, **options: object) -> RawClient:
            one = RawClient.at((at or server).url, **options)  # type: ignore[arg-type]
            stack.callback(one.close)
            return one.connect()

        yield connect
