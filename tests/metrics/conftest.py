"""What the tests of the metrics share."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

from prometheus_client.parser import text_string_to_metric_families

from tests.cli.conftest import kwtools, session, there

__all__ = ["kwtools", "session", "there"]

Found = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Found:
    """Return every sample of an exposition, by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def values(text: str, name: str, **labels: str) -> list[float]:
    """Return the values of the samples of this name that have these labels."""
    return [
        value
        for (found, has), value in samples(text).items()
        if found == name and labels.items() <= dict(has).items()
    ]


def check(text: str) -> str:
    """Return what ``promtool check metrics`` says, which is nothing."""
    ran = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True
    )
    return ran.stdout + ran.stderr


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Let a process of a server stand still: connections stay, and it answers nothing."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
