"""Something is wrong: a person reports it from the menu of a match, and an operator opens it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from game.kit.replays import find
from game.kit.watching import HOST, make_page
from game.records.comparison import compare
from game.records.database import Database
from game.records.store import Records, Report
from tests.browser.conftest import SIZES, NewPage, shoot
from tests.integration.serving import ROOT, Server

pytestmark = [pytest.mark.needs_chromium, pytest.mark.needs_node]

RUNS_THE_RULES = "() => window.__rumpus !== undefined && window.__rumpus.figures.workMs.count > 30"


def play(page: Page) -> None:
    page.get_by_role("button", name="Quick play").first.click()
    page.wait_for_function(RUNS_THE_RULES)


def report(page: Page, words: str, name: str) -> str:
    """Report something by the menu; returns the report's id."""
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Report a problem").click()
    page.get_by_label("What happened?").fill(words)
    shoot(page, f"report-{name}", still=True)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("The people who run this server can look at it now.")).to_be_visible()
    shoot(page, f"report-sent-{name}")
    return page.locator(".report-id").inner_text()


def kept(folder: Path, report_id: str) -> tuple[Records, Report]:
    records = Records(Database(f"sqlite:///{folder / 'records.db'}"))
    for _ in range(100):
        found = records.report(report_id)
        if found is not None:
            return records, found
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("the report did not come into the database")


def rumpus(folder: Path, *arguments: str) -> str:
    environ = {**os.environ, "RUMPUS_RECORDS__URL": f"sqlite:///{folder / 'records.db'}"}
    done = subprocess.run(
        [sys.executable, "-m", "game.cli", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_report_of_a_page_opens_at_its_tick_with_both_states(
    site: Server, new_page: NewPage, size: str
) -> None:
    page = new_page(size, f"{site.url}/?diag")
    play(page)
    report_id = report(page, "My line had a gap, but I crashed into it.", size)
    records, found = kept(site.folder, report_id)
    assert found.words == "My line had a gap, but I crashed into it."
    assert "Chrome" in found.user_agent
    assert found.client_hash is not None
    both = compare(records, found)
    assert both.problem == ""
    assert both.theirs is not None, "the page runs the rules, so it sends its state"
    assert both.differing == []
    assert both.theirs.hash == both.ours.hash == found.client_hash
    out = rumpus(site.folder, "replay", report_id)
    assert out.startswith(f"report {report_id} of match {found.match}: Loose Ends, tick {found.tick} ")
    assert "0 fields differ" in out


def test_the_page_of_a_report_is_readable(site: Server, new_page: NewPage, browser: Browser) -> None:
    page = new_page("desktop", f"{site.url}/?diag")
    play(page)
    report_id = report(page, "I was not hit", "again")
    records, _ = kept(site.folder, report_id)
    recording = find(report_id, pytest.fail, lambda: records)
    app, path = make_page(recording, None)
    server = make_server(HOST, 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://{HOST}:{server.port}"
        for size in ("desktop", "phone"):
            # The page that watches the match finds no game server there, which its console complains about.
            shown = browser.new_context(**SIZES[size], locale="en-GB").new_page()
            shown.goto(url + path)
            expect(shown.get_by_role("heading", name="Something is wrong: Loose Ends")).to_be_visible()
            expect(shown.get_by_text("Both states are the same")).to_be_visible()
            shoot(shown, f"report-page-{size}")
        shown.get_by_role("link", name=re.compile("Watch the match")).click()
        expect(shown.locator("canvas").first).to_be_visible(timeout=40_000)
        shoot(shown, "report-replay-phone")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
