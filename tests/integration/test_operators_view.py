"""What an operator sees of a running worker: its metrics, and its log line by line."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from game.client import Refused
from tests.integration.conftest import NewClient, Serve
from tests.integration.serving import Server
from tests.integration.test_start import start

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scrape(server: Server) -> tuple[Samples, dict[str, str]]:
    """Every sample by name and labels, and every family's HELP text."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    samples: Samples = {}
    meanings: dict[str, str] = {}
    for family in text_string_to_metric_families(text):
        meanings[family.name] = family.documentation
        for sample in family.samples:
            samples[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return samples, meanings


def value(samples: Samples, name: str, **labels: str) -> float:
    """The sum of all samples of a name that have these labels."""
    wanted = set(labels.items())
    return sum(found for (named, has), found in samples.items() if named == name and wanted <= set(has))


def test_metrics_show_rooms_players_and_faults(serve: Serve, client: NewClient) -> None:
    server = serve()
    before, _ = scrape(server)
    assert value(before, "rumpus_rooms") == 0
    ann, bob, eve = client(server), client(server), client(server)
    code = ann.create("trails", name="Ann", options={"target": 100}).code
    bob.join(code, name="Bob", spectate=True)
    ann.add_bot()
    ann.start()
    ann.wait_for(lambda: ann.match.following and ann.match.tick > 5, "the match")
    ann.call("chat", {"text": "hello", "n": 1})
    with pytest.raises(Refused) as refusal:
        eve.join("ZZZZZZ", name="Eve")
    assert refusal.value.code == "no_room"
    samples, meanings = scrape(server)

    assert value(samples, "rumpus_rooms", game="trails", phase="live") == 1
    assert value(samples, "rumpus_seats", game="trails", kind="player") == 1
    assert value(samples, "rumpus_seats", game="trails", kind="bot") == 1
    assert value(samples, "rumpus_spectators", game="trails") == 1
    assert value(samples, "rumpus_connections") == 3
    assert value(samples, "rumpus_refusals_total", event="join", code="no_room") == 1
    assert value(samples, "rumpus_rooms_opened_total", game="trails") == 1
    assert value(samples, "rumpus_matches_started_total", game="trails") == 1
    assert value(samples, "rumpus_chat_lines_total") == 1
    assert value(samples, "rumpus_desyncs_total") == 0
    for name in ("messages_in", "messages_out", "bytes_in", "bytes_out", "ticks"):
        assert value(samples, f"rumpus_{name}_total") > 0, name
    ticks = value(samples, "rumpus_tick_lateness_seconds_count", game="trails")
    assert ticks >= 5
    assert value(samples, "rumpus_tick_cost_seconds_count", game="trails") >= 5
    assert value(samples, "rumpus_build_info") == 1
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"):
        assert value(samples, name) > 0, name
    assert any(name == "python_info" for name, _ in samples)
    assert any(name == "python_gc_collections_total" for name, _ in samples)
    for name, meaning in meanings.items():
        assert len(meaning.split()) >= 3, f"{name}: {meaning!r} explains nothing"


def lines_of(server: Server) -> list[dict[str, object]]:
    """The log as JSON."""
    return [json.loads(line) for line in server.log().splitlines()]


def test_the_log_shows_the_life_of_a_worker_in_lines_with_stable_keys(
    serve: Serve, client: NewClient
) -> None:
    server = serve(
        RUMPUS_SERVER__LOG_FORMAT="json",
        RUMPUS_CLUSTER__WORKER_ID="w7",
        RUMPUS_ROOMS__ABANDONED_S="0",
        RUMPUS_ROOMS__EMPTY_ROOM_CLOSE_S="1",
        RUMPUS_ROOMS__SEAT_HOLD_S="1",
    )
    ann = client(server)
    code = ann.create("trails", name="Ann").code
    ann.add_bot()
    ann.start()
    ann.wait_for(lambda: ann.match.following, "the match")
    eve = client(server)
    for _ in range(3):
        with pytest.raises(Refused):
            eve.join("ZZZZZZ", name="Eve")
    ann.call("leave")
    eve.wait_for(lambda: "room closed" in server.log(), "the room's end")
    assert server.stop() == 0

    lines = lines_of(server)
    events = [line["event"] for line in lines]
    for event in (
        "start",
        "ready",
        "room opened",
        "match started",
        "match ended",
        "room closed",
        "drain",
        "end",
    ):
        assert events.count(event) == 1, (event, events)
    assert events.count("refused") == 1, "the same refusal of one person is logged once a minute"
    by_event = {str(line["event"]): line for line in lines}
    for line in lines:
        assert {"event", "level", "logger", "timestamp", "worker", "build"} <= line.keys(), line
        assert line["worker"] == "w7"
    assert by_event["start"]["rooms.seat_hold_s"] == 1
    assert "version" in by_event["start"]
    assert "cluster.redis_url" not in by_event["start"], "only what differs from the default"
    for event in ("room opened", "match started", "match ended", "room closed"):
        assert (by_event[event]["room"], by_event[event]["game"]) == (code, "trails"), event
    refused = by_event["refused"]
    assert (refused["command"], refused["reason"]) == ("join", "no_room")
    assert re.fullmatch(r"\S+", str(refused["conn"]))


@pytest.mark.parametrize(
    "settings", [{"RUMPUS_SERVER__HOST": "192.0.2.77"}, {"RUMPUS_SERVER__CLIENT_DIR": "none"}]
)
def test_a_log_in_json_says_in_json_why_a_worker_does_not_start(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    ended = start(tmp_path, PORT="0", RUMPUS_SERVER__LOG_FORMAT="json", **settings)
    assert ended.returncode == 1
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert lines[-1]["event"] == "cannot start"
    assert lines[-1]["level"] == "critical"
    assert lines[-1]["reason"]
