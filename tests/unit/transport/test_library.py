"""The private names of python-engineio and python-socketio are as they were when we began to use them."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import engineio
import flask_socketio
import pytest
import socketio

from game.transport import library
from game.transport.connection import Connection

TRANSPORT = Path(library.__file__).parent
EXPECTED = (
    "{name} is now {found}, and was {recorded} when we began to use it. Read what has changed, adapt the code"
    " that uses it, and record the new signature in game/transport/library.py."
)


def find(name: str) -> object:
    """The function or class behind a dotted name that begins with a module's."""
    module, path = (name[:15], name[16:]) if name.startswith("engineio.socket.") else name.split(".", 1)
    found: object = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", library.SIGNATURES)
def test_a_private_name_has_the_recorded_signature(name: str) -> None:
    recorded = library.SIGNATURES[name]
    try:
        method = find(name)
    except AttributeError:
        pytest.fail(EXPECTED.format(name=name, found="gone", recorded=recorded))
    assert callable(method)
    found = str(inspect.signature(method))
    assert found == recorded, EXPECTED.format(name=name, found=found, recorded=recorded)


def test_packets_whose_attachments_have_not_come_are_kept_where_we_look() -> None:
    server = socketio.Server(async_mode="gevent")
    assert library.PrivateServer(server).partial_packets == {}


def test_a_connection_offers_what_the_engine_calls_on_its_own_sockets() -> None:
    for name in library.SIGNATURES:
        if name.startswith("engineio.socket.Socket."):
            assert callable(getattr(Connection, name.rpartition(".")[2])), name
    for attribute in ("closed", "connected", "session", "sid", "upgraded"):
        assert hasattr(Connection, attribute), attribute


def test_every_private_name_that_is_used_is_recorded() -> None:
    """Private names on `self` in subclasses of the libraries' classes, and any on another object."""
    ours = {
        "engine.py": ("engineio.Server.", engineio.Server),
        "manager.py": ("socketio.Manager.", socketio.Manager),
        "socketio.py": ("flask_socketio.SocketIO.", flask_socketio.SocketIO),
    }
    for file, (prefix, base) in ours.items():
        used = set(
            re.findall(r"\b(?:self|super\(\))\.(_[a-z]\w*)|def (_[a-z]\w*)", (TRANSPORT / file).read_text())
        )
        theirs = {name for pair in used for name in pair if name and hasattr(base, name)}
        assert {prefix + name for name in theirs} <= set(library.SIGNATURES)
    for path in TRANSPORT.glob("*.py"):
        if path.name not in {"library.py", "writer.py"}:
            called = re.findall(r"\b(?!self\b|cls\b)\w+\._[a-z]\w*\(", path.read_text())
            assert set(called) <= {"os._exit("}, path.name  # which is public


def test_no_object_of_a_library_changes_its_class() -> None:
    for path in TRANSPORT.glob("*.py"):
        assert not re.search(r"__class__\s*=[^=]", path.read_text()), path.name
