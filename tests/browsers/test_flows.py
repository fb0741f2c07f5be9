"""The main flows in browsers other than Chromium: home, practice, a quick match, a reload, no network."""

from pathlib import Path

import pytest

from tests.browsers.conftest import QUICK
from tests.browsers.driving import Window
from tests.integration.serving import Server

pytestmark = [pytest.mark.browsers, pytest.mark.needs_node, pytest.mark.timeout(240)]

PRACTICE_SHOWN = "performance.getEntriesByName('practice shown').length > 0"
PRACTISING = "!!document.querySelector('.practising .practice-scores')"
KEPT = "navigator.serviceWorker?.controller != null"
FIGURES = "window.__rumpus?.figures.summary()"
PREDICTED_TICKS = "(window.__rumpus?.match.runner?.on ? window.__rumpus.match.shown.tick : 0)"
ALIVE = """(() => {
    const state = window.__rumpus?.match.latest;
    return state?.phase === 1 && state.racers.some((racer) => racer.id === 0 && racer.alive);
})()"""
PRESSES_SHOWN = f"({FIGURES})['ownFrames.count']"


def buttons(window: Window) -> list[str]:
    """The names of all buttons that can be seen."""
    found: list[str] = window.run(
        "[...document.querySelectorAll('button')].filter((one) => one.checkVisibility())"
        ".map((one) => one.ariaLabel ?? one.textContent.trim())"
    )
    return found


def steer(window: Window) -> None:
    """Press a key in a live round until the picture has shown that it counts, again after a crash."""
    while not window.run(f"{PRESSES_SHOWN} > 0"):
        window.wait(ALIVE)
        window.hold("ArrowLeft", 300)


def test_the_home_page_shows_every_game_and_the_ways_into_them(window: Window, site: Server) -> None:
    window.open(site.url)
    window.wait("document.querySelectorAll('.tile').length === 6")
    assert window.run("document.querySelector('h1').textContent") == "Play together, right now"
    assert {"Play with friends", "Quick play"} <= set(buttons(window))


def test_a_choice_in_the_settings_is_drawn_like_every_field_and_large_enough(
    window: Window, site: Server
) -> None:
    window.open(site.url)
    window.click("header button[aria-label='Settings']")
    window.wait("(document.querySelector('dialog[open] select')?.offsetHeight ?? 0) > 0", 15)
    drawn = window.run(
        "[...document.querySelectorAll('dialog select')]"
        ".map((one) => [getComputedStyle(one).appearance, one.offsetHeight >= 44])"
    )
    assert all(one == ["none", True] for one in drawn), drawn


def test_a_key_takes_a_seat_over_in_practice_and_stop_gives_it_back(window: Window, site: Server) -> None:
    window.open(site.url)
    window.wait(PRACTICE_SHOWN)
    window.hold("ArrowLeft")
    window.wait(PRACTISING)
    assert window.run("document.querySelectorAll('.practice-scores li').length") == 5
    assert window.run("document.querySelectorAll('.practice-scores .mine').length") == 1
    window.click(".practice-bar button", "Stop")
    window.wait("!document.querySelector('.practice-scores')")


def test_a_quick_match_is_predicted_without_a_desync_and_survives_a_reload(
    window: Window, site: Server
) -> None:
    window.open(f"{site.url}/?diag=1")
    window.click(".tile button[aria-label^='Loose Ends'][aria-label$=': Play']")
    window.wait("location.pathname.startsWith('/r/')")
    window.wait(PREDICTED_TICKS)
    began = window.run(PREDICTED_TICKS)
    steer(window)
    window.wait(f"{PREDICTED_TICKS} > {began} + 240")
    assert window.run(FIGURES)["desyncs"] == 0
    address = window.run("location.href")
    window.reload()
    window.wait("document.querySelector('canvas') !== null")
    window.wait("document.querySelectorAll('.score.mine').length === 1")
    assert window.run("location.href") == address
    window.open(f"{address}?diag=1")
    window.wait(PREDICTED_TICKS)
    steer(window)
    assert window.run(FIGURES)["desyncs"] == 0
    assert "desync" not in site.log()


def test_a_second_visit_without_a_network_opens_and_practises(window: Window, tmp_path: Path) -> None:
    server = Server(tmp_path, **QUICK).start()
    window.open(server.url)
    window.wait(PRACTICE_SHOWN)
    window.wait(KEPT)
    server.stop()
    window.open(server.url)
    window.wait(PRACTICE_SHOWN)
    window.hold("ArrowRight")
    window.wait(PRACTISING)
    assert "Reload" not in buttons(window)
    window.click(".practice-bar button", "Stop")
    window.click("header button[aria-label='Settings']")
    window.wait("!!document.querySelector('dialog h2')")
