"""What a restored database has, and what is left to do there."""

from pathlib import Path
from typing import LiteralString, NamedTuple

from kwtools import audit_copies, audit_database, dump_report
from kwtools.audit_database import DatabaseFiles
from kwtools.connections import Connection
from kwtools.dump_report import Report
from kwtools.errors import KwtoolsError

OK, PROBLEM, TO_DO, TO_CONFIRM, DONE = "ok", "problem", "to re-claim", "to confirm", "re-claimed"
NOT_COMPARED = "not compared"

_TO_RECLAIM: LiteralString = """
select e.entity_table, coalesce(e.problem, ''), array_to_string(e.grants, ', ')
from kw.entities_to_reclaim() e
"""
_LOG = "log and checkpoint"
_WITH_A_REPORT = "Rows that are missing would not be noticed. kwtools dump writes a report."


class Found(NamedTuple):
    """A result of a check, or something left to do."""

    check: str
    result: str
    detail: str
    hint: str


def counted(connection: Connection, report: Report | None) -> list[Found]:
    """Compare with what was dumped, before anything else changes rows."""
    if report is None:
        return [Found("rows", NOT_COMPARED, "no report beside the dump", _WITH_A_REPORT)]
    missing = list(dump_report.missing(connection, report))
    if missing:
        hint = "The dump or its restore is incomplete. Restore it again, or use another dump."
        return [Found("rows", PROBLEM, detail, hint) for detail in missing]
    total = sum(report.rows.values())
    return [Found("rows", OK, f"all {total} rows of schema kw are there", "")]


def checked(connection: Connection, *, reclaim: bool) -> list[Found]:
    """Check foreign keys, sequences and triggers; return the names too, re-claimed or not."""
    found = [
        Found(check, OK if ok else PROBLEM, detail, hint or "")
        for check, ok, detail, hint in connection.execute(
            'select "check", ok, detail, hint from kw.check_restore() where "check" <> \'names\''
        )
    ]
    if reclaim and all(one.result == OK for one in found):
        for (name,) in connection.execute(
            "select entity_table from kw.reclaim_entities() where problem is null"
        ):
            found.append(Found(f"name {name}", DONE, "", ""))
    for name, problem, grants in connection.execute(_TO_RECLAIM):
        detail = "; ".join(part for part in (problem, grants) if part)
        found.append(Found(f"name {name}", TO_DO, detail, "kw.reclaim_entities()"))
    return found


def log_compared(connection: Connection, checkpoint: Path) -> Found:
    """Compare the log with a checkpoint from outside, whose signatures are not verified."""
    log = audit_database.newest(connection)
    if log is None:
        detail = f"this database does not have a checkpoint, and {checkpoint} is one"
        return Found(_LOG, PROBLEM, detail, "Use a newer dump. All that was logged is lost.")
    try:
        audit_copies.check_file(checkpoint, DatabaseFiles(connection, log), log)
    except KwtoolsError as error:
        return Found(_LOG, PROBLEM, error.message, error.hint)
    return Found(_LOG, OK, f"the log continues {checkpoint}: no signed entry is lost", "")


def diagnosed(connection: Connection) -> list[Found]:
    """Return what kw.doctor() finds beside that."""
    return [
        Found(check, TO_CONFIRM if check.startswith("grant of ") else PROBLEM, detail, hint or "")
        for check, detail, hint in connection.execute(
            'select "check", detail, hint from kw.doctor()'
            " where not ok and \"check\" !~ '^(entity|restore|sequence|triggers)'"
        )
    ]
