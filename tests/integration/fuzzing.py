"""Random input for a server, from a seed: payloads that are nearly valid, and malformed frames."""

import json
import random
from typing import Any

from game.client.raw_frames import client_frame
from game.sync.wire import clock_message, input_message, resync_message
from game.transport.frames import BINARY, TEXT

PROPER: list[tuple[str, Any]] = [
    (
        "create",
        {"game": "trails", "private": True, "name": "Eve", "colour": 1, "shape": 2, "options": {"speed": 90}},
    ),
    ("create", {"preset": "Chaos", "options": {"pickups": ["zip"]}}),
    ("join", {"code": "KX4P7M", "spectate": False, "name": "Eve"}),
    ("quick", {"game": "trails"}),
    ("demo", {"game": "trails"}),
    ("leave", {}),
    ("profile", {"name": "Eve", "colour": 3, "shape": 4}),
    ("sit", {"spectate": True}),
    ("second", {"on": True, "name": "Adam"}),
    ("ready", {"ready": True}),
    ("team", {"seat": 0, "team": 1}),
    ("start", {}),
    ("cancel", {}),
    ("options", {"preset": "Classic", "values": {"speed": 100, "teams": 2}}),
    ("game", {"game": "trails"}),
    ("bot", {"add": True, "level": 3, "style": 1}),
    ("bot", {"remove": 1}),
    ("bot", {"seat": 1, "level": 5}),
    ("kick", {"player": "p2"}),
    ("ban", {"player": "p2"}),
    ("mute", {"player": "p2", "on": True}),
    ("transfer", {"player": "p2"}),
    ("lock", {"locked": True, "hidden": True, "private": False, "cover": True, "polite": True}),
    ("reclaim", {}),
    ("pause", {"paused": True}),
    ("verb", {"verb": 0, "value": 1}),
    ("rematch", {"want": True}),
    ("playlist", {"entries": [{"game": "trails"}, {"game": "fuse", "matches": 2}], "at": 0}),
    ("next", {"skip": True}),
    ("poll", {"open": True, "each": False}),
    ("vote", {"game": "trails"}),
    ("new_evening", {}),
    ("pack", {"text": "ask,say\nWho?,Me\n"}),
    ("pack", {"text": '[[question]]\nask = "Who?"\nsay = "Me"\n'}),
    ("lobby", {}),
    ("chat", {"text": "hello", "n": 1}),
    ("emote", {"emote": "wave"}),
    ("away", {"away": True}),
    ("rtt", {"rtt": 20}),
    ("predict", {"on": True}),
    ("desync", {"tick": 30, "hash": 5}),
    ("report", {"words": "I was not hit", "tick": 30, "hash": 5, "state": "eJw="}),
    ("resync", {}),
    ("clock", {"client": 1}),
    ("i", [0, [1, 0, 1], [2, 1, 0]]),
]
NAMES = [
    "", "*", "connect", "disconnect", "connect_error", "welcome", "room", "k", "s", "bye", "__proto__",
    "constructor", "message", "\u0000", "\ud800", "i" * 500, "constructor.prototype", "join ", "Ｊoin",
    "🎲",
]  # fmt: skip
ATOMS: list[Any] = [
    None, True, False, 0, -1, 1, 7, 8, 127, 128, 255, 1 << 28, (1 << 29) - 1, 1 << 29, 1 << 31, 1 << 53,
    1 << 63, 1 << 64, 10**40, -(1 << 40), 10**99,
    -(10**99), 0.5, 1.0, -0.0, 1e308, float("inf"), float("nan"), "", "0",
    "1", "true", "p1", "x" * 5000, "\ud800", "\u202e\u0000\u0007", "' OR 1=1 --", "../../etc/passwd",
    "a=" + "[" * 600, "a=" + "9" * 5000, "[[question]]\nask=0x" + "f" * 6000, ".".join("a" * 2000) + "=1",
    "{{7*7}}", "%s%n", "<script>", "\u0336" * 300, "ﷺ" * 50, [], {}, [[]], [{}], {"": {}},
    {"__proto__": 1}, {"_placeholder": True, "num": 0},
]  # fmt: skip


WRONG_FRAMES = [
    b"\x82\xff\x00\x00\x00\x00\x40\x00\x00\x00abcd",  # a gigabyte, announced
    b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffabcd",
    b"\x01\x80abcd" * 40,  # texts that never end
    b"\x00\x80abcd",  # a continuation of nothing
    b"\x88\x81abcd\x01",  # a close frame with half a code
    b"GET / HTTP/1.1\r\n\r\n",
]
"""Bytes that no WebSocket client sends."""


def deep(chance: random.Random) -> Any:
    """A nested value."""
    value: Any = chance.choice(ATOMS)
    for _ in range(chance.choice([3, 30, 900])):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def anything(chance: random.Random, depth: int = 2) -> Any:
    """Any JSON value, and some that only Python accepts as JSON."""
    what = chance.random()
    if what < 0.04:
        return deep(chance)
    if depth == 0 or what < 0.6:
        return chance.choice(ATOMS)
    if what < 0.8:
        return [anything(chance, depth - 1) for _ in range(chance.randrange(12))]
    keys = ["name", "code", "seat", "ready", "text", "n", "", "x" * 40, "value"]
    return {chance.choice(keys): anything(chance, depth - 1) for _ in range(chance.randrange(6))}


def bent(chance: random.Random, value: Any) -> Any:
    """A valid argument with something wrong or unusual in it."""
    if isinstance(value, dict):
        found = dict(value)
        for _ in range(chance.choice([0, 1, 1, 1, 2])):
            keys = list(found)
            what = chance.random()
            if keys and what < 0.6:
                key = chance.choice(keys)
                found[key] = bent(chance, found[key]) if chance.random() < 0.3 else anything(chance, 1)
            elif keys and what < 0.8:
                del found[chance.choice(keys)]
            else:
                found[chance.choice(["extra", "", "player", "ok", "__class__"])] = anything(chance, 1)
        return found
    if isinstance(value, list):
        found_list = list(value)
        for _ in range(chance.choice([0, 1, 2])):
            at = chance.randrange(len(found_list) + 1)
            found_list[at : at + chance.randrange(2)] = [anything(chance, 1)] * chance.choice([0, 1, 1, 9])
        return found_list
    return anything(chance, 1)


def event(chance: random.Random) -> list[Any]:
    """An event with its arguments."""
    what = chance.random()
    if what < 0.1:
        return [chance.choice(NAMES), *(anything(chance) for _ in range(chance.randrange(3)))]
    name, argument = chance.choice(PROPER)
    if what < 0.15:
        return [name, *(anything(chance) for _ in range(chance.randrange(4)))]
    return [name, bent(chance, argument)]


def packet(chance: random.Random, number: int) -> str:
    """An event as a Socket.IO packet: nearly always well-formed, mostly with a request for an answer."""
    if chance.random() < 0.1:  # without a number other code decodes it, which does not limit integers
        name, value = chance.choice(PROPER)[0], chance.choice([10**310, -(10**310), 10**4000])
        argument = [value] if name == "i" else dict.fromkeys(("client", "n", "seat", "rtt", "tick"), value)
        return f"42{json.dumps([name, argument])}"
    namespace = chance.choice([""] * 20 + ["/lobby,", "/nope,", "/,"])
    return f"42{namespace}{number}{json.dumps(event(chance))}"


def flipped(chance: random.Random, data: bytes) -> bytes:
    """The bytes with flipped bits, cut or extended."""
    found = bytearray(data)
    what = chance.random()
    if what < 0.3 and found:
        del found[chance.randrange(len(found)) :]
    elif what < 0.5:
        found += chance.randbytes(chance.randrange(1, 9))
    for _ in range(chance.randrange(1, 4)):
        if found:
            found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def bare_message(chance: random.Random) -> bytes:
    """A malformed message of the bare framing."""
    proper = [
        input_message(0, 1, [(10, 1, None), (12, 0, 5)]),
        input_message(3, 1 << 20, [(1 << 20, 3, None)] * 8),
        clock_message(1 << 40),
        resync_message(),
        b"",
        b"\x01" + b"\xff" * 40,
        bytes(range(256)),
    ]
    return (
        flipped(chance, chance.choice(proper))
        if chance.random() < 0.8
        else chance.randbytes(chance.randrange(64))
    )


def engine_packet(chance: random.Random) -> str:
    """Engine.IO and Socket.IO packets that are malformed or out of order."""
    proper = [
        "0{}", "1", "2", "2probe", "3", "3probe", "4", "5", "6", "7", "40", "40{", '40{"version":2}',
        "40/nope,{}", "41", "41/lobby,", "42", "42[]", "42{}", '42["x"', "42[1]",
        '42["ready",{"ready":true}]', "4299999999999[1]", "43", "430[]", "431[1]", "43-1[]",
        '44{"message":"x"}', "45", '451-["s",{"_placeholder":true,"num":0}]', '459999-["s"]',
        '451-["s",{"_placeholder":true,"num":7}]', "46", "461-1[]", "47[]", "b", "bé", "bAAAA", "\u0000", "",
        "4" * 3000, '42["a",' + "[" * 4000 + "]" * 4000 + "]", '42["a",1e999,-1e999,NaN]',
        '42["x","\\ud800"]',
    ]  # fmt: skip
    found = chance.choice(proper)
    if chance.random() < 0.4:
        at = chance.randrange(len(found) + 1)
        found = (
            found[:at]
            + chance.choice(["", "\u0000", "9", "[", "é", '"', "-", "/"])
            + found[at + chance.randrange(2) :]
        )
    return found


def garbled_frame(chance: random.Random) -> bytes:
    """Bytes for the socket: WebSocket frames that are malformed at one level or another."""
    what = chance.random()
    if what < 0.35:
        return client_frame(TEXT, engine_packet(chance).encode(errors="surrogatepass"))
    if what < 0.6:
        return client_frame(BINARY, bare_message(chance))
    proper = client_frame(
        chance.choice([TEXT, BINARY, 8, 9, 10, 0, 3, 11]), chance.randbytes(chance.choice([0, 1, 5, 130]))
    )
    if what < 0.9:
        head = bytearray(proper)
        head[chance.randrange(2)] ^= 1 << chance.randrange(8)
        return bytes(head)
    return chance.choice(WRONG_FRAMES) if what < 0.97 else chance.randbytes(500)
