"""Prometheus figures of a Flask-SocketIO app on this transport."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from game.transport.message_queue import QueueManager
from game.transport.traffic import TRAFFIC

if TYPE_CHECKING:
    from game.transport.socketio import SocketIO


class TransportMetrics(Collector):
    """Clients, messages and bytes of this process, read when they are asked for.

    `prometheus_client.REGISTRY.register(TransportMetrics(socketio))`.
    """

    def __init__(self, socketio: "SocketIO") -> None:
        """Read from this app."""
        self._socketio = socketio

    def collect(self) -> Iterator[Metric]:
        """The figures as they are now."""
        manager = self._socketio.manager
        yield GaugeMetricFamily("socketio_clients", "Clients that are connected.", len(manager))
        ways = CounterMetricFamily("socketio_messages", "WebSocket messages.", labels=["way"])
        ways.add_metric(["in"], TRAFFIC.messages_in)
        ways.add_metric(["out"], TRAFFIC.messages_out)
        yield ways
        sizes = CounterMetricFamily("socketio_bytes", "Bytes of WebSocket frames.", labels=["way"])
        sizes.add_metric(["in"], TRAFFIC.bytes_in)
        sizes.add_metric(["out"], TRAFFIC.bytes_out)
        yield sizes
        if isinstance(manager, QueueManager):
            yield CounterMetricFamily(
                "socketio_queue_dropped", "Messages to other workers that were lost.", manager.dropped
            )
