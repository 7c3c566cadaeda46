"""What the server finds when it looks at itself (``kw.doctor``)."""

from collections.abc import Iterator

from kwtools.checks._finding import OK, PROBLEM, WARNING, Finding
from kwtools.connections import Connection

# Checks whose finding may be as an operator wants it: a role for backups reads all data.
_MILDER = {"predefined roles": WARNING}

# By the name of the check, or what it begins with.
_WHY = {
    "versions": "A session whose code is of another version refuses to work.",
    "providers file": "No KMS can be reached without it.",
    "provider": "A file that may hold a key is not in the keystore's backup, or is one too many.",
    "keys of": "A binding under another spelling of its key is not found.",
    "key": "Values whose data key needs this key cannot be read or written.",
    "independent keys": "Two legs in one KMS are lost together, and stolen together.",
    "modes": "A wrapper opens with fewer or other keys than its mode promises.",
    "usage": "With more values, two could have one nonce, which shows what they hold.",
    "functions": "A changed function could give out keys or values.",
    "owner role": "A member of kw_owner can read and write every wrap.",
    "entity": "Privileges of a table count only for the table that the name was recorded for.",
    "protected view": "It refuses rows, shows what was, or lets in roles that the table does not.",
    "protected field": "Its views cannot be made again.",
    "grant": "The roles have lost what they were granted.",
    "shred": "What was to be destroyed can still be decrypted by who has the keys.",
    "rebind": "A shred of the new place does not destroy these keys.",
    "audit": "Events are kept longer than was decided.",
    "deployment": "Who can write the tables could put rows or keys in place of others.",
    "sealing": "Who edits these events leaves no trace.",
    "queue": "These wrappers keep their old keys.",
    "ciphertext columns": "A value that is written without kw.encrypt is stored as plaintext.",
    "replica identity": "The changes after that one are not replicated either.",
    "predefined roles": "They read wraps, or keep others waiting, without a role of kwtools.",
}


def doctor(connection: Connection) -> Iterator[Finding]:
    """Yield what kw.doctor returns, and why it matters."""
    rows = connection.execute('select "check", ok, detail, hint from kw.doctor()').fetchall()
    for name, ok, detail, hint in rows:
        of_ok = WARNING if hint else OK  # what is well and has a hint is advice
        result = of_ok if ok else _MILDER.get(name, PROBLEM)
        yield Finding(name, result, detail or "", hint or "", "" if result == OK else _why(name))


def _why(name: str) -> str:
    return next(
        (why for begin, why in _WHY.items() if name == begin or name.startswith(f"{begin} ")),
        "What was restored or replicated is not whole yet.",
    )
