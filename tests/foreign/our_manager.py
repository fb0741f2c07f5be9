"""A pytest plugin: python-socketio's tests of its client manager get ours, above a mocked engine."""

import socketio
import socketio.manager

from game.transport.library import PrivateServer
from game.transport.manager import ClientManager


class _Everybody(dict[str, object]):
    """The environ of each client that a test invents."""

    def __contains__(self, _key: object) -> bool:
        return True


class _NoEngine:
    """Has no connections: packets go out through the server of the test."""

    in_other_thread = False

    def __init__(self) -> None:
        self.sockets: dict[str, object] = {}


class Tested(ClientManager):
    """Ours, but for the engine, which a test replaces by a mock that it looks into."""

    def set_server(self, server: socketio.Server) -> None:
        """Use the test's server."""
        socketio.Manager.set_server(self, server)
        self._loads = server.packet_class.json.loads
        self._private = PrivateServer(server)
        server.environ = _Everybody()
        self._engine = _NoEngine()  # type: ignore[assignment]


socketio.manager.Manager = Tested  # type: ignore[misc]  # that is the point
