"""Why a server could not be reached, and what to do about it."""

import re

import psycopg

_OF_ROLE = (
    r'role ".*" does not exist|(?:[Pp]eer|[Ii]dent) authentication failed|no pg_hba\.conf entry'
    r"|password authentication failed|no password supplied|is not permitted to log in"
)
# What the server or libpq says begins like this, in English; other languages get the last hint.
_HINTS = (
    (r"password authentication failed|no password supplied",
     "Check role and password (PGUSER, PGPASSWORD, ~/.pgpass), and its VALID UNTIL"),
    (r"is not currently accepting connections",
     "ALTER DATABASE … ALLOW_CONNECTIONS true lets it, or name another database"),
    (r'database ".*" does not exist', "Name another database (--dsn, PGDATABASE)"),
    (r'role ".*" does not exist|(?:[Pp]eer|[Ii]dent) authentication failed|no pg_hba\.conf entry',
     "Name another role (--dsn, PGUSER), or let this one in (pg_hba.conf)"),
    (r"role \".*\" is not permitted to log in",
     "ALTER ROLE … LOGIN lets it, or name another role (--dsn, PGUSER)"),
    (r"permission denied for database", "GRANT CONNECT ON DATABASE to the role, or name another"),
    (r"the database system is|too many clients|too many connections|remaining connection slots",
     "Run it again later"),
)  # fmt: skip
_ELSEWHERE = (
    "Start the server if it is down. If it is another one, give --dsn, such as 'port=5433', or set"
    " PGHOST, PGPORT, PGUSER and PGDATABASE, which sudo drops"
)


def hint(error: psycopg.OperationalError) -> str:
    """Return what to do where a connection was not made."""
    text = str(error)
    return next((told for pattern, told in _HINTS if re.search(pattern, text)), _ELSEWHERE)


def is_of_role(error: psycopg.OperationalError) -> bool:
    """Return whether the server refused the role, or asked for a proof that it did not get."""
    return re.search(_OF_ROLE, str(error)) is not None
