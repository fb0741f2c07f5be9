"""Takes pictures of all screens at all sizes, into build/screens, and shows them on one page: `make screens`.

The pictures are for people who compare screens before and after a change; nothing is checked here.
"""

import argparse
import html
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from game.client import Client
from tests.integration.serving import ROOT, Server

OUT = ROOT / "build/screens"
CHROMIUM = "/usr/bin/chromium"
SIZES: dict[str, tuple[int, int, bool]] = {
    "desktop": (1440, 900, False),
    "phone": (390, 844, True),
    "landscape": (844, 390, True),
    "tablet": (768, 1024, True),
    "tv": (1920, 1080, False),
}
"""Width and height in pixels, and whether it is touched."""
GAMES: dict[str, tuple[int, dict[str, int]]] = {
    "trails": (6, {"rounds": 3}),
    "field": (16, {"minutes": 1}),
    "fuse": (6, {"rounds": 1}),
    "thumbs": (4, {"rounds": 3}),
    "kick": (6, {"minutes": 1}),
    "lastcard": (6, {}),
}
"""The seconds into a match at which its picture is taken, and what makes it short."""
SETTINGS = {
    "RUMPUS_ROOMS__COUNTDOWN_S": "3",
    "RUMPUS_ROOMS__RESULTS_S": "600",
    "RUMPUS_ROOMS__AFK_S": "600",
}
WAIT_MS = 30_000
RESULTS_S = 150


class Screens:
    """The screens of one server at one size."""

    def __init__(self, browser: Browser, server: Server, size: str) -> None:
        self.browser = browser
        self.server = server
        self.size = size
        self.missed: list[str] = []
        self._stack = ExitStack()

    @contextmanager
    def page(self, path: str, name: str = "Ada") -> Iterator[Page]:
        """A page of somebody with a name, "" for somebody who has never been here."""
        width, height, touched = SIZES[self.size]
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=touched,
            is_mobile=touched,
            locale="en-GB",
            device_scale_factor=1,
        )
        context.set_default_timeout(WAIT_MS)
        if name:
            kept = json.dumps(json.dumps({"name": name, "colour": 0, "shape": 0}))
            context.add_init_script(
                f"localStorage.getItem('rumpus.settings') ?? localStorage.setItem('rumpus.settings', {kept})"
            )
        page = context.new_page()
        try:
            page.goto(self.server.url + path)
            yield page
        finally:
            context.close()

    @contextmanager
    def host(self, game: str, bots: int = 3, **options: int) -> Iterator[Client]:
        """A person without a page who has opened a room with bots."""
        client = Client(self.server.url).connect()
        try:
            client.create(game, name="Grace", options=options)
            for _ in range(bots):
                client.add_bot()
            yield client
        finally:
            client.close()

    def shoot(self, page: Page, name: str, after_ms: int = 700) -> None:
        """Take a picture, after what moves has had this time."""
        page.wait_for_timeout(after_ms)
        page.screenshot(path=OUT / f"{name}-{self.size}.png")

    def attempt(self, name: str, take: Callable[[], None]) -> None:
        """Take some pictures; a screen that cannot be reached is named, and the others are taken."""
        try:
            take()
        except (Error, AssertionError, TimeoutError) as error:
            self.missed.append(f"{name}-{self.size}: {str(error).splitlines()[0]}")

    # --- the screens

    def home(self) -> None:
        with self.page("/", "") as page:
            page.get_by_role("heading").first.wait_for()
            self.shoot(page, "home-first", 300)
            self.shoot(page, "home", 5000)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            self.shoot(page, "home-end")
            page.evaluate("scrollTo(0, 0)")
            page.get_by_role("button", name="Settings").first.click()
            self.shoot(page, "settings")

    def ways_in(self) -> None:
        with self.page("/r/ZZZZZZ", "") as page:
            self.shoot(page, "gate-wrong", 2500)
        with self.page("/nowhere", "") as page:
            self.shoot(page, "not-found", 1500)
        with self.host("trails") as grace:
            code = grace.here.code
            with self.page(f"/r/{code}", "") as page:
                page.get_by_role("textbox").first.wait_for()
                self.shoot(page, "gate")
            with self.page(f"/r/{code}") as page:
                page.get_by_text("Grace").first.wait_for()
                grace.chat("Hello, who is there?")
                self.shoot(page, "lobby-guest", 1500)
                grace.start()
                self.shoot(page, "countdown", 1500)

    def lobby(self) -> None:
        with self.page("/") as page:
            page.locator("main .btn.primary").first.click()
            page.wait_for_url("**/r/*")
            code = page.url.rsplit("/", 1)[1]
            guests = [Client(self.server.url).connect() for _ in range(2)]
            for guest, name in zip(guests, ("Grace", "Linus"), strict=True):
                guest.join(code, name=name)
            guests[0].ready()
            self.shoot(page, "lobby-host", 1500)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            self.shoot(page, "lobby-host-end")
            page.get_by_text("More options").first.click()
            self.shoot(page, "options")
            for guest in guests:
                guest.close()

    def match(self, game: str) -> None:
        seconds, options = GAMES[game]
        with self.host(game, **options) as grace, self.page(f"/r/{grace.here.code}") as page:
            page.get_by_text("Grace").first.wait_for()
            grace.start()
            grace.wait_for(lambda: grace.here.phase == "live", "the match", 30)
            self.shoot(page, f"match-{game}", seconds * 1000)
            if game in ("trails", "thumbs", "kick"):
                grace.wait_for(lambda: grace.here.phase == "results", "the results", RESULTS_S)
                self.shoot(page, f"results-{game}", 4000)
                page.evaluate("scrollTo(0, document.body.scrollHeight)")
                self.shoot(page, f"results-{game}-end")
                record = grace.here.room["results"].get("record")
                if game == "trails" and record:
                    with self.page(f"/m/{record}") as replay:
                        self.shoot(replay, "replay", 6000)

    def practice(self) -> None:
        with self.page("/", "") as page:
            for game in GAMES:
                page.locator(f"[data-game={game}] .preview").locator("visible=true").first.click()
                page.locator(".practising").wait_for()
                self.shoot(page, f"practice-{game}", 5000)
                page.keyboard.press("Escape")

    def large_text(self) -> None:
        """The lobby with letters twice as large, as a browser's own settings make them."""
        with self.host("trails") as grace, self.page(f"/r/{grace.here.code}") as page:
            page.get_by_text("Grace").first.wait_for()
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            self.shoot(page, "large-text-lobby")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > SIZES[self.size][0]:
                self.missed.append(f"large-text-lobby-{self.size}: {wide} px wide")

    def spectating(self) -> None:
        with self.host("trails", bots=5, rounds=3) as grace:
            grace.start()
            grace.wait_for(lambda: grace.here.phase == "live", "the match", 30)
            with self.page(f"/r/{grace.here.code}", "") as page:
                page.get_by_role("textbox").first.fill("Ada")
                page.get_by_role("button", name="Just watch").click()
                page.locator(".spectate").wait_for()
                page.get_by_role("button", name="Follow the next player").click()
                self.shoot(page, "spectate", 4000)

    def remote(self) -> None:
        with self.page("/") as page:
            page.locator("main .btn.primary").first.click()
            page.wait_for_url("**/r/*")
            page.get_by_text("All Thumbs").first.click()
            guest = Client(self.server.url).connect()
            guest.join(page.url.rsplit("/", 1)[1], name="Grace")
            guest.ready()
            page.get_by_role("button", name="Start").first.click()
            guest.wait_for(lambda: guest.here.phase == "live", "the match", 30)
            self.shoot(page, "remote", 6000)
            guest.close()

    def television(self, game: str) -> None:
        seconds, options = GAMES[game]
        with self.host(game, bots=5, **options) as grace, self.page(f"/tv/{grace.here.code}") as page:
            # An evening is that of two people at least.
            guest = Client(self.server.url).connect()
            self._stack.callback(guest.close)
            guest.join(grace.here.code, name="Linus")
            guest.ready()
            self.shoot(page, f"tv-lobby-{game}", 2500)
            grace.start()
            self.shoot(page, f"tv-countdown-{game}", 1500)
            grace.wait_for(lambda: grace.here.phase == "live", "the match", 30)
            grace.emote("wave")
            self.shoot(page, f"tv-match-{game}", seconds * 1000)
            if game in ("trails", "thumbs"):
                grace.wait_for(lambda: grace.here.phase == "results", "the results", RESULTS_S)
                self.shoot(page, f"tv-results-{game}", 19_000)
                if game == "trails":
                    grace.lobby()
                    grace.start()
                    grace.wait_for(lambda: grace.here.phase == "live", "the second match", 30)
                    grace.wait_for(lambda: grace.here.phase == "results", "the tally", RESULTS_S)
                    page.locator(".tv-tonight").wait_for(timeout=2 * WAIT_MS)
                    self.shoot(page, "tv-evening")

    def all(self, only: str) -> list[str]:
        """Take all pictures whose group's name begins with `only`; returns those that could not be taken."""
        groups: dict[str, Callable[[], None]] = {}
        if self.size == "tv":
            groups |= {f"tv-{game}": lambda game=game: self.television(game) for game in GAMES}  # type: ignore[misc]
        else:
            groups = {"home": self.home, "ways-in": self.ways_in, "lobby": self.lobby}
            groups |= {f"match-{game}": lambda game=game: self.match(game) for game in GAMES}  # type: ignore[misc]
            groups |= {"practice": self.practice, "large-text": self.large_text}
            groups |= {"spectate": self.spectating, "remote": self.remote}
        for name, take in groups.items():
            if name.startswith(only):
                self.attempt(name, take)
                self._stack.close()
        return self.missed


def gone(browser: Browser, folder: Path, sizes: list[str]) -> None:
    """The home page when its server has gone."""
    server = Server(folder, **SETTINGS).start()
    with ExitStack() as stack:
        pages = []
        for size in sizes:
            screens = Screens(browser, server, size)
            pages.append((screens, stack.enter_context(screens.page("/", ""))))
        for _, page in pages:
            page.wait_for_timeout(2500)
        server.stop()
        for screens, page in pages:
            screens.shoot(page, "home-gone", 6000)


def overview() -> None:
    """Write the page that shows all pictures, a row for each screen."""
    rows: dict[str, list[str]] = {}
    for path in sorted(OUT.glob("*.png")):
        rows.setdefault(path.stem.rsplit("-", 1)[0], []).append(path.name)
    body = "".join(
        f"<h2>{html.escape(name)}</h2><p>"
        + "".join(f'<a href="{file}"><img src="{file}" height="420" alt="{file}"></a> ' for file in files)
        for name, files in rows.items()
    )
    (OUT / "index.html").write_text(f"<!doctype html><meta charset=utf-8><title>Screens</title>{body}")


def main() -> int:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(SIZES), help="such as phone,tv")
    parser.add_argument("--only", default="", help="groups whose names begin with this, such as match")
    asked = parser.parse_args()
    sizes = [size for size in asked.sizes.split(",") if size in SIZES]
    OUT.mkdir(parents=True, exist_ok=True)
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        server = Server(Path(folder), **SETTINGS).start()
        for size in sizes:
            missed += Screens(browser, server, size).all(asked.only)
        server.stop()
        if "home".startswith(asked.only) or asked.only.startswith("home"):
            (Path(folder) / "gone").mkdir()
            gone(browser, Path(folder) / "gone", [size for size in sizes if size != "tv"])
        browser.close()
    overview()
    print(f"{len(list(OUT.glob('*.png')))} pictures: {OUT / 'index.html'}")
    for one in missed:
        print("not taken:", one)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
