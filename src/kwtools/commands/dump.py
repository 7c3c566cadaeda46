"""``kwtools dump``."""

import argparse
import os
import shlex

from kwtools import upgrade_plan
from kwtools.commands._parser import Subparsers, add_dsn, file, whole_number
from kwtools.connections import connect, transaction
from kwtools.connections import read as read_dsn
from kwtools.dump_report import Report
from kwtools.dumping import FORMATS, PARALLEL, Wanted, check_target, dump, tables
from kwtools.errors import BadUsage
from kwtools.interrupts import ended_in_order
from kwtools.output import print_json, print_rows, say
from kwtools.progress import Progress


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "dump",
        help="dump a database with its keys",
        description="Dumps the whole database with pg_dump of the server's version, so that no key"
        " is left out, and checks that the dump has them. Beside it stands DUMP.kwtools.json:"
        " which KMS keys the dump needs to be opened, how many rows it has, and which roles are not"
        " in it. It has no key. An interrupted or failed dump leaves no file. Run it as a"
        " superuser.",
    )
    parser.add_argument("dump", type=file, metavar="DUMP", help="the file or folder to write")
    add_dsn(parser)
    parser.add_argument(
        "--format", choices=FORMATS, default="custom", help="the format (%(default)s)"
    )
    parser.add_argument(
        "-j", "--jobs", type=whole_number(1, 1000), metavar="N",
        help="how many connections write at once: --format directory only (up to 4)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    is_parallel = options.format == PARALLEL
    if options.jobs is not None and options.jobs > 1 and not is_parallel:
        raise BadUsage(
            f"--format {options.format} is written by one connection",
            f"Leave out --jobs, or use --format {PARALLEL}.",
        )
    jobs = options.jobs or (min(4, os.cpu_count() or 1) if is_parallel else 1)
    read_dsn(options.dsn)
    check_target(options.dump)
    with (
        ended_in_order(),
        connect(options.dsn, "dump", as_server_user=False) as connection,
    ):
        with transaction(connection):
            extension = upgrade_plan.installed_version(connection)
        with Progress("Dumping", tables(connection)) as progress:
            wanted = Wanted(options.dump, options.format, jobs)
            report = dump(connection, options.dsn, wanted, extension, progress.advance)
    if options.json:
        print_json(report.as_json())
        return 0
    print_rows(("part", "name", "detail"), _rows(report, options))
    say("Keys are not in a dump. Back them up elsewhere: kwtools keys backup, or as your KMS does.")
    say("Roles are not in a dump. Dump them, too: pg_dumpall --roles-only")
    say(f"Try it: kwtools restore --verify-only {shlex.quote(str(options.dump))}")
    return 0


def _rows(report: Report, options: argparse.Namespace) -> list[tuple[str, str, str]]:
    return [
        ("dump", str(options.dump), f"{report.format}, database {report.database}"),
        ("extension", "kwtools", f"{report.extension}, PostgreSQL {report.postgresql.split()[0]}"),
        *(
            (
                "key",
                f"{key.provider}/{key.reference}",
                f"{key.wraps} wraps, {key.status}, {key.fingerprint or 'no fingerprint'}",
            )
            for key in report.keys
        ),
        *(("wrappers", status, str(count)) for status, count in report.wrappers.items()),
        *(("role", name, "not in the dump") for name in report.roles_not_in_it),
    ]
