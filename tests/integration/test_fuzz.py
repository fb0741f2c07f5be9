"""Random input harms only its sender: no traceback in the log, and other matches go on."""

import json
import os
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from game.client import Client, ConnectionRefused, NoAnswer, RawClient
from tests.integration.conftest import NewClient, Serve
from tests.integration.fuzzing import WRONG_FRAMES, garbled_frame, packet
from tests.integration.serving import Server

SEED = int(os.environ.get("FUZZ_SEED", "1"))
PAYLOADS, FRAMES = 1000, 200
LONG = {"target": 100, "rounds": 12}
ALL_STATES = {"RUMPUS_SCHEDULER__SEND_EVERY_MAX": "1"}
"""A server that sends every state, however busy the machine is."""


class Bystanders:
    """Two players and two bots in a match, one by bytes and one by JSON. They notice any disturbance."""

    def __init__(self, ann: Client, bob: Client) -> None:
        self.ann, self.bob = ann, bob
        bob.join(ann.create("trails", options=LONG, name="Ann").code, name="Bob")
        ann.add_bot(level=5)
        ann.add_bot(level=5)
        ann.start()
        for one in (ann, bob):
            one.wait_for(lambda one=one: one.match.states > 5)  # type: ignore[misc]

    @contextmanager
    def undisturbed(self, server: Server) -> Iterator[None]:
        """Check that the match went on all the time; the log of the server is checked after the test."""
        before = [(one.match.tick, one.match.states, one.match.keyframes) for one in (self.ann, self.bob)]
        yield
        for one, (tick, states, keyframes) in zip((self.ann, self.bob), before, strict=True):
            match = one.match
            one.wait_for(lambda match=match, tick=tick: match.tick > tick + 10)  # type: ignore[misc]
            assert one.connected
            assert match.resyncs == 0, "the sequence of the states is unbroken"
            assert match.keyframes == keyframes, "nobody had to begin anew"
            assert match.states - states == match.tick - tick, "every tick was sent"
        seq = self.ann.press(self.ann.match.tick & 1)
        self.bob.wait_for(lambda: self.bob.match.acks.get(0, (0, 0))[0] == seq)
        assert server.alive


class Nuisance:
    """A client that sends random input, on a new connection when the last one was closed."""

    def __init__(self, server: Server, code: str) -> None:
        self.server = server
        self.code = code
        self.one: RawClient | None = None
        self.ends: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.codes: Counter[int | None] = Counter()

    def connection(self, chance: random.Random) -> RawClient:
        """An open connection: in the room of the bystanders, in another room, or in none."""
        if self.one is None or self.one.closed:
            self.one = RawClient.at(self.server.url, follow=True).connect()
            where = chance.random()
            try:
                if where < 0.4:
                    self.one.call("join", {"code": self.code})
                elif where < 0.8:
                    self.one.call("create", {"game": "trails"})
            except Exception as error:
                raise AssertionError(f"a proper command was not carried out: {error!r}") from error
        return self.one

    def settle(self, one: RawClient, number: int) -> None:
        """Wait until the server has handled everything: it answers a command, or has disconnected."""
        done: list[object] = []
        one.emit("clock", {"client": number}, done.append)
        try:
            one.wait_for(lambda: bool(done))
        except ConnectionRefused as refused:
            self.ends[refused.code or "cut"] += 1

    def hang_up(self, one: RawClient) -> None:
        """Close the connection, and wait until the server has read everything and closed it, too."""
        try:
            one.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has closed it already
        while not one.closed:
            try:
                one.wait_for(lambda: one.closed)
            except ConnectionRefused:
                break
        self.codes[one.close_code] += 1


def test_a_thousand_odd_payloads_disturb_nobody(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_LIMITS__STRIKES="25", **ALL_STATES)
    bystanders = Bystanders(client(server), client(server))
    chance = random.Random(SEED)
    nuisance = Nuisance(server, bystanders.ann.here.code)
    with bystanders.undisturbed(server):
        for number in range(1, PAYLOADS + 1):
            one = nuisance.connection(chance)
            one.on_answer = lambda answer: nuisance.answers.update([str(answer.get("code", "ok"))])
            one.send_text(packet(chance, 1_000_000 + number))
            nuisance.settle(one, number)
    assert nuisance.ends["strikes"] >= 3, nuisance.ends
    assert nuisance.answers["bad_request"] > 100, nuisance.answers
    assert nuisance.answers["ok"] > 50, "much of it was nearly right"
    assert nuisance.answers["internal"] == 0


def test_garbled_frames_disturb_nobody(serve: Serve, client: NewClient) -> None:
    server = serve(RUMPUS_SERVER__MAX_CONNECTIONS_PER_ADDRESS="1000", **ALL_STATES)
    bystanders = Bystanders(client(server), client(server))
    chance = random.Random(SEED)
    nuisance = Nuisance(server, bystanders.ann.here.code)
    with bystanders.undisturbed(server):
        for number in range(FRAMES):
            one = nuisance.connection(chance)
            known = number < len(WRONG_FRAMES)
            one.send_bytes(WRONG_FRAMES[number] if known else garbled_frame(chance))
            nuisance.hang_up(one)
    assert nuisance.codes[1002] >= 10, nuisance.codes
    assert nuisance.codes[1009] >= 1, nuisance.codes


def test_a_flood_from_many_connections_disturbs_nobody(serve: Serve, client: NewClient) -> None:
    server = serve(
        RUMPUS_LIMITS__COMMAND_RATE_PER_S="5",
        RUMPUS_LIMITS__COMMAND_BURST="20",
        RUMPUS_LIMITS__STRIKES="1000",
        **ALL_STATES,
    )
    bystanders = Bystanders(client(server), client(server))
    code = bystanders.ann.here.code
    failed: list[BaseException] = []

    def flood(seed: int) -> None:
        chance = random.Random(seed)
        try:
            one = RawClient.at(server.url).connect()
            one.call("join", {"code": code, "spectate": True})
            for number in range(400):
                one.send_text(f"42{number}" + json.dumps(["clock", {"client": chance.randrange(1000)}]))
                one.send_bare(b"\x03")
                one.receive()
            one.close()
        except (NoAnswer, ConnectionRefused):
            pass
        except BaseException as error:  # noqa: BLE001  a thread reports any exception to the test
            failed.append(error)

    with bystanders.undisturbed(server):
        threads = [threading.Thread(target=flood, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert failed == []
