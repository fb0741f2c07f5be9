"""The transport: HTTP, WebSocket, Engine.IO and Socket.IO for any Flask app; it knows no game."""

from game.transport.manager import ClientManager
from game.transport.recovery import RecoveryLimits
from game.transport.server import HttpLimits, Server
from game.transport.slow_client import SlowClientLimits
from game.transport.socketio import SocketIO

__all__ = ["ClientManager", "HttpLimits", "RecoveryLimits", "Server", "SlowClientLimits", "SocketIO"]
