"""The rules in each browser's own worker reach the same states as under CPython."""

import json
from typing import Any

import pytest

from game.games.fuse import Fuse
from game.games.trails import Trails
from game.rules import PRESS, Game
from tests.browsers.driving import Window
from tests.integration.serving import ROOT, Server
from tests.unit.games.harness import Journal, bot_match

pytestmark = [pytest.mark.browsers, pytest.mark.needs_node, pytest.mark.timeout(240)]

TICKS = 5_000
"""In all journals of a browser together."""
HASH_EVERY = 10

REPLAY = """async ({ worker, game, setup, steps }) => {
    const { games } = await (await fetch("/rules/index.json")).json();
    const line = new Worker(worker, { type: "module" });
    const found = [];
    await new Promise((done) => {
        line.onerror = (event) => { found.push({ reply: "failed", reason: event.message }); done(); };
        line.onmessage = ({ data }) => {
            if (data.reply === "opened") {
                line.postMessage({ call: "begin", generation: 1, setup, bots: [] });
                for (const { until, rows, hash } of steps)
                    line.postMessage({ call: "confirm", until, rows, words: [], hash });
                const last = steps.at(-1).until;
                line.postMessage({ call: "look", first: last, last, own: [], near: -1, stamp: 1 });
                return;
            }
            found.push(data.reply === "snapshot" ? { reply: "snapshot", tick: data.numbers[1] } : data);
            if (data.reply === "snapshot" || data.reply === "failed") done();
        };
        line.postMessage({ call: "open", url: games[game], mailbox: null });
    });
    line.terminate();
    return found;
}"""


def replay(window: Window, journal: Journal) -> list[dict[str, Any]]:
    """What the browser's worker says about a journal: every tick whose hash differs, then the last tick."""
    (worker,) = (ROOT / "web/dist/assets").glob("worker-*.js")
    entries = journal.at()
    ends = [*range(HASH_EVERY, journal.ticks, HASH_EVERY), journal.ticks]
    steps = [
        {
            "until": end,
            "rows": [
                number
                for tick in range(start, end)
                for entry in entries.get(tick, [])
                for number in (tick, *entry)
            ],
            "hash": journal.hashes[end],
        }
        for start, end in zip([0, *ends], ends, strict=False)
    ]
    job = {
        "worker": f"/assets/{worker.name}",
        "game": journal.game.name,
        "setup": {
            "options": journal.chosen,
            "seats": journal.seats,
            "teams": journal.teams,
            "seed": journal.seed,
        },
        "steps": steps,
    }
    found: list[dict[str, Any]] = window.run(f"({REPLAY})({json.dumps(job)})")
    return found


def recorded(game: Game, number: int, ticks: int) -> Journal:
    """A match of bots in which seats are left and taken; with every second number in teams."""
    most = game.seats[1]
    teams = [seat % 2 + 1 for seat in range(most)] if number % 2 else []
    levels = [1 + (number + seat) % 5 for seat in range(most)]
    return bot_match(
        game,
        range(most - number % 3),
        400 + number,
        ticks=ticks,
        teams=teams,
        levels=levels,
        come_and_go=True,
    )


def test_five_thousand_ticks_are_equal_in_the_browsers_worker(window: Window, site: Server) -> None:
    window.open(f"{site.url}/sw.js")  # a page of the site that runs no script
    played, number = 0, 0
    while played < TICKS:
        game = (Trails(), Fuse())[number % 2]
        journal = recorded(game, number, min(1_500, TICKS - played))
        assert replay(window, journal) == [{"reply": "snapshot", "tick": journal.ticks}], journal.line()[
            :2000
        ]
        played += journal.ticks
        number += 1


def test_a_changed_press_is_seen(window: Window, site: Server) -> None:
    window.open(f"{site.url}/sw.js")  # a page of the site that runs no script
    journal = recorded(Trails(), 0, 300)
    assert any(entry[0] == PRESS for _, due in journal.entries for entry in due)
    journal.entries = [
        (tick, [(kind, seat, 0 if kind == PRESS else a, b) for kind, seat, a, b in due])
        for tick, due in journal.entries
    ]
    assert {"desync"} <= {answer["reply"] for answer in replay(window, journal)}
