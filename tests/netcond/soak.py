"""The soak: real browsers play matches with bots over a slow network, and no state may differ.

`python -m tests.netcond.soak` starts a server, a proxy with a round trip of 150 ± 20 ms, and pages in
Chromium, and in Firefox where it is installed. Each page opens a room, adds bots, starts one match after the
other, and steers at random; it runs the rules itself. At the end every match is also verified from its
record. The figures go to bench/soak.json, and with `--publish` into a sentence of the README.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
import textwrap
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from game.records.database import Database
from game.records.store import Records
from game.records.verify import Check, kept_matches, verify
from tests.browsers.driving import Firefox
from tests.conftest import CHROMIUM_FLAGS, find
from tests.integration.serving import ROOT, Server
from tests.netcond.proxy import Profile, Proxy

RTT_MS = 150
JITTER_MS = 20
BOTS = 5
MOST_MINUTES = 24 * 60
MOST_PAGES = 64
SCRIPT = Path(__file__).with_name("soak.js").read_text(encoding="utf-8").replace("__BOTS__", str(BOTS))
FIGURES = (
    "(() => { const { figures } = window.__rumpus ?? {}; return figures ? figures.summary() : null; })()"
)
OUT = ROOT / "bench/soak.json"
README = ROOT / "README.md"
SENTENCE = re.compile(r"(<!-- soak -->\n).*?(<!-- /soak -->)", re.DOTALL)
SETTLED_S = 20.0

Run = Callable[[str], Any]


@dataclass
class Figures:
    """What a soak has shown.

    Attributes:
        clients: pages, by browser.
        ticks: of all matches that pages ran the rules of, each by one page.
        desyncs: states that a page reported as different, and matches in which the server counted one.
        verified: matches that were replayed from their record; `different` of them had another final hash.
    """

    when: str
    minutes: float
    rtt_ms: int = RTT_MS
    jitter_ms: int = JITTER_MS
    clients: dict[str, int] = field(default_factory=dict)
    matches: int = 0
    ticks: int = 0
    desyncs: int = 0
    unpredicted: int = 0
    verified: int = 0
    different: int = 0

    def sentence(self) -> str:
        """The figures in one sentence."""
        clients = " and ".join(f"{count} in {name}" for name, count in self.clients.items())
        return (
            f"In {self.minutes:.0f} minutes over a network of {self.rtt_ms} ± {self.jitter_ms} ms, "
            f"{sum(self.clients.values())} pages ({clients}) ran {self.ticks:,} ticks of "
            f"{self.matches:,} matches beside the server: {self.desyncs} desyncs ({self.when})."
        )


@contextmanager
def chromium(url: str, pages: int) -> Iterator[list[Run]]:
    """Pages in one Chromium, each in a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find("needs_chromium"), args=CHROMIUM_FLAGS)
        runs: list[Run] = []
        for _ in range(pages):
            page = browser.new_context(viewport={"width": 640, "height": 400}, locale="en-GB").new_page()
            page.goto(url)
            runs.append(page.evaluate)
        yield runs
        browser.close()


@contextmanager
def firefox(url: str) -> Iterator[list[Run]]:
    """One page in Firefox; none where it is not installed."""
    if not (shutil.which("firefox-esr") or shutil.which("firefox")):
        yield []
        return
    folder = Path(tempfile.mkdtemp(prefix="rumpus-soak-"))
    window = Firefox(folder)
    try:
        window.open(url)
        yield [window.run]
    finally:
        window.close()
        shutil.rmtree(folder, ignore_errors=True)


def ended_matches(folder: Path) -> int:
    """Matches that the server has kept so far."""
    database = Database(f"sqlite:///{folder / 'records.db'}")
    try:
        database.prepare()
        return Records(database).count()
    finally:
        database.close()


def counted_desyncs(server: Server) -> int:
    """Matches in which the server counted a desync."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return sum(int(float(value)) for value in re.findall(r"^rumpus_desyncs_total\{.*\} (\S+)$", text, re.M))


def soak(minutes: float, matches: int, pages: int, folder: Path) -> Figures:
    """Play until the time is up or this many matches have ended."""
    found = Figures(time.strftime("%Y-%m-%d"), 0.0)
    settings = {
        "RUMPUS_ROOMS__COUNTDOWN_S": "0",
        "RUMPUS_ROOMS__RESULTS_S": "2",
        "RUMPUS_ROOMS__AFK_S": "3600",
    }
    server = Server(folder, **settings).start()
    try:
        with ExitStack() as stack:
            proxy = stack.enter_context(Proxy(server.port, Profile(RTT_MS, JITTER_MS)))
            url = f"{proxy.url}/?diag"
            by_browser = {
                "Chromium": stack.enter_context(chromium(url, pages)),
                "Firefox": stack.enter_context(firefox(url)),
            }
            found.clients = {name: len(runs) for name, runs in by_browser.items() if runs}
            runs = [run for some in by_browser.values() for run in some]
            for run in runs:
                run(SCRIPT)
            began = time.monotonic()
            while time.monotonic() - began < minutes * 60 and ended_matches(folder) < matches:
                time.sleep(2)
                runs[0]("1")  # Playwright handles the events of its pages in calls
            found.minutes = (time.monotonic() - began) / 60
            for run in runs:
                figures = run(FIGURES)
                if not figures or not figures["workMs.count"]:
                    found.unpredicted += 1
                else:
                    found.desyncs += int(figures["desyncs"])
            found.desyncs = max(found.desyncs, counted_desyncs(server))
    finally:
        server.stop()
    _verify(found, folder)
    return found


def _verify(found: Figures, folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'records.db'}")
    records = Records(database)
    totals = verify(kept_matches(records), records.rules, _complain)
    database.close()
    found.matches, found.ticks = totals.matches, totals.ticks
    found.verified, found.different = totals.matches, totals.different + totals.skipped


def _complain(check: Check) -> None:
    if check.verdict != "equal":
        print(check)


def publish(found: Figures) -> None:
    """Write the figures into the README, between its marks."""
    text = README.read_text(encoding="utf-8")
    lines = textwrap.fill(found.sentence(), 124)
    changed, count = SENTENCE.subn(lambda marks: f"{marks[1]}{lines}\n{marks[2]}", text)
    if not count:
        raise SystemExit("README.md has no marks <!-- soak --> and <!-- /soak -->")
    README.write_text(changed, encoding="utf-8")


def main() -> int:
    """Soak; 1 if a state differed, or a page did not run the rules."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="at most (5)")
    parser.add_argument("--matches", type=int, default=100_000, help="or until this many have ended")
    parser.add_argument("--pages", type=int, default=4, help="in Chromium (4); Firefox has one more")
    parser.add_argument(
        "--publish", action="store_true", help="write bench/soak.json and the README's sentence"
    )
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rumpus-soak-"))
    try:
        found = soak(
            min(max(asked.minutes, 0.1), MOST_MINUTES),
            asked.matches,
            min(max(asked.pages, 1), MOST_PAGES),
            folder,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(found.sentence())
    print(f"{found.verified} matches verified from their records, {found.different} differ")
    if found.unpredicted:
        print(f"{found.unpredicted} pages did not run the rules", file=sys.stderr)
    good = not (found.desyncs or found.different or found.unpredicted) and found.ticks > 0
    if asked.publish and good:
        OUT.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
        publish(found)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
