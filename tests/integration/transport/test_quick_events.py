"""Events that are taken right from the event loop, and reading from a crowd."""

from typing import Any

import pytest

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import TEXT, Raw


def notes(state: dict[str, Any], raw: Raw) -> list[Any]:
    return [text for sid, text in state["notes"] if sid == raw.sid]


@pytest.mark.parametrize("framing", ["json", "binary", "bare"])
def test_quick_events_are_taken_in_every_framing(app: App, framing: str) -> None:
    with Raw.joined(app.port, framing=framing) as raw:
        wanted: list[Any]
        wanted = [
            "one",
            "zw\N{LATIN SMALL LETTER O WITH DIAERESIS}lf",
            3,
            None,
            [{}],
            "long " * 100,
        ]
        for text in wanted:
            raw.emit("note", text)
        app.until(lambda state: notes(state, raw) == wanted)


def test_quick_events_keep_their_place_behind_slow_ones(app: App) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        for number in range(60):
            raw.emit("slow note" if number % 3 == 0 else "note", number)
        app.until(lambda state: notes(state, raw) == list(range(60)))


@pytest.mark.parametrize("framing", ["json", "bare"])
def test_nothing_overtakes_a_handler_that_is_at_work(start: Start, framing: str) -> None:
    app = start()
    with Raw.joined(app.port, framing=framing) as raw:
        raw.emit("held note", "first")
        app.until(lambda state: state["holding"] == [raw.sid])
        raw.emit("note", "second")
        raw.send(2, b"bare") if framing == "bare" else raw.emit("note", "third")
        for _ in range(3):  # the server has turned to everyone by then
            state = app.state()
            assert state["notes"] == state["frames"] == []
        app.do("go")
        if framing == "bare":
            state = app.until(lambda state: state["frames"])
            assert state["frames"] == [[raw.sid, b"bare".hex()]]
            assert notes(state, raw) == ["first", "second"]
        else:
            app.until(lambda state: notes(state, raw) == ["first", "second", "third"])


def test_pieces_of_a_quick_event_are_put_together(app: App) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        raw.send(TEXT, '42["note",', fin=False)
        raw.send(0, "1]")
        raw.emit("note", 2)
        app.until(lambda state: notes(state, raw) == [1, 2])


def test_a_quick_handler_that_fails_is_told_and_harms_nobody(app: App) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        raw.emit("note", "fail")
        raw.emit("note")
        raw.emit("note", 1, 2)
        raw.emit("note", "fine")
        app.until(lambda state: notes(state, raw) == ["fine"])
    assert "a quick handler that fails" in app.log()


@pytest.mark.parametrize(
    "text",
    ['42["note",', '42["note"]]', "42[]", "42[1]", '42["disconnect"]', "42[" + "[" * 90, "42[\x7f"],
)
def test_nonsense_that_begins_like_a_quick_event_is_refused_as_ever(app: App, text: str) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        raw.text(text)
        assert raw.close_code() == 1002


def test_text_that_is_no_utf8_is_refused_though_it_is_short(app: App) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        raw.send(TEXT, b'42["note","\xff"]')
        assert raw.close_code() == 1007


def test_who_has_left_the_namespace_is_not_heard(app: App) -> None:
    with Raw.joined(app.port, framing="json") as raw:
        raw.join("/other")
        raw.emit("note", 1)
        raw.text("41")
        raw.emit("note", 2)
        raw.text('42/other,5["echo"]')
        assert raw.packet() == '43/other,5["other"]'
        assert notes(app.state(), raw) == [1]


def test_a_message_limit_below_a_short_frame_holds(start: Start) -> None:
    app = start(manager={"max_payload_bytes": 60})
    with Raw.joined(app.port, framing="json") as raw:
        raw.emit("note", "fits")
        raw.emit("note", "x" * 70)
        assert raw.close_code() == 1009
    assert notes(app.state(), raw) == ["fits"]


@pytest.mark.parametrize("read_every_s", [0.002, None])
def test_a_crowd_is_read_to_the_last(start: Start, read_every_s: float | None) -> None:
    options = {} if read_every_s is None else {"read_every_s": read_every_s}
    app = start(**options, http={"max_connections_per_address": 0}, server={"ping_interval": 60})
    raws = [Raw.joined(app.port, framing="bare" if k % 2 else "json") for k in range(700)]
    for k, raw in enumerate(raws):
        if k % 2:
            raw.send(2, b"all at once")
        raw.emit("note", k)
    app.until(lambda state: all(notes(state, raws[k]) == [k] for k in (0, 1, 350, 698, 699)))
    state = app.until(lambda state: len(state["notes"]) == 700, 20)
    assert sorted(text for _, text in state["notes"]) == list(range(700))
    assert all(state["numbers"].get(raw.sid) == 1 for raw in raws[1::2])
    for raw in raws[:-1]:
        raw.sock.close()
    state = app.until(lambda state: state["sessions"] == 1)
    last = raws[-1]
    last.text('421["echo","alone"]')
    assert last.packet() == '431["alone"]'
    last.sock.close()
