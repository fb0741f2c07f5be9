"""One frame to many clients, each in the framing it asked for, on whatever transport it is."""

import json

import socketio

from tests.integration.transport.conftest import App, Start
from tests.integration.transport.raw import Polling, Raw
from tests.integration.transport.test_clients import wait_for


def test_each_member_gets_the_frame_in_its_own_framing(app: App) -> None:
    polling = socketio.Client(reconnection=False)
    got: list[bytes] = []
    with (
        Raw.joined(app.port, channel="a", framing="bare") as bare,
        Raw.joined(app.port, channel="a") as binary,
        Raw.joined(app.port, channel="a", framing="json") as plain,
        Raw.joined(app.port, channel="b", framing="bare") as elsewhere,
        Raw.joined(app.port, framing="bare") as nowhere,
    ):
        polling.on("s", got.append)
        polling.connect(app.url, transports=["polling"], auth={"channel": "a"}, wait_timeout=5)
        try:
            assert app.do("send", channel="a", payload="c0ffee") == {"sent": 4}
            assert bare.message() == bytes.fromhex("c0ffee")
            assert binary.message() == '451-["s",{"_placeholder":true,"num":0}]'
            assert binary.message() == bytes.fromhex("c0ffee")
            assert json.loads(plain.packet()[2:]) == ["s", {"hex": "c0ffee"}]
            wait_for(lambda: got)
            assert got == [bytes.fromhex("c0ffee")]
            assert app.do("send", channel="b", payload="00") == {"sent": 1}
            assert elsewhere.message() == b"\0"
            nowhere.text('421["echo",1]')
            assert nowhere.packet() == "431[1]"
        finally:
            polling.disconnect()


def test_polling_members_get_json_and_bare_frames_too(app: App) -> None:
    for framing, expected in (("bare", "bwP/u"), ("json", '42["s",{"hex":"c0ffee"}]')):
        polling = Polling(app.port)
        polling.post("40" + json.dumps({"channel": "b", "framing": framing}))
        polling.get()
        app.do("send", channel="b", payload="c0ffee")
        assert polling.get() == [expected]
        polling.post("1")


def test_a_member_that_upgrades_stays_a_member(app: App) -> None:
    client = socketio.Client(reconnection=False)
    got: list[bytes] = []
    client.on("s", got.append)
    client.connect(app.url, auth={"channel": "b"}, wait_timeout=5)
    try:
        wait_for(lambda: client.transport() == "websocket")
        app.do("send", channel="b", payload="01")
        wait_for(lambda: got)
        assert got == [b"\1"]
    finally:
        client.disconnect()


def test_members_leave_when_they_say_so_and_when_they_disconnect(app: App) -> None:
    before = app.until(lambda state: state["members"]["a"] == 0)
    with Raw.joined(app.port, channel="a") as one, Raw.joined(app.port, channel="a") as two:
        app.until(lambda state: state["members"]["a"] == 2)
        one.text('421["leave","a"]')
        assert one.packet() == "431[1]"
        two.sock.close()
        after = app.until(lambda state: state["members"]["a"] == 0)
    assert after["rooms"].keys() >= before["rooms"].keys()


def test_bare_messages_go_up_and_keep_their_place_among_the_others(app: App) -> None:
    with Raw.joined(app.port, framing="bare") as raw:
        for number in range(50):
            raw.send(2, bytes([number]))
            raw.text(f'42{number}["echo",{number}]')
        for number in range(50):
            assert raw.packet() == f"43{number}[{number}]"
        state = app.until(lambda state: state["numbers"].get(raw.sid) == 50)
        assert [payload for sid, payload in state["frames"] if sid == raw.sid] == [
            f"{n:02x}" for n in range(50)
        ]


def test_a_bare_handler_that_fails_costs_that_session_only(app: App) -> None:
    with Raw.joined(app.port, framing="bare") as bad, Raw.joined(app.port, framing="bare") as good:
        bad.send(2, b"fail")
        assert bad.close_code() == 1011
        good.send(2, b"fine")
        app.until(lambda state: [good.sid, b"fine".hex()] in state["frames"])


def test_without_that_agreement_binary_messages_are_attachments(app: App) -> None:
    with Raw.joined(app.port) as raw:
        raw.text('451-1["echo",{"_placeholder":true,"num":0}]')
        raw.send(2, b"attached")
        assert raw.message() == '461-1[{"_placeholder":true,"num":0}]'
        assert raw.message() == b"attached"


def test_nothing_is_left_of_clients_that_have_gone(start: Start) -> None:
    app = start()
    raws = [Raw.joined(app.port, channel="a", framing="bare") for _ in range(20)]
    app.until(lambda state: state["members"]["a"] == 20)
    for raw in raws:
        raw.sock.close()
    state = app.until(lambda state: state["sessions"] == 0 and state["connections"] == 1)
    assert state["known"] == state["environs"] == state["members"]["a"] == 0
    assert state["rooms"] == {}
    sids = [sid for sid, _ in state["disconnects"]]
    assert len(sids) == len(set(sids))
