"""Metrics of one worker in Prometheus' form; the tick path only adds to plain integers."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

BOUNDS_US = (500, 1000, 2000, 3000, 5000, 10_000, 20_000, 33_000, 66_000, 166_000, 500_000)


class Lateness:
    """How late ticks came, as a histogram in microseconds."""

    __slots__ = ("counts", "sum_us", "worst_us")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_US) + 1)
        self.sum_us = 0
        self.worst_us = 0

    # hot: once per room and tick
    def observe(self, late_us: int) -> None:
        """Count one tick that came `late_us` after it was due."""
        self.sum_us += late_us
        if late_us > self.worst_us:
            self.worst_us = late_us
        index = 0
        for bound in BOUNDS_US:
            if late_us <= bound:
                break
            index += 1
        self.counts[index] += 1

    def quantile_us(self, share: float) -> int:
        """The bound in microseconds below which `share` (0..1) of the ticks lie."""
        wanted = sum(self.counts) * share
        seen = 0
        for count, bound in zip(self.counts, (*BOUNDS_US, self.worst_us), strict=True):
            seen += count
            if seen >= wanted:
                return bound
        return self.worst_us


class WorkerCollector(Collector):
    """Reads a worker's figures when Prometheus asks, and not before."""

    def __init__(
        self,
        lateness: Lateness,
        gauges: Callable[[], dict[str, float]],
        counters: Callable[[], dict[str, float]],
    ) -> None:
        self._lateness = lateness
        self._gauges = gauges
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """The metric families, made anew."""
        for name, value in self._gauges().items():
            yield GaugeMetricFamily(f"rumpus_{name}", name.replace("_", " "), value=value)
        for name, value in self._counters().items():
            yield CounterMetricFamily(f"rumpus_{name}", name.replace("_", " "), value=value)
        running = 0
        buckets: list[tuple[str, float]] = []
        for bound, count in zip(BOUNDS_US, self._lateness.counts, strict=False):
            running += count
            buckets.append((str(bound / 1e6), running))
        buckets.append(("+Inf", sum(self._lateness.counts)))
        yield HistogramMetricFamily(
            "rumpus_tick_lateness_seconds",
            "how long after its time a tick was run",
            buckets=buckets,
            sum_value=self._lateness.sum_us / 1e6,
        )


def render(collector: WorkerCollector) -> bytes:
    """The text that a scrape gets."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return generate_latest(registry)
