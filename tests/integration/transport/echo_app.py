"""A small application on our transport, in a process of its own: `tests.integration.transport.echo_app`.

Takes one JSON argument: {"manager": {...}, "slow": {...}, "http": {...}, "server": {...}, "read_every_s": s};
prints its port.
What tests want to know is told at /state, what they want done is done by Socket.IO events or at /do.
"""

import gc
import json
import logging
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import gevent.event
from flask import Flask, Response, request, stream_with_context
from flask_socketio import SocketIO

from game import error_log
from game.transport.manager import ClientManager, EncodedMessage, Framing, SlowClientLimits
from game.transport.server import HttpLimits, Server

options: dict[str, Any] = json.loads(sys.argv[1])
logging.basicConfig(level=logging.WARNING, stream=sys.stderr)

app = Flask(__name__)
manager = ClientManager(
    SlowClientLimits(**options.get("slow", {})),
    report=error_log.report,
    **{"max_payload_bytes": 16 << 10, "max_attachments": 8, **options.get("manager", {})},
)
sio = SocketIO(
    app,
    client_manager=manager,
    async_mode="gevent",
    async_handlers=False,
    transports=["websocket", "polling"],
    **{"ping_interval": 5, "ping_timeout": 4, **options.get("server", {})},
)
server = sio.server
channels = {name: manager.channel(name) for name in ("a", "b")}

told: dict[str, Any] = {
    "connects": Counter(),
    "disconnects": [],
    "frames": [],
    "notes": [],
    "holding": [],
    "stale": [],
    "drained": [],
    "acks": [],
}
numbers: Counter[str] = Counter()
hold = gevent.event.Event()
ticking: list[Any] = []


# --- Socket.IO ------------------------------------------------------------------------------------


def connect(sid: str, environ: dict[str, Any], auth: dict[str, Any] | None = None) -> bool:
    auth = auth or {}
    if auth.get("hold"):
        hold.wait()
    if auth.get("fail"):
        raise RuntimeError("a connect handler that fails")
    told["connects"][sid] += 1
    if "framing" in auth:
        manager.set_framing(sid, Framing(auth["framing"]), partial(on_frame, sid))
    if "channel" in auth:
        channels[auth["channel"]].add(sid)
    return bool(auth.get("welcome", True))


def disconnect(sid: str, reason: str) -> None:
    told["disconnects"].append([sid, reason])


for namespace in ("/", "/other"):
    server.on("connect", connect, namespace=namespace)
    server.on("disconnect", disconnect, namespace=namespace)


@server.on("echo", namespace="*")
def echo(namespace: str, sid: str, *args: Any) -> Any:
    return args


@server.on("echo")
def echo_root(sid: str, *args: Any) -> Any:
    return args


@server.on("echo", namespace="/other")
def echo_other(sid: str, *args: Any) -> Any:
    return ("other", *args)


@server.on("back")
def back(sid: str, *args: Any) -> None:
    server.emit("back", args, to=sid)


@server.on("ask")
def ask(sid: str, *args: Any) -> None:
    server.emit("question", args, to=sid, callback=lambda *answer: told["acks"].append(repr(answer)))


@server.on("many")
def many(sid: str, count: int) -> None:
    for number in range(count):
        server.emit("number", number, to=sid)

        manager.send(sid, EncodedMessage("s", number.to_bytes(4, "big"), partial(int, number)))


@server.on("fail")
def fail(sid: str, *args: Any) -> None:
    raise RuntimeError("a handler\nthat fails")


@server.on("bye")
def bye(sid: str) -> None:
    server.disconnect(sid)


@server.on("number")
def number(sid: str, value: int) -> None:
    numbers[sid] += 1


@server.on("slow note")
def slow_note(sid: str, text: Any) -> None:
    gevent.sleep(0.001)
    told["notes"].append([sid, text])


@server.on("held note")
def held_note(sid: str, text: Any) -> None:
    told["holding"].append(sid)
    hold.wait()
    told["notes"].append([sid, text])


def quick_note(sid: str, text: Any) -> None:
    if text == "fail":
        raise RuntimeError("a quick handler that fails")
    told["notes"].append([sid, text])


manager.quick_events["note"] = quick_note


@server.on("leave")
def leave(sid: str, name: str) -> int:
    channels[name].remove(sid)
    return len(channels[name])


def on_frame(sid: str, payload: bytes) -> None:
    if payload == b"fail":
        raise RuntimeError("on_frame that fails")
    told["frames"].append([sid, payload.hex()])
    del told["frames"][:-1000]
    numbers[sid] += 1


def on_drained(sid: str) -> None:
    told["drained"].append(sid)
    manager.send(sid, EncodedMessage("k", b"keyframe"))
    manager.resume(sid)


manager.on_stale = told["stale"].append
manager.on_drained = on_drained


# --- HTTP -----------------------------------------------------------------------------------------


@app.get("/state")
def state() -> dict[str, Any]:
    deep = "deep" in request.args
    if deep:
        gc.collect()
    return {
        **told,
        "numbers": numbers,
        "members": {name: len(channel) for name, channel in channels.items()},
        "sessions": len(server.eio.sockets),
        "known": len(manager._connections),
        "environs": len(server.environ),
        "rooms": {name or "all": len(room) for name, room in manager.rooms.get("/", {}).items()},
        "queued": sum(manager.queued_bytes(sid) for sid in list(manager._connections)),
        "most_queued": max([0, *(manager.queued_bytes(sid) for sid in list(manager._connections))]),
        "connections": http.connections,
        "greenlets": sum(isinstance(one, gevent.Greenlet) for one in gc.get_objects()) if deep else None,
        "rss_kb": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024,
    }


@app.post("/do")
def do() -> dict[str, Any]:
    order = request.get_json()
    what = order["what"]
    if what == "send":
        payload = bytes.fromhex(order["payload"])
        message = EncodedMessage("s", payload, lambda: {"hex": payload.hex()})
        return {"sent": channels[order["channel"]].send(message, order.get("droppable", True))}
    if what == "tick":  # a broadcast `size` bytes long every `every_s`, numbered
        ticking.append(
            gevent.spawn(tick, order["channel"], order["size"], order["every_s"], order["droppable"])
        )
    elif what == "calm":
        gevent.killall(ticking)
        ticking.clear()
    elif what == "emit":
        server.emit("all", order["data"])
    elif what == "close":
        manager.close(order["sid"], order["reason"])
    elif what == "drain":
        manager.draining = order["value"]
    elif what == "go":
        hold.set()
    return {}


def tick(name: str, size: int, every_s: float, droppable: bool) -> None:
    number = 0
    while True:
        number += 1
        channels[name].send(EncodedMessage("s", number.to_bytes(4, "big") + bytes(size - 4)), droppable)
        gevent.sleep(every_s)


@app.get("/big")
def big() -> Response:
    size = int(request.args["size"])
    return Response((bytes(8192) for _ in range(size // 8192)), headers={"Content-Length": str(size)})


@app.get("/stream")
def stream() -> Response:
    """The first byte, and all others after a pause."""

    def parts() -> Iterator[bytes]:
        yield b"x"
        gevent.sleep(float(request.args["pause_s"]))
        yield b"y" * int(request.args["bytes"])

    return Response(stream_with_context(parts()))


@app.post("/late")
def late() -> str:
    """Read a body long after its head."""
    gevent.sleep(float(request.args["pause_s"]))
    return str(len(request.get_data()))


@app.post("/body")
def body() -> dict[str, int]:
    return {"size": len(request.get_data())}


@app.get("/crash")
def crash() -> Response:
    if "late" in request.args:
        raise gevent.Timeout(1)
    raise RuntimeError("a view that fails")


app.config["PROPAGATE_EXCEPTIONS"] = True


def stop() -> None:
    manager.close_all("server stopping", 1001)
    http.stop(options.get("stop_s", 3.0))


def take_turns(every_s: float) -> None:
    """Read as a server with ticks does."""
    while True:
        manager.read()
        gevent.sleep(every_s)


if "read_every_s" in options:
    gevent.spawn(take_turns, options["read_every_s"])
http = Server(("127.0.0.1", 0), app, limits=HttpLimits(**options.get("http", {})), report=error_log.report)
gevent.signal_handler(signal.SIGTERM, stop)
http.start()
print(http.port, flush=True)
http.serve_forever()
