"""Batches of a long command that fail: what to try again, what to split, what to stop for."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg

T = TypeVar("T")

OUTAGE = ("KW204", "KW208")
"""What says that a KMS is not there now, as the runtime has it."""

AGAIN = ("40001", "40P01")
"""What another transaction caused: the same batch may succeed."""

IN_USE = "55P03"
"""Another transaction holds a lock that was waited for."""

OF_THE_SESSION = ("KW001", "KW100", "08", "25", "42", "53", "57P", "58")
"""What fails whatever the rows: halving the batch would only meet it again."""

TRIES = 10


def pause(tries: int) -> None:
    """Wait before a batch is tried again: longer after each try."""
    time.sleep(0.05 * 2 ** min(tries, 6) * random.uniform(0.5, 1))  # noqa: S311


def retried(work: Callable[[], T], again: Sequence[str], *, ours_too: bool = True) -> T:
    """Do a piece of work, again where it fails with one of these SQLSTATEs.

    Without ``ours_too``, not where kwtools raised it, which has waited itself.
    """
    for tries in range(1, TRIES + 1):
        try:
            return work()
        except psycopg.Error as error:
            is_ours = primary(error).startswith("kwtools: ")
            if error.sqlstate not in again or tries == TRIES or (is_ours and not ours_too):
                raise
            pause(tries)
    raise AssertionError


def primary(error: psycopg.Error) -> str:
    """Return the message of an error."""
    return error.diag.message_primary or str(error)


def with_detail(error: psycopg.Error) -> str:
    """Return the message of an error that kwtools raised, and its detail, which holds no value."""
    detail = error.diag.message_detail
    return f"{primary(error)}. {detail}".removesuffix(".") if detail else primary(error)


def told(error: psycopg.Error) -> str:
    """Return the message of an error and its hint."""
    hint = error.diag.message_hint
    return f"{primary(error)}. {hint}" if hint else primary(error)
