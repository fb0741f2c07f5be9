"""OpenTelemetry spans of connects and events, also where an event crosses to another worker.

They are there when `opentelemetry-api` is installed. The application records them by a provider it chooses,
as everywhere in OpenTelemetry; without one they cost next to nothing.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import socketio

from game.transport.library import replace_event_trigger

INSTALLED = find_spec("opentelemetry") is not None and find_spec("opentelemetry.trace") is not None

if INSTALLED:
    from opentelemetry import propagate, trace

    _TRACER = trace.get_tracer("rumpus.transport")
    _BY_ENVIRONMENT = "OTEL_PYTHON_TRACER_PROVIDER" in os.environ


def _is_recording() -> bool:
    """Whether the application has chosen a provider."""
    # `get_tracer_provider` looks into the environment at each call, 7 % of an event. So what it keeps comes
    # first; a release of OpenTelemetry that keeps it elsewhere is asked the long way.
    if not _BY_ENVIRONMENT and getattr(trace, "_TRACER_PROVIDER", trace) is None:
        return False
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def trace_handlers(server: socketio.Server) -> None:
    """Let each connect and each event that has a handler be a span; does nothing without OpenTelemetry.

    A connect continues the trace that the handshake's `traceparent` header names.
    """
    if not INSTALLED:
        return

    def traced(trigger: Callable[..., object], event: str, namespace: str, *arguments: Any) -> object:  # noqa: ANN401
        if not _is_recording():
            return trigger(event, namespace, *arguments)
        # A client chooses its events' names: only those that the application knows become names of spans.
        name = event if _is_known(server, event, namespace) else "unknown"
        headers: dict[str, str] = {}
        if event == "connect" and len(arguments) > 1 and isinstance(arguments[1], dict):
            environ = arguments[1]
            for header in ("traceparent", "tracestate", "baggage"):
                value = environ.get("HTTP_" + header.upper())
                if isinstance(value, str):
                    headers[header] = value
        with _TRACER.start_as_current_span(
            f"socketio {name}",
            context=propagate.extract(headers) if headers else None,
            kind=trace.SpanKind.SERVER if event == "connect" else trace.SpanKind.CONSUMER,
            attributes={
                "messaging.system": "socketio",
                "messaging.destination.name": namespace,
                "messaging.operation.name": name,
                "socketio.sid": str(arguments[0]) if arguments else "",
            },
        ):
            return trigger(event, namespace, *arguments)

    replace_event_trigger(server, traced)


def _is_known(server: socketio.Server, event: str, namespace: str) -> bool:
    if event in ("connect", "disconnect") or event in server.handlers.get(namespace, ()):
        return True
    return isinstance(event, str) and hasattr(server.namespace_handlers.get(namespace), f"on_{event}")


def carry() -> dict[str, str]:
    """The current trace, to be sent beside an event to other workers; empty if there is none."""
    carrier: dict[str, str] = {}
    if INSTALLED:
        propagate.inject(carrier)
    return carrier


@contextmanager
def delivery(carrier: object, namespace: str) -> Iterator[None]:
    """A span for an event of another worker that is given to the clients of this one.

    Args:
        carrier: what `carry` returned there; without it there is no span.
        namespace: the event's.
    """
    if not INSTALLED or not isinstance(carrier, dict) or not carrier:
        yield
        return
    with _TRACER.start_as_current_span(
        "socketio deliver",
        context=propagate.extract(carrier),
        kind=trace.SpanKind.CONSUMER,
        attributes={"messaging.system": "socketio", "messaging.destination.name": namespace},
    ):
        yield
