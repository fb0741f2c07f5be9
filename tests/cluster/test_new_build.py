"""A deploy that changes the client: old and new pages through nginx while workers of both builds run."""

import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from game.client import ReconnectingClient
from game.devtools.local_cluster import Worker, free_port, program
from game.kit.skeleton import GAME
from tests.chaos.night import Cluster, until
from tests.integration.serving import ROOT, Server

pytestmark = [pytest.mark.needs_nginx, pytest.mark.timeout(600)]


def client_of(folder: Path, build: str) -> Path:
    """A client of three files, as small as one can be; two builds have no file's name in common."""
    (folder / "assets").mkdir(parents=True)
    for name in ("index", "session", "worker"):
        (folder / "assets" / f"{name}-{build}.js").write_text(f"// {name} of build {build}\n")
    (folder / "index.html").write_text(
        f'<!doctype html><script type="module" crossorigin src="/assets/index-{build}.js"></script>'
        f'<link rel="modulepreload" href="/assets/session-{build}.js">'
        f'<link rel="modulepreload" href="/assets/worker-{build}.js">'
    )
    return folder


def game_of(folder: Path, comment: str) -> Path:
    """A folder with one game that browsers may run, whose text holds a comment."""
    folder.mkdir()
    text = GAME.replace("{name}", "stars").replace("{title}", "Stars").replace("{class_name}", "Stars")
    text = text.replace("{{", "{").replace("}}", "}")
    (folder / "stars.py").write_text(f"{text}\n# {comment}\n")
    return folder


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Any]:
    """Start nginx with the configuration that we deploy, before the given ports; returns its address."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(ports: list[int]) -> str:
        folder = tmp_path / "nginx"
        (folder / "tmp").mkdir(parents=True)
        shutil.copyfile(ROOT / "deploy" / "nginx.conf", folder / "nginx.conf")
        lines = [f"server 127.0.0.1:{port} max_fails=0;\n" for port in ports]
        (folder / "workers.conf").write_text("".join(lines))
        port = free_port()
        (folder / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
        command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        processes.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))

        def listens() -> bool:
            with socket.socket() as sock:
                return sock.connect_ex(("127.0.0.1", port)) == 0

        until(listens, "nginx")
        return f"http://127.0.0.1:{port}"

    yield start
    for process in processes:
        process.terminate()
        process.wait(10)


def test_no_page_load_breaks_while_workers_of_two_builds_run(tmp_path: Path, nginx: Any) -> None:
    servers = []
    for build in ("old", "new"):
        folder = tmp_path / build
        folder.mkdir()
        servers.append(
            Server(
                folder,
                RUMPUS_SERVER__CLIENT_DIR=str(client_of(folder / "client", build)),
                RUMPUS_GAMES__FOLDERS=f'["{game_of(folder / "games", build)}"]',
                RUMPUS_GAMES__ENABLED='["stars"]',
                RUMPUS_GAMES__DEFAULT="stars",
            ).start()
        )
    try:
        url = nginx([server.port for server in servers])
        seen: set[str] = set()
        broken = []
        for _ in range(30):
            _, page = get(f"{url}/")
            _, rules = get(f"{url}/rules/index.json")
            files = set(re.findall(r'"(/(?:assets|rules|moments)/[^"]+)"', page + rules))
            assert len(files) == 5, "three of the client, the rules and the moment of the game"
            seen.update(files)
            broken += [file for file in files if get(url + file)[0] != 200]
        assert len(seen) == 10, "pages of both builds were served"
        assert broken == []
        assert get(f"{url}/assets/index-none.js")[0] == 404
    finally:
        for server in servers:
            server.stop()


class Deploy(Cluster):
    """A cluster in which each worker has a client of its own."""

    def __init__(self, folder: Path, client_dir: Path) -> None:
        super().__init__(folder, 2, RUMPUS_ROOMS__RESULTS_S="600")
        self.client_dir = client_dir

    def launch(self, worker: Worker) -> None:
        self.plan.environ["RUMPUS_SERVER__CLIENT_DIR"] = str(self.client_dir)
        super().launch(worker)

    def replace(self, client_dir: Path) -> None:
        """Deploy another client, one worker after the other."""
        self.client_dir = client_dir
        self.roll()
        until(lambda: not self.rolling, "all workers to run the new build", 240)


def other_build(folder: Path) -> tuple[Path, str, str]:
    """The built client with each script under another name; the folder, and both names of the entry."""
    shutil.copytree(ROOT / "web" / "dist", folder, ignore=shutil.ignore_patterns("previous"))
    (entry,) = re.findall(r'src="/assets/([\w.-]+)\.js"', (folder / "index.html").read_text())
    # All of them: a real build renames a script whose imports have changed, and scripts are cached for ever.
    scripts = list((folder / "assets").glob("*.js"))
    for path in [*folder.rglob("*.html"), *folder.rglob("*.json"), *folder.rglob("*.js")]:
        text = path.read_text()
        for script in scripts:
            text = text.replace(script.stem, f"{script.stem}2")
        path.write_text(text)
    for script in scripts:
        script.rename(script.with_stem(f"{script.stem}2"))
    return folder, str(entry), f"{entry}2"


def entry_of(page: Page) -> str:
    return str(page.evaluate("document.querySelector('script[src]').src.match(/([^/]+)\\.js$/)[1]"))


@pytest.mark.needs_redis
@pytest.mark.needs_chromium
@pytest.mark.needs_node
def test_an_old_page_reloads_between_matches_and_loses_nothing(tmp_path: Path, browser: Browser) -> None:
    client_dir, entry, other = other_build(tmp_path / "other")
    one = Deploy(tmp_path / "cluster", ROOT / "web" / "dist")
    one.plan.folder.mkdir()
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(120_000)
    try:
        one.start()
        bob = ReconnectingClient(one.url)
        code = bob.client.create("trails", options={"target": 100}, name="Bob").code
        page = context.new_page()
        page.goto(f"{one.url}/r/{code}")
        page.get_by_role("textbox").first.fill("Ann")
        page.get_by_role("button", name="Join the room").click()
        bob.wait_for(lambda client: len(client.here.room["people"]) == 2, "Ann")
        bob.client.start()
        bob.wait_for(lambda client: client.here.phase == "live" and client.match.tick > 5, "the match")
        page.evaluate("window.sameDocument = true")
        home = context.new_page()
        home.goto(one.url)
        assert entry_of(home) == entry

        one.replace(client_dir)
        expect(home.locator(f'script[src*="{other}"]')).to_have_count(1, timeout=120_000)
        # Asked at the same time, but in a match: the page stays.
        assert bob.client.here.phase == "live"
        assert page.evaluate("window.sameDocument")
        assert entry_of(page) == entry
        # What it may still ask for is there, at workers that never had it in their folder.
        for worker in one.workers:
            old_file = f"http://127.0.0.1:{worker.port}/assets/{entry}.js"
            until(lambda: get(old_file)[0] == 200, old_file, 60)  # noqa: B023

        bob.client.lobby()
        expect(page.locator(f'script[src*="{other}"]')).to_have_count(1, timeout=120_000)
        bob.wait_for(
            lambda client: (
                [
                    (person["name"], person["connected"], person["seat"])
                    for person in client.here.room["people"].values()
                ]
                == [("Bob", True, 0), ("Ann", True, 1)]
            ),
            "Ann on her seat",
        )
        expect(page.get_by_text("Bob").first).to_be_visible(timeout=60_000)
        bob.close()
    finally:
        context.close()
        one.stop()
