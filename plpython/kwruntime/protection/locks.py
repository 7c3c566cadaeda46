"""The lock of a table that is altered: short, so that nobody waits long behind it."""

import contextlib

from kwruntime.call import Call
from kwruntime.errors import Blocked
from kwruntime.postgres import statements
from kwruntime.postgres.query import Query
from kwruntime.protection.target import Target
from kwruntime.store.view_definitions import VIEWS_OF

_TRIES = 50
PAUSE = Query("select pg_sleep(0.1)")
"""Lets those who hold a lock go on, before it is asked for again."""
_LIMIT = Query(
    "select current_setting('lock_timeout') as before, set_config('lock_timeout', $1, true)",
    ("text",),
)


def lock(call: Call, target: Target, mode: str = "access exclusive") -> None:
    """Lock the table, against readers and writers.

    Who waits for a lock has all others wait behind him. So the wait ends with the function's
    lock_timeout, and begins again after those have gone on. A protected view comes before its
    table, in the order of those who use it.
    """
    views = [row["name"] for row in call.execute(VIEWS_OF, target.relation)]
    text = f"lock table {', '.join([*views, target.table])} in {mode} mode"
    for _ in range(_TRIES):
        try:
            with call.server.subtransaction():
                statements.run(call.server, text)
            return
        except Blocked:
            call.execute(PAUSE)
    raise Blocked(
        f"table {target.entity.name} is in use by long transactions",
        hint="Repeat the call when they have ended.",
    )


def lock_within(call: Call, target: Target) -> None:
    """Lock the table in a function that has no lock_timeout of its own."""
    before = call.execute(_LIMIT, "200ms")[0]["before"]
    lock(call, target)
    call.execute(_LIMIT, before)


def try_to_stop_writers(call: Call, target: Target) -> None:
    """Lock the table against writers, unless one of them goes on for long.

    For a function that has no lock_timeout of its own.
    """
    before = call.execute(_LIMIT, "200ms")[0]["before"]
    text = f"lock table {target.table} in share row exclusive mode"
    with contextlib.suppress(Blocked), call.server.subtransaction():
        statements.run(call.server, text)
    call.execute(_LIMIT, before)
