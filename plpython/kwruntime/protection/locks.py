"""The lock of a table that is altered: short, so that nobody waits long behind it."""

from kwruntime.call import Call
from kwruntime.errors import Blocked
from kwruntime.postgres import statements
from kwruntime.postgres.query import Query
from kwruntime.protection.target import Target

_TRIES = 50
PAUSE = Query("select pg_sleep(0.1)")
"""Lets those who hold a lock go on, before it is asked for again."""


def lock(call: Call, target: Target) -> None:
    """Lock the table against readers and writers.

    Who waits for a lock has all others wait behind him. So the wait ends with the function's
    lock_timeout, and begins again after those have gone on.
    """
    text = f"lock table {target.table} in access exclusive mode"
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
