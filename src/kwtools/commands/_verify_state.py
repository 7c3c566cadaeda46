"""``kwtools verify --state``."""

import argparse

from kwshared.tlog import notes

from kwtools.commands._session import session
from kwtools.connections import transaction
from kwtools.errors import EXIT_OK, EXIT_PROBLEM, BadUsage
from kwtools.output import print_rows, say

_COLUMNS = ("table_name", "row_key", "sqlstate", "problem")
_WHO = "Run it as a superuser, kw_admin, kw_operator or kw_auditor."
_OF_KEYS = ("after", "without_provider", "junit", "record", "continues")
"""Options of how data keys are opened."""


def run(options: argparse.Namespace) -> int:
    """Compare the rows with a checkpoint, as the options ask; return the exit code."""
    given = [name for name in _OF_KEYS if getattr(options, name)]
    given += ["sample"] if options.sample != 1 else []
    if given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise BadUsage(f"--state compares every row and opens no data key: without {named}")
    try:
        note = options.state.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(f"{options.state} cannot be read: {error}") from None
    query = f"select {', '.join(_COLUMNS)} from kw.check_state(%s)"  # noqa: S608
    with session(options, "verify", _WHO) as connection, transaction(connection):
        found = connection.execute(query.encode(), (notes.without_dashes(note),)).fetchall()
    print_rows(_COLUMNS, found, as_json=options.json)
    if not found and not options.json:
        say("every row is as the log says")
    return EXIT_PROBLEM if found else EXIT_OK
