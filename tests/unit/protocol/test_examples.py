"""The worked examples of docs/protocol.md are what the server sends and what a client understands."""

import copy
from typing import Any

import msgspec
import pytest

from game.protocol import frames
from game.protocol.examples import Examples
from game.rooms.journal import Head, Journal
from game.rooms.replication.inputs import InputStream
from game.rules import (
    OWNER,
    PRESS,
    Angle,
    Choice,
    Entities,
    Entity,
    Event,
    Fixed,
    Flag,
    Game,
    Grid,
    Int,
    Ints,
    Match,
    Track,
)
from game.rules.snapshot import load, state_hash
from game.sync import wire
from game.sync.delta import StateDecoder, StateEncoder
from game.sync.described import event_args_of
from game.sync.entries import inputs_frame, seat_bits
from game.sync.schema import Schema
from game.sync.tree import Tree
from tests.unit.rooms.predictor import Predictor

PAGE = Examples()
SCHEMA = PAGE.schema


class Walker(Entity):
    x = Fixed(24)
    heading = Angle(12)
    inking = Flag()
    trail = Track("x", when="inking")
    hand = Ints(4, see=OWNER)


class Field(Entity):
    phase = Choice("count", "live")
    width = Int()
    cells = Grid("width")
    walkers = Entities(Walker, 8)


class Walk(Game):
    name = "walk"
    State = Field
    events = (Event("bump", "seat", "force"),)

    def start(self, m: Match) -> None:
        """Nothing is there yet."""

    def step(self, m: Match, inputs: list[int]) -> None:
        """Nothing moves."""


def _examples(*kinds: str) -> list[tuple[bytes, Any]]:
    """(bytes, what stands behind the equals sign) of each block of these kinds, in order."""
    return [(data, shown) for _, data, shown in PAGE.of(*kinds)]


def _take(state: Field, tree: Tree) -> None:
    """Make a state of the rules hold what a decoded tree holds; what only grew, grows."""
    state.phase, state.width, state.cells = tree["phase"], tree["width"], bytearray(tree["cells"])
    there = {one.id: one for one in state.walkers}
    state.walkers = [there.get(number) or Walker(number) for number in tree["walkers"]]
    for walker in state.walkers:
        shown = tree["walkers"][walker.id]
        walker.x, walker.heading, walker.inking = shown["x"], shown["heading"], shown["inking"]
        walker.trail = [row[0] for row in shown["trail"]]


def test_the_page_has_examples_of_every_frame_and_message() -> None:
    assert [len(_examples(kind)) for kind in ("k", "s", "p", "clock", "up")] == [1, 8, 2, 1, 4]
    assert [data[0] & 15 for data, _ in _examples("checkpoint", "entries")] == [
        frames.CHECKPOINT,
        *[frames.ENTRIES] * 3,
    ]
    assert {data[0] & 15 for data, _ in _examples("k", "s", "p", "clock")} == set(frames.FLAGS)


def test_the_schema_is_told_like_that() -> None:
    assert Schema.of(Walk()).describe() == SCHEMA
    assert msgspec.to_builtins(SCHEMA) == PAGE.schema_json


def test_clients_of_both_framings_follow_the_examples() -> None:
    schema = SCHEMA
    by_bytes, by_json = StateDecoder(schema), StateDecoder(schema)
    names = [event.name for event in schema.events]
    number = tick = -1
    for data, shown in _examples("k", "s"):
        frame = wire.parse_frame(data, event_args_of(schema))
        if isinstance(frame, wire.Keyframe):
            assert (frame.epoch, frame.tick, frame.at_ms) == (shown["epoch"], shown["tick"], shown["at"])
            by_bytes.full(frame.full)
            by_json.apply_json_full(shown["state"])
            number, tick = frame.number, frame.tick
        elif isinstance(frame, wire.ShiftFrame):
            assert {"shift": {"tick": frame.tick, "at": frame.at_ms}} == shown
            continue
        else:
            assert isinstance(frame, wire.StateFrame)
            number, tick = number + 1, tick + frame.advance
            assert [[names[kind], *args] for kind, *args in frame.events] == shown["events"]
            by_bytes.update(frame.update)
            by_json.apply_json_changes(shown["changes"])
        assert (frame.number, number, tick) == (shown["number"], shown["number"], shown["tick"])
        assert [list(ack) for ack in frame.acks] == shown["acks"]
        assert by_bytes.state == by_json.state


def test_the_server_sends_the_examples() -> None:
    schema = Schema.of(Walk())
    state = Field()
    client = StateDecoder(schema.describe())
    encoder, both = StateEncoder(schema), StateEncoder(schema)
    names = [event.name for event in schema.events]
    tick = 0
    for data, shown in _examples("k", "s"):
        acks = [(seat, seq, margin) for seat, seq, margin in shown.get("acks", [])]
        if "state" in shown:
            client.apply_json_full(shown["state"])
            _take(state, client.state)
            encoder.start(state)
            both.start(state)
            frame = wire.keyframe(
                shown["number"], shown["epoch"], shown["tick"], shown["at"], acks, encoder.full()
            )
            assert both.full_json() == shown["state"]
        elif "shift" in shown:
            frame = wire.shift_frame(shown["shift"]["tick"], shown["shift"]["at"])
        else:
            client.apply_json_changes(copy.deepcopy(shown["changes"]))
            _take(state, client.state)
            events = [(names.index(name), *args) for name, *args in shown["events"]]
            update = encoder.update(state)
            assert both.update_json(state)[1] == shown["changes"]
            frame = wire.state_frame(shown["number"], shown["tick"] - tick, acks, events, update)
        tick = shown.get("tick", tick)
        assert frame.hex(" ") == data.hex(" ")


def test_the_server_sends_the_checkpoint_to_clients_that_run_the_rules() -> None:
    [(data, shown)] = _examples("checkpoint")
    packed = load(Walk(), bytes.fromhex(shown["packed"]))
    m = Match(Walk(), [], [0, 2], [0] * 8, 7)
    m.begin()
    journal = Journal(Head("walk", (), (0, 2), (), 7))
    rows: dict[int, list[list[int]]] = dict(shown["rows"])
    stream = None
    entropy = (shown["tick"] + shown["chance"][0], shown["chance"][1])
    while m.tick < shown["tick"]:
        if m.tick == packed.tick:
            stream = InputStream(m, journal, shown["epoch"], entropy)
        entries = [(row[0], row[1], row[2], row[3]) for row in rows.get(m.tick, [])]
        if entries:
            journal.append(m.tick, entries, [row[4] if row[0] == PRESS else 0 for row in rows[m.tick]])
        m.step(entries)
    assert stream is not None
    acks = [(seat, seq, margin) for seat, seq, margin in shown["acks"]]
    assert stream.checkpoint(m, acks, shown["at"]).binary.hex(" ") == data.hex(" ")
    client = Predictor(Walk())
    client.frame(data)
    assert client.tick == shown["tick"]
    assert client.acks == {2: 17}
    assert state_hash(client.bridge.m) == state_hash(m)


def test_the_server_sends_the_entries_to_clients_that_run_the_rules() -> None:
    [(_, checkpoint)] = _examples("checkpoint")
    tick = checkpoint["tick"]
    for data, shown in _examples("entries"):
        tick += shown["advance"]
        entries = [(tick - 1 - back, (kind, seat, a, b)) for back, kind, seat, a, b in shown["entries"]]
        margins = [(seat, margin) for seat, margin in shown["margins"]]
        chance = (tick + shown["chance"][0], shown["chance"][1]) if shown["chance"] else None
        bits = seat_bits(Walk.seats[1])
        frame = inputs_frame(tick, shown["advance"], entries, bits, shown["hash"], margins, chance)
        assert frame.hex(" ") == data.hex(" ")


def test_the_private_part_is_told_and_read_like_that() -> None:
    schema = Schema.of(Walk())
    state = Field(walkers=[Walker(1, hand=[5]), Walker(2, hand=[7])])
    encoder, both = StateEncoder(schema.private["owner"], 2), StateEncoder(schema.private["owner"], 2)
    private = SCHEMA.private
    assert private is not msgspec.UNSET
    assert private.owner is not msgspec.UNSET
    decoder = StateDecoder(private.owner)
    (whole, told_whole), (change, told_change) = _examples("p")
    encoder.start(state)
    both.start(state)
    assert wire.private_frame(2, encoder.full(), is_full=True) == whole
    assert both.full_json() == told_whole["state"]
    state.walkers[0].hand = [1, 2, 3]
    state.walkers[1].hand = [7, 9]
    assert wire.private_frame(2, encoder.update(state)) == change
    assert both.update_json(state)[1] == told_change["changes"]
    for data, shown in _examples("p"):
        frame = wire.parse_frame(data)
        assert isinstance(frame, wire.PrivateFrame)
        assert (frame.seat, frame.of_host, frame.is_full) == (shown["seat"], shown["host"], "state" in shown)
        decoder.full(frame.body) if frame.is_full else decoder.update(frame.body)
    assert decoder.state == {"walkers": {2: {"hand": [7, 9]}}}


def test_the_clock_answers_like_that() -> None:
    [(data, shown)] = _examples("clock")
    assert wire.clock_frame(shown["client"], shown["now"]) == data
    assert wire.parse_frame(data) == wire.ClockFrame(shown["client"], shown["now"])


@pytest.mark.parametrize(("data", "shown"), _examples("up"))
def test_messages_say_what_the_events_say(data: bytes, shown: list[Any]) -> None:
    message = wire.parse_message(data)
    event, argument = shown
    if isinstance(message, wire.InputMessage):
        seat, *inputs = argument
        numbered = [
            [message.first_seq + k, tick, buttons, *([] if value is None else [value])]
            for k, (tick, buttons, value) in enumerate(message.inputs)
        ]
        assert (event, seat, inputs) == ("i", message.seat, numbered)
        assert wire.input_message(message.seat, message.first_seq, message.inputs) == data
    elif isinstance(message, wire.ClockMessage):
        assert (event, argument) == ("clock", {"client": message.client})
        assert wire.clock_message(message.client) == data
    else:
        assert (event, argument) == ("resync", {})
        assert wire.resync_message() == data
