"""A table worked through in batches, a transaction each, beside its writers."""

import time
from collections.abc import Callable

from kwtools.interrupts import Interrupts

# Triggers of the table need the search_path that the role has elsewhere.
OWN_PATH = """
select set_config(
    'search_path', (select s.reset_val from pg_settings s where s.name = 'search_path'), true
)
"""
_LONG, _SHORT = 0.5, 0.2
"""Seconds of a batch after which the next one is smaller, and below which it is larger."""


def in_batches(
    work: Callable[[int], int], batch: int, rate: int | None, advance: Callable[[int], None]
) -> None:
    """Work at the next rows until none is left; ``work`` and ``advance`` are told how many.

    Writers wait for the batch in progress, so a batch that takes long is followed by a smaller
    one. Raises ``KeyboardInterrupt`` after the batch in which Ctrl-C was pressed.
    """
    limit = batch if rate is None else min(batch, rate)
    size = max(1, limit // 4)
    with Interrupts() as interrupts:
        while True:
            began = time.monotonic()
            passed = work(size)
            took = time.monotonic() - began
            if not passed:
                return
            advance(passed)
            interrupts.check()
            if took > _LONG:
                size = max(1, size // 2)
            elif took < _SHORT:
                size = min(limit, size * 2)
            if rate is not None:
                time.sleep(max(0.0, passed / rate - took))
                interrupts.check()
