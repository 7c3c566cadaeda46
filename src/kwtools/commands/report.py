"""``kwtools report``."""

import argparse
import os
from pathlib import Path

import psycopg

from kwtools import report_signing
from kwtools.commands._parser import Subparsers, add_dsn, file
from kwtools.commands._session import session
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, BadUsage, CheckFailed
from kwtools.output import say, tell
from kwtools.report_signing import SCOPE, Signer, sign
from kwtools.whole_files import write_new, write_whole

_WHO = "Run it as a superuser, kw_admin or kw_auditor."
RECEIPT = ".receipt"
"""Added to the name of a report: its receipt."""


def register(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "report",
        help="write what the console shows to one HTML file, for auditors",
        description="Writes the sections of kwtools console to one file of HTML that loads and"
        " runs nothing: dated, with versions, and with what could not be read. Where the role is a"
        f' member of kw_signer and there is a signing key of scope "{SCOPE}", FILE{RECEIPT} is its'
        f" signature, which kwtools receipt verify verifies offline. {_WHO} Exit code 1 means that"
        " the report is written and lacks sections that could not be read.",
    )
    parser.add_argument("file", type=file, metavar="FILE", help="where to write to")
    add_dsn(parser)
    parser.add_argument(
        "--sign", metavar="KEY", help="sign with the signing key of this name, or fail"
    )
    parser.add_argument(
        "--replace", action="store_true", help="replace FILE and its receipt if they are there"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # Only here: what they load would make each start of the command slower.
    from kwtools.console import report
    from kwtools.console.sections import SECTIONS

    path, receipt_path = options.file, options.file.with_name(options.file.name + RECEIPT)
    if not options.replace:
        _check_free(path, receipt_path)
    with session(options, "report", _WHO) as connection:
        found = report.read(connection, SECTIONS)
        signer = report_signing.choose(connection, options.sign)
        if options.sign and signer.key is None:
            raise CheckFailed(f"the report cannot be signed: {signer.why_not}")
        text = report.render(found, signer)
        receipt = b""
        if signer.key is not None:
            try:
                receipt = sign(connection, signer.key, path.name, text, report.predicate(found))
            except psycopg.Error as error:
                if options.sign or connection.broken:
                    raise
                message = (error.diag.message_primary or "").removeprefix("kwtools: ")
                signer = Signer(None, f"key {signer.key.name} cannot sign: {message}")
                text = report.render(found, signer)
    _write(path, text, receipt_path, receipt, replace=options.replace)
    if signer.key is None:
        tell(f"the report is not signed: {signer.why_not}")
    else:
        say(f"its receipt is in {receipt_path}, signed by {signer.key}")
    for title, why in found.unread:
        tell(f'section "{title}" could not be read: {why.message}')
    return EXIT_PROBLEM if found.unread else EXIT_OK


def _check_free(*paths: Path) -> None:
    for path in paths:
        if os.path.lexists(path):
            raise _exists(path)


def _exists(path: str | Path) -> BadUsage:
    return BadUsage(f"{path} exists", "Name another file, or use --replace.")


def _write(path: Path, text: bytes, receipt_path: Path, receipt: bytes, *, replace: bool) -> None:
    """Write the report, then its receipt: a receipt that is there is of an older report."""
    write = write_whole if replace else write_new
    if replace:
        receipt_path.unlink(missing_ok=True)
    try:
        write(path, text)
        if receipt:
            write(receipt_path, receipt)
    except FileExistsError as error:  # made while the report was
        raise _exists(error.filename) from None
    say(f"the report is in {path}")
