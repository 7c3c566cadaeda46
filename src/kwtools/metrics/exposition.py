"""Prometheus' exposition format, as prometheus_client writes it."""

import time
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from kwtools.metrics.database import View
from kwtools.metrics.reading import Definition

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

UP = Definition(
    "kwtools_up",
    "gauge",
    "Whether the database could be read (1) or not (0). At 0 this is the only metric of the"
    " database.",
)
AGE = Definition(
    "kwtools_group_age_seconds", "gauge", "How old the samples of this group of metrics are."
)
GROUP_UP = Definition(
    "kwtools_group_up", "gauge", "Whether the last reading of this group of metrics succeeded (1)."
)
OWN = (UP, AGE, GROUP_UP)
"""The metrics that no view has."""


def exposed(views: Sequence[View]) -> bytes:
    """Return the samples of databases."""
    registry = CollectorRegistry()
    registry.register(_Of(views))
    return generate_latest(registry)


class _Of(Collector):
    """What a registry collects from: samples that were read before."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = views

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with its samples of every database."""
        metrics: dict[str, Metric] = {}
        for one in (*OWN, *(one for view in self._views for one in view.definitions)):
            name = one.metric.removesuffix("_total") if one.type == "counter" else one.metric
            metrics.setdefault(one.metric, Metric(name, one.help, one.type))
        for view in self._views:
            _add_own(metrics, view)
            if view.is_up:
                _add_read(metrics, view)
        yield from (metric for metric in metrics.values() if metric.samples)


def _add_own(metrics: dict[str, Metric], view: View) -> None:
    database = {"database": view.name}
    _add(metrics[UP.metric], "", database, view.is_up)
    if not view.is_up:
        return
    now = time.monotonic()
    for name, group in view.groups.items():
        _add(metrics[AGE.metric], "", {**database, "group": name}, max(0.0, now - group.read_at))
    for name in view.groups.keys() | view.failed:
        _add(metrics[GROUP_UP.metric], "", {**database, "group": name}, name not in view.failed)


def _add_read(metrics: dict[str, Metric], view: View) -> None:
    for group in view.groups.values():
        for sample in group.samples:
            metric = metrics.get(sample.metric)
            if metric is not None:
                # No value is an empty one, for Prometheus, too.
                given = {name: value or "" for name, value in sample.labels.items()}
                labels = {**given, "database": view.name}
                _add(metric, sample.suffix, labels, sample.value)


def _add(metric: Metric, suffix: str, labels: dict[str, str], value: float) -> None:
    end = "_total" if metric.type == "counter" else suffix
    metric.add_sample(metric.name + end, labels, float(value))
