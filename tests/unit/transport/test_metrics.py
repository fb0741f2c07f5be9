"""The transport's figures for Prometheus."""

from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest

from game.transport import SocketIO
from game.transport.metrics import TransportMetrics
from game.transport.traffic import TRAFFIC


def test_the_figures_are_those_of_the_moment() -> None:
    registry = CollectorRegistry()
    registry.register(TransportMetrics(SocketIO(Flask("app"), message_queue="redis://127.0.0.1:1")))
    before = TRAFFIC.messages_out
    TRAFFIC.messages_out += 3
    text = generate_latest(registry).decode()
    TRAFFIC.messages_out = before
    assert "socketio_clients 0.0" in text
    assert f'socketio_messages_total{{way="out"}} {before + 3:.1f}' in text
    assert "socketio_queue_dropped_total 0.0" in text
