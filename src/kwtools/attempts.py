"""Batches of a long command that fail: what to try again, what to split, what to stop for."""

import random
import time

import psycopg

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
