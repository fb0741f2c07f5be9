"""How the page connects through restricted networks, and what it shows while the server is away."""

import re
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from game.client import Client
from tests.browser.conftest import Complaints, NewPage, shoot, start_match
from tests.browser.test_practice import SHOWN
from tests.integration.serving import Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

AWAY_MS = 30_000
FAILED_TO_CONNECT = re.compile("WebSocket|Failed to load resource|fetch")
"""The messages of the browser about a connection that fails."""


@contextmanager
def without_websockets(port: int) -> Iterator[int]:
    """A proxy before `port` that closes every WebSocket, as some networks do; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def carry(here: socket.socket) -> None:
        with here, socket.create_connection(("127.0.0.1", port)) as there:
            other = {here: there, there: here}
            while not over.is_set():
                ready, _, _ = select.select([here, there], [], [], 0.2)
                for one in ready:
                    data = one.recv(65536)
                    if not data or (one is here and b"upgrade: websocket" in data.lower()):
                        return
                    other[one].sendall(data)

    def carry_all() -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=carry, args=(here,), daemon=True).start()

    threading.Thread(target=carry_all, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()


def excuse(complaints: Complaints) -> None:
    """Remove the messages of the browser about connections that the test broke."""
    complaints.lines[:] = [line for line in complaints.lines if not FAILED_TO_CONNECT.search(line)]


def test_a_page_plays_by_long_polling_where_no_websocket_gets_through(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path, RUMPUS_SERVER__TRANSPORTS="websocket,polling").start()
    with without_websockets(server.port) as port:
        page = new_page("desktop", f"http://127.0.0.1:{port}/")
        page.get_by_label("Your name").first.fill("Ann")
        page.get_by_role("button", name="Play with friends").first.click()
        expect(page.get_by_role("button", name="Start")).to_be_visible()
        page.get_by_role("button", name="Add bot").click()
        start_match(page)
        expect(page.get_by_text("Round 1").first).to_be_attached()
        page.context.close()
    excuse(complaints)
    server.stop()


def test_a_page_says_that_no_websocket_gets_through_if_the_server_takes_nothing_else(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path).start()
    with without_websockets(server.port) as port:
        page = new_page("desktop", f"http://127.0.0.1:{port}/")
        expect(page.get_by_text("blocks the connection")).to_be_visible(timeout=AWAY_MS)
        page.goto(f"http://127.0.0.1:{port}/r/KX4P7M")
        expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=AWAY_MS)
        expect(page.get_by_text("blocks the connection")).to_be_visible(timeout=AWAY_MS)
        page.context.close()
    excuse(complaints)
    server.stop()


def test_the_home_page_says_that_the_server_is_away_and_is_back_with_it(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path).start()
    page = new_page("desktop", server.url)
    friends = page.get_by_role("button", name="Play with friends").first
    expect(friends).to_be_enabled()
    expect(page.get_by_text("1 person online")).to_be_visible()
    practice = page.locator(".practice canvas").first
    expect(practice).to_be_visible(timeout=AWAY_MS)
    page.wait_for_function(SHOWN, timeout=AWAY_MS)  # its parts are all here, so that it needs no server
    server.stop()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible(timeout=AWAY_MS)
    expect(page.get_by_text("online")).to_have_count(0)
    expect(friends).to_be_disabled()
    expect(page.get_by_role("heading", name="Short Fuse")).to_be_visible()
    expect(practice).to_be_visible()
    shoot(page, "home-server-away")
    again = Server(tmp_path, PORT=str(server.port)).start()
    expect(page.get_by_text("The server cannot be reached")).to_have_count(0, timeout=AWAY_MS)
    expect(page.get_by_text("1 person online")).to_be_visible(timeout=AWAY_MS)
    expect(friends).to_be_enabled()
    page.context.close()
    excuse(complaints)
    again.stop()


def test_a_player_who_joins_while_the_server_is_away_gets_in_when_it_is_back(
    tmp_path: Path, new_page: NewPage, complaints: Complaints
) -> None:
    server = Server(tmp_path).start()
    with Client(server.url) as host:
        code = host.create("trails", name="Host").code
        page = new_page("phone", f"{server.url}/r/{code}")
        page.get_by_role("textbox").first.fill("Ann")
    server.stop()
    page.get_by_role("button", name="Join the room").click()
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible(timeout=AWAY_MS)
    again = Server(tmp_path, PORT=str(server.port)).start()
    # The room ended with its server, and the page shows that now.
    expect(page.get_by_role("heading", name=f"Cannot join room {code}")).to_be_visible(timeout=AWAY_MS)
    shoot(page, "gate-no-room")
    page.context.close()
    excuse(complaints)
    again.stop()
