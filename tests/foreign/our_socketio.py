"""A pytest plugin: a test that imports `SocketIO` of flask_socketio gets ours."""

import flask_socketio

from game.transport import SocketIO

flask_socketio.SocketIO = SocketIO  # type: ignore[misc]  # that is the point
