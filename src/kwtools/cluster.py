"""A throw-away PostgreSQL server with the extension at hand, for playground, demo and tests.

Everything of it lies in one temporary folder: data, socket, log, a private installation
of extension and runtime, providers file and keystore. It listens on its socket only. Where
one is started or asked, no variable or file of libpq leads to another server, and a server that
answers and is not the one of the folder is refused.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from testing.postgresql import Postgresql  # type: ignore[import-untyped]

from kwtools.errors import KwtoolsError
from kwtools.initializing import LOCAL, Key, Setup, statements
from kwtools.install import Layout, install
from kwtools.isolation import leave_other_servers
from kwtools.postgres import installed, server_user

SUPERUSER = "postgres"
PLAIN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
"""All that programs of the server's user are told of the caller's environment."""

PORT = 5432  # of the socket's name; each server has a folder of its own
_LONGEST_SOCKET_NAME = 107  # bytes: what Linux takes
_DIE_WITH_US = ("setpriv", "--pdeathsig", "INT")
_BASE = "kwtools.base"  # the setting by which a server says whose it is

# Not a default of PostgreSQL: what a throw-away server does without, to be quick.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


@dataclass(frozen=True)
class Place:
    """The folder of a throw-away server, and what is where in it."""

    base: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.base / "data"

    @property
    def socket_directory(self) -> Path:
        """What clients give as host."""
        return self.base / "tmp"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.base / "Cluster.log"

    @property
    def destdir(self) -> Path:
        """What stands before the folders of the extension's SQL files."""
        return self.base / "destdir"

    @property
    def module_path(self) -> Path:
        """The folder of the runtime and of ``site.toml``."""
        return self.base / "lib"

    @property
    def providers_file(self) -> Path:
        """The server's provider file."""
        return self.base / "providers.toml"

    @property
    def keystore(self) -> Path:
        """The key files of provider ``local``."""
        return self.base / "keys"

    def environment(self, database: str = "postgres", user: str = SUPERUSER) -> dict[str, str]:
        """Return the variables that let any client of PostgreSQL connect, and to here only.

        The files of the caller's home, where services, passwords and commands of psql may
        stand, are replaced by files that do not exist or are empty.
        """
        return {
            "PGHOST": str(self.socket_directory),
            "PGPORT": str(PORT),
            "PGDATABASE": database,
            "PGUSER": user,
            "PGSERVICEFILE": str(self.base / "no-services"),
            "PGPASSFILE": str(self.base / "no-passwords"),
            "PGSYSCONFDIR": str(self.base / "no-configuration"),
            "PSQLRC": "/dev/null",
        }

    def dsn(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Return the connection string of a database."""
        return psycopg.conninfo.make_conninfo(
            host=str(self.socket_directory), port=PORT, dbname=database, user=user
        )

    def connect(
        self, database: str = "postgres", user: str = SUPERUSER, *, autocommit: bool = True
    ) -> psycopg.Connection:
        """Connect; the caller closes. Raises ``KwtoolsError`` where another server answers."""
        connection = psycopg.connect(self.dsn(database, user), autocommit=True)
        try:
            self._recognize(connection)
            connection.autocommit = autocommit
        except BaseException:
            connection.close()
            raise
        return connection

    def _recognize(self, connection: psycopg.Connection) -> None:
        row = connection.execute(
            "select pg_catalog.current_setting(%s, true) operator(pg_catalog.=) %s",
            (_BASE, str(self.base)),
        ).fetchone()
        if row != (True,):
            raise KwtoolsError(
                f"another server than the throw-away server in {self.base} answered",
                "Unset the variables of libpq, such as PGHOSTADDR and PGSERVICE.",
            )


class Cluster(Postgresql):  # type: ignore[misc]
    """The server itself: ``with Cluster() as cluster: ...`` starts it and leaves nothing behind.

    ``settings`` are PostgreSQL's, and come after ours. ``kinds`` are the kinds of provider
    whose packages it has. Packages come from ``wheelhouse`` where one is given, else from the
    runtime that is installed on this machine, else from an index. ``providers_file`` is an
    existing file of another server, whose keys this one uses then; it is only read.
    ``standby_of`` makes it a hot standby of that server. As root, the server runs as the user
    postgres.

    Starting one takes the variables of libpq out of this process's environment.
    """

    DEFAULT_KILL_TIMEOUT = 120  # seconds

    def __init__(
        self,
        *,
        settings: Mapping[str, str] | None = None,
        kinds: Collection[str] = (),
        providers_file: Path | None = None,
        standby_of: Place | None = None,
        wheelhouse: Path | None = None,
    ) -> None:
        self._server_settings = {**_SETTINGS, **(settings or {})}
        self._kinds = tuple(kinds)
        self._providers_file = providers_file
        self._standby_of = standby_of
        self._wheelhouse = wheelhouse
        self._user = server_user()
        server = installed()
        self._extensions = server.path("--sharedir") / "extension"
        self._major = server.major
        bindir = server.path("--bindir")
        self._pg_basebackup = bindir / "pg_basebackup"
        super().__init__(
            auto_start=0,
            boot_timeout=120,  # seconds
            port=PORT,
            initdb=bindir / "initdb",
            postgres=bindir / "postgres",
        )

    def __enter__(self) -> "Cluster":
        leave_other_servers()
        try:
            self._check_socket_name()
            self.setup()
            self.start()
        except BaseException:  # Ctrl-C too
            self.stop()
            raise
        return self

    @property
    def place(self) -> Place:
        """What is where."""
        return Place(Path(self.base_dir))

    def _check_socket_name(self) -> None:
        """Raise ``KwtoolsError`` where no client could name the socket."""
        socket = self.place.socket_directory / f".s.PGSQL.{PORT}"
        size = len(os.fsencode(socket))
        if size > _LONGEST_SOCKET_NAME:
            raise KwtoolsError(
                f"the path of the server's socket, {socket}, has {size} bytes, and at most"
                f" {_LONGEST_SOCKET_NAME} are possible",
                "Set TMPDIR to a folder with a shorter path, such as /tmp.",
            )
        if "," in str(socket):
            raise KwtoolsError(
                f"the path of the server's socket, {socket}, has a comma, which separates"
                " the names of two hosts",
                "Set TMPDIR to a folder without a comma, such as /tmp.",
            )

    def initialize_database(self) -> None:
        """Install the extension privately and make the data directory. Called by ``setup``."""
        place = self.place
        if self._user.uid != os.geteuid():
            # The server only passes through the folder itself. Could it write there, it could lead
            # what root writes elsewhere by a symbolic link.
            os.chown(place.base, -1, self._user.gid)
            place.base.chmod(0o710)
            for folder in (place.data, place.socket_directory):
                os.chown(folder, self._user.uid, self._user.gid, follow_symlinks=False)
        if self._standby_of is None:
            # A standby runs the functions of its primary, which name its primary's runtime.
            install(
                Layout(
                    extension_directory=place.destdir / self._extensions.relative_to("/"),
                    module_path=place.module_path,
                    providers_file=self._providers_file or place.providers_file,
                    keystore=place.keystore,
                    kinds=self._kinds,
                    wheelhouse=self._wheelhouse,
                    reuse=True,
                ),
                self._user,
            )
        if self._standby_of is None:
            self._run(
                str(self.initdb), "--pgdata", str(place.data), "--username", SUPERUSER,
                "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
            )  # fmt: skip
        else:
            self._run(
                str(self._pg_basebackup), "--pgdata", str(place.data), "--write-recovery-conf",
                "--checkpoint", "fast", "--no-sync", "--dbname", self._standby_of.dsn(),
            )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it takes connections; raises ``KwtoolsError``."""
        try:
            super().start()
        except RuntimeError as error:
            lines = str(error).strip().splitlines()
            cause = next((line for line in lines if "FATAL" in line), lines[-1])
            raise KwtoolsError(f"server did not start: {cause}") from None

    def get_server_commandline(self) -> list[str]:
        """Return the server's command line. Called by ``start``."""
        place = self.place
        settings = {
            **self._server_settings,
            "unix_socket_directories": f'"{place.socket_directory}"',
            "port": str(PORT),
            **self._where_extensions_are(),
            _BASE: str(place.base),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        # A session of its own: Ctrl-C in a terminal is for the client, not for the server.
        return [
            "setsid",
            *self._as_server_user(str(self.postgres), "-D", str(place.data)),
            *options,
        ]

    def _where_extensions_are(self) -> dict[str, str]:
        """Return the setting that lets the server find the private copy of the extension."""
        if self._major < 18:  # Debian's own
            return {"extension_destdir": str(self.place.destdir)}
        folder = self.place.destdir / self._extensions.parent.relative_to("/")
        return {"extension_control_path": f"{folder}:$system"}

    def prestart(self) -> None:
        """Nothing: the port is fixed."""

    def poststart(self) -> None:
        """Nothing: the database ``postgres`` will do."""

    def is_server_available(self) -> bool:
        """Return whether the server takes connections. Called by ``start`` until it does."""
        try:
            self.place.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, *command: str) -> None:
        # A group of its own: what the command has started must end before its folder is removed.
        with subprocess.Popen(
            self._as_server_user(*command),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                _, said = running.communicate()
            except BaseException:  # Ctrl-C or a signal
                _end_group(running.pid)
                raise
        if running.returncode != 0:
            lines = said.strip().splitlines() or ["no message"]
            raise KwtoolsError(
                f"{Path(command[0]).name} failed: {lines[-1]}",
                f"Set TMPDIR if {self._user.name} cannot reach {self.base_dir}.",
            )

    def _as_server_user(self, *command: str) -> list[str]:
        """Return ``command`` so that it runs as the server's user and dies with this process.

        Its environment is empty: PYTHONHOME would kill backends, and nothing that the
        caller's environment holds is the server's business.
        """
        variables = [f"{name}={value}" for name, value in PLAIN_ENVIRONMENT.items()]
        return ["env", "-i", *variables, *self.become, *command]

    @property
    def become(self) -> list[str]:
        """What stands before a command that is to run as the server's user, and die with us."""
        if self._user.uid == os.geteuid():
            return [*_DIE_WITH_US]
        become = [f"--reuid={self._user.name}", f"--regid={self._user.gid}", "--init-groups"]
        return [*_DIE_WITH_US, *become]


def _end_group(group: int) -> None:
    """Kill the processes of a group, and wait until they are gone, for 10 s at most."""
    for _ in range(1000):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return
        with contextlib.suppress(ChildProcessError):
            os.waitpid(group, os.WNOHANG)
        time.sleep(0.01)


def set_up(connection: psycopg.Connection, key_prefix: str) -> None:
    """Make extension, provider ``local``, two keys and the policy ``default`` (mode either).

    ``connection`` is a superuser's; the keys are called ``<key_prefix>-1`` and ``-2``.
    """
    keys = tuple(Key(LOCAL, f"{key_prefix}-{leg}") for leg in (1, 2))
    for step in statements(Setup(keys)):
        connection.execute(step.sql.encode())
