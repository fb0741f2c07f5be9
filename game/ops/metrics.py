"""Metrics of one worker in Prometheus' form; the tick path only adds to plain integers."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from game import telemetry

BOUNDS_US = (100, 250, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 33_000, 66_000, 166_000, 500_000)


class Spread:
    """A histogram of microseconds."""

    __slots__ = ("counts", "sum_us", "worst_us")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_US) + 1)
        self.sum_us = 0
        self.worst_us = 0

    # hot: twice per room and tick
    def observe(self, took_us: int) -> None:
        """Count one value."""
        self.sum_us += took_us
        if took_us > self.worst_us:
            self.worst_us = took_us
        self.counts[bisect_left(BOUNDS_US, took_us)] += 1

    def buckets(self) -> list[tuple[str, float]]:
        """What Prometheus calls buckets: how many values are at most each bound, in seconds."""
        running, pairs = 0, []
        for bound, count in zip(BOUNDS_US, self.counts, strict=False):
            running += count
            pairs.append((str(bound / 1e6), float(running)))
        return [*pairs, ("+Inf", float(sum(self.counts)))]

    def quantile_us(self, share: float) -> int:
        """The bound in microseconds below which `share` (0..1) of the values lie."""
        wanted = sum(self.counts) * share
        seen = 0
        for count, bound in zip(self.counts, (*BOUNDS_US, self.worst_us), strict=True):
            seen += count
            if seen >= wanted:
                return bound
        return self.worst_us


class TickTimes:
    """The ticks of one game: how late they began, and what they cost."""

    __slots__ = ("cost", "lateness")

    def __init__(self) -> None:
        self.lateness = Spread()
        self.cost = Spread()


class Figure(NamedTuple):
    """One figure of a worker at the moment of a scrape.

    Attributes:
        name: without the prefix `rumpus_`.
        meaning: the HELP text.
        kind: "gauge", or "counter" for what only rises.
        values: by label values; () for a figure without labels.
        labels: the labels' names.
    """

    name: str
    meaning: str
    kind: Literal["gauge", "counter"]
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()


def single(name: str, meaning: str, value: float, kind: Literal["gauge", "counter"] = "gauge") -> Figure:
    """A figure without labels."""
    return Figure(name, meaning, kind, {(): value})


class WorkerCollector(Collector):
    """Reads a worker's figures when Prometheus asks, and not before."""

    def __init__(self, figures: Callable[[], Iterable[Figure]], ticks: Mapping[str, "TickTimes"]) -> None:
        self._figures = figures
        self._ticks = ticks

    def collect(self) -> Iterator[Metric]:
        """The metric families of this moment."""
        for figure in self._figures():
            of = GaugeMetricFamily if figure.kind == "gauge" else CounterMetricFamily
            family = of(f"rumpus_{figure.name}", figure.meaning, labels=figure.labels)
            for labels, value in figure.values.items():
                family.add_metric(labels, value)
            yield family
        lateness = HistogramMetricFamily(
            "rumpus_tick_lateness_seconds",
            "How long after its time a tick began, by game. Above 0.02 players feel it; all rooms late at"
            " once mean a busy core.",
            labels=("game",),
        )
        cost = HistogramMetricFamily(
            "rumpus_tick_cost_seconds",
            "What a tick took: rules, bots, encoding and sending, by game.",
            labels=("game",),
        )
        for game, times in sorted(self._ticks.items()):
            lateness.add_metric((game,), times.lateness.buckets(), times.lateness.sum_us / 1e6)
            cost.add_metric((game,), times.cost.buckets(), times.cost.sum_us / 1e6)
        yield lateness
        yield cost


def render(collector: WorkerCollector) -> bytes:
    """The text that a scrape gets: the worker's figures, what was counted, and the process's own."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return generate_latest(registry) + generate_latest(telemetry.COUNTED)
