"""``kwtools health``."""

import argparse
import time
from collections.abc import Sequence

import psycopg

from kwtools.commands._parser import Subparsers, add_dsn, positive_number
from kwtools.commands._session import connected
from kwtools.connections import transaction
from kwtools.output import clear_screen, flush, print_rows, tell

DOWN = "down"
_COLUMNS = ("key", "provider", "reference", "status", "ms", "uptime", "checked", "closed", "error")
# What a key closes reads every wrapper, so it is asked for those that are down.
_HEALTH = """
select
    h.kms_key_id,
    h.provider,
    h.external_key_ref,
    case when h.key_status = 'active' then coalesce(h.status, 'never probed') else h.key_status end,
    h.latency_ms,
    h.uptime_percent_1d::float,
    to_char(h.checked_at, 'YYYY-MM-DD HH24:MI:SSTZH:TZM'),
    case when h.key_status = 'active' and h.status = 'down' then h.closed_wrappers end,
    h.error
from kw.kms_health h
order by h.kms_key_id
"""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "health",
        help="probe the KMS keys, and show which are up, slow or down",
        description="Probes every active KMS key with kw.check_kms(), which records what it finds,"
        " and shows the latest of each: status, milliseconds, uptime in percent over a day, and"
        " for a key that is down how many wrappers do not open without it. Run it as a superuser,"
        " kw_admin or kw_operator. Exit code 1 means that a key is down.",
    )
    add_dsn(parser)
    parser.add_argument(
        "--recorded", action="store_true",
        help="do not probe: show the latest recorded results (a kw_auditor may do this)",
    )  # fmt: skip
    parser.add_argument(
        "--watch", type=positive_number(86_400), nargs="?", const=5.0, metavar="SECONDS",
        help="do it again and again, until Ctrl-C (every %(const)g seconds); it waits for a server"
        " that went away",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    answered = False
    while True:
        try:
            rows = _health(options)
        except psycopg.OperationalError as error:
            if not answered:  # then it may be the address that is wrong
                raise
            tell(f"{_first_line(error)}; trying again")
        else:
            answered = options.watch is not None
            if answered and not options.json:
                clear_screen()
            print_rows(_COLUMNS, rows, as_json=options.json)
            flush()  # so that a pipe shows each round when it ends
            if not answered:
                return 1 if any(row[_COLUMNS.index("status")] == DOWN for row in rows) else 0
        time.sleep(options.watch)


def _health(options: argparse.Namespace) -> Sequence[Sequence[object]]:
    """Probe and read, in a session of its own: what a new client would meet."""
    with connected(options.dsn, "health") as connection:
        if not options.recorded:
            with transaction(connection):
                standby = connection.execute("select pg_is_in_recovery()").fetchone()
            with transaction(connection, writes=standby == (False,)):
                connection.execute("select from kw.check_kms()")
        with transaction(connection, local_time=True):
            return connection.execute(_HEALTH).fetchall()


def _first_line(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error)).strip().splitlines()[0]
