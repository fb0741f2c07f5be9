"""The vectors under tests/data/sync, which the browser's codec reads too, are fresh and read well here."""

import copy
import json

import pytest

from game.sync.delta import StateDecoder
from game.sync.described import event_args_of, read_schema
from game.sync.schema import SCALARS
from game.sync.varint import BadFrame
from game.sync.wire import Keyframe, StateFrame, parse_frame
from tests.data.sync.make import HERE, VECTORS, text_of


@pytest.mark.parametrize("name", VECTORS)
def test_the_file_is_what_the_command_makes(name: str) -> None:
    assert (HERE / f"{name}.json").read_text(encoding="utf-8") == text_of(name), (
        "run `python -m tests.data.sync.make`"
    )


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in HERE.glob("*.json")} == set(VECTORS)


@pytest.mark.parametrize("name", VECTORS)
def test_the_frames_lead_from_state_to_state(name: str) -> None:
    vector = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    schema = read_schema(vector["schema"])
    decoder = StateDecoder(schema)
    expected = StateDecoder(schema)
    event_args = event_args_of(schema)
    tick = 0
    for recorded in vector["frames"]:
        frame = parse_frame(bytes.fromhex(recorded["hex"]), event_args)
        if isinstance(frame, Keyframe):
            decoder.full(frame.full)
            tick = frame.tick
        else:
            assert isinstance(frame, StateFrame)
            decoder.update(frame.update)
            tick += frame.advance
            assert [list(event) for event in frame.events] == recorded["events"]
        expected.apply_json_full(recorded["state"])
        assert decoder.state == expected.state
        assert tick == recorded["tick"]
    before = copy.deepcopy(decoder.state)
    for garbled in vector["garbled"]:
        with pytest.raises(BadFrame):
            _follow(decoder, garbled, event_args)
        assert decoder.state == before


def _follow(decoder: StateDecoder, hexed: str, event_args: tuple[int, ...]) -> None:
    frame = parse_frame(bytes.fromhex(hexed), event_args)
    assert isinstance(frame, StateFrame)
    decoder.update(frame.update)


def test_together_they_hold_every_kind_of_field() -> None:
    kinds = set()
    for name in VECTORS:
        vector = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
        kinds |= {field["kind"] for fields in vector["schema"]["entities"].values() for field in fields}
    assert kinds == SCALARS | {"text", "ints", "series", "track", "grid", "entities"}
