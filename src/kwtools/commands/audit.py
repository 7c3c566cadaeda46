"""``kwtools audit``."""

import argparse
from collections.abc import Callable, Collection, Sequence
from functools import partial

import psycopg
from kwshared.tlog import notes
from psycopg import IsolationLevel

from kwtools import audit_copies, audit_database, audit_exporting, audit_incarnations
from kwtools.audit_database import WHO, DatabaseFiles
from kwtools.audit_incarnations import Export
from kwtools.audit_verifying import MOST_LISTED, Verification
from kwtools.commands import _audit_show
from kwtools.commands._parser import (
    Subparsers,
    absolute,
    add_dsn,
    add_provider_file,
    file,
)
from kwtools.commands._session import session
from kwtools.commands._trust import add_trust, trusts_of
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, BadUsage, CheckFailed, KwtoolsError
from kwtools.output import print_json, say, tell
from kwtools.progress import Progress
from kwtools.providers import send_to_webhook

_WHO_SEALS = "Run it as a superuser, kw_admin or kw_operator."
_CHANGED = "KW211"


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "audit",
        help="seal the audit into its log, export the log, verify and show it",
        description="The log is a Merkle tree of the audit's events, whose heads are signed"
        " (docs/evidence.md). An auditor needs the verifier keys and the newest checkpoint that"
        " was kept outside.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for add in (_add_seal, _add_export, _add_verify):
        add_dsn(add(actions))
    _audit_show.add(actions)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_seal(actions: Subparsers) -> argparse.ArgumentParser:
    seal = actions.add_parser(
        "seal",
        help="append committed events to the log, and sign a checkpoint",
        description="Calls kw.seal_audit(), and writes the checkpoint to files outside of the"
        f" database. Run it on a schedule. {_WHO_SEALS}",
    )
    seal.add_argument(
        "--checkpoint", type=file, action="append", default=[], metavar="FILE",
        help="write the checkpoint to FILE, too, if the log continues the one that is there;"
        " may be repeated. It takes the rights of kw_admin",
    )  # fmt: skip
    seal.add_argument(
        "--copy-to", action="append", default=[], metavar="DSN",
        help="insert the checkpoint into table public.kwtools_checkpoints of this database, too, in"
        " the same way",
    )  # fmt: skip
    seal.add_argument(
        "--webhook", action="append", default=[], metavar="NAME",
        help="send the checkpoint to [webhooks.NAME] of the provider file, too. Run it on the"
        " server as root or as the server's user",
    )  # fmt: skip
    add_provider_file(seal)
    seal.add_argument(
        "--again", action="store_true", help="sign a checkpoint even if there is nothing new"
    )
    seal.set_defaults(run=_seal)
    return seal


def _add_export(actions: Subparsers) -> argparse.ArgumentParser:
    export = actions.add_parser(
        "export",
        help="write the log as static tiles",
        description="Writes the tree of the newest checkpoint to DIR in the layout of C2SP"
        " tlog-tiles. A later run adds what is new. It refuses a log that does not continue what"
        f" is in DIR. {WHO}",
    )
    export.add_argument("folder", type=absolute, metavar="DIR", help="where to write to")
    export.set_defaults(run=_export)
    return export


def _add_verify(actions: Subparsers) -> argparse.ArgumentParser:
    verify = actions.add_parser(
        "verify",
        help="verify an export of the log offline, or the log and the events of a database",
        description="Rebuilds the tree of DIR and compares it with its checkpoint, with the keys'"
        " signatures and with older checkpoints. It needs no server. With --database the entries"
        " are compared with the events of the database, too; without DIR they are read there."
        " After a restore that was acknowledged, the log names the log before it. Give the exports"
        " and keys of both, and it is compared with what it is said to have been. A database has"
        " the entries of both that the restore did not lose."
        " Exit code 1 means that something was changed, or is not signed.",
    )
    verify.add_argument(
        "folder", nargs="*", type=absolute, metavar="DIR",
        help="an export; after restores, those of several incarnations of a deployment",
    )  # fmt: skip
    add_trust(verify)
    verify.add_argument(
        "--older", type=absolute, action="append", default=[], metavar="FILE",
        help="a checkpoint that was kept elsewhere: the log must continue it; may be repeated",
    )  # fmt: skip
    verify.add_argument(
        "--database", action="store_true", help="compare with the events of a database"
    )
    verify.set_defaults(run=_verify)
    return verify


def _seal(options: argparse.Namespace) -> int:
    _check_kept(options)
    with session(options, "audit", _WHO_SEALS) as connection:
        try:
            row = connection.execute("call kw.seal_audit(again => %s)", [options.again]).fetchone()
        except psycopg.Error as error:
            if error.sqlstate == _CHANGED:  # of rows: events are sealed, and a checkpoint is signed
                _keep(options)
            raise
    assert row is not None
    size, note = row[0], notes.with_dashes(row[1])
    _keep(options)
    if options.json:
        print_json({"size": size, "checkpoint": note})
    else:
        say(f"{size} entries are sealed")
    return EXIT_OK


def _check_kept(options: argparse.Namespace) -> None:
    """Raise before anything is signed if the log does not continue the files that are there.

    A database that was put back would sign a second log of the same size.
    """
    kept = [path for path in options.checkpoint if path.exists()]
    if not kept:
        return
    with (
        session(options, "audit", WHO) as connection,
        transaction(connection, isolation=IsolationLevel.REPEATABLE_READ),
    ):
        log = audit_database.newest(connection)
        if log is None:
            return
        for path in kept:
            audit_copies.check_file(path, DatabaseFiles(connection, log), log)


def _keep(options: argparse.Namespace) -> None:
    """Put the newest checkpoint where it is to be kept, if the log continues what is there.

    Every copy is tried. What failed is told at the end, and is tried again by the next run.
    """
    if not (options.checkpoint or options.copy_to or options.webhook):
        return
    failed: list[KwtoolsError] = []

    def attempt(copy: Callable[[], None]) -> None:
        try:
            copy()
        except KwtoolsError as error:
            failed.append(error)

    with (
        session(options, "audit", WHO) as connection,
        transaction(connection, isolation=IsolationLevel.REPEATABLE_READ),
    ):
        log = audit_database.find(connection)
        files = DatabaseFiles(connection, log)
        for path in options.checkpoint:
            attempt(partial(audit_copies.to_file, path, files, log))
        for dsn in options.copy_to:
            attempt(partial(audit_copies.to_database, dsn, files, log))
    where = options.providers_file, options.module_path
    for name in options.webhook:
        attempt(partial(send_to_webhook, *where, name, log.checkpoint))
    if len(failed) > 1:
        raise CheckFailed("; ".join(error.message for error in failed), failed[0].hint)
    for error in failed:
        raise error


def _export(options: argparse.Namespace) -> int:
    with (
        session(options, "audit", WHO) as connection,
        transaction(connection, isolation=IsolationLevel.REPEATABLE_READ),
    ):
        log = audit_database.find(connection)
        files = DatabaseFiles(connection, log)
        with Progress("Exporting", log.signed) as progress:
            done = audit_exporting.export(options.folder, files, log, progress.advance)
    if options.json:
        print_json({"origin": log.origin, **done._asdict()})
    else:
        say(f"{options.folder} has {done.size} entries, {done.size - done.before} of them new")
        if done.without_text:
            say(f"{done.without_text} bundles of entries were left out: retention took their text")
    return EXIT_OK


def _verify(options: argparse.Namespace) -> int:
    if not options.folder and not options.database:
        raise BadUsage("name the folder of an export, or --database")
    trusts = trusts_of(options)
    if options.database and len(options.folder) > 1:
        raise BadUsage("--database compares one export: name one folder at most")
    older = [(str(path), audit_exporting.read_note(path)) for path in options.older]
    exports = [Export(path, audit_exporting.note_of(path)) for path in options.folder]
    if not options.database:
        return _told(audit_incarnations.verified(exports, trusts, older), options)
    with (
        session(options, "audit", WHO) as connection,
        transaction(connection, isolation=IsolationLevel.REPEATABLE_READ),
    ):
        export = exports[0] if exports else None
        found = audit_incarnations.in_database(connection, trusts, older, export)
    return _told(found, options)


def _told(found: Sequence[Verification], options: argparse.Namespace) -> int:
    """Say what was found of logs, the newest first."""
    is_wrong = any(work.count for work in found)
    if options.json:
        newest, *before = [work.report() for work in found]
        print_json({**newest, "before": before})
        return EXIT_PROBLEM if is_wrong else EXIT_OK
    for work in found:
        for problem in work.problems:
            say(problem)
        if work.count > MOST_LISTED:
            say(f"the first {MOST_LISTED} of {work.count} problems are listed")
        if work.hint:
            tell(work.hint)
        if not work.count and work.checkpoint is not None:
            compared = f", {work.events} events compared" if options.database else ""
            say(f"{work.checkpoint.size} entries verified{compared}")
        if work.acknowledged is not None:
            say(_begun(work, {one.origin for one in found if not one.count}))
    return EXIT_PROBLEM if is_wrong else EXIT_OK


def _begun(work: Verification, verified: Collection[str]) -> str:
    restore = work.acknowledged
    assert restore is not None
    before = restore.checkpoint.origin
    state = "" if before in verified else ", which was not verified here"
    return (
        f"incarnation {work.incarnation} began after a restore that lost {restore.lost} of"
        f" {restore.checkpoint.size} entries of {before}{state}. The reason given: {restore.reason}"
    )
