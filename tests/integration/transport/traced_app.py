"""An app whose spans are written as lines; its arguments are a port and, if there is one, a queue."""

# mypy: ignore-errors

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import Namespace, emit  # noqa: E402
from opentelemetry import trace  # noqa: E402
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider  # noqa: E402
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult  # noqa: E402

from game.transport import SocketIO  # noqa: E402


class Lines(SpanExporter):
    """Writes each span as a line of JSON."""

    def export(self, spans):
        for span in spans:
            print(json.dumps(line_of(span)), flush=True)
        return SpanExportResult.SUCCESS


def line_of(span: ReadableSpan) -> dict[str, object]:
    """What a test compares."""
    assert span.context is not None
    return {
        "name": span.name,
        "trace": f"{span.context.trace_id:032x}",
        "span": f"{span.context.span_id:016x}",
        "parent": f"{span.parent.span_id:016x}" if span.parent else None,
        "namespace": (span.attributes or {}).get("messaging.destination.name"),
        "failed": span.status.status_code is trace.StatusCode.ERROR,
    }


provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(Lines()))
trace.set_tracer_provider(provider)

app = Flask(__name__)
socketio = SocketIO(app, **({"message_queue": sys.argv[2]} if len(sys.argv) > 2 else {}))


@socketio.on("connect")
def connect(auth=None):
    """Let anybody in."""


@socketio.on("shout")
def shout(text):
    """Tell all, and acknowledge."""
    emit("shouted", text, broadcast=True)
    return "done"


@socketio.on("fail")
def fail():
    """Fail."""
    raise ValueError("always")


class Score(Namespace):
    """A namespace as a class."""

    def on_add(self, points):
        """Acknowledge."""
        return points


socketio.on_namespace(Score("/score"))
socketio.run(app, port=int(sys.argv[1]))
