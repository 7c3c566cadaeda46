"""The key of another tool: read once, and sent as a bind parameter that the server does not log."""

import getpass
import sys
from pathlib import Path

from kwtools.connections import Connection
from kwtools.errors import CheckFailed
from kwtools.output import tell

MAX_BYTES = 100_000
FROM_STDIN = "-"
_SILENCE = """
select set_config('log_parameter_max_length', '0', true)
where has_parameter_privilege('log_parameter_max_length', 'set')
"""
_SILENCE_ERRORS = "select set_config('log_parameter_max_length_on_error', '0', true)"
_LOGS = """
select current_setting('log_parameter_max_length') <> '0' and (
    current_setting('log_statement') = 'all'
    or current_setting('log_min_duration_statement') <> '-1'
    or current_setting('log_min_duration_sample') <> '-1'
    or current_setting('log_transaction_sample_rate') <> '0'
)
"""


def read(name: str) -> bytes:
    """Return the key in a file, or on stdin; asks for a password on a terminal."""
    if name != FROM_STDIN:
        with Path(name).open("rb") as file:
            key = file.read(MAX_BYTES + 1)
    elif sys.stdin.isatty():
        key = getpass.getpass("old key: ").encode()
    else:
        key = sys.stdin.buffer.read(MAX_BYTES + 1)
    if not key or len(key) > MAX_BYTES:
        where = "stdin" if name == FROM_STDIN else name
        raise CheckFailed(f"the key in {where} must have 1 to {MAX_BYTES} bytes")
    return key


def keep_out_of_the_log(connection: Connection, *, tells: bool = True) -> None:
    """Have the transaction's parameters not logged, also in errors, or tell that they may be."""
    connection.execute(_SILENCE_ERRORS)
    connection.execute(_SILENCE)
    if not tells:
        return
    row = connection.execute(_LOGS).fetchone()
    if row is not None and row[0]:
        tell(
            "this server logs parameters of statements, the old key too. Have a superuser set"
            " log_parameter_max_length to 0 for this role, or remove the lines afterwards"
        )
