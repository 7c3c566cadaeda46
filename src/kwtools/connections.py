"""Every connection of the command is opened here, with the settings that its work needs.

Roles, databases and the environment may set anything. What the command relies on is set for
each transaction, so that it holds behind a pooler, too, where each transaction may meet
another server process and nothing of a session stays. For the same reason nothing is prepared
and the startup message carries only what poolers know.
"""

import contextlib
import json
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from kwtools import refused_connections
from kwtools.errors import BadUsage, KwtoolsError
from kwtools.postgres import server_user

Connection = psycopg.Connection[tuple[Any, ...]]

TAKEN = (
    "It takes what libpq does: 'host=HOST port=5432 dbname=NAME user=ROLE', 'service=NAME' or"
    " postgresql://ROLE@HOST:5432/NAME."
)
"""What ``--dsn`` takes."""

_SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "row_security": "on",
    "jit": "off",  # compiling would take longer than it saves
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
# Texts of these encodings may have bytes that mean nothing, which the server does not convert:
# one that somebody put into a name would end every command. So they come as they are stored.
_AS_STORED = re.compile(
    r"SQL_ASCII|WIN\d+|LATIN\d+|ISO_8859_\d+|KOI8[RU]|EUC_(?:JP|CN|KR|JIS_2004)"
)
_CODECS = {"SQL_ASCII": "utf-8", "KOI8R": "koi8_r", "KOI8U": "koi8_u", "EUC_CN": "gb2312"}
_TEXTS = ("text", "varchar", "bpchar", "name", '"char"')
_WRONG_DSN = re.compile(
    r"definition of service|service file|invalid \S+ value|invalid integer value"
    r"|invalid port number|could not match"
)


def connect(
    dsn: str, command: str, *, timeout: int = 10, as_server_user: bool = True
) -> Connection:
    """Open a session for a subcommand. Statements go into ``with transaction(connection)``.

    As root, where no role is named and root has none, it is the one of the server's user,
    unless programs are to connect in the same way (``as_server_user``).
    Raises ``BadUsage`` where ``dsn`` is not libpq's, and psycopg's errors.
    """
    given = read(dsn)
    options: dict[str, Any] = {
        "client_encoding": "UTF8",
        "fallback_application_name": f"kwtools {command}",
        "keepalives_idle": 10,  # that a host went away without a word is noticed soon
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    if "connect_timeout" not in given and "PGCONNECT_TIMEOUT" not in os.environ:
        options["connect_timeout"] = timeout
    try:
        connection = _opened(dsn, options)
    except psycopg.OperationalError as error:
        if dsn and _WRONG_DSN.search(str(error)):
            raise BadUsage(f"--dsn is wrong: {' '.join(str(error).split())}", TAKEN) from None
        if isinstance(error, psycopg.errors.ConnectionTimeout):  # no user would be answered
            raise
        if not may_be_the_servers_user(given):
            raise
        if not as_server_user:
            raise KwtoolsError(
                " ".join(str(error).split()),
                "Programs of PostgreSQL connect, too. Run it as the server's user (sudo -u"
                " postgres), in a folder where that user can write, or name a role (--dsn).",
            ) from None
        with _as_server_user(error):
            connection = _opened(dsn, options)
    _read_texts_as_stored(connection)
    return connection


@contextlib.contextmanager
def transaction(
    connection: Connection,
    *,
    writes: bool = False,
    isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
    local_time: bool = False,
) -> Iterator[None]:
    """Run a transaction with the settings above; times are UTC unless ``local_time``."""
    connection.isolation_level = isolation
    connection.read_only = not writes
    connection.deferrable = False
    with connection.transaction():
        connection.execute(_setting(connection, local_time=local_time).encode())
        yield


@contextlib.contextmanager
def ended_after(connection: Connection, seconds: float) -> Iterator[Callable[[], None]]:
    """End a connection whose server does not answer; give what ends it at once.

    Time limits of statements are the server's: one that stands still keeps none of them.
    """
    with socket.socket(fileno=os.dup(connection.fileno())) as shared:

        def end() -> None:
            with contextlib.suppress(OSError):
                shared.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield end
        finally:
            timer.cancel()


def _setting(connection: Connection, *, local_time: bool) -> str:
    settings = dict(_SETTINGS)
    if not local_time:
        settings["TimeZone"] = "UTC"
    if connection.info.server_version >= 170000:
        settings["transaction_timeout"] = "0"
    if connection.info.parameter_status("is_superuser") == "on":  # only it may change this
        settings["session_replication_role"] = "origin"
        if connection.info.server_version >= 170000:
            settings["event_triggers"] = "on"
    encoding = _stored_encoding(connection)
    if encoding is not None:
        settings["client_encoding"] = encoding
    calls = (
        f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in settings.items()
    )
    return f"select {', '.join(calls)}"


def _opened(dsn: str, options: dict[str, Any]) -> Connection:
    return psycopg.connect(dsn, autocommit=True, prepare_threshold=None, **options)


# -- what --dsn says ---------------------------------------------------------------------------


def read(dsn: str) -> dict[str, Any]:
    """Return what a connection string says; raises ``BadUsage``.

    Its errors show nothing of the string, which may hold a password.
    """
    try:
        dsn.encode()
    except UnicodeEncodeError:
        raise BadUsage("--dsn has bytes that are not UTF-8", TAKEN) from None
    scheme = re.match(r"([A-Za-z][\w+.-]*):", dsn)
    if scheme and scheme[1] not in ("postgresql", "postgres"):
        plain = "Leave out what stands between postgresql and '://'. "
        of_a_driver = scheme[1].lower().startswith(("postgresql+", "postgres+"))
        raise BadUsage(
            f"--dsn begins with {scheme[1]}:, which libpq does not know",
            (plain if of_a_driver else "") + TAKEN,
        )
    if dsn and not scheme and "=" not in dsn:
        raise BadUsage(
            "--dsn is neither a URI nor a list of name=value",
            f"The database of a name is 'dbname=NAME'. {TAKEN}",
        )
    try:
        given = psycopg.conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError as error:
        unknown = re.search(
            r'invalid (?:connection option|URI query parameter): ?"\w+"', str(error)
        )
        unknown = unknown or re.search(r'invalid connection option "\w+"', str(error))
        # A password with a space or a question mark goes on as the name of an option.
        may_be_secret = re.search(r"password|://[^/]*:", dsn, re.IGNORECASE)
        why = unknown[0] if unknown and not may_be_secret else "its syntax is wrong"
        raise BadUsage(f"--dsn cannot be read: {why}", TAKEN) from None
    if any("@" in host[1:] for host in str(given.get("host") or "").split(",")):
        raise BadUsage(
            "--dsn names a host that has an @ in it",
            f"In a URI, a password has its @ as %40 and its / as %2F. {TAKEN}",
        )
    for port in str(given.get("port") or "5432").split(","):
        if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise BadUsage("--dsn has a port that is not a number from 1 to 65535", TAKEN)
    return given


# -- root -------------------------------------------------------------------------------------


_ELSEWHERE = (("user", "PGUSER"), ("service", "PGSERVICE"), ("hostaddr", "PGHOSTADDR"))


def may_be_the_servers_user(given: dict[str, Any]) -> bool:
    """Return whether this is root, has named no role, and asks a server of this machine.

    Then ``connect`` may change the user of this process for a moment.
    """
    if os.geteuid() != 0 or any(
        given.get(option) or os.environ.get(variable) for option, variable in _ELSEWHERE
    ):
        return False
    hosts = str(given.get("host") or os.environ.get("PGHOST") or "/").split(",")
    return all(host.startswith(("/", "@")) for host in hosts)


def opening_in_turn(dsns: Sequence[str]) -> contextlib.AbstractContextManager[object]:
    """Return what threads hold while each of them opens a connection to one of these.

    Opening one of them can change the user of the whole process. A socket that another thread opens
    then, or a file of passwords that it reads, would be that user's. So where this can be, one is
    opened at a time, whether or not it names a role.
    """
    if any(may_be_the_servers_user(read(dsn)) for dsn in dsns or [""]):
        return threading.Lock()
    return contextlib.nullcontext()


@contextlib.contextmanager
def _as_server_user(first: psycopg.OperationalError) -> Iterator[None]:
    """Be the server's user while the socket is opened, which is when peer looks at it.

    Raises ``first`` where that user is not let in either, and what else the server says.
    """
    try:
        user = server_user()
    except KwtoolsError:
        raise first from None
    group = os.getegid()
    os.setegid(user.gid)
    os.seteuid(user.uid)
    try:
        yield
    except psycopg.OperationalError as second:
        raise (first if refused_connections.is_of_role(second) else second) from None
    finally:
        os.seteuid(0)
        os.setegid(group)


# -- texts that are not of their encoding -------------------------------------------------------


def _stored_encoding(connection: Connection) -> str | None:
    """Return the encoding of the database where its texts come unconverted."""
    encoding = connection.info.parameter_status("server_encoding") or ""
    return encoding if _AS_STORED.fullmatch(encoding) else None


def _read_texts_as_stored(connection: Connection) -> None:
    """Let texts that are not of the database's encoding be shown with escapes."""
    encoding = _stored_encoding(connection)
    if encoding is None:
        return
    codec = _CODECS.get(encoding) or encoding.replace("WIN", "cp")

    class _Text(Loader):
        def load(self, data: Buffer) -> str:
            return bytes(data).decode(codec, "backslashreplace")

    class _Json(Loader):
        def load(self, data: Buffer) -> object:
            return json.loads(bytes(data).decode(codec, "replace"))

    for name in _TEXTS:
        connection.adapters.register_loader(name, _Text)
    for name in ("json", "jsonb"):
        connection.adapters.register_loader(name, _Json)
