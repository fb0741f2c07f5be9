"""A chat of one page with everything that Flask-SocketIO's users build: the same code under both transports.

python docs/examples/chat.py                  on port 5000, on this transport
STOCK=1 python docs/examples/chat.py          on Flask-SocketIO's own
QUEUE=redis://localhost PORT=5001 python …    one of several workers
RECOVERY=1 python …                  clients that were away for a moment get what they missed
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402

from flask import Flask, request  # noqa: E402
from flask_socketio import Namespace, emit, join_room, leave_room, rooms  # noqa: E402

if os.environ.get("STOCK"):
    from flask_socketio import SocketIO
else:
    from game.transport import SocketIO

app = Flask(__name__)
options = {"message_queue": os.environ["QUEUE"]} if "QUEUE" in os.environ else {}
if os.environ.get("RECOVERY"):
    options["connection_state_recovery"] = True
socketio = SocketIO(app, async_mode="gevent", **options)


@app.get("/")
def page():
    return "<h1>Chat</h1>"


@socketio.on("connect")
def connect(auth):
    emit("welcome", {"you": (auth or {}).get("name", "nobody")})


@socketio.on("join")
def join(data):
    join_room(data["room"])
    emit("joined", {"name": data["name"], "rooms": sorted(set(rooms()) - {request.sid})}, to=data["room"])


@socketio.on("leave")
def leave(data):
    leave_room(data["room"])
    emit("left", data["name"], to=data["room"])
    return "you left"


@socketio.on("say")
def say(data):
    emit("said", data, to=data["room"], include_self=False)
    return {"length": len(data["text"])}  # the acknowledgement


@socketio.on("shout")
def shout(text, *more):
    emit("shouted", (text, *more), broadcast=True)


@socketio.on("picture")
def picture(data):
    emit("picture", {"bytes": data, "size": len(data)}, broadcast=True)


@socketio.on("count")
def count(last):
    socketio.start_background_task(count_to, last, request.sid)


def count_to(last, sid):
    for number in range(1, last + 1):
        socketio.sleep(0)
        socketio.emit("number", number, to=sid)


@socketio.on("fail")
def fail():
    raise ValueError("this handler always fails")


@socketio.on_error_default
def failed(error):
    emit("failed", str(error))


class Score(Namespace):
    """A namespace of its own, as a class."""

    def on_connect(self):
        self.points = getattr(self, "points", 0)

    def on_add(self, points):
        self.points += points
        self.emit("score", self.points)
        return self.points


socketio.on_namespace(Score("/score"))

if __name__ == "__main__":
    socketio.run(app, port=int(os.environ.get("PORT", "5000")))
