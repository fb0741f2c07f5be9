"""nginx before workers of which one stands still: the kernel takes its connections, it does not answer."""

import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from game.devtools.local_cluster import free_port, program
from tests.cluster.processes import ROOT, until

pytestmark = pytest.mark.needs_nginx

PLACES = [f"ROOM{number:02}" for number in range(16)]


class Worker(ThreadingHTTPServer):
    """Answers as a worker does, as far as nginx sees it. `leaving`: it takes no new players."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.leaving = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Answers(BaseHTTPRequestHandler):
    """One request: the path, and the port of the worker that it came to, as text."""

    server: Worker

    def do_GET(self) -> None:
        refused = self.server.leaving and "sid=" not in self.path
        body = f"{self.server.port} {self.path}".encode()
        self.send_response(503 if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def still() -> Iterator[socket.socket]:
    """A worker that stands still: what connects is taken by the kernel alone."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        yield listener


@pytest.fixture
def workers() -> Iterator[list[Worker]]:
    """Two workers that are well."""
    both = [Worker(), Worker()]
    yield both
    for one in both:
        one.shutdown()
        one.server_close()


@pytest.fixture
def link(tmp_path: Path, still: socket.socket, workers: list[Worker]) -> Iterator[str]:
    """An nginx with the configuration that we deploy, before all three."""
    (tmp_path / "tmp").mkdir()
    shutil.copyfile(ROOT / "deploy" / "nginx.conf", tmp_path / "nginx.conf")
    ports = [int(still.getsockname()[1]), *(one.port for one in workers)]
    (tmp_path / "workers.conf").write_text(
        "".join(f"server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
    )
    port = free_port()
    (tmp_path / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
    command = [program("nginx"), "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command)

    def listens() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    until(listens, "nginx")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def get(url: str, patience_s: float = 8.0) -> tuple[int, str]:
    """Status and text; 0 without an answer."""
    try:
        with urllib.request.urlopen(url, timeout=patience_s) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


def new_connection(link: str, place: str) -> tuple[int, str]:
    return get(f"{link}/socket.io/?EIO=4&transport=polling&h={place}")


def test_new_connections_are_led_around_a_worker_that_stands_still(link: str, workers: list[Worker]) -> None:
    answers = [new_connection(link, place) for place in PLACES]
    assert [status for status, _ in answers] == [200] * len(PLACES)
    assert {text.split()[0] for _, text in answers} == {str(one.port) for one in workers}
    assert all(text.endswith(f"&h={place}") for place, (_, text) in zip(PLACES, answers, strict=True))
    assert [new_connection(link, place) for place in PLACES] == answers, "a place moves about"


def test_pages_are_led_around_a_worker_that_stands_still(link: str) -> None:
    for _ in range(6):
        assert get(f"{link}/")[0] == 200


def test_a_session_stays_with_its_worker_while_that_leaves(link: str, workers: list[Worker]) -> None:
    leaving = workers[0]
    leaving.leaving = True
    assert {new_connection(link, place)[1].split()[0] for place in PLACES} == {str(workers[1].port)}
    # A third of the places are at the worker that stands still; no client can have a session there.
    # Where a place leads depends on the ports, so as many places are tried as it takes to meet both others.
    met = set()
    for number in range(64):
        status, text = get(f"{link}/socket.io/?sid=x&h=ROOM{number:02}", 2)
        met |= {text.split()[0]} if status else set()
        if len(met) == len(workers):
            break
    assert met == {str(one.port) for one in workers}


def test_with_no_worker_ready_that_is_what_clients_are_told(
    link: str, still: socket.socket, workers: list[Worker]
) -> None:
    still.close()
    for one in workers:
        one.leaving = True
    assert {new_connection(link, place)[0] for place in PLACES} <= {502, 503}


def test_nobody_outside_asks_who_is_there(link: str) -> None:
    assert get(f"{link}/-/worker")[0] == 404
